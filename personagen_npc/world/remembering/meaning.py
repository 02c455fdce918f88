"""What vectors are made of, and how they enter a world: as numbered inputs, never within a turn.

A happening's text without slots and proper names is embedded once, in the background; a line that
is asked of memory at once, if that is cheap. Recall works on words alone wherever a vector lacks.
"""

from __future__ import annotations

import re
from itertools import dropwhile
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from personagen_npc.changes import Embedded
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from personagen_npc.memory.vectors import Vectors
    from personagen_npc.world.world import World

LOOK: Final = 2000  # happenings looked through at once for one without a vector: 0.3 ms, [D]
# Tuned on 22 questions to 12 memories of players' claims and deeds with static vectors, what they
# began with ("do you remember") left out: answers had cosines of .35 to .82, the nearest of what
# answered nothing .22 to .35.
MEANT: Final = 0.42  # cosine from which a memory may be what a line means
CLEAR: Final = 0.05  # by which it must be nearer than what else came to mind
VAGUE: Final = 0.3  # share at `MEANT`: enough for "do you remember", not for a question at large
SURER: Final = 1.4  # share for each cosine above: .6 is enough for any question
_FRAME: Final = frozenset(table("world/data/frame.yaml")["words"])
_SLOT: Final = re.compile(r"\{[^{}]*\}")


class Embedder(Protocol):
    """Makes vectors of texts. ``source`` names what it does it with, ``dim`` is their width."""

    @property
    def source(self) -> str:
        """Vectors of two sources are never compared."""
        ...

    @property
    def dim(self) -> int:
        """Components of a vector."""
        ...

    @property
    def quick(self) -> bool:
        """Whether a text takes microseconds, not a request."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        """Vectors int8 (n, dim). Raises NoVectors."""
        ...

    def at_once(self, text: str) -> NDArray[np.int8] | None:
        """The vector of one text, if it is to be had without waiting."""
        ...


def wanting(world: World, first: int, most: int) -> tuple[list[int], int]:
    """Happenings without a vector from id ``first`` on, and the id to go on from.

    At most ``most`` of them, and at most ``LOOK`` are looked at.
    """
    found: list[int] = []
    last = min(len(world.happenings), first + LOOK)
    for happening in range(first, last):
        if len(found) == most:
            return found, happening
        if happening in world.happenings and not world.vectors.has(happening):
            found.append(happening)
    return found, last


def meaning(world: World, happening: int) -> str:
    """The text of a happening as it is embedded: no slots, no proper names, of words only these."""
    text = world.happenings.text[happening] or ""
    told, colon, said = text.partition(": ")
    return plain(world, said if colon and told.startswith("{actor}") else text)


def plain(world: World, text: str) -> str:
    """A text's words without slots and proper names."""
    return world.minds.perceiver.names.without(_SLOT.sub(" ", text))


def question(world: World, text: str) -> str:
    """A line that is asked of memory as it is embedded: ``plain``, without "do you remember"."""
    words = plain(world, text).split()
    rest = list(dropwhile(lambda w: w.lower() in _FRAME, words))
    return " ".join(rest or words)


def started(world: World, embedder: Embedder) -> list[Embedded]:
    """What makes a world's source of vectors this one; nothing if it is so already."""
    vectors = world.vectors
    if (vectors.source, vectors.dim) == (embedder.source, embedder.dim):
        return []
    return [Embedded(embedder.source, embedder.dim, (), ())]


def embedded(
    world: World, embedder: Embedder, happenings: Sequence[int], vectors: NDArray[np.int8]
) -> list[Embedded]:
    """The change that gives happenings their vectors; those removed meanwhile get none."""
    kept = [(h, v.tobytes()) for h, v in zip(happenings, vectors, strict=True)
            if h in world.happenings]  # fmt: skip
    if not kept:
        return []
    ids, data = tuple([h for h, _ in kept]), tuple([v for _, v in kept])
    return [Embedded(embedder.source, embedder.dim, ids, data)]


class Meanings:
    """A world's vectors, and those of lines that are asked of its memories."""

    __slots__ = ("_line", "_vector", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._line = ""  # the last one asked: a turn may look into memory more than once
        self._vector: NDArray[np.int8] | None = None

    @property
    def vectors(self) -> Vectors:
        """Of what happened."""
        return self._world.vectors

    def of(self, text: str) -> NDArray[np.int8] | None:
        """The vector of a line; None where only words can help."""
        world = self._world
        embedder = world.embedder
        if embedder is None or not len(world.vectors) or started(world, embedder):
            return None
        if text != self._line:
            self._line, self._vector = text, embedder.at_once(question(world, text))
        return self._vector

    def nearest(self, happenings: Sequence[int], text: str) -> tuple[int, float]:
        """Which of some memories a line means, if it clearly means one, and how surely.

        Returns (place in ``happenings``, share); the share is to be read like the share of a
        question's words that a memory covers. (-1, 0.0) where none is meant.
        """
        vector = self.of(text)
        if vector is None or not happenings:
            return -1, 0.0
        cosines = self.vectors.cosine(np.array(happenings, np.int32), vector).tolist()
        best = max(range(len(cosines)), key=lambda i: cosines[i])
        others = [c for i, c in enumerate(cosines) if i != best]
        if cosines[best] < MEANT or cosines[best] - max(others, default=0.0) < CLEAR:
            return -1, 0.0
        return best, min(1.0, VAGUE + SURER * (cosines[best] - MEANT))
