"""Whatever an engine does, who asks gets sentences in time or a clear end."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.engines.engine import Ask, EngineFailed, Said
from personagen_npc.engines.guarded import WAITING, GaveUp, Guarded, Wish

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

GOOD = json.dumps({"say": "The mill burned. Nobody saw it.", "act": "answer"})


class Acted:
    """An engine that does what a test tells it; notes who asked and what ended early."""

    name = "acted"

    def __init__(self, way: Callable[[Acted], AsyncGenerator[str]]) -> None:
        self.way = way
        self.asked: list[str] = []
        self.ended: list[str] = []
        self.most = self.running = 0

    async def stream(self, ask: Ask) -> AsyncGenerator[str]:
        who = ask.messages[-1].text
        self.asked.append(who)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            async with aclosing(self.way(self)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self.running -= 1
            self.ended.append(who)

    async def ready(self) -> None: ...

    async def close(self) -> None: ...


async def good(_: Acted) -> AsyncGenerator[str]:
    for k in range(0, len(GOOD), 7):
        await asyncio.sleep(0)
        yield GOOD[k : k + 7]


async def silent(_: Acted) -> AsyncGenerator[str]:
    await asyncio.Event().wait()
    yield ""


async def rubbish(_: Acted) -> AsyncGenerator[str]:
    yield "As a language model"


async def dead(engine: Acted) -> AsyncGenerator[str]:
    if engine.asked:
        raise EngineFailed("refused")
    yield ""


async def half(_: Acted) -> AsyncGenerator[str]:
    yield GOOD[:30]
    raise EngineFailed("the server went away")


async def endless(_: Acted) -> AsyncGenerator[str]:
    yield '{"say": "'
    while True:
        await asyncio.sleep(0)
        yield "and on "


def wish(who: str = "a", within: float = 5.0, rank: int = 0, world: str = "w") -> Wish:
    at = asyncio.get_running_loop().time() + within
    return Wish(Ask((Said("system", "You are Berta."), Said("user", who))), at, rank, world)


async def told(guarded: Guarded, what: Wish) -> list[Any]:
    async with aclosing(guarded.draft(what)) as parts:
        return [part async for part in parts]


async def test_sentences_then_the_whole() -> None:
    guarded = Guarded(Acted(good))
    assert await told(guarded, wish()) == [
        "The mill burned.", " Nobody saw it.", json.loads(GOOD)
    ]  # fmt: skip
    assert guarded.stats()["served"] == 1


async def test_a_silent_model_is_given_up_at_the_deadline_and_freed() -> None:
    engine = Acted(silent)
    guarded = Guarded(engine)
    asked = wish(within=0.05)
    with pytest.raises(GaveUp) as fault:
        await told(guarded, asked)
    assert fault.value.cause == "late"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert engine.ended == ["a"]
    assert guarded.stats()["running"] == 0


async def test_a_sentence_that_came_in_time_is_heard_before_the_end() -> None:
    async with aclosing(Guarded(Acted(half)).draft(wish())) as parts:
        assert await anext(parts) == "The mill burned."
        with pytest.raises(EngineFailed, match="went away"):
            await anext(parts)


@pytest.mark.parametrize("way", [rubbish, dead, endless])
async def test_what_is_no_answer_fails(way: Callable[[Acted], AsyncGenerator[str]]) -> None:
    with pytest.raises(EngineFailed):
        await told(Guarded(Acted(way)), wish())


async def test_it_tries_again_while_there_is_time() -> None:
    async def second_time(engine: Acted) -> AsyncGenerator[str]:
        async for piece in dead(engine) if len(engine.asked) == 1 else good(engine):
            yield piece

    engine = Acted(second_time)
    guarded = Guarded(engine)
    assert (await told(guarded, wish()))[-1] == json.loads(GOOD)
    assert guarded.stats()["again"] == 1


async def test_what_cannot_pass_is_not_tried_again() -> None:
    async def refused(engine: Acted) -> AsyncGenerator[str]:
        if engine.asked:
            raise EngineFailed("no such model", passing=False)
        yield ""

    engine = Acted(refused)
    with pytest.raises(EngineFailed):
        await told(Guarded(engine), wish())
    assert engine.asked == ["a"]


async def test_a_dead_model_is_left_alone_and_found_again() -> None:
    engine = Acted(dead)
    guarded = Guarded(engine)
    for _ in range(2):  # two tries each
        with pytest.raises(EngineFailed):
            await told(guarded, wish())
    asked = len(engine.asked)
    with pytest.raises(GaveUp) as fault:
        await told(guarded, wish())
    assert fault.value.cause == "down"
    assert len(engine.asked) == asked
    engine.way = good
    await asyncio.sleep(1.05)  # its pause
    assert guarded.stats()["breaker"] == "half_open"
    assert (await told(guarded, wish()))[-1] == json.loads(GOOD)
    assert guarded.stats()["breaker"] == "closed"


async def test_never_more_at_a_time_than_there_are_slots() -> None:
    engine = Acted(good)
    guarded = Guarded(engine, slots=3)
    await asyncio.gather(*(told(guarded, wish(str(k))) for k in range(40)))
    assert engine.most == 3
    assert guarded.stats()["served"] == 40


async def test_direct_speech_first_worlds_take_turns_oldest_deadline_first() -> None:
    engine = Acted(good)
    guarded = Guarded(engine, slots=1)
    wishes = [
        wish("first", 5, 0, "x"), wish("bark", 1, 1, "y"), wish("x-late", 4, 0, "x"),
        wish("x-soon", 2, 0, "x"), wish("y-late", 4.5, 0, "y"), wish("y-soon", 3, 0, "y"),
    ]  # fmt: skip
    await asyncio.gather(*(told(guarded, w) for w in wishes))
    assert engine.asked == ["first", "y-soon", "x-soon", "y-late", "x-late", "bark"]


async def test_a_crowd_of_one_world_does_not_hold_up_another() -> None:
    engine = Acted(good)
    guarded = Guarded(engine, slots=1)
    crowd = [told(guarded, wish(f"c{k}", 2, 0, "crowd")) for k in range(50)]
    await asyncio.gather(*crowd, told(guarded, wish("lonely", 4, 0, "lonely")))
    assert engine.asked.index("lonely") <= 2


async def test_too_many_that_wait_are_refused_at_once() -> None:
    guarded = Guarded(Acted(silent), slots=1)
    waiting = [asyncio.create_task(told(guarded, wish(within=0.2))) for _ in range(WAITING + 1)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(GaveUp) as fault:
        await told(guarded, wish())
    assert fault.value.cause == "busy"
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert {e.cause for e in ends if isinstance(e, GaveUp)} == {"late"}


async def test_who_takes_his_wish_back_frees_the_model_and_blames_nobody() -> None:
    engine = Acted(endless)
    guarded = Guarded(engine, slots=1)
    for _ in range(6):
        asked = asyncio.create_task(told(guarded, wish()))
        await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await asyncio.sleep(0.01)
    assert len(engine.ended) == 6
    assert guarded.stats()["breaker"] == "closed"


async def test_a_model_that_never_makes_it_in_time_is_left_alone() -> None:
    engine = Acted(silent)
    guarded = Guarded(engine)
    for _ in range(3):
        with pytest.raises(GaveUp):
            await told(guarded, wish(within=0.01))
    await asyncio.sleep(0.01)
    with pytest.raises(GaveUp) as fault:
        await told(guarded, wish())
    assert fault.value.cause == "down"


async def test_closing_ends_what_waits() -> None:
    guarded = Guarded(Acted(silent), slots=1)
    waiting = [asyncio.create_task(told(guarded, wish())) for _ in range(3)]
    await asyncio.sleep(0.01)
    await guarded.close()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(e, GaveUp) for e in ends)
