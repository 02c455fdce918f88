"""What one connection bears: JSON, faults that change nothing, ends that say why."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import msgpack
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


async def test_a_session_by_hand_in_json(served: Any) -> None:
    async with served.hand(text=True) as hand:
        assert (await hand.hello(client="console"))["type"] == "welcome"
        opened = await hand.ask("world.open", name="first", packs=["good"], seed=7)
        assert (opened["data"]["world"], opened["data"]["new"]) == ("first", True)
        reply = await hand.ask("say", npc="mara", player="P1", text="Where is the forge?")
        assert (reply["type"], reply["npc"], reply["player"]) == ("reply", "mara", "P1")
        assert reply["text"]
        counted = await hand.ask("reward", turn=reply["turn"], value=0.5, kind="liked")
        assert counted["type"] == "ok"
        assert (await hand.ask("save", name="s1"))["type"] == "ok"
        piece = await hand.ask("save.export", name="s1", size=16)
        assert len(b64decode(piece["data"]["data"])) == 16
        assert (await hand.ask("bye"))["type"] == "ok"
        assert await hand.closed() == (1000, "bye")


async def test_an_unknown_field_is_named_and_the_connection_stays(served: Any) -> None:
    async with served.hand() as hand:
        await hand.into_world()
        error = await hand.ask("say", npc="mara", player="P1", text="Hi", loud=True)
        assert (error["code"], error["field"]) == ("bad_field", "loud")
        assert "whisper" in error["allowed"]
        stats = await hand.ask("ask", what="stats")
        assert stats["data"]["turns"] == 0


@pytest.mark.parametrize(
    "wrong", [{"time": float("nan")}, {"time": "soon"}, {"time": True}, {}, {"time": -1.0}]
)
async def test_a_wrong_value_changes_nothing(served: Any, wrong: dict[str, Any]) -> None:
    async with served.hand() as hand:
        await hand.into_world()
        error = await hand.ask("tick", **wrong)
        assert (error["code"], error["field"]) == ("bad_field", "time")
        assert (await hand.ask("tick", time=5.0))["type"] == "ok"


async def test_an_id_of_a_refused_message_can_be_used_again(served: Any) -> None:
    async with served.hand() as hand:
        await hand.into_world()
        await hand.ask("tick", time="soon", id=50)
        assert (await hand.ask("tick", time=1.0, id=50))["type"] == "ok"
        assert (await hand.ask("tick", time=2.0, id=50))["code"] == "out_of_order"
        assert (await hand.ask("tick", time=2.0, id=49))["code"] == "out_of_order"


@pytest.mark.parametrize("frame", [b"\xc1", b"", b"\x01", msgpack.packb({"a": 1}) + b"\x00", "{"])
async def test_a_broken_frame_closes_with_the_reason(served: Any, frame: bytes | str) -> None:
    async with served.hand() as hand:
        await hand.hello()
        await hand.socket.send(frame)
        error = await hand.take()
        assert (error["code"], error["re"]) == ("bad_frame", 0)
        code, reason = await hand.closed()
    assert (code, reason[:9]) == (4000, "bad_frame")


async def test_a_frame_over_the_limit_closes_with_the_reason(served: Any) -> None:
    async with served.hand() as hand:
        await hand.hello()
        await hand.socket.send(b"\x00" * 65537)
        assert (await hand.closed())[0] == 4001
    async with served.hand() as hand:
        await hand.hello()
        await hand.socket.send(b"\x00" * 2**20)
        assert (await hand.closed())[0] == 1009


async def test_too_deep_is_refused_and_the_connection_stays(served: Any) -> None:
    deep: Any = {}
    for _ in range(30):
        deep = {"a": deep}
    async with served.hand() as hand:
        await hand.into_world()
        assert (await hand.ask("npc.spawn", profile=deep))["type"] == "error"
        assert (await hand.ask("ping"))["type"] == "ok"


async def test_without_a_world_a_message_about_one_is_refused(served: Any) -> None:
    async with served.hand() as hand:
        await hand.hello()
        assert (await hand.ask("ask", what="stats"))["type"] == "error"
        assert (await hand.ask("ping"))["type"] == "ok"


async def test_what_is_sent_behind_world_open_finds_the_world_open(served: Any) -> None:
    async with served.hand() as hand:
        await hand.hello()
        await hand.send("world.open", name="w", packs=["good"], seed=1)
        say = await hand.send("say", npc="mara", player="P1", text="Hello!")
        assert (await hand.answer(say))["type"] == "reply"


async def test_bye_waits_for_everything_that_was_asked(served: Any) -> None:
    async with served.hand() as hand:
        await hand.into_world()
        asked = {await hand.send("save", name="s1")}
        asked |= {await hand.send("say", npc="mara", player="P1", text="Hm?") for _ in range(20)}
        asked.add(await hand.send("bye"))
        late = await hand.send("ping")
        answers = {}
        for _ in range(len(asked) + 1):
            plain = await hand.take()
            answers[plain["re"]] = plain["type"]
        assert await hand.closed() == (1000, "bye")
    assert answers.pop(late) == "error"
    assert answers.keys() == asked
    assert sorted(answers.values()) == ["ok"] * 2 + ["reply"] * 20


async def test_messages_over_the_rate_are_refused_by_id(serving: Callable[..., Any]) -> None:
    async with serving(rate=20) as served, served.hand() as hand:
        await hand.hello()
        ids = {await hand.send("ping") for _ in range(60)}
        answers = [await hand.take() for _ in ids]
        assert {a["re"] for a in answers} == ids
        kinds = {a["type"] for a in answers}
        assert kinds == {"ok", "error"}
        refused = [a for a in answers if a["type"] == "error"]
        assert {a["code"] for a in refused} == {"rate_limited"}
        assert len(refused) <= 22


async def test_a_flood_is_closed_with_the_reason(serving: Callable[..., Any]) -> None:
    async with serving(rate=20) as served, served.hand() as hand:
        await hand.hello()
        for _ in range(200):
            await hand.send("ping")
        code, reason = await hand.closed()
    assert (code, reason[:12]) == (4008, "rate_limited")


async def test_a_client_that_does_not_read_is_dropped_and_others_are_served(
    serving: Callable[..., Any],
) -> None:
    text = "x" * 2000
    async with (
        serving(queue=100_000, rate=10**6) as served,
        served.hand(max_queue=1) as slow,
        served.hand() as other,
    ):
        await slow.into_world()
        slow.socket.transport.pause_reading()
        await other.hello(world="w")
        before = len(served.host.links)
        dropped = False
        for _ in range(4000):
            said = await other.ask("perform", npc="mara", text=text)
            assert said["type"] == "ok"
            dropped = any(x.outbox is None for x in served.host.links.values())
            if dropped:
                break
        assert dropped
        assert len(served.host.links) == before
        assert (await other.ask("ping"))["type"] == "ok"
        slow.socket.transport.resume_reading()
        code, reason = await slow.closed()
    assert (code, reason[:4]) == (4007, "slow")


async def test_a_stopping_server_answers_what_was_asked_and_says_why_it_closes(
    serving: Callable[..., Any],
) -> None:
    stack = AsyncExitStack()
    served = await stack.enter_async_context(serving())
    async with served.hand() as hand, served.hand() as other:
        await hand.into_world()
        await other.hello(world="w")
        assert (await hand.ask("shutdown"))["type"] == "ok"
        assert served.host.stop.is_set()
        assert (await hand.closed())[0] == 4009
        asked = [await other.send("say", npc="mara", player="P1", text="Hi") for _ in range(5)]
        while served.host.rooms["w"].world.step < 6:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)
        stopping = asyncio.create_task(stack.aclose())
        assert [(await other.answer(a))["type"] for a in asked] == ["reply"] * 5
        code, reason = await other.closed()
        assert (code, reason[:7]) == (4009, "closing")
        await stopping
