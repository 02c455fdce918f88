"""Feeling over time: emotions fade in seconds, mood in minutes, both read on access.

Half-lives are in scene seconds, that is game seconds over the pack's ``time_scale``, so that at 72
times real time a mood does not die between two lines. Each persona has its own
(``persona.traits.Pace``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.events import EMOTIONS
from personagen_npc.persona.traits import EMOTION_HALF_LIFE_S, Mood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DROP_BELOW = 0.1  # FAtiMA: an emotion under this is gone
PULL = 0.8  # share of the way to an axis' end that an emotion of intensity 1 and weight 1 pulls a
# mood. FAtiMA adds 0.3 of the emotion: then one insult leaves the warm of Emberfall "exuberant".
# Tuned there: the least, in steps of 0.1, at which one insult takes 12 of its 15 people below zero
# pleasure; the other three are its kindest and two whose culture makes light of insults
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
    p, a, d = rest
    return Mood(p + (mood[0] - p) * k, a + (mood[1] - a) * k, d + (mood[2] - d) * k)


def push(mood: Mood, label: str, intensity: float) -> Mood:
    """Mood after an emotion: each axis goes a share of the way to the end that the emotion names.

    The share is ``PULL * |weight| * intensity``, so a mood stays within [-1, 1] by itself, the glad
    grow gladder by ever less, and what goes against a mood moves it most (ALMA's pull). FAtiMA
    reads an unbounded mood through ``x / (|x| + 1)`` instead: nothing within [-1, 1] then shows as
    more than half, and a rest mood of 0.7 reads 0.41.
    """
    p, a, d = EMOTIONS[label]
    k = PULL * intensity
    return Mood(
        mood.pleasure + k * (p - abs(p) * mood.pleasure),
        mood.arousal + k * (a - abs(a) * mood.arousal),
        mood.dominance + k * (d - abs(d) * mood.dominance),
    )


def still_felt(
    emotions: Sequence[Emotion], now: float, scale: float, half_life_s: float
) -> Iterator[tuple[str, float, str]]:
    """(label, intensity left, cause) of what has not faded below ``DROP_BELOW``, oldest first."""
    for e in emotions:
        left = faded(e.intensity, (now - e.at) / scale, half_life_s)
        if left >= DROP_BELOW:
            yield e.label, left, e.cause


def strongest(
    emotions: Sequence[Emotion], now: float, scale: float,
    half_life_s: float = EMOTION_HALF_LIFE_S,
) -> tuple[str, float]:  # fmt: skip
    """Label and intensity now of the strongest emotion still felt, or ("", 0.0)."""
    best, most = "", 0.0
    for e in emotions:
        if e.intensity <= most:
            continue  # nothing is stronger than when it rose
        elapsed = (now - e.at) / scale
        # ``faded`` written out: asked for up to six emotions, three times in a turn
        left = e.intensity * math.exp2(-(elapsed if elapsed > 0.0 else 0.0) / half_life_s)
        if left > most and left >= DROP_BELOW:
            best, most = e.label, left
    return best, most


def off(mood: Mood, rest: Mood) -> float:
    """How far somebody is from being himself: the axis on which his mood is farthest from rest."""
    return max(
        abs(mood.pleasure - rest.pleasure), abs(mood.arousal - rest.arousal),
        abs(mood.dominance - rest.dominance),
    )  # fmt: skip


def label(mood: Mood) -> str:
    """One of 24 words for a mood."""
    p, a, d = mood
    size = (abs(p) + abs(a) + abs(d)) / 3.0
    strength = (size >= STRENGTHS[0]) + (size >= STRENGTHS[1])
    return OCTANTS[1 if p >= 0 else -1, 1 if a >= 0 else -1, 1 if d >= 0 else -1][strength]
