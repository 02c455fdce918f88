from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.errors import BadSave, NoVectors
from personagen_npc.memory.vectors import BLOCK, MOST_DIM, Vectors, quantise

DIM = 8
rows = st.lists(st.integers(-127, 127), min_size=DIM, max_size=DIM)
stores = st.dictionaries(st.integers(0, 40), rows, max_size=30)


def filled(given_: dict[int, list[int]], source: str = "test:a") -> Vectors:
    vectors = Vectors(source, DIM)
    for happening, row in given_.items():
        vectors.put(happening, np.array(row, np.int8))
    return vectors


def exact(a: list[int], b: list[int]) -> float:
    top = sum(x * y for x, y in zip(a, b, strict=True))
    below = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return top / below if below else 0.0


@given(stores, rows)
def test_cosine_is_that_of_the_numbers_and_nothing_where_there_is_no_vector(
    given_: dict[int, list[int]], query: list[int]
) -> None:
    vectors = filled(given_)
    asked = np.arange(45, dtype=np.int32)
    found = vectors.cosine(asked, np.array(query, np.int8))
    wanted = [exact(given_[h], query) if h in given_ else 0.0 for h in range(45)]
    assert found == pytest.approx(wanted, abs=1e-5)
    assert found.dtype == np.float32


@given(stores, rows, st.integers(0, 12))
def test_nearest_is_exact_whatever_the_lengths(
    given_: dict[int, list[int]], query: list[int], k: int
) -> None:
    vectors = filled(given_)
    asked = np.array(sorted(given_), np.int32)
    happenings, cosines = vectors.nearest(asked, np.array(query, np.int8), k)
    every = vectors.cosine(asked, np.array(query, np.int8))
    assert len(happenings) == min(k, len(given_))
    assert sorted(cosines, reverse=True) == sorted(every, reverse=True)[: len(cosines)]
    assert list(vectors.cosine(happenings, np.array(query, np.int8))) == list(cosines)


@pytest.mark.parametrize("clustered", [False, True])
def test_many_are_looked_at_in_blocks_and_to_the_last_bit_as_at_once(clustered: bool) -> None:
    """Two blocks and a bit, as they lie and gathered; like talk: many near a few matters."""
    dice = np.random.default_rng(5)
    count, dim = 2 * BLOCK + 77, 48
    drawn = dice.standard_normal((count, dim))
    if clustered:
        drawn = dice.standard_normal((30, dim))[dice.integers(30, size=count)] + 0.3 * drawn
    data = quantise(drawn)
    vectors = Vectors("test:a", dim)
    for happening, row in enumerate(data):
        vectors.put(happening, row)
    query = data[7]
    sums = data.astype(np.int64) @ query.astype(np.int64)
    lengths = np.sqrt((data.astype(np.float64) ** 2).sum(1)).astype(np.float32)
    whole = sums.astype(np.float32) / (lengths * lengths[7])
    for asked in (np.arange(count), np.sort(dice.permutation(count)[: BLOCK + 9])):
        found = vectors.cosine(asked.astype(np.int32), query)
        assert np.array_equal(found, whole[asked])
        best, cosines = vectors.nearest(asked.astype(np.int32), query, 8)
        assert np.array_equal(cosines, np.sort(whole[asked])[::-1][:8])
        assert np.array_equal(whole[best], cosines)


@given(stores, st.lists(st.integers(0, 45)))
def test_what_was_removed_is_gone_and_the_rest_stays(
    given_: dict[int, list[int]], gone: list[int]
) -> None:
    vectors = filled(given_)
    for happening in gone:
        vectors.remove(happening)
    left = {h: r for h, r in given_.items() if h not in gone}
    assert list(vectors) == sorted(left)
    assert len(vectors) == len(left)
    for happening, row in left.items():
        kept = vectors.get(happening)
        assert kept is not None
        assert kept.tolist() == row
    assert vectors.to_block() == filled(dict(sorted(left.items()))).to_block()


