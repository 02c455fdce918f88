"""Finding memories again: exact, per NPC, lexical, hierarchical; no model.

A memory is scored in raw units as the sum of

    bm25 + EPISODE * mean of its episode's top 3 bm25 + BEFORE * bm25[previous] + AFTER * bm25[next]
    + ACTOR or ABOUT where somebody named is in it + DATE * idf of the dates asked for
    + recency, importance, strength and place, which break ties in a game and fill silences.

The first two lines carried LoCoMo's retrieval from 61.5 to 76.9 % R@10 without a model. Idf is over
this NPC's own memories: what is common to one is rare to another.

One byte for each stem
of the vocabulary marks the query's stems; one gather then finds every hit in all memories, so cost
hardly grows with the query. All of it is elementwise or in row order: same memories, same bytes.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen_npc.memory.index import Index as Index
from personagen_npc.memory.index import view

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.words.tokens import Vocabulary

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

K1, B = 0.9, 0.4  # BM25 as measured best on LoCoMo's turns
TOP = 3  # bm25 values that stand for an episode, same source
MOST_STEMS = 60  # distinct stems of a query that count; a longer one is a speech, not a question
_APART = 1e6  # keeps episodes apart in one sort key: far above any bm25 (60 stems of idf < 25)


class Weights(NamedTuple):
    """Weights of the parts in raw bm25 units.

    The first six are those measured on LoCoMo (``about`` [D]: there nobody but the speaker is a
    name); the last four are for games, small against a rare word's 3 to 6, [D].
    """

    episode: float = 1.0
    before: float = 0.3
    after: float = 0.6
    actor: float = 8.0
    about: float = 5.0
    date: float = 3.0
    recency: float = 1.0
    importance: float = 1.0
    strength: float = 0.5
    place: float = 0.5


GAME = Weights()
LEXICAL = Weights(recency=0.0, importance=0.0, strength=0.0, place=0.0)
HALF_LIFE_S = 86_400.0  # game seconds after which recency has halved (1/2, 1/3, 1/4, ...), [D]


class Query(NamedTuple):
    """What is asked of memory.

    Attributes:
        stems: stems of the line, without those of the names.
        names: ids of everybody and everything that the line names.
        now: game seconds.
        place: id of where it is asked, "" for anywhere.
        exclude: happenings that are not wanted.
        dates: spans of game seconds (first, last) that the line speaks of.
    """

    stems: Sequence[str] = ()
    names: Sequence[str] = ()
    now: float = 0.0
    place: str = ""
    exclude: Collection[int] = ()
    dates: Sequence[tuple[float, float]] = ()


class Parts(NamedTuple):
    """What a score is made of; they add up to it (in another order of adding)."""

    words: float
    episode: float
    near: float
    who: float
    date: float
    game: float


class Recalled(NamedTuple):
    """A memory that came to mind.

    ``covers`` in [0, 1] is the share of the question's weight (idf of its words and names) that is
    in this memory itself: how far it answers, where ``score`` only ranks.
    """

    happening: int
    score: float
    parts: Parts
    covers: float


def recall(
    memories: Memories,
    happenings: Happenings,
    vocabulary: Vocabulary,
    query: Query,
    k: int = 8,
    weights: Weights = GAME,
) -> list[Recalled]:
    """The ``k`` memories that fit a query best, best first, ties in holding order.

    Args:
        memories: whose; its index is built or caught up here.
        happenings: the world's, to which the memories point.
        vocabulary: that of ``happenings``.
        query: what is asked. Without stems, names and dates the game's terms alone decide.
        k: at most this many.
        weights: of the parts.
    """
    index = memories.index
    if index is None:
        index = memories.index = Index()
    if len(index) < len(memories):
        index.catch_up(memories, happenings)
    if not len(memories) or k <= 0:
        return []
    search = _Search(memories, index, happenings, weights)
    search.words(vocabulary, query)
    search.group()
    search.names(query)
    search.game(query)
    return search.best(query, k)


class _Search:
    """One query under way: a float64 column for each part, and the weight found for `covers`."""

    __slots__ = (
        "_found", "_happening", "_happenings", "_index", "_memories", "_padded",
        "_parts", "_sought", "_weights", "count",
    )  # fmt: skip

    def __init__(
        self, memories: Memories, index: Index, happenings: Happenings, weights: Weights
    ) -> None:
        self._memories, self._index = memories, index
        self._happenings, self._weights = happenings, weights
        self.count = count = len(memories)
        self._parts: dict[str, Floats] = {}
        self._found, self._padded = np.zeros(count), np.zeros(count + 1)
        self._sought = 0.0
        self._happening = view(memories.happening)

    def words(self, vocabulary: Vocabulary, query: Query) -> None:
        """BM25 of each row: every place of the columns that holds a stem asked for is a hit."""
        index, count = self._index, self.count
        asked = list(dict.fromkeys(query.stems))[:MOST_STEMS]
        numbers = [n for n in vocabulary.known(asked) if n >= 0]
        self._sought += (len(asked) - len(numbers)) * _idf(count, 0)
        places, which = _hits(index, numbers, len(vocabulary))
        in_rows = np.bincount(which, minlength=len(numbers)).tolist()
        idf = [_idf(count, n) for n in in_rows]
        self._sought += sum(idf)
        if not len(places):
            return
        weight = np.array(idf).take(which)
        rows = view(index.row).take(places)
        tf = np.frombuffer(index.tf, dtype=np.uint8).take(places) * 1.0
        length = np.frombuffer(index.length, dtype=np.uint16).take(rows)
        norm = length * (K1 * B * count / index.total) + K1 * (1.0 - B)
        # one place more than there are rows, 0, for links that lead nowhere: [-1]
        self._padded = _sums(rows, weight * tf * (K1 + 1.0) / (tf + norm), count + 1)
        self._found = _sums(rows, weight, count)

    def group(self) -> None:
        """What a row's episode and its neighbours in it lend to it."""
        index, padded = self._index, self._padded
        near = padded.take(view(index.before)) * self._weights.before
        near += padded.take(view(index.after)) * self._weights.after
        self._parts["near"] = near
        rows = np.flatnonzero(padded)
        episode = view(index.episode)
        means = _episode_means(episode.take(rows), padded.take(rows), len(index.episodes))
        self._parts["episode"] = means.take(episode) * self._weights.episode

    def names(self, query: Query) -> None:
        """Who is named: once for a row however many of the names are in it, the actor first."""
        who = np.zeros(self.count)
        for name in dict.fromkeys(query.names):
            number = self._happenings.name_number(name)
            acts = view(self._index.actor) == number
            about = view(self._index.who_row)[view(self._index.who) == number]
            who[about] = np.maximum(who[about], self._weights.about)
            who[acts] = self._weights.actor
            acts[about] = True
            weight = _idf(self.count, int(np.count_nonzero(acts)))
            self._sought += weight
            self._found += acts * weight
        self._parts["who"] = who

    def game(self, query: Query) -> None:
        """Dates asked for; then recency, importance, strength and place."""
        happening, world, weights = self._happening, self._happenings, self._weights
        at = np.frombuffer(world.at).take(happening)
        date = np.zeros(self.count)
        for first, last in query.dates:
            within = (at >= first) & (at <= last)
            date += within * (weights.date * _idf(self.count, int(np.count_nonzero(within))))
        self._parts["date"] = date
        age = np.maximum(query.now - at, 0.0)
        game = (weights.recency * HALF_LIFE_S) / (age + HALF_LIFE_S)
        game += np.frombuffer(world.importance).take(happening) * weights.importance
        game += np.frombuffer(self._memories.strength) * weights.strength
        if query.place:
            here = view(world.place).take(happening) == world.name_number(query.place)
            game += here * weights.place
        self._parts["game"] = game

    def best(self, query: Query, k: int) -> list[Recalled]:
        """The ``k`` best rows as a list."""
        parts = self._parts
        bm25 = parts["words"] = self._padded[:-1]
        score = bm25 + parts["episode"] + parts["near"]
        score += parts["who"] + parts["date"] + parts["game"]
        out = [r for r in map(self._memories.row, query.exclude) if r >= 0]
        if out:
            score[out] = -1.0
        rows = _top(score, min(k, self.count - len(out)))
        made_of = map(Parts, *(parts[p].take(rows).tolist() for p in Parts._fields))
        covers = self._found[rows] / self._sought if self._sought else np.zeros(len(rows))
        happening, scores = self._happening[rows].tolist(), score[rows].tolist()
        return list(map(Recalled, happening, scores, made_of, covers.tolist()))


