"""Fading: what is left of a memory, what renews it, and what goes first when there is no room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.fading import (
    DAY_S,
    MOST_TIMES,
    called_up,
    effective,
    half_life,
    least_worthy,
    retention,
)
from personagen_npc.memory.happening import Happenings

SHARE = st.floats(0, 1)


def one(importance: float = 0.3, now: float = 0.0, **hold: float) -> float:
    """Effective strength of a single memory, held at second 0."""
    world, memories = Happenings(), Memories()
    world.add("Something.", importance=importance)
    memories.hold(0, **hold)  # type: ignore[arg-type]
    return float(effective(memories, world, now)[0])


def test_half_is_left_after_a_half_life_and_the_rest_goes_ever_more_slowly() -> None:
    days = half_life(0.5)
    assert retention(days, days) == 0.5
    assert retention(4 * days, days) > 0.25  # a power of time, not 2 ** -4
    assert one(0.5, days * DAY_S) == 0.5


@given(SHARE, SHARE, st.integers(1, 400), st.floats(0, 1e5), st.floats(0, 1e5))
def test_time_only_weakens(
    importance: float, intensity: float, times: int, days: float, more: float
) -> None:
    life = half_life(importance, intensity, times)
    assert 0.0 < retention(days + more, life) <= retention(days, life) <= 1.0


@given(SHARE, st.floats(1.0, 3e4))
def test_what_matters_what_moved_and_what_came_often_is_held_longer(
    importance: float, days: float
) -> None:
    now = days * DAY_S
    plain = one(importance, now)
    assert one(min(1.0, importance + 0.1), now) >= plain
    assert one(importance, now, intensity=0.5) > plain
    assert one(importance, now, times=3) > plain
    assert one(importance, now, times=MOST_TIMES) == one(importance, now, times=10 * MOST_TIMES)


def test_telling_it_renews_it() -> None:
    world, memories = Happenings(), Memories()
    world.add("Something.", importance=0.3)
    memories.hold(0, strength=0.5)
    later = 100 * DAY_S
    faint = effective(memories, world, later)[0]
    memories.hold(0, strength=called_up(0.5), at=later)
    assert effective(memories, world, later)[0] > 0.5 > faint
    assert called_up(1.0) == 1.0


def test_nobody_at_all_fades() -> None:
    assert effective(Memories(), Happenings(), 5.0).tolist() == []
    assert least_worthy(Memories(), Happenings(), 5.0, 3) == []


def test_the_faint_goes_first_what_was_felt_and_what_matters_stays() -> None:
    world, memories = Happenings(), Memories()
    for importance in (0.1, 0.1, 0.1, 1.0):
        world.add("Something.", importance=importance)
    memories.hold(0, strength=0.5)
    memories.hold(1, strength=0.2)
    memories.hold(2, strength=0.2, emotion="fear", intensity=0.9)
    memories.hold(3, strength=0.2)
    assert least_worthy(memories, world, 0.0, 2) == [1, 0]
    assert least_worthy(memories, world, 0.0, 0) == []
    assert len(least_worthy(memories, world, 0.0, 9)) == 4


@given(st.sets(st.integers(0, 11)), st.integers(0, 12))
def test_evidence_goes_only_when_nothing_else_is_left(keep: set[int], count: int) -> None:
    world, memories = Happenings(), Memories()
    for k in range(12):
        world.add("Something.", importance=k / 12)
        memories.hold(k)
    gone = least_worthy(memories, world, 0.0, count, keep)
    assert len(gone) == count
    free = 12 - len(keep)
    assert keep.isdisjoint(gone[:free])
