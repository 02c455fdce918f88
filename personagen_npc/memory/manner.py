"""What a question wants of how a memory is told: a *when* wants a time, a *why* a because.

The marks of a text are bits, so all that they add to a score is one look-up in a table.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagen_npc.memory import telling
from personagen_npc.tables import table

if TYPE_CHECKING:
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.memory.index import Index

Marks = NDArray[np.uint16]
Floats = NDArray[np.float64]

BITS = {
    "greets": telling.GREETS, "timed": telling.TIMED, "placed": telling.PLACED,
    "reason": telling.REASON, "feels": telling.FEELS, "counts": telling.COUNTS,
    "person": telling.PERSON, "asks": telling.ASKS, "answers": 1 << 8,
}  # fmt: skip
ANSWERS = BITS[
    "answers"
]  # what was said before it was a question: known of a memory, not of a text
_SETS = ANSWERS << 1  # how many sets of marks there are


def marks_of(index: Index, happenings: Happenings, held: NDArray[np.int32]) -> Marks:
    """Marks of each row, with ANSWERS where the row before it in its episode asks."""
    marks = np.frombuffer(happenings.marks, dtype=np.uint16).take(held)
    before = np.frombuffer(index.before, dtype=np.int32)
    asks = marks.take(before, mode="wrap") & telling.ASKS
    asks[before < 0] = 0
    marks |= asks << np.uint16(1)  # ASKS << 1 is ANSWERS
    return marks


@cache
def lent_before(always: float, answering: float) -> Floats:
    """What share a memory inherits from what was said before it, by its marks; (n,)."""
    return np.array([always + answering * bool(marks & ANSWERS) for marks in range(_SETS)])


@cache
def worths(focus: str) -> Floats:
    """What each set of marks is worth where ``focus`` is asked for; (n,)."""
    weights = table("memory/data/ranking.yaml")["manner"]
    worth, marks = np.zeros(_SETS), np.arange(_SETS)
    for group in ("any", focus):
        for name, weight in weights.get(group, {}).items():
            worth[(marks & BITS[name]) != 0] += weight
    return worth
