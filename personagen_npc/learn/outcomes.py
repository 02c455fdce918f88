"""Outcomes: what came of an NPC's turns, added up by what they were about and with whom.

Sums are whole millionths, so any order of the same outcomes gives the same sums, and a player who
is forgotten is taken out without a last bit left. What follows from them (traits, patterns) is
worked out anew and never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.errors import BadSave

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNIT = 1_000_000
MATTERS = 256  # kept of one NPC and player: the rules of a table, and patterns, [D]
ALL = "all"  # the matter of every outcome


class Note(NamedTuple):
    """One outcome: with whom, what it counts for, by how many millionths, as how many outcomes."""

    player: str
    matter: str
    worth: int
    times: int = 1


class Sum(NamedTuple):
    """Outcomes added up: their worth in outcomes of value 1, and how many they were."""

    worth: float
    times: int

    @property
    def mean(self) -> float:
        """Worth of one, 0 without any."""
        return self.worth / self.times if self.times else 0.0


class Outcomes:
    """Sums by player and matter, and over all players."""

    __slots__ = ("_of", "_totals")

    def __init__(self) -> None:
        self._of: dict[str, dict[str, tuple[int, int]]] = {}
        self._totals: dict[str, tuple[int, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._totals)

    def __contains__(self, matter: str) -> bool:
        return matter in self._totals

    def note(self, notes: Iterable[Sequence[str | int]]) -> None:
        """Add outcomes, each as the fields of a ``Note``."""
        for player, matter, worth, times in notes:
            rows = self._of.setdefault(str(player), {})
            if matter in rows or len(rows) < MATTERS:
                _add(rows, str(matter), int(worth), int(times))
                _add(self._totals, str(matter), int(worth), int(times))

    def of(self, matter: str) -> Sum:
        """All outcomes that count for a matter."""
        worth, times = self._totals.get(matter, (0, 0))
        return Sum(worth / UNIT, times)

    def forget(self, player: str) -> bool:
        """Take out what came of turns with a player; whether there was any."""
        rows = self._of.pop(player, {})
        for matter, (worth, times) in rows.items():
            _add(self._totals, matter, -worth, -times)
            if not self._totals[matter][1]:
                del self._totals[matter]
        return bool(rows)

    def clear(self) -> None:
        """Start afresh."""
        self._of.clear()
        self._totals.clear()

    def to_tree(self) -> list[list[str | int]]:
        """Plain rows for a save."""
        return [
            [player, matter, worth, times]
            for player, rows in sorted(self._of.items())
            for matter, (worth, times) in sorted(rows.items())
        ]

    @classmethod
    def from_tree(cls, rows: Iterable[Sequence[str | int]]) -> Outcomes:
        """The inverse of ``to_tree``. Raises BadSave on a count below 1."""
        self = cls()
        for row in rows:
            if int(row[3]) < 1:
                raise BadSave("outcomes: a count below 1", got=row[3], allowed="1 or more")
            self.note([row])
        return self


def _add(rows: dict[str, tuple[int, int]], matter: str, worth: int, times: int) -> None:
    before = rows.get(matter, (0, 0))
    rows[matter] = (before[0] + worth, before[1] + times)
