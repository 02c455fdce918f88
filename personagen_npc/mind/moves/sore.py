"""Sore: who is pressed on what he keeps to himself turns to something else, and at last says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.recall import Found

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene

TURNS: Final = 1  # times it was asked before one turns to something else, [D]
SAYS_SO: Final = 2  # and before one says that it is none of his business, [D]


def turned_away(npc: Npc, scene: Scene, found: Found) -> Move:
    """To a secret asked after again: another thing of one's own, and then the plain word."""
    if found.kind != "secret" or found.fact is None:
        return NO_MOVE
    key = f"sore:{found.fact.id}"
    times = scene.talk.raised.count(key)
    talk = {"raised": (*scene.talk.raised, key)}
    if times >= SAYS_SO:
        return Move("keep_secret", "sore", found=found, talk=talk)
    if times < TURNS:
        return Move("keep_secret", talk=talk)
    other = _other(scene, found)
    if other is None:
        return Move("keep_secret", talk=talk)
    return Move("answer", "turn_away", found=other, talk=talk)


def _other(scene: Scene, found: Found) -> Found | None:
    """Something of one's own that has nothing to do with it."""
    kept = found.fact
    if kept is None:
        return None
    for fact in scene.knowledge.own(frozenset((*scene.talk.told, kept.id))):
        if fact.trust is None and set(fact.about).isdisjoint(kept.about[1:]):
            return Found("fact", fact, facts=(fact,))
    return None
