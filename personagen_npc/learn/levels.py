"""The levels of the hierarchy: weights that many share, and biases that are one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Prior variances and scales, measured on the simulator of 200 NPCs (8 archetypes, 40 players).
NOISE = 0.55**2
WORLD = (0.02, 0.0005)  # of the bias and of each slope
ARCHETYPE = (0.04, 0.0005)
NPC = 0.025
PLAYER = 0.04
DECAY = 1.0 - 0.002  # of an NPC's and a player's evidence at each of their rewards: tastes drift
_LEAST_VARIANCE = 1e-12
BLANK = 0  # column of an act that nothing was ever learned of


class Shared:
    """Weights that many NPCs share: mean and variance, a row per feature, a column per act."""

    __slots__ = ("mean", "prior", "var")

    def __init__(self, prior: tuple[float, float], width: int, columns: int) -> None:
        self.prior = prior
        self.mean = np.zeros((width, columns))
        self.var = np.full((width, columns), prior[1])
        self.var[0] = prior[0]

    def grow(self, columns: int) -> None:
        """Make room for more acts."""
        wide = Shared(self.prior, len(self.mean), columns)
        wide.mean[:, : self.mean.shape[1]] = self.mean
        wide.var[:, : self.var.shape[1]] = self.var
        self.mean, self.var = wide.mean, wide.var

    def learn(self, arm: int, x: Floats, gain: Floats, step: float, shrink: float) -> None:
        """``gain`` is variance times x; the mean moves along it, the variance shrinks by it."""
        self.mean[:, arm] += gain * step
        left = self.var[:, arm] - gain * gain * shrink
        self.var[:, arm] = np.maximum(left, _LEAST_VARIANCE)

    def to_tree(self, names: list[str]) -> list[list[Any]]:
        """(act, mean, variance) of every act that something was learned of."""
        var = Shared(self.prior, len(self.mean), 1).var
        learned = (self.mean != 0.0).any(0) | (self.var != var).any(0)
        return [
            [name, self.mean[:, arm].tolist(), self.var[:, arm].tolist()]
            for arm, name in enumerate(names)
            if learned[arm]
        ]


class Own:
    """One NPC's or player's bias for each act: precision beyond the prior's and weighted sum."""

    __slots__ = ("evidence", "total")

    def __init__(self, columns: int) -> None:
        self.evidence, self.total = np.zeros(columns), np.zeros(columns)

    def grow(self, columns: int) -> None:
        """Make room for more acts."""
        more = np.zeros(columns - len(self.total))
        self.evidence = np.concatenate((self.evidence, more))
        self.total = np.concatenate((self.total, more))

    def learn(self, arm: int, precision: float, residual: float) -> None:
        """Let old evidence fade, then add a residual of this precision to an act."""
        self.evidence *= DECAY
        self.total *= DECAY
        self.evidence[arm] += precision
        self.total[arm] += precision * residual

    def to_tree(self, names: list[str]) -> list[list[Any]]:
        """(act, evidence, sum) of every act that something was learned of."""
        rows = zip(names, self.evidence.tolist(), self.total.tolist(), strict=False)
        return [[name, evidence, total] for name, evidence, total in rows if evidence or total]


def bias(own: Own | None, arm: int, prior: float) -> tuple[float, float]:
    """(mean, variance) of one bias; nobody's is no source of variance."""
    if own is None:
        return 0.0, 0.0
    precision = float(own.evidence[arm]) + 1.0 / prior
    return float(own.total[arm]) / precision, 1.0 / precision
