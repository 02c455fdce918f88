"""One knows what one was there for, saw from afar or heard through a wall, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.world import roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

PLACES: dict[str, dict[str, Any]] = {
    "gate": {"near": ["yard"]}, "yard": {"near": ["gate"]}, "tower": {"sees": ["gate", "yard"]},
    "mill": {},
}  # fmt: skip
SENSES = ("any", "seen", "heard")
REACHES = ("whisper", "talk", "loud", "far")
EVENTS: dict[str, dict[str, Any]] = {
    s: {"text": "{actor} did a thing to {target}.", "sense": s, "praise": -0.8, "benefit": -0.8,
        "reactions": ["{actor} did it!"] if s == "heard" else []}
    for s in SENSES
}  # fmt: skip
WHERE = {"gil": "gate", "ada": "gate", "yan": "yard", "tom": "tower", "mia": "mill"}
STATES = ("alive", "busy", "asleep", "dead", "unloaded")


@pytest.fixture
def world(hamlet: Callable[..., World], step: Step) -> World:
    """A guard and a maid at the gate, a groom in the yard, a watchman above, a miller far off."""
    made = hamlet(places=PLACES, events=EVENTS, npcs={i: {"place": p} for i, p in WHERE.items()})
    step(made, roster.set_player, "ash", {"name": "Ash", "place": "gate"})
    return made


@pytest.fixture
def post(step: Step) -> Callable[..., Any]:
    def take(world: World, kind: str, **fields: Any) -> Any:
        event = {"type": kind, "actor": "ash", "target": "gil", **fields}
        return step(world, lambda w: happen(w, [admit_event(w, event, "event")]))

    return take


def _holders(world: World) -> dict[str, str]:
    """Who holds anything -> the actor that it can name."""
    return {
        n.id: world.happenings[n.memories.happening[0]].actor
        for n in world.npcs.values()
        if len(n.memories)
    }


@pytest.mark.parametrize(("kind", "reach", "seen", "heard"), [
    ("any", "talk", {"gil", "ada", "tom"}, set()),
    ("any", "loud", {"gil", "ada", "tom", "yan"}, set()),
    ("seen", "talk", {"gil", "ada", "tom"}, set()),
    ("seen", "loud", {"gil", "ada", "tom"}, set()),
    ("heard", "talk", {"gil"}, {"ada"}),
    ("heard", "loud", {"gil"}, {"ada", "yan"}),
    ("heard", "far", {"gil"}, {"ada", "yan", "tom", "mia"}),
    ("any", "whisper", {"gil"}, set()),
])  # fmt: skip
def test_by_place_adjacency_loudness_and_sight(
    world: World, post: Callable[..., Any], kind: str, reach: str, seen: set[str], heard: set[str]
) -> None:
    post(world, kind, reach=reach)
    held = _holders(world)
    assert {i for i, actor in held.items() if actor == "ash"} == seen
    assert {i for i, actor in held.items() if actor == ""} == heard


def test_what_is_only_heard_is_held_against_nobody(world: World, post: Callable[..., Any]) -> None:
    post(world, "heard", reach="loud")
    assert world.relations.known("ada") == []
    assert world.relations.known("gil") == ["ash"]
    (number,) = world.npcs["ada"].memories.happening
    assert world.happenings.about("ash") == [number - 1]


def test_who_only_heard_it_speaks_of_somebody(world: World, step: Step, post: Callable[..., Any]
                                              ) -> None:  # fmt: skip
    step(world, roster.set_npc, "gil", {"place": "mill"})
    (line,) = post(world, "heard", reach="loud").said
    assert line.npc in {"ada", "yan"}
    assert line.text == "Somebody did it!"
    assert line.to == ""


def test_from_the_tower_no_word_is_heard(world: World, step: Step) -> None:
    step(world, talk.say, ["gil"], "ash", "The bridge is down since this morning.")
    assert len(world.npcs["ada"].memories) == 1
    assert len(world.npcs["tom"].memories) == 0
    assert len(world.npcs["yan"].memories) == 0


SIGHT = {"gate": {"gate", "tower"}, "yard": {"yard", "tower"}, "tower": {"tower"}, "mill": {"mill"}}
SOUND = {"gate": {"gate", "yard"}, "yard": {"gate", "yard"}, "tower": {"tower"}, "mill": {"mill"}}


@given(
    kind=st.sampled_from(SENSES), reach=st.sampled_from(REACHES), place=st.sampled_from([*PLACES]),
    states=st.tuples(*[st.sampled_from(STATES)] * len(WHERE)),
    where=st.tuples(*[st.sampled_from([*PLACES])] * len(WHERE)),
    target=st.sampled_from([*WHERE]),
)  # fmt: skip
def test_nobody_holds_what_was_out_of_reach(
    hamlet: Callable[..., World], step: Step, kind: str, reach: str, place: str,
    states: tuple[str, ...], where: tuple[str, ...], target: str,
) -> None:  # fmt: skip
    world = hamlet(places=PLACES, events=EVENTS, npcs={i: {} for i in WHERE})
    step(world, roster.set_player, "ash", {"place": place})
    for who, state, at in zip(WHERE, states, where, strict=True):
        step(world, roster.set_npc, who, {"place": at, "state": state})
    event = {"type": kind, "actor": "ash", "target": target, "place": place, "reach": reach}
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))
    for npc in world.npcs.values():
        sees = npc.place in SIGHT[place] and kind != "heard" and reach != "whisper"
        loud = SOUND[place] if reach == "loud" else {place}
        hears = npc.place in loud and kind != "seen" and reach != "whisper"
        taking_part = npc.id == target and (npc.place in loud or reach == "far")
        in_reach = sees or hears or taking_part or reach == "far"
        held = [world.happenings[h].actor for h in npc.memories.happening]
        assert bool(held) == (in_reach and npc.state in {"alive", "busy"}), npc.id
        if held and kind == "heard" and not taking_part:
            assert held == [""]
