"""What demo, chat, create and plan share: a world to talk in, and the prompt."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from personagen_npc.errors import Lost, PersonagenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from personagen_npc.cli.loop import Beside
    from personagen_npc.client.client import Client
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.play.chat import Chat
    from personagen_npc.play.stage import Stage

PORCH: Final = Path(__file__).parent.parent / "play" / "data" / "porch"
YOU: Final = "you"
URLS: Final = ("ws://", "wss://")


def on_terminal() -> bool:
    """Whether somebody sits there who can go on talking."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def example(name: str = "emberfall") -> Path:
    """A pack that came with the program. Raises PersonagenError when it did not."""
    from personagen_npc.config import EXAMPLES

    found = next((root / name for root in EXAMPLES if (root / name).is_dir()), None)
    if found is None:
        raise PersonagenError(f"the example {name} did not come with this installation")
    return found


def pack_at(named: str) -> Path:
    """A pack's folder; where there is none of that name, the example that goes by it."""
    if not named:
        return example()
    if not Path(named).exists() and named.isidentifier():
        with suppress(PersonagenError):
            return example(named)
    return Path(named)


@asynccontextmanager
async def local(pack: Path, seed: int | None = None) -> AsyncIterator[Client]:
    """A world of a pack inside this program; it is gone afterwards."""
    from personagen_npc.build import connect

    async with await connect(f"local:{pack}", seed=seed) as game:
        yield game


async def connected(
    target: str, token: Path | None = None, world: str | None = None, store: Path | None = None,
    seed: int | None = None, embeddings: str | None = None,
) -> Client:  # fmt: skip
    """A world of a pack inside this program, or one that is open on the server at a URL.

    Raises PersonagenError when a server has no world open, or several and none is named.
    """
    from personagen_npc.build import connect
    from personagen_npc.config import variable

    address = target if target.startswith(URLS) else f"local:{pack_at(target)}"
    if address == target and world is None:
        world = await _only_world(target, token)
    found = embeddings or os.environ.get(variable("embeddings"), "auto")
    return await connect(
        address, token=token, world=world, store=store, seed=seed, embeddings=found
    )


async def _only_world(url: str, token: Path | None) -> str:
    from personagen_npc.build import connect

    async with await connect(url, token=token) as game:
        worlds = [str(row["world"]) for row in (await game.worlds())["worlds"] if row["open"]]
    if not worlds:
        raise PersonagenError("no world is open on the server: a game opens one with `world.open`")
    if len(worlds) > 1:
        raise PersonagenError(f"several worlds are open, choose one: --world {' | '.join(worlds)}")
    return worlds[0]


def prompt(beside: Beside, chat: Chat) -> None:
    """Read lines and hand them to the chat, until it is over, the input ends or Ctrl-C."""
    with suppress(ImportError):
        import readline  # noqa: F401 - arrow keys and history at the prompt
    while not chat.over:
        try:
            line = input(chat.prompt if on_terminal() else "")
        except EOFError:
            click.echo()
            return
        try:
            beside.run(chat.handle(line))
        except (Lost, TimeoutError) as fault:
            click.secho(str(fault) or "no answer in time", fg="red", err=True)
            return


def talk_with(persona: PersonaProfile, seed: int) -> None:
    """Talk with one persona on a porch."""
    from personagen_npc.cli.loop import Beside
    from personagen_npc.play.chat import Chat
    from personagen_npc.play.page import Transcript, console_for
    from personagen_npc.play.stage import Stage

    page = Transcript(console_for(sys.stdout))
    with Beside() as beside:
        game = beside.run(_spawned(persona, seed))
        stage = Stage(game, page, YOU, YOU)
        try:
            beside.run(stage.begin())
            chat = Chat(stage, persona.id)
            beside.run(chat.begin())
            prompt(beside, chat)
        finally:
            beside.run(leave(stage))


async def _spawned(persona: PersonaProfile, seed: int) -> Client:
    from personagen_npc.build import connect

    game = await connect(f"local:{PORCH}", seed=seed)
    plain = persona.model_dump(mode="json", exclude_defaults=True)
    await game.spawn(profile=plain, place="porch")
    return game


async def leave(stage: Stage, *, stop: bool = False) -> None:
    """Say goodbye; ``stop`` the server as well."""
    await stage.end()
    if stop:
        with suppress(PersonagenError):
            await stage.game.shutdown()
    await stage.game.close()
