"""A town's people agree with each other: ties, ages, names, history."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from personagen_npc.persona.audit import Around, audit
from personagen_npc.persona.bonds import WORDS
from personagen_npc.persona.town import Town, found

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile

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
            kin = {PLAIN.get(t.kind) for t in p.ties.values()} & {"child", "sibling"}
            assert not (kin and "past_foundling" in p.knowledge_graph)
            firsts = {q.name.split()[0] for q in town.people}
            assert not any(k.removeprefix("person_").title() in firsts for k in p.knowledge_graph)


def said(who: PersonaProfile, node: str) -> str:
    return who.knowledge_graph[node].content if node in who.knowledge_graph else ""


def of_kind(who: PersonaProfile, kind: str) -> list[str]:
    """Those to whom somebody is this."""
    return [o for o, t in who.ties.items() for b in t.bonds() if PLAIN.get(b.kind, b.kind) == kind]


def test_what_one_says_of_the_family_is_the_family_of_the_town(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            for kind, node in (("sibling", "siblings"), ("spouse", "married"),
                               ("parent", "children")):  # fmt: skip
                for other in of_kind(one, kind):
                    assert people[other].name.split()[0] in said(one, node)
            for other in of_kind(one, "child"):
                first = people[other].name.split()[0]
                assert first in said(one, "mother") + said(one, "father")


def test_two_children_of_one_house_name_the_same_dead_parent(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            late = re.search(r"([A-Z]\w+)", said(one, "married"))
            children = of_kind(one, "parent")
            if of_kind(one, "spouse") or not children:
                continue
            assert late is not None
            names = {w for w in re.findall(r"[A-Z]\w+", said(one, "married")) if w != "I"}
            for child in children:
                both = said(people[child], "mother") + said(people[child], "father")
                assert any(name in both for name in names), (one.id, both)


def test_friends_and_rivals_are_named_by_those_who_have_them(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            for kind, node in (("friend", "friends"), ("rival", "enemies")):
                others = of_kind(one, kind)
                if others:
                    firsts = [people[o].name.split()[0] for o in others]
                    assert any(f in said(one, node) for f in firsts)


def test_a_quarrel_is_told_by_both_and_history_is_dated_once(towns: list[Town]) -> None:
    for town in towns:
        for fact in town.lore["people"]:
            if fact["id"].startswith("quarrel_"):
                assert len(fact["said_by"]) == 2
                assert set(fact["said_by"]) == set(fact["about"])
        dates = [(f["id"], f["ago"]) for f in town.lore["history"]]
        assert len(dates) == len(set(dates)) == len({i for i, _ in dates})


def test_nothing_is_in_many_mouths(towns: list[Town]) -> None:
    """What twenty people say of themselves: no answer is given by more than two of them."""
    town = next(t for t in towns if len(t.people) == 40)
    grown = [p for p in town.people if p.age >= 18][:20]
    for node in ("married", "children", "likes", "food", "fear", "wish", "calling", "regret"):
        lines = Counter(said(p, node) for p in grown if said(p, node))
        assert max(lines.values()) <= 2, lines.most_common(1)


def test_everybody_has_seen_two_things_that_nobody_else_has(towns: list[Town]) -> None:
    for town in towns:
        seen = town.lore["sightings"]
        by = Counter(f["who"]["npcs"][0] for f in seen)
        assert by == {p.id: 2 for p in town.people}
        assert all(f["about"] != f["who"]["npcs"] for f in seen)
        assert len({f["text"] for f in seen}) == len(seen)


def test_the_audit_finds_no_contradiction_in_a_town(towns: list[Town]) -> None:
    for town in towns:
        people = {p.id: p for p in town.people}
        for one in town.people:
            rows = audit(one, Around(people=people))
            assert not [f for f in rows if f.at[0] in ("ties", "background", "pronouns")], one.id
            kin = ("married", "children", "siblings")
            assert not [f for f in rows if f.at[0] == "knowledge_graph" and f.at[1] in kin]
