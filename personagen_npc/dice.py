"""Chance as an argument: every roll is a function of seed, NPC, turn and purpose.

So one NPC's rolls never depend on another's, and the same snapshot and inputs give the same bytes
on every machine. ``blake2b`` costs about 1 us a roll; numpy's generators cost 8 us to set up.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNIT = 1.0 / (1 << 53)


class Dice:
    """Rolls for one NPC in one turn.

    Args:
        seed: the world's seed, any int within 64 bits signed.
        npc: whose dice these are.
        turn: the turn id, or any text that is unique to the occasion.
    """

    __slots__ = ("_stem",)

    def __init__(self, seed: int, npc: str, turn: str) -> None:
        self._stem = blake2b(f"{seed}\x1f{npc}\x1f{turn}\x1f".encode(), digest_size=8)

    def roll(self, purpose: str) -> float:
        """A number in [0, 1), 53 bits; the same purpose gives the same number."""
        h = self._stem.copy()
        h.update(purpose.encode())
        return (int.from_bytes(h.digest(), "big") >> 11) * _UNIT

    def again(self, salt: int) -> Dice:
        """Fresh dice for another try at the same thing; salt 0 is these dice."""
        if not salt:
            return self
        other = Dice.__new__(Dice)
        other._stem = self._stem.copy()
        other._stem.update(b"%d\x1f" % salt)
        return other

    def index(self, purpose: str, weights: Sequence[float]) -> int:
        """Index drawn in proportion to non-negative weights; 0 when they sum to nothing."""
        total = 0.0
        for w in weights:
            total += w
        mark = self.roll(purpose) * total
        for i, w in enumerate(weights):
            mark -= w
            if mark < 0.0:
                return i
        return max(range(len(weights)), key=weights.__getitem__) if total > 0 else 0
