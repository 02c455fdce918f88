"""Recall: what in reach answers the line, and what else comes to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.remember import PRIVATE, STATED
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Memory, Scene

ENOUGH = 0.45  # share of the question's weight that a fact must cover to be its answer, tuned
SURE = {"ask_yesno": 0.55, "tell": 0.62}  # a fact beside the point is worse as a yes or no, tuned
SECRET_ENOUGH = 0.6  # what only brushes a secret must not make its holder clam up, tuned
CLOSE = 0.85  # another fact this near the best may stand in for one that was told or is secret
VAGUE = 0.25  # share from which "do you remember ..." brings a memory up, tuned
OUTRIGHT = 0.75  # a fact this near needs no memory: none could be better by `BETTER`
BETTER = 0.25  # share by which a memory must fit better to be told instead of a fact, tuned
MEMORY_ENOUGH = 0.5  # likewise for a memory, share of the best possible score, tuned
SEEKS = QUESTIONS - {"ask_name", "ask_wellbeing"} | {
    "tell",
    "request",
    "ask_help",
    "repeat",
    "trade",
}


_ASKING = table("mind/data/asking.yaml")
_KNOWING = frozenset(_ASKING["knowing"])
_JUDGING = frozenset(stem(w) for w in _ASKING["judging"])


class Found(NamedTuple):
    """What the NPC found: the kind names what kind of act it calls for."""

    kind: str  # fact | secret | opinion | memory | source | news | none
    fact: Known | None = None
    memory: Memory | None = None
    text: str = ""
    again: bool = False
    facts: tuple[Known, ...] = ()
    memories: tuple[Memory, ...] = ()


def recall(npc: Npc, scene: Scene, heard: Heard) -> Found:
    """Search knowledge and memory for what the line asks."""
    intent = heard.intent
    if intent not in SEEKS:
        return Found("none")
    names = tuple(i for i, _ in heard.entities)
    if heard.topic == "your name" and intent in QUESTIONS:
        return _own_name(scene)
    special = _SPECIAL.get(intent)
    if special is not None:
        found = special(npc, scene, heard)
        if found is not None:
            return found
    return _from_knowledge(npc, scene, heard, names)


def _memories(scene: Scene, heard: Heard, names: Sequence[str]) -> tuple[Memory, ...]:
    """What comes to mind at the line and may be told to the listener, best first."""
    if not heard.stems and not names:
        return ()
    return tuple(m for m in scene.past.recall(heard.stems, names, 4) if _may_tell(scene, m))


def _may_tell(scene: Scene, memory: Memory) -> bool:
    """What somebody confessed is spoken of with him and nobody else."""
    return memory.kind not in PRIVATE or memory.actor == scene.listener.id


def of_oneself(heard: Heard) -> bool:
    """Whether the one asked is asked about himself, not as somebody who may know."""
    said = tokens(heard.text)
    return "yourself" in said or (not _YOU.isdisjoint(said) and _KNOWING.isdisjoint(said))


def _from_knowledge(npc: Npc, scene: Scene, heard: Heard, names: Sequence[str]) -> Found:
    me = of_oneself(heard)
    words = heard.stems
    if me and heard.focus == "thing" and not set(words) - _IDLE:
        words = _LIVING
    facts = tuple(scene.knowledge.search(words, names, heard.focus, me, 5))
    enough = SURE.get(heard.intent, ENOUGH)
    fits = [f for f in facts if f.score >= max(_least(f, enough), CLOSE * facts[0].score)]
    outright = bool(fits) and fits[0].score >= OUTRIGHT
    memories = () if outright else _memories(scene, heard, names)
    best_memory = memories[0] if memories and memories[0].score >= MEMORY_ENOUGH else None
    if not fits and me and not set(words) - _LIFE:
        fits = scene.knowledge.own(frozenset(scene.talk.told))
    if not fits:
        if best_memory is not None:
            return Found("memory", memory=best_memory, facts=facts, memories=memories)
        judged = _opinion(npc, scene, heard) if heard.intent in _ABOUT else None
        return judged or Found("none", facts=facts, memories=memories)
    tellable = [f for f in fits if f.trust is None or scene.standing.trust >= f.trust]
    if not tellable:
        return Found("secret", fits[0], facts=facts, memories=memories)
    if best_memory is not None and best_memory.score > fits[0].score + BETTER:
        return Found("memory", memory=best_memory, facts=facts, memories=memories)
    fresh = [f for f in tellable if f.id not in scene.talk.told]
    chosen = fresh[0] if fresh else tellable[0]
    return Found("fact", chosen, again=not fresh, facts=facts, memories=memories)


_YOU = frozenset({"you", "your", "yours", "yourself", "ye"})
_LIFE = frozenset(
    stem(w) for w in ("happen", "happened", "yourself", "life", "story", "past", "about", "tell")
)  # words of questions after a whole life
_IDLE = frozenset({"day", "here", "now", "all", "live"})
_ABOUT = frozenset({"ask_yesno", "ask_what"})  # better a word on the one asked about than none
_LIVING = (stem("work"),)  # "what do you do?" has no word that says what is meant


def _least(fact: Known, enough: float) -> float:
    return enough if fact.trust is None else max(enough, SECRET_ENOUGH)


def _judged(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """Asked whether one can trust somebody, an opinion is wanted, whatever the question's form."""
    if _JUDGING.isdisjoint(heard.stems):
        return None
    return _opinion(npc, scene, heard)


