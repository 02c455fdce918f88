"""Game seconds read as the pack's own dates, and are spoken of as people do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.world.dates.calendar import DAY_S, HOUR_S, Dates
from personagen_npc.world.pack import Calendar

YEAR = Calendar.model_validate(
    {
        "months": [
            {"name": "Thaw", "days": 30, "season": "spring"},
            {"name": "Highsun", "days": 31, "season": "summer"},
            {"name": "Rime", "days": 29, "season": "winter"},
        ],
        "weekdays": ["Moonday", "Tollday", "Restday"],
        "start_year": 312, "start_month": 2, "start_day": 30, "start_hour": 8,
    },
    strict=False,
)  # fmt: skip
DATES = Dates(YEAR)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0.0, "Moonday, 30 Highsun 312, 08:00"),
        (90.0, "Moonday, 30 Highsun 312, 08:01"),
        (15 * HOUR_S + 3599.0, "Moonday, 30 Highsun 312, 23:59"),
        (16 * HOUR_S, "Tollday, 31 Highsun 312, 00:00"),
        (DAY_S + 16 * HOUR_S, "Restday, 1 Rime 312, 00:00"),
        (30 * DAY_S + 16 * HOUR_S, "Tollday, 1 Thaw 313, 00:00"),
        (120 * DAY_S + 16 * HOUR_S, "Tollday, 1 Thaw 314, 00:00"),
    ],
)
def test_dates_turn_over_where_they_should(at: float, text: str) -> None:
    assert str(DATES.date(at)) == text


def test_seasons_go_with_months() -> None:
    assert DATES.date(0.0).season == "summer"
    assert DATES.date(2 * DAY_S).season == "winter"


CALENDARS = st.builds(
    lambda months, weekdays, year, day, month, hour: Calendar.model_validate(
        {
            "months": [{"name": f"m{k}", "days": d} for k, d in enumerate(months)],
            "weekdays": [f"w{k}" for k in range(weekdays)],
            "start_year": year, "start_day": day, "start_month": month, "start_hour": hour,
        },
        strict=False,
    ),
    st.lists(st.integers(1, 40), min_size=1, max_size=14), st.integers(0, 9),
    st.integers(-10, 3000), st.integers(1, 40), st.integers(1, 14), st.integers(0, 23),
)  # fmt: skip
TIMES = st.floats(0.0, 1e12)


@given(CALENDARS, TIMES)
def test_any_moment_of_any_calendar_is_a_date(calendar: Calendar, at: float) -> None:
    dates = Dates(calendar)
    date = dates.date(at)
    month = next(m for m in calendar.months if m.name == date.month)
    assert 1 <= date.monthday <= month.days
    assert (0 <= date.hour <= 23, 0 <= date.minute <= 59, date.day >= 0) == (True, True, True)
    assert bool(date.weekday) == bool(calendar.weekdays)
    assert dates.part_of_day(at) in {"dawn", "morning", "noon", "afternoon", "evening", "night"}


@given(CALENDARS, TIMES, st.floats(0.0, 1e9))
def test_later_is_never_an_earlier_date(calendar: Calendar, at: float, more: float) -> None:
    def key(at: float) -> tuple[Any, ...]:
        date, names = Dates(calendar).date(at), [m.name for m in calendar.months]
        return (date.year, names.index(date.month), date.monthday, date.hour, date.minute)

    assert key(at) <= key(at + more)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (4, "night"), (5, "dawn"), (6, "dawn"), (7, "morning"), (10, "morning"),
     (11, "noon"), (13, "noon"), (14, "afternoon"), (17, "afternoon"), (18, "evening"),
     (21, "evening"), (22, "night"), (23, "night")],
)  # fmt: skip
def test_parts_of_the_day(hour: int, part: str) -> None:
    at = (hour - 8) % 24 * HOUR_S
    assert (DATES.date(at).hour, DATES.part_of_day(at)) == (hour, part)


def _at(day: int, hour: float) -> float:
    return day * DAY_S + (hour - 8) * HOUR_S


NOON = 12
LONG = Dates(Calendar())  # a year of 360 days, the first morning at eight


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (_at(0, 8), _at(0, 8.5), "just now"),
        (_at(5, 23.8), _at(6, 0.2), "just now"),
        (_at(5, 8), _at(5, 20), "this morning"),
        (_at(5, 5.5), _at(5, 20), "this morning"),
        (_at(5, 15), _at(5, 20), "this afternoon"),
        (_at(5, 18.5), _at(5, 21), "this evening"),
        (_at(5, 22), _at(5, 23.5), "tonight"),
        (_at(5, 1), _at(5, 10), "last night"),
        (_at(5, 1), _at(5, 3), "tonight"),
        (_at(4, 23), _at(5, 2), "tonight"),
        (_at(4, 23), _at(5, 10), "last night"),
        (_at(4, 19), _at(5, 10), "last night"),
        (_at(4, 10), _at(5, 10), "yesterday"),
        (_at(4, 1), _at(5, 10), "the night before last"),
        (_at(0, 10), _at(2, 8), "two days ago"),
        (_at(0, 10), _at(9, 10), "nine days ago"),
        (_at(0, 10), _at(60, 10), "two months ago"),
        (_at(0, 10), _at(360, 10), "twelve months ago"),
        (_at(0, 10), _at(720, 10), "two years ago"),
        (_at(0, 10), _at(3600, 10), "ten years ago"),
    ],
)
def test_how_long_ago_as_one_would_say_it(then: float, now: float, words: str) -> None:
    assert LONG.ago(then, now) == words


@given(CALENDARS, TIMES, st.floats(0.0, 1e11))
def test_there_is_a_word_for_any_distance(calendar: Calendar, then: float, more: float) -> None:
    words = Dates(calendar).ago(then, then + more)
    assert words
    assert not any(c.isdigit() for c in words)
    assert "zero" not in words
    assert not words.startswith(("one days", "one months", "one years"))
