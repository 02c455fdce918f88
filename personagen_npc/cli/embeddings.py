"""``embeddings``: vectors that find memories by meaning, made on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from personagen_npc.engines.static import Table

_INTO = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the vectors lie; the user's cache folder when absent.",
)


@click.group("embeddings")
def command() -> None:
    """Let memories be found by meaning too, not by their words alone.

    Static vectors are made once, on this machine, from an installed package; nothing is downloaded.
    Servers use them by themselves (--embeddings auto). Without any, everything works on words.
    """


@command.command("build")
@_INTO
def build(folder: Path | None) -> None:
    r"""Make static vectors: a minute at most on a machine that is not busy, and 8 MB.

    \b
    Needs the extra `semantic`:
      pip install 'personagen-npc[semantic]'
      personagen-npc embeddings build
    """
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from personagen_npc.engines.distil import distil
    from personagen_npc.play.page import console_for

    into = folder or _default()
    columns = (TextColumn("{task.description:<20}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console_for(sys.stderr)) as progress:
        bars: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done, total=total)

        table = distil(into, told)
    click.echo(_line(table))


@command.command("list")
@_INTO
@click.option("--json", "as_json", is_flag=True, help="One JSON object a table.")
def list_(folder: Path | None, as_json: bool) -> None:
    """Show what was built, and where."""
    from personagen_npc.engines.static import META, look
    from personagen_npc.errors import NoVectors

    places = [folder] if folder else sorted(p.parent for p in _default().parent.glob(f"*/{META}"))
    rows: list[dict[str, Any]] = []
    for place in places:
        row: dict[str, Any] = {"folder": str(place)}
        try:
            table = look(place)
            row |= {"source": table.source, "dim": table.dim, "tokens": table.tokens, "problem": ""}
        except NoVectors as fault:
            row |= {"source": "", "dim": 0, "tokens": 0, "problem": fault.message}
        rows.append(row)
    if as_json:
        import orjson

        for row in rows:
            click.echo(orjson.dumps(row).decode())
    elif not rows:
        click.echo("none built yet: personagen-npc embeddings build")
    else:
        for row in rows:
            click.echo(row["problem"] or f"{row['source']}  {row['dim']} numbers  {row['folder']}")


@command.command("check")
@_INTO
def check(folder: Path | None) -> None:
    """Read every file of the vectors, and embed two lines with them; ends with 1 if one is bad."""
    from personagen_npc.engines.static import StaticEmbedder, look

    place = folder or _default()
    embedder = StaticEmbedder.load(place)
    vectors = embedder.embed(["a fire at the mill", "the mill burned down"])
    table = look(place)
    if not vectors.any(axis=1).all():
        from personagen_npc.errors import NoVectors

        raise NoVectors(f"{place}: these vectors know no words", field="embeddings")
    click.echo(f"{_line(table)}: good")


@command.command("remove")
@_INTO
def remove(folder: Path | None) -> None:
    """Delete the built vectors. Worlds go on with words alone."""
    from personagen_npc.engines.static import META

    place = folder or _default()
    if not (place / META).is_file():
        click.echo(f"nothing built at {place}")
        return
    shutil.rmtree(place)
    click.echo(f"removed {place}")


def _default() -> Path:
    from personagen_npc.engines.static import built_folder

    folder = built_folder()
    if folder is None:
        from personagen_npc.errors import NoVectors

        raise NoVectors("this user has no cache folder; name one with --folder", field="folder")
    return folder


def _line(table: Table) -> str:
    size = sum(f.stat().st_size for f in table.folder.iterdir()) / 1e6
    return (
        f"{table.source}: {table.tokens} tokens, {table.dim} numbers, {size:.1f} MB, {table.folder}"
    )
