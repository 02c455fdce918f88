"""NPCs act on their own, but only as game time passes, and never more at once than is bearable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import BadField, Conflict
from personagen_npc.world import agenda, roster
from personagen_npc.world.agenda import LONGEST_S, PER_TICK, tick
from personagen_npc.world.remembering.sleep import LIGHT, all_slept
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

DAY = 86400.0
BARK = [{"id": "bark", "act": "bark", "lines": ["Hm."]}]


@pytest.fixture
def crowd(hamlet: Callable[..., World]) -> World:
    """Two hundred people at one place."""
    return hamlet(npcs={f"n{k}": {} for k in range(200)}, voice=BARK)


def test_a_tick_does_so_much_and_leaves_the_rest_due(crowd: World, step: Step) -> None:
    data = [step(crowd, tick, DAY).data for _ in range(4)]
    assert [d["done"] for d in data] == [PER_TICK, PER_TICK, PER_TICK, 200 - 3 * PER_TICK]
    assert [d["due"] for d in data] == [200 - k * PER_TICK for k in (1, 2, 3)] + [0]
    assert step(crowd, tick, DAY).data == {"time": DAY, "done": 0, "due": 0}


def test_a_night_of_full_memories_is_shared_out_over_ticks(crowd: World, step: Step) -> None:
    """A tick does less where there is more to sleep over; in the end everybody has slept."""
    happenings = [crowd.happenings.add(f"Thing {k}.", at=0.0) for k in range(4 * LIGHT)]
    for npc in crowd.npcs.values():
        for happening in happenings:
            npc.memories.hold(happening)
    data = [step(crowd, tick, 2 * DAY).data for _ in range(2)]
    assert all(0 < d["done"] <= PER_TICK // 5 + 1 for d in data)
    while step(crowd, tick, 2 * DAY).data["due"]:
        pass
    assert all_slept(crowd)


def test_who_waited_longest_comes_first(crowd: World, step: Step) -> None:
    due = sorted((n.due, n.id) for n in crowd.npcs.values())
    step(crowd, tick, DAY)
    acted = {n.id for n in crowd.npcs.values() if n.due > DAY}
    assert acted == {i for _, i in due[:PER_TICK]}


@pytest.mark.parametrize("years", [1, 40, 399])
def test_a_jump_of_years_is_one_round_not_one_for_every_hour(
    crowd: World, step: Step, years: int
) -> None:
    at, done = years * 365 * DAY, 0
    while True:
        data = step(crowd, tick, at).data
        done += data["done"]
        if not data["due"]:
            break
    assert done == 200


def test_time_never_runs_backwards(village: World, step: Step) -> None:
    step(village, tick, 100.0)
    before = snapshot.dump(village)
    with pytest.raises(Conflict) as caught:
        tick(village, 99.9)
    assert caught.value.field == "time"
    assert "100" in caught.value.allowed
    assert snapshot.dump(village) == before
    assert step(village, tick, 100.0).data["time"] == 100.0  # standing still is no way back


def test_a_leap_beyond_reason_is_refused(village: World) -> None:
    with pytest.raises(BadField) as caught:
        tick(village, LONGEST_S * 1.01)
    assert caught.value.field == "time"
    assert village.now == 0.0


def test_a_paused_world_stands_still(village: World, step: Step) -> None:
    step(village, roster.pause, True)
    with pytest.raises(Conflict):
        tick(village, 100.0)
    assert village.now == 0.0
    step(village, roster.pause, False)
    assert step(village, tick, 100.0).data["time"] == 100.0


def test_without_a_tick_nobody_does_anything(village: World, step: Step) -> None:
    turns = {n.id: n.turns for n in village.npcs.values()}
    for _ in range(20):
        step(village, roster.set_world, {}, {}, "rain")
    assert {n.id: n.turns for n in village.npcs.values()} == turns


def test_a_day_in_the_village_is_heard(village: World, step: Step) -> None:
    said = [s for hour in range(1, 25) for s in step(village, tick, hour * 3600.0).said]
    assert len({s.npc for s in said}) > 8
    assert len({s.text for s in said}) > len(said) / 2
    for line in said:
        assert line.text.strip()
        assert line.place == village.npcs[line.npc].place
        assert line.npc not in line.heard_by


@pytest.mark.parametrize("fields", [
    {"state": "dead"}, {"state": "asleep"}, {"state": "busy"}, {"state": "unloaded"},
    {"locked": True},
])  # fmt: skip
def test_who_cannot_speak_does_not(village: World, step: Step, fields: dict[str, Any]) -> None:
    step(village, roster.set_npc, "edda", fields)
    said = [s for hour in range(1, 49) for s in step(village, tick, hour * 3600.0).said]
    assert said
    assert "edda" not in {s.npc for s in said}


def test_the_next_moment_comes_hours_later_and_differs(village: World, step: Step) -> None:
    step(village, tick, DAY)
    waits = [n.due - DAY for n in village.npcs.values()]
    assert all(0.5 * agenda.EVERY_S <= w <= 1.5 * agenda.EVERY_S for w in waits)
    assert len(set(waits)) == len(waits)


def test_two_worlds_of_one_seed_live_the_same_day_another_seed_another(
    hamlet: Callable[..., World], step: Step
) -> None:
    def day(seed: int) -> bytes:
        made = hamlet(seed=seed, npcs={f"n{k}": {} for k in range(9)}, voice=BARK)
        for hour in range(1, 13):
            step(made, tick, hour * 3600.0)
        return snapshot.dump(made)

    assert day(3) == day(3)
    assert day(3) != day(4)


def test_a_bark_for_a_situation(village: World, step: Step) -> None:
    outcome = step(village, agenda.bark_asked, "garrick", "sees_player", "ash")
    (line,) = outcome.said
    assert outcome.data["turn"] == line.turn
    assert line.text
    step(village, roster.set_npc, "garrick", {"state": "asleep"})
    with pytest.raises(Conflict):
        agenda.bark_asked(village, "garrick", "sees_player", "ash")


def test_news_spread_through_the_village_in_a_day(village: World, step: Step) -> None:
    from personagen_npc.world.deeds.happen import admit_event, happen

    step(village, roster.set_player, "ash", {"name": "Ash", "place": "forge"})
    event = {"type": "theft", "actor": "ash", "target": "edda"}
    step(village, lambda w: happen(w, [admit_event(w, event, "event")]))
    place = village.npcs["edda"].place
    step(village, roster.set_npc, "joss", {"place": place})
    for hour in range(1, 49):
        step(village, tick, hour * 3600.0)
    held = [n.id for n in village.npcs.values() if 0 in n.memories]
    assert "joss" in held
    assert village.npcs["joss"].memories[0].teller in village.npcs
