"""Leanings: what the words of a sentence, their kinds and their order speak for.

A linear model beside the phrase patterns: each word, pair and triple of words, and the same of
kinds of words ("i will @doverb the"), has a small weight for each intent; what a pattern proves
weighs in too. Weights are whole numbers, so that their sum is the same on every machine. They are
trained by ``bench/intents.py`` and kept in ``data/leanings.bin``.
"""

from __future__ import annotations

import zlib
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import orjson

from personagen_npc.errors import BadField
from personagen_npc.events import INTENTS
from personagen_npc.tables import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from personagen_npc.mind.reading.hearing import Sentence

FORMAT: Final = 1
UNIT: Final = 24.0  # whole-number steps of one unit of log-odds; a byte then spans +-5.3
LENGTHS: Final = (1, 2, 3, 5, 8)  # bands of a sentence's length in words, [D]
COLUMN: Final = {intent: i for i, intent in enumerate(INTENTS)}


class Leanings(NamedTuple):
    """The trained model: ``rows`` maps a feature to its row of ``weights`` (n, intents) int32.

    ``proved[c]`` is what one unit of what patterns prove for intent c adds to it.
    """

    rows: Mapping[str, int]
    weights: NDArray[np.int32]
    proved: Sequence[float]

    def of(self, names: Sequence[str], proven: Mapping[str, float]) -> list[float]:
        """Log-odds of each intent, in the order of ``INTENTS``."""
        at = [row for row in map(self.rows.get, names) if row is not None]
        sums: list[float] = np.add.reduce(self.weights[at]).tolist()
        for intent, score in proven.items():
            column = COLUMN[intent]
            sums[column] += self.proved[column] * score
        return sums


def features(s: Sentence, place: str, best: str) -> list[str]:
    """Names of all that a sentence shows, ``place`` in the line and ``best`` proven included."""
    end = "$?" if s.asks else "$"
    if s.found or s.numbers:
        words, shapes = _merged(s)
    else:
        words = [w.sense for w in s.words]
        shapes = [w.shape for w in s.words]
    out = [f"={best}", place, f"#{_length(len(words))}{end}"]
    out += words
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


def _length(words: int) -> int:
    return sum(words > limit for limit in LENGTHS)


def pack(names: Sequence[str], weights: NDArray[np.int8], proved: Sequence[float]) -> bytes:
    """The model as a file: a line of JSON, then names and rows of bytes, deflated."""
    head = {"format": FORMAT, "intents": INTENTS, "rows": len(names), "proved": proved}
    body = "\n".join(names).encode() + b"\0" + weights.tobytes()
    return orjson.dumps(head) + b"\n" + zlib.compress(body, 9)


@cache
def shipped() -> Leanings:
    """The model that ships with the package, read once."""
    return load(PACKAGE / "mind" / "data" / "leanings.bin")


def load(path: Path) -> Leanings:
    """Read a model. Raises BadField where it was trained for other intents."""
    head, _, body = path.read_bytes().partition(b"\n")
    told = orjson.loads(head)
    if told["format"] != FORMAT or tuple(told["intents"]) != INTENTS:
        raise BadField(
            "trained for other intents: run bench/intents.py",
            field=path.name, got=told["intents"], allowed=INTENTS,
        )  # fmt: skip
    names, _, raw = zlib.decompress(body).partition(b"\0")
    rows = {name: i for i, name in enumerate(names.decode().split("\n"))}
    weights = np.frombuffer(raw, dtype=np.int8).reshape(told["rows"], len(INTENTS))
    return Leanings(rows, weights.astype(np.int32), tuple(told["proved"]))
