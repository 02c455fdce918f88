"""Acquaintance: players whom this NPC has met and knows by name are named in lines like anybody.

The world's list of names holds players only if the game says what they are called. What a player
told one NPC he is called, that NPC understands when another asks for him, and nobody else does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from personagen_npc.events import QUESTIONS
from personagen_npc.words.stem import stem

if TYPE_CHECKING:
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_NAME: Final = re.compile(r"\b[A-Z][a-z]+")
MOST: Final = 6  # words with a capital that are looked at, [D]
_ABOUT: Final = QUESTIONS | {"request"}


def acquainted(scene: Scene, heard: Heard) -> Heard:
    """A question with the acquaintances that it names among its entities, first."""
    if heard.intent not in _ABOUT or scene.met is None:
        return heard
    named = {i for i, _ in heard.entities}
    for match in _NAME.findall(heard.text)[:MOST]:
        who = scene.met(match)
        if who and who != scene.listener.id and who not in named:
            stems = tuple(s for s in heard.stems if s != stem(match.lower()))
            return replace(heard, entities=((who, "player"), *heard.entities), stems=stems)
    return heard
