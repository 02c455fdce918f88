"""The voice: from an act and what is known to a line in character.

``rules`` finds the lines that fit, ``grammar`` fills them, ``speak`` picks one that was not worn
out, ``style`` gives it the speaker's manner, ``delivery`` says how it is to be performed. All of it
is compiled at load; a line then costs some tens of microseconds. The room knows nothing of worlds
or memories: it gets plain values.
"""

from __future__ import annotations

from personagen_npc.voice.book import RuleBook
from personagen_npc.voice.delivery import Delivery, DeliveryTable, Part, parts
from personagen_npc.voice.grammar import check_template
from personagen_npc.voice.rules import RuleSource
from personagen_npc.voice.speak import Spoken, Voice, render
from personagen_npc.voice.style import Style

__all__ = [
    "Delivery",
    "DeliveryTable",
    "Part",
    "RuleBook",
    "RuleSource",
    "Spoken",
    "Style",
    "Voice",
    "check_template",
    "parts",
    "render",
]
