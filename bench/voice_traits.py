"""Traits read back from what a persona says: a ridge fit on counts of markers.

The fit sees one set of personas, the figure is Pearson's r over another that it never saw. Markers
are counted in the words that were said, by the patterns of ``data/voice_markers.yaml``, not taken
from what the product says it put in. Control: with the traits shuffled among personas r is near 0.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench.voice_cast import join, lines, personas, say, world_of
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

LINES = 20
VILLAGE = 20  # newcomers to one world: lines are spread over all who speak there
SHORT = 6  # words of a short sentence
CURT = 4  # words of a curt answer
SHAPES = ("short sentences", "extra proposition", "words of a sentence", "words of a line", "curt",
          "commas")  # fmt: skip
RIDGE = 80.0  # of standardised counts, over 400 personas, [D]; 60 to 300 give the same r to .01
SEEN, UNSEEN = 31, 83  # seeds of the personas that are fitted on and judged
DEV = 45  # of those that may be looked at while lines are written; never those that are judged
NAMES = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
_STOP = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")


class Said(NamedTuple):
    """What one persona said, line by line, and its Big Five."""

    texts: list[str]
    big5: tuple[float, ...]


class Counter:
    """Counts the markers of the style table in lines."""

    def __init__(self) -> None:
        tables = table(Path(__file__).with_name("data") / "voice_markers.yaml")
        tree = tables["markers"] | tables["words"]
        self.names = [*tree, *SHAPES]
        self._patterns = [re.compile(p, re.IGNORECASE) for p in tree.values()]

    def counts(self, texts: Sequence[str]) -> list[float]:
        """How many lines in one hold each marker; then the shapes of lines and sentences."""
        found = [sum(1 for t in texts if p.search(t)) / len(texts) for p in self._patterns]
        parts = [part for text in texts for part in _STOP.split(text)]
        short = sum(1 for part in parts if part.count(" ") < SHORT)
        words = sum(text.count(" ") + 1 for text in texts)
        curt = sum(1 for text in texts if text.count(" ") < CURT)
        commas = sum(text.count(",") for text in texts)
        return [
            *found, short / len(parts), len(parts) / len(texts), words / len(parts),
            words / len(texts), curt / len(texts), commas / words,
        ]  # fmt: skip


def heard(world: World, cast: Sequence[Npc], seed: int, count: int = LINES) -> list[Said]:
    """Each of the cast answers so many lines, drawn for it from bench/lines.txt."""
    bank, dice = lines(), Random(seed)
    told = []
    for npc in cast:
        asked = dice.sample(bank, count)
        texts = [say(world, npc.id, text, f"p_{npc.id}").text for text in asked]
        told.append(Said(texts, npc.big5))
    return told


def cast_heard(pack: str, count: int, seed: int) -> list[Said]:
    """What a new cast said, a village of newcomers to a world."""
    cast, told = list(personas(count, seed)), []
    for start in range(0, count, VILLAGE):
        world = world_of(pack, seed + start)
        told += heard(world, join(world, cast[start : start + VILLAGE]), seed + start)
    return told


def recovered(
    seen: Sequence[Said], unseen: Sequence[Said], count: int, *, shuffled: bool = False
) -> list[float]:
    """Pearson's r for O, C, E, A, N from the first ``count`` lines of each.

    Args:
        seen: fitted on.
        unseen: judged.
        count: lines of each persona.
        shuffled: the control, with the traits of other personas.
    """
    counter = Counter()
    x, y = _table(counter, _parts(seen, count), count)
    x_new, y_new = _table(counter, unseen, count)
    if shuffled:
        y = np.random.default_rng(1).permutation(y)
    mean, spread = x.mean(0), x.std(0) + 1e-9
    a = (x - mean) / spread
    weights = np.linalg.solve(a.T @ a + RIDGE * np.eye(a.shape[1]), a.T @ (y - y.mean(0)))
    guessed = (x_new - mean) / spread @ weights
    return [float(np.corrcoef(guessed[:, t], y_new[:, t])[0, 1]) for t in range(len(NAMES))]


def _parts(said: Sequence[Said], count: int) -> list[Said]:
    """All runs of so many lines: a fit on 10 lines sees the other 10 too."""
    return [
        Said(s.texts[at : at + count], s.big5)
        for s in said
        for at in range(0, len(s.texts) - count + 1, count)
    ]


def _table(
    counter: Counter, said: Sequence[Said], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.array([counter.counts(s.texts[:count]) for s in said])
    return x, np.array([s.big5 for s in said])
