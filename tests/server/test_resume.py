"""A session goes on over its connections, a load and a restart: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable


async def turns(hand: Any) -> int:
    stats = await hand.ask("ask", what="stats")
    return int(stats["data"]["turns"])


async def cut(hand: Any) -> None:
    hand.socket.transport.abort()
    await hand.socket.wait_closed()


async def test_an_unknown_session_is_a_new_one_and_says_so(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.hello(resume={"session": "nobody", "seq": 4})
        assert (welcome["type"], welcome["resumed"]) == ("welcome", False)
        assert welcome["session"] != "nobody"


async def test_a_write_sent_again_gets_its_stored_answer(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.into_world()
        asked = await hand.send("say", npc="mara", player="P1", text="Hello!")
        first = await hand.answer(asked)
        await cut(hand)
    async with served.hand() as hand:
        again = await hand.hello(
            id=10, resume={"session": welcome["session"], "seq": first["seq"]}, world="w"
        )
        assert (again["resumed"], again["session"]) == (True, welcome["session"])
        second = await hand.ask("say", npc="mara", player="P1", text="Hello!", id=asked)
        assert second == first
        assert await turns(renumbered(hand, 10)) == 1


async def test_also_across_a_load(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.into_world()
        await hand.ask("save", name="before")
        asked = await hand.send("say", npc="mara", player="P1", text="Hello!")
        first = await hand.answer(asked)
        loaded = await hand.send("load", name="before")
        assert (await hand.answer(loaded))["type"] == "ok"
        assert await turns(hand) == 0
        last = hand.ids
        await cut(hand)
    async with served.hand() as hand:
        resume = {"session": welcome["session"], "seq": first["seq"]}
        await hand.hello(id=last + 1, resume=resume, world="w")
        again = await hand.ask("say", npc="mara", player="P1", text="Hello!", id=asked)
        assert again["turn"] == first["turn"]
        assert (await hand.ask("load", name="before", id=loaded))["type"] == "ok"
        assert await turns(renumbered(hand, last + 1)) == 0


def renumbered(hand: Any, last: int) -> Any:
    hand.ids = last
    return hand


async def test_also_across_a_restart_of_the_server(serving: Callable[..., Any]) -> None:
    async with serving() as served, served.hand() as hand:
        welcome = await hand.into_world()
        asked = await hand.send("say", npc="mara", player="P1", text="Hello!")
        first = await hand.answer(asked)
    async with serving() as served, served.hand() as hand:
        resume = {"session": welcome["session"], "seq": 0}
        again = await hand.hello(id=20, resume=resume, world="w")
        assert (again["resumed"], again["world"]) == (True, "w")
        second = await hand.ask("say", npc="mara", player="P1", text="Hello!", id=asked)
        assert {k: second[k] for k in first} == first
        assert await turns(renumbered(hand, 20)) == 1


async def test_after_a_new_id_the_old_ones_are_refused(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.into_world()
        asked = await hand.send("say", npc="mara", player="P1", text="Hello!")
        await hand.answer(asked)
        await cut(hand)
    async with served.hand() as hand:
        resume = {"session": welcome["session"], "seq": 99}
        await hand.hello(id=10, resume=resume, world="w")
        await hand.ask("ping")
        late = await hand.ask("say", npc="mara", player="P1", text="Hello!", id=asked)
        assert late["code"] == "out_of_order"


async def test_what_was_missed_comes_after_welcome_in_order_and_once(served: Any) -> None:
    async with served.hand() as game, served.hand() as other:
        welcome = await game.into_world()
        await other.hello(world="w")
        first = await other.ask("perform", npc="mara", text="One.")
        assert (await game.take())["text"] == "One."
        await cut(game)
        for text in ("Two.", "Three."):
            await other.ask("perform", npc="mara", text=text)
        async with served.hand() as back:
            resume = {"session": welcome["session"], "seq": first["seq"]}
            await back.hello(id=10, resume=resume, world="w")
            await other.ask("perform", npc="mara", text="Four.")
            texts = [(await back.take())["text"] for _ in range(3)]
            assert texts == ["Two.", "Three.", "Four."]


async def test_too_much_missed_is_one_resync(serving: Callable[..., Any]) -> None:
    async with serving(queue=65536) as served, served.hand() as game, served.hand() as other:
        welcome = await game.into_world()
        await other.hello(world="w")
        await cut(game)
        for _ in range(40):
            await other.ask("perform", npc="mara", text="x" * 2000)
        async with served.hand() as back:
            resume = {"session": welcome["session"], "seq": 1}
            await back.hello(id=10, resume=resume, world="w")
            missed = await back.take()
            assert (missed["type"], missed["reason"]) == ("resync", "gone")


async def test_what_happened_before_one_came_is_not_missed(served: Any) -> None:
    async with served.hand() as other:
        await other.into_world()
        await other.ask("perform", npc="mara", text="Long ago.")
        async with served.hand() as game:
            welcome = await game.into_world()
            await cut(game)
        async with served.hand() as back:
            resume = {"session": welcome["session"], "seq": 0}
            await back.hello(id=10, resume=resume, world="w")
            await other.ask("perform", npc="mara", text="Now.")
            assert (await back.take())["text"] == "Now."


async def test_the_older_connection_of_a_session_is_replaced(served: Any) -> None:
    async with served.hand() as old, served.hand() as new:
        welcome = await old.into_world()
        resume = {"session": welcome["session"], "seq": 0}
        assert (await new.hello(id=10, resume=resume, world="w"))["resumed"]
        code, reason = await old.closed()
        assert (code, reason[:8]) == (4006, "replaced")
        assert (await new.ask("say", npc="mara", player="P1", text="Hi"))["type"] == "reply"


async def test_a_session_cannot_be_taken_by_another_role(serving: Callable[..., Any]) -> None:
    async with (
        serving(observer_token=SecretStr("o")) as served,
        served.hand() as game,
        served.hand() as thief,
    ):
        welcome = await game.into_world()
        resume = {"session": welcome["session"], "seq": 0}
        taken = await thief.hello(token="o", role="observer", resume=resume, world="w")
        assert taken["resumed"] is False
        assert (await game.ask("ping"))["type"] == "ok"


async def test_after_bye_a_session_is_forgotten(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.hello()
        await hand.ask("bye")
        await hand.closed()
    async with served.hand() as hand:
        resume = {"session": welcome["session"], "seq": 0}
        assert (await hand.hello(id=10, resume=resume))["resumed"] is False


async def test_a_write_under_way_is_joined_not_repeated(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.into_world()
        for _ in range(30):
            await hand.send("say", npc="mara", player="P1", text="Hm?")
        last = hand.ids
        await asyncio.sleep(0)
        await cut(hand)
    async with served.hand() as hand:
        await hand.hello(id=100, resume={"session": welcome["session"], "seq": 0}, world="w")
        for asked in range(last - 29, last + 1):
            await hand.send("say", npc="mara", player="P1", text="Hm?", id=asked)
        hand.ids = 100
        assert await turns(hand) == 30
