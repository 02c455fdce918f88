"""Temper: the Big Five read out of a profile, the mood a person comes back to, and how fast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile, Temper

EMOTION_HALF_LIFE_S = 15.0  # FAtiMA's default
MOOD_HALF_LIFE_S = 60.0  # FAtiMA's default, times a persona's own factor

BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


class Mood(NamedTuple):
    """Pleasure, arousal, dominance, each in [-1, 1]."""

    pleasure: float
    arousal: float
    dominance: float


class Pace(NamedTuple):
    """How a persona is moved: half-lives in scene seconds, and how strongly (1 is usual)."""

    emotion_s: float = EMOTION_HALF_LIFE_S
    mood_s: float = MOOD_HALF_LIFE_S
    intensity: float = 1.0


def big_five(profile: PersonaProfile) -> tuple[float, float, float, float, float]:
    """O, C, E, A, N on [-1, 1]; a trait that the profile does not name is 0."""
    values = {t.name.lower(): t.value * 2.0 - 1.0 for t in profile.personality_traits}
    o, c, e, a, n = (values.get(name, 0.0) for name in BIG_FIVE)
    return o, c, e, a, n


def default_mood(traits: tuple[float, float, float, float, float]) -> Mood:
    """The mood at rest, after Mehrabian 1996 with stability S = -N (traits on [-1, 1]).

    His weights reach 1.34 for an extreme persona; a mood does not leave [-1, 1].
    """
    o, c, e, a, n = traits
    s = -n
    return Mood(
        _within(0.21 * e + 0.59 * a + 0.19 * s),
        _within(0.15 * o + 0.30 * a - 0.57 * s),
        _within(0.25 * o + 0.17 * c + 0.60 * e - 0.32 * a),
    )


def pace_of(traits: tuple[float, float, float, float, float], own: Temper) -> Pace:
    """How long things last with a persona: as its profile says, else by its traits.

    The unsteady brood (Suls and Martin 2005: inertia of bad moods goes with neuroticism) and are
    moved more; the disagreeable bear a grudge. A mood's factor lies between 0.35 and 2.8, [D].
    """
    _, _, _, agreeable, unsteady = traits
    emotion_s, mood_s, intensity = (
        own.emotion_half_life_s, own.mood_half_life_s, own.intensity,
    )  # fmt: skip
    return Pace(
        EMOTION_HALF_LIFE_S * math.exp2(0.5 * unsteady) if emotion_s is None else emotion_s,
        MOOD_HALF_LIFE_S * math.exp2(unsteady - 0.5 * agreeable) if mood_s is None else mood_s,
        1.0 + 0.2 * unsteady if intensity is None else intensity,
    )


def _within(x: float) -> float:
    return max(-1.0, min(1.0, x))
