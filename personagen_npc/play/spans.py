"""Spans of game time as people write them: ``90s``, ``30m``, ``3h``, ``2 days``, ``1d 6h``."""

from __future__ import annotations

import re
from typing import Final

from personagen_npc.errors import BadField

UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART: Final = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|seconds?|minutes?|hours?|days?)(?![a-z])", re.IGNORECASE
)


def seconds(text: str) -> float:
    """Game seconds of a span. Raises BadField."""
    total, at = 0.0, 0
    while part := _PART.match(text, at):
        total += float(part[1]) * UNITS[part[2][0].lower()]
        at = part.end()
    if at == 0 or text[at:].strip():
        raise BadField(
            f"no span of time: {text}", field="time", got=text, allowed="90s, 30m, 3h, 2d, 1d 6h"
        )
    return total


def spelt(span: float) -> str:
    """A span in its largest unit, as one would say it: ``3 hours``."""
    for unit, size in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        if span >= size:
            count = span / size
            return f"{count:g} {unit}" if count == 1.0 else f"{count:.3g} {unit}s"
    return f"{span:g} seconds"
