"""Small records of a world: those who play, and what was asked of the game."""

from __future__ import annotations

from typing import Any, NamedTuple


class Player(NamedTuple):
    """Somebody who plays, as the game reports him; ``name`` is "" if the game never said.

    ``facts`` is what anyone can see of him; conditions ask for it as ``player.NAME``.
    """

    id: str
    name: str = ""
    place: str = ""
    pronouns: str = "they"
    faction: str = ""
    locale: str = ""
    facts: dict[str, Any] = {}


class Action(NamedTuple):
    """An action that an NPC asked for; ``status`` open, done, failed or refused."""

    id: str
    turn: str
    npc: str
    player: str
    name: str
    args: dict[str, Any]
    status: str
