"""``plan``: conversations with what is expected of them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from personagen_npc.play.plan import Failure


@click.command("plan")
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--seed", default=1, show_default=True, help="Seed of all chance.")
@click.option("--player", default="player", show_default=True, help="Who speaks.")
@click.option("--show", is_flag=True, help="Print the conversations as well.")
@click.option(
    "--keep", is_flag=True, help="Keep each conversation beside its plan, as the one expected."
)
def command(
    pack: Path, names: tuple[str, ...], seed: int, player: str, show: bool, keep: bool
) -> None:
    r"""Run the plans in PACK/tests: conversations with what is expected of them.

    Each plan is played in a fresh world with a fixed seed, so it comes out alike every time. Ends
    with 1 when something was not as expected; each such line is named by file and line.
    PACK may also be a folder of plans, each naming its pack in a first line "# pack: ../mill".

    \b
    A plan:
      say mara "What happened at the mill?"
      expect act answer
      expect text contains "burned"
      event theft actor=player target=mara place=forge
      tick 2h
      say mara "Good morning!"
      expect one of greet grudge warn

    \b
    Examples:
      personagen-npc plan examples/emberfall
      personagen-npc plan mypack first --show
      personagen-npc plan mypack first --keep
    """
    files = sorted((pack / "tests").glob("*.plan")) or sorted(pack.glob("*.plan"))
    if names:
        files = [f for f in files if f.stem in names]
    if not files:
        raise click.UsageError(f"no plans in {pack / 'tests'} or {pack}")
    failures: list[Failure] = []
    for file in files:
        found = asyncio.run(_run(pack, file, seed, player, show=show, keep=keep))
        click.secho(f"{file.stem}: {'ok' if not found else f'{len(found)} not as expected'}",
                    fg="red" if found else "green")  # fmt: skip
        failures += found
    for failure in failures:
        click.echo(str(failure), err=True)
    raise SystemExit(1 if failures else 0)


async def _run(
    folder: Path, file: Path, seed: int, player: str, *, show: bool, keep: bool
) -> list[Failure]:
    from personagen_npc.cli.talk import example, local
    from personagen_npc.play import golden
    from personagen_npc.play.page import Both, Transcript, console_for
    from personagen_npc.play.plan import read_plan, run_plan
    from personagen_npc.play.stage import Stage

    statements = read_plan(file)
    kept = golden.GoldenPage()
    page = Both([kept, *([Transcript(console_for(sys.stdout), masked=True)] if show else [])])
    pack = folder if file.parent != folder else golden.pack_of(file, example())
    async with local(pack, seed) as game, Stage(game, page, player, player) as stage:
        failures = await run_plan(stage, statements)
    if keep and not failures:
        golden.keep(file, kept.text)
    return failures + golden.compare(file, kept.text)
