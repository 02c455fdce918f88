"""When: the times that a line speaks of, in words. A calendar turns them into spans of seconds.

A pure parser: "three days ago", "last winter", "on the third of Highsun", "the night before last",
"before the fire". What it finds is a ``When``: a moment of the calendar, or an event that stands
for one (``anchor``), which only somebody who knows of the event can place in time. Words stand in
``data/when.yaml``; months, weekdays, seasons and feasts are the calendar's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TABLE: Final[dict[str, Any]] = table("mind/data/when.yaml")
_CLAUSE: Final = re.compile(r"[.;:?!]+|,\s(?!\d{4}\b)")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DAY: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?$")
_YEAR: Final = re.compile(r"[0-9]{3,4}$")
LONGEST: Final = 6  # words of a whole phrase of the table at most
DIGITS: Final = 4  # digits of a number that can be a count of anything, [D]
ANCHOR: Final = 8  # words of an event that are looked at, [D]


class Moment(NamedTuple):
    """A time of the calendar.

    Attributes:
        unit: hour, day, week, month, year, or the kind of ``name``: season, month, weekday, feast.
        back: how many of them back; of a named one, how many before the latest.
        name: of a season, month, weekday or feast, as the calendar has it.
        part: of the day.
        monthday: day of the month, 0 for the whole month.
        year: as counted by the calendar, None if none was said.
        slack: by how many units it may be off, either way.
        ago: counted back from now, not by the calendar's weeks and months.
        this: the one under way, where ``last`` would be the one before.
    """

    unit: str
    back: int = 0
    name: str = ""
    part: str = ""
    monthday: int = 0
    year: int | None = None
    slack: int = 0
    ago: bool = False
    this: bool = False


class When(NamedTuple):
    """What a line says about time.

    Attributes:
        said: the words, as they were said.
        moment: of the calendar, None if only an event tells the time.
        side: "" at that time, else ``before``, ``after`` (it) or ``since`` (it until now).
        anchor: words of the event that tells the time; empty with a moment.
        words: everything that was said about time, so that it is not looked for in memory.
    """

    said: str
    moment: Moment | None
    side: str = ""
    anchor: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()


class Names(NamedTuple):
    """What a calendar calls its times; ``feasts`` are days that return, such as a market day."""

    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    feasts: tuple[str, ...] = ()


Found = tuple[int, int, Moment]  # words from, to; what they mean


class Clause(NamedTuple):
    """A part of a line: its words in lower case, and where in the text they stand."""

    text: str
    words: tuple[str, ...]
    spots: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, text: str) -> Clause:
        """Cut a clause into words as ``words.tokens`` does."""
        found = [(m[0].lower().replace("’", "'"), m.span()) for m in _WORD.finditer(text)]
        return cls(text, tuple(w for w, _ in found), tuple(s for _, s in found))

    def said(self, start: int, end: int) -> str:
        """Words as they were written, as they stand inside a sentence."""
        text = self.text[self.spots[start][0] : self.spots[end - 1][1]]
        inside = start > 0 or self.words[0] not in _OPENERS
        return text if inside else text[:1].lower() + text[1:]


class TimeWords:
    """The time words of one calendar, compiled."""

    def __init__(self, names: Names) -> None:
        self._named: dict[str, tuple[str, str]] = {}  # words -> kind, the calendar's name
        for kind, group in (
            ("season", names.seasons), ("weekday", names.weekdays), ("month", names.months),
            ("feast", names.feasts),
        ):  # fmt: skip
            for name in group:
                self._named[" ".join(tokens(name))] = (kind, name)
        for word, season in _TABLE["seasons"].items():
            if season in names.seasons:
                self._named.setdefault(word, ("season", season))
        for season in names.seasons:
            self._named.setdefault(f"{season.lower()}s", ("season", season))
        self._triggers = frozenset([*(k.partition(" ")[0] for k in self._named), *_ALWAYS])
        self._line: tuple[str, When | None] = ("", None)

    def heard(self, text: str) -> When | None:
        """The time that a line speaks of, the first of several; None if it speaks of none."""
        if text != self._line[0]:  # a turn may ask more than once
            self._line = (text, self._heard(text))
        return self._line[1]

    def _heard(self, text: str) -> When | None:
        said = tokens(text)
        if self._triggers.isdisjoint(said) and not any(map(str.isdecimal, said)):
            return None
        anchored: When | None = None
        for part in _CLAUSE.split(text):
            clause = Clause.read(part)
            found = self._moment(clause.words)
            if found is not None:
                return _of_moment(clause, found)
            anchored = anchored or _anchor(clause)
        return anchored

    def _moment(self, words: Sequence[str]) -> Found | None:
        """The first moment in a clause; of those that begin there, the longest."""
        for start in range(len(words)):
            fits = [f for read in self._readers if (f := read(self, words, start)) is not None]
            if fits:
                return max(fits, key=lambda f: f[1])
        return None

    def _phrase(self, words: Sequence[str], start: int) -> Found | None:
        """One of the table's whole phrases; yesterday and the like may have a part of the day."""
        for end in range(min(len(words), start + LONGEST), start, -1):
            known = _PHRASES.get(" ".join(words[start:end]))
            if known is not None:
                part = _PARTS.get(words[end], "") if end < len(words) and not known.part else ""
                if part and known.unit == "day":
                    return start, end + 1, known._replace(part=part)
                return start, end, known
        return None

    def _counted(self, words: Sequence[str], start: int) -> Found | None:
        """``three days ago``, ``two harvests back``, ``a couple of weeks ago``."""
        counted = _count(words, start)
        if counted is None:
            return None
        at, count, slack = counted
        while at < len(words) and words[at] in _BETWEEN:
            at += 1
        if at >= len(words):
            return None
        ago = next((k for k in range(at + 1, min(at + 3, len(words))) if words[k] in _AGO), None)
        if ago is None:
            return None
        return self._ago(words, start, (at, ago), count, slack)

    def _ago(
        self, words: Sequence[str], start: int, at: tuple[int, int], count: int, slack: int
    ) -> Found | None:
        unit, where = words[at[0]], at[1]
        between = words[at[0] + 1 : where]
        if between and between[0] not in _PARTS and between != ["or"]:
            return None
        end = where + 1
        kind, name = self._named.get(unit, ("", ""))
        if kind == "season":
            return start, end, Moment("season", back=max(0, count - 1), name=name, slack=slack)
        known = _UNITS.get(unit)
        if known is None:
            return None
        if known == "fortnight":
            known, count = "week", 2 * count
        if known == "night":
            return start, end, Moment("day", count, part="night", slack=slack, ago=True)
        return start, end, Moment(known, count, slack=slack, ago=True)

    def _relative(self, words: Sequence[str], start: int) -> Found | None:
        """``last week``, ``this morning``, ``last Highsun``, ``this winter``."""
        last, this = words[start] in _LAST, words[start] in _THIS
        if not (last or this) or start + 1 >= len(words):
            return None
        word = words[start + 1]
        if this and word in _PARTS:
            return start, start + 2, Moment("day", part=_PARTS[word], this=True)
        named = self._name_at(words, start + 1)
        if named is not None:
            end, kind, name = named
            return start, end, Moment(kind, name=name, this=this, back=0 if this else -1)
        unit = _UNITS.get(word)
        if unit is None or unit in {"hour", "fortnight", "night"} or (unit == "day" and last):
            return None
        return start, start + 2, Moment(unit, 0 if this else 1, this=this)

    def _name_at(self, words: Sequence[str], start: int) -> tuple[int, str, str] | None:
        """(end, kind, name) of a season, month, weekday or feast that is named there."""
        for end in range(min(len(words), start + 3), start, -1):
            known = self._named.get(" ".join(words[start:end]))
            if known is not None:
                return end, *known
        return None

    def _by_name(self, words: Sequence[str], start: int) -> Found | None:
        """``on Eelday``, ``in Highsun``, ``in June 2023``, ``during the winter``, ``in 2023``."""
        if words[start] not in _AT:
            return None
        at = start + 1 + (start + 1 < len(words) and words[start + 1] in {"the", "a"})
        if at < len(words) and words[at] in _LAST | _THIS:
            return None
        named = self._name_at(words, at)
        if named is None:
            year = _year(words, at + (at < len(words) and words[at] == "year"))
            return (start, year[0], Moment("year", year=year[1])) if year else None
        end, kind, name = named
        year = _year(words, end) if kind in {"month", "season"} else None
        if year is not None:
            return start, year[0], Moment(kind, name=name, year=year[1])
        part = _PARTS.get(words[end], "") if end < len(words) else ""
        return start, end + bool(part), Moment(kind, name=name, part=part)

    def _date(self, words: Sequence[str], start: int) -> Found | None:
        """``the third of Highsun``, ``7 May 2023``, ``May 7, 2023``, ``Highsun the third``."""
        first = start + (words[start] == "the")
        day = _monthday(words, first)
        if day is not None:
            at = first + 1 + (first + 1 < len(words) and words[first + 1] == "of")
            named = self._name_at(words, at)
            month_end = named[0] if named is not None and named[1] == "month" else 0
        else:
            named = self._name_at(words, start)
            if named is None or named[1] != "month":
                return None
            at = named[0] + (named[0] < len(words) and words[named[0]] == "the")
            day, month_end = _monthday(words, at), at + 1
        if day is None or named is None or not month_end:
            return None
        year = _year(words, month_end)
        moment = Moment("month", name=named[2], monthday=day, year=year[1] if year else None)
        return start, year[0] if year else month_end, moment

    def _weekday(self, words: Sequence[str], start: int) -> Found | None:
        """A weekday or feast named on its own: "yesterday" said by its name."""
        named = self._name_at(words, start)
        if named is None or named[1] not in {"weekday", "feast"}:
            return None
        part = _PARTS.get(words[named[0]], "") if named[0] < len(words) else ""
        return start, named[0] + bool(part), Moment(named[1], name=named[2], part=part)

    _readers = (_phrase, _counted, _relative, _by_name, _date, _weekday)


