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
AT_ONCE: Final = 128  # texts that are worked on together, so that little memory is needed, [D]
WORDS: Final = 60  # of a text that are looked at, [D]: more is no question
START: Final = "▁"  # what pieces begin with that begin a word
_FINE: Final = 1 << 20  # what the table's numbers are counted in: halves have fewer digits


class Senses:
    """The table, opened: rows are read when they are needed, so that it takes no memory."""

    def __init__(self, folder: Path) -> None:
        """Read what pieces there are. Raises OSError, ValueError or KeyError for other files."""
        self._ids: dict[str, int] = orjson.loads((folder / PIECES).read_bytes())["model"]["vocab"]
        self._table = (folder / TABLE).open("rb", buffering=0)
        (size,) = struct.unpack("<Q", self._table.read(8))
        tensor = orjson.loads(self._table.read(size))[TENSOR]
        count, self.dim = tensor["shape"]
        if tensor["dtype"] != "F16" or count < len(self._ids):
            raise ValueError(f"{folder / TABLE}: a table of another shape")
        self._start = 8 + size + tensor["data_offsets"][0]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, as long as ``SCALE`` or a little less; zeros for one without a word."""
        out = np.zeros((len(texts), self.dim), np.float32)
        for first in range(0, len(texts), AT_ONCE):
            some = texts[first : first + AT_ONCE]
            cut = [[i for w in tokens(t)[:WORDS] for i in self.pieces(w)] for t in some]
            numbers = sorted({i for ids in cut for i in ids})
            at = {number: k for k, number in enumerate(numbers)}
            rows = self._rows(numbers)
            sums = np.array([rows[[at[i] for i in ids]].sum(axis=0) for ids in cut])
            out[first : first + AT_ONCE] = _cut(sums)
        return out

    def _rows(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """The vectors of pieces, each of the same length: a rare one says no more than others."""
        read, width = [], 2 * self.dim
        for number in numbers:
            self._table.seek(self._start + width * number)
            read.append(self._table.read(width))
        table = np.frombuffer(b"".join(read), "<f2").astype(np.float64)
        return _cut(np.rint(table * _FINE).astype(np.int64).reshape(-1, self.dim))

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
