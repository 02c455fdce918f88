"""Finding memories again: exact, per NPC, lexical, hierarchical; vectors join in if there are any.

A memory is scored in raw units of bm25 as a sum of signs (`data/ranking.yaml` has their weights):
the words asked for, those of its episode and of what was said beside it, who is named, the dates
asked for, how it is told, and for games recency, importance, strength and place, which break ties
and fill silences. Idf is over this NPC's own memories: what is common to one is rare to another.

All of it is elementwise or in row order: same memories, same bytes.
"""

from __future__ import annotations

from math import log, log1p
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen_npc.memory.fading import effective
from personagen_npc.memory.index import Index as Index
from personagen_npc.memory.index import view
from personagen_npc.memory.manner import lent_before, marks_of, worths
from personagen_npc.memory.senses import hits_of, senses_of
from personagen_npc.memory.telling import ASKED
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.memory.vectors import Vectors
    from personagen_npc.words.tokens import Vocabulary

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_DATA = table("memory/data/ranking.yaml")
IN_QUESTION: float = _DATA["senses"]["asked"]
LIKE = (
    0.3  # share that a word like the one asked for covers: enough to be reminded, not to know, [D]
)
K1, B = 0.9, 0.4  # BM25 as the design measured it best on turns of talk
TOP = 3  # bm25 values that stand for an episode, same source
MOST_STEMS = 60  # distinct stems of a query that count; a longer one is a speech, not a question
_APART = 1e6  # keeps episodes apart in one sort key: far above any bm25 (60 stems of idf < 25)
_IN_CLAUSE = np.array([IN_QUESTION if clause & ASKED else 1.0 for clause in range(256)])
_LOGS = np.array([log1p(n) for n in range(256)])  # of a row's length; a longer one is as long


class Weights(NamedTuple):
    """Weights of the parts in raw bm25 units: what each is, `data/ranking.yaml` says."""

    words: float = 1.0
    episode: float = 1.0
    before: float = 0.3
    after: float = 0.6
    reply: float = 0.0
    actor: float = 8.0
    about: float = 5.0
    date: float = 3.0
    length: float = 1.0
    manner: float = 1.0
    cosine: float = 12.0
    scene: float = 15.0
    recency: float = 1.0
    importance: float = 1.0
    strength: float = 0.5
    place: float = 0.5


