"""``ask``: the same question to several NPCs, side by side."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("ask")
@click.argument("questions", nargs=-1, metavar="[QUESTION...]")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More questions from a file, one a line.",
)
@click.option("--npcs", required=True, help="Whom to ask, with commas between; or all.")
@click.option("--pack", default="", help="A pack's folder, an example's name, or a server's URL.")
@click.option("--seed", type=int, default=7, show_default=True, help="Seed of all chance.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the server's token, for a URL.",
)
@click.option("--world", default=None, help="A world that is open on the server, for a URL.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file."
)
def command(
    questions: tuple[str, ...], file: Path | None, npcs: str, pack: str, seed: int,
    token_file: Path | None, world: str | None, out: Path | None,
) -> None:  # fmt: skip
    r"""Ask several NPCs the same and set their answers side by side, in Markdown.

    Several questions are asked one after the other, each of everybody; nobody hears what the others
    say. Without --pack it is the example Emberfall.

    \b
    Examples:
      personagen-npc ask "Who burned the mill?" --npcs berta,garrick,wick
      personagen-npc ask "Hello!" "What is for supper?" --npcs all --pack outpost
      personagen-npc ask "You are a fool." --npcs dace,caulk --pack outpost --out fools.md
    """
    wanted = [*questions, *(_lines(file) if file else ())]
    if not wanted:
        raise click.UsageError("no question: give one, or --from FILE")
    text = asyncio.run(asked(wanted, npcs, pack, seed, token_file, world))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"written to {out}")


def _lines(file: Path) -> list[str]:
    rows = (row.strip() for row in file.read_text(encoding="utf-8-sig").splitlines())
    return [row for row in rows if row and not row.startswith("#")]


async def asked(
    questions: Sequence[str], npcs: str, pack: str, seed: int,
    token: Path | None = None, world: str | None = None,
) -> str:  # fmt: skip
    """Every answer to every question, as one page."""
    from personagen_npc.cli.talk import YOU, connected
    from personagen_npc.play.markdown import Markdown
    from personagen_npc.play.side_by_side import ask_all
    from personagen_npc.play.stage import Stage

    page = Markdown()
    game = await connected(pack, token, world, seed=seed, embeddings="off")
    async with game, Stage(game, page, YOU, "You") as stage:
        await ask_all(stage, page, questions, npcs)
    return page.text
