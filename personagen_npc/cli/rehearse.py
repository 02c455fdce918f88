"""``rehearse``: an evening's talk with an NPC, line by line from a file, kept as a transcript."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from personagen_npc.play.part import Part


@click.command("rehearse")
@click.argument(
    "parts",
    nargs=-1,
    required=True,
    metavar="PART...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--pack", default="", help="Another pack's folder, or the name of an example.")
@click.option("--npc", default="", help="Another NPC than the one that the part names.")
@click.option("--seed", type=int, default=None, help="Another seed than the one that it names.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write NAME.md for each part into this folder, instead of printing it.",
)
@click.option("--check", is_flag=True, help="Write nothing; end with 1 where --into has another.")
def command(
    parts: tuple[Path, ...], pack: str, npc: str, seed: int | None, into: Path | None, check: bool
) -> None:
    r"""Play one player's lines to one NPC and write down the talk, in Markdown.

    PART is a text file of lines as they are typed in chat: what is said, and /commands. Its first
    comments name NPC, player and seed; parts in a pack's folder "parts" are played in that pack.
    The same part, seed and pack give the same transcript.

    \b
    Examples:
      personagen-npc rehearse examples/emberfall/parts/berta_curious.txt
      personagen-npc rehearse examples/*/parts/*.txt --into docs/transcripts
      personagen-npc rehearse examples/*/parts/*.txt --into docs/transcripts --check
      personagen-npc rehearse my_lines.txt --pack outpost --npc dace
    """
    from personagen_npc.play.part import read_part

    if check and into is None:
        raise click.UsageError("--check needs --into, the folder to compare with")
    differ = False
    for file in parts:
        part = read_part(file)
        text = asyncio.run(played(file, part._replace(seed=part.seed if seed is None else seed),
                                  pack, npc))  # fmt: skip
        differ |= _put(text, into / f"{file.stem}.md" if into else None, check=check)
    raise SystemExit(1 if differ else 0)


async def played(file: Path, part: Part, pack: str = "", npc: str = "") -> str:
    """The transcript of a part, in a fresh world of its own."""
    from personagen_npc.cli.talk import connected
    from personagen_npc.play.markdown import Markdown
    from personagen_npc.play.part import play_part
    from personagen_npc.play.stage import Stage

    page = Markdown()
    page.title(part.title, f"*Made by `personagen-npc rehearse` from {file.name}, seed "
                           f"{part.seed}: {part.said} lines said.*")  # fmt: skip
    async with (
        await connected(pack or str(_pack_of(file)), seed=part.seed, embeddings="off") as game,
        Stage(game, page, part.player, "You") as stage,
    ):
        await play_part(stage, part, npc)
        page.show(await stage.figures())
    return page.text


def _pack_of(file: Path) -> Path:
    folder = file.resolve().parent.parent
    if not (folder / "world.yaml").is_file():
        raise click.UsageError(f"{file} lies in no pack's folder: name one with --pack")
    return folder


def _put(text: str, file: Path | None, *, check: bool) -> bool:
    """Print, write or compare a transcript; whether it differs from the one that is there."""
    if file is None:
        click.echo(text, nl=False)
        return False
    if check:
        alike = file.is_file() and file.read_text("utf-8") == text
        click.secho(f"{file}: {'as kept' if alike else 'differs'}", fg="green" if alike else "red")
        return not alike
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"written to {file}")
    return False
