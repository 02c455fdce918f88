"""The flat query of one turn: every name that a condition may ask for (docs/world-pack.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.act import service
from personagen_npc.mind.feel import feeling_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.feeling.mood import label, off
from personagen_npc.mind.recall import of_oneself
from personagen_npc.mind.remembering.notes import in_force
from personagen_npc.mind.telling.fitting import squarely
from personagen_npc.mind.telling.gravity import weight
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import QuestView, Scene, Standing
    from personagen_npc.mind.telling.deal import Deal
    from personagen_npc.persona.traits import Mood

_ASKED = frozenset({"request", "ask_help", "ask_yesno", "offer", "quest_ask"})
_ASKING = frozenset({"tell", "hear", "know", "give"})  # "tell me a joke" against telling one
# "may I come in?": leave is asked, not a service
_LEAVE = re.compile(
    r"(?:.*[.!?,] *)?(?:may|can|could|might) (?:i|we)\b|(?:let|allow) (?:me|us)\b", re.I
)
NEVER = 1e12  # `since` of somebody never met


def base_query(npc: Npc, scene: Scene, mood: Mood) -> dict[str, Any]:
    """World, self, mood and relation; what holds before anything is heard."""
    emotion, intensity = feeling_now(npc, scene.now, scene.scale)
    query: dict[str, Any] = {**scene.query, **npc.base}
    query["mood"] = label(mood)
    query["mood.pleasure"], query["mood.arousal"], query["mood.dominance"] = mood
    query["mood.off"] = off(mood, npc.rest)
    query["emotion"], query["emotion.intensity"] = emotion, intensity
    _add_standing(query, scene.standing, scene)
    query["turns"] = scene.talk.turns
    query["last_act"] = scene.talk.act
    query["listener"] = scene.listener.kind
    if npc.notes:
        query |= in_force(npc, scene.listener.id, scene.now)
    return query


def _add_standing(query: dict[str, Any], standing: Standing, scene: Scene) -> None:
    query["rel.affinity"], query["rel.trust"] = standing.affinity, standing.trust
    query["rel.fear"], query["rel.familiarity"] = standing.fear, standing.familiarity
    query["rel.band"], query["rel.tie"] = band(standing.affinity), standing.tie
    query["knows_name"] = bool(standing.name)
    query["meetings"] = standing.meetings
    query["since"] = scene.now - standing.at if standing.at >= 0 else NEVER


def turn_query(
    base: dict[str, Any], scene: Scene, heard: Heard, found: Found, deal: Deal,
    quest: QuestView | None,
) -> dict[str, Any]:  # fmt: skip
    """The base with what was heard and found."""
    key = " ".join(heard.stems)
    base["intent"] = heard.intent
    base["topic"] = heard.entities[0][0] if heard.entities else heard.topic
    base["service"] = heard.intent in _ASKED and bool(service(base["npc"], scene, heard))
    base["named"] = bool(heard.entities)
    base["has.topic"] = bool(heard.topic)
    base["repeated"] = sum(1 for h in scene.talk.heard if h == key) if key else 0
    base["found"], base["again"] = found.kind, found.again
    base["squarely"] = heard.intent in QUESTIONS and squarely(found)
    base |= weight(found)
    base["timed"] = found.dated or bool(found.when)
    base["of_self"], base["shade"] = of_oneself(heard), heard.shade
    # of "tell me a joke" only the joke is left in the stems
    asking = heard.stems if heard.intent != "joke" else tokens(heard.text)
    base["asked"] = not _ASKING.isdisjoint(asking)
    base["leave"] = heard.intent == "request" and bool(_LEAVE.match(heard.text))
    base["hops"] = found.fact.hops if found.fact else found.memory.hops if found.memory else 0
    base["deal"], base["rounds"] = deal.state, deal.rounds
    base["sold"], base["price"] = deal.state == "met", deal.asking
    base["quest"] = quest.id if quest else ""
    base["quest.state"] = _quest_state(scene, quest)
    return base


def _quest_state(scene: Scene, quest: QuestView | None) -> str:
    if quest is None:
        return "none"
    if quest.step == quest.last:
        return "done"
    if quest.step > 0:
        return "waiting"
    if scene.talk.quest == quest.id:
        return "pending"
    return "open" if quest.open else "none"
