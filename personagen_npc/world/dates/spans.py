"""Spans: a stretch of game time as people speak of it: "this autumn", "since last spring".

A summary keeps only when it began and ended; how that is said depends on when it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.memory.fading import DAY_S
from personagen_npc.words.inflect import number_in_words

if TYPE_CHECKING:
    from personagen_npc.world.dates.calendar import Date, Dates

STILL_DAYS: Final = 21.0  # days since the last time for which something is said to go on still, [D]
WEEK_DAYS, MONTH_DAYS = 7, 30
MOST_OF: Final = 0.6  # of a season that is "all of it", [D]
MOST_OF_YEAR: Final = 0.7  # of a year that is "the best part of it", [D]
SHORT_DAYS: Final = 10  # up to here days are counted, [D]


def span(dates: Dates, first: float, last: float, now: float) -> str:
    """A stretch of time as one would speak of it now.

    Args:
        dates: the calendar.
        first: game second at which it began.
        last: game second at which it ended.
        now: game second at which it is spoken of.
    """
    one, other, today = dates.date(first), dates.date(last), dates.date(now)
    days = other.day - one.day
    still = now - last <= STILL_DAYS * DAY_S
    years = dates.years(days)
    if years >= 1:
        long = "a year" if years == 1 else f"{number_in_words(years)} years"
        return f"over the last {long.removeprefix('a ')}" if still else f"over {long}, back then"
    if days >= MOST_OF_YEAR * dates.year_days and today.day - other.day < dates.year_days:
        return "over the best part of a year"
    if days == 0:
        return f"all in one day, {dates.ago(last, now)}"
    if still and today.day - one.day < SHORT_DAYS:
        return f"these last {number_in_words(today.day - one.day + 1)} days"
    if not one.season:
        return _counted(days, dates.ago(last, now), still=still)
    return _seasons(dates, one, other, today, still=still)


def _counted(days: int, ago: str, *, still: bool) -> str:
    """Where there are no seasons, weeks and months are counted."""
    unit, size = ("weeks", WEEK_DAYS) if days < 2 * MONTH_DAYS else ("months", MONTH_DAYS)
    count = number_in_words(max(2, round(days / size)))
    return f"these last {count} {unit}" if still else f"over {count} {unit}, up to {ago}"


def _seasons(dates: Dates, one: Date, other: Date, today: Date, *, still: bool) -> str:
    began = _called(one, today, dates)
    if _same(one, other, dates):
        whole = (other.day - one.day) >= MOST_OF * dates.season_days(one)
        return f"all {began}" if whole and not began.startswith("in ") else began
    if still:
        return f"since {began.removeprefix('in ')}"
    ended = _called(other, today, dates)
    if ended.startswith("in "):  # both long ago: the year is enough
        return "last year" if ended.endswith("of last year") else ended.split(" ", 3)[3]
    return f"from {began.removeprefix('in ')} to {ended}"


def _called(date: Date, today: Date, dates: Dates) -> str:
    """A season as it is called today: this one, the last of its name, or by the years since."""
    if _same(date, today, dates):
        return f"this {date.season}"
    days = today.day - date.day
    if dates.years(days) < 1 and date.season != today.season:
        return f"last {date.season}"
    years = max(1, dates.years(days + dates.season_days(date) // 2))
    if years == 1:
        return f"in the {date.season} of last year"
    return f"in the {date.season} {number_in_words(years)} years ago"


def _same(one: Date, other: Date, dates: Dates) -> bool:
    """Whether two dates are in one and the same season."""
    near = abs(one.day - other.day) < dates.season_days(one)
    return one.season == other.season and near
