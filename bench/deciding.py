"""The second half of ``bench.grounding``: whether the best that was found answers at all.

A logistic model over ``world/knowledge/deciding.py``'s signs, fitted on questions for which words
are not enough, each with the fact that is ranked first. Its bias is where, on the development
questions, the share rightly answered and F1 of admitting are highest together, or hardly less.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from personagen_npc.world.knowledge.ranking import CERTAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.grounding import Case

    Floats = NDArray[np.float64]

RIDGE, STEPS = 5.0, 30
ALIKE = 0.02  # of biases this close the most cautious: beside the point is worse than nothing, [D]
SURE = math.log(CERTAIN / (1.0 - CERTAIN))
TRIED = [t / 10 for t in range(-40, 31)]  # biases


class Best(NamedTuple):
    """What is ranked first for a question."""

    values: Floats | None  # None where words settle it, or nothing was found
    certain: bool
    right: bool
    able: bool  # whether anything known answers
    weight: float
    taken: bool


def best(case: Case, near: Floats, far: Floats) -> Best:
    """A question with what is ranked first by weights and bias of both models."""
    able, z = bool((case.far or case).right.any()), case.x @ near[:-1] + near[-1]
    if len(z) and z.max() >= SURE:
        return Best(None, True, bool(case.right[np.argmax(z)]), able, case.weight, case.taken)
    if case.far is None or not len(case.far.x):
        return Best(None, False, False, able, case.weight, case.taken)
    z = case.far.x @ far[:-1] + far[-1]
    at = int(np.argmax(z))
    values = np.array([z[at], *case.far.signs[at]])
    return Best(values, False, bool(case.far.right[at]), able, case.weight, case.taken)


def fitted(rows: Sequence[Best], dev: Sequence[Best]) -> Floats:
    """Weights and bias (Newton's method on standardised signs)."""
    used = [(r.values, r.right, r.weight) for r in rows if r.values is not None]
    x = np.array([v for v, _, _ in used])
    y = np.array([float(right) for _, right, _ in used])
    weight = np.array([w for _, _, w in used])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    x = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    ridge = np.append(np.full(len(mean), RIDGE), 1e-6)
    b = np.zeros(len(ridge))
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-x @ b))
        slope = x.T @ (weight * (p - y)) + ridge * b
        b -= np.linalg.solve((x.T * (weight * p * (1.0 - p))) @ x + np.diag(ridge), slope)
    w = np.append(b[:-1] / spread, b[-1] - float((b[:-1] * mean / spread).sum()))
    both = {t: sum(shares(dev, w, t)) for t in TRIED}
    shift = min(t for t in TRIED if both[t] >= max(both.values()) - ALIKE)
    return np.append(w[:-1], w[-1] + shift)


def shares(rows: Sequence[Best], w: Floats, shift: float = 0.0) -> tuple[float, float]:
    """(share rightly answered, F1 of admitting)."""
    told = _teller(w, shift)
    rows = [r for r in rows if not r.taken]
    right = sum(r.able and r.right and told(r) for r in rows) / max(1, sum(r.able for r in rows))
    hits = sum(not r.able and not told(r) for r in rows)
    false = sum(r.able and not told(r) for r in rows)
    missed = sum(not r.able and told(r) for r in rows)
    return right, 2 * hits / max(1, 2 * hits + false + missed)


def _teller(w: Floats, shift: float) -> Callable[[Best], bool]:
    def told(row: Best) -> bool:
        return row.certain or (
            row.values is not None and float(row.values @ w[:-1] + w[-1] + shift) >= 0.0
        )

    return told