def _idf(count: int, found: int) -> float:
    return log(1.0 + (count - found + 0.5) / (found + 0.5))


def _sums(rows: NDArray[Any], values: Floats, count: int) -> Floats:
    """Sum of the values of each row, in their order."""
    return np.bincount(rows, values, count).astype(np.float64, copy=False)


def _hits(index: Index, numbers: list[int], size: int) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Places of the stem column that hold one of ``numbers``, and which of them."""
    stem = view(index.stem)
    if not numbers or not len(stem):
        return np.zeros(0, np.intp), np.zeros(0, np.uint8)
    marks = np.zeros(size, np.uint8)
    marks[numbers] = np.arange(1, len(numbers) + 1, dtype=np.uint8)
    marked = marks.take(stem)
    places = (marked != 0).nonzero()[0]
    return places, marked.take(places) - 1


def _episode_means(episode: Ints, bm25: Floats, count: int) -> Floats:
    """Mean of each episode's top 3 bm25 by episode number; the last place, 0, is for loners.

    Args:
        episode: own number of the rows that have a bm25, -1 for loners.
        bm25: theirs.
        count: how many episodes there are.
    """
    means = np.zeros(count + 1)
    if len(episode) and count:
        order = np.argsort(episode * _APART - bm25)
        grouped = episode.take(order)
        # A row is among its episode's first three if the row three before it is of another one.
        top = np.ones(len(order), dtype=bool)
        top[TOP:] = grouped[TOP:] != grouped[:-TOP]
        sums = np.bincount(grouped[top] + 1, bm25.take(order)[top], count + 1)
        means[:-1] = sums[1:] / TOP
    return means


def _top(score: Floats, k: int) -> NDArray[np.intp]:
    """Rows of the ``k`` highest scores, highest first, ties by row."""
    if k <= 0:
        return np.zeros(0, np.intp)
    least = np.partition(score, len(score) - k)[len(score) - k]
    rows = np.flatnonzero(score >= least)
    return rows[np.argsort(-score[rows], kind="stable")][:k]
