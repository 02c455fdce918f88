"""Feelings rise, fade by half-lives, and have a name."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.events import EMOTIONS
from personagen_npc.mind.feeling.mood import (
    DROP_BELOW,
    OCTANTS,
    Emotion,
    faded,
    label,
    push,
    settle,
    strongest,
)
from personagen_npc.persona.traits import EMOTION_HALF_LIFE_S, Mood

UNIT = st.floats(-1.0, 1.0)
MOODS = st.builds(Mood, UNIT, UNIT, UNIT)


@given(MOODS, MOODS, st.floats(0.1, 1e4))
def test_after_a_half_life_half_of_the_way_back_is_left(
    mood: Mood, rest: Mood, half_life: float
) -> None:
    got = settle(mood, rest, half_life, half_life)
    assert got == pytest.approx(tuple((m + r) / 2 for m, r in zip(mood, rest, strict=True)))
    assert settle(mood, rest, 0.0, half_life) == pytest.approx(mood)
    assert settle(mood, rest, 60 * half_life, half_life) == pytest.approx(rest, abs=1e-9)


@given(MOODS, MOODS, st.floats(0.0, 1e4), st.floats(0.0, 1e4))
def test_looking_at_a_mood_does_not_change_how_it_fades(
    mood: Mood, rest: Mood, first: float, second: float
) -> None:
    looked = settle(settle(mood, rest, first, 60.0), rest, second, 60.0)
    assert looked == pytest.approx(settle(mood, rest, first + second, 60.0), abs=1e-9)


@given(st.floats(0.0, 1.0))
def test_time_that_runs_backwards_fades_nothing(value: float) -> None:
    assert faded(value, -5.0, 15.0) == value


@given(MOODS, st.sampled_from(sorted(EMOTIONS)), st.floats(0.0, 1.0))
def test_a_push_stays_within_bounds_and_goes_the_emotions_way(
    mood: Mood, emotion: str, intensity: float
) -> None:
    after = push(mood, emotion, intensity)
    assert all(-1.0 <= x <= 1.0 for x in after)
    for was, now, pull in zip(mood, after, EMOTIONS[emotion], strict=True):
        assert (now - was) * pull >= -1e-12


@given(MOODS, st.sampled_from(sorted(EMOTIONS)))
def test_a_feeling_that_is_none_leaves_the_mood_where_it_is(mood: Mood, emotion: str) -> None:
    assert push(mood, emotion, 0.0) == pytest.approx(mood)


@given(st.floats(0.1, 0.9), st.sampled_from(["anger", "distress", "pity"]))
def test_what_goes_against_a_mood_moves_it_most(glad: float, emotion: str) -> None:
    low, high = Mood(-glad, 0.0, 0.0), Mood(glad, 0.0, 0.0)
    assert high.pleasure - push(high, emotion, 0.6).pleasure > low.pleasure - (
        push(low, emotion, 0.6).pleasure
    )


def test_the_glad_grow_gladder() -> None:
    assert push(Mood(0.7, 0.0, 0.0), "joy", 0.2).pleasure > 0.7


def test_hundreds_of_insults_never_leave_the_scale() -> None:
    mood = Mood(0.0, 0.0, 0.0)
    for _ in range(500):
        mood = push(mood, "anger", 1.0)
    assert all(-1.0 <= x <= 1.0 for x in mood)


def test_every_mood_has_a_name_and_all_24_names_can_be_had() -> None:
    wanted = {name for names in OCTANTS.values() for name in names}
    assert len(wanted) == 24
    steps = [-0.95, -0.45, -0.1, 0.1, 0.45, 0.95]
    got = {label(Mood(*axes)) for axes in itertools.product(steps, repeat=3)}
    assert got == wanted


@pytest.mark.parametrize(("mood", "name"), [
    (Mood(0.1, 0.1, 0.1), "pleased"), (Mood(0.9, 0.8, 0.8), "elated"),
    (Mood(-0.6, 0.5, 0.4), "hostile"), (Mood(-0.5, 0.5, -0.4), "anxious"),
])  # fmt: skip
def test_names_mean_what_they_say(mood: Mood, name: str) -> None:
    assert label(mood) == name


def test_the_strongest_feeling_left_is_the_one_shown() -> None:
    felt = [Emotion("anger", 0.8, "a", 0.0), Emotion("joy", 0.5, "b", 30.0)]
    assert strongest(felt, 0.0, 1.0)[0] == "anger"
    # two half-lives later anger has 0.2 left
    name, left = strongest(felt, 2 * EMOTION_HALF_LIFE_S, 1.0)
    assert (name, left) == ("joy", 0.5)
    assert strongest(felt, 1000.0, 1.0) == ("", 0.0)


def test_a_feeling_lasts_as_long_as_the_scene_at_any_pace_of_game_time() -> None:
    felt = [Emotion("anger", 0.8, "a", 0.0)]
    for scale in (1.0, 72.0):
        just = scale * EMOTION_HALF_LIFE_S * 2.9
        assert strongest(felt, just, scale)[0] == "anger"
        assert strongest(felt, just * 1.1, scale)[0] == ""
    assert 0.8 * 2**-2.9 > DROP_BELOW > 0.8 * 2**-3.19
