"""Vectors of what happened: int8 from birth, one flat column per world. The only door of FAISS.

A vector belongs to a happening, so it exists once however many hold it. Values are computed on as
float32 while they are whole numbers, and every sum of their products stays under 2**24: sums are
exact in any order, so numpy, FAISS and any CPU give the same bytes. Search is exact and over the
happenings that are asked about; filtered IVF or HNSW over all of a world lose 73 to 87 % of what is
to be found, and are not offered.
"""

from __future__ import annotations

from array import array
from functools import partial
from struct import Struct, error
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from personagen_npc.errors import BadSave, NoVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

MOST_DIM: Final = 1024  # 127 * 127 * 1024 < 2**24: up to here float32 sums of products are exact
SIGMAS: Final = 6.0  # components further out than this are cut, [D]: 21 steps to a sigma then
MOST_HAPPENINGS: Final = 1 << 27  # [D] a save that names a later one is a damaged one
BLOCK: Final = 1024  # rows widened at a time: 1 MB at 256 dims stays in a core's cache; measured at
# 10,000 rows 0.35 ms, all at once 4.5 ms, blocks of 128 0.47, of 2,048 0.67
FIRST_ROWS: Final = 64  # room taken at first; it doubles [D]
HEAD: Final = Struct("<HHI")  # length of the source's name, dim, how many


def quantise(vectors: NDArray[np.floating]) -> Bytes:
    """Vectors of any length as int8, all of (almost) one length; (n, dim).

    A component of a unit vector is about ``1 / sqrt(dim)``; so many sigmas are 127. A vector of
    zeros, of a text that says nothing, stays zeros.
    """
    exact = np.asarray(vectors, dtype=np.float64)
    length = np.sqrt((exact * exact).sum(axis=1, keepdims=True))
    length[length == 0.0] = 1.0
    scale = 127.0 * exact.shape[1] ** 0.5 / SIGMAS
    whole: Bytes = np.clip(np.rint(exact / length * scale), -127, 127).astype(np.int8)
    return whole


