"""News: what is worth telling unasked, by each in an order of his own.

A village where the weightiest fact is everybody's first word is a chorus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from personagen_npc.world.dates.calendar import DAY_S

if TYPE_CHECKING:
    from personagen_npc.world.pack import Fact

SPREAD: Final = 0.25  # of importance, by who tells: of 20 in a town no fact came first for over 4
OLD_DAYS, LATE_DAYS = 150.0, 30.0  # older than half a year is history, within a month is news, [D]
OLD, LATE = -0.25, 0.1  # of importance, likewise
KNOWN: Final = -0.3  # of importance, of what all know and is always so: who sells what, [D]
OWN: Final = 0.1  # of importance: what one has words of one's own for, [D]
_UNIT: Final = 1.0 / (1 << 32)


def salience(npc: str, fact: Fact, at: float | None, now: float) -> float:
    """How much somebody is moved to bring a fact up.

    Args:
        npc: who would tell.
        fact: what.
        at: when it was in game seconds, None if it does not say.
        now: game seconds.
    """
    days = (now - at) / DAY_S if at is not None else (OLD_DAYS + LATE_DAYS) / 2
    aged = OLD if days > OLD_DAYS else LATE if days < LATE_DAYS else 0.0
    aged += KNOWN if fact.who.all and at is None else 0.0
    tilt = SPREAD * crc32(f"{npc}\x1f{fact.id}".encode()) * _UNIT
    return fact.importance + aged + tilt + (OWN if npc in fact.said_by else 0.0)
