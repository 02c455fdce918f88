"""What happens on the stage, as values: pages print them, JSON lines carry them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol


class Heading(NamedTuple):
    """A new scene: its title, where and when it plays."""

    title: str
    place: str
    date: str


class Note(NamedTuple):
    """The narrator."""

    text: str


class Walked(NamedTuple):
    """The player went somewhere else."""

    text: str


class Said(NamedTuple):
    """The player's line."""

    player: str
    to: str
    text: str


class Replied(NamedTuple):
    """An NPC's answer and how it came about.

    ``recalled``: kind (fact, secret, memory, opinion, source, news, none); ``facts`` and
    ``memories`` are what came to mind, best first. ``ms``: round trip over the connection.
    """

    turn: str
    npc: str
    name: str
    text: str
    mood: str
    act: str
    pattern: int
    intent: str
    recalled: str
    facts: tuple[str, ...]
    memories: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    ms: float


class Overheard(NamedTuple):
    """A line that an NPC says on its own."""

    npc: str
    name: str
    to: str
    place: str
    text: str
    act: str


class Did(NamedTuple):
    """Something the game did or reported: an event, a reward, a save."""

    what: str
    text: str


class Listed(NamedTuple):
    """Rows to look at: NPCs, memories, the reasons of a line."""

    title: str
    rows: tuple[tuple[str, ...], ...]


class Refused(NamedTuple):
    """What could not be done, in the server's words."""

    code: str
    text: str


class Figures(NamedTuple):
    """What it came to. ``median_ms`` and ``worst_ms`` are round trips of lines."""

    turns: int
    npcs: int
    memories: int
    happenings: int
    actions: int
    rewards: int
    overheard: int
    median_ms: float
    worst_ms: float


Beat = Heading | Note | Walked | Said | Replied | Overheard | Did | Listed | Refused | Figures


class Page(Protocol):
    """Where beats go."""

    def show(self, beat: Beat) -> None:
        """Print or keep one beat."""
