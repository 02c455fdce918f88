"""The lexical index of one NPC's memories: flat integer columns, derived, never saved.

It is caught up when it is asked, and what it holds is the same whether it grew row by row, lost
rows, or was built at once.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings

Ints = NDArray[np.int32]


class Index:
    """Derived columns over one NPC's memories; row ``i`` is row ``i`` of the memories.

    9 bytes a stem, 8 a person concerned, 18 a memory, and an eighth of spare room.
    """

    __slots__ = (
        "_last", "actor", "after", "before", "clause", "episode", "episodes", "length", "row",
        "stem", "total", "who", "who_row",
    )  # fmt: skip

    def __init__(self) -> None:
        # stems of all rows end to end as they were told, in which sentence, in which row
        self.stem, self.clause, self.row = array("i"), array("B"), array("i")
        self.length, self.actor = array("H"), array("i")  # stems of a row, repeats counted
        self.who, self.who_row = array("i"), array("i")  # those concerned, and in which row
        self.episode = array("i")  # own number of the episode, -1 for a loner
        self.before, self.after = array("i"), array("i")  # rows beside it in the episode or -1
        self.episodes: dict[int, int] = {}  # episode id -> own number
        self._last = array("i")  # last row of each episode
        self.total = 0  # stems of all rows, repeats counted

    def __len__(self) -> int:
        return len(self.actor)

    def catch_up(self, memories: Memories, happenings: Happenings) -> None:
        """Add the rows that were held since; a fresh index so becomes a whole one."""
        for row in range(len(self), len(memories)):
            self._words(row, memories.happening[row], happenings)
            self._concerned(row, memories.happening[row], happenings)
            self._place(row, memories.episode[row])

    def drop(self, rows: Sequence[int]) -> None:
        """Take rows out; the rest move up as they do in the memories."""
        count = len(self)
        keep = np.ones(count, dtype=bool)
        keep[[row for row in rows if row < count]] = False
        moved = np.cumsum(keep, dtype=np.int32) - np.int32(1)
        self._filter(("stem", "clause", "row"), keep[view(self.row)])
        self._filter(("who", "who_row"), keep[view(self.who_row)])
        self._filter(("length", "actor", "episode"), keep)
        self.row = column("i", moved[view(self.row)])
        self.who_row = column("i", moved[view(self.who_row)])
        self.total = sum(self.length)
        self._regroup()

    def _filter(self, names: Sequence[str], keep: NDArray[np.bool_]) -> None:
        for name in names:
            old = getattr(self, name)
            values = np.frombuffer(old, dtype=old.typecode) if len(old) else np.zeros(0)
            setattr(self, name, column(old.typecode, values[keep]))

    def _words(self, row: int, happening: int, happenings: Happenings) -> None:
        stems = happenings.stems(happening)
        self.length.append(min(len(stems), 65_535))
        self.total += self.length[-1]
        self.stem.extend(stems)
        self.clause.extend(happenings.clauses(happening))
        self.row.extend(array("i", [row]) * len(stems))

    def _concerned(self, row: int, happening: int, happenings: Happenings) -> None:
        actor = happenings.actor[happening]
        self.actor.append(actor)
        for number in dict.fromkeys(happenings.who(happening)):
            if number and number != actor:
                self.who.append(number)
                self.who_row.append(row)

    def _place(self, row: int, episode: int) -> None:
        number = before = -1
        if episode >= 0:
            number = self.episodes.setdefault(episode, len(self._last))
            if number == len(self._last):
                self._last.append(-1)
            before, self._last[number] = self._last[number], row
            if before >= 0:
                self.after[before] = row
        self.episode.append(number)
        self.before.append(before)
        self.after.append(-1)

    def _regroup(self) -> None:
        """Number and link the episodes afresh in row order, as an index built anew would."""
        ids = list(self.episodes)  # in order of their numbers, because that is how they came in
        old, self.episode = self.episode, array("i")
        self.before, self.after, self._last = array("i"), array("i"), array("i")
        self.episodes = {}
        for row, number in enumerate(old):
            self._place(row, ids[number] if number >= 0 else number)


def view(column: array[int]) -> Ints:
    """An int32 column without copying. The view must die before the column grows."""
    return np.frombuffer(column, dtype=np.int32) if len(column) else np.zeros(0, np.int32)


def column(code: str, values: NDArray[Any]) -> array[int]:
    """A column of what is left of one."""
    made: array[int] = array(code)
    made.frombytes(values.astype(code, copy=False).tobytes())
    return made
