"""What another policy would have earned, from what this one did: off-policy value.

Only as good as the logged propensities: where a policy never did what the other would, no formula
knows what would have come of it. So each estimate carries how many turns it really stands on.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]

SIGMAS = 1.96  # half of a 95 % interval of a normal distribution
MOST = 50.0  # a ratio above is cut: a few turns must not decide alone, [D]


class Estimate(NamedTuple):
    """Mean reward of a policy.

    Attributes:
        value: the estimate.
        low, high: its 95 % interval, by the normal approximation.
        turns: effective sample size, (sum of ratios)^2 / sum of squared ratios (Kong 1992).
    """

    value: float
    low: float
    high: float
    turns: float


def ratios(wanted: ArrayLike, logged: ArrayLike) -> Floats:
    """How much likelier the other policy would have done each thing, at most ``MOST``.

    Raises:
        ValueError: a logged propensity is not above 0.
    """
    p = np.asarray(logged, dtype=np.float64)
    if not (p > 0.0).all():
        raise ValueError("logged propensities must be above 0")
    cut: Floats = np.minimum(np.asarray(wanted, dtype=np.float64) / p, MOST)
    return cut


def snips(rewards: ArrayLike, ratio: Floats) -> Estimate:
    """Self-normalised importance sampling (Swaminathan and Joachims 2015).

    Raises:
        ValueError: there is no turn that the other policy would have taken.
    """
    reward = np.asarray(rewards, dtype=np.float64)
    mass = float(ratio.sum())
    if mass <= 0.0:
        raise ValueError("no logged turn is one that this policy would take")
    value = float((ratio * reward).sum()) / mass
    error = sqrt(float((ratio * ratio * (reward - value) ** 2).sum())) / mass
    return _estimate(value, error, ratio)


def doubly_robust(rewards: ArrayLike, ratio: Floats, said: ArrayLike, hoped: ArrayLike) -> Estimate:
    """A model's expectation, corrected by what came (Dudik, Langford and Li 2011).

    Args:
        rewards: what came, of each turn.
        ratio: see ``ratios``.
        said: what the model expected of what was done.
        hoped: what the model expects of the other policy on that occasion.

    Raises:
        ValueError: there are no turns.
    """
    reward = np.asarray(rewards, dtype=np.float64)
    if not len(reward):
        raise ValueError("no turns to go by")
    each = np.asarray(hoped) + ratio * (reward - np.asarray(said))
    error = float(each.std(ddof=1)) / sqrt(len(each)) if len(each) > 1 else float("inf")
    return _estimate(float(each.mean()), error, ratio)


def _estimate(value: float, error: float, ratio: Floats) -> Estimate:
    square = float((ratio * ratio).sum())
    turns = float(ratio.sum()) ** 2 / square if square > 0.0 else 0.0
    return Estimate(value, value - SIGMAS * error, value + SIGMAS * error, turns)
