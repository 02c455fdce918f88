"""What is news: late things before old ones, and not the same thing from every mouth."""

from __future__ import annotations

from collections import Counter

from personagen_npc.world.knowledge.news import salience
from personagen_npc.world.pack import Fact

DAY = 86_400.0


def fact(name: str, importance: float = 0.5, **fields: object) -> Fact:
    return Fact.model_validate({"id": name, "text": "So.", "importance": importance, **fields})


def test_what_is_late_comes_before_what_is_history() -> None:
    for who in ("ann", "bob", "cid"):
        late = salience(who, fact("fire"), -3 * DAY, 0.0)
        assert late > salience(who, fact("flood"), -3000 * DAY, 0.0)


def test_what_all_know_and_is_always_so_is_no_news() -> None:
    known = fact("sells", who={"all": True})
    assert salience("ann", known, None, 0.0) < salience("ann", fact("quarrel"), None, 0.0)


def test_a_matter_of_weight_is_told_by_all_and_small_ones_are_spread() -> None:
    people = [f"p{i}" for i in range(40)]
    alike = [fact(f"f{i}") for i in range(8)]
    first = Counter(max(alike, key=lambda f: salience(p, f, None, 0.0)).id for p in people)
    assert max(first.values()) <= 12
    heavy = [*alike, fact("murder", 1.0)]
    for who in people:
        assert max(heavy, key=lambda f: salience(who, f, None, 0.0)).id == "murder"


def test_it_is_the_same_each_time() -> None:
    assert len({salience("ann", fact("fire"), None, 0.0) for _ in range(3)}) == 1
