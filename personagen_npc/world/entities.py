"""Small records of a world: those who play, and what was asked of the game."""

from __future__ import annotations

from typing import Any, NamedTuple


class Player(NamedTuple):
    """Somebody who plays: true name ("" if the game never said), place, as the game reports."""

    id: str
    name: str
    place: str


class Action(NamedTuple):
    """An action that an NPC asked for; ``status`` open, done, failed or refused."""

    id: str
    turn: str
    npc: str
    player: str
    name: str
    args: dict[str, Any]
    status: str
