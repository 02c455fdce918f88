"""Told: what somebody said before, and which of it is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.when import FIRST
from personagen_npc.mind.remember import STATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.scene import Memory, Scene

_NEWEST: Final = frozenset({"just", "last", "now"})
_YOUR_WORDS: Final = re.compile(r"\b[Yy]ou (?:said|told me|promised|swore)\b")


def ordered(mine: Sequence[Memory], words: set[str]) -> list[Memory]:
    """What somebody said: the weightiest first, the newest or the first if that is asked for."""
    said = [m for m in mine if m.kind in STATED]
    if FIRST & words:
        return sorted(said, key=lambda m: m.happening)
    if words & _NEWEST:
        return sorted(said, key=lambda m: -m.happening)
    return sorted(said, key=lambda m: (-m.importance, -m.happening))


def just_said(scene: Scene, memory: Memory) -> bool:
    """Whether these are the listener's own words of this talk."""
    own = memory.kind in STATED and memory.actor == scene.listener.id
    return own and memory.at >= scene.talk.started


def of_your_words(text: str) -> bool:
    """Whether a line is after what the one asked said, not after what he was told."""
    return _YOUR_WORDS.search(text) is not None
