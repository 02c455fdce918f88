"""``save show`` and ``save diff``: what a save holds of its people, and how two saves differ."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from personagen_npc.cli.savefile import counting, opened, somebody

if TYPE_CHECKING:
    from personagen_npc.cli.savefile import Opened

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ALL_ROWS = 10_000
TROUBLE = 2  # as diff ends where it could not compare


@click.command("show")
@click.argument("file", type=FILE)
@click.argument("npc", required=False, default="")
@click.option("--all", "whole", is_flag=True, help="Every memory and belief, not the strongest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the header, then people.")
def show(file: Path, npc: str, whole: bool, as_json: bool) -> None:
    r"""A dossier of everybody in a save, or of one NPC.

    Who they are and how they feel, what moved in them, how they stand to players and each other,
    what they remember and from whom, what they believe, want and have learned, and what is still
    open with them. Ends with 1 when the file is damaged.

    \b
    Examples:
      personagen-npc save show store/village/saves/evening.npcsave
      personagen-npc save show store/village/saves/evening.npcsave berta
    """
    save = opened(file)
    who = somebody(save, (npc,)) if npc else tuple(save.world.npcs)
    if as_json:
        _as_json(save, who, file)
        return
    from personagen_npc.authoring.dossiers.dossier import dossiers
    from personagen_npc.play.dossier import ROWS, page
    from personagen_npc.play.page import console_for, fits

    console = console_for(sys.stdout)
    if not npc:
        for name, value in save.header.items():
            click.echo(f"{name:>8}  {value}")
    for d in dossiers(save.world, who):
        plain = not fits(console.encoding)
        console.print(page(d, plain=plain, rows=ALL_ROWS if whole else ROWS))


def _as_json(save: Opened, who: tuple[str, ...], file: Path) -> None:
    import orjson

    from personagen_npc.authoring.dossiers.dossier import dossiers

    people: dict[str, Any] = {}
    with counting("reading minds", len(who)) as step:
        for d in dossiers(save.world, who):
            people[d.id] = _plain(d)
            step()
    row = {**save.header, "bytes": file.stat().st_size, "npcs": people}
    click.echo(orjson.dumps(row).decode())


def _plain(value: Any) -> Any:
    """Named tuples as objects, all the way down."""
    if hasattr(value, "_asdict"):
        return {k: _plain(v) for k, v in value._asdict().items()}
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


@click.command("diff")
@click.argument("one", type=FILE)
@click.argument("other", type=FILE)
@click.argument("npc", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a difference.")
def diff(one: Path, other: Path, npc: str, as_json: bool) -> None:
    r"""What everybody, or one NPC, learned, forgot, felt and believed between two saves.

    One line a difference. Ends like diff: with 0 when the two are the same, with 1 when they
    differ, with 2 when one cannot be read.

    \b
    Example:
      personagen-npc save diff morning.npcsave evening.npcsave berta
    """
    import orjson

    from personagen_npc.authoring.dossiers.comparison import compared
    from personagen_npc.play.dossier import lines
    from personagen_npc.play.page import console_for

    a, b = opened(one, TROUBLE), opened(other, TROUBLE)
    who = somebody(b if npc in b.world.npcs else a, (npc,), TROUBLE) if npc else ()
    with counting("comparing", len(who or b.world.npcs)) as step:
        found = compared(a.world, b.world, who, step)
    if as_json:
        for d in found:
            click.echo(orjson.dumps(d._asdict()).decode())
    else:
        console = console_for(sys.stdout)
        for line in lines(found):
            console.print(line, soft_wrap=True)
    raise SystemExit(1 if found else 0)
