"""Temper: the Big Five read out of a profile, and the mood that a person comes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile

BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


class Mood(NamedTuple):
    """Pleasure, arousal, dominance, each in [-1, 1]."""

    pleasure: float
    arousal: float
    dominance: float


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


def _within(x: float) -> float:
    return max(-1.0, min(1.0, x))
