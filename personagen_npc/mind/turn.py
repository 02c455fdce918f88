"""One NPC's turn, in two atomic halves.

``open_turn`` perceives, recalls, feels, chooses and has a complete, checked line of its own.
``close_turn`` says a line and remembers; it reads the state as it is then. Without a language model
both run in one step. Nothing but the frozen plan lives between them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import ActionAsked, Conversed, Happened, TurnTaken
from personagen_npc.guard.incoming import screen
from personagen_npc.mind.act import Asked, ask_for, granted
from personagen_npc.mind.check import check
from personagen_npc.mind.choose import Chosen, Menu, choose, just
from personagen_npc.mind.feel import feel, mood_now, showing
from personagen_npc.mind.feeling.appraise import line_deed
from personagen_npc.mind.feeling.mood import label
from personagen_npc.mind.moves.move import BEFORE, BEHIND, NO_MOVE, Move, spoken
from personagen_npc.mind.moves.next import next_move
from personagen_npc.mind.moves.persuasion import asked_for
from personagen_npc.mind.moves.plea import after as plea_after
from personagen_npc.mind.perceive import NOTHING, Context, Heard, Perceiver
from personagen_npc.mind.query import base_query, turn_query
from personagen_npc.mind.reading.mention import brought, mention
from personagen_npc.mind.reading.referents import spoken_of
from personagen_npc.mind.remember import keep_line, names_of, relate, told_again
from personagen_npc.mind.remembering.notes import marks
from personagen_npc.mind.remembering.timed import first_meeting
from personagen_npc.mind.reply import Reply, delivery_of, emotion_of, laid_open, parts_of
from personagen_npc.mind.scene import Talk
from personagen_npc.mind.speak import TRIES, Line, Matter, fact_key, joined, speak
from personagen_npc.mind.statements.claims import PLAIN, Stance
from personagen_npc.mind.statements.heeding import weighed
from personagen_npc.mind.statements.onrecord import kept_price, on_record
from personagen_npc.mind.telling.acquaintance import acquainted
from personagen_npc.mind.telling.both import both, pointed
from personagen_npc.mind.telling.customs import touched, with_custom
from personagen_npc.mind.telling.deal import Deal, countered, look, on_the_table
from personagen_npc.mind.telling.gravity import weight
from personagen_npc.mind.telling.links import gone_on, told_along
from personagen_npc.mind.telling.provenance import whence, whence_fact
from personagen_npc.mind.telling.recourse import looked_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.changes import Change
    from personagen_npc.guard.outgoing import Checks
    from personagen_npc.mind.feel import Feeling
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Memory, QuestView, Scene
    from personagen_npc.mind.telling.customs import Custom
    from personagen_npc.mind.telling.ways import Ways
    from personagen_npc.persona.traits import Mood
    from personagen_npc.voice.speak import Voice

HEARD_KEPT = 6  # of the player's last lines, to know when he repeats himself, [D]
TOLD_KEPT = 24
FACTS_KEPT = 256  # told to one player that are not told again as if they were new, [D]
# a new conversation carries nothing over, but what was ever asked
FRESH = {name: value for name, value in asdict(Talk()).items() if name != "asked"}


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
    habits: Mapping[str, Any]
    ways: Mapping[str, Ways]


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
    stance: Stance = PLAIN
    kept: tuple[int, ...] = ()
    move: Move = NO_MOVE


class Thought(NamedTuple):
    """What a line stirs before anything is chosen; ``query`` is the turn's own, and goes on."""

    heard: Heard
    found: Found
    stance: Stance
    mood: Mood
    custom: Custom
    felt: Feeling
    deal: Deal
    quest: QuestView | None
    query: dict[str, Any]
    move: Move


class Opened(NamedTuple):
    """The first half's result; ``changes`` are what hearing the line did."""

    plan: Plan
    changes: tuple[Change, ...]


class Closed(NamedTuple):
    """The second half's result."""

    reply: Reply
    changes: tuple[Change, ...]


