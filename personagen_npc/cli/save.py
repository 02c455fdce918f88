"""``save``: what is in save files, without a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from personagen_npc.cli.dossiers import diff, show
from personagen_npc.cli.exchange import export, import_, merge, strip
from personagen_npc.cli.history import at_moment, load, log


@click.group("save")
def command() -> None:
    """Read, compare, change, check and mend save files.

    A world's saves lie in STORE/WORLD/saves, one .npcsave file each; the one before is kept beside
    it as .npcsave.bak.
    """


for one in (show, diff, export, import_, merge, strip, log, load, at_moment):
    command.add_command(one)


@command.command("list")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a save.")
def list_saves(folder: Path, as_json: bool) -> None:
    r"""Every save under a folder: a store, a world, or a folder of saves.

    \b
    Example:
      personagen-npc save list ~/.local/share/personagen-npc
    """
    rows = [_row(f) for f in sorted(folder.rglob("*.npcsave"))]
    if as_json:
        _as_json(rows)
        return
    if not rows:
        click.echo(f"no saves under {folder}")
        return
    from rich.table import Table

    from personagen_npc.play.page import console_for

    table = Table("save", "world", "game time", "note", "size", box=None, pad_edge=False)
    for row in rows:
        head = row["header"]
        told = (
            (str(head.get("date", "")), str(head.get("note", ""))) if head else ("", row["problem"])
        )
        table.add_row(row["name"], str(head.get("world", "")), *told, f"{row['bytes'] // 1024} KiB")
    console_for(sys.stdout).print(table)


@command.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--pack", "packs", multiple=True,
              type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Also say what a load under this pack would change; mods follow.")  # fmt: skip
def check(files: tuple[Path, ...], packs: tuple[Path, ...]) -> None:
    r"""Read saves as a load would, and say of each whether it is whole.

    Ends with 1 when one is not. With --pack, what becomes of people and ids that the pack has
    removed, renamed or changed since is listed; nothing is written.

    \b
    Example:
      personagen-npc save check store/village/saves/*.npcsave
      personagen-npc save check evening.npcsave --pack packs/village
    """
    from personagen_npc.errors import PersonagenError
    from personagen_npc.host.library import of_folders
    from personagen_npc.host.saving import Kept
    from personagen_npc.world.state.reconcile import reconciled

    pack = of_folders(packs) if packs else None

    bad = False
    for file in files:
        try:
            kept = Kept(file.read_bytes())
            world = kept.world(kept.pack())
            report = reconciled(world, pack).report if pack is not None else ()
        except PersonagenError as fault:
            bad = True
            click.echo(f"{file}: {fault.message}", err=True)
        else:
            click.echo(f"{file}: whole, {len(world.npcs)} NPCs")
            for line in report:
                click.echo(f"  {line}")
    raise SystemExit(1 if bad else 0)


@command.command("repair")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; beside the file as NAME.repaired.npcsave.",
)
def repair(file: Path, out: Path | None) -> None:
    r"""Make a save again out of what checksums vouch for, and list what is lost.

    The damaged file stays as it is. Ends with 1 when nothing can be made of it.

    \b
    Example:
      personagen-npc save repair store/village/saves/evening.npcsave
    """
    from personagen_npc.errors import PersonagenError
    from personagen_npc.host.mending import mend

    out = out or file.with_suffix(f".repaired{file.suffix}")
    try:
        blob, lost = mend(file.read_bytes())
    except PersonagenError as fault:
        click.echo(f"{file}: {fault.message}", err=True)
        raise SystemExit(1) from None
    out.write_bytes(blob)
    for line in lost:
        click.echo(f"lost: {line}")
    click.echo(f"{out}: " + ("repaired" if lost else "nothing was lost"))


def _row(file: Path) -> dict[str, Any]:
    from personagen_npc.errors import BadSave
    from personagen_npc.store.container import MAX_HEADER, read_header

    header: dict[str, Any] = {}
    problem = ""
    try:
        with file.open("rb") as data:
            header = read_header(data.read(MAX_HEADER + 1024))
    except (BadSave, OSError) as fault:
        problem = str(fault)
    return {"name": file.stem, "file": str(file), "bytes": file.stat().st_size,
            "header": header, "problem": problem}  # fmt: skip


def _as_json(rows: list[dict[str, Any]]) -> None:
    import orjson

    for row in rows:
        click.echo(orjson.dumps(row).decode())
