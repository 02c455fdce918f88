"""Antecedent: what "that" is, of a question that names nothing itself.

"When was that?", "Was it Edda?", "Did she do it?" are after what was told just before; the line
after a tale is no question about the village.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.telling.provenance import whence
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene

_ASKING = table("mind/data/asking.yaml")
_THAT: Final = frozenset(_ASKING["that"])
_BESIDE: Final = frozenset(_ASKING["beside_that"])
_SURE: Final = frozenset([*_ASKING["seeing"], *_ASKING["certain"]])
_SO: Final = frozenset(_ASKING["so"])
_AFTER: Final = frozenset({"ask_when", "ask_yesno", "ask_who", "ask_what"})


def meant(scene: Scene, heard: Heard) -> Memory | None:
    """The memory told just before, if the line asks on about it and says nothing of its own."""
    if heard.intent not in _AFTER or not scene.talk.mentioned:
        return None
    said = tokens(heard.text)
    bare = heard.intent == "ask_when" and len(said) == 1  # "When?"
    if _THAT.isdisjoint(said) and not bare:
        return None
    named = {w for i, _ in heard.entities for w in tokens(scene.name_of(i))}
    if not set(said) - named <= _THAT | _BESIDE:
        return None
    return _spoken_of(scene)


def after_source(scene: Scene, heard: Heard) -> bool:
    """Whether a line only asks whether what was told is so: "Really?", "Did you see it?"."""
    if heard.intent not in _AFTER or not scene.talk.source:
        return False
    told = scene.talk.last_told or scene.talk.last_mentioned or scene.talk.act == "tell_source"
    if not told:
        return False
    said = set(tokens(heard.text))
    return not _SURE.isdisjoint(said) and said <= _SURE | _THAT | _SO


def _spoken_of(scene: Scene) -> Memory | None:
    """What was told last, while it is still spoken of."""
    talk = scene.talk
    memory = scene.past.memory(talk.mentioned[-1])
    if memory is None or talk.mentioned[-1] in talk.last_mentioned:
        return memory
    return memory if talk.source == whence(scene, memory) else None
