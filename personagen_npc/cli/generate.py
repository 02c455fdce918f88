"""``generate``: a person, or a whole town, without a language model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

GENRES: Final = ("village", "modern", "space")
SEED: Final = click.option(
    "--seed", default=1, show_default=True, help="Another number, another result."
)
COMPLEXITY: Final = click.option(
    "--complexity", type=click.IntRange(1, 10), default=5, show_default=True,
    help="How much has happened to a person, and how much follows from it.",
)  # fmt: skip


@click.group("generate")
def command() -> None:
    """Make people, or a town of them, from a few words and a number."""


@command.command("person")
@click.option("--theme", default="", help='A few words, such as "a bitter dwarf locksmith".')
@SEED
@COMPLEXITY
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it here; in the npcs folder of a pack it takes that pack's cultures and places.",
)
@click.option(
    "--world", "pack", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A pack to join: it gets the file, and people there who know the newcomer.",
)  # fmt: skip
def person(theme: str, seed: int, complexity: int, out: Path | None, pack: Path | None) -> None:
    r"""Make a person: what happened first, and all else from it.

    \b
    Examples:
      personagen-npc generate person --theme "a bitter dwarf locksmith who lost a son"
      personagen-npc generate person --theme "an android barkeeper" --seed 3 --complexity 9
      personagen-npc generate person --theme "a weary cooper" --world mypack
    """
    from personagen_npc.cli.create import written

    if pack is not None and out is not None:
        raise click.UsageError("--world says where the file goes: leave out --out")
    if pack is None:
        written(theme, complexity, seed, out)
        return
    from personagen_npc.authoring.reader import read_folder
    from personagen_npc.authoring.written import write_newcomer

    read = read_folder(pack)
    if read.pack is None:
        raise click.UsageError(f"{pack} is no sound pack: see personagen-npc check")
    files = write_newcomer(read.pack, pack, theme, complexity, seed)
    click.echo("\n".join(f"written to {f}" for f in files))


@command.command("town")
@click.option(
    "--size", type=click.IntRange(4, 400), default=40, show_default=True, help="How many people."
)
@SEED
@click.option(
    "--genre",
    type=click.Choice(GENRES),
    default=GENRES[0],
    show_default=True,
    help="The kind of world.",
)
@COMPLEXITY
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="An empty or new folder; it becomes a world pack.",
)  # fmt: skip
def town(size: int, seed: int, genre: str, complexity: int, out: Path) -> None:
    r"""Make a town: families, work, quarrels, debts, a history, errands; a pack to chat with.

    \b
    Examples:
      personagen-npc generate town --size 40 --seed 7 --out mytown
      personagen-npc chat mytown
    """
    from personagen_npc.authoring.written import write_town
    from personagen_npc.persona.town import found

    with _Bar(size) as told:
        made = found(size, seed, genre, complexity, told)
    files = write_town(made, out)
    click.echo(f"{made.world['name']}: {len(made.people)} people, {len(files)} files in {out}")
    click.echo(f"Talk with them: personagen-npc chat {out}")


class _Bar:
    """A bar on standard error, shown where somebody watches."""

    def __init__(self, size: int) -> None:
        from rich.progress import Progress

        from personagen_npc.play.page import console_for

        self._progress = Progress(console=console_for(sys.stderr), transient=True)
        self._task = self._progress.add_task("people", total=size)

    def __enter__(self) -> Callable[[int], None]:
        self._progress.start()
        return lambda done: self._progress.update(self._task, completed=done)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
