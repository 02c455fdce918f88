"""Work: asked for where there is no task, a hand held out or a present, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.recall import Found
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table
from personagen_npc.words.stem import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Scene

_TABLE: Final = table("mind/data/moves.yaml")
_HELP: Final = frozenset(_TABLE["help"])
_GIFT: Final = Runs(_TABLE["gift"])
_DONE: Final = Runs(_TABLE["done"])
_WORK: Final = tuple(stem(w) for w in _TABLE["work"])
_WANTS: Final = frozenset(_TABLE["wants_work"])
_MIGHT: Final = frozenset(
    {"could", "can", "shall", "let", "i'll", "would"}
)  # held out, not brought
_BEGIN: Final = Runs(_TABLE["where_to_begin"])
SURELY: Final = 0.75  # score from which what one has to tell is of being taken on, [D]
LOOKED_AT: Final = 3
_BEGINNING: Final = frozenset({"quest_ask", "ask_where", "request"})
_OFFERING: Final = frozenset({"offer", "quest_ask"})


def worked(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """What there is to do: a task, what is known of the work, a thing to hold, or nothing."""
    if heard.intent in _SAYING:
        return _done(scene, said)
    begins = heard.intent in _BEGINNING and _BEGIN.within(said)
    if not (begins or heard.intent in _OFFERING) or heard.amount is not None:
        return NO_MOVE
    helps = not _HELP.isdisjoint(said)
    if (
        heard.intent == "offer"
        and _GIFT.within(said)
        and not (helps and not _MIGHT.isdisjoint(said))
    ):
        return Move("accept", "gift_taken")
    wants = begins or (heard.intent == "quest_ask" and not _WANTS.isdisjoint(said))
    if not (helps or wants) or (heard.item and not helps):
        return NO_MOVE
    task = _task(scene, heard)
    if task is not None:
        return task
    return Move("accept", "help_taken") if helps else _taken_on(npc, scene)


def _task(scene: Scene, heard: Heard) -> Move | None:
    """A task for who holds out a hand; no move, but the menu, for who asks for one or has it."""
    near = scene.near().quests if scene.near is not None else ()
    quest = next((q for q in scene.quests if q.open or q.step), None)
    if quest is None:
        return NO_MOVE if near else None
    fresh = quest.step == 0 and quest.offer and heard.intent == "offer"
    return Move("offer_quest", quest=quest.id) if fresh else NO_MOVE


def _taken_on(npc: Npc, scene: Scene) -> Move:
    fact = _of_work(npc, scene)
    if fact is None:
        return Move("refuse", "no_work")
    again = fact.id in scene.talk.told
    return Move("answer", found=Found("fact", fact, again=again, facts=(fact,)))


def _of_work(npc: Npc, scene: Scene) -> Known | None:
    """What one has to tell of how to be taken on, of one's own knowledge."""
    found = scene.knowledge.search(_WORK, (), "", True, LOOKED_AT)
    fits = (f for f in found if f.own and f.trust is None and f.score >= SURELY)
    return next((f for f in fits if ".self." not in f.id), None)


_SAYING: Final = frozenset({"tell", "share_news", "quest_report", "confess"})
_HELPED: Final = 3  # newest memories among which a good turn is looked for, [D]


def _done(scene: Scene, said: Sequence[str]) -> Move:
    """A word on a good turn, where the game says that one was just done and the player says so."""
    key = "helped"
    if key in scene.talk.raised or not _DONE.within(said):
        return NO_MOVE
    fresh = scene.past.fresh(_HELPED)
    helped = any(
        m.kind == "help" and m.actor == scene.listener.id and m.at >= scene.talk.at for m in fresh
    )
    return Move("hear_out", key, talk={"raised": (*scene.talk.raised, key)}) if helped else NO_MOVE
