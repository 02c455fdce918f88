"""What a town's people say of each other, as claims: none of them contradicts another.

The claims are read from ties and from the words that are said, and are checked by what is true of
any family and any trade, not by how the town was made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pytest

from personagen_npc.persona.bonds import WORDS
from personagen_npc.persona.town import Town, found
from personagen_npc.words.inflect import number_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.persona.profile import PersonaProfile

PLAIN = {word: kind for kind, words in WORDS.items() for word in words.values()}
WED_AT = 16  # years, the least
GAP = 18  # years between parent and child, the least
NUMBERS = {number_in_words(n): n for n in range(100)}
YEARS = re.compile(r"\b(?:wed|married|dead|gone) (?P<n>[a-z-]+) years\b")
BURIED = re.compile(r"\bI was (?P<n>[a-z-]+) when we buried\b")
AT_WORK = re.compile(r"\b(?P<name>[A-Z]\w+), (?P<role>(?:the|one of the) [a-z ]+?)[.,]")


class Claim(NamedTuple):
    """Somebody is something to somebody."""

    who: str
    is_: str
    of: str


def claims(town: Town) -> set[Claim]:
    """What the ties say: who is what of whom."""
    return {
        Claim(one.id, PLAIN.get(bond.kind, bond.kind), other)
        for one in town.people
        for other, tie in one.ties.items()
        for bond in tie.bonds()
    }


def told(town: Town) -> Iterator[tuple[PersonaProfile, str, str]]:
    """What anybody of the town says of himself and his own, by node."""
    for one in town.people:
        for name, node in one.knowledge_graph.items():
            yield one, name, node.content


def of(held: set[Claim], kind: str) -> dict[str, set[str]]:
    """By person, those who are that to him."""
    found_: dict[str, set[str]] = defaultdict(set)
    for claim in held:
        if claim.is_ == kind:
            found_[claim.of].add(claim.who)
    return found_


@pytest.fixture(scope="module", params=["village", "modern", "space"])
def towns(request: pytest.FixtureRequest) -> list[Town]:
    return [found(size, seed, request.param, 2) for size, seed in ((40, 7), (40, 12), (90, 2))]


def test_who_is_brother_or_sister_has_a_parent_in_common_and_the_same_siblings(
    towns: list[Town],
) -> None:
    for town in towns:
        held = claims(town)
        parents, siblings = of(held, "parent"), of(held, "sibling")
        for one, others in siblings.items():
            for other in others:
                assert one in siblings[other]
                assert parents[one] & parents[other]
                assert siblings[one] - {other} == siblings[other] - {one}


def test_no_two_who_are_married_or_parent_and_child_are_anything_else_of_a_family(
    towns: list[Town],
) -> None:
    family = {"spouse", "parent", "child", "sibling", "grandparent", "grandchild"}
    for town in towns:
        pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
        for who, is_, other in claims(town):
            if is_ in family:
                pairs[(who, other)].add(is_)
        assert all(len(kinds) == 1 for kinds in pairs.values())


def test_grandparents_are_parents_of_parents(towns: list[Town]) -> None:
    for town in towns:
        held = claims(town)
        parents = of(held, "parent")
        for one, olds in of(held, "grandparent").items():
            assert olds <= {g for p in parents[one] for g in parents[p]}


def test_nobody_is_too_young_for_parent_or_marriage(towns: list[Town]) -> None:
    for town in towns:
        ages = {p.id: p.age for p in town.people}
        held = claims(town)
        assert all(ages[a] - ages[b] >= GAP for a, is_, b in held if is_ == "parent")
        for one, name, text in told(town):
            for match in YEARS.finditer(text):
                years = NUMBERS.get(match["n"])
                if years is None:
                    continue
                spouse = of(held, "spouse")[one.id] if name == "married" else set()
                youngest = min(ages[i] for i in (one.id, *spouse))
                assert years <= youngest - (WED_AT if "wed" in match[0] else 0), (one.id, text)
            for match in BURIED.finditer(text):
                assert (NUMBERS.get(match["n"]) or 0) < one.age, (one.id, text)


def test_one_person_at_most_is_the_smith(towns: list[Town]) -> None:
    for town in towns:
        holders: dict[str, list[str]] = defaultdict(list)
        for p in town.people:
            if p.role.startswith("the "):
                holders[p.role].append(p.id)
        assert all(len(ids) == 1 for ids in holders.values()), holders


def test_what_others_call_somebody_is_what_he_calls_himself(towns: list[Town]) -> None:
    for town in towns:
        roles = {p.name.split()[0]: p.role for p in town.people}
        for _, name, text in told(town):
            if name not in {"mother", "father", "siblings", "married", "children"}:
                continue
            for match in AT_WORK.finditer(text):
                if match["name"] in roles and match["role"].startswith(("the ", "one ")):
                    assert match["role"] == roles[match["name"]], text


def test_whom_one_calls_dead_is_nobody_who_lives_here(towns: list[Town]) -> None:
    # a young one may have been named after the dead; one as old as the dead would be the dead
    for town in towns:
        ages = {p.name.split()[0]: p.age for p in town.people}
        parents = of(claims(town), "parent")
        for one, name, text in told(town):
            if name in {"mother", "father"} and re.search(r"\b(?:dead|buried)\b", text):
                living = {p.split("_")[0].title() for p in parents[one.id]}
                said = set(re.findall(r"[A-Z]\w+", text)) & ages.keys() - living
                assert all(ages[who] < one.age + GAP for who in said), (one.id, text)


def test_a_quarrel_a_debt_and_a_history_are_told_by_those_who_can_know(towns: list[Town]) -> None:
    for town in towns:
        held = claims(town)
        for fact in town.lore["people"]:
            a, b, *_ = fact["about"]
            kinds = {c.is_ for c in held if {c.who, c.of} == {a, b}}
            assert kinds & {"rival", "enemy", "creditor", "debtor"}, fact["id"]
            assert not kinds & {"spouse", "friend"}, fact["id"]
