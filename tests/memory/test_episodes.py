"""Memories: who holds what how strongly, and what goes first."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadSave
from personagen_npc.memory.episodes import Memories, Memory

SHARE = st.floats(0, 1)
ROWS = st.lists(
    st.builds(
        Memory,
        happening=st.integers(0, 30),
        source=st.sampled_from(["seen", "told", "lie"]),
        teller=st.sampled_from(["", "mara"]),
        hops=st.integers(0, 9),
        strength=SHARE,
        step=st.integers(0, 2**40),
        emotion=st.sampled_from(["", "joy", "anger"]),
        intensity=SHARE,
        episode=st.integers(-1, 4),
        position=st.integers(0, 40),
        touched=st.floats(0, 1e6),
        times=st.just(1),
    ),
    max_size=12,
    unique_by=lambda m: m.happening,
)


def filled(rows: list[Memory]) -> Memories:
    memories = Memories()
    for row in rows:
        memories.hold(*row[:-1])
    return memories


@settings(deadline=None)
@given(ROWS, st.sets(st.integers(0, 30)))
def test_what_is_held_is_what_was_not_dropped(rows: list[Memory], gone: set[int]) -> None:
    memories = filled(rows)
    held = {r.happening for r in rows}
    assert memories.drop_many(sorted(gone)) == len(gone & held)
    left = [r for r in rows if r.happening not in gone]
    assert list(memories) == left
    assert all(memories[r.happening] == r for r in left)
    assert not any(h in memories for h in gone)


@settings(deadline=None)
@given(ROWS)
def test_a_save_brings_everything_back(rows: list[Memory]) -> None:
    memories = filled(rows)
    loaded = Memories.from_tree(json.loads(json.dumps(memories.to_tree())))
    assert list(loaded) == rows
    assert loaded.to_tree() == memories.to_tree()


def test_hearing_it_again_holds_it_once_and_as_firmly_as_the_firmer() -> None:
    memories = Memories()
    memories.hold(3, "told", "mara", 2, 0.4)
    memories.hold(3, "told", "tam", 1, 0.9)
    memories.hold(3, "told", "tam", 1, 0.1)
    assert [(m.teller, m.strength) for m in memories] == [("mara", 0.9)]


def test_holding_again_is_a_repetition_that_touches() -> None:
    memories = Memories()
    memories.hold(3, at=10.0)
    memories.hold(3, at=50.0, times=4)
    assert (memories[3].times, memories[3].touched) == (5, 50.0)


@pytest.mark.parametrize(
    "harm",
    [{"v": 99}, {"hops": []}, {"source": [77]}, {"emotion": [-1]}, {"happening": [1, 1]}],
)
def test_a_torn_save_is_refused(harm: dict[str, object]) -> None:
    memories = Memories()
    memories.hold(0)
    with pytest.raises(BadSave):
        Memories.from_tree(memories.to_tree() | harm)
