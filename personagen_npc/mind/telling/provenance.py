"""Provenance: where an NPC has a matter from, whether it saw it, how sure it is, in its own words.

It knows its teller and what that one said of its own source, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.scene import OWN_WORDS
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Memory, Mouth, Scene

SURE: Final = 0.5  # strength from which hearsay is taken for true, [D]
DOUBTFUL: Final = 0.3  # strength below which it is doubted aloud, [D]
_ASKING = table("mind/data/asking.yaml")
_SEEING: Final = frozenset(_ASKING["seeing"])
_CERTAIN: Final = frozenset(_ASKING["certain"])
_SEEN: Final = frozenset({"seen", "said"})


def whence(scene: Scene, memory: Memory) -> str:
    """Where a memory is from, as a clause: "Mara told me, and had it from Tobias"."""
    if memory.source == "inferred":  # what many memories came down to
        ways = scene.origins["habit_heard" if memory.hops else "habit"]
        return ways[memory.happening % len(ways)]
    if memory.source == "seen":
        return "I was there"
    if memory.source == "said":
        return "I had it from your own mouth" if _of_listener(scene, memory) else "I was there"
    if memory.teller.startswith(OWN_WORDS):
        return memory.teller.removeprefix(OWN_WORDS)
    teller = _called(scene, memory.teller)
    if memory.source == "overheard":
        return f"I overheard {_called(scene, memory.teller)}"
    return f"{teller} told me{_trail(scene, memory)}"


def whence_fact(scene: Scene, fact: Known) -> str:
    """Where a fact that somebody told is from, as a clause."""
    told = [m for m in scene.past.mouths(-1, fact.id) if m.teller == fact.teller]
    trail = _had_from(scene, told[0]) if told else ""
    return f"{_called(scene, fact.teller)} told me{trail}"


def answer(scene: Scene, heard: Heard, memory: Memory) -> str:
    """The clause that answers a question after where a memory is from, or how sure it is."""
    said = set(tokens(heard.text))
    if memory.teller.startswith(OWN_WORDS):
        return whence(scene, memory)
    if said & _CERTAIN:
        return _filled(scene, memory, _sureness(scene, memory))
    if said & _SEEING:
        return _filled(scene, memory, "eyes" if memory.source in _SEEN else "no_eyes")
    return whence(scene, memory)


def _sureness(scene: Scene, memory: Memory) -> str:
    """Which of the ways in ``data/origins.yaml`` says how sure this is held."""
    if memory.source in _SEEN:
        return "certain"
    told = _others(scene, memory)
    if any(m.happening != memory.happening for m in told):
        return "torn"
    if told:
        return "several"
    if memory.strength >= SURE:
        return "trusted"
    return "unsure" if memory.strength >= DOUBTFUL else "doubted"


def _filled(scene: Scene, memory: Memory, kind: str) -> str:
    ways = scene.origins[kind]
    way = ways[int(scene.dice.roll("origin") * len(ways))]
    others = _others(scene, memory)
    way = way.replace("{other}", _called(scene, others[0].teller) if others else "somebody else")
    return way.replace("{teller}", _called(scene, memory.teller))


def _others(scene: Scene, memory: Memory) -> list[Mouth]:
    """Other mouths that told of the same matter; those who told it differently first."""
    told = [m for m in scene.past.mouths(memory.happening) if m.teller != memory.teller]
    return sorted(told, key=lambda m: m.happening == memory.happening)


def _trail(scene: Scene, memory: Memory) -> str:
    """What is known of the way before the teller, and who else said so."""
    told = scene.past.mouths(memory.happening)
    own = [m for m in told if m.teller == memory.teller and m.happening == memory.happening]
    also = [m.teller for m in told if m.happening == memory.happening and m.teller != memory.teller]
    trail = _had_from(scene, own[0]) if own else ""
    if not own and memory.hops > 1:
        trail = ", who had it from somebody else"
    return f"{trail}, and {_called(scene, also[0])} said the same" if also else trail


def _had_from(scene: Scene, mouth: Mouth) -> str:
    if mouth.origin == mouth.teller:
        return ", and was there" if mouth.hops <= 1 else ""
    origin = scene.name_of(mouth.origin) if mouth.origin else ""
    if mouth.origin == scene.listener.id:
        origin = "you"
    return f", and had it from {origin or 'somebody else'}"


def _called(scene: Scene, who: str) -> str:
    return "you" if who == scene.listener.id else scene.name_of(who) or "somebody"


def _of_listener(scene: Scene, memory: Memory) -> bool:
    return memory.actor == scene.listener.id
