"""Spans of game time as people write them: ``90s``, ``30m``, ``3h``, ``2d``, ``1d 6h``."""

from __future__ import annotations

from typing import Final

from personagen_npc.errors import BadField

UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str | float) -> float:
    """Game seconds of a span; a bare number is hours. Raises BadField."""
    total = 0.0
    for word in str(text).split():
        unit = UNITS.get(word[-1].lower())
        number = word if unit is None else word[:-1]
        try:
            total += float(number) * (UNITS["h"] if unit is None else unit)
        except ValueError:
            total = -1.0
        if not 0.0 <= total < float("inf"):
            raise BadField(f"no span of time: {text}", field="time", got=text,
                           allowed="such as 90s, 30m, 3h, 2d, 1d 6h")  # fmt: skip
    if not str(text).split():
        raise BadField("no span of time", field="time", got=text, allowed="such as 3h")
    return total