def _of_moment(clause: Clause, found: Found) -> When:
    """A moment with what stands before it: "since yesterday", "before last winter"."""
    words, (start, end, moment) = clause.words, found
    side = next((s for s, first in _PLAIN_SIDES if start and words[start - 1] == first), "")
    if not side and words[start] in {"since", "before", "after", "until", "till"}:
        side = {"until": "before", "till": "before"}.get(words[start], words[start])
    elif side:
        start -= 1
    first = start
    while first and words[first - 1] in _WITH and words[first - 1] not in _ASKED:
        first -= 1
    start -= bool(start and words[start - 1] == "on")
    return When(clause.said(start, end), moment, side, words=frozenset(words[first:end]))


def _anchor(clause: Clause) -> When | None:
    """An event that stands for a time: "before the fire", "when the mill burned"."""
    words = clause.words
    for start in range(len(words)):
        for side, phrase in _SIDES:
            end = start + len(phrase)
            if tuple(words[start:end]) != phrase or end >= len(words):
                continue
            if side == "during" and len(phrase) == 1 and words[end] in _ASKED:
                continue  # "when did ..." asks for the time, it does not tell it
            event = _event(words, end)
            if event:
                end += len(event)
                side, spent = "" if side == "during" else side, frozenset(words[start:end])
                return When(clause.said(start, end), None, side, event, spent)
    return None


