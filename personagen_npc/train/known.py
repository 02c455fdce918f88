"""What was known before the lessons, laid out as the lessons are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.learn.lessons import Floats, Lessons

Levels = dict[str, Any]
Row = Any  # act, mean and variance, or evidence and sum; or an owner and such rows


class Known:
    """Levels as columns of the lessons' acts; a variance of 0 where nothing was known.

    Attributes:
        world: mean and variance, float64 (acts, width) each.
        archetypes: the same, (archetypes, acts, width).
        npcs: evidence and sum, (npcs, acts) each; likewise ``players``.
    """

    def __init__(self, before: Levels, lessons: Lessons) -> None:
        place = {act: at for at, act in enumerate(lessons.acts)}
        width = lessons.x.shape[1]
        self.world = _laid(before.get("world", ()), place, (width,))
        kinds = dict(before.get("archetypes", ()))
        self.archetypes = _stacked([_laid(kinds.get(k, ()), place, (width,))
                                    for k in lessons.archetypes])  # fmt: skip
        self.npcs = _owners(before.get("npcs", ()), lessons.npcs, place)
        self.players = _owners(before.get("players", ()), lessons.players, place)


def _laid(
    rows: Iterable[Row], place: dict[str, int], shape: tuple[int, ...]
) -> tuple[Floats, Floats]:
    first, second = np.zeros((len(place), *shape)), np.zeros((len(place), *shape))
    for act, a, b in rows:
        if act in place:
            first[place[act]], second[place[act]] = a, b
    return first, second


def _stacked(pairs: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.stack([a for a, _ in pairs]), np.stack([b for _, b in pairs])


def _owners(
    rows: Iterable[Row], names: tuple[str, ...], place: dict[str, int]
) -> tuple[Floats, Floats]:
    known = dict(rows)
    return _stacked([_laid(known.get(name, ()), place, ()) for name in names])


def with_others(new: list[Any], old: Iterable[Row]) -> list[Any]:
    """Rows, and those of old ones that none of them replaces."""
    names = {row[0] for row in new}
    return new + [list(row) for row in old if row[0] not in names]


def owned(new: list[list[Any]], old: Iterable[Row]) -> list[list[Any]]:
    """(owner, rows) pairs, with what was known of other acts and of other owners."""
    before = dict(old)
    found = [[name, with_others(rows, before.pop(name, ()))] for name, rows in new]
    return found + [[name, [list(row) for row in rows]] for name, rows in before.items()]
