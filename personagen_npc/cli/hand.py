"""``learn refit``, ``learn policy``, ``learn export``: a designer's hand on what was learned."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from personagen_npc.errors import BadField, Unknown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from personagen_npc.client.client import Client
    from personagen_npc.host.saving import Kept
    from personagen_npc.world.world import World

URLS: Final = ("ws://", "wss://")
FIT_S: Final = 900.0  # seconds that a fit may take
OPS: Final = ("freeze", "unfreeze", "reset", "pin", "unpin", "copy", "learner")

TOKEN = click.option(
    "--token", "--token-file", "token",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of the server's secret, with a URL.",
)  # fmt: skip
WORLD = click.option("--world", help="Which of the server's open worlds, with a URL.")


@click.command("refit")
@click.argument("target", metavar="SAVE|URL")
@TOKEN
@WORLD
def refit(target: str, token: Path | None, world: str | None) -> None:
    r"""Fit anew what all NPCs have learned, from all that was ever rewarded at once.

    Needs torch (pip install 'personagen-npc[train]'), on a URL where the server is. A running world
    goes on meanwhile, and what it learned since is learned again on top. A save is written anew,
    the one before stays beside it as .npcsave.bak; it must hold all that it has learned from, the
    last 8,192 turns.

    \b
    Examples:
      personagen-npc learn refit ws://127.0.0.1:7865 --token store/token
      personagen-npc learn refit store/village/saves/evening.npcsave
    """
    if target.startswith(URLS):
        data = asked_of(target, token, world, lambda game: game.refit())
    else:
        data = rewritten(Path(target), _fitted)
    network = ", and the network" if data["network"] else ""
    click.echo(f"fitted to {data['lessons']} rewards on {data['device']}{network}; "
               f"{data['later']} came since and count on top")  # fmt: skip


@click.command("policy")
@click.argument("op", type=click.Choice(OPS))
@click.argument("target", metavar="SAVE|URL")
@click.option("--npc", help="Whose; all when absent.")
@click.option("--act", help="The act to pin or unpin, such as greet.")
@click.option("--pattern", type=click.IntRange(0), help="Instead: a pattern of the NPC, from 0.")
@click.option("--from", "source", help="With copy: whose learning the NPC takes.")
@click.option("--learner", type=click.Choice(["bayes", "network"]), help="With learner: which.")
@TOKEN
@WORLD
def policy(op: str, target: str, token: Path | None, world: str | None, **fields: Any) -> None:
    r"""Freeze, reset, pin or copy what NPCs have learned, or change what learns.

    freeze: acts as written, neither learns nor teaches. reset: forgets what it alone has learned.
    pin: an act is done exactly as often as written. copy: takes what another alone has learned.

    \b
    Examples:
      personagen-npc learn policy freeze ws://127.0.0.1:7865 --token store/token --npc orle
      personagen-npc learn policy copy evening.npcsave --npc berta --from orle
      personagen-npc learn policy pin evening.npcsave --npc orle --pattern 0
    """
    asked = {"op": "thaw" if op == "unfreeze" else op, **fields}
    if target.startswith(URLS):
        asked_of(target, token, world, lambda game: game.policy(**asked))
    else:
        rewritten(Path(target), lambda lived: decided(lived, asked))
    click.echo(f"{target}: {op} {fields['npc'] or 'everybody'}")


@click.command("export")
@click.argument("save", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The file to write: learned.json in a pack's folder.")  # fmt: skip
def export(save: Path, out: Path) -> None:
    r"""Write what a world has learned as a prior that ships with a pack.

    Only what holds in the world and for archetypes, nothing of single NPCs or players. A new world
    of a pack with learned.json begins from it.

    \b
    Example:
      personagen-npc learn export evening.npcsave --out packs/village/learned.json
    """
    import orjson

    from personagen_npc.learn.prior import learned

    found = learned(opened(save)[1].policy)
    data = orjson.dumps(found.model_dump(mode="json"), option=orjson.OPT_INDENT_2)
    out.write_bytes(_flat(data) + b"\n")
    size = out.stat().st_size // 1024 + 1
    click.echo(f"{out}: from {found.rewards} rewards, {len(found.world)} acts, "
               f"{len(found.archetypes)} archetypes, {size} KiB")  # fmt: skip


def _flat(data: bytes) -> bytes:
    """Pairs of numbers on one line each."""
    import re

    return re.sub(rb"\[\s+([^][\s,]+),\s+([^][\s,]+)\s+\]", rb"[\1, \2]", data)


# a server


def asked_of(
    url: str, token: Path | None, world: str | None, call: Callable[[Client], Awaitable[Any]]
) -> Any:
    """What a running server answers to a call; a fit may take its time."""

    async def visit() -> Any:
        from personagen_npc.cli.talk import connected

        async with await connected(url, token, world) as game:
            if world and game.world is None:
                raise Unknown(f"no world {world!r} is open there", field="world", got=world,
                              allowed="an open world's name")  # fmt: skip
            game.timeout_s = FIT_S
            return await call(game)

    return asyncio.run(visit())


# a save


def opened(save: Path) -> tuple[Kept, World]:
    """A save and its world. Raises BadField where there is none."""
    if not save.is_file():
        raise BadField(f"no such save: {save}", field="target", got=str(save),
                       allowed="a .npcsave file, ws://... or wss://...")  # fmt: skip
    return of_bytes(save.read_bytes())


def of_bytes(data: bytes) -> tuple[Kept, World]:
    """The same of a save's bytes."""
    from personagen_npc.host.saving import Kept

    kept = Kept(data)
    return kept, kept.world(kept.pack())


def rewritten(save: Path, change: Callable[[World], Any]) -> Any:
    """Change the world of a save and write it anew."""
    kept, world = opened(save)
    data = change(world)
    world.end()
    _write(save, kept, world)
    return data


def _write(save: Path, kept: Kept, world: World) -> None:
    """The save anew, whole or not at all; the one before beside it."""
    from personagen_npc.host.saving import PACK
    from personagen_npc.store.container import pack_save
    from personagen_npc.world.state.capture import Capture

    capture = Capture(world)
    blocks = [(PACK, kept.packed), *((name, made()) for name, made in capture.blocks())]
    data = pack_save(kept.header | capture.where, blocks)
    fresh = save.with_suffix(".fresh")
    fresh.write_bytes(data)
    save.replace(save.with_suffix(".npcsave.bak"))
    fresh.replace(save)


def _fitted(world: World) -> dict[str, Any]:
    from personagen_npc.host.fitting import fitted
    from personagen_npc.host.history import of_save
    from personagen_npc.learn.learner import NETWORK
    from personagen_npc.world.refits import refitted, seen

    network = (world.learns_by or world.pack.learner) == NETWORK
    fit = fitted(of_save(world), world.policy.to_tree(), network=network)
    world.do(refitted(world, seen(world), fit))
    return {**fit, "later": 0}


def decided(world: World, asked: dict[str, Any]) -> None:
    """Do to a world what the message `policy` would. Raises BadField, Unknown."""
    from pydantic import ValidationError

    from personagen_npc.host.commands import COMMANDS
    from personagen_npc.wire.faults import bad_field
    from personagen_npc.wire.messages import Policy

    plain = {"type": "policy", "id": 1, **{k: v for k, v in asked.items() if v is not None}}
    try:
        Policy.model_validate(plain)
    except ValidationError as wrong:
        raise bad_field(wrong, Policy, plain) from None
    COMMANDS["policy"](world, plain)
