"""``chat``: talk with a pack's people, or with those of a running server."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("chat")
@click.argument("target", default="", metavar="[PACK|URL]")
@click.option("--npc", default="", help="Whom to talk with first.")
@click.option("--player", default="you", show_default=True, help="Who you are, as an id.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the server's token, for a URL.",
)
@click.option("--world", default=None, help="A world that is open on the server, for a URL.")
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the world here, so that they remember you next time.",
)
@click.option("--seed", type=int, default=None, help="Seed of a new world; drawn when absent.")
def command(
    target: str, npc: str, player: str, token_file: Path | None, world: str | None,
    store: Path | None, seed: int | None,
) -> None:  # fmt: skip
    r"""Talk with people, at a prompt.

    PACK is a world pack's folder, or the name of an example: emberfall (which is taken without one)
    or outpost. A URL is a server that runs, with the world that a game has open there. /help lists
    what else can be typed.

    \b
    Examples:
      personagen-npc chat
      personagen-npc chat outpost
      personagen-npc chat mypack --npc mara --store ./worlds
      personagen-npc chat ws://127.0.0.1:7865 --token-file store/token --world village
    """
    from personagen_npc.cli.loop import Beside
    from personagen_npc.cli.talk import connected, leave, on_terminal, prompt
    from personagen_npc.play.beats import Note
    from personagen_npc.play.chat import Chat
    from personagen_npc.play.page import Transcript, console_for
    from personagen_npc.play.stage import Stage

    page = Transcript(console_for(sys.stdout))
    with Beside() as beside:
        game = beside.run(connected(target, token_file, world, store, seed))
        stage = Stage(game, page, player, player)
        try:
            beside.run(stage.begin())
            chat = Chat(stage, npc)
            beside.run(chat.begin())
            if on_terminal():
                page.show(Note("Type to talk; /go NAME to turn to another, /help, /quit."))
            prompt(beside, chat)
        finally:
            beside.run(leave(stage))