def _opinion(npc: Npc, _scene: Scene, heard: Heard) -> Found | None:
    for entity, _ in heard.entities:
        if entity in npc.profile.opinions:
            return Found("opinion", text=npc.profile.opinions[entity])
    for word in heard.stems:
        if word in npc.profile.opinions:
            return Found("opinion", text=npc.profile.opinions[word])
    return None


def _clock(_npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """What time and day it is."""
    if heard.entities or not heard.stems or set(heard.stems) - _CLOCK:
        return None
    matter = "clock" if _HOURS & set(heard.stems) else "date"
    ways = scene.origins[matter]
    way = ways[int(scene.dice.roll("clock") * len(ways))]
    return Found("fact", text=scene.calendar.told(way, scene.now))


_HOURS = frozenset({"time", "hour", "clock", "late", "oclock"})
_CLOCK = _HOURS | frozenset(stem(w) for w in ("day", "date", "month", "year", "season", "weekday",
                                              "today", "now", "right", "week"))  # fmt: skip


def _own_name(scene: Scene) -> Found:
    """The player asks what he is called."""
    ways = scene.origins["name_known" if scene.standing.name else "name_unknown"]
    way = ways[int(scene.dice.roll("name") * len(ways))]
    text = way.replace("{name}", scene.standing.name)
    return Found("memory", text=text)


def _remembered(_npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    memories = _memories(scene, heard, tuple(i for i, _ in heard.entities))
    asked, named = set(heard.stems), {i for i, _ in heard.entities}
    mine = [m for m in memories if (named & _in(m) if named else m.score >= VAGUE)]
    if not named and (not asked - _MEMORY_WORDS or (not mine and asked & _MEMORY_WORDS)):
        mine = scene.past.with_person(scene.listener.id, 12)
        if asked & _TOLD_WORDS:
            mine = sorted((m for m in mine if m.kind in STATED), key=lambda m: -m.happening)
    fresh = [m for m in mine if m.happening not in scene.talk.mentioned] or mine
    if fresh:
        return Found("memory", memory=fresh[0], memories=memories or tuple(fresh))
    return Found("none", memories=memories) if named and not asked - _MEMORY_WORDS else None


def _in(memory: Memory) -> set[str]:
    """Everybody and everything that a memory is about."""
    return {memory.actor, memory.target, *memory.names}


_TOLD_WORDS = frozenset(stem(w) for w in ("tell", "told", "say", "said"))
_MEMORY_WORDS = _TOLD_WORDS | frozenset(
    stem(w)
    for w in ("remember", "recall", "forget", "forgot", "met", "meet", "do", "did", "just", "know",
              "last", "time", "before", "name", "again")
)  # fmt: skip


def _source(_npc: Npc, scene: Scene, _heard: Heard) -> Found | None:
    if scene.talk.source:
        return Found("source", text=scene.talk.source)
    return None


def _news(_npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    told = frozenset(scene.talk.told)
    for memory in scene.past.fresh(6):
        if memory.happening in scene.talk.mentioned or memory.actor == scene.listener.id:
            continue
        if not _may_tell(scene, memory):
            continue
        return Found("news", memory=memory)
    about = next((i for i, _ in heard.entities), "")
    news = scene.knowledge.news(about, told)
    return Found("news", news[0]) if news else None


_SPECIAL = {
    "ask_opinion": _opinion,
    "ask_yesno": _judged,
    "ask_what": _judged,
    "ask_memory": _remembered,
    "ask_source": _source,
    "ask_rumour": _news,
    "ask_when": _clock,
}
