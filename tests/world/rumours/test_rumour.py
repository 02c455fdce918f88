"""A rumour can be traced from its source to every holder, and it obeys a few laws on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import Unknown
from personagen_npc.host.reads import ask
from personagen_npc.world import roster
from personagen_npc.world.agenda import tick
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.rumours import rumour
from personagen_npc.world.rumours.tales import KEPT, claim_of, mouths
from personagen_npc.world.rumours.twist import MOST
from personagen_npc.world.state.snapshot import to_tree
from personagen_npc.world.talking import chatter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

FOLK = [f"n{k}" for k in range(7)]
EVENTS: dict[str, dict[str, Any]] = {
    "theft": {"text": "{actor} stole three rings from {target} at {place}.", "importance": 0.9,
              "praise": -0.8, "benefit": -0.6, "grows": ["attack"]},
    "attack": {"text": "{actor} struck {target} at {place}.", "importance": 1.0, "praise": -0.9},
}  # fmt: skip
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
Talk = tuple[int, int, int]


@pytest.fixture(scope="session")
def crowd(hamlet: Callable[..., World], step: Step) -> Callable[..., World]:
    """Seven people of given tempers at two places; a theft that the first one saw."""

    def make(tempers: Sequence[int], likings: Sequence[int], seed: int = 1) -> World:
        npcs = {
            who: {
                "place": ("mill", "well")[k % 2],
                "personality_traits": [
                    {"name": t, "value": (tempers[k] >> i & 1) * 0.9 + 0.05}
                    for i, t in enumerate(TRAITS)
                ],
                "ties": {
                    other: {"affinity": likings[(k + j) % len(likings)] / 5, "trust": 0.4}
                    for j, other in enumerate(FOLK) if other != who
                },
            }
            for k, who in enumerate(FOLK)
        }  # fmt: skip
        places = {"mill": {"near": ["well"]}, "well": {"near": ["mill"]}}
        facts = {"dam": {"text": "The dam leaks.", "importance": 0.8}}
        made = hamlet(seed=seed, places=places, events=EVENTS, npcs=npcs, facts=facts)
        event = {"type": "theft", "actor": "n5", "target": "n6", "place": "mill",
                 "witnesses": ("n0",)}  # fmt: skip
        step(made, lambda w: happen(w, [admit_event(w, event, "event")]))
        return made

    return make


def _talk(world: World, step: Step, talks: Sequence[Talk]) -> None:
    for one, other, hours in talks:
        a, b = FOLK[one % 7], FOLK[other % 7]
        if a != b:
            step(world, roster.set_npc, b, {"place": world.npcs[a].place})
            step(world, chatter.converse, a, b, "")
        step(world, tick, world.now + 3600.0 * hours)


TALKS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 30)), max_size=40)
TEMPERS = st.lists(st.integers(0, 31), min_size=7, max_size=7)
LIKINGS = st.lists(st.integers(-5, 5), min_size=5, max_size=5)


@given(tempers=TEMPERS, likings=LIKINGS, talks=TALKS)
@settings(max_examples=25)
def test_a_rumour_keeps_its_laws(
    crowd: Callable[..., World], step: Step, tempers: list[int], likings: list[int],
    talks: list[Talk],
) -> None:  # fmt: skip
    world = crowd(tempers, likings)
    _talk(world, step, talks)
    family = world.happenings.tellings(0)
    mutated = [n for n in family if world.happenings[n].twist == "mutated"]
    assert len(mutated) < MOST
    for number in family:
        h = world.happenings[number]
        assert {h.actor, h.target} <= {*FOLK, ""}  # nobody was made up
        assert "{actor}" in h.text
    for npc in world.npcs.values():
        for number in family:
            if number in npc.memories:
                _lawful(world, npc.id, number, family)
        relations = [t.relation for t in npc.graph]
        assert all(relations.count(r) <= KEPT for r in relations)


def _lawful(world: World, who: str, number: int, family: list[int]) -> None:
    """One hold: from one's own eyes, or from somebody who holds the matter himself."""
    hold = world.npcs[who].memories[number]
    if hold.source == "seen":
        assert (number, hold.hops, hold.strength) == (0, 0, 1.0)
        return
    assert 0.0 < hold.strength < 1.0
    assert who != world.happenings[0].actor  # he knows what he did
    assert hold.teller not in ("", who)
    theirs = [world.npcs[hold.teller].memories[n] for n in family
              if n in world.npcs[hold.teller].memories]  # fmt: skip
    assert theirs  # nobody tells what he does not hold
    liar = any(claim_of(world.npcs[hold.teller], t.happening) == number for t in theirs)
    assert hold.hops in {t.hops + 1 for t in theirs} or (liar and hold.hops == 1)
    told = mouths(world.npcs[who], (number,))
    assert told[0].teller == hold.teller
    tellers = [m.teller for m in told]
    assert len(tellers) == len(set(tellers))  # one mouth tells one version once


