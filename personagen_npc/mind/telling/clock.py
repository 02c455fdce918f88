"""Clock: what time and day it is, as one says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.words.stem import stem

if TYPE_CHECKING:
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_WHAT_TIME: Final = re.compile(r"\b[Ww]hat time is it\b|\b[Ww]hat(?:'s| is) the time\b")
_HOURS: Final = frozenset({"time", "hour", "clock", "late", "oclock"})
_CLOCK: Final = _HOURS | frozenset(
    stem(w)
    for w in ("day", "date", "month", "year", "season", "weekday", "today", "now", "right", "week")
)


def hour_or_date(scene: Scene, heard: Heard) -> str:
    """The hour or the date for one who asks for it and for nothing else, "" for all others."""
    now = _WHAT_TIME.search(heard.text) is not None
    if not now and (heard.entities or not heard.stems or set(heard.stems) - _CLOCK):
        return ""
    matter = "clock" if now or _HOURS & set(heard.stems) else "date"
    ways = scene.origins[matter]
    way = ways[int(scene.dice.roll("clock") * len(ways))]
    return scene.calendar.told(way, scene.now)
