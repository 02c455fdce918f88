"""Growth: which patterns say an act more often, and which less, by what came of them.

How often an act is done is the bandit's, within the persona's bounds. Growth moves only which of
the ways to do it is taken: a pattern that pays better than the rest of what the NPC does grows, one
that pays worse fades, neither ever by more than the persona's elasticity lets an act grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.learn.character import bounds
from personagen_npc.learn.outcomes import ALL, UNIT, Note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.learn.outcomes import Outcomes

HALF = 20.0  # outcomes' worth of surplus or want that takes a pattern half the way, [D]
MOST = 8.0  # times as often as written, for those without any other bound, [D]


def matter_of(pattern: int) -> str:
    """What a pattern's outcomes are counted by."""
    return f"#{pattern}"


def notes(player: str, pattern: int, value: float, weight: float) -> Iterable[Note]:
    """What one outcome counts for where a pattern said the line."""
    if pattern >= 0:
        yield Note(player, matter_of(pattern), round(value * weight * UNIT))


def times(outcomes: Outcomes, patterns: Iterable[int], elasticity: float) -> dict[int, float]:
    """How many times as often as written each pattern is taken; those at 1 are left out.

    The way goes by the surplus: the sum of what a pattern's outcomes were worth beyond what the
    NPC's usually are.
    """
    most = min(MOST, bounds(elasticity)[1]) if elasticity > 0.0 else 1.0
    usual = outcomes.of(ALL).mean
    found = {}
    for pattern in [p for p in patterns if matter_of(p) in outcomes]:
        paid = outcomes.of(matter_of(pattern))
        surplus = paid.worth - paid.times * usual
        far = 1.0 + (most - 1.0) * abs(surplus) / (abs(surplus) + HALF)
        share = round(far if surplus > 0.0 else 1.0 / far, 3)
        if share != 1.0:
            found[pattern] = share
    return found
