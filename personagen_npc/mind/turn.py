"""One NPC's turn, in two atomic halves.

``open_turn`` perceives, recalls, feels, chooses and has a complete, checked line of its own.
``close_turn`` says a line and remembers; it reads the state as it is then. Without a language model
both run in one step. Nothing but the frozen plan lives between them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import ActionAsked, Conversed, TurnTaken
from personagen_npc.guard.incoming import screen
from personagen_npc.mind.act import Asked, ask_for
from personagen_npc.mind.check import check
from personagen_npc.mind.choose import Chosen, Menu, choose, just
from personagen_npc.mind.deal import Deal, countered, look, on_the_table
from personagen_npc.mind.feel import Deed, feel, mood_now
from personagen_npc.mind.mood import label
from personagen_npc.mind.naming import to_the_doer
from personagen_npc.mind.perceive import NOTHING, Context, Heard, Perceiver
from personagen_npc.mind.query import base_query, turn_query
from personagen_npc.mind.recall import Found, recall
from personagen_npc.mind.remember import keep_line, relate
from personagen_npc.mind.reply import Reply, delivery_of, emotion_of, laid_open, parts_of
from personagen_npc.mind.scene import OWN_WORDS, Talk
from personagen_npc.mind.speak import TRIES, Line, Matter, fact_key, speak

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.changes import Change
    from personagen_npc.guard.outgoing import Checks
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Memory, QuestView, Scene
    from personagen_npc.voice.speak import Voice

HEARD_KEPT = 6  # of the player's last lines, to know when he repeats himself, [D]
TOLD_KEPT = 24
FRESH = asdict(Talk())  # a new conversation carries nothing over
WORN = 0.4  # what is left of a kindness or insult that only repeats the last one, [D]
WORTH_A_MENTION = 0.45  # importance from which a shared memory is brought up on meeting, tuned


@dataclass(frozen=True, slots=True)
class Faculties:
    """What every mind of a world thinks with: compiled once per pack, no state of any NPC."""

    perceiver: Perceiver
    voice: Voice
    checks: Checks
    menu: Menu
    appraisal: Mapping[str, Mapping[str, float]]
    deeds: Mapping[str, Any]
    fallbacks: Mapping[str, str]
    origins: Mapping[str, tuple[str, ...]]


class Plan(NamedTuple):
    """A turn that is open: all that its second half needs, frozen."""

    turn: str
    npc: str
    player: str
    heard: Heard
    found: Found
    deal: Deal
    quest: str
    chosen: Chosen
    line: Line
    mention: Memory | None
    why: dict[str, Any]


class Opened(NamedTuple):
    """The first half's result; ``changes`` are what hearing the line did."""

    plan: Plan
    changes: tuple[Change, ...]


class Closed(NamedTuple):
    """The second half's result."""

    reply: Reply
    changes: tuple[Change, ...]


def open_turn(minds: Faculties, npc: Npc, scene: Scene, text: str) -> Opened:
    """Hear a line: perceive, recall, feel, choose, and have an answer ready."""
    heard = hear(minds, text, _context(scene))
    found = recall(npc, scene, heard)
    mood = mood_now(npc, scene.now, scene.scale)
    felt = feel(npc, _deed(minds, scene, heard), scene.now, scene.scale)
    deal = look(npc, scene, heard, mood)
    quest = _quest(scene, heard)
    query = turn_query(base_query(npc, scene, felt.mood), scene, heard, found, deal, quest)
    chosen = choose(npc, scene, heard, found, minds.menu, query)
    deal = _move_deal(npc, chosen.act, deal)
    matter = Matter(heard, found, deal, quest.id if quest else "")
    line, findings = _checked_line(minds, npc, scene, chosen, matter, query)
    mention = _mention(npc, scene, line.text) if chosen.act == "greet" else None
    changes = (
        *felt.changes, *keep_line(npc, scene, heard, felt, minds.deeds),
        relate(npc, scene, heard, felt),
    )  # fmt: skip
    why = laid_open(heard, found, felt, chosen, line, findings, mood)
    plan = Plan(
        scene.turn, npc.id, scene.listener.id, heard, found, deal, matter.quest, chosen, line,
        mention, why,
    )  # fmt: skip
    return Opened(plan, changes)


