"""Nearness: how near a question's sense is to each fact, where its words find none for certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from personagen_npc.words.senses import SAME, senses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from personagen_npc.world.knowledge.entry import Entry

# of a fact that has no vector, and the least of one that lists no question, so that its words
# decide: what is usual for one that answers is 0.51 and 0.24, for one that does not 0.39 and 0.16
UNTOLD: Final = (0.3, 0.2)
LISTLESS: Final = (0.5, 0.24)
_WORD: Final = re.compile(r"[^\W\d_]+")


class Near(NamedTuple):
    """How near a question is to every fact that has a vector."""

    at: Mapping[str, int]
    best: NDArray[np.float64]  # to the nearest of a fact's texts
    whole: NDArray[np.float64]  # to all of them, on average

    def of(self, entry: Entry) -> tuple[float, float]:
        """The nearest and the average."""
        at = self.at.get(entry.fact.id, -1)
        if at < 0:
            return UNTOLD
        best, whole = float(self.best[at]), float(self.whole[at])
        if entry.listless:
            return max(best, LISTLESS[0]), max(whole, LISTLESS[1])
        return best, whole

    def first(self) -> Iterator[str]:
        """All facts that have vectors, nearest first; of two as near the older."""
        facts = {at: fact for fact, at in self.at.items()}
        order = np.argsort(-self.best, kind="stable").tolist()
        return (facts[at] for at in order if at in facts)


class Nearness:
    """The vectors of one world's facts, made when one is first asked for."""

    __slots__ = ("_at", "_names", "_rows", "_starts", "_waiting")

    def __init__(self, people: Iterable[str] = ()) -> None:
        """``people``: the names of persons, which say nothing of what is asked about them."""
        said = {w for name in people for w in _WORD.findall(name) if w[:1].isupper()}
        self._names = re.compile(rf"\b(?:{'|'.join(sorted(said))})\b(?:['’]s)?") if said else None
        self._at: dict[str, int] = {}
        self._waiting: dict[str, tuple[str, ...]] = {}
        self._rows: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._starts: list[int] = []

    def add(self, entry: Entry) -> None:
        """Take up a fact: its text and the questions that it lists.

        What only one person can say and nobody wrote a question for is found by its words alone.
        """
        fact = entry.fact
        if fact.asked or not entry.owner:
            topics = [t for t in fact.topics if " " in t]
            self._waiting[fact.id] = tuple(map(self._nameless, (fact.text, *fact.asked, *topics)))

    def lose(self, fact: str) -> None:
        """Drop a fact."""
        self._waiting.pop(fact, None)
        self._at.pop(fact, None)

    def to(self, text: str) -> Near | None:
        """How near a question is to each fact; None where there is no table of senses."""
        table = senses()
        if table is None:
            return None
        if self._waiting:
            self._take(table.vectors([t for texts in self._waiting.values() for t in texts]))
        # not by BLAS: its threads take longer to wake than this takes
        asked = table.vectors((self._nameless(text),))[0]
        alike = np.einsum("ij,j->i", self._rows, asked).astype(np.float64)
        sizes = np.diff([*self._starts, len(alike)])
        best = np.maximum.reduceat(alike, self._starts) / SAME
        return Near(self._at, best, np.add.reduceat(alike, self._starts) / (SAME * sizes))

    def _nameless(self, text: str) -> str:
        return self._names.sub("", text) if self._names is not None else text

    def _take(self, rows: NDArray[np.float32]) -> None:
        first = len(self._rows)
        for fact, texts in self._waiting.items():
            self._at[fact] = len(self._starts)
            self._starts.append(first)
            first += len(texts)
        self._rows = np.concatenate([self._rows, rows]) if len(self._rows) else rows
        self._waiting.clear()