def think(minds: Faculties, npc: Npc, scene: Scene, text: str) -> Thought:
    """Hear a line: perceive, recall, feel; what one would tell, without the words."""
    heard = acquainted(scene, hear(minds, text, _context(scene)))
    heard, found = looked_up(minds.perceiver, npc, scene, heard, _context(scene))
    found, stance = weighed(npc, scene, heard, found, minds.perceiver.names)
    mood = mood_now(npc, scene.now, scene.scale)
    custom = touched(npc, scene, heard)
    deed = line_deed(minds.appraisal, npc, scene, heard, custom)
    felt = feel(npc, deed, scene.now, scene.scale)
    deal, stance = kept_price(npc, scene, look(npc, scene, heard, mood), stance)
    quest = _quest(scene, heard)
    query = turn_query(base_query(npc, scene, felt.mood), scene, heard, found, deal, quest)
    query["emotion"], query["emotion.intensity"] = showing(npc, felt, scene.now, scene.scale)
    query["stance"] = stance.kind
    query["custom"], query["taboo"] = custom.kind, custom.taboo
    move = next_move(npc, scene, heard, found, stance, deal, query) if not custom.act else NO_MOVE
    if move.act:
        found = _taken_up(move, found, query)
    return Thought(heard, found, stance, mood, custom, felt, deal, quest, query, move)


def open_turn(minds: Faculties, npc: Npc, scene: Scene, text: str) -> Opened:
    """Hear a line, choose, and have an answer ready."""
    thought = think(minds, npc, scene, text)
    heard, found, stance, mood, custom, felt, deal, quest, query, move = thought
    act = custom.act or move.act
    chosen = just(act) if act else choose(npc, scene, heard, found, minds.menu, query)
    deal = _move_deal(npc, chosen.act, deal)
    about = move.quest or (quest.id if quest else "")
    matter = Matter(heard, found, deal, about, more={**stance.slots, **move.slots})
    line, findings = _moved_line(minds, npc, scene, chosen, move, matter, query)
    line = _with_link(minds, npc, scene, matter, line)
    line = with_custom(minds.voice, minds.checks, npc, scene, custom, matter, query, line)
    brought_up = mention(npc, scene, line)
    changes = (
        *felt.changes, *keep_line(npc, scene, heard, felt, minds.deeds),
        relate(npc, scene, heard, felt), *first_meeting(npc, scene),
    )  # fmt: skip
    why = laid_open(scene, heard, found, felt, chosen, line, findings, mood)
    plan = Plan(
        scene.turn, npc.id, scene.listener.id, heard, found, deal, matter.quest, chosen, line,
        brought_up, why, stance, tuple(c.id for c in changes if isinstance(c, Happened)), move,
    )  # fmt: skip
    return Opened(plan, changes)


def hear(minds: Faculties, text: str, context: Context = NOTHING) -> Heard:
    """A line cleaned, understood, and known for an attack on the character if it is one."""
    screened = screen(text)
    heard = minds.perceiver.perceive(pointed(screened.text), context)
    for flag in ("attack", "out_of_world"):
        if flag in screened.flags and heard.intent != flag:
            return replace(heard, intent=flag, claim="")
    return heard


