"""Fading: how firmly something is still held, evaluated when it is looked at.

Retention is a power of time, as forgetting is measured to be (Wickelgren 1974; Wixted and Ebbesen
1991), with the exponent of ACT-R's base-level learning (d = 0.5; Anderson and Schooler 1991),
written so that half is left after one half-life:

    retention = 1 / sqrt(1 + 3 * days / half_life)
    half_life = HALF_LIFE_DAYS * times * (1 + IMPORTANT * importance) * (1 + MOVING * intensity)

``days`` are game days since it was last held or called up, so access renews it, and ``times`` how
often it was: in ACT-R n uses add n times t^-d, here each stretches the half-life. Nothing idles
away: no step touches a memory to make it fade. Only +, *, / and sqrt are used, which IEEE 754
rounds exactly, so the same memories fade alike on every machine.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagen_npc.memory.index import view

if TYPE_CHECKING:
    from collections.abc import Collection

    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings

Floats = NDArray[np.float64]

DAY_S = 86_400.0
HALF_LIFE_DAYS = 7.0  # of a thing of no importance, felt nothing about, met once, [D]
IMPORTANT = 4.0  # importance 1 is held five times as long, [D]
MOVING = 4.0  # and so is what was felt most, [D]
MOST_TIMES = 64  # repetitions that count: what was met more often is a habit anyway, [D]
FELT = 0.5  # how much an emotion's intensity protects a memory, next to its strength, [D]
KNOWN = 0.5  # how much importance protects it, [D]
ACCESS = 0.1  # share of what is missing to full strength that being told again gives back, [D]
FLOOR = 0.3  # share of an importance that no time takes, [D]


def half_life(importance: float, intensity: float = 0.0, times: int = 1) -> float:
    """Game days after which half is left."""
    often = float(max(1, min(times, MOST_TIMES)))
    return HALF_LIFE_DAYS * often * (1.0 + IMPORTANT * importance) * (1.0 + MOVING * intensity)


def retention(days: float, half_life_days: float) -> float:
    """Share that is left after ``days`` untouched, in (0, 1]; 1 for what lies ahead."""
    return 1.0 / sqrt(1.0 + 3.0 * max(0.0, days) / half_life_days)


def faded(importance: float, touched: float, now: float, times: int = 1) -> float:
    """An importance as it is now, ``FLOOR`` of it for ever; for statements of a graph."""
    left = retention((now - touched) / DAY_S, half_life(importance, times=times))
    return importance * (FLOOR + (1.0 - FLOOR) * left)


def called_up(strength: float) -> float:
    """How strong a memory is after it was told: a little stronger."""
    return min(1.0, strength + ACCESS * (1.0 - strength))


def effective(memories: Memories, happenings: Happenings, now: float) -> Floats:
    """Strength of each memory as it is now: float64 (n,) in [0, 1], in row order.

    Args:
        memories: whose.
        happenings: the world's.
        now: game seconds.
    """
    if not len(memories):
        return np.zeros(0)
    days = np.maximum(now - np.frombuffer(memories.touched), 0.0) / DAY_S
    often = np.clip(view(memories.times), 1, MOST_TIMES).astype(np.float64)
    important = np.frombuffer(happenings.importance).take(view(memories.happening))
    moving = 1.0 + MOVING * np.frombuffer(memories.intensity)
    lives = HALF_LIFE_DAYS * often * (1.0 + IMPORTANT * important) * moving
    left: Floats = np.frombuffer(memories.strength) / np.sqrt(1.0 + 3.0 * days / lives)
    return left


def worth(memories: Memories, happenings: Happenings, now: float) -> Floats:
    """What each memory is worth keeping for: what is left of it, what it meant, how it felt."""
    if not len(memories):
        return np.zeros(0)
    important = np.frombuffer(happenings.importance).take(view(memories.happening))
    felt: Floats = FELT * np.frombuffer(memories.intensity)
    return effective(memories, happenings, now) + KNOWN * important + felt


def least_worthy(
    memories: Memories, happenings: Happenings, now: float, count: int, keep: Collection[int] = ()
) -> list[int]:
    """The ``count`` happenings to forget first: least worth first, ties oldest held first.

    What is in ``keep`` goes only when nothing else is left.
    """
    if count <= 0 or not len(memories):
        return []
    kept = np.isin(view(memories.happening), np.fromiter(sorted(keep), np.int32, len(keep)))
    order = np.lexsort((worth(memories, happenings, now), kept))  # stable: ties by row
    rows: NDArray[Any] = view(memories.happening)[order[:count]]
    return [int(h) for h in rows]
