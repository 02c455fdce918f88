"""Connections that are lost in the middle: nothing lost, nothing doubled, nobody waits for ever."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc import build
from personagen_npc.errors import Lost
from personagen_npc.wire.messages import Resync

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.client.client import Client


async def turns(game: Client) -> int:
    return int((await game.ask("stats"))["turns"])


@pytest.mark.parametrize("after", [0, 1, 2, 7])
async def test_requests_lost_on_the_way_out_are_done_once(
    game: Client, road: Any, after: int
) -> None:
    road.sends = after
    says = [asyncio.create_task(game.say("mara", f"Line {k}.")) for k in range(10)]
    await asyncio.sleep(0.05)
    road.sends = None
    replies = await asyncio.gather(*says)
    assert len({r.turn for r in replies}) == 10
    assert await turns(game) == 10
    assert road.dials == 2


@pytest.mark.parametrize("after", [0, 1, 5])
async def test_answers_lost_on_the_way_back_come_once(game: Client, road: Any, after: int) -> None:
    road.reads = after
    says = [asyncio.create_task(game.say("mara", f"Line {k}.")) for k in range(10)]
    await asyncio.sleep(0.05)
    road.reads = None
    replies = await asyncio.gather(*says)
    assert len({r.turn for r in replies}) == 10
    assert await turns(game) == 10


async def test_under_many_cuts_the_world_is_as_without_any(game: Client, road: Any) -> None:
    dice = random.Random(4)
    heard = game.spoke()

    async def talk(player: str) -> list[str]:
        out = []
        for k in range(10):
            out.append((await game.say("mara", f"Line {k}.", player=player)).turn)
            await game.perform("tomas", f"{player} {k}")
        return out

    async def cutter() -> None:
        while True:
            await asyncio.sleep(dice.uniform(0.002, 0.02))
            road.cut()

    cutting = asyncio.create_task(cutter())
    spoken = await asyncio.gather(*(talk(f"p{k}") for k in range(5)))
    cutting.cancel()
    assert len({t for turns in spoken for t in turns}) == 50
    assert await turns(game) >= 50
    await game.close()
    performed = [s.text async for s in heard if s.npc == "tomas"]
    assert sorted(performed) == sorted({f"p{p} {k}" for p in range(5) for k in range(10)})
    assert road.dials > 3


async def test_reads_are_asked_again(game: Client, road: Any) -> None:
    road.reads = 0
    stats = asyncio.create_task(game.ask("stats"))
    await asyncio.sleep(0.05)
    road.reads = None
    assert (await stats)["npcs"] == 2


async def test_lines_missed_meanwhile_are_heard_in_order_and_once(
    game: Client, road: Any, server: build.Running, client_over: Callable[..., Any]
) -> None:
    heard = game.spoke()
    other_road = type(road)(server.ready.url)
    async with await client_over(other_road) as other:
        await other.open("w")
        await other.perform("mara", "One.")
        assert (await anext(heard)).text == "One."
        road.closed = True
        road.cut()
        for text in ("Two.", "Three."):
            await other.perform("mara", text)
        road.closed = False
        await game.ping()
        await other.perform("mara", "Four.")
        assert [(await anext(heard)).text for _ in range(3)] == ["Two.", "Three.", "Four."]
        assert heard.dropped == 0


async def test_what_was_subscribed_stays_subscribed_over_a_restart(
    settings: Any, client_over: Callable[..., Any], make_road: Callable[..., Any]
) -> None:
    async with build.running(settings) as server:
        road = make_road(server.ready.url)
        game = await client_over(road)
        await game.open("w", packs=["good"], seed=1)
        await game.say("mara", "Hello!")
        await game.subscribe(npcs=["tomas"])
        heard = game.spoke()
    async with build.running(settings.model_copy()) as server:
        road.url = server.ready.url
        async with game:
            assert await turns(game) == 1
            await game.perform("mara", "Not for us.")
            await game.perform("tomas", "For us.")
            async with asyncio.timeout(10):
                assert (await anext(heard)).text == "For us."


async def test_a_server_that_does_not_come_back_ends_every_call(
    game: Client, road: Any, client_over: Callable[..., Any], server: build.Running
) -> None:
    short = type(road)(server.ready.url)
    client = await client_over(short, patience_s=0.0)
    short.closed = True
    short.cut()
    calls = [asyncio.create_task(client.ping()) for _ in range(3)]
    for call in calls:
        with pytest.raises(Lost):
            await call
    await client.close()


async def test_writes_of_a_session_that_was_forgotten_are_reported_lost(
    game: Client, road: Any, server: build.Running
) -> None:
    pushed = game.pushed()
    road.closed = True
    road.cut()
    await asyncio.sleep(0.05)
    say = asyncio.create_task(game.say("mara", "Hello?"))
    ping = asyncio.create_task(game.ping())
    await asyncio.sleep(0)
    for link in list(server.host.links.values()):
        server.host.drop(link)
    road.closed = False
    with pytest.raises(Lost, match="forgot"):
        await say
    await ping
    assert isinstance(await anext(pushed), Resync)
    assert (await game.say("mara", "Hello!")).npc == "mara"


async def test_a_session_taken_over_elsewhere_is_not_taken_back(
    game: Client, road: Any, server: build.Running
) -> None:
    from personagen_npc.client.session import Session, Who

    thief = Session(type(road)(server.ready.url).dial, Who("secret", player="P1"), "w", 1.0)
    thief.welcome, thief._ids = game.welcome, 1000
    assert (await thief.start()).resumed
    with pytest.raises(Lost, match="replaced"):
        await game.say("mara", "Hello?")
    await thief.end(polite=False)
