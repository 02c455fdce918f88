"""Fit the weights of recall on invented dialogues (bench/dialogues.py), close to where they began.

``python -m bench.fit`` moves the design's weights so that what answers a question comes before what
does not, and prints those that moved beside those that ship (``memory/data/ranking.yaml``: rounded
by hand from it, small moves left out). Softmax over each question's best rows, pulled back to the
design by ``PULL``: the dialogues are ours and simple, so they may correct its weights but not
replace them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.dialogues import sample
from bench.harness import finish, table
from bench.talks import talk_of
from personagen_npc.memory.manner import BITS
from personagen_npc.memory.recall import GAME, Search, Weights
from personagen_npc.tables import table as data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.talks import Asked, Talk

Floats = NDArray[np.float32]

COLUMNS = ("words", "episode", "before", "after", "reply", "actor", "length")
WANTED = ("time", "place", "person", "reason", "manner", "count", "feeling", "thing")
GROUPS = ("any", *WANTED)
NAMES = (*COLUMNS, *(f"{group}.{bit}" for group in GROUPS for bit in BITS))
PULL = 0.3  # back to the design; a tenth of it fits the dialogues better and people worse
HEAT = 2.0  # of the softmax, raw bm25 units
RIVALS = 70  # best rows of a question that its answer is compared with
STEPS, BATCH, RATE = 400, 1024, 0.05
# what the design measured on turns of talk, where the fit begins
DESIGN = {
    "words": 1.0, "episode": 1.0, "before": 0.3, "after": 0.6, "actor": 8.0, "length": 1.0,
    "any.asks": -2.0, "any.greets": -0.5, "any.timed": 0.8, "any.answers": 1.0, "time.timed": 7.0,
}  # fmt: skip
NOTHING = Weights(*[0.0] * len(Weights._fields))


class Cases(NamedTuple):
    """One row for each answer: its features first, then those of its rivals; (n, rows, names)."""

    features: Floats
    weight: Floats


def prior() -> NDArray[np.float64]:
    """The design's weights, in the order of ``NAMES``."""
    return np.array([DESIGN.get(name, 0.0) for name in NAMES])


def shipped() -> NDArray[np.float64]:
    """The weights that ship, in the same order."""
    manner = data("memory/data/ranking.yaml")["manner"]
    bits = [manner.get(group, {}).get(bit, 0.0) for group in GROUPS for bit in BITS]
    return np.array([*(getattr(GAME, name) for name in COLUMNS), *bits])


def features(talk: Talk, asked: Asked) -> Floats:
    """Every sign of every memory for one question; (memories, names)."""
    columns, marks = [], np.zeros(0, np.uint16)
    for name in COLUMNS:
        search = Search(talk.memories, talk.happenings, NOTHING._replace(**{name: 1.0}))
        search.look(talk.happenings.vocabulary, asked.query)
        columns.append(search.score())
        marks = search.marks
    bits = np.array([(marks & bit) != 0 for bit in BITS.values()])
    wanted = [bits & (asked.query.focus == focus) for focus in WANTED]
    stacked = [np.array(columns), bits, *wanted]
    return np.concatenate(stacked).T.astype(np.float32)


def cases(seeds: Sequence[int], weights: NDArray[np.float64]) -> Cases:
    """Every answer of every question in these dialogues."""
    rows, shares = [], []
    for seed in seeds:
        talk = talk_of(sample(seed))
        for asked in talk.asked:
            signs = features(talk, asked)
            order = [i for i in np.argsort(-(signs @ weights)).tolist() if i not in asked.evidence]
            rivals = order[:RIVALS]
            for answer in sorted(asked.evidence):
                rows.append(signs[[answer, *rivals]])
                shares.append(1.0 / len(asked.evidence))
    return Cases(np.array(rows), np.array(shares, np.float32))


def fit(found: Cases, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adam from the prior; the weight of ``words`` is the unit and stays."""
    weights, scale = start.copy(), np.maximum(np.abs(start), 1.0)
    mean, square = np.zeros_like(start), np.zeros_like(start)
    dice = np.random.default_rng(0)
    for step in range(1, STEPS + 1):
        few = min(BATCH, len(found.weight))
        batch = dice.choice(len(found.weight), few, replace=False)
        slope = _slope(found.features[batch], found.weight[batch], weights)
        slope += PULL * (weights - start) / scale**2
        slope[0] = 0.0
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        move = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights -= RATE * scale * move * (1.0 if step < 0.6 * STEPS else 0.2)
    return weights


def _slope(signs: Floats, share: Floats, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gradient of the mean loss -log P(answer) over its rivals."""
    score = signs @ weights.astype(np.float32) / HEAT
    chance = np.exp(score - score.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    chance[:, 0] -= 1.0
    chance *= (share / share.sum())[:, None] / HEAT
    slope: NDArray[np.float64] = np.einsum("bl,blf->f", chance, signs).astype(np.float64)
    return slope


def at(found: Cases, weights: NDArray[np.float64], first: int) -> float:
    """Percent of the answers that stand among the ``first`` before their rivals."""
    score = found.features @ weights.astype(np.float32)
    rank = (score[:, 1:] > score[:, :1]).sum(axis=1)
    return float(100.0 * np.average(rank < first, weights=found.weight))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit recall's weights on invented dialogues.")
    parser.add_argument("--quick", action="store_true", help="two dialogues instead of twelve")
    options = parser.parse_args()
    count = 2 if options.quick else 12
    start = prior()
    train, held_out = cases(range(1, count + 1), start), cases(range(101, 101 + count // 2), start)
    fitted = fit(train, start)
    rows: list[list[object]] = []
    for title, found in (("fitted on", train), ("held out", held_out)):
        for kind, weights in (("design", start), ("fitted", fitted), ("shipped", shipped())):
            rows.append([f"{title}, {kind}", *(at(found, weights, k) for k in (5, 10, 25))])
    table("Answers found in invented dialogues, %", ["dialogues", "@5", "@10", "@25"], rows)
    moved = [
        [name, float(a), float(b), float(c)]
        for name, a, b, c in zip(NAMES, start, fitted, shipped(), strict=True)
        if abs(a - b) > 0.05 or abs(a - c) > 0.05
    ]
    table("Weights that moved", ["weight", "design", "fitted", "shipped"], moved)
    best = {"design": start, "fitted": fitted, "shipped": shipped()}
    finish({f"{kind}_r10": at(held_out, weights, 10) for kind, weights in best.items()})


if __name__ == "__main__":
    main()