GAME = Weights(**_DATA["parts"])
LEXICAL = GAME._replace(recency=0.0, importance=0.0, strength=0.0, place=0.0)
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
        focus: what is asked for: time, place, person, reason, manner, thing, yesno, count, feeling;
            "" for no question or none of these.
        vector: the line's, int8 (dim,), without names in it; None if it has none.
    """

    stems: Sequence[str] = ()
    names: Sequence[str] = ()
    now: float = 0.0
    place: str = ""
    exclude: Collection[int] = ()
    dates: Sequence[tuple[float, float]] = ()
    focus: str = ""
    vector: NDArray[np.int8] | None = None


class Parts(NamedTuple):
    """What a score is made of; they add up to it (in another order of adding)."""

    words: float
    episode: float
    near: float
    who: float
    date: float
    manner: float
    meaning: float
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
    vectors: Vectors | None = None,
) -> list[Recalled]:
    """The ``k`` memories that fit a query best, best first, ties in holding order.

    Args:
        memories: whose; its index is built or caught up here.
        happenings: the world's, to which the memories point.
        vocabulary: that of ``happenings``.
        query: what is asked. Without stems, names and dates the game's terms alone decide.
        k: at most this many.
        weights: of the parts.
        vectors: the world's; used where the query has a vector too.
    """
    search = Search(memories, happenings, weights)
    if not search.count or k <= 0:
        return []
    search.look(vocabulary, query, vectors)
    return search.best(query, k)


class Search:
    """One query under way: a float64 column for each part, and the weight found for `covers`."""

    __slots__ = (
        "_found", "_happenings", "_held", "_index", "_memories", "_padded", "_parts",
        "_sought", "_weights", "count", "marks",
    )  # fmt: skip

    def __init__(self, memories: Memories, happenings: Happenings, weights: Weights) -> None:
        index = memories.index
        if index is None:
            index = memories.index = Index()
        if len(index) < len(memories):
            index.catch_up(memories, happenings)
        self._memories, self._index = memories, index
        self._happenings, self._weights = happenings, weights
        self.count = count = len(memories)
        self._held = view(memories.happening)
        self.marks = marks_of(index, happenings, self._held)
        self._parts: dict[str, Floats] = {}
        self._found, self._padded = np.zeros(count), np.zeros(count + 1)
        self._sought = 0.0

    def look(self, vocabulary: Vocabulary, query: Query, vectors: Vectors | None = None) -> None:
        """Every sign of every row."""
        self.words(vocabulary, query)
        self.group()
        self.names(query)
        self.told(query)
        self.dates(query)
        self.game(query)
        if vectors is not None and query.vector is not None:
            self.meaning(vectors, query.vector)

    def words(self, vocabulary: Vocabulary, query: Query) -> None:
        """BM25 of each row: of each word asked for, or of the best that stands for it there."""
        asked = list(dict.fromkeys(query.stems))[:MOST_STEMS]
        hits = hits_of(self._index, senses_of(asked, self._happenings), len(vocabulary))
        if not len(hits.places):
            self._sought += len(asked) * _idf(self.count, 0)
            return
        count, index = self.count, self._index
        cells = hits.concept * count + hits.row  # one for each concept and row
        often = np.bincount(cells, minlength=len(asked) * count)
        sure = np.zeros(len(often), dtype=bool)  # the word itself, not only one like it
        sure[cells[hits.worth == 1.0]] = True
        there = (often != 0).nonzero()[0]  # of bools numpy finds them several times as fast
        concept, row = np.divmod(there, count)
        exact = sure[there]
        idf = _idfs(count, concept[exact], len(asked))
        loose = _idfs(count, concept, len(asked))
        self._sought += sum(idf.tolist())
        clause = np.frombuffer(index.clause, dtype=np.uint8).take(hits.places)
        worth = hits.worth * _IN_CLAUSE.take(clause)
        best = np.zeros(len(often))
        np.maximum.at(best, cells, worth)
        value = best[there] * np.where(exact, idf[concept], loose[concept])
        tf = often[there] * 1.0
        length = np.frombuffer(index.length, dtype=np.uint16).take(row)
        norm = length * (K1 * B * count / index.total) + K1 * (1.0 - B)
        # one place more than there are rows, 0, for links that lead nowhere: [-1]
        self._padded = _sums(row, value * tf * (K1 + 1.0) / (tf + norm), count + 1)
        self._found = _sums(row, idf[concept] * np.where(exact, 1.0, LIKE), count)

    def group(self) -> None:
        """What a row's episode and its neighbours in it lend to it."""
        index, padded, weights = self._index, self._padded, self._weights
        near = padded.take(view(index.before))
        near *= lent_before(weights.before, weights.reply).take(self.marks)
        near += padded.take(view(index.after)) * weights.after
        self._parts["near"] = near
        rows = (padded != 0.0).nonzero()[0]
        episode = view(index.episode)
        means = _episode_means(episode.take(rows), padded.take(rows), len(index.episodes))
        self._parts["episode"] = means.take(episode) * weights.episode

    def names(self, query: Query) -> None:
        """Who is named: once for a row however many of the names are in it, the actor first."""
        if not query.names:
            return
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

    def told(self, query: Query) -> None:
        """How a row is told: what a question of this kind wants of that."""
        if query.stems or query.names:
            told = worths(query.focus).take(self.marks) * self._weights.manner
            lengths = np.frombuffer(self._index.length, dtype=np.uint16)
            told += _LOGS.take(lengths, mode="clip") * self._weights.length
            self._parts["manner"] = told

    def dates(self, query: Query) -> None:
        """Whether it happened within a span of time that is spoken of."""
        if query.dates:
            at = np.frombuffer(self._happenings.at).take(self._held)
            date = np.zeros(self.count)
            for first, last in query.dates:
                within = (at >= first) & (at <= last)
                weight = _idf(self.count, int(np.count_nonzero(within)))
                date += within * (self._weights.date * weight)
            self._parts["date"] = date

    def game(self, query: Query) -> None:
        """Recency, importance, strength and place."""
        held, world, weights = self._held, self._happenings, self._weights
        age = np.maximum(query.now - np.frombuffer(world.at).take(held), 0.0)
        game = (weights.recency * HALF_LIFE_S) / (age + HALF_LIFE_S)
        game += np.frombuffer(world.importance).take(held) * weights.importance
        if weights.strength:  # as it has faded by now
            game += effective(self._memories, world, query.now) * weights.strength
        if query.place:
            here = view(world.place).take(held) == world.name_number(query.place)
            game += here * weights.place
        self._parts["game"] = game

    def meaning(self, vectors: Vectors, vector: NDArray[np.int8]) -> None:
        """How near the vectors are, a row's own and the best of its episode."""
        index, weights = self._index, self._weights
        cosine = vectors.cosine(self._held, vector).astype(np.float64)
        episode = view(index.episode)
        if int(episode.min()) >= 0:
            means = _episode_means(episode, cosine, len(index.episodes))
        else:
            rows = (episode >= 0).nonzero()[0]
            means = _episode_means(episode.take(rows), cosine.take(rows), len(index.episodes))
        self._parts["meaning"] = cosine * weights.cosine + means.take(episode) * weights.scene

    def score(self) -> Floats:
        """The sum of the parts of each row."""
        parts = self._parts
        parts["words"] = self._padded[:-1] * self._weights.words
        score = np.zeros(self.count)
        for name in Parts._fields:
            if name in parts:
                score += parts[name]
        return score

    def best(self, query: Query, k: int) -> list[Recalled]:
        """The ``k`` best rows as a list."""
        parts, score = self._parts, self.score()
        out = [r for r in map(self._memories.row, query.exclude) if r >= 0]
        if out:
            score[out] = -np.inf
        rows = _top(score, min(k, self.count - len(out)))
        nothing = [0.0] * len(rows)
        made_of = map(Parts, *(
            parts[p].take(rows).tolist() if p in parts else nothing for p in Parts._fields
        ))  # fmt: skip
        covers = self._found[rows] / self._sought if self._sought else np.zeros(len(rows))
        happening, scores = self._held[rows].tolist(), score[rows].tolist()
        return list(map(Recalled, happening, scores, made_of, covers.tolist()))


