"""What a turn shows of itself: was it answered, in fresh words, in keeping with what was said?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.events import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.reply import Reply
    from personagen_npc.mind.turn import Plan

HONEST: Final = frozenset({"admit_ignorance", "keep_secret", "doubt", "repeat_self", "unbreakable"})
PAST: Final = frozenset({"deflect", "smalltalk", "weather", "work", "hear_out", "ask_back", "joke"})
FAITHFUL: Final = frozenset({"doubt", "answer"})  # acts that hold a claim against what is known


def shown(plan: Plan, reply: Reply, before: Sequence[str]) -> dict[str, float]:
    """Each kind of ``learn.inner.KINDS`` that the turn shows, 1 or -1.

    Args:
        plan: what it meant to say.
        reply: what it said.
        before: its own last lines before this one.
    """
    found = {"fresh": -1.0 if reply.text in before and reply.act != "repeat_self" else 1.0}
    if plan.heard.intent in QUESTIONS and reply.act not in HONEST:
        found["answered"] = -1.0 if reply.act in PAST else 1.0
    if plan.stance.lie or plan.stance.ends:
        found["consistent"] = -1.0  # it says what it knows better, or takes back what it said
    elif plan.stance.kind in ("disputed", "unsteady") and reply.act in FAITHFUL:
        found["consistent"] = 1.0
    return found
