"""Feeling over time: emotions fade in seconds, mood in minutes, both read on access.

Half-lives are in scene seconds, that is game seconds over the pack's ``time_scale``, so that at 72
times real time a mood does not die between two lines.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.events import EMOTIONS
from personagen_npc.persona.traits import Mood

if TYPE_CHECKING:
    from collections.abc import Sequence

EMOTION_HALF_LIFE_S = 15.0  # FAtiMA's default
MOOD_HALF_LIFE_S = 60.0  # FAtiMA's default, times a persona's own factor
DROP_BELOW = 0.1  # FAtiMA: an emotion under this is gone
PUSH = 0.45  # how far an emotion of intensity 1 moves the mood; FAtiMA has 0.3, at which one insult
# is not seen in a kindly person: tuned by ear on Emberfall
FULL = 0.99  # a mood beyond this is taken for this: the formula reaches 1 only at infinity
KEPT = 6  # emotions held at once, [D]

# Octants of pleasure, arousal, dominance after Mehrabian, in three strengths: 24 labels.
OCTANTS = {
    (1, 1, 1): ("pleased", "exuberant", "elated"),
    (1, 1, -1): ("attentive", "eager", "thrilled"),
    (1, -1, 1): ("easy", "relaxed", "serene"),
    (1, -1, -1): ("mild", "gentle", "meek"),
    (-1, 1, 1): ("testy", "hostile", "furious"),
    (-1, 1, -1): ("uneasy", "anxious", "panicked"),
    (-1, -1, 1): ("cool", "disdainful", "contemptuous"),
    (-1, -1, -1): ("flat", "glum", "despondent"),
}
STRENGTHS = (0.36, 0.64)  # of the mean absolute value, [D]


class Emotion(NamedTuple):
    """An emotion as it rose: label, intensity then, cause, game second."""

    label: str
    intensity: float
    cause: str
    at: float


def faded(value: float, elapsed_s: float, half_life_s: float) -> float:
    """What is left of ``value`` after ``elapsed_s`` scene seconds."""
    return value * math.exp2(-max(0.0, elapsed_s) / half_life_s)


def settle(mood: Mood, rest: Mood, elapsed_s: float, half_life_s: float) -> Mood:
    """Mood on its way back to rest: ``m0 + (m - m0) * 2^(-dt / half-life)`` on each axis."""
    k = faded(1.0, elapsed_s, half_life_s)
    return Mood(*(r + (m - r) * k for m, r in zip(mood, rest, strict=True)))


def push(mood: Mood, label: str, intensity: float) -> Mood:
    """Mood after an emotion, kept within [-1, 1] by ``x / (|x| + 1)`` beyond the unit's half.

    The squashing formula is FAtiMA's for reading; applied on every read it would shrink a mood
    that nothing touched, so values up to 0.5 pass as they are.
    """
    return Mood(
        *(
            _bounded(_unbounded(m) + PUSH * e * intensity)
            for m, e in zip(mood, EMOTIONS[label], strict=True)
        )
    )


def _bounded(x: float) -> float:
    size = abs(x)
    if size <= 0.5:
        return x
    over = size - 0.5
    return (0.5 + 0.5 * over / (over + 0.5)) * (1.0 if x > 0 else -1.0)


def _unbounded(x: float) -> float:
    """The inverse of ``_bounded``: a glad person whom a gift pleases is not less glad for it."""
    size = min(abs(x), FULL)
    if size <= 0.5:
        return x
    share = (size - 0.5) / 0.5
    return (0.5 + 0.5 * share / (1.0 - share)) * (1.0 if x > 0 else -1.0)


def strongest(emotions: Sequence[Emotion], now: float, scale: float) -> tuple[str, float]:
    """Label and intensity now of the strongest emotion still felt, or ("", 0.0)."""
    best, most = "", 0.0
    for e in emotions:
        left = faded(e.intensity, (now - e.at) / scale, EMOTION_HALF_LIFE_S)
        if left >= DROP_BELOW and left > most:
            best, most = e.label, left
    return best, most


def label(mood: Mood) -> str:
    """One of 24 words for a mood."""
    octant = tuple(1 if x >= 0 else -1 for x in mood)
    size = (abs(mood.pleasure) + abs(mood.arousal) + abs(mood.dominance)) / 3.0
    strength = sum(size >= s for s in STRENGTHS)
    return OCTANTS[octant][strength]  # type: ignore[index]
