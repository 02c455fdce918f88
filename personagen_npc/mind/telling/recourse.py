"""Recourse: a line that asks by its form and was taken for something else is looked up as well.

What is surely known is told, however the words of the question sounded: "I'm bleeding, who do I
see?" is no confession where there is a healer to be named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.recall import SEEKS, recall
from personagen_npc.mind.telling.fitting import ENOUGH, OUTRIGHT

if TYPE_CHECKING:
    from personagen_npc.mind.found import Found
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Context, Heard, Perceiver
    from personagen_npc.mind.scene import Scene

# what is never a question about the world, whatever its form
APART: Final = frozenset({"attack", "silence", "repeat", "quest_accept", "quest_refuse", "haggle",
                          "quest_ask", "persuade", "ask_name"})  # fmt: skip
# what has the form of a question often enough, where phrases prove it
OFTEN_ASKED: Final = frozenset({"accuse", "chat", "flirt", "insult", "joke", "offer", "threaten"})
PROVEN: Final = 0.5  # confidence from which a line is what phrases prove, [D]
LIKELY: Final = 0.7  # how likely a fact must answer a line that was heard for something else, [D]
_TOLD: Final = frozenset({"fact", "secret"})


def looked_up(
    perceiver: Perceiver, npc: Npc, scene: Scene, heard: Heard, context: Context
) -> tuple[Heard, Found]:
    """The line and what is found for it, or the line as a question with what answers that."""
    found = recall(npc, scene, heard)
    proven = heard.confidence >= PROVEN
    if heard.intent in APART or found.kind != "none" or (proven and heard.intent in OFTEN_ASKED):
        return heard, found
    asked = perceiver.asked(heard, context)
    if asked is None or (asked.intent == heard.intent and asked.stems == heard.stems):
        return heard, found
    again = recall(npc, scene, asked)
    if again.kind not in _TOLD or again.fact is None:
        return heard, found
    need = ENOUGH if heard.intent in SEEKS else OUTRIGHT if proven else LIKELY
    return (asked, again) if again.fact.score >= need else (heard, found)
