"""Leanings: what the words of a sentence, their kinds and their order speak for.

A linear model beside the phrase patterns: each word, pair and triple of words, and the same of
kinds of words ("i will @doverb the"), has a small weight for each intent; what a pattern proves
weighs in too. Weights are whole numbers, so that their sum is the same on every machine. They are
trained by ``bench/intents.py`` and kept in ``data/leanings.bin``.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from personagen_npc.errors import BadField
from personagen_npc.events import INTENTS
from personagen_npc.tables import PACKAGE
from personagen_npc.words.senses import SCALE, senses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from personagen_npc.mind.reading.hearing import Sentence

FORMAT: Final = 3
UNIT: Final = 24.0  # whole-number steps of one unit of log-odds; a byte then spans +-5.3
BITS: Final = 16  # of a word's number in a run's; more words than the model will ever know
UNKNOWN: Final = 1  # the number of every word that the model never met
LENGTHS: Final = (1, 2, 3, 5, 8)  # bands of a sentence's length in words, [D]
Numbers = tuple[int, int, tuple[int, ...]]
COLUMN: Final = {intent: i for i, intent in enumerate(INTENTS)}


class Meant:
    """What a sentence's meaning speaks for: a weight for each number of its vector and intent."""

    __slots__ = ("_level", "_weights")

    def __init__(self, weights: NDArray[np.int8], level: Sequence[float]) -> None:
        """``level`` is what a sentence of no meaning in particular has."""
        self._weights = weights.astype(np.float32)
        self._level = np.array(level)

    def of(self, s: Sentence) -> NDArray[np.float64] | None:
        """Log-odds of each intent; None without a table. The sums are whole and under 2**24."""
        table = senses()
        if table is None or table.dim != len(self._weights):
            return None
        alike = np.einsum("i,ij->j", table.vector(said(s)), self._weights).astype(np.float64)
        out: NDArray[np.float64] = alike / SCALE - self._level
        return out


def said(s: Sentence) -> str:
    """A sentence as its meaning is looked up: slang and contractions undone."""
    return " ".join([w.text for w in s.words])


class Leanings:
    """The trained model: rows of ``weights`` (n, intents) int32 by what a sentence shows.

    A run of words is found by one whole number made of theirs, so that no text is put together for
    a look-up; ``proved[c]`` is what one unit of what patterns prove for intent c adds to it;
    ``sure`` is what patterns must prove of an intent to be believed without asking further.
    ``meant`` are weights of what a sentence means, where there is a table of senses: words that no
    line of training had lean as those do that are like them.
    """

    def __init__(
        self, names: Sequence[str], weights: NDArray[np.int8], proved: Sequence[float],
        sure: Mapping[str, float], meant: Meant | None = None,
    ) -> None:  # fmt: skip
        """Take features by name, as ``features`` writes them, in the order of their rows."""
        self.meant = meant
        self.weights: NDArray[np.int32] = weights.astype(np.int32)
        self.proved, self.sure = proved, sure
        self._single: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self._runs: dict[int, int] = {}  # pairs and triples of words
        self._kinds: dict[int, int] = {}  # pairs, triples and fours of kinds of words
        for row, name in enumerate(names):
            parts = name.removeprefix("~").split(" ")
            if len(parts) == 1:
                self._single[name] = row
            else:
                (self._kinds if name[0] == "~" else self._runs)[self._key(parts)] = row

    def word(self, sense: str, shape: str, keys: Sequence[str]) -> Numbers:
        """A word's own number, its kind's, and its rows: worked out once, when it is first met."""
        single = [sense, *(k for k in keys if k[0] == "@")]
        rows = tuple(self._single[k] for k in single if k in self._single)
        return self._ids.get(sense, UNKNOWN), self._ids.get(shape, UNKNOWN), rows

    def _key(self, parts: Sequence[str]) -> int:
        """A run of words as one number; words are numbered as they come."""
        key = 0
        for part in parts:
            key = key << BITS | self._ids.setdefault(part, len(self._ids) + UNKNOWN + 1)
        return key

    def of(self, s: Sentence, place: str, best: str, proven: Mapping[str, float]) -> list[float]:
        """Log-odds of each intent, in the order of ``INTENTS``, of the same as ``features``."""
        one, two, rows = self._numbers(s)
        pairs = [a << BITS | b for a, b in pairwise(one)]
        kinds = [a << BITS | b for a, b in pairwise(two)]
        run, kind = self._runs.get, self._kinds.get
        at = [
            *map(
                self._single.get, (f"={best}", place, _long(len(one) - 2, s.asks), *_form(s, best))
            ),
            *map(run, pairs),
            *map(kind, kinds),
            *[run(p << BITS | c) for p, c in zip(pairs, one[2:], strict=False)],
            *[kind(p << BITS | c) for p, c in zip(kinds, two[2:], strict=False)],
            *[kind(p << 2 * BITS | q) for p, q in zip(kinds, kinds[2:], strict=False)],
        ]
        rows += [row for row in at if row is not None]
        picked = self.weights.take(rows, axis=0)  # half the time of an index, and of a wider sum
        total = np.add.reduce(picked, axis=0, dtype=np.int32)
        meant = self.meant.of(s) if self.meant is not None else None
        sums: list[float] = (total if meant is None else total + meant).tolist()
        for intent, score in proven.items():
            column = COLUMN[intent]
            sums[column] += self.proved[column] * score
        return sums

    def _numbers(self, s: Sentence) -> tuple[list[int], list[int], list[int]]:
        """(numbers of the words, of their kinds, both with start and end; rows word by word)."""
        known, end = self._ids.get, "$?" if s.asks else "$"
        rows: list[int] = []
        if s.found or s.numbers:
            words, shapes = _merged(s)
            one = [known(w, UNKNOWN) for w in words]
            two = [known(k, UNKNOWN) for k in shapes]
            single = [*words, *(k for keys in s.keys for k in keys if k[0] == "@")]
            rows += [self._single[k] for k in single if k in self._single]
        else:
            one, two = [], []
            for word in s.words:
                number, kind, own = word.numbers or self.word(word.sense, word.shape, word.keys)
                one.append(number)
                two.append(kind)
                rows += own
        last = known(end, UNKNOWN)
        return [known("^", UNKNOWN), *one, last], [known("~^", UNKNOWN), *two, last], rows