def hear(minds: Faculties, text: str, context: Context = NOTHING) -> Heard:
    """A line cleaned, understood, and known for an attack on the character if it is one."""
    screened = screen(text)
    heard = minds.perceiver.perceive(screened.text, context)
    for flag in ("attack", "out_of_world"):
        if flag in screened.flags and heard.intent != flag:
            return replace(heard, intent=flag, claim="")
    return heard


def close_turn(npc: Npc, scene: Scene, plan: Plan, draft: str | None = None) -> Closed:
    """Say the draft if there is one, else the plan's own line, and remember having said it."""
    line, text = plan.line, draft or plan.line.text
    keys = line.keys if draft is None else ()
    told: tuple[str, ...] = ()
    if plan.found.fact is not None and line.act in _TELLING:
        told = (plan.found.fact.id,)
        keys = (*keys, fact_key(npc, scene, plan.found.fact))
    if plan.mention is not None and draft is None:
        text = f"{text} {to_the_doer(scene, plan.mention, npc.id)}"
        keys = (*keys, f"mem#{plan.mention.happening}")
    asked = ask_for(npc.id, scene, line.act, plan.deal, plan.quest, plan.heard)
    conversation = scene.talk.id or scene.next_conversation
    changes: list[Change] = [
        TurnTaken(
            plan.turn, npc.id, plan.player, conversation, line.act, plan.chosen.pattern,
            plan.chosen.propensity, plan.chosen.features, plan.chosen.offset, keys, text,
            scene.now,
        ),
        Conversed(npc.id, plan.player, _moved(scene, plan, line, text, told, conversation)),
        *(ActionAsked(a.id, plan.turn, npc.id, plan.player, a.name, a.args) for a in asked),
    ]  # fmt: skip
    reply = _reply(npc, scene, plan, text, asked, told, conversation, draft is not None)
    return Closed(reply, tuple(changes))


def own_line(minds: Faculties, npc: Npc, scene: Scene, act: str, query: dict[str, Any]) -> Line:
    """A checked line that answers nobody: a bark, a word about the weather."""
    return _checked_line(minds, npc, scene, just(act), Matter(), query)[0]


_TELLING = frozenset({"answer", "gossip", "remember", "comply", "give_opinion"})


def _context(scene: Scene) -> Context:
    talk = scene.talk
    return Context(
        last_topic=talk.topic,
        last_entities=talk.entities,
        last_intent=talk.intent,
        last_act=talk.act,
        offer_pending=on_the_table(scene),
        quest_pending=bool(talk.quest),
        speaker_name=scene.standing.name,
    )


def _deed(minds: Faculties, scene: Scene, heard: Heard) -> Deed:
    row = minds.appraisal.get(heard.intent, {})
    worn = WORN if heard.intent == scene.talk.intent else 1.0
    return Deed(
        f"said:{scene.listener.id}:{heard.intent}",
        worn * row.get("benefit", 0.0),
        worn * row.get("praise", 0.0),
        row.get("threat", 0.0),
    )


def _quest(scene: Scene, heard: Heard) -> QuestView | None:
    """The quest that the line is about: the pending one, one named, else the first open."""
    said = set(heard.stems)
    for quest in scene.quests:
        if quest.id == scene.talk.quest or said & set(quest.topics):
            return quest
    if heard.intent not in _QUEST_INTENTS:
        return None
    busy = (q for q in scene.quests if q.step > 0 and heard.intent == "quest_report")
    ready = (q for q in scene.quests if q.open and q.step == 0)
    return next(busy, None) or next(ready, None) or next(iter(scene.quests), None)


_QUEST_INTENTS = frozenset(
    {"quest_ask", "quest_accept", "quest_refuse", "quest_report", "ask_help", "agree", "offer"}
)


def _move_deal(npc: Npc, act: str, deal: Deal) -> Deal:
    return countered(npc, deal) if act == "counter_offer" and deal.item else deal


def _checked_line(
    minds: Faculties, npc: Npc, scene: Scene, chosen: Chosen, matter: Matter, query: dict[str, Any]
) -> tuple[Line, tuple[str, ...]]:
    """The first line that passes every check; the last resort passes by construction."""
    found: list[str] = []
    given = matter.heard.name if matter.heard is not None else ""
    for salt in range(TRIES + 1):
        line = speak(npc, scene, minds.voice, chosen, matter, query, salt, minds.fallbacks)
        findings = check(npc, scene, minds.checks, line.text, given)
        if not findings:
            return line, tuple(found)
        found += [f"{f.check}: {f.detail}" for f in findings]
    return Line("…", "silence", (), {}, "deflect"), tuple(found)