def _event(words: Sequence[str], start: int) -> tuple[str, ...]:
    """The words of an event: up to the clause's end, or to where it goes on with another."""
    found: list[str] = []
    for word in words[start : start + ANCHOR]:
        if found and word in _ENDS and len(found) > 1:
            break
        found.append(word)
    return tuple(found) if any(w not in _WITH for w in found) else ()


def _count(words: Sequence[str], start: int) -> tuple[int, int, int] | None:
    """(end, count, slack) of a number in words or digits: "a few", "twenty five", "3"."""
    at, count, off = start, 0, 0
    while at < len(words):
        word = words[at]
        if word.isdecimal() and len(word) <= DIGITS:
            value, slack = int(word), 0
        elif word in _COUNTS:
            value, slack = _COUNTS[word]
        else:
            break
        joined = count in _TENS and value < 10
        fresh = not count or (count == 1 and value > 1)  # "a few", "a hundred"
        if not (joined or fresh):
            break
        count, off, at = (count + value if joined else value), max(off, slack), at + 1
    return (at, count, off) if count else None


def _monthday(words: Sequence[str], at: int) -> int | None:
    if at >= len(words):
        return None
    digits = _DAY.match(words[at])
    return int(digits[1]) if digits else _ORDINALS.get(words[at])


def _year(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """(end, year) of a year in digits, "of" before it or not."""
    at += at < len(words) and words[at] in {"of", "in"}
    if at < len(words) and _YEAR.match(words[at]):
        return at + 1, int(words[at])
    return None


def _phrases(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Moment]:
    return {words: Moment(**row) for words, row in rows.items()}


def _sides(rows: Mapping[str, Iterable[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """(side, words) with the longest first."""
    made = [(side, tuple(phrase.split())) for side, group in rows.items() for phrase in group]
    return sorted(made, key=lambda row: (-len(row[1]), row))


_PHRASES: Final = _phrases(_TABLE["phrases"])
_COUNTS: Final[dict[str, tuple[int, int]]] = {w: tuple(c) for w, c in _TABLE["counts"].items()}
_TENS: Final = frozenset(range(20, 100, 10))
_ORDINALS: Final[dict[str, int]] = _TABLE["ordinals"]
_UNITS: Final = {w: unit for unit, group in _TABLE["units"].items() for w in group}
_PARTS: Final[dict[str, str]] = _TABLE["parts"]
_BETWEEN, _LAST, _THIS, _AT, _AGO, _WITH, _ASKED, _ENDS = (
    frozenset[str](_TABLE[k])
    for k in ("between", "last", "this", "at", "ago", "with", "asking", "ends")
)  # fmt: skip
_SIDES: Final = _sides(_TABLE["sides"])
_PLAIN_SIDES: Final = [(s, p[0]) for s, p in _SIDES if len(p) == 1 and s != "during"]
_OPENERS: Final = frozenset(
    [*(p.split()[0] for p in _PHRASES), *(p[0] for _, p in _SIDES), *_COUNTS, *_LAST, *_THIS, *_AT]
)
_IDLE_FIRST: Final = frozenset({"a", "the", "some", "in", "on", "at", "by", "for"})
# every time has one of these words, or a name of the calendar; or it is a year in digits
_ALWAYS: Final = frozenset(
    word
    for word in (
        *(p.split()[0] for p in _PHRASES), *(p[0] for _, p in _SIDES), "day", "days", "night",
        "while", "time", "year", *_AGO, *_LAST, *_THIS, *_PARTS,
    )
    if word not in _IDLE_FIRST
)  # fmt: skip

MEETING: Final = frozenset[str](_TABLE["meeting"])
PEOPLE: Final = frozenset[str](_TABLE["people"])
IDLE: Final = frozenset[str](_TABLE["idle"])
FIRST: Final = frozenset[str](_TABLE["first"])
LATEST: Final = frozenset[str](_TABLE["latest"])
