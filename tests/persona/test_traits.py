"""Temper: what kind of mood a person comes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.persona.traits import BIG_FIVE, Mood, big_five, default_mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.persona.profile import PersonaProfile

LEVEL = (0.0, 0.0, 0.0, 0.0, 0.0)
AXES = st.tuples(*[st.floats(-1.0, 1.0)] * 5)


def _with(trait: str, value: float) -> Mood:
    levels = list(LEVEL)
    levels[BIG_FIVE.index(trait)] = value
    return default_mood(tuple(levels))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trait", "pleasure", "arousal", "dominance"),
    [
        # signs after Mehrabian 1996; the form most copied has neuroticism the wrong way round
        ("openness", 0, 1, 1),
        ("conscientiousness", 0, 0, 1),
        ("extraversion", 1, 0, 1),
        ("agreeableness", 1, 1, -1),
        ("neuroticism", -1, 1, 0),
    ],
)
def test_each_trait_pulls_the_mood_its_own_way(
    trait: str, pleasure: int, arousal: int, dominance: int
) -> None:
    for value in (0.4, 1.0):
        for got, sign in zip(_with(trait, value), (pleasure, arousal, dominance), strict=True):
            assert (got > 0) - (got < 0) == sign
        opposite = _with(trait, -value)
        assert opposite == pytest.approx(tuple(-x for x in _with(trait, value)))


def test_the_formula_is_mehrabians() -> None:
    mood = default_mood((0.5, -0.25, 0.75, 1.0, -0.5))
    assert mood.pleasure == pytest.approx(0.21 * 0.75 + 0.59 * 1.0 + 0.19 * 0.5)
    assert mood.arousal == pytest.approx(0.15 * 0.5 + 0.30 * 1.0 - 0.57 * 0.5)
    assert mood.dominance == pytest.approx(0.25 * 0.5 + 0.17 * -0.25 + 0.60 * 0.75 - 0.32 * 1.0)


@given(AXES)
def test_a_mood_at_rest_stays_within_bounds(traits: tuple[float, ...]) -> None:
    # dominance could reach 1.34 by its weights alone
    mood = default_mood(traits)  # type: ignore[arg-type]
    assert all(-1.0 <= x <= 1.0 for x in mood)


def test_traits_are_read_by_name_and_what_is_missing_is_middling(
    persona: Callable[..., PersonaProfile],
) -> None:
    profile = persona(
        "ada",
        personality_traits=[
            {"name": "Neuroticism", "value": 1.0},
            {"name": "openness", "value": 0.25},
            {"name": "courage", "value": 1.0},
        ],
    )
    assert big_five(profile) == (-0.5, 0.0, 0.0, 0.0, 1.0)
    assert default_mood(big_five(persona("ben"))) == (0.0, 0.0, 0.0)