@given(stores, st.randoms(use_true_random=False))
def test_a_block_is_the_same_whatever_came_first_and_reads_back(
    given_: dict[int, list[int]], chance: object
) -> None:
    shuffled = list(given_.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    block = filled(given_).to_block()
    assert filled(dict(shuffled)).to_block() == block
    again = Vectors.from_block(block)
    assert (again.source, again.dim, list(again)) == ("test:a", DIM, sorted(given_))
    assert again.to_block() == block
    query = np.arange(DIM, dtype=np.int8)
    asked = np.arange(41, dtype=np.int32)
    assert list(again.cosine(asked, query)) == list(filled(given_).cosine(asked, query))
    again.put(50, query)
    assert again.has(50)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_block_or_refused(data: bytes) -> None:
    try:
        vectors = Vectors.from_block(data)
    except BadSave:
        return
    assert vectors.to_block() == data


@given(st.data())
def test_a_torn_block_is_refused(data: st.DataObject) -> None:
    block = filled({h: [h] * DIM for h in range(5)}).to_block()
    cut = data.draw(st.integers(0, len(block) - 1))
    with pytest.raises(BadSave):
        Vectors.from_block(block[:cut])


def test_the_same_happening_twice_or_a_huge_one_is_refused() -> None:
    block = bytearray(filled({1: [1] * DIM, 2: [2] * DIM}).to_block())
    at = len(block) - 2 * DIM - 8
    twice = block[:at] + block[at : at + 4] * 2 + block[at + 8 :]
    huge = block[: at + 4] + (2**31 - 1).to_bytes(4, "little") + block[at + 8 :]
    for torn in (twice, huge):
        with pytest.raises(BadSave):
            Vectors.from_block(bytes(torn))


def test_sums_are_exact_up_to_the_widest() -> None:
    """The promise behind "numpy, FAISS and torch agree": whole numbers that float32 can hold."""
    worst = np.full(MOST_DIM, 127, np.int8)
    assert 127 * 127 * MOST_DIM < 2**24
    vectors = Vectors("test:wide", MOST_DIM)
    vectors.put(0, worst)
    vectors.put(1, -worst)
    assert list(vectors.cosine(np.array([0, 1], np.int32), worst)) == [1.0, -1.0]
    with pytest.raises(NoVectors):
        Vectors("test:wider", MOST_DIM + 1)


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=DIM, max_size=DIM), max_size=5))
def test_quantised_vectors_keep_their_direction(given_: list[list[float]]) -> None:
    exact_ = np.array(given_, np.float64).reshape(-1, DIM)
    whole = quantise(exact_)
    assert whole.dtype == np.int8
    assert whole.min(initial=0) >= -127
    for row, kept in zip(exact_, whole, strict=True):
        if np.sqrt((row * row).sum()) > 1e-9:  # one component may be cut, the rest is rounded
            cosine = row @ kept / (np.linalg.norm(row) * np.linalg.norm(kept.astype(float)))
            assert cosine > 0.97
        assert kept.any() == row.any() or np.abs(row).max() < 1e-9


def test_a_vector_of_another_width_is_refused() -> None:
    vectors = Vectors("test:a", DIM)
    with pytest.raises(NoVectors):
        vectors.put(0, np.zeros(DIM + 1, np.int8))
    vectors.put(0, np.ones(DIM, np.int8))
    with pytest.raises(NoVectors):
        vectors.cosine(np.array([0], np.int32), np.zeros(DIM + 1, np.int8))


def test_faiss_is_loaded_by_nearest_and_by_nothing_else() -> None:
    code = """
import sys
import numpy as np
from personagen_npc.memory.vectors import Vectors
v = Vectors("t", 4); v.put(0, np.ones(4, np.int8))
asked = np.array([0], np.int32)
v.cosine(asked, np.ones(4, np.int8)); before = "faiss" in sys.modules
v.nearest(asked, np.ones(4, np.int8), 1)
print(before, "faiss" in sys.modules)
"""
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert out.stdout.split() == ["False", "True"]
