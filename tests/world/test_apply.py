"""Replay equals live: the recorded changes alone give the same world, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc import changes as changes_module
from personagen_npc.changes import KINDS, from_plain, to_plain
from personagen_npc.host.commands import COMMANDS
from personagen_npc.world import agenda, roster
from personagen_npc.world.apply import APPLY
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

NUMBER = st.integers(0, 16)
OFTEN = [*sorted(COMMANDS), *["say"] * 6, "tick", "tick"]
DEEDS = st.lists(st.tuples(st.sampled_from(OFTEN), NUMBER, NUMBER, NUMBER), max_size=60)


def test_every_kind_of_change_has_its_way_to_be_applied() -> None:
    assert set(APPLY) == set(KINDS.values())
    assert set(KINDS.values()) == set(changes_module.Change.__args__)
    assert len(KINDS) <= 25  # more than about two dozen nobody keeps in mind


def _journaled(changes: list[Any]) -> bytes:
    packed: bytes = msgpack.packb(to_plain(changes))
    return packed


def _read(row: bytes) -> list[Any]:
    return from_plain(msgpack.unpackb(row, use_list=False))


@settings(max_examples=60)
@given(deeds=DEEDS)
def test_replay_equals_live(
    town: Callable[[], World], carry_out: Callable[..., Any], deeds: list[tuple[str, int, int, int]]
) -> None:
    world, rows = town(), []
    for deed in deeds:
        changes = carry_out(world, *deed)
        if changes is not None:
            rows.append((world.step, _journaled(changes)))
    replayed = town()
    for step, row in rows:
        replayed.replay(step, _read(row))
    assert snapshot.dump(replayed) == snapshot.dump(world)


def test_the_village_replayed_is_the_village(
    village: World, emberfall: Any, founded: bytes
) -> None:
    rows: list[tuple[int, bytes]] = []

    def step(command: Any, *args: Any, **fields: Any) -> None:
        village.begin()
        command(village, *args, **fields)
        rows.append((village.step, _journaled(village.end())))

    said = ("Hello.", "What happened at the mill?", "Any news?", "You old goat!", "I'm sorry.",
            "What do you sell?", "Twenty.", "I saw that the bridge is down.", "Bye.")  # fmt: skip
    for hour in range(1, 30):
        step(agenda.tick, hour * 3600.0)
        for k, npc in enumerate(village.npcs):
            step(talk.say, [npc], f"p{k % 3}", said[(hour * 7 + k) % len(said)])
    step(roster.drop_player, "p1", forget=True)
    replayed = snapshot.load(founded, emberfall)
    for number, row in rows:
        replayed.replay(number, _read(row))
    assert snapshot.dump(replayed) == snapshot.dump(village)


def test_a_refused_command_costs_no_step(
    town: Callable[[], World], carry_out: Callable[..., Any]
) -> None:
    world = town()
    before = snapshot.dump(world)
    assert carry_out(world, "say", 5, 0, 0) is None  # nobody
    assert carry_out(world, "tick", 0, 0, 0) is None  # backwards
    assert carry_out(world, "npc.set", 0, 0, 3) is None  # to the moon
    assert snapshot.dump(world) == before
