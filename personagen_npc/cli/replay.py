"""``replay``: a journal's session again, and where the bytes first differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from personagen_npc.host.replaying import Differs
    from personagen_npc.store.journal import Journal

_JOURNAL = click.Path(exists=True, path_type=Path)


@click.command("replay")
@click.argument("journal", type=_JOURNAL)
@click.option("--against", type=_JOURNAL,
              help="Compare with another journal instead, row by row.")  # fmt: skip
@click.option("--embeddings", default="off", show_default=True,
              help="Vectors of the world, as for serve; off takes rows of such a world as they "
              "stand.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(journal: Path, against: Path | None, embeddings: str, as_json: bool) -> None:
    r"""Put a journal's inputs through the minds of this program, and compare every byte.

    JOURNAL is a world's journal.db or its folder. It is read only, also while a server writes it.
    Ends with 0 when everything comes out as it was, with 1 when a row differs, and names it. What
    came from outside (saves, vectors, fits) is taken as it stands.

    \b
    Examples:
      personagen-npc replay store/village
      personagen-npc replay store/village/journal.db --against copy/journal.db
    """
    with _opened(journal) as one:
        if against is not None:
            with _opened(against) as other:
                from personagen_npc.host.replaying import compared

                found = compared(one, other)
                _tell(f"{one.counted()} rows", found, as_json)
        else:
            from personagen_npc.build import embedder_of
            from personagen_npc.host.replaying import replayed

            opener = embedder_of(embeddings)
            again, taken, found = replayed(one, opener() if opener is not None else None)
            _tell(f"{again} steps lived again, {taken} rows taken as they stood", found, as_json)
    raise SystemExit(1 if found is not None else 0)


def _opened(path: Path) -> Journal:
    from personagen_npc.store.reading import Reading

    return Reading(path / "journal.db" if path.is_dir() else path)


def _tell(what: str, found: Differs | None, as_json: bool) -> None:
    if as_json:
        import orjson

        click.echo(orjson.dumps({"rows": what, "differs": found and found._asdict()}).decode())
        return
    if found is None:
        click.echo(f"the same: {what}")
        return
    click.echo(f"row {found.seq} ({found.kind}, {found.turn}) differs in {found.part}: {found.at}")
    click.echo(f"  was: {found.was}")
    click.echo(f"  now: {found.now}")
    click.echo(f"after {what}")
