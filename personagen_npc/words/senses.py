"""Senses: what texts mean, as vectors, by a table of word pieces that the package wordllama brings.

Of that package only two data files are read; none of its code runs. All is done in whole numbers,
and vectors are so short that float32 holds every sum of their products: any machine gives the same.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PACKAGE: Final = "wordllama"
TABLE: Final = "weights/l2_supercat_256.safetensors"
PIECES: Final = "tokenizers/l2_supercat_tokenizer_config.json"
TENSOR: Final = "embedding.weight"
SCALE: Final = 4096  # length of a vector: products of two such sum up to 2**24, exact in float32
SAME: Final = SCALE * SCALE  # the product of two vectors that point the same way
AT_ONCE: Final = 512  # texts that are worked on together, so that little memory is needed, [D]
KNOWN: Final = 4000  # words that are remembered with their vectors: 4 MB, [D]
WORDS: Final = 60  # of a text that are looked at, [D]: more is no question
START: Final = "▁"  # what pieces begin with that begin a word
_FINE: Final = 1 << 20  # what the table's numbers are counted in: halves have fewer digits


class Senses:
    """The table, opened: rows are read when they are needed, so that it takes no memory."""

    def __init__(self, folder: Path) -> None:
        """Read what pieces there are. Raises OSError, ValueError or KeyError for other files."""
        self._ids = _numbers((folder / PIECES).read_bytes())
        with (folder / TABLE).open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            tensor = orjson.loads(file.read(size))[TENSOR]
        count, self.dim = tensor["shape"]
        if tensor["dtype"] != "F16" or count < len(self._ids):
            raise ValueError(f"{folder / TABLE}: a table of another shape")
        start = 8 + size + tensor["data_offsets"][0]
        self._table = np.memmap(folder / TABLE, "<f2", "r", start, (count, self.dim))
        self._words: dict[str, NDArray[np.int32]] = {}
        looks = [(folder / file).stat() for file in (PIECES, TABLE)]
        self.mark = " ".join(f"{look.st_size} {look.st_mtime_ns}" for look in looks)

    def vector(self, text: str) -> NDArray[np.float32]:
        """The vector of one text: a question's."""
        total = np.zeros(self.dim, np.int64)
        for row in self._of(tokens(text)[:WORDS]):
            total += row
        vector: NDArray[np.float32] = _cut(total[None])[0].astype(np.float32)
        return vector

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, as long as ``SCALE`` or a little less; zeros for one without a word."""
        out = np.zeros((len(texts), self.dim), np.float32)
        for first in range(0, len(texts), AT_ONCE):
            said = [tokens(t)[:WORDS] for t in texts[first : first + AT_ONCE]]
            at = {w: i for i, w in enumerate(dict.fromkeys(w for ws in said for w in ws))}
            if at:
                rows = np.array(self._of([*at]), np.int64)
                out[first : first + AT_ONCE] = _cut(
                    _added(rows, [[at[w] for w in ws] for ws in said])
                )
        return out

    def words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of single words, each as long as ``SCALE`` or a little less."""
        if not words:
            return np.zeros((0, self.dim), np.float32)
        return _cut(np.array(self._of(words), np.int64)).astype(np.float32)

    def _of(self, words: Sequence[str]) -> list[NDArray[np.int32]]:
        """For each word the sum of its pieces; what was met lately is remembered."""
        fresh = [w for w in dict.fromkeys(words) if w not in self._words]
        if fresh:
            if len(self._words) + len(fresh) > KNOWN:
                self._words = {w: self._words[w] for w in words if w in self._words}
            self._words |= zip(fresh, self._sums(fresh), strict=True)
        return [self._words[w] for w in words]

    def _sums(self, words: Sequence[str]) -> NDArray[np.int32]:
        """For each word the sum of its pieces, each of the same length: none says more."""
        cut = [self.pieces(w) for w in words]
        at = {number: i for i, number in enumerate(sorted({i for ids in cut for i in ids}))}
        if not at:
            return np.zeros((len(words), self.dim), np.int32)
        table = self._table[[*at]].astype(np.float64)
        rows = _cut(np.rint(table * _FINE).astype(np.int64))
        return _added(rows, [[at[i] for i in ids] for ids in cut]).astype(np.int32)

    def pieces(self, word: str) -> list[int]:
        """The numbers of a word's pieces: neighbours are joined as long as a piece has both.

        Of several pairs the one goes first that came first when the table was made.
        """
        ids = self._ids
        whole = ids.get(START + word)
        if whole is not None:
            return [whole]
        parts = [START, *word]
        while len(parts) > 1:
            pairs = [ids.get(a + b, len(ids)) for a, b in pairwise(parts)]
            best = min(pairs)
            if best == len(ids):
                break
            at = pairs.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return [ids[p] for p in parts if p in ids]


def _numbers(read: bytes) -> dict[str, int]:
    """The pieces by number; their joints, the greater part of the file, are not looked at."""
    first, last = read.find(b'"vocab"'), read.find(b'"merges"')
    try:
        found = orjson.loads(b"{" + read[first:last].rstrip().removesuffix(b",") + b"}")["vocab"]
    except ValueError:  # in another order
        found = orjson.loads(read)["model"]["vocab"]
    numbers: dict[str, int] = found
    return numbers


def _added(rows: NDArray[np.int64], groups: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """The sum of each group of rows; zeros for one without any."""
    sums: NDArray[np.int64] = np.zeros((len(groups), rows.shape[1]), np.int64)
    full = [k for k, group in enumerate(groups) if group]
    if full:
        starts = np.cumsum([0, *(len(groups[k]) for k in full[:-1])])
        sums[full] = np.add.reduceat(
            rows[[i for k in full for i in groups[k]]], starts, dtype=np.int64
        )
    return sums


def _cut(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Vectors brought to one length, in whole numbers, never longer."""
    sizes = np.floor(np.sqrt(np.einsum("ij,ij->i", rows, rows).astype(np.float64))) + 1.0
    cut: NDArray[np.int64] = np.trunc(rows * float(SCALE) / sizes[:, None]).astype(np.int64)
    return cut


@cache
def senses() -> Senses | None:
    """The table, opened when first asked for; None where the package is not installed."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    try:
        return Senses(Path((places or [])[0]))
    except (OSError, ValueError, KeyError, IndexError):
        return None
