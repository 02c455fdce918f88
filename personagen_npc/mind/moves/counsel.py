"""Counsel: what a player asks of the NPC's own head: advice, a "what if", what it would do or wish.

No fact answers these. "Are you the priest?" asked of somebody else belongs here, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import BEFORE, NO_MOVE, Move
from personagen_npc.mind.moves.told import of_here
from personagen_npc.mind.moves.wish import spoken_wish
from personagen_npc.mind.telling.fitting import OUTRIGHT
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Scene

_TABLE: Final = table("mind/data/moves.yaml")["counsel"]
_KINDS: Final = tuple((name, re.compile("|".join(runs))) for name, runs in _TABLE.items())
_STATING: Final = frozenset({"tell", "share_news", "confess", "accuse", "greet", "part"})
_MEANT_SO: Final = frozenset({"compliment", "insult", "flirt", "thank", "accuse"})
_ARE_YOU: Final = re.compile(
    r"^(?:so |and |hello |hi |hey )*(?:are you|you're|you are) (?:the|a|an) "
)
LOOKED_AT: Final = 3
LONGEST: Final = 22  # words of a question that is no more than that, [D]


def counselled(
    npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], found: Found
) -> Move:  # fmt: skip
    """A word of the NPC's own on what no fact answers; no move where one does."""
    if not 0 < len(said) <= LONGEST:
        return NO_MOVE
    text = heard.text.lower().replace("\u2019", "'")
    if _ARE_YOU.match(text) and heard.intent not in _MEANT_SO:
        return _taken_for(npc, scene, heard, found)
    if heard.intent in _STATING and "?" not in text and text[:4] not in {"what", "shou"}:
        return NO_MOVE
    kind = next((name for name, run in _KINDS if run.search(text)), "")
    if not kind or of_here(scene, heard) or _answers(npc, heard, found, kind):
        return NO_MOVE
    if kind == "would_want":
        return _wish(npc)
    return Move("hear_out", kind, found=Found("none"))


def _answers(npc: Npc, heard: Heard, found: Found, kind: str) -> bool:
    """Whether something of one's own surely answers what one would do, and says a word of it."""
    if kind == "what_if":  # "what if nobody claims a parcel?" has its answer
        return found.kind == "fact" and found.fact is not None and found.fact.score >= OUTRIGHT
    if kind == "should_i":
        return False
    fact = found.fact
    if fact is None or not (fact.own or npc.id in fact.about):
        return found.kind == "opinion"
    if {*heard.stems}.isdisjoint(stems(fact.text)):
        return False
    return fact.score >= OUTRIGHT


def _wish(npc: Npc) -> Move:
    """What one would have, if one could: one's dearest goal that can be said in passing."""
    wants = [g for g in npc.profile.goals if g.utility > 0 and g.description]
    wants.sort(key=lambda g: (npc.goals.get(g.id, g.likelihood), g.id))  # the far-off first
    for goal in wants:
        wish = spoken_wish(goal.description, npc.profile.pronouns)
        if wish is not None:
            return Move("boast", "would_want", found=Found("none"), slots={"goal": wish.text})
    return Move("hear_out", "would_do", found=Found("none"))


def _taken_for(npc: Npc, scene: Scene, heard: Heard, found: Found) -> Move:
    """Taken for somebody else: who one is, and where that other is to be found."""
    who, fact = _meant(npc, heard, found)
    slots = {"who": scene.name_of(who) if who else ""}
    if not slots["who"] or not npc.profile.role:
        return NO_MOVE
    if fact is not None and not fact.own:
        of_him = Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))
        return Move("answer", "not_the_one", BEFORE, found=of_him, slots=slots)
    return Move("introduce", "not_the_one", found=Found("none"), slots=slots)


def _meant(npc: Npc, heard: Heard, found: Found) -> tuple[str, Known | None]:
    """Who is what one was taken for, and what is known of him; "" where one is it oneself."""
    if any(i == npc.id for i, _ in heard.entities) or found.kind not in {"fact", "none"}:
        return "", None
    role = stems(heard.topic)[-1:]
    if not role or role[0] in stems(npc.profile.role):
        return "", None
    who = next((i for i, kind in heard.entities if kind == "npc"), "")
    of_him = [f for f in found.facts[:LOOKED_AT] if f.about and (who in f.about if who else True)]
    fact = next((f for f in of_him if role[0] in stems(f.text) and npc.id not in f.about), None)
    if who:
        return who, fact or (found.fact if found.fact in of_him else None)
    return (fact.about[0], fact) if fact is not None and fact.score >= OUTRIGHT else ("", None)
