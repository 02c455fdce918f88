"""A run of chances from one roll of the dice, for the many small choices inside one line.

A roll costs about 1 us; a line takes up to a hundred chances. Knuth's MMIX generator turns one roll
into as many as are wanted, the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from personagen_npc.dice import Dice

_MASK: Final = (1 << 64) - 1
_TIMES: Final = 6364136223846793005  # Knuth, TAOCP vol. 2: the MMIX generator
_PLUS: Final = 1442695040888963407
_APART: Final = 0x9E3779B97F4A7C15  # the golden ratio's bits, as SplitMix64 has them
_UNIT: Final = 1.0 / (1 << 53)


class Chance:
    """Numbers in [0, 1) that depend on nothing but the dice and the purpose."""

    __slots__ = ("_state",)

    def __init__(self, dice: Dice, purpose: str) -> None:
        self._state = int(dice.roll(purpose) * (1 << 53)) | 1
        self.next()

    @classmethod
    def after(cls, other: Chance) -> Chance:
        """A run of its own that costs no roll; the other one goes on as it would have."""
        new = cls.__new__(cls)
        new._state = other._state ^ _APART
        new.next()
        return new

    def next(self) -> float:
        """The next number in [0, 1)."""
        self._state = state = (self._state * _TIMES + _PLUS) & _MASK
        return (state >> 11) * _UNIT

    def some(self, count: int) -> list[float]:
        """The next ``count`` numbers in [0, 1), as so many calls of ``next`` would give them."""
        state, times, plus, mask, unit = self._state, _TIMES, _PLUS, _MASK, _UNIT
        out = [((state := state * times + plus & mask) >> 11) * unit for _ in range(count)]
        self._state = state
        return out

    def below(self, count: int) -> int:
        """A whole number in ``range(count)``."""
        return int(self.next() * count)
