"""Game seconds as dates and as people say them. Nothing here reads a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.mind.reading.when import Names, TimeWords
from personagen_npc.words.inflect import number_in_words
from personagen_npc.world.dates.moments import Moments
from personagen_npc.world.dates.spans import span

if TYPE_CHECKING:
    from personagen_npc.mind.reading.when import Moment, When
    from personagen_npc.world.pack import Calendar

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
DAWN_S = 5 * HOUR_S
PART_TOLD = 15  # days after which nobody remembers what part of the day it was, [D]
# first hour of each part of the day
PARTS = ((0, "night"), (5, "dawn"), (7, "morning"), (11, "noon"), (14, "afternoon"),
         (18, "evening"), (22, "night"))  # fmt: skip


class Date(NamedTuple):
    """A moment as the calendar names it; ``day`` counts whole days since second 0, from 0."""

    year: int
    month: str
    season: str
    monthday: int
    weekday: str
    hour: int
    minute: int
    day: int

    def __str__(self) -> str:
        week = f"{self.weekday}, " if self.weekday else ""
        clock = f"{self.hour:02d}:{self.minute:02d}"
        return f"{week}{self.monthday} {self.month} {self.year}, {clock}"


class Dates:
    """The pack's calendar, compiled."""

    def __init__(self, calendar: Calendar) -> None:
        self._months = calendar.months
        self._weekdays = calendar.weekdays
        self._year_days = sum(m.days for m in calendar.months)
        before = sum(m.days for m in calendar.months[: calendar.start_month - 1])
        self._first_day = before + calendar.start_day - 1
        self._start_year = calendar.start_year
        self._offset_s = calendar.start_hour * HOUR_S
        self._moments = Moments(calendar)
        self._words = TimeWords(names_of(calendar))

    def date(self, at: float) -> Date:
        """The date of game second ``at``."""
        whole = int(at + self._offset_s)
        day, second = divmod(whole, int(DAY_S))
        years, in_year = divmod(self._first_day + day, self._year_days)
        for month in self._months:
            if in_year < month.days:
                break
            in_year -= month.days
        weekday = self._weekdays[day % len(self._weekdays)] if self._weekdays else ""
        hour, rest = divmod(second, int(HOUR_S))
        return Date(
            self._start_year + years, month.name, month.season, in_year + 1, weekday, hour,
            rest // 60, day,
        )  # fmt: skip

    def part_of_day(self, at: float) -> str:
        """dawn, morning, noon, afternoon, evening or night."""
        hour = int((at + self._offset_s) % DAY_S // HOUR_S)
        return next(name for first, name in reversed(PARTS) if hour >= first)

    def told(self, way: str, now: float) -> str:
        """A way to say the time, with {hour}, {part}, {weekday}, {monthday}, {month}, {season}."""
        date = self.date(now)
        slots = {
            "hour": number_in_words((date.hour - 1) % 12 + 1), "part": self.part_of_day(now),
            "weekday": date.weekday or self.part_of_day(now), "season": date.season,
            "month": date.month, "monthday": number_in_words(date.monthday),
            "year": number_in_words(date.year),
        }  # fmt: skip
        for slot, value in slots.items():
            way = way.replace(f"{{{slot}}}", value)
        return way[:1].upper() + way[1:]

    def heard(self, text: str) -> When | None:
        """The time that a line speaks of; None if it speaks of none."""
        return self._words.heard(text)

    def when(self, moment: Moment, now: float) -> tuple[float, float] | None:
        """First and last game second of a moment that people name, None if it is to come."""
        return self._moments.span(moment, now)

    def then(self, at: float, now: float) -> str:
        """When something was, at more length: "nine days ago, in the evening"."""
        said = self.ago(at, now)
        days = self._waking_day(now) - self._waking_day(at)
        if days < 1 or said.startswith(("last night", "the night")):
            return said
        part = self.part_of_day(at)
        if days < PART_TOLD:
            return f"{said}, {_at_part(part)}"
        if days < 2 * self._year_days:
            return f"{said}, in {self.date(at).month}" if len(self._months) > 1 else said
        return said

    def ago(self, then: float, now: float) -> str:
        """How long ago, as one would say it: "just now", "this morning", "nine days ago"."""
        if now - then < HOUR_S:
            return "just now"
        days = self._waking_day(now) - self._waking_day(then)
        part = self.part_of_day(then)
        if days <= 0:
            return "tonight" if part == "night" else f"this {_plain(part)}"
        if days == 1:
            return "last night" if part in {"night", "evening"} else "yesterday"
        if days == 2 and part == "night":
            return "the night before last"
        if days < 45:
            return f"{number_in_words(days)} days ago"
        if days < 2 * self._year_days:
            return f"{number_in_words(max(2, round(days / 30)))} months ago"
        return f"{number_in_words(days // self._year_days)} years ago"

    def span(self, first: float, last: float, now: float) -> str:
        """A stretch of time as one would speak of it: "this autumn", "since last spring"."""
        return span(self, first, last, now)

    @property
    def year_days(self) -> int:
        """Days of a year."""
        return self._year_days

    def years(self, days: int) -> int:
        """Whole years in so many days."""
        return days // self._year_days

    def season_days(self, date: Date) -> int:
        """Days of a date's season."""
        return sum(m.days for m in self._months if m.season == date.season)

    def night(self, at: float) -> int:
        """Nights that have passed by ``at``: one more at each dawn."""
        return self._waking_day(at)

    def _waking_day(self, at: float) -> int:
        """The day as people live it, from dawn to dawn: a night belongs to the evening before."""
        return int((at + self._offset_s - DAWN_S) // DAY_S)


def names_of(calendar: Calendar) -> Names:
    """Everything by which people name a time in a calendar."""
    seasons = dict.fromkeys(m.season for m in calendar.months if m.season)
    months = tuple(m.name for m in calendar.months)
    return Names(months, calendar.weekdays, tuple(seasons), tuple(calendar.feasts))


def _at_part(part: str) -> str:
    """A part of the day as a time: "at dawn", "in the evening"."""
    return f"at {part}" if part in {"dawn", "noon", "night"} else f"in the {part}"


def _plain(part: str) -> str:
    return {"dawn": "morning", "noon": "noon"}.get(part, part)
