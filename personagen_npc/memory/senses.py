"""What the words of a question may mean here: the word itself, its family, what is of its kind.

A sense is one word of the vocabulary; each belongs to one word of the question, its concept. One
byte for each word of the vocabulary marks the senses, and one gather then finds every hit in all
memories, so cost hardly grows with the question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen_npc.memory.index import view
from personagen_npc.memory.roots import kinds
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.memory.happening import Happenings
    from personagen_npc.memory.index import Index

Floats = NDArray[np.float64]

MOST_SENSES = 255  # one byte; the words themselves come first
_SENSES = table("memory/data/ranking.yaml")["senses"]
KIN: float = _SENSES["kin"]
KIND: float = _SENSES["kind"]


class Senses(NamedTuple):
    """Numbers in the vocabulary, the concept of each, and how much each counts in (0, 1]."""

    numbers: Sequence[int]
    concept: NDArray[np.intp]
    worth: Floats


class Hits(NamedTuple):
    """Places of the index's columns that hold a sense, in order: row, concept and worth of each."""

    places: NDArray[np.intp]
    row: NDArray[np.intp]
    concept: NDArray[np.intp]
    worth: Floats


def senses_of(asked: Sequence[str], happenings: Happenings) -> Senses:
    """Every sense of the words asked for that this world has ever met, each once."""
    vocabulary = happenings.vocabulary
    found: dict[int, tuple[int, float]] = {}
    for concept, number in enumerate(vocabulary.known(asked)):
        if number >= 0:
            found[number] = concept, 1.0
    alike = kinds()
    for concept, word in enumerate(asked):
        family = happenings.roots.family(word, vocabulary)
        if len(family) > 1 or (family and family[0] not in found):
            _add(found, concept, sorted(family, key=vocabulary.word), KIN)
    for concept, word in enumerate(asked):
        _add(found, concept, vocabulary.known(alike.get(word, ())), KIND)
    kept = list(found.items())[:MOST_SENSES]
    return Senses(
        [number for number, _ in kept],
        np.array([concept for _, (concept, _) in kept], dtype=np.intp),
        np.array([worth for _, (_, worth) in kept]),
    )


def _add(
    found: dict[int, tuple[int, float]], concept: int, numbers: Sequence[int], worth: float
) -> None:
    for number in numbers:
        if number >= 0:
            found.setdefault(number, (concept, worth))


def hits_of(index: Index, senses: Senses, size: int) -> Hits:
    """Where the senses stand; ``size`` words are in the vocabulary."""
    stem = view(index.stem)
    if not senses.numbers or not len(stem):
        nothing = np.zeros(0, np.intp)
        return Hits(nothing, nothing, nothing, np.zeros(0))
    marks = np.zeros(size, np.uint8)
    marks[senses.numbers] = np.arange(1, len(senses.numbers) + 1, dtype=np.uint8)
    marked: NDArray[Any] = marks.take(stem)
    places = (marked != 0).nonzero()[0]
    which = marked.take(places) - np.uint8(1)
    row = view(index.row).take(places).astype(np.intp)
    return Hits(places, row, senses.concept.take(which), senses.worth.take(which))
