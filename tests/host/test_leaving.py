"""A world that is left for another state: it goes on while all is made ready, and is kept whole."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from personagen_npc.changes import ClockMoved, DueSet
from personagen_npc.host import files
from personagen_npc.host.aside import aside, short_turns
from personagen_npc.host.leaving import arriving, leaving
from personagen_npc.host.still import Still
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    import pytest

    from personagen_npc.host.host import Host
    from personagen_npc.host.leaving import Left
    from personagen_npc.host.room import Room


def _state(host: Host) -> dict[str, Any]:
    tree = snapshot.to_tree(host.rooms["w"].world)
    return {k: v for k, v in tree.items() if k not in {"branch", "step", "ancestry", "name"}}


async def test_what_is_done_while_a_load_is_made_ready_is_in_the_future_that_is_left(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await game.ask(m.Save, name="one")
    room, before = host.rooms["w"], _state(host)
    meanwhile: list[dict[str, Any]] = []

    async def busy(room: Room) -> Left:
        left = await leaving(room)
        room.world.begin()
        for change in _some(room):
            room.world.do(change)
        room.world.end()
        meanwhile.append(_state(host))
        return left

    monkeypatch.setattr(files, "leaving", busy)
    await game.ask(m.Load, name="one")
    assert _state(host) == before
    assert not room.world.captures  # nobody listens any more
    await game.ask(m.LoadUndo)
    assert _state(host) == meanwhile[0] != before


def _some(room: Room) -> list[Any]:
    npc = next(iter(room.world.npcs))
    return [ClockMoved(room.world.now + 60.0), DueSet(npc, 90.0)]


async def test_a_world_packed_before_anybody_is_in_it_comes_back_the_same(
    host: Host, game: Any
) -> None:
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    world = host.rooms["w"].world
    refs, blobs = await arriving(world)
    again = Still.fetched(refs, dict(blobs).__getitem__).world(world.pack)
    assert snapshot.dump(again) == snapshot.dump(world)


async def test_threads_change_places_as_usual_afterwards() -> None:
    usual = sys.getswitchinterval()
    with short_turns():
        assert await aside(sys.getswitchinterval) < usual
        await asyncio.gather(aside(int), aside(int))
        assert sys.getswitchinterval() < usual
    assert sys.getswitchinterval() == usual
