"""One order per world: what waits for a file holds the rest, and nothing else is held."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from personagen_npc.errors import OutOfOrder
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from personagen_npc.host.host import Host


class Gate:
    """Holds a blocking function until it is opened."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self._open = function, threading.Event()
        self.entered = threading.Event()

    def __call__(self, *args: Any) -> Any:
        self.entered.set()
        assert self._open.wait(20.0)
        return self._function(*args)

    def open(self) -> None:
        self._open.set()


async def test_a_load_holds_what_came_after_it(
    host: Host, game: Any, settle: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    await game.ask(m.Save, name="one")
    saves = host.rooms["w"].saves
    gate = Gate(saves.read)
    monkeypatch.setattr(saves, "read", gate)
    load = game.send(m.Load, name="one")
    says = [game.send(m.Say, npc="mara", player="ash", text=t) for t in ("Hello.", "Any news?")]
    look = game.send(m.Ask, what="stats")
    await asyncio.to_thread(gate.entered.wait, 20.0)
    await settle()
    assert not [a for re in (load, *says, look) for a in game.answers(re)]
    assert (await game.ask(m.Ping))["type"] == "ok"  # the host itself is not held
    gate.open()
    assert (await game.answer(load))["data"]["branch"] == 2
    turns = [(await game.answer(re))["turn"] for re in says]
    assert [t.partition(".")[0] for t in turns] == ["b2", "b2"]
    step = int(turns[1].partition(".s")[2])
    assert (await game.answer(look))["data"]["step"] == step
    order = [g["re"] for g in game.got if g.get("re") in {load, *says, look}]
    assert order == [load, *says, look]


async def test_another_world_is_not_held(
    host: Host, game: Any, sit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await game.ask(m.Save, name="one")
    other = sit()
    await other.ask(m.WorldOpen, name="v", packs=("good",), seed=7)
    gate = Gate(host.rooms["w"].saves.read)
    monkeypatch.setattr(host.rooms["w"].saves, "read", gate)
    load = game.send(m.Load, name="one")
    await asyncio.to_thread(gate.entered.wait, 20.0)
    reply = await other.ask(m.Say, npc="mara", player="ash", text="Hello.")
    assert reply["text"]
    assert not game.answers(load)
    gate.open()
    await game.answer(load)


async def test_a_save_holds_nobody_and_keeps_the_moment_it_was_asked_at(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = host.rooms["w"].saves
    gate = Gate(saves.write)
    monkeypatch.setattr(saves, "write", gate)
    save = game.send(m.Save, name="one")
    await game.ask(m.Say, npc="mara", player="ash", text="You fool!")
    assert not game.answers(save)
    gate.open()
    assert (await game.answer(save))["data"]["bytes"] > 0
    await game.ask(m.Load, name="one")
    relations = (await game.ask(m.Ask, what="relations", npc="mara", player="ash"))["data"]
    assert relations["items"] == []


async def test_a_message_without_a_world_is_out_of_order(sit: Callable[..., Any]) -> None:
    seat = sit()
    for kind, fields in (
        (m.Tick, {"time": 1.0}), (m.NpcList, {}), (m.Save, {"name": "one"}), (m.WorldClose, {}),
    ):  # fmt: skip
        found = await seat.refused(kind, **fields)
        assert found["code"] == OutOfOrder.code
        assert found["allowed"]


async def test_two_worlds_of_one_host_know_nothing_of_each_other(
    host: Host, game: Any, sit: Callable[..., Any]
) -> None:
    other = sit()
    await other.ask(m.WorldOpen, name="v", packs=("good",), seed=7)
    await game.ask(m.Say, npc="mara", player="ash", text="You stupid fool!")
    await game.ask(m.Tick, time=50000.0)
    await game.ask(m.Save, name="one")
    stats = (await other.ask(m.Ask, what="stats"))["data"]
    assert (stats["time"], stats["players"], stats["step"]) == (0.0, [], 1)
    assert (await other.ask(m.SaveList))["data"]["saves"] == []
    assert (await other.refused(m.Load, name="one"))["code"] == "unknown"
    assert not [g for g in other.got if g["type"] in {"spoke", "changed", "resync"}]
    await other.ask(m.Say, npc="mara", player="ash", text="Hello.")
    assert len(host.rooms["w"].world.npcs["mara"].memories) == 1
    assert len(host.rooms["v"].world.npcs["mara"].memories) == 0


async def test_the_same_requests_make_the_same_world_in_both(
    host: Host, game: Any, sit: Callable[..., Any]
) -> None:
    other = sit()
    await other.ask(m.WorldOpen, name="v", packs=("good",), seed=7)
    for seat in (game, other):
        for text in ("Hello.", "What do you sell?", "You fool!", "Goodbye."):
            await seat.ask(m.Say, npc="mara", player="ash", text=text)
        await seat.ask(m.Tick, time=40000.0)
    ours, theirs = (snapshot.to_tree(host.rooms[n].world) for n in ("w", "v"))
    assert ours | {"name": ""} == theirs | {"name": ""}


async def test_a_world_stays_open_while_somebody_is_in_it(
    host: Host, game: Any, sit: Callable[..., Any]
) -> None:
    other = sit()
    await other.ask(m.WorldOpen, name="w")
    await game.ask(m.WorldClose)
    assert "w" in host.rooms
    await other.ask(m.Say, npc="mara", player="ash", text="Hello.")
    await other.ask(m.WorldClose)
    assert "w" not in host.rooms
    listed = (await other.ask(m.WorldList))["data"]
    assert listed["worlds"] == [{"world": "w", "open": False}]
    assert "good" in listed["packs"]


async def test_opened_with_another_pack_or_name_that_is_not_there(
    host: Host, sit: Callable[..., Any]
) -> None:
    seat = sit()
    found = await seat.refused(m.WorldOpen, name="w", packs=("nothing",))
    assert (found["code"], found["field"]) == ("unknown", "packs.0")
    bad = await seat.refused(m.WorldOpen, name="w", packs=("bad",))
    assert bad["code"] in {"bad_pack", "bad_field"}
    assert not host.rooms
    assert (await seat.ask(m.WorldList))["data"]["worlds"] == []
    opened = (await seat.ask(m.WorldOpen, name="w", packs=("good",)))["data"]
    assert opened["new"]
    assert not (await seat.ask(m.WorldOpen, name="w"))["data"]["new"]
