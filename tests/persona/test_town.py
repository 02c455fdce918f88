"""A town's people agree with each other: ties, ages, names, history."""

from __future__ import annotations

import pytest

from personagen_npc.persona.bonds import WORDS
from personagen_npc.persona.town import Town, found

BACK = {
    "spouse": "spouse", "parent": "child", "child": "parent", "sibling": "sibling",
    "grandparent": "grandchild", "grandchild": "grandparent", "friend": "friend",
    "rival": "rival", "neighbour": "neighbour", "creditor": "debtor", "debtor": "creditor",
    "apprentice": "employer", "employer": "apprentice",
}  # fmt: skip
PLAIN = {word: kind for kind, words in WORDS.items() for word in words.values()}


@pytest.fixture(scope="module", params=["village", "modern", "space"])
def towns(request: pytest.FixtureRequest) -> list[Town]:
    return [found(size, seed, request.param, 2) for size, seed in ((40, 7), (4, 1), (90, 2))]


def test_the_same_numbers_give_the_same_town() -> None:
    assert found(12, 3, "village", 2) == found(12, 3, "village", 2)
    assert found(12, 3, "village", 2) != found(12, 4, "village", 2)


def test_as_many_as_were_asked_for_and_nobody_twice(towns: list[Town]) -> None:
    for town, size in zip(towns, (40, 4, 90), strict=True):
        assert len(town.people) == size
        assert len({p.id for p in town.people}) == size
        assert len({p.name for p in town.people}) == size


def test_ties_are_seen_from_both_sides(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            for other, tie in one.ties.items():
                mine = {PLAIN.get(b.kind, b.kind) for b in tie.bonds()}
                theirs = {PLAIN.get(b.kind, b.kind) for b in people[other].ties[one.id].bonds()}
                assert {BACK[k] for k in mine} == theirs


def test_ages_are_plausible(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            for other, tie in one.ties.items():
                kind, apart = PLAIN.get(tie.kind, tie.kind), one.age - people[other].age
                assert kind != "parent" or 18 <= apart <= 45
                assert kind != "grandparent" or apart >= 36
                assert kind != "spouse" or min(one.age, people[other].age) >= 18
            assert sum(PLAIN.get(t.kind) == "spouse" for t in one.ties.values()) <= 1
            assert sum(PLAIN.get(t.kind) == "child" for t in one.ties.values()) <= 2


def test_everything_named_is_there(towns: list[Town]) -> None:
    for town in towns:
        ids = {p.id for p in town.people}
        world = town.world
        for p in town.people:
            assert p.place in world["places"]
            assert not p.faction or p.faction in world["factions"]
            assert set(p.wares) <= set(world["things"])
            assert set(p.ties) <= ids
            assert p.culture in world["cultures"]
        for facts in town.lore.values():
            for fact in facts:
                assert set(fact["who"].get("npcs", ())) <= ids
                assert set(fact.get("said_by", ())) <= set(fact["who"].get("npcs", ()))


def test_nobody_remembers_what_was_before_them(towns: list[Town]) -> None:
    for town in towns:
        if len(town.people) < 40:
            continue
        ages = {p.id: p.age for p in town.people}
        for fact in town.lore["history"]:
            years = int(fact["ago"].split()[0])
            assert all(ages[npc] > years for npc in fact["who"]["npcs"])
            assert len(set(map(tuple, fact["said_by"].values()))) == len(fact["said_by"])


def test_a_life_leaves_room_for_the_family_there_is(towns: list[Town]) -> None:
    for town in towns:
        for p in town.people:
            married = any(PLAIN.get(t.kind) == "spouse" for t in p.ties.values())
            assert not (married and "past_love_lost" in p.knowledge_graph)
            assert "past_foundling" not in p.knowledge_graph
            firsts = {q.name.split()[0] for q in town.people}
            assert not any(k.removeprefix("person_").title() in firsts for k in p.knowledge_graph)