def close_turn(npc: Npc, scene: Scene, plan: Plan, draft: str | None = None) -> Closed:
    """Say the draft if there is one, else the plan's own line, and remember having said it."""
    line, text = plan.line, draft or plan.line.text
    keys = line.keys if draft is None else ()
    told = told_along(line) if draft is None else ()
    if plan.found.fact is not None and line.act in _TELLING:
        told = (*told, plan.found.fact.id)
        keys = (*keys, fact_key(npc, scene, plan.found.fact))
    if plan.mention is not None and draft is None:
        text = brought(npc, scene, line, plan.mention)
        keys = (*keys, f"mem#{plan.mention.happening}")
    asked = granted(scene, *plan.move.action) or ask_for(
        npc.id, scene, line.act, plan.deal, plan.quest, plan.heard
    )
    conversation = scene.talk.id or scene.next_conversation
    changes: list[Change] = [
        TurnTaken(
            plan.turn, npc.id, plan.player, conversation, line.act, plan.chosen.pattern,
            plan.chosen.propensity, plan.chosen.features, plan.chosen.offset, keys, text,
            scene.now, marks(npc, plan.player, line.notes if draft is None else (), scene.now),
            plan.chosen.menu,
        ),
        Conversed(npc.id, plan.player, _moved(scene, plan, line, text, told, conversation)),
        *(told_again(npc, told_of) if (told_of := _told_of(plan, line)) else ()),
        *on_record(npc, scene, plan, told),
        *(ActionAsked(a.id, plan.turn, npc.id, plan.player, a.name, a.args) for a in asked),
    ]  # fmt: skip
    whole = (plan, text, asked, told[::-1], conversation)  # what was asked for comes first
    reply = _reply(npc, scene, *whole, draft is not None)
    return Closed(reply, tuple(changes))


def own_line(minds: Faculties, npc: Npc, scene: Scene, act: str, query: dict[str, Any]) -> Line:
    """A checked line that answers nobody: a bark, a word about the weather."""
    return _checked_line(minds, npc, scene, just(act), Matter(), query)[0]


def _with_link(minds: Faculties, npc: Npc, scene: Scene, matter: Matter, line: Line) -> Line:
    """The line with the answer to a second question or what hangs on its fact, if it may be."""
    more = both(minds.perceiver, npc, scene, matter, line, _context(scene))
    more = gone_on(npc, scene, matter.found, line) if more is line else more
    if more is line:
        return line  # checked already
    fits = len(more.text) <= scene.max_chars
    return more if fits and not check(npc, scene, minds.checks, more.text) else line


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


def _taken_up(move: Move, found: Found, query: dict[str, Any]) -> Found:
    """What is told with a move, which the query says too."""
    query |= move.facts
    if move.found is None:
        return found
    fact = move.found.fact
    query["found"], query["again"] = move.found.kind, move.found.again
    query |= weight(move.found)
    query["hops"] = fact.hops if fact is not None else 0
    return move.found


def _moved_line(
    minds: Faculties, npc: Npc, scene: Scene, chosen: Chosen, move: Move, matter: Matter,
    query: dict[str, Any],
) -> tuple[Line, tuple[str, ...]]:  # fmt: skip
    """The line of a move in its own words, beside or instead of that of the act."""
    own = spoken(minds.voice, minds.checks, npc, scene, move, matter, query)
    if own is not None and move.place not in (BEFORE, BEHIND):
        return own, ()
    line, findings = _checked_line(minds, npc, scene, chosen, matter, query)
    if own is None:
        return line, findings
    pair = (own, line) if move.place == BEFORE else (line, own)
    both = joined(*pair, scene.max_chars)
    return (both._replace(act=line.act) if both is not None else line), findings


def _checked_line(
    minds: Faculties, npc: Npc, scene: Scene, chosen: Chosen, matter: Matter, query: dict[str, Any]
) -> tuple[Line, tuple[str, ...]]:
    """The first line that passes every check; the last resort passes by construction."""
    found: list[str] = []
    given = matter.heard.name if matter.heard is not None else ""
    quoted = names_of(matter.found.memory)
    entities = matter.heard.entities if matter.heard is not None else ()
    quoted += tuple(scene.name_of(i) for i, kind in entities if kind == "player")
    for salt in range(TRIES + 1):
        line = speak(npc, scene, minds.voice, chosen, matter, query, salt, minds.fallbacks)
        findings = check(npc, scene, minds.checks, line.text, given, *quoted, *matter.more.values(),
                         tells="fact" in line.args)  # fmt: skip
        if not findings:
            return line, tuple(found)
        found += [f"{f.check}: {f.detail}" for f in findings]
    return Line("…", "silence", (), {}, "deflect"), tuple(found)


