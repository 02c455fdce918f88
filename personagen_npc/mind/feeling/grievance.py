"""Grievance: asked why it is angry or low, an NPC says what was done, if that is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.memory.fading import DAY_S
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene

_ASKING = table("mind/data/asking.yaml")
_OUT_OF_SORTS: Final = frozenset(_ASKING["out_of_sorts"])
_ASKS_WHY: Final = Runs(_ASKING["asks_why"])
ILL: Final = frozenset({
    "anger", "distress", "fear", "resentment", "reproach", "disappointment", "fears_confirmed",
    "pity", "shame", "remorse",
})  # fmt: skip
STILL_S: Final = 30 * DAY_S  # that long somebody knows what made him angry, [D]
FELT: Final = 0.08  # intensity from which a thing was felt at all, as feelings are dropped at 0.1
LOOKED_AT: Final = 12  # newest memories that are looked at, [D]


def asked_why(heard: Heard) -> bool:
    """Whether a line asks what is the matter with the one it speaks to."""
    said = tokens(heard.text)
    if _ASKS_WHY.within(said):
        return True
    return "why" in said and "you" in said and not _OUT_OF_SORTS.isdisjoint(said)


def grievance(npc: Npc, scene: Scene, may_tell: Callable[[Memory], bool]) -> Memory | None:
    """What was worst of late; what the listener did before what others did."""
    felt = []
    for memory in scene.past.fresh(LOOKED_AT):
        hold = npc.memories[memory.happening]
        if hold.emotion not in ILL or hold.intensity < FELT:
            continue
        if scene.now - memory.at <= STILL_S and may_tell(memory):
            own = (memory.actor == scene.listener.id) + (memory.target == npc.id)
            felt.append((own, hold.intensity, memory.happening, memory))
    return max(felt, key=lambda row: row[:3])[3] if felt else None
