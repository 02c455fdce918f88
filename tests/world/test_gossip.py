"""A tale goes from mouth to mouth at one place, fainter each time, and knows where it came from."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import Conflict
from personagen_npc.world import agenda, roster, talk
from personagen_npc.world.gossip import FAINTEST, PER_HOP
from personagen_npc.world.happen import admit_event, happen

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.memory.episodes import Memory
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

CHAIN = [f"n{k}" for k in range(12)]
EVENTS: dict[str, dict[str, Any]] = {
    "theft": {
        "text": "{actor} stole a ring.", "importance": 0.9, "praise": -0.8,
        "to_others": ["{actor} is a thief, mark me."],
    },
    "yawn": {"text": "{actor} yawned.", "importance": 0.1},
}  # fmt: skip
TRUSTING = {o: {"affinity": 0.5, "trust": 1.0} for o in CHAIN}


@pytest.fixture
def world(hamlet: Callable[..., World], step: Step) -> World:
    """Twelve people in a row of rooms, each trusting all others."""
    made = hamlet(
        places={n: {} for n in CHAIN}, events=EVENTS,
        npcs={n: {"place": n, "ties": TRUSTING} for n in CHAIN},
        facts={"dam": {"text": "The dam leaks."},
               "arson": {"text": "Bel did it.", "trust": 0.5}},
    )  # fmt: skip
    step(made, roster.set_player, "ash", {"name": "Ash", "place": "n0"})
    return made


@pytest.fixture
def meet(step: Step) -> Callable[..., Any]:
    """Two people at one place talk; ``here`` is where."""

    def take(world: World, one: str, other: str, topic: str = "") -> Any:
        step(world, roster.set_npc, other, {"place": world.npcs[one].place})
        return step(world, agenda.converse, one, other, topic)

    return take


def _post(world: World, step: Step, kind: str = "theft", **fields: Any) -> None:
    event = {"type": kind, "actor": "ash", **fields}
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))


def _held(world: World, npc: str, happening: int = 0) -> Memory:
    return world.npcs[npc].memories[happening]


def test_a_tale_travels_hop_by_hop_and_fades(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step)
    for teller, hearer in itertools.pairwise(CHAIN):
        meet(world, teller, hearer)
    for k, npc in enumerate(CHAIN[1:], 1):
        held = _held(world, npc)
        assert (held.source, held.teller, held.hops) == ("told", CHAIN[k - 1], k)
        assert held.strength == pytest.approx(PER_HOP**k)


def test_what_is_too_faint_is_not_passed_on(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    for npc in CHAIN:  # now nobody trusts nobody: a third of each telling is believed
        ties = {o: {"trust": -0.7} for o in CHAIN}
        profile = world.npcs[npc].profile
        step(world, roster.remove, npc)
        step(world, roster.spawn, profile.model_validate(
            {**profile.model_dump(mode="json"), "ties": ties}, strict=False), npc)  # fmt: skip
    _post(world, step)
    for teller, hearer in itertools.pairwise(CHAIN):
        meet(world, teller, hearer)
    held = [n for n in CHAIN if 0 in world.npcs[n].memories]
    assert held == CHAIN[: len(held)]
    assert 1 < len(held) < 5
    assert _held(world, held[-1]).strength < FAINTEST


def test_a_liar_is_believed_less(hamlet: Callable[..., World], step: Step) -> None:
    def told(trust: float) -> float:
        made = hamlet(
            events=EVENTS,
            npcs={"ada": {}, "bel": {"ties": {"ada": {"trust": trust}}}, "cade": {}},
        )
        _post(made, step, actor="cade", witnesses=("ada",))
        step(made, agenda.converse, "ada", "bel", "")
        return _held(made, "bel").strength

    assert told(-0.8) < told(0.0) < told(0.8)


def test_it_is_told_in_the_tellers_words(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step)
    line = meet(world, "n0", "n1").said[0]
    assert (line.npc, line.to, line.act) == ("n0", "n1", "gossip")
    assert line.text == "A stranger is a thief, mark me."  # n0 never learned the player's name
    assert "n1" in line.heard_by


def test_nobody_is_told_of_his_own_doing_nor_twice(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step, actor="n1", place="n0")
    meet(world, "n0", "n1")
    assert 0 not in world.npcs["n1"].memories
    meet(world, "n0", "n2")
    first = _held(world, "n2")
    said = [s for s in meet(world, "n0", "n2").said if s.act == "gossip"]
    assert said == []
    assert _held(world, "n2") == first


def test_a_yawn_is_no_news(world: World, step: Step, meet: Callable[..., Any]) -> None:
    _post(world, step, kind="yawn")
    meet(world, "n0", "n1")
    assert 0 not in world.npcs["n1"].memories


def test_a_confession_is_not_gossip(world: World, step: Step, meet: Callable[..., Any]) -> None:
    step(world, talk.say, ["n0"], "ash", "I must confess that I burned the old mill.", whisper=True)
    (number,) = world.npcs["n0"].memories.happening
    assert world.happenings[number].kind == "confess"
    meet(world, "n0", "n1")
    assert number not in world.npcs["n1"].memories


def test_talk_keeps_to_its_topic(world: World, step: Step, meet: Callable[..., Any]) -> None:
    _post(world, step)
    meet(world, "n0", "n1", "n7")
    assert 0 not in world.npcs["n1"].memories
    meet(world, "n0", "n1", "ash")
    assert 0 in world.npcs["n1"].memories


def test_a_fact_one_was_told_goes_on_common_knowledge_does_not(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    step(world, roster.tell_fact, "n0", "dam", "", "n5", "")
    meet(world, "n0", "n1")
    belief = world.npcs["n1"].beliefs.get("dam")
    assert belief is not None
    assert (belief.source, belief.teller, belief.hops) == ("told", "n0", 2)
    assert belief.strength == pytest.approx(PER_HOP)
    meet(world, "n1", "n2")
    further = world.npcs["n2"].beliefs.get("dam")
    assert further is not None
    assert (further.teller, further.hops) == ("n1", 3)


def test_a_secret_is_not_passed_on(world: World, step: Step, meet: Callable[..., Any]) -> None:
    step(world, roster.tell_fact, "n0", "arson", "", "n5", "")
    meet(world, "n0", "n1")
    assert world.npcs["n1"].beliefs.get("arson") is None


def test_only_at_one_place_and_only_the_living_talk(world: World, step: Step) -> None:
    with pytest.raises(Conflict) as caught:
        step(world, agenda.converse, "n0", "n1", "")
    assert (caught.value.field, caught.value.allowed) == ("with_npc", "n0")
    step(world, roster.set_npc, "n1", {"place": "n0", "state": "dead"})
    with pytest.raises(Conflict) as caught:
        step(world, agenda.converse, "n0", "n1", "")
    assert caught.value.field == "with_npc"


def test_asked_where_it_has_it_from_the_npc_names_its_source(
    village: World, step: Step, meet: Callable[..., Any]
) -> None:
    step(village, roster.set_player, "bob", {"name": "Bob", "place": "forge"})
    event = {"type": "theft", "actor": "bob", "target": "edda", "place": "forge"}
    step(village, lambda w: happen(w, [admit_event(w, event, "event")]))
    meet(village, "edda", "wick")
    reply = step(village, talk.say, ["wick"], "ash", "Any news?").replies[0]
    assert reply.act == "gossip"
    source = step(village, talk.say, ["wick"], "ash", "Who told you that?").replies[0]
    assert source.act == "tell_source"
    assert "Edda" in source.text
