"""Who is who in a tale: each teller names people as it knows them, the listener is "you"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from personagen_npc.mind.remember import turned
from personagen_npc.words.inflect import possessive
from personagen_npc.words.tidy import tidy

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Memory, Scene

_YOU_FORMS = (
    (re.compile(r"\b([Yy]ou) was\b"), r"\1 were"),
    (re.compile(r"\b([Yy]ou) has\b"), r"\1 have"),
    (re.compile(r"\b([Yy]ou) is\b"), r"\1 are"),
)  # fmt: skip


def retell(scene: Scene, memory: Memory, me: str) -> str:
    """A memory as told to anyone: third person, except for teller and listener."""
    ways = memory.to_others or (memory.text,)
    way = ways[int(scene.dice.roll(f"tell{memory.happening}") * len(ways))]
    return named(scene, turned(way, memory.text), memory.actor, memory.target, me)


def to_the_doer(scene: Scene, memory: Memory, me: str) -> str:
    """A memory as told to the one who did it."""
    ways = memory.to_actor or (memory.text,)
    way = ways[int(scene.dice.roll(f"recall{memory.happening}") * len(ways))]
    return named(scene, turned(way, memory.text), memory.actor, memory.target, me)


def named(scene: Scene, text: str, actor: str, target: str, me: str) -> str:
    """Fill ``{actor}`` and ``{target}`` as this teller would name them."""
    for slot, who in (("{actor}'s", actor), ("{target}'s", target)):
        if slot in text:
            text = text.replace(slot, _whose(scene, who, me))
    text = text.replace("{actor}", _call(scene, actor, me, subject=True))
    text = text.replace("{target}", _call(scene, target, me, subject=False))
    for pattern, form in _YOU_FORMS:
        text = pattern.sub(form, text)
    return tidy(text)


def _whose(scene: Scene, who: str, me: str) -> str:
    if who == me:
        return "my"
    if who == scene.listener.id:
        return "your"
    return possessive(scene.name_of(who) or "somebody")


def _call(scene: Scene, who: str, me: str, *, subject: bool) -> str:
    if who == me:
        return "I" if subject else "me"
    if who == scene.listener.id:
        return "you"
    return scene.name_of(who) or "somebody"