@given(tempers=TEMPERS, likings=LIKINGS, talks=TALKS, seed=st.integers(0, 99))
@settings(max_examples=10)
def test_the_same_talk_spreads_the_same_rumour(
    crowd: Callable[..., World], step: Step, tempers: list[int], likings: list[int],
    talks: list[Talk], seed: int,
) -> None:  # fmt: skip
    trees = []
    for _ in range(2):
        world = crowd(tempers, likings, seed)
        _talk(world, step, talks)
        trees.append((to_tree(world), rumour.trace(world, 0)))
    assert trees[0] == trees[1]


def test_a_trace_names_everybody_below_whom_he_had_it_from(
    crowd: Callable[..., World], step: Step
) -> None:
    world = crowd([0b01010] * 7, [3, 3, 3])  # conscientious and kind: nothing changes on the way
    for pair in ((0, 1, 0), (1, 2, 24), (2, 3, 24), (0, 4, 24)):
        _talk(world, step, [pair])
    found = ask(world, {"what": "rumour", "happening": 0, "graphml": True})
    rows = [(r["npc"], r["depth"], r["source"], r["teller"], r["hops"]) for r in found["items"]]
    assert rows[0] == ("n0", 0, "seen", "", 0)
    assert ("n1", 1, "told", "n0", 1) in rows
    assert ("n2", 2, "told", "n1", 2) in rows
    assert found["text"] == "N5 stole three rings from N6 at Mill."
    assert found["holders"] == len({r[0] for r in rows})
    second = next(r for r in found["items"] if r["npc"] == "n2")
    (mouth,) = second["told_by"]
    assert (mouth["teller"], mouth["origin"]) == ("n1", "n0")
    assert mouth["at"] >= 0.0
    graph = nx.parse_graphml(found["graphml"])
    assert nx.has_path(graph, "n0", "n3")
    assert ask(world, {"what": "rumour", "query": "stole rings from n6"}) == {
        k: v for k, v in found.items() if k != "graphml"
    }


def test_a_fact_can_be_traced_as_well(crowd: Callable[..., World], step: Step) -> None:
    world = crowd([0b01010] * 7, [3, 3, 3])
    step(world, roster.tell_fact, "n0", "dam", "", "n3", "")
    _talk(world, step, [(0, 2, 0), (0, 2, 0)])
    found = ask(world, {"what": "rumour", "fact": "dam"})
    rows = {r["npc"]: (r["depth"], r["teller"], r["hops"]) for r in found["items"]}
    assert rows == {"n0": (0, "n3", 1), "n2": (1, "n0", 2)}
    assert found["items"][1]["told_by"][0]["origin"] == "n3"


def test_what_never_was_cannot_be_traced(crowd: Callable[..., World]) -> None:
    world = crowd([0] * 7, [0])
    for request in ({"happening": 77}, {"fact": "none"}, {"query": "dragons"}):
        with pytest.raises(Unknown) as caught:
            ask(world, {"what": "rumour", **request})
        assert caught.value.field == next(iter(request))


def test_a_forgotten_player_is_in_no_telling(crowd: Callable[..., World], step: Step) -> None:
    world = crowd([0b10001] * 7, [0, -5])
    step(world, roster.set_player, "ash", {"name": "Ash", "place": "mill"})
    event = {"type": "theft", "actor": "ash", "target": "n6", "place": "mill",
             "witnesses": ("n1",)}  # fmt: skip
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))
    number = len(world.happenings) - 1
    _talk(world, step, [(k, k + 1, 1) for k in range(1, 30)])
    family = world.happenings.tellings(number)
    step(world, roster.drop_player, "ash", forget=True)
    assert not [n for n in family if n in world.happenings]
    assert not [n for npc in world.npcs.values() for n in family if n in npc.memories]
    assert "ash" not in str(to_tree(world)["npcs"]).lower()
