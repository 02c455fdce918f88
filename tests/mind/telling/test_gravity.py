"""Nothing light is put beside what weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.recall import Found
from personagen_npc.mind.telling.gravity import GRAVE, LONG, weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Known


@pytest.mark.parametrize(
    ("text", "grave"),
    [
        ("Her Piers drowned sixteen years back.", True),
        ("The forge is by the weir.", False),
        ("He was buried in the churchyard.", True),
        ("A gravel path leads down to it.", False),
    ],
)
def test_a_death_is_grave(known: Callable[..., Known], text: str, grave: bool) -> None:
    fact = known("it", ways=(text,))._replace(text=text, importance=0.4)
    said = weight(Found("fact", fact))
    assert (said["gravity"] == 1.0) is grave
    assert said["bare"] is grave


def test_what_takes_trust_is_grave_and_a_long_or_own_telling_stands_alone(
    known: Callable[..., Known],
) -> None:
    fact = known("it", ways=("It is.",))._replace(text="It is.", importance=0.4, trust=None)
    assert weight(Found("fact", fact))["bare"] is False
    assert weight(Found("fact", fact._replace(trust=0.5)))["gravity"] >= GRAVE  # type: ignore[operator]
    assert weight(Found("fact", fact._replace(own=True)))["bare"] is True
    assert weight(Found("fact", fact._replace(text="x" * (LONG + 1))))["bare"] is True
    assert weight(Found("none")) == {"own.words": False, "gravity": 0.0, "bare": False}


def test_an_opinion_of_a_breath_or_two_is_finished() -> None:
    assert weight(Found("opinion", text="A fool."))["bare"] is False
    assert weight(Found("opinion", text="A fool. But a kind one."))["bare"] is True
