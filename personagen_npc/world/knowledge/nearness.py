"""Nearness: how near a question's sense is to each fact, where its words find none for certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from personagen_npc.words.kept import kept_vectors
from personagen_npc.words.senses import SAME, senses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from personagen_npc.words.senses import Senses
    from personagen_npc.world.knowledge.entry import Entry

# of a fact that has no vector, and the least of one that lists no question, so that its words
# decide: what is usual for one that answers is 0.51 and 0.24, for one that does not 0.39 and 0.16
UNTOLD: Final = (0.3, 0.2)
LISTLESS: Final = (0.5, 0.24)
POOLS: Final = 64  # of facts that several people know, whose rows are remembered: 3 MB, [D]
MINDS: Final = 128  # that were asked last, the same: 4 MB, [D]
MORE: Final = 8192  # texts beside the ground whose vectors are remembered: 8 MB, [D]
_WORD: Final = re.compile(r"[^\W\d_]+")


class Rows(NamedTuple):
    """Some facts and the rows of their texts, one after another."""

    facts: list[str]
    at: dict[str, int]
    order: NDArray[np.int64]  # the older a fact, the less
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


class Known(NamedTuple):
    """The facts of one mind: those of a pool and those apart, and which rows to compare."""

    pool: Rows
    apart: Rows
    order: NDArray[np.int64]
    later: NDArray[np.int64]  # rows beyond the ground
    rows: NDArray[np.int64]  # of the ground with those behind it
    starts: NDArray[np.int64]
    sizes: NDArray[np.float64]


class Near(NamedTuple):
    """How near a question is to the facts of one mind that have vectors."""

    known: Known
    best: NDArray[np.float64]  # to the nearest of a fact's texts
    whole: NDArray[np.float64]  # to all of them, on average

    def of(self, entry: Entry) -> tuple[float, float]:
        """The nearest and the average."""
        pool, apart = self.known.pool, self.known.apart
        at = pool.at.get(entry.fact.id, -1)
        if at < 0:
            at = apart.at.get(entry.fact.id, -1)
            if at < 0:
                return UNTOLD
            at += len(pool.facts)
        best, whole = float(self.best[at]), float(self.whole[at])
        if entry.listless:
            return max(best, LISTLESS[0]), max(whole, LISTLESS[1])
        return best, whole

    def first(self, count: int) -> list[str]:
        """So many facts, nearest first; of two as near the older."""
        first, others = self.known.pool.facts, self.known.apart.facts
        found = np.lexsort((self.known.order, -self.best))[:count].tolist()
        return [first[at] if at < len(first) else others[at - len(first)] for at in found]


class Nearness:
    """The vectors of one world's facts, made when one is first asked for.

    What a world begins with is its ground: all of it is compared at once, and worlds of the same
    pack share it. Of what comes later only what the one asked can know is looked at; texts that
    several facts have stand there once.
    """

    __slots__ = (
        "_base", "_count", "_ground", "_laid", "_minds", "_more", "_names", "_pools", "_row",
        "_texts",
    )  # fmt: skip

    def __init__(self, people: Iterable[str] = ()) -> None:
        """``people``: the names of persons, which say nothing of what is asked about them."""
        said = {w for name in people for w in _WORD.findall(name) if w[:1].isupper()}
        self._names = re.compile(rf"\b(?:{'|'.join(sorted(said))})\b(?:['’]s)?") if said else None
        self._texts: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._count = 0
        self._base: frozenset[str] = frozenset()
        self._row: dict[str, int] = {}
        self._laid: list[str] | None = None  # texts of the ground, None as soon as it has vectors
        self._ground: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._more: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._pools: dict[frozenset[str], Rows] = {}
        self._minds: dict[tuple[frozenset[str], tuple[str, ...]], Known] = {}

    def add(self, entry: Entry) -> None:
        """Take up a fact: its text and the questions that it lists.

        What only one person can say and nobody wrote a question for is found by its words alone.
        """
        fact = entry.fact
        if fact.asked or not entry.owner:
            topics = [t for t in fact.topics if " " in t]
            self._count += 1
            self._texts[fact.id] = (self._count, (fact.text, *fact.asked, *topics))
            self._minds.clear()

    def lay(self) -> None:
        """What has been taken up so far is the world's ground."""
        self._base = frozenset(self._texts)
        self._laid = list(dict.fromkeys(t for _, ts in self._texts.values() for t in ts))

    def lose(self, fact: str) -> None:
        """Drop a fact."""
        self._texts.pop(fact, None)
        self._minds.clear()
        if fact in self._base:
            self._base -= {fact}
            self._pools.clear()

    def to(self, text: str, pool: frozenset[str], apart: Iterable[str] = ()) -> Near | None:
        """How near a question is to each fact of a pool and apart from it.

        None where there is no table of senses, or nothing to compare.
        """
        table = senses()
        if table is None:
            return None
        if self._laid is not None:
            self._row, texts = {}, dict[str, int]()
            for laid in self._laid:
                self._row[laid] = texts.setdefault(self._nameless(laid), len(texts))
            self._ground, self._laid = kept_vectors(table, [*texts]), None
        known = self._known(table, pool, tuple(f for f in apart if f in self._texts))
        if not len(known.rows):
            return None
        asked = table.vector(self._nameless(text))
        # not by BLAS: its threads take longer to wake than this takes
        alike = np.einsum("ij,j->i", self._ground, asked) if len(self._ground) else asked[:0]
        if len(known.later):
            later = np.einsum("ij,j->i", self._more[known.later], asked)
            alike = np.concatenate([alike, later])
        each = alike[known.rows].astype(np.float64)
        best = np.maximum.reduceat(each, known.starts) / SAME
        return Near(known, best, np.add.reduceat(each, known.starts) / known.sizes)

    def _known(self, table: Senses, pool: frozenset[str], apart: tuple[str, ...]) -> Known:
        known = self._minds.get((pool, apart))
        if known is None:
            if len(self._minds) >= MINDS or len(self._more) >= MORE:
                self._drop()
            base = pool & self._base  # the same for all who differ by what came later
            texts = self._texts
            others = {f for f in (*pool, *apart) if f in texts and f not in base}
            last = self._rows(table, sorted(others, key=lambda f: texts[f][0]))
            known = _joined(self._pool(table, base), last, len(self._ground))
            self._minds[pool, apart] = known
        return known

    def _drop(self) -> None:
        """Forget whose rows are which, and the vectors beside the ground."""
        self._minds.clear()
        if len(self._more) >= MORE:
            ground = len(self._ground)
            self._row = {text: row for text, row in self._row.items() if row < ground}
            self._more = self._more[:0]

    def _pool(self, table: Senses, pool: frozenset[str]) -> Rows:
        found = self._pools.get(pool)
        if found is None:
            if len(self._pools) >= POOLS:
                self._pools.clear()
            known = sorted(pool, key=lambda f: self._texts[f][0])
            found = self._pools[pool] = self._rows(table, known)
        return found

    def _rows(self, table: Senses, facts: list[str]) -> Rows:
        texts = [self._texts[f] for f in facts]
        fresh = dict.fromkeys(t for _, ts in texts for t in ts if t not in self._row)
        if fresh:
            made = table.vectors([self._nameless(t) for t in fresh])
            first = len(self._ground) + len(self._more)
            self._more = np.concatenate([self._more, made]) if len(self._more) else made
            self._row |= {t: row for row, t in enumerate(fresh, first)}
        rows = np.array([self._row[t] for _, ts in texts for t in ts], np.int64)
        starts = np.cumsum([0, *(len(ts) for _, ts in texts)], dtype=np.int64)[:-1]
        order = np.array([o for o, _ in texts], np.int64)
        return Rows(facts, {f: i for i, f in enumerate(facts)}, order, rows, starts)

    def _nameless(self, text: str) -> str:
        return self._names.sub("", text) if self._names is not None else text


def _joined(pool: Rows, apart: Rows, ground: int) -> Known:
    rows = np.concatenate([pool.rows, apart.rows])
    beyond = rows >= ground
    later, at = np.unique(rows[beyond] - ground, return_inverse=True)
    rows[beyond] = ground + at
    starts = np.concatenate([pool.starts, apart.starts + len(pool.rows)])
    sizes = np.diff(starts, append=len(rows)) * float(SAME)
    order = np.concatenate([pool.order, apart.order])
    return Known(pool, apart, order, later, rows, starts, sizes)
