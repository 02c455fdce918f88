"""``demo``: the scripted visit to Emberfall, over a real socket to a server of its own."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from personagen_npc.cli.child import Listening
    from personagen_npc.cli.loop import Beside
    from personagen_npc.play.beats import Page
    from personagen_npc.play.script import Script
    from personagen_npc.play.stage import Stage


@click.command("demo")
@click.option(
    "--script",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another script; the built-in one is personagen_npc/play/data/demo.yaml.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
@click.option(
    "--transcript",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file as plain text, times masked.",
)
@click.option("--no-chat", is_flag=True, help="End after the script, also on a terminal.")
def command(file: Path | None, as_json: bool, transcript: Path | None, no_chat: bool) -> None:
    r"""See it at work: a visit to Emberfall, then your own.

    Starts a server in a process of its own with an empty store, connects to it as a game would, and
    plays a script: every line that NPCs say is made by them, then and there. On a terminal you may
    go on talking when it is over; /help lists what can be typed.

    \b
    Examples:
      personagen-npc demo
      personagen-npc demo --no-chat | less
      personagen-npc demo --transcript visit.txt
    """
    from personagen_npc.cli.child import server
    from personagen_npc.cli.loop import Beside
    from personagen_npc.cli.talk import example, on_terminal
    from personagen_npc.play.script import DEMO, read_script

    script = read_script(file.resolve() if file else DEMO)
    kept = StringIO()
    page = _page(as_json, transcript, kept)
    talk = on_terminal() and not (as_json or transcript or no_chat)
    with (
        server(["--packs", str(example().parent), "--embeddings", "off"]) as listening,
        Beside() as beside,
    ):
        _visit(beside, listening, script, page, talk=talk)
    if transcript:
        from personagen_npc.play.transcript import trimmed

        transcript.write_text(trimmed(kept.getvalue()), encoding="utf-8", newline="\n")
        click.echo(f"written to {transcript}")


def _page(as_json: bool, transcript: Path | None, kept: StringIO) -> Page:
    from personagen_npc.play.page import Lines, Transcript, console_for
    from personagen_npc.play.transcript import WIDTH

    if as_json:
        return Lines(sys.stdout)
    if transcript:
        return Transcript(console_for(kept, WIDTH), masked=True)
    return Transcript(console_for(sys.stdout))


def _visit(beside: Beside, listening: Listening, script: Script, page: Page, *, talk: bool) -> None:
    """Play the script; then, on a terminal, let the user go on in the same world."""
    from personagen_npc.cli.talk import leave, prompt
    from personagen_npc.play.beats import Note
    from personagen_npc.play.chat import Chat

    stage = beside.run(_opened(listening, script, page))
    try:
        from personagen_npc.play.demo import play

        beside.run(play(stage, script))
        if talk:
            page.show(Note("Now you: type to talk, /help for more, /quit to leave."))
            chat = Chat(stage)
            beside.run(chat.begin())
            prompt(beside, chat)
    finally:
        beside.run(leave(stage, stop=True))


async def _opened(listening: Listening, script: Script, page: Page) -> Stage:
    """The script's world, made new, and its player in it."""
    from personagen_npc.build import connect
    from personagen_npc.play.stage import Stage

    game = await connect(listening.url, token=listening.token)
    await game.open("demo", packs=list(script.packs), seed=script.seed)
    stage = Stage(game, page, script.player, script.name)
    await stage.begin()
    return stage
