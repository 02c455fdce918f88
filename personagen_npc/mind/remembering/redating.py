"""Redating: what was said with "three days ago" in it is said back with the days gone since.

The words are kept as they were said; what they mean is worked out from when they were said, and
put into today's words when they are told again. A time that still is what it was ("last winter",
two days later) keeps the speaker's own words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.words.inflect import capitalised

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Scene

VAGUE_S: Final = 2 * 86_400.0  # length of a time from which its middle is only about it, [D]


def redated(scene: Scene, text: str, at: float) -> str:
    """A text said at game second ``at`` with its time as one would say it now."""
    times = scene.times
    when = times.heard(text) if times is not None and scene.now > at else None
    if times is None or when is None or when.moment is None or when.side:
        return text
    then, now = times.when(when.moment, at), times.when(when.moment, scene.now)
    if then is None or then == now:
        return text
    found = re.search(rf"\b{re.escape(when.said)}\b", text, re.IGNORECASE)
    if found is None:
        return text
    said = scene.calendar.ago(sum(then) / 2, scene.now)
    if then[1] - then[0] > VAGUE_S and said[:1].isalpha() and said.endswith("ago"):
        said = f"about {said}"
    said = capitalised(said) if found[0][:1].isupper() else said
    return f"{text[: found.start()]}{said}{text[found.end() :]}"
