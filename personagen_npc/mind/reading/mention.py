"""Mention: a memory of the listener's doing that is brought up on meeting him again.

A deed comes up once. Of what was said, an insult comes up while it rankles and a kind word while he
is liked, and not each time, or it is a habit and no memory: a roll decides, in favour of those who
were away for long. What was only told comes up when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.memory.fading import DAY_S
from personagen_npc.mind.feeling.grievance import ILL
from personagen_npc.mind.reading.naming import to_the_doer
from personagen_npc.mind.remember import STATED

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Memory, Scene
    from personagen_npc.mind.speak import Line

UNTRUE: Final = "exposed"  # kind of memory of a player's claim that came out as wrong
WORTH: Final = 0.45  # importance from which a shared memory is brought up on meeting, tuned
OFTEN, LONG_OFTEN = 0.4, 0.8  # share of meetings at which one is, and after a long time, [D]
LONG_S: Final = 5 * DAY_S  # game seconds apart that are a long time, [D]
RANKLES: Final = -0.04  # affinity from which an ill deed is still thrown in somebody's face, [D]
LIKED: Final = -0.12  # affinity below which nobody is thanked, as of the band "dislike"
LOOKED_AT: Final = 6


def mention(npc: Npc, scene: Scene, line: Line) -> Memory | None:
    """A memory worth bringing up with this first line of a talk, if it fits; each once.

    What he said that was not so comes up whatever he begins with; the rest goes with a greeting.
    """
    if scene.talk.turns:
        return None
    room = scene.max_chars - len(line.text) - 1
    for memory in scene.past.with_person(scene.listener.id, LOOKED_AT):
        if memory.kind != UNTRUE and not (line.act == "greet" and _welcome(npc, scene, memory)):
            continue
        if f"mem#{memory.happening}" in npc.lines or memory.hops:  # said before, or not seen
            continue
        if memory.importance >= WORTH and memory.to_actor:
            return memory if len(to_the_doer(scene, memory, npc.id)) <= room else None
    return None


def _welcome(npc: Npc, scene: Scene, memory: Memory) -> bool:
    """Whether a memory goes with how they stand now, and it is a day for it."""
    hold = npc.memories[memory.happening]
    if hold.source != "said":
        return True
    affinity = scene.standing.affinity
    fits = affinity <= RANKLES if hold.emotion in ILL else affinity >= LIKED
    if not fits or memory.kind in STATED:
        return False
    away = scene.standing.at >= 0 and scene.now - scene.standing.at >= LONG_S
    return scene.dice.roll("mention") < (LONG_OFTEN if away else OFTEN)


def brought(npc: Npc, scene: Scene, line: Line, memory: Memory) -> str:
    """The line with the memory behind it; of an ill deed that alone where he was greeted warmly.

    A greeting that was written for any day goes badly with what is held against somebody.
    """
    told = to_the_doer(scene, memory, npc.id)
    ill = npc.memories[memory.happening].emotion in ILL
    everyday = line.key.startswith("pattern#") and line.act == "greet"
    return told if ill and everyday else f"{line.text} {told}"
