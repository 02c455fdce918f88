"""Moments: times that people name, as spans of game seconds. Nothing here reads a clock.

A day is a waking day, from dawn to dawn: what happened after midnight belongs to last night. Every
span lies in the past: a name means the latest that has begun.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from personagen_npc.mind.reading.when import Moment
    from personagen_npc.world.pack import Calendar

HOUR_S: Final = 3600.0
DAY_S: Final = 24 * HOUR_S
DAWN_H: Final = 5.0  # hour at which a waking day begins
WEEK: Final = 7  # days of a week where the calendar names none
MOST: Final = 5000  # months looked back through: 400 years
# Hours of each part of the day as people mean it, which is wider than a clock has it, [D]: who asks
# after last night means the evening as well.
PARTS: Final = {
    "dawn": (5.0, 9.0), "morning": (5.0, 13.0), "noon": (11.0, 15.0), "afternoon": (12.0, 19.0),
    "evening": (17.0, 24.0), "night": (18.0, 29.0),
}  # fmt: skip

Span = tuple[float, float]


class Run(NamedTuple):
    """Whole days on end: the first, and the first that is no longer of it."""

    first: int
    end: int
    year: int


class Moments:
    """Turns moments into spans for one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._lengths = [m.days for m in calendar.months]
        self._year_days = sum(self._lengths)
        self._week = len(calendar.weekdays) or WEEK
        before = sum(self._lengths[: calendar.start_month - 1])
        self._first_day = before + calendar.start_day - 1
        self._offset_s = calendar.start_hour * HOUR_S

    def span(self, moment: Moment, now: float) -> Span | None:
        """First and last game second of a moment; None if it has not come yet or is none."""
        found = _READ[moment.unit](self, moment, now)
        return None if found is None or found[0] > now else found

    def today(self, at: float) -> int:
        """The waking day of a game second, counted from that of second 0."""
        return int((at + self._offset_s - DAWN_H * HOUR_S) // DAY_S)

    # --- counted --------------------------------------------------------------------------------

    def _hour(self, moment: Moment, now: float) -> Span:
        back = moment.back * HOUR_S
        return now - back - HOUR_S * (1 + moment.slack), now - max(0.0, back - HOUR_S)

    def _day(self, moment: Moment, now: float) -> Span:
        day = self.today(now) - moment.back
        first, last = day - moment.slack, min(day + moment.slack, self.today(now))
        if moment.part:
            low, high = PARTS[moment.part]
            return self._at(first, low), self._at(last, high)
        return self._days(first, last + 1)

    def _week_of(self, moment: Moment, now: float) -> Span:
        today = self.today(now)
        if moment.ago:
            around = self._week // 2 + moment.slack * self._week
            day = today - moment.back * self._week
            return self._days(day - around, min(day + around, today) + 1)
        begins = today - today % self._week - moment.back * self._week
        # "last week" is also the last seven days but these: few think of the day on which it began
        recent = today - (moment.back + 1) * self._week
        ends = max(begins, recent) + self._week
        return self._days(min(begins, recent) if moment.back else begins, ends)

    def _month_of(self, moment: Moment, now: float) -> Span | None:
        if moment.name:
            return self._named(self._months(moment.name, now), moment, now)
        if moment.ago:
            size = self._year_days / len(self._lengths)
            return self._around(now, moment.back * size, (0.5 + moment.slack) * size)
        begun = (run for _, run in self._all_months(now) if run.first <= self.today(now))
        run = next(islice(begun, moment.back, None), None)
        return self._whole(run, moment) if run else None

    def _year_of(self, moment: Moment, now: float) -> Span | None:
        if moment.ago:
            # A year ago is within weeks; nine years ago is nine whole ones, or nearly, [D].
            early, late = (1.0 / 6.0, 1.0 / 6.0) if moment.back < 2 else (1.0, 0.5)
            back = self._year_days * (moment.back + (early - late) / 2.0)
            return self._around(now, back, self._year_days * ((early + late) / 2.0 + moment.slack))
        year = self._year(self.today(now)) - moment.back
        begins = (
            moment.year - self._calendar.start_year if moment.year is not None else year
        ) * self._year_days - self._first_day
        return self._days(begins, begins + self._year_days)

    def _around(self, now: float, back: float, about: float) -> Span:
        day = self.today(now) - round(back)
        return self._days(day - round(about), min(day + round(about), self.today(now)) + 1)

    # --- named ----------------------------------------------------------------------------------

    def _season(self, moment: Moment, now: float) -> Span | None:
        return self._named(self._seasons(moment.name, now), moment, now)

    def _weekday(self, moment: Moment, now: float) -> Span | None:
        names = self._calendar.weekdays
        if moment.name not in names:
            return None
        today = self.today(now)
        back = (today - names.index(moment.name)) % len(names)
        if back == 0 and not moment.this:
            back = len(names)  # nobody names the day it is
        return self._day(moment._replace(back=back + max(0, moment.back) * len(names)), now)

    def _feast(self, moment: Moment, now: float) -> Span | None:
        """A day that returns: on a weekday, or on a day of a month ("30 Rakemonth")."""
        on = self._calendar.feasts.get(moment.name, "")
        if on in self._calendar.weekdays:
            return self._weekday(moment._replace(name=on), now)
        day, _, month = on.partition(" ")
        if not day.isdigit():
            return None
        dated = moment._replace(unit="month", name=month, monthday=int(day))
        return self._month_of(dated, now)

    def _named(self, runs: Iterator[Run], moment: Moment, now: float) -> Span | None:
        """Of the runs of that name, latest first, the one that is meant."""
        if moment.year is not None:
            wanted = moment.year - self._calendar.start_year
            found = next((r for r in runs if r.year <= wanted), None)
            return self._whole(found, moment) if found and found.year == wanted else None
        today, back = self.today(now), max(0, moment.back)
        for run in runs:
            span = self._whole(run, moment)
            if span[0] > now or (moment.back < 0 and run.first <= today < run.end):
                continue  # to come; or "last winter" asked in winter
            if back == 0:
                return span
            back -= 1
        return None

    def _whole(self, run: Run, moment: Moment) -> Span:
        if moment.monthday:
            day = run.first + min(moment.monthday, run.end - run.first) - 1
            return self._days(day, day + 1)
        return self._days(run.first, run.end)

    def _months(self, name: str, now: float) -> Iterator[Run]:
        return (run for month, run in self._all_months(now) if month == name)

    def _all_months(self, now: float) -> Iterator[tuple[str, Run]]:
        """Every month back from the one after this, with its name."""
        months, year = self._calendar.months, self._year(self.today(now))
        number = len(months) * (year + 1)
        first = (year + 1) * self._year_days - self._first_day
        for n in range(number - 1, number - 1 - MOST, -1):
            month = months[n % len(months)]
            first -= month.days
            yield month.name, Run(first, first + month.days, n // len(months))

    def _seasons(self, name: str, now: float) -> Iterator[Run]:
        """Months of one season that lie side by side, as one; across the turn of the year too."""
        seasons = {m.name: m.season for m in self._calendar.months}
        run: Run | None = None
        for month, one in self._all_months(now):
            if seasons[month] == name:
                run = one if run is None else Run(one.first, run.end, one.year)
            elif run is not None:
                yield run
                run = None

    # --- days -----------------------------------------------------------------------------------

    def _year(self, day: int) -> int:
        """Years since that of second 0."""
        return (self._first_day + day) // self._year_days

    def _at(self, day: int, hour: float) -> float:
        return day * DAY_S + hour * HOUR_S - self._offset_s

    def _days(self, first: int, end: int) -> Span:
        return self._at(first, DAWN_H), self._at(end, DAWN_H)


_READ: Final[dict[str, Callable[[Moments, Moment, float], Span | None]]] = {
    "hour": Moments._hour,
    "day": Moments._day,
    "week": Moments._week_of,
    "month": Moments._month_of,
    "year": Moments._year_of,
    "season": Moments._season,
    "weekday": Moments._weekday,
    "feast": Moments._feast,
}
