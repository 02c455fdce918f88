"""``save export|import|merge|strip``: saves out to designers' files, and back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from personagen_npc.cli.savefile import (
    counting,
    opened,
    somebody,
    stop,
    waiting,
    write_save,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from personagen_npc.authoring.dossiers.edits import Edit, Problem
    from personagen_npc.cli.savefile import Opened

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


@click.command("export")
@click.argument("file", type=FILE)
@click.option("--to", "kind", required=True, help="What to write.",
              type=click.Choice(["json", "yaml", "csv", "graphml", "html"]))  # fmt: skip
@click.option("--npc", "npcs", multiple=True, help="Only this NPC; may be given several times.")
@click.option("--out", type=click.Path(path_type=Path),
              help="A file, for csv a folder; NAME.json and the like when absent.")  # fmt: skip
def export(file: Path, kind: str, npcs: tuple[str, ...], out: Path | None) -> None:
    r"""Write a save as a file for people and their tools.

    json and yaml hold all that a designer may change, and come back by ``import``; csv is a folder
    of tables, graphml who stands how to whom, html one page to read, search and print.

    \b
    Examples:
      personagen-npc save export evening.npcsave --to html
      personagen-npc save export evening.npcsave --to yaml --npc berta --out berta.yaml
    """
    save = opened(file)
    somebody(save, npcs)
    out = out or Path(file.stem + ("-csv" if kind == "csv" else f".{kind}"))
    made = _MAKE[kind](save, npcs or tuple(save.world.npcs))
    if isinstance(made, str):
        write_whole(out, made.encode())
    else:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            write_whole(out / name, text.encode())
    count = len(npcs or save.world.npcs)
    click.echo(f"{out}: {count} {'person' if count == 1 else 'people'}")


def _document(save: Opened, npcs: Sequence[str]) -> dict[str, Any]:
    from personagen_npc.authoring.dossiers.document import document

    whole = len(npcs) == len(save.world.npcs)
    with counting("reading minds", len(npcs)) as step:
        return document(save.world, save.header, None if whole else npcs, step)


def _json(save: Opened, npcs: Sequence[str]) -> str:
    from personagen_npc.authoring.dossiers.formats import as_json

    return as_json(_document(save, npcs))


def _yaml(save: Opened, npcs: Sequence[str]) -> str:
    from personagen_npc.authoring.dossiers.formats import as_yaml

    plain = _document(save, npcs)
    with counting("writing minds", len(npcs)) as step:
        return as_yaml(plain, step)


def _people(save: Opened, npcs: Sequence[str]) -> list[Any]:
    from personagen_npc.authoring.dossiers.dossier import dossiers

    found = []
    with counting("reading minds", len(npcs)) as step:
        for d in dossiers(save.world, npcs):
            found.append(d)
            step()
    return found


def _csv(save: Opened, npcs: Sequence[str]) -> dict[str, str]:
    from personagen_npc.authoring.dossiers.formats import tables

    return tables(_document(save, npcs), _people(save, npcs))


def _graphml(save: Opened, npcs: Sequence[str]) -> str:
    from personagen_npc.authoring.dossiers.formats import graphml

    return graphml(_people(save, npcs))


def _html(save: Opened, npcs: Sequence[str]) -> str:
    from personagen_npc.authoring.dossiers.page import html

    return html(save.world, save.header, _people(save, npcs))


_MAKE: dict[str, Callable[[Opened, Sequence[str]], str | dict[str, str]]] = {
    "json": _json, "yaml": _yaml, "csv": _csv, "graphml": _graphml, "html": _html,
}  # fmt: skip


@click.command("import")
@click.argument("edited", type=FILE)
@click.option("--into", required=True, type=FILE, help="The save that it was exported from.")
@click.option("--out", required=True, type=NEW, help="The save to write.")
def import_(edited: Path, into: Path, out: Path) -> None:
    r"""Bring an edited export back into its save, as a new save.

    Relations, beliefs, memories, goals, moods, notes, variables and the texts of what happened may
    be changed. Each change is checked, and told; where one is refused nothing is written, all that
    is wrong is told by its path, and the command ends with 1.

    \b
    Example:
      personagen-npc save import evening.yaml --into evening.npcsave --out edited.npcsave
    """
    from personagen_npc.authoring.dossiers.edits import changed, misshapen, refused
    from personagen_npc.authoring.dossiers.formats import read
    from personagen_npc.errors import BadSave

    try:
        with waiting(f"reading {edited.name}"):
            wanted = read(edited)
    except BadSave as fault:
        stop(f"{edited}: {fault.message}")
    _refuse(edited, misshapen(wanted))
    save = opened(into)
    with waiting("comparing"):
        edits = changed(_document(save, tuple(save.world.npcs)), wanted)
    _refuse(edited, refused(save.world, edits))
    _write(save, edits, out)


def _refuse(file: Path, problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(f"{file}: {problem.text()}", err=True)
    if problems:
        raise SystemExit(1)


def _write(save: Opened, edits: Sequence[Edit], out: Path) -> None:
    from personagen_npc.authoring.dossiers.amendment import amended
    from personagen_npc.errors import BadSave

    for edit in edits:
        click.echo(edit.text())
    try:
        with waiting("changing minds"):
            world = amended(save.world, edits)
    except BadSave as fault:
        stop(f"{out}: not written: {fault.message} ({fault.field}: {fault.got})")
    write_save(out, save.header, world, save.packed)
    click.echo(f"{out}: {_count(edits, 'change')}")


@click.command("merge")
@click.argument("designer", type=FILE)
@click.argument("player", type=FILE)
@click.option("--base", required=True, type=FILE, help="The save that both began from.")
@click.option("--out", required=True, type=NEW, help="The save to write: the player's, edited.")
@click.option("--prefer", type=click.Choice(["designer", "player"]),
              help="Whose value stays where both changed one.")  # fmt: skip
def merge(designer: Path, player: Path, base: Path, out: Path, prefer: str | None) -> None:
    r"""Bring what a designer changed in a save into the one that a player made of it since.

    All that the designer changed is told: taken over, in conflict because the player's game changed
    it otherwise, or left out because it is no designer's to change. With a conflict and without
    ``--prefer`` nothing is written, and the command ends with 1.

    \b
    Example:
      personagen-npc save merge mended.npcsave player.npcsave --base base.npcsave --out new.npcsave
    """
    from personagen_npc.authoring.dossiers.reunion import resolved, reunite

    saves = [opened(f) for f in (base, designer, player)]
    for file, save in ((designer, saves[1]), (player, saves[2])):
        if (save.world.name, save.world.seed) != (saves[0].world.name, saves[0].world.seed):
            stop(f"{file}: of another world than {base}, which neither can have begun from")
    whole = [_document(s, tuple(s.world.npcs)) for s in saves]
    with waiting("comparing"):
        found = reunite(whole[0], whole[1], whole[2], saves[2].world)
    _told("both have", (e.text() for e in found.same))
    _told("left out", (p.text() for p in found.left))
    _told(f"conflict, {prefer or 'undecided'}", (c.text() for c in found.clashes))
    if found.clashes and prefer is None:
        click.echo(f"{_count(found.clashes, 'conflict')}: nothing written, see --prefer", err=True)
        raise SystemExit(1)
    edits = [*found.edits]
    if prefer == "designer":
        edits += [e for clash in found.clashes for e in resolved(clash)]
    _write(saves[2], edits, out)


def _told(what: str, rows: Iterable[str]) -> None:
    for row in rows:
        click.echo(f"{what}: {row}")


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


@click.command("strip")
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=NEW, help="The save to write.")
def strip(file: Path, out: Path) -> None:
    r"""Take players' names and words out of a save, so that it can be shared.

    How people stand to players, what they learned from them and what happened stays; players are
    called player1 and so on, and what somebody typed is gone from every mind. Says what was
    removed.

    \b
    Example:
      personagen-npc save strip evening.npcsave --out for-the-bug-report.npcsave
    """
    from personagen_npc.authoring.dossiers.privacy import stripped

    save = opened(file)
    with waiting("looking for players"):
        world, removed = stripped(save.world)
    write_save(out, {**save.header, "note": ""}, world, save.packed)
    if save.header.get("note"):
        removed = {**removed, "note of the save": 1}
    for what, count in removed.items():
        click.echo(f"removed: {what}: {count}")
    click.echo(f"{out}: {_count([*world.players], 'player')} without a name")
