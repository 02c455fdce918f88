"""Dated: authored facts that say how long ago they were, when the world began."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.errors import BadField
from personagen_npc.world.dates.calendar import DAY_S, HOUR_S

if TYPE_CHECKING:
    from personagen_npc.world.pack import Pack

_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(hour|day|week|month|year)s?")


class DatedFacts:
    """When the facts of a pack were, as game seconds; history lies below 0."""

    def __init__(self, pack: Pack) -> None:
        sizes = unit_sizes(pack)
        self._at = {
            f.id: -seconds_ago(f.ago, sizes, f"facts.{f.id}.ago")
            for f in pack.facts.values()
            if f.ago
        }
        self._order = sorted(
            self._at, key=lambda f: (-pack.facts[f].importance, -self._at[f], f)
        )  # fmt: skip

    def at(self, fact: str) -> float | None:
        """When a fact was, None if it does not say."""
        return self._at.get(fact)

    def during(self, first: float, last: float) -> list[str]:
        """The facts of a span of game seconds, weightiest first."""
        return [f for f in self._order if first <= self._at[f] <= last]


def unit_sizes(pack: Pack) -> dict[str, float]:
    """Game seconds of the units in which a fact's age is given, by the pack's calendar."""
    year = DAY_S * sum(m.days for m in pack.calendar.months)
    week = DAY_S * (len(pack.calendar.weekdays) or 7)
    return {"hour": HOUR_S, "day": DAY_S, "week": week, "month": year / len(pack.calendar.months),
            "year": year}  # fmt: skip


def seconds_ago(ago: str, sizes: dict[str, float], field: str) -> float:
    """Game seconds of "9 years", "3 weeks", "2 years 1 month". Raises BadField."""
    parts = _PART.findall(ago)
    if not parts or _PART.sub("", ago).replace(" ", "").strip(","):
        raise BadField(f"no span of time: {ago!r}", field=field, got=ago,
                       allowed="9 years, 3 weeks, 2 years 1 month")  # fmt: skip
    return sum(float(count) * sizes[unit] for count, unit in parts)
