"""Doings: asked what somebody has been up to, or how often, the past is wanted and no fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.memory.fading import DAY_S, half_life, retention
from personagen_npc.mind.remember import STATED, SUMMARY
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene

LOOKED_AT = 12  # of somebody's weightiest doings, [D]
_ASKING = table("mind/data/asking.yaml")
_DOING: tuple[str, ...] = tuple(_ASKING["doing"])
_PAIRS: tuple[frozenset[str], ...] = tuple(map(frozenset, _ASKING["pairs"]))
_LATELY: frozenset[str] = frozenset(map(stem, _ASKING["lately"]))
_SELF: frozenset[str] = frozenset(_ASKING["asker"])
_TOLD: frozenset[str] = frozenset(_ASKING["told"])
_ABOUT: tuple[str, ...] = tuple(_ASKING["about_me"])
_OFTEN: tuple[str, ...] = tuple(_ASKING["often"])


def doings(scene: Scene, heard: Heard, may_tell: Callable[[Memory], bool]) -> Memory | None:
    """What somebody did, if the line asks for that and there is something not told yet."""
    said = tokens(heard.text)
    line = f" {' '.join(said)} "
    if any(f" {often} " in line for often in _OFTEN):
        return _habit(scene, heard, may_tell)
    person = _person(scene, heard, said, line)
    if not person:
        return None
    told = scene.talk.mentioned
    held = [m for m in scene.past.with_person(person, LOOKED_AT) if may_tell(m)]
    fresh = [m for m in held if m.happening not in told]
    return max(fresh, key=lambda m: (_weight(m, scene.now), m.happening), default=None)


def of_the_asker(heard: Heard) -> bool:
    """Whether a line asks for what its speaker himself did: "what I did at the fire"."""
    return not _SELF.isdisjoint(tokens(heard.text)[1:])


def own_doings(scene: Scene, heard: Heard, may_tell: Callable[[Memory], bool]) -> list[Memory]:
    """What the one who asks did, as far as it fits his words, best first."""
    me = scene.listener.id
    found = scene.past.recall(heard.stems, (me,), LOOKED_AT, heard.text)
    mine = [m for m in found if m.actor == me and m.kind != "introduce" and may_tell(m)]
    deeds = [m for m in mine if m.kind not in STATED]
    if deeds and _TOLD.isdisjoint(tokens(heard.text)):
        mine = deeds  # words are no doings, unless they are asked for
    return sorted(mine, key=lambda m: (-round(m.score, 1), -m.importance, -m.happening))


def _habit(scene: Scene, heard: Heard, may_tell: Callable[[Memory], bool]) -> Memory | None:
    """A summary that fits the words."""
    names = tuple(i for i, _ in heard.entities) or (scene.listener.id,)
    found = scene.past.recall(heard.stems, names, LOOKED_AT, heard.text)
    return next((m for m in found if m.kind == SUMMARY and may_tell(m)), None)


def _person(scene: Scene, heard: Heard, said: list[str], line: str) -> str:
    """Whose doings are asked for, "" if nobody's."""
    if any(f" {about} " in line for about in _ABOUT):
        return scene.listener.id
    who, kind = heard.entities[0] if len(heard.entities) == 1 else ("", "")
    if kind not in {"npc", "player"} or set(heard.stems) - _LATELY:
        return ""
    if kind == "player" and heard.intent in {"ask_what", "ask_who"}:
        return who  # nothing is known of a player but what he did
    asked = any(f" {doing} " in line for doing in _DOING)
    return who if asked or any(pair <= set(said) for pair in _PAIRS) else ""


def _weight(memory: Memory, now: float) -> float:
    """Importance, less with the days since it was."""
    days = (now - memory.at) / DAY_S
    return memory.importance * retention(days, half_life(memory.importance))
