"""Temper: what kind of mood a person comes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from personagen_npc.persona.profile import Temper
from personagen_npc.persona.traits import (
    BIG_FIVE,
    EMOTION_HALF_LIFE_S,
    MOOD_HALF_LIFE_S,
    Mood,
    Pace,
    big_five,
    default_mood,
    pace_of,
)

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


def test_the_middling_feel_as_fatima_has_it_the_touchy_longer_and_the_kind_shorter() -> None:
    assert pace_of(LEVEL, Temper()) == Pace(EMOTION_HALF_LIFE_S, MOOD_HALF_LIFE_S, 1.0)
    touchy = pace_of((0.0, 0.0, 0.0, -0.8, 0.8), Temper())
    kind = pace_of((0.0, 0.0, 0.0, 0.8, -0.8), Temper())
    assert touchy.mood_s > 2 * MOOD_HALF_LIFE_S > MOOD_HALF_LIFE_S > 2 * kind.mood_s
    assert touchy.emotion_s > EMOTION_HALF_LIFE_S > kind.emotion_s
    assert touchy.intensity > 1.0 > kind.intensity


@given(AXES)
def test_no_traits_however_extreme_make_a_mood_that_never_ends(
    traits: tuple[float, float, float, float, float],
) -> None:
    pace = pace_of(traits, Temper())
    assert MOOD_HALF_LIFE_S / 3 <= pace.mood_s <= 3 * MOOD_HALF_LIFE_S
    assert 0.8 <= pace.intensity <= 1.2


def test_a_temper_of_ones_own_goes_before_the_traits() -> None:
    own = Temper(mood_half_life_s=600.0, intensity=1.5)
    got = pace_of((0.0, 0.0, 0.0, 0.0, 0.6), own)
    assert (got.mood_s, got.intensity) == (600.0, 1.5)
    assert got.emotion_s > EMOTION_HALF_LIFE_S  # what is left out follows from the traits


@pytest.mark.parametrize(
    ("field", "value"),
    [("emotion_half_life_s", 0.0), ("emotion_half_life_s", -3.0), ("mood_half_life_s", 0.0),
     ("mood_half_life_s", float("nan")), ("mood_half_life_s", float("inf")),
     ("mood_half_life_s", 1e9), ("intensity", 0.0), ("intensity", 50.0), ("halflife", 3.0)],
)  # fmt: skip
def test_an_absurd_temper_is_refused_by_field(
    persona: Callable[..., PersonaProfile], field: str, value: float
) -> None:
    with pytest.raises(ValidationError) as refused:
        persona("ada", temper={field: value})
    assert refused.value.errors()[0]["loc"] == ("temper", field)
