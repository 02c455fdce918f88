"""A tale goes from mouth to mouth at one place, fainter each time, and knows where it came from."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Held
from personagen_npc.errors import Conflict
from personagen_npc.world import roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.rumours.hearsay import PER_HOP
from personagen_npc.world.rumours.news import FAINTEST
from personagen_npc.world.rumours.tales import betrayed_to, hushed, mouths
from personagen_npc.world.rumours.twist import as_telling, tell
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.talking import chatter, talk

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
        return step(world, chatter.converse, one, other, topic)

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
        step(made, chatter.converse, "ada", "bel", "")
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


@pytest.mark.parametrize(
    "line", ["I must confess that I burned the old mill.", "I saw Bel at the mill last night."]
)
def test_what_was_whispered_goes_to_the_trusted_only(
    hamlet: Callable[..., World], step: Step, line: str
) -> None:
    made = hamlet(npcs={"ada": {"ties": {"bel": {"trust": 0.8}, "cade": {"trust": 0.3}}},
                        "bel": {}, "cade": {}})  # fmt: skip
    step(made, talk.say, ["ada"], "ash", line, whisper=True)
    (number,) = made.npcs["ada"].memories.happening
    assert hushed(made.npcs["ada"], number)
    step(made, chatter.converse, "ada", "cade", "")
    assert number not in made.npcs["cade"].memories
    other = step(made, talk.say, ["ada"], "bo", "Any news?").replies[0]
    assert other.why["recalled"]["memories"] == ()  # nor a player whom she does not know
    assert other.why["recalled"]["kind"] == "none"
    said = step(made, chatter.converse, "ada", "bel", "").said
    assert number in made.npcs["bel"].memories
    assert hushed(made.npcs["bel"], number)  # and she knows that it was told in confidence
    assert not betrayed_to(made.npcs["ada"], number)
    assert "gossip" in [s.act for s in said]


def test_the_careless_give_a_confidence_away_and_it_is_tagged(
    hamlet: Callable[..., World], step: Step
) -> None:
    careless = [{"name": n, "value": 0.0} for n in ("agreeableness", "conscientiousness")]
    people: dict[str, Any] = {f"p{k}": {} for k in range(30)}
    made = hamlet(npcs={"ada": {"personality_traits": careless}, **people})
    step(made, talk.say, ["ada"], "ash", "I must confess that I burned the mill.", whisper=True)
    for other in people:
        step(made, chatter.converse, "ada", other, "")
    told = frozenset(p for p in people if 0 in made.npcs[p].memories)
    assert 0 < len(told) < 20  # now and then
    assert betrayed_to(made.npcs["ada"], 0) == told


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


def test_a_secret_goes_to_the_trusted_only(hamlet: Callable[..., World], step: Step) -> None:
    made = hamlet(
        facts={"arson": {"text": "Bel did it.", "trust": 0.7}},
        npcs={"ada": {"ties": {"bel": {"trust": 0.8}, "cade": {"trust": 0.6}}},
              "bel": {}, "cade": {}, "dan": {}},
    )  # fmt: skip
    step(made, roster.tell_fact, "ada", "arson", "", "dan", "")
    for other in ("cade", "bel"):
        step(made, chatter.converse, "ada", other, "")
    assert made.npcs["cade"].beliefs.get("arson") is None
    assert made.npcs["bel"].beliefs.get("arson") is not None


def test_an_enemy_is_told_nothing(hamlet: Callable[..., World], step: Step) -> None:
    hated = {"bel": {"affinity": -0.5, "trust": 0.9}}
    made = hamlet(events=EVENTS, npcs={"ada": {"ties": hated}, "bel": {}, "cade": {}})
    _post(made, step, actor="cade", witnesses=("ada",))
    step(made, chatter.converse, "ada", "bel", "")
    assert 0 not in made.npcs["bel"].memories


def test_the_one_who_was_wronged_is_told_and_the_one_who_was_praised(
    hamlet: Callable[..., World], step: Step
) -> None:
    events = {
        "theft": {"text": "{actor} robbed {target}.", "importance": 0.9, "praise": -0.8},
        "rescue": {"text": "{actor} saved a child.", "importance": 0.8, "praise": 0.9},
    }
    made = hamlet(events=events, npcs={"ada": {}, "bel": {}, "cade": {}})
    _post(made, step, actor="cade", target="bel", witnesses=("ada",))
    _post(made, step, kind="rescue", actor="bel", witnesses=("ada",))
    said: list[str] = []
    for _ in range(2):
        said += [s.text for s in step(made, chatter.converse, "ada", "bel", "").said]
    assert "Cade robbed you." in said
    assert "You saved a child." in said


def test_a_second_mouth_makes_surer_the_same_mouth_does_not(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step, witnesses=("n0", "n1", "n3"))
    for npc in ("n0", "n1"):  # nobody is believed outright, so that there is room to grow
        profile = world.npcs["n2"].profile
        step(world, roster.remove, "n2")
        step(world, roster.spawn, profile.model_copy(update={"ties": {}}), "n0")
        meet(world, npc, "n2")
    first = _held(world, "n2").strength
    meet(world, "n1", "n2")
    assert _held(world, "n2").strength == first
    meet(world, "n3", "n2")
    assert first < _held(world, "n2").strength < 1.0
    assert [m.teller for m in mouths(world.npcs["n2"], (0,))] == ["n1", "n3"]
    assert _held(world, "n2").teller == "n1"  # whom it had it from first


def test_two_who_tell_it_differently_stand_side_by_side(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step, actor="n9", witnesses=("n0",))
    other = as_telling(world.happenings[0])._replace(actor="n8")
    number = step(world, lambda w: tell(w, 0, other, "mutated"))
    hold = Held("n1", number, "told", "n5", 1, 0.9, "", 0.0, 1, 0)
    step(world, lambda w: w.do(hold))
    for teller in ("n0", "n1"):
        step(world, roster.set_npc, "n2", {"place": teller})
        meet(world, teller, "n2")
    held = world.npcs["n2"].memories
    assert {held[n].teller for n in (0, number)} == {"n0", "n1"}
    assert held[number].strength < PER_HOP * 0.9  # what is held already makes doubtful
    past = scene_for(world, world.npcs["n2"], "ash", "t").past
    assert [(m.teller, m.happening) for m in past.mouths(0)] == [("n0", 0), ("n1", number)]


def test_what_is_heard_moves_what_is_thought_of_the_doer(
    hamlet: Callable[..., World], step: Step
) -> None:
    def opinion(trust: float) -> float:
        made = hamlet(events=EVENTS, npcs={"ada": {}, "bel": {"ties": {"ada": {"trust": trust}}},
                                           "cade": {}})  # fmt: skip
        _post(made, step, actor="cade", witnesses=("ada",))
        step(made, chatter.converse, "ada", "bel", "")
        bel = made.npcs["bel"]
        return made.relations.get(bel.profile, "cade", "", made.now).affinity

    assert opinion(0.9) < opinion(-0.3) < 0.0


def test_a_tale_is_not_told_back_to_where_it_came_from(
    world: World, step: Step, meet: Callable[..., Any]
) -> None:
    _post(world, step, witnesses=("n0",))
    meet(world, "n0", "n1")
    meet(world, "n1", "n2")
    for teller, hearer in (("n2", "n1"), ("n1", "n0"), ("n2", "n0")):
        before = mouths(world.npcs[hearer], (0,))
        meet(world, teller, hearer)
        assert mouths(world.npcs[hearer], (0,)) == before


def test_only_at_one_place_and_only_the_living_talk(world: World, step: Step) -> None:
    with pytest.raises(Conflict) as caught:
        step(world, chatter.converse, "n0", "n1", "")
    assert (caught.value.field, caught.value.allowed) == ("with_npc", "n0")
    step(world, roster.set_npc, "n1", {"place": "n0", "state": "dead"})
    with pytest.raises(Conflict) as caught:
        step(world, chatter.converse, "n0", "n1", "")
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
    for asked, answer in (
        ("Who told you that?", "Edda Tarrant told me, and was there"),
        ("Did you see it yourself?", "Edda"),
        ("Are you sure?", "Edda"),
        ("Who told you about the theft?", "Edda Tarrant told me"),
    ):
        source = step(village, talk.say, ["wick"], "ash", asked).replies[0]
        assert source.act == "tell_source"
        assert answer in source.text
    for asked in ("Any news?", "Did you see it yourself?"):
        own = step(village, talk.say, ["edda"], "ash", asked).replies[0]
    assert own.act == "tell_source"
    assert not {"Wick", "told", "heard"} & set(own.text.split())
