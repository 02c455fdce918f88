"""What a step gives back to its caller and to those who watch, in plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from personagen_npc.mind.reply import Reply


class Said(NamedTuple):
    """A line that an NPC says on its own, or that others overhear."""

    turn: str
    npc: str
    to: str
    place: str
    text: str
    parts: tuple[dict[str, Any], ...]
    act: str
    emotion: dict[str, Any]
    delivery: dict[str, Any]
    heard_by: tuple[str, ...]
    not_for: str = ""


class Noted(NamedTuple):
    """Something that can be watched has changed."""

    what: str
    id: str
    fields: dict[str, Any]


class Outcome(NamedTuple):
    """A step's result: replies to the caller, its data, and what others may see."""

    replies: tuple[Reply, ...] = ()
    data: dict[str, Any] | None = None
    said: tuple[Said, ...] = ()
    noted: tuple[Noted, ...] = ()