def features(s: Sentence, place: str, best: str) -> list[str]:
    """Names of all that a sentence shows, ``place`` in the line and ``best`` proven included."""
    words, shapes = _merged(s)
    end = "$?" if s.asks else "$"
    out = [f"={best}", place, _long(len(words), s.asks), *_form(s, best), *words]
    out += [k for keys in s.keys for k in keys if k[0] == "@"]
    row = ["^", *words, end]
    kinds = ["~^", *shapes, end]
    pairs = [f"{a} {b}" for a, b in pairwise(row)]
    shaped = [f"{a} {b}" for a, b in pairwise(kinds)]
    out += pairs
    out += [f"~{p}" for p in shaped]
    out += [f"{p} {c}" for p, c in zip(pairs, row[2:], strict=False)]
    out += [f"~{p} {c}" for p, c in zip(shaped, kinds[2:], strict=False)]
    out += [f"~{p} {q}" for p, q in zip(shaped, shaped[2:], strict=False)]
    return out


def _merged(s: Sentence) -> tuple[list[str], list[str]]:
    """Words and kinds with each name and number drawn together into one place."""
    at = {start: "@num" for start, _, _ in s.numbers}
    at |= {f.start: "@you" if f is s.addressed else f"@{f.kind or 'name'}" for f in s.found}
    words, shapes = [], []
    for i in s.origin:
        if i < len(s.words):
            words.append(at.get(i, s.words[i].sense))
            shapes.append(at.get(i, s.words[i].shape))
    return words, shapes


def _form(s: Sentence, best: str) -> tuple[str, str]:
    """How a sentence asks, for itself and with what is proven."""
    asking = s.asking or "?none"
    return asking, f"{asking}|{best}"


def _long(words: int, asks: bool) -> str:
    return f"#{bisect_left(LENGTHS, words)}{'$?' if asks else '$'}"


def pack(
    names: Sequence[str], weights: NDArray[np.int8], proved: Sequence[float],
    sure: Mapping[str, float], meant: NDArray[np.int8], level: Sequence[float],
) -> bytes:  # fmt: skip
    """The model as a file: a line of JSON, then names and rows of bytes, deflated."""
    head = {"format": FORMAT, "intents": INTENTS, "rows": len(names), "proved": proved,
            "sure": sure, "level": level}  # fmt: skip
    body = "\n".join(names).encode() + b"\0" + weights.tobytes() + meant.tobytes()
    return orjson.dumps(head) + b"\n" + zlib.compress(body, 9)


@cache
def shipped() -> Leanings:
    """The model that ships with the package, read once."""
    return load(PACKAGE / "mind" / "data" / "leanings.bin")


def load(path: Path) -> Leanings:
    """Read a model. Raises BadField where it was trained for other intents."""
    head, _, body = path.read_bytes().partition(b"\n")
    told = orjson.loads(head)
    if told["format"] not in (2, FORMAT) or tuple(told["intents"]) != INTENTS:
        raise BadField(
            "trained for other intents: run bench/intents.py",
            field=path.name, got=told["intents"], allowed=INTENTS,
        )  # fmt: skip
    names, _, raw = zlib.decompress(body).partition(b"\0")
    rows = np.frombuffer(raw, dtype=np.int8).reshape(-1, len(INTENTS))
    weights, meant = (
        rows[: told["rows"]],
        Meant(rows[told["rows"] :], told.get("level", [0.0] * len(INTENTS))),
    )
    return Leanings(names.decode().split("\n"), weights, tuple(told["proved"]), told["sure"], meant)
