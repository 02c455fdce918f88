"""Moments of the game's calendar as plans write them: ``06:00``, ``day 12 06:00``.

The first day of a world is day 1. The calendar itself stays with the server: all that is needed
is the date that it tells, which ends in the time of day.
"""

from __future__ import annotations

import re
from typing import Final

from personagen_npc.errors import BadField

DAY_S: Final = 86400
HOUR_S: Final = 3600
_MOMENT: Final = re.compile(r"(?:day (\d+))?\s*(?:(\d\d?):(\d\d))?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d\d):(\d\d)$")


def moment(text: str, now: float, date: str) -> float:
    """Game second of a moment to come; a time of day alone is its next one. Raises BadField."""
    parts = _MOMENT.fullmatch(text.strip())
    if parts is None or not text.strip():
        raise _wrong(text)
    day, hour, minute = parts.groups()
    second = int(hour or 0) * HOUR_S + int(minute or 0) * 60
    began = _began(now, date)
    if day is not None:
        at = float((int(day) - 1) * DAY_S + second - began)
    else:
        today = (now + began) // DAY_S * DAY_S - began
        at = today + second if today + second > now else today + second + DAY_S
    if at < now or second >= DAY_S:
        raise _wrong(text, f"a moment after {date}")
    return at


def _began(now: float, date: str) -> int:
    """Second of the day at which the world began: a whole hour, so minutes are enough to tell."""
    clock = _CLOCK.search(date)
    if clock is None:
        raise BadField("the date tells no time of day", field="date", got=date)
    second = int(clock[1]) * HOUR_S + int(clock[2]) * 60
    return round((second - now) % DAY_S / HOUR_S) % 24 * HOUR_S


def _wrong(text: str, allowed: str = "to 06:00, to day 12, to day 12 06:00") -> BadField:
    return BadField(f"no such moment: {text}", field="time", got=text, allowed=allowed)
