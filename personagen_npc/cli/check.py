"""``check``: the authoring report of one or more packs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from personagen_npc.authoring.check import Report


@click.command("check")
@click.argument(
    "packs",
    nargs=-1,
    required=True,
    metavar="PACK...",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--below",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A pack that is opened before these, for a mod; may be given again.",
)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--plain", is_flag=True, help="One line a problem, for editors and scripts.")
def command(packs: tuple[Path, ...], below: tuple[Path, ...], strict: bool, plain: bool) -> None:
    r"""Find every mistake in world packs, with file, line and what is allowed.

    PACK is a pack's folder, the one that holds world.yaml. Ends with 1 when there are errors, so
    that it can stand in a build.

    \b
    Examples:
      personagen-npc check examples/emberfall
      personagen-npc check --strict --plain packs/*
      personagen-npc check packs/winter --below examples/emberfall
    """
    from personagen_npc.authoring.check import check_pack
    from personagen_npc.play.page import console_for

    console = console_for(sys.stdout)
    reports = [check_pack(pack, below) for pack in packs]
    for report in reports:
        if plain:
            click.echo(report.text())
        else:
            _print(console, report)
    bad = any(not r.ok or (strict and r.warnings) for r in reports)
    raise SystemExit(1 if bad else 0)


def _print(console: Console, report: Report) -> None:
    """One file after the other, errors in red, warnings in yellow."""
    from rich.text import Text

    file = ""
    for problem in report.problems:
        if problem.file != file:
            file = problem.file
            console.print(Text(f"\n{report.pack}/{file}", style="bold"))
        style = "red" if problem.level == "error" else "yellow"
        where = f"{problem.line:>5}  " if problem.line else "       "
        path = f"{problem.path}: " if problem.path else ""
        console.print(Text.assemble((where, "bright_black"), (f"{problem.level}  ", style),
                                    (path, "cyan"), problem.text))  # fmt: skip
    style = "green" if report.ok else "red"
    count = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
    console.print(Text(f"\n{report.pack}: {count}" if report.problems
                       else f"{report.pack}: {count}", style=style))  # fmt: skip
