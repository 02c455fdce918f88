"""Spans: how a stretch of time is called depends on when it is spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.world.dates.calendar import DAY_S, Dates
from personagen_npc.world.pack import Calendar

if TYPE_CHECKING:
    from personagen_npc.world.pack import Pack

# Emberfall begins on the ninth of the ninth month, in autumn; winter is 22 days off
SAID = [
    (0, 0.2, 9, "all in one day, nine days ago"),
    (0, 6, 7, "these last eight days"),
    (0, 15, 20, "this autumn"),
    (0, 60, 70, "since last autumn"),
    (2, 80, 200, "from last autumn to last winter"),
    (100, 110, 300, "last winter"),
    (300, 370, 380, "all this autumn"),
    (2, 200, 240, "from last autumn to last spring"),
    (2, 300, 310, "over the best part of a year"),
    (2, 80, 420, "last year"),
    (2, 80, 800, "two years ago"),
    (2, 400, 410, "over the last year"),
    (2, 900, 1900, "over two years, back then"),
]
PLAIN = [
    (0, 15, 20, "these last two weeks"),
    (2, 80, 84, "these last three months"),
    (2, 80, 200, "over three months, up to four months ago"),
]


@pytest.mark.parametrize(("first", "last", "now", "said"), SAID)
def test_by_seasons_where_there_are_any(
    emberfall: Pack, first: float, last: float, now: float, said: str
) -> None:
    assert Dates(emberfall.calendar).span(first * DAY_S, last * DAY_S, now * DAY_S) == said


@pytest.mark.parametrize(("first", "last", "now", "said"), PLAIN)
def test_by_weeks_and_months_where_there_are_none(
    first: float, last: float, now: float, said: str
) -> None:
    assert Dates(Calendar()).span(first * DAY_S, last * DAY_S, now * DAY_S) == said


@given(st.floats(0, 4000), st.floats(0, 4000), st.floats(0, 4000))
def test_every_stretch_can_be_said(emberfall: Pack, a: float, b: float, c: float) -> None:
    for calendar in (emberfall.calendar, Calendar()):
        said = Dates(calendar).span(a * DAY_S, (a + b) * DAY_S, (a + b + c) * DAY_S)
        assert said == said.strip() != ""
        assert "  " not in said
