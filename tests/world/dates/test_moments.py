"""What people name as a time, on a village's calendar and on our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.world.dates.calendar import DAY_S, HOUR_S, Dates
from personagen_npc.world.pack import Calendar

MONTHS = [("Thaw", 30, "spring"), ("Sow", 30, "spring"), ("Hay", 30, "summer"),
          ("Sheaf", 30, "autumn"), ("Rake", 30, "autumn"), ("Dark", 30, "winter")]  # fmt: skip
VILLAGE = Dates(
    Calendar.model_validate(
        {
            "months": [{"name": n, "days": d, "season": s} for n, d, s in MONTHS],
            "weekdays": ["Moonday", "Tollday", "Washday", "Hammerday", "Eelday"],
            "start_year": 312, "start_month": 5, "start_day": 9, "start_hour": 8,
            "feasts": {"market day": "Washday", "Raking Night": "30 Rake"},
        }, strict=False,
    )
)  # fmt: skip
OURS = [("January", 31, "winter"), ("February", 28, "winter"), ("March", 31, "spring"),
        ("April", 30, "spring"), ("May", 31, "spring"), ("June", 30, "summer"),
        ("July", 31, "summer"), ("August", 31, "summer"), ("September", 30, "autumn"),
        ("October", 31, "autumn"), ("November", 30, "autumn"), ("December", 31, "winter"),
        ]  # fmt: skip
GREGORIAN = Dates(  # 7 May 2023 was a Sunday
    Calendar.model_validate(
        {
            "months": [{"name": n, "days": d, "season": s} for n, d, s in OURS],
            "weekdays": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                         "Saturday"],
            "start_year": 2023, "start_month": 5, "start_day": 7, "start_hour": 0,
        }, strict=False,
    )
)  # fmt: skip


def _heard(dates: Dates, line: str, now: float) -> tuple[float, float] | None:
    when = dates.heard(line)
    assert when is not None, line
    assert when.moment is not None, line
    return dates.when(when.moment, now)


def _dates(dates: Dates, line: str, now: float) -> tuple[str, str]:
    """First and last day of what a line names."""
    span = _heard(dates, line, now)
    assert span is not None, line
    first, last = (dates.date(at) for at in (span[0] + 1, span[1] - 1))
    return f"{first.monthday} {first.month} {first.year}", f"{last.monthday} {last.month}"


@pytest.mark.parametrize(
    ("line", "began", "ended"),
    [  # asked on Moonday, 29 Rake 312
        ("yesterday", "28 Rake 312", "29 Rake"),
        ("three days ago", "26 Rake 312", "27 Rake"),
        ("last week", "19 Rake 312", "29 Rake"),
        ("this month", "1 Rake 312", "1 Dark"),
        ("last month", "1 Sheaf 312", "1 Rake"),
        ("last summer", "1 Hay 312", "1 Sheaf"),
        ("this autumn", "1 Sheaf 312", "1 Dark"),
        ("last autumn", "1 Sheaf 311", "1 Dark"),
        ("in the winter", "1 Dark 311", "1 Thaw"),
        ("two harvests ago", "1 Sheaf 311", "1 Dark"),
        ("last year", "1 Thaw 311", "1 Thaw"),
        ("in Hay", "1 Hay 312", "1 Sheaf"),
        ("on the third of Hay", "3 Hay 312", "4 Hay"),
        ("on Raking Night", "30 Rake 311", "1 Dark"),
        ("on Eelday", "28 Rake 312", "29 Rake"),
        ("on Moonday", "24 Rake 312", "25 Rake"),
        ("on market day", "26 Rake 312", "27 Rake"),
        ("in 310", "1 Thaw 310", "1 Thaw"),
    ],
)
def test_times_of_a_village(line: str, began: str, ended: str) -> None:
    now = 20 * DAY_S + 4 * HOUR_S  # at noon
    assert VILLAGE.date(now).weekday == "Moonday"
    assert _dates(VILLAGE, line, now) == (began, ended)


@pytest.mark.parametrize(
    ("line", "began", "ended"),
    [  # asked on 20 August 2023
        ("on 7 May 2023", "7 May 2023", "8 May"),
        ("in June 2023", "1 June 2023", "1 July"),
        ("in June", "1 June 2023", "1 July"),
        ("last summer", "1 June 2022", "1 September"),
        ("this summer", "1 June 2023", "1 September"),
        ("last winter", "1 December 2022", "1 March"),
        ("May 9, 2023", "9 May 2023", "10 May"),
        ("in October", "1 October 2022", "1 November"),
        ("last Friday", "18 August 2023", "19 August"),
    ],
)
def test_times_of_our_own_calendar(line: str, began: str, ended: str) -> None:
    assert _dates(GREGORIAN, line, 105 * DAY_S + 12 * HOUR_S) == (began, ended)


def test_last_night_reaches_into_the_morning_and_ends_at_dawn() -> None:
    now = 10 * DAY_S  # eight in the morning
    span = _heard(VILLAGE, "last night", now)
    assert span is not None
    assert span[0] < now - 11 * HOUR_S < span[1], "nine in the evening"
    assert span[0] < now - 5 * HOUR_S < span[1], "three in the morning"
    assert span[1] <= now - 3 * HOUR_S, "dawn is this morning"


def test_after_midnight_today_is_still_the_day_before() -> None:
    now = 10 * DAY_S + 18 * HOUR_S  # two in the morning
    today = _heard(VILLAGE, "What happened today?", now)
    assert today is not None
    assert today[0] < now - 12 * HOUR_S < today[1], "noon, as nobody has slept since"


@pytest.mark.parametrize("line", ["in 2050", "on 9 May 2031"])
def test_what_is_to_come_is_no_time_gone_by(line: str) -> None:
    assert _heard(GREGORIAN, line, 105 * DAY_S) is None


LINES = ("yesterday", "last night", "three days ago", "this morning", "the day before yesterday",
         "last week", "last month", "last winter", "on market day", "two harvests ago",
         "on the third of Hay", "two weeks ago", "a year ago", "last year", "just now")  # fmt: skip


@given(st.sampled_from(LINES), st.floats(0, 4000 * DAY_S))
def test_a_time_gone_by_began_before_now(line: str, now: float) -> None:
    span = _heard(VILLAGE, line, now)
    assert span is None or (span[0] <= now and span[0] < span[1])


@given(st.floats(0, 900 * DAY_S), st.floats(0, 900 * DAY_S))
def test_what_ago_says_finds_it_again(then: float, later: float) -> None:
    """What an NPC says of a time is understood as that time when it is said to it."""
    now = then + later
    said = VILLAGE.ago(then, now)
    when = VILLAGE.heard(f"What happened {said}?")
    assert when is not None, said
    assert when.moment is not None, said
    span = VILLAGE.when(when.moment, now)
    assert span is not None, said
    assert span[0] <= then <= span[1], (said, span, then)
