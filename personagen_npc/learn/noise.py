"""Noise: how far rewards stray from what an act is worth, for each NPC and for the world.

A game pays some NPCs in all or nothing and others by degrees: the same miss then says more or less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.learn.levels import DECAY

if TYPE_CHECKING:
    from personagen_npc.learn.levels import Scales

TRUST = 10.0  # rewards that the world's noise stands for beside an NPC's own, tuned
FIRST = 20.0  # rewards that the authored noise stands for beside the world's, [D]
LEAST, MOST = 0.02, 1.0  # rewards are in [-1, 1]


class Noises:
    """Sum of squared misses, and how many they were, of each NPC."""

    __slots__ = ("_own",)

    def __init__(self, tree: list[tuple[str, float, float]] | None = None) -> None:
        self._own = {npc: (total, count) for npc, total, count in tree or ()}

    def of(self, npc: str, scales: Scales) -> float:
        """Variance of a reward of an NPC's."""
        total, count = self._own.get(npc, (0.0, 0.0))
        return (total + TRUST * scales.noise) / (count + TRUST)

    def heard(self, npc: str, scales: Scales, square: float, weight: float) -> None:
        """``square``: what a reward says of the noise; old misses fade as other evidence does."""
        square = min(MOST, max(LEAST, square))
        total, count = self._own.get(npc, (0.0, 0.0))
        self._own[npc] = (total * DECAY + weight * square, count * DECAY + weight)
        scales.noise += weight * (square - scales.noise) / (FIRST + scales.count)

    def forget(self, npc: str) -> None:
        """Drop what is an NPC's own."""
        self._own.pop(npc, None)

    def to_tree(self) -> list[list[str | float]]:
        """(npc, sum, count) for a save."""
        return [[npc, total, count] for npc, (total, count) in self._own.items()]
