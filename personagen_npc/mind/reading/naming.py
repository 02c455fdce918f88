"""Who is who in a tale: each teller names people as it knows them, the listener is "you"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from personagen_npc.mind.remember import STATED, turned
from personagen_npc.mind.remembering.redating import redated
from personagen_npc.words.inflect import possessive
from personagen_npc.words.tidy import tidy

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Calendar, Memory, Scene

_SPAN = re.compile(r"\{span:(-?\d+):(-?\d+)\}")
_YOU_FORMS = (
    (re.compile(r"\b([Yy]ou) was\b"), r"\1 were"),
    (re.compile(r"\b([Yy]ou) has\b"), r"\1 have"),
    (re.compile(r"\b([Yy]ou) is\b"), r"\1 are"),
)  # fmt: skip


def retell(scene: Scene, memory: Memory, me: str) -> str:
    """A memory as told to anyone: third person, except for teller and listener."""
    ways = memory.to_others or (memory.text,)
    way = ways[int(scene.dice.roll(f"tell{memory.happening}") * len(ways))]
    text = turned(way, _now(scene, memory), named=_begins_with_a_name(scene, memory))
    return named(scene, text, memory.actor, memory.target, me)


def to_the_doer(scene: Scene, memory: Memory, me: str) -> str:
    """A memory as told to the one who did it."""
    ways = memory.to_actor or (memory.text,)
    way = ways[int(scene.dice.roll(f"recall{memory.happening}") * len(ways))]
    way = way.replace("{name}", scene.standing.name) if scene.standing.name else way
    if "{name}" in way:
        way = memory.text  # the name that was given is not known any more
    text = turned(way, _now(scene, memory), named=_begins_with_a_name(scene, memory))
    if me in memory.names:
        text = _spoken_to(text, scene.name_of(me))
    return named(scene, text, memory.actor, memory.target, me)


def _spoken_to(text: str, name: str) -> str:
    """What somebody said of the one who tells it, who is "me" and "my" to himself."""
    words = "|".join(re.escape(w) for w in name.split() if w[:1].isupper())
    own = re.compile(rf"\b(?:{words})(?: (?:{words}))*('s)?\b") if words else None
    if own is None or text.startswith("{actor}"):
        return text
    return own.sub(lambda m: "my" if m[1] else "I" if _opens(text, m.start()) else "me", text)


def _opens(text: str, at: int) -> bool:
    """Whether a word is the subject of what was said: "You told me Orle ..."."""
    return text[:at].endswith(("told me ", "You said "))


def _now(scene: Scene, memory: Memory) -> str:
    """A memory's text; in somebody's words the times are those of today."""
    return redated(scene, memory.text, memory.at) if memory.kind in STATED else memory.text


def _begins_with_a_name(scene: Scene, memory: Memory) -> bool:
    """Whether what was said begins with somebody's name ("Rafe did it")."""
    first = memory.text.partition(": ")[2].split(" ", 1)[0].removesuffix("'s")
    return bool(first) and any(scene.name_of(i).split(" ", 1)[0] == first for i in memory.names)


def named(scene: Scene, text: str, actor: str, target: str, me: str) -> str:
    """Fill ``{actor}`` and ``{target}`` as this teller would name them."""
    for slot, who in (("{actor}'s", actor), ("{target}'s", target)):
        if slot in text:
            text = text.replace(slot, _whose(scene, who, me))
    if "{span:" in text:
        text = spanned(text, scene.calendar, scene.now)
    text = text.replace("{actor}", _call(scene, actor, me, subject=True))
    text = text.replace("{target}", _call(scene, target, me, subject=False))
    for pattern, form in _YOU_FORMS:
        text = pattern.sub(form, text)
    return tidy(text)


def plain(scene: Scene, memory: Memory) -> str:
    """A memory's text for those who look into a mind: everybody by name, nobody "I" or "you"."""
    text = memory.text
    for slot, who in (("{actor}", memory.actor), ("{target}", memory.target)):
        if slot in text:
            text = text.replace(slot, scene.name_of(who) or who or "somebody")
    return spanned(text, scene.calendar, scene.now) if "{span:" in text else text


def spanned(text: str, calendar: Calendar, now: float) -> str:
    """A summary with the stretch of time that it is about, as one would say it now."""

    def said(match: re.Match[str]) -> str:
        return calendar.span(float(match[1]), float(match[2]), now)

    return _SPAN.sub(said, text)


def _whose(scene: Scene, who: str, me: str) -> str:
    if who == me:
        return "my"
    if who and who == scene.listener.id:
        return "your"
    return possessive(scene.name_of(who) or "somebody")


def _call(scene: Scene, who: str, me: str, *, subject: bool) -> str:
    if who == me:
        return "I" if subject else "me"
    if who and who == scene.listener.id:
        return "you"
    return scene.name_of(who) or "somebody"
