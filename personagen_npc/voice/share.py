"""Share: how often something is done, and how a persona's Big Five moves that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Big5 = tuple[float, float, float, float, float]

TRAITS: Final = ("o", "c", "e", "a", "n")


class Share:
    """A base share and how traits move it."""

    __slots__ = ("base", "logit", "weights")

    def __init__(self, tree: Mapping[str, Any], slope: float) -> None:
        self.base = float(tree["base"])
        self.logit = math.log(self.base / (1.0 - self.base))
        self.weights = tuple(slope * float(tree["traits"].get(t, 0.0)) for t in TRAITS)

    def at(self, big5: Big5) -> float:
        """The logit for a persona, Big Five in [-1, 1] as O, C, E, A, N."""
        total = self.logit
        for weight, trait in zip(self.weights, big5, strict=True):
            total += weight * trait
        return total

    def chance(self, big5: Big5) -> float:
        """The share for a persona, in (0, 1)."""
        return sigmoid(self.at(big5))


def sigmoid(logit: float) -> float:
    """The share that a logit stands for."""
    return 1.0 / (1.0 + math.exp(-logit))