def _moved(
    scene: Scene, plan: Plan, line: Line, text: str, told: tuple[str, ...], conversation: str
) -> dict[str, Any]:
    """The fields of ``Talk`` that this turn moves."""
    talk, heard, found = scene.talk, plan.heard, plan.found
    key = " ".join(heard.stems)
    over = line.act in _DEAL_ENDS or (line.act == "refuse_deal" and heard.amount is None)
    deal = None if over else plan.deal.as_fields()
    moved: dict[str, Any] = {} if talk.turns else FRESH | {"started": scene.now}
    moved |= {
        "id": conversation, "turns": talk.turns + 1, "at": scene.now, "intent": heard.intent,
        "act": line.act, "said": text, "deal": deal, "last_turn": plan.turn,
        "heard": (*talk.heard, key)[-HEARD_KEPT:] if key else talk.heard,
        "quest": plan.quest if line.act == "offer_quest" else "" if plan.quest else talk.quest,
    }  # fmt: skip
    if line.act == "repeat_self":
        moved["said"] = talk.said  # said a third time, it is that, not its repetition
    if plan.move.talk or talk.plea is not None or line.act in _REFUSALS:
        moved |= plan.move.talk
        moved["plea"] = plea_after(scene, plan, line.act, asked_for(plan.npc, scene, heard))
    if heard.entities or heard.topic:
        moved["topic"] = heard.topic
    answered = found.fact.about[:2] if told and found.fact is not None else ()
    if heard.entities or heard.topic or answered:
        moved["entities"] = spoken_of(heard.entities, answered, talk.entities)
    if told:
        moved["told"] = (*talk.told, *told)[-FACTS_KEPT:]
        moved["source"] = _origin(scene, plan)
    if found.kind == "opinion" and line.act == "give_opinion":
        moved["source"] = _default_origin(scene, "view")
    memory = _told_of(plan, line)
    if memory is not None:
        moved["mentioned"] = (*talk.mentioned, memory.happening)[-TOLD_KEPT:]
        moved["source"] = _origin(scene, plan)
    moved["last_told"] = told
    moved["last_mentioned"] = () if memory is None else (memory.happening,)
    return moved


_REFUSALS = frozenset({"refuse", "keep_secret", "grudge", "refuse_deal", "counter_offer"})


def _told_of(plan: Plan, line: Line) -> Memory | None:
    """The memory that this line tells, if it tells one."""
    return (plan.mention or plan.found.memory) if line.act in _TELLING | {"greet"} else None


_DEAL_ENDS = frozenset({"accept_deal", "farewell"})


def _origin(scene: Scene, plan: Plan) -> str:
    """Where the NPC has what it just said, as it would put it; "" if it does not say."""
    fact, memory = plan.found.fact, plan.found.memory
    if fact is not None:
        if fact.teller:
            return whence_fact(scene, fact)
        return fact.origin or _default_origin(scene, "own" if fact.own else "common")
    if memory is None:
        return ""
    return whence(scene, memory)


def _default_origin(scene: Scene, kind: str) -> str:
    """Where from without an authored source: one's own life, common talk, or only a view."""
    ways = scene.origins[kind]
    return ways[int(scene.dice.roll("origin") * len(ways))]


def _reply(
    npc: Npc, scene: Scene, plan: Plan, text: str, asked: tuple[Asked, ...], told: tuple[str, ...],
    conversation: str, drafted: bool,
) -> Reply:  # fmt: skip
    mood = mood_now(npc, scene.now, scene.scale)
    line, emotion = plan.line, emotion_of(npc, mood, scene.now, scene.scale)
    return Reply(
        plan.turn, conversation, npc.id, plan.player, text,
        parts_of(text, line.key, line.args), line.act, plan.chosen.pattern,
        emotion, label(mood), asked,
        delivery_of(npc, mood, line.act, emotion, scene.standing),
        "draft" if drafted else "embedded", told, plan.why,
    )  # fmt: skip
