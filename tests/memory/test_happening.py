"""Happenings: stored once, found by id, the same after a save."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadSave, Unknown
from personagen_npc.events import TWISTS
from personagen_npc.memory.happening import Happening, Happenings
from personagen_npc.words.stem import stems

IDS = st.sampled_from(["", "mara", "tam", "mill", "ford"])
ROWS = st.lists(
    st.builds(
        Happening,
        text=st.text(alphabet="abc mill{}'", max_size=30),
        kind=st.sampled_from(["event", "said", "told"]),
        actor=IDS,
        target=IDS,
        place=IDS,
        at=st.floats(-1e9, 1e12),
        step=st.integers(0, 2**50),
        importance=st.floats(0, 1),
        fact=IDS,
        names=st.lists(IDS, max_size=3).map(tuple),
        parent=st.just(-1),
        twist=st.sampled_from(TWISTS),
    ),
    max_size=8,
)


def filled(rows: list[Happening]) -> Happenings:
    world = Happenings()
    for number, row in enumerate(rows):
        assert world.add(*row) == number
    return world


@settings(deadline=None)
@given(ROWS)
def test_what_was_added_is_what_comes_back(rows: list[Happening]) -> None:
    world = filled(rows)
    assert [world[i] for i in range(len(world))] == rows


@settings(deadline=None)
@given(ROWS, st.sets(st.integers(0, 7)))
def test_a_save_brings_everything_back(rows: list[Happening], gone: set[int]) -> None:
    world = filled(rows)
    for number in sorted(gone):
        world.remove(number)
    tree = json.loads(json.dumps(world.to_tree()))
    loaded = Happenings.from_tree(tree)
    assert loaded.to_tree() == world.to_tree()
    assert [i in loaded for i in range(8)] == [i in world for i in range(8)]
    words = [loaded.vocabulary.word(n) for i in range(len(loaded)) for n in loaded.stems(i)]
    assert words == [world.vocabulary.word(n) for i in range(len(world)) for n in world.stems(i)]


def test_removed_ids_stay_taken() -> None:
    world = Happenings()
    world.add("The mill burned.", actor="tam", names=("mill",))
    world.remove(0)
    assert 0 not in world
    assert world.add("The mill stands again.") == 1
    assert list(world.stems(0)) == []
    assert world.who(0) == ()
    with pytest.raises(Unknown):
        world[0]


def test_only_what_somebody_holds_is_kept_and_what_it_was_made_of() -> None:
    world = filled([Happening(t, "event", "", "", "", 0.0, 0, 0.5, "", ()) for t in "abc"])
    world.add("d", parent=0, twist="mutated")
    assert world.unheld([[3]]) == [1, 2]
    assert world.unheld([(), (1,)]) == [0, 2, 3]
    assert world.unheld([]) == [0, 1, 2, 3]
    world.remove(2)
    assert world.unheld([[1]]) == [0, 3]


def test_slots_are_no_words() -> None:
    world = Happenings()
    world.add("{actor} burned the mill of {target}.")
    assert [world.vocabulary.word(n) for n in world.stems(0)] == list(stems("burned mill"))


@pytest.mark.parametrize(
    "harm", [{"v": 99}, {"at": []}, {"actor": [7]}, {"names": []}, {"who": [[-1]]}]
)
def test_a_torn_save_is_refused(harm: dict[str, object]) -> None:
    world = Happenings()
    world.add("The mill burned.")
    with pytest.raises(BadSave):
        Happenings.from_tree(world.to_tree() | harm)