class Vectors:
    """The vectors of one world, all from one source.

    Args:
        source: name of what made them, "" for none.
        dim: components of each, at most ``MOST_DIM``.
    """

    __slots__ = ("_data", "_happening", "_length", "_narrow", "_row", "_wide", "dim", "source")

    def __init__(self, source: str = "", dim: int = 0) -> None:
        if not 0 <= dim <= MOST_DIM:
            raise NoVectors("too many dimensions", field="dim", got=dim, allowed=MOST_DIM)
        self.source, self.dim = source, dim
        self._data = np.zeros((0, dim), np.int8)
        self._length = np.zeros(0, np.float32)  # Euclidean, of each row
        self._wide, self._narrow = np.zeros((0, dim), np.float32), np.zeros((0, dim), np.int8)
        self._row = array("i")  # of each happening, -1 for none
        self._happening = array("i")  # of each row

    def __len__(self) -> int:
        """How many happenings have one."""
        return len(self._happening)

    def __iter__(self) -> Iterator[int]:
        """The happenings that have one, in order."""
        return iter(sorted(self._happening))

    def has(self, happening: int) -> bool:
        """Whether a happening has a vector."""
        return 0 <= happening < len(self._row) and self._row[happening] >= 0

    def get(self, happening: int) -> Bytes | None:
        """A copy of a happening's vector."""
        return self._data[self._row[happening]].copy() if self.has(happening) else None

    def put(self, happening: int, vector: Bytes) -> None:
        """Give a happening its vector, or another one. Raises NoVectors on a wrong width."""
        if vector.dtype != np.int8 or vector.shape != (self.dim,):
            raise NoVectors(
                "not a vector of this world", field="vector", got=vector.shape, allowed=(self.dim,)
            )
        if not self.has(happening):
            self._add(happening)
        row = self._row[happening]
        self._data[row] = vector
        self._length[row] = _length(vector)

    def _add(self, happening: int) -> None:
        self._row.extend([-1] * (happening + 1 - len(self._row)))
        row = self._row[happening] = len(self._happening)
        self._happening.append(happening)
        if row == len(self._length):
            size = max(FIRST_ROWS, 2 * row)
            data, length = np.zeros((size, self.dim), np.int8), np.zeros(size, np.float32)
            data[:row], length[:row] = self._data, self._length
            self._data, self._length = data, length

    def remove(self, happening: int) -> None:
        """Forget a vector, bytes and all; nothing happens if there is none."""
        if not self.has(happening):
            return
        row, last = self._row[happening], len(self._happening) - 1
        moved = self._happening[last]
        self._data[row], self._length[row] = self._data[last], self._length[last]
        self._data[last], self._length[last] = 0, 0.0
        self._happening[row], self._row[moved] = moved, row
        self._happening.pop()
        self._row[happening] = -1

    # --- asking ---------------------------------------------------------------------------------

    def cosine(self, happenings: Ints, query: Bytes) -> Floats:
        """Cosine of each happening's vector and a query, float32 (n,), 0 where there is none.

        Raises NoVectors if the query is of another width.
        """
        found = np.zeros(len(happenings), np.float32)
        rows = self._rows(happenings)
        if len(rows) and int(rows.min()) >= 0:
            return self._cosines(rows, query)
        there = np.flatnonzero(rows >= 0)
        if len(there):
            found[there] = self._cosines(rows[there], query)
        return found

    def nearest(self, happenings: Ints, query: Bytes, k: int) -> tuple[Ints, Floats]:
        """The ``k`` happenings nearest to a query and their cosines, nearest first; exact.

        FAISS takes those of the largest inner product, twice as many and some; as ``quantise``
        makes vectors of one length, they hold the nearest by cosine, and where other lengths could
        hide one the cosines of all decide. Ties by the order of ``happenings``.
        """
        import faiss

        rows = self._rows(happenings)
        places = np.flatnonzero(rows >= 0)
        k, more = min(k, len(places)), min(2 * k + 8, len(places))
        if k <= 0:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        rows = rows[places]
        asked = self._asked(query)[None, :]
        products, which = faiss.knn(asked, self._matrix(rows), more, faiss.METRIC_INNER_PRODUCT)
        which = np.sort(which[0])
        cosines = self._cosines(rows[which], query)
        best = np.argsort(-cosines, kind="stable")[:k]
        shortest, length = self._length[rows].min(), _length(query)
        bound = float(products[0, -1]) / max(float(shortest) * length, 1e-9)
        if more < len(places) and (bound >= cosines[best[-1]] or products[0, -1] <= 0.0):
            which, cosines = np.arange(len(places)), self._cosines(rows, query)
            best = np.argsort(-cosines, kind="stable")[:k]
        return happenings[places[which[best]]].astype(np.int32), cosines[best]

    def _rows(self, happenings: Ints) -> Ints:
        if not len(self._row):
            return np.full(len(happenings), -1, np.int32)
        column = np.frombuffer(self._row, np.int32)
        if len(happenings) and int(happenings.max()) >= len(column):  # newer than any vector
            known = happenings < len(column)
            return np.where(known, column[np.where(known, happenings, 0)], np.int32(-1))
        return column.take(happenings)

    def _matrix(self, rows: Ints) -> Floats:
        """Rows as float32, good until the next call; neighbours are a slice and not gathered."""
        first, count = int(rows[0]), len(rows)
        if len(self._wide) < count:  # kept: fresh pages for a MB would cost as much as the sums
            self._wide = np.zeros((2 * count, self.dim), np.float32)
            self._narrow = np.zeros((2 * count, self.dim), np.int8)
        wide = self._wide[:count]
        if int(rows[-1]) - first == count - 1 and bool((rows[1:] > rows[:-1]).all()):
            np.copyto(wide, self._data[first : first + count])
        else:
            narrow = self._data.take(rows, axis=0, out=self._narrow[:count], mode="clip")
            np.copyto(wide, narrow)
        return wide

    def _asked(self, query: Bytes) -> Floats:
        if query.shape != (self.dim,):
            raise NoVectors(
                "a query of another width", field="vector", got=query.shape, allowed=(self.dim,)
            )
        return query.astype(np.float32)

    def _cosines(self, rows: Ints, query: Bytes) -> Floats:
        asked, products = self._asked(query), np.empty(len(rows), np.float32)
        for first in range(0, len(rows), BLOCK):
            some = slice(first, first + BLOCK)
            np.matmul(self._matrix(rows[some]), asked, out=products[some])
        lengths = self._length.take(rows) * np.float32(_length(query))
        lengths[lengths == 0.0] = 1.0
        found: Floats = products / lengths
        return found

    # --- as bytes -------------------------------------------------------------------------------

    def to_block(self) -> bytes:
        """All of it as bytes, the same for the same vectors whatever came first."""
        return self._block(np.array(sorted(self._happening), np.int32))

    def parts(self, rows: int) -> Iterator[Callable[[], bytes]]:
        """Blocks of so many vectors, in order, each made when it is asked for."""
        happenings = np.sort(np.array(self._happening, np.int32))
        for first in range(0, len(happenings), rows):
            yield partial(self._block, happenings[first : first + rows])

    def _block(self, happenings: Ints) -> bytes:
        name = self.source.encode()
        head = HEAD.pack(len(name), self.dim, len(happenings))
        data = self._data.take(self._rows(happenings), axis=0).tobytes() if len(happenings) else b""
        return b"".join((head, name, happenings.astype("<i4").tobytes(), data))

    @classmethod
    def from_blocks(cls, blocks: Sequence[bytes]) -> Vectors:
        """All that several blocks hold. Raises BadSave if they do not follow each other."""
        parts = [_read_block(block) for block in blocks]
        if len({(source, dim) for source, dim, _, _ in parts}) != 1:
            raise BadSave("vectors: of several sources, or none", field="vectors")
        self = cls(*parts[0][:2])
        happenings = np.concatenate([rows for _, _, rows, _ in parts])
        if not (happenings[1:] > happenings[:-1]).all():
            raise BadSave("vectors: of happenings that are none", field="vectors")
        self._take(happenings, np.concatenate([data for _, _, _, data in parts]))
        return self

    @classmethod
    def from_block(cls, block: bytes) -> Vectors:
        """The inverse of ``to_block``. Raises BadSave if it is not one."""
        return cls.from_blocks((block,))

    def _take(self, happenings: Ints, data: Bytes) -> None:
        """Fill an empty store with rows in the order of their happenings."""
        if not len(happenings):
            return
        if int(happenings[-1]) > MOST_HAPPENINGS:
            raise BadSave("vectors: of happenings that are none", field="vectors")
        row = np.full(int(happenings[-1]) + 1, -1, np.int32)
        row[happenings] = np.arange(len(happenings), dtype=np.int32)
        self._row.frombytes(row.tobytes())
        self._happening.frombytes(happenings.tobytes())
        self._data = data
        squares = np.einsum("ij,ij->i", data, data, dtype=np.float64)
        self._length = np.sqrt(squares).astype(np.float32)


