"""Drift: how outcomes move traits, slowly, no farther than authored, and never the written ones.

A trait's way is bounded by the persona's ``adaptation_score``: it ends ``REACH`` times that away
from what was written, and ``HALF`` outcomes of full value that pull one way bring it half there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.learn.outcomes import ALL, UNIT, Note
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from personagen_npc.learn.outcomes import Outcomes

REACH = 0.3  # of a trait's range at an adaptation of 1: two standard deviations of people, [D]
HALF = 60.0  # outcomes; slow: an evening's talk does not make another person, [D]
_TABLE = table("learn/data/drift.yaml")
WORDS: Mapping[str, Mapping[str, str]] = _TABLE["words"]


class Rule(NamedTuple):
    """A kind of outcome and how it moves traits."""

    name: str
    word: str
    acts: frozenset[str]
    kinds: frozenset[str]
    moves: tuple[tuple[str, float], ...]


RULES = tuple(
    Rule(
        name, row["word"], frozenset(row.get("acts", ())), frozenset(row.get("kinds", ())),
        tuple(row["moves"].items()),
    )
    for name, row in _TABLE["outcomes"].items()
)  # fmt: skip


class Moved(NamedTuple):
    """A trait that outcomes moved.

    Attributes:
        trait: its name.
        by: how far, signed.
        of: the kind of outcome that moved it most, as a report calls it.
        deals: how many of that kind.
    """

    trait: str
    by: float
    of: str
    deals: int

    def text(self, written: float) -> str:
        """As in "warmer than written: agreeableness 0.42 -> 0.47, from 31 kind outcomes"."""
        words = WORDS[self.trait]
        way = words["more"] if self.by > 0.0 else words["less"]
        now = moved(written, self.by)
        return (
            f"{way} than written: {self.trait} {written:.2f} -> {now:.2f}, from {self.deals}"
            f" {self.of} outcomes"
        )


def notes(player: str, act: str, kind: str, value: float, weight: float) -> Iterable[Note]:
    """What one outcome counts for; ``weight`` in [0, 1] is its share of the credit."""
    worth = round(value * weight * UNIT)
    if not worth:
        return
    yield Note(player, ALL, worth)
    for rule in RULES:
        if act in rule.acts or kind in rule.kinds:
            yield Note(player, rule.name, worth)


def drift(outcomes: Outcomes, adaptation: float) -> tuple[Moved, ...]:
    """The traits that stand elsewhere than written, in hundredths, each once."""
    reach = REACH * min(1.0, max(0.0, adaptation))
    if reach <= 0.0 or not outcomes:
        return ()
    pulls: dict[str, list[tuple[float, Rule]]] = {}
    for rule in [r for r in RULES if r.name in outcomes]:
        for trait, move in rule.moves:
            pulls.setdefault(trait, []).append((move * outcomes.of(rule.name).worth, rule))
    found = []
    for trait, parts in pulls.items():
        pull = sum(p for p, _ in parts)
        by = round(reach * pull / (abs(pull) + HALF), 2)
        if by:
            _, most = max(parts, key=lambda part: part[0] if by > 0.0 else -part[0])
            found.append(Moved(trait, by, most.word, outcomes.of(most.name).times))
    return tuple(found)


def moved(written: float, by: float) -> float:
    """A trait's value after its drift, within [0, 1]."""
    return min(1.0, max(0.0, round(written + by, 4)))