def _mention(npc: Npc, scene: Scene, line: str) -> Memory | None:
    """A memory of the listener's doing, worth bringing up on meeting again, once, if it fits."""
    if scene.talk.turns:
        return None
    room = scene.max_chars - len(line) - 1
    for memory in scene.past.with_person(scene.listener.id, 6):
        fresh = f"mem#{memory.happening}" not in npc.lines
        if fresh and memory.importance >= WORTH_A_MENTION and memory.to_actor:
            return memory if len(to_the_doer(scene, memory, npc.id)) <= room else None
    return None


def _moved(
    scene: Scene, plan: Plan, line: Line, text: str, told: tuple[str, ...], conversation: str
) -> dict[str, Any]:
    """The fields of ``Talk`` that this turn moves."""
    talk, heard, found = scene.talk, plan.heard, plan.found
    key = " ".join(heard.stems)
    deal = plan.deal.as_fields() if line.act not in _DEAL_ENDS else None
    moved: dict[str, Any] = {} if talk.turns else FRESH | {"started": scene.now}
    moved |= {
        "id": conversation, "turns": talk.turns + 1, "at": scene.now, "intent": heard.intent,
        "act": line.act, "said": text, "deal": deal, "last_turn": plan.turn,
        "heard": (*talk.heard, key)[-HEARD_KEPT:] if key else talk.heard,
        "quest": plan.quest if line.act == "offer_quest" else "" if plan.quest else talk.quest,
    }  # fmt: skip
    if heard.entities or heard.topic:
        moved["entities"], moved["topic"] = heard.entities, heard.topic
    elif told and found.fact is not None and found.fact.about:
        moved["entities"] = tuple((a, "") for a in found.fact.about[:2])
    if told:
        moved["told"] = (*talk.told, *told)[-TOLD_KEPT:]
        moved["source"] = _origin(scene, plan)
    if found.kind == "opinion" and line.act == "give_opinion":
        moved["source"] = _default_origin(scene, own=True)
    memory = plan.mention or found.memory
    if memory is not None and line.act in _TELLING | {"greet"}:
        moved["mentioned"] = (*talk.mentioned, memory.happening)[-TOLD_KEPT:]
        moved["source"] = _origin(scene, plan)
    return moved


_DEAL_ENDS = frozenset({"accept_deal", "refuse_deal", "farewell"})


def _origin(scene: Scene, plan: Plan) -> str:
    """Where the NPC has what it just said, as it would put it; "" if it does not say."""
    fact, memory = plan.found.fact, plan.found.memory
    if fact is not None:
        if fact.teller:
            return f"{scene.name_of(fact.teller) or 'somebody'} told me"
        return fact.origin or _default_origin(scene, fact.own)
    if memory is None:
        return ""
    if memory.source in {"seen", "said"}:
        return "I was there" if memory.source == "seen" else "I had it from your own mouth"
    if memory.teller.startswith(OWN_WORDS):
        return memory.teller.removeprefix(OWN_WORDS)
    who = scene.name_of(memory.teller) or "somebody"
    trail = ", who had it from somebody else" if memory.hops > 1 else ""
    return f"{who} told me{trail}"


def _default_origin(scene: Scene, own: bool) -> str:
    """A fact without an authored source: one's own life, or common talk."""
    ways = scene.origins["own" if own else "common"]
    return ways[int(scene.dice.roll("origin") * len(ways))]


def _reply(
    npc: Npc, scene: Scene, plan: Plan, text: str, asked: tuple[Asked, ...], told: tuple[str, ...],
    conversation: str, drafted: bool,
) -> Reply:  # fmt: skip
    mood = mood_now(npc, scene.now, scene.scale)
    line = plan.line
    return Reply(
        plan.turn, conversation, npc.id, plan.player, text,
        parts_of(text, line.key, line.args), line.act, plan.chosen.pattern,
        emotion_of(npc, mood, scene.now, scene.scale), label(mood), asked,
        delivery_of(npc, mood, line.act), "draft" if drafted else "embedded", told, plan.why,
    )  # fmt: skip
