from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.errors import BadField
from personagen_npc.play.clock import moment
from personagen_npc.world.dates.calendar import DAY_S, Dates
from personagen_npc.world.pack import Calendar


@pytest.mark.parametrize(
    ("text", "now", "date", "at"),
    [
        ("09:00", 0.0, "Moonday, 9 Rake 312, 08:00", 3600.0),
        ("08:00", 0.0, "Moonday, 9 Rake 312, 08:00", DAY_S),
        ("06:00", 3725.0, "9 Rake 312, 09:02", 22 * 3600.0),
        ("day 2", 0.0, "9 Rake 312, 08:00", 16 * 3600.0),
        ("day 12 06:30", 0.0, "9 Rake 312, 08:00", 11 * DAY_S - 1.5 * 3600.0),
        ("Day 1 10:00", 0.0, "9 Rake 312, 08:00", 7200.0),
    ],
)
def test_a_moment_to_come(text: str, now: float, date: str, at: float) -> None:
    assert moment(text, now, date) == at


@pytest.mark.parametrize("text", ["", "noon", "day 1 07:00", "25:00", "day x"])
def test_what_is_past_or_no_moment_is_refused(text: str) -> None:
    with pytest.raises(BadField):
        moment(text, 0.0, "9 Rake 312, 08:00")


@given(st.integers(0, 23), st.floats(0, 400 * DAY_S), st.integers(0, 23), st.integers(0, 59))
def test_the_next_time_of_day_is_within_a_day(
    start: int, now: float, hour: int, minute: int
) -> None:
    dates = Dates(Calendar(start_hour=start))
    at = moment(f"{hour:02d}:{minute:02d}", now, str(dates.date(now)))
    assert now < at <= now + DAY_S
    date = dates.date(at)
    assert (date.hour, date.minute) == (hour, minute)