def _idf(count: int, found: int) -> float:
    return log(1.0 + (count - found + 0.5) / (found + 0.5))


def _idfs(count: int, found: NDArray[np.intp], concepts: int) -> Floats:
    """Idf of each concept; ``found`` has it once for each row that holds it."""
    return np.array([_idf(count, n) for n in np.bincount(found, minlength=concepts).tolist()])


def _sums(rows: NDArray[Any], values: Floats, count: int) -> Floats:
    """Sum of the values of each row, in their order."""
    return np.bincount(rows, values, count).astype(np.float64, copy=False)


def _episode_means(episode: Ints, values: Floats, count: int) -> Floats:
    """Mean of each episode's three best values by its number; the last place, 0, is for loners.

    Args:
        episode: own number of the rows that have a value, -1 for loners.
        values: theirs.
        count: how many episodes there are.
    """
    means = np.zeros(count + 1)
    if len(episode) and count:
        order = np.argsort(episode * _APART - values)
        grouped = episode.take(order)
        # A row is among its episode's first three if the row three before it is of another one.
        top = np.ones(len(order), dtype=bool)
        top[TOP:] = grouped[TOP:] != grouped[:-TOP]
        sums = np.bincount(grouped[top] + 1, values.take(order)[top], count + 1)
        means[:-1] = sums[1:] / TOP
    return means


def _top(score: Floats, k: int) -> NDArray[np.intp]:
    """Rows of the ``k`` highest scores, highest first, ties by row."""
    if k <= 0:
        return np.zeros(0, np.intp)
    least = np.partition(score, len(score) - k)[len(score) - k]
    rows = np.flatnonzero(score >= least)
    return rows[np.argsort(-score[rows], kind="stable")][:k]