def _read_block(block: bytes) -> tuple[str, int, Ints, Bytes]:
    """Source, dim, happenings and vectors of a block. Raises BadSave if it is not one."""
    try:
        size, dim, count = HEAD.unpack_from(block)
        source = Vectors(block[HEAD.size : HEAD.size + size].decode(), dim).source
    except (ValueError, NoVectors, error) as fault:
        raise BadSave("vectors: no such block", field="vectors", got=fault) from None
    at = HEAD.size + size
    if len(block) != at + count * (4 + dim):
        raise BadSave("vectors: cut off or too long", field="vectors", got=len(block),
                      allowed=at + count * (4 + dim))  # fmt: skip
    happenings = np.frombuffer(block, "<i4", count, at)
    if count and (happenings[0] < 0 or not (happenings[1:] > happenings[:-1]).all()):
        raise BadSave("vectors: of happenings that are none", field="vectors")
    data = np.frombuffer(block, np.int8, count * dim, at + 4 * count)
    return source, dim, happenings.astype(np.int32), data.reshape(count, dim)


def int8(data: bytes) -> Bytes:
    """Bytes as a vector."""
    return np.frombuffer(data, np.int8)


def _length(vector: Bytes) -> float:
    """Euclidean length; the sum under the root is exact."""
    exact = vector.astype(np.float32)
    return float(np.sqrt(np.float64(exact @ exact)))
