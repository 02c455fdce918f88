"""Recall: what in reach answers the line, and what else comes to mind."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.feeling.grievance import asked_why, grievance
from personagen_npc.mind.feeling.regard import of_asker, of_other
from personagen_npc.mind.found import Found
from personagen_npc.mind.reading.antecedent import after_source, meant
from personagen_npc.mind.reading.asker import of_another, of_self, only_of_self, own_words, stated
from personagen_npc.mind.reading.form import quality, sought, wanted
from personagen_npc.mind.reading.personal import asked_of
from personagen_npc.mind.remember import STATED, SUMMARY
from personagen_npc.mind.remembering.doings import doings, of_the_asker, own_doings
from personagen_npc.mind.remembering.timed import (
    Dated,
    last_seen,
    latest_or_first,
    may_tell,
    of_that_time,
    when_was,
)
from personagen_npc.mind.remembering.told import just_said, of_your_words, ordered
from personagen_npc.mind.statements.stated import of_self as stated_of_self
from personagen_npc.mind.telling import today
from personagen_npc.mind.telling.clock import hour_or_date
from personagen_npc.mind.telling.fitting import ENOUGH, OUTRIGHT, beside, chosen, fitting, tellable
from personagen_npc.mind.telling.oneself import of_matter, of_tie, tells_of
from personagen_npc.mind.telling.provenance import answer, whence
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Memory, Scene
    from personagen_npc.mind.telling.oneself import Answer

__all__ = ["ENOUGH", "SEEKS", "Found", "fresh_news", "of_oneself", "recall"]

DATED = 1.5  # log odds that a fact with a time may be behind the best when that is asked, [D]
VAGUE = 0.25  # share from which "do you remember ..." brings a memory up, tuned
BETTER = 0.1  # by which a memory must fit better to be told instead of a fact, tuned
MEMORY_ENOUGH = 0.5  # likewise for a memory, share of the best possible score, tuned
LATELY_S = 60 * 86_400.0  # game seconds that a deed is lately done, [D]
SEEKS = QUESTIONS - {"ask_name", "ask_wellbeing"} | {
    "tell",
    "request",
    "ask_help",
    "repeat",
    "trade",
}


LOOK = "common.look."  # before the id of the one whose looks a fact tells, as the world makes them
_ASKING = table("mind/data/asking.yaml")
_KNOWING = frozenset(_ASKING["knowing"])
_JUDGING = frozenset(stem(w) for w in _ASKING["judging"])


def recall(npc: Npc, scene: Scene, heard: Heard) -> Found:
    """Search knowledge and memory for what the line asks."""
    intent = heard.intent
    if intent not in SEEKS:
        return _why_so(npc, scene, heard) if intent == "ask_wellbeing" else Found("none")
    names = tuple(i for i, _ in heard.entities)
    if heard.topic == "your name" and intent in QUESTIONS:
        return _own_name(scene)
    timed = of_that_time(npc, scene, heard)
    if timed is not None:
        then = _at_that_time(scene, timed)
        return (_always(npc, scene, heard, names) if then.kind == "blank" else None) or then
    if intent == "tell" and stated_of_self(heard.text, scene.listener.id) is not None:
        return Found("none")  # what he says of himself asks for nothing
    found = _between(npc, scene, heard)
    matter = asked_of(heard) if found is None and not of_self(heard) else None
    found = _found(of_matter(scene, matter)) if matter is not None else found
    special = _SPECIAL.get(intent) if found is None else None
    found = special(npc, scene, heard) if special is not None else found
    if found is None:
        found = _from_knowledge(npc, scene, heard, names)
        if matter is not None and found.kind == "fact" and not tells_of(npc, found.fact):
            found = Found("none")  # nobody else's story answers what is asked of oneself
        if found.kind == "none":
            found = _found(of_tie(scene, heard)) or found
    asks_when = intent == "ask_when" or (intent == "ask_memory" and heard.text.startswith("When"))
    return _with_when(scene, found, heard) if asks_when else found


def _found(answer: Answer | None) -> Found | None:
    if answer is None:
        return None
    return Found(answer.kind, answer.fact, again=answer.again, facts=answer.facts)


def _why_so(npc: Npc, scene: Scene, heard: Heard) -> Found:
    """Asked what is the matter, what was done; asked how it is, nothing is looked for."""
    memory = grievance(npc, scene, partial(may_tell, scene)) if asked_why(heard) else None
    if memory is None and today.asked(heard):
        memory = today.happened(scene, partial(may_tell, scene))
        own = today.been_at(scene) if memory is None else None
        if own is not None:
            return Found("fact", own.fact, facts=own.facts)
    return Found("memory", memory=memory, memories=(memory,)) if memory else Found("none")


def _between(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """What lies between the two: the tale just told, how they stand, why, what the asker said."""
    tellable = partial(may_tell, scene)
    if after_source(scene, heard):
        return _source(npc, scene, heard)
    memory = meant(scene, heard)
    if memory is not None:
        return Found("memory", memory=memory, memories=(memory,), dated=heard.intent == "ask_when")
    if asked_why(heard):
        memory = grievance(npc, scene, tellable)
    elif heard.intent not in _OF_WORDS and of_self(heard):
        memory = own_words(npc, scene, heard, tellable)
    else:
        memory = of_another(npc, scene, heard, tellable)
    if memory is not None:
        return Found("memory", memory=memory, memories=(memory,))
    regard = of_asker(scene, heard)
    if regard:
        return Found("opinion", text=regard)
    unknown = heard.intent not in _OF_WORDS and only_of_self(heard)
    return Found("none") if unknown else None


_OF_WORDS = frozenset({"ask_memory", "ask_source", "ask_name", "ask_rumour"})


def _at_that_time(scene: Scene, timed: Dated) -> Found:
    """What came to mind of a time that was asked about; ``blank`` if nothing did."""
    if timed.memory is not None:
        return Found("memory", memory=timed.memory, memories=timed.memories, when=timed.said)
    if timed.text:
        return Found("memory", text=timed.text, memories=timed.memories, when=timed.said)
    if timed.fact is not None:
        again = timed.fact.id in scene.talk.told
        return Found("fact", timed.fact, again=again, facts=(timed.fact,), when=timed.said)
    return Found("blank", when=timed.said)


def _with_when(scene: Scene, found: Found, heard: Heard) -> Found:
    """Asked when something was: the time it was that is meant, told with its date."""
    if found.memory is not None and found.memory.kind == SUMMARY:
        return found  # that says its own when
    if found.kind == "memory" and found.memory is not None:
        meant = latest_or_first(heard, found.memories) or found.memory
        return found._replace(memory=meant, dated=True)
    seen = last_seen(scene, heard)
    if seen is not None and may_tell(scene, seen):
        return Found("memory", memory=seen, memories=(seen,), dated=True)
    names = [i for i, _ in heard.entities]
    of_kind = [m for m in scene.past.of_kind(heard.stems, names) if may_tell(scene, m)]
    if of_kind:
        meant = latest_or_first(heard, of_kind) or of_kind[0]
        return Found("memory", memory=meant, memories=tuple(of_kind[:4]), dated=True)
    if found.fact is None or found.kind != "fact":
        return found
    fact = found.fact
    if fact.at is None:  # of the facts that fit as well, one that says when
        fact = next((f for f in found.facts if f.at is not None and _answers(scene, f, fact)), fact)
    return found._replace(fact=fact, again=fact.id in scene.talk.told, dated=True)


def _always(npc: Npc, scene: Scene, heard: Heard, names: Sequence[str]) -> Found | None:
    """Of a time of which nothing is remembered: what is always so then, "on Washday"."""
    found = _from_knowledge(npc, scene, heard, names)
    sure = found.fact is not None and found.fact.score >= OUTRIGHT
    return found if found.kind == "fact" and sure else None


def _answers(scene: Scene, fact: Known, best: Known) -> bool:
    """Whether a fact answers about as well as the best, and may be told."""
    return fact.score >= ENOUGH and beside(fact, best, DATED) and tellable(scene, fact)


def _memories(scene: Scene, heard: Heard, names: Sequence[str]) -> tuple[Memory, ...]:
    """What comes to mind at the line and may be told to the listener, best first."""
    if not heard.stems and not names:
        return ()
    found = scene.past.recall(heard.stems, names, 4, heard.text, focus=heard.focus)
    fresh = heard.intent != "ask_memory"  # his own words of a minute ago are no answer to him
    return tuple(m for m in found if may_tell(scene, m) and not (fresh and just_said(scene, m)))


def of_oneself(heard: Heard) -> bool:
    """Whether the one asked is asked about himself, not as somebody who may know."""
    said = tokens(heard.text)
    return "yourself" in said or (not _YOU.isdisjoint(said) and _KNOWING.isdisjoint(said))


def _from_knowledge(npc: Npc, scene: Scene, heard: Heard, names: Sequence[str]) -> Found:
    done = _done(npc, scene, heard, names)
    if done is not None:
        return Found("memory", memory=done, memories=(done,))
    me = of_oneself(heard)
    words = sought(heard)
    said = {*heard.stems, *quality(heard)}
    if me and heard.focus == "thing" and not said - _IDLE:
        words = _LIVING
    text = heard.text if heard.intent != "tell" else ""
    facts = tuple(scene.knowledge.search(words, names, wanted(heard), me, 5, text))
    fits = fitting(facts, heard.intent)
    outright = bool(fits) and fits[0].score >= OUTRIGHT
    memories = () if outright else _memories(scene, heard, names)
    best_memory = memories[0] if memories and memories[0].score >= MEMORY_ENOUGH else None
    if not fits and me and not said - _LIFE:
        fits = scene.knowledge.own(frozenset(scene.talk.told))
    if not fits:
        if best_memory is not None:
            return Found("memory", memory=best_memory, facts=facts, memories=memories)
        judged = _opinion(npc, scene, heard, sought(heard)) if heard.intent in _ABOUT else None
        return judged or Found("none", facts=facts, memories=memories)
    found = chosen(scene, fits)._replace(facts=facts, memories=memories)
    if found.kind == "secret" or best_memory is None:
        return found
    if best_memory.score > fits[0].score + BETTER:
        return Found("memory", memory=best_memory, facts=facts, memories=memories)
    return found


def _done(npc: Npc, scene: Scene, heard: Heard, names: Sequence[str]) -> Memory | None:
    """What somebody has been doing; who did what to somebody lately.

    That comes before what the village has always told of him.
    """
    done = doings(scene, heard, partial(may_tell, scene)) if heard.intent in QUESTIONS else None
    if done is not None:
        return done
    to_me = not names and of_oneself(heard)
    if heard.intent != "ask_who" or not (names or to_me):
        return None
    since = scene.now - LATELY_S
    lately = scene.past.of_kind(heard.stems, names or (npc.id,))
    found = (m for m in lately if m.at >= since and (names or m.target == npc.id))
    return next((m for m in found if may_tell(scene, m) and m.kind != SUMMARY), None)


_YOU = frozenset({"you", "your", "yours", "yourself", "ye"})
_LIFE = frozenset(
    stem(w) for w in ("happen", "happened", "yourself", "life", "story", "past", "about", "tell")
)  # words of questions after a whole life
_IDLE = frozenset({"day", "here", "now", "all", "live"})
_ABOUT = frozenset({"ask_yesno", "ask_what"})  # better a word on the one asked about than none
_LIVING = (stem("work"),)  # "what do you do?" has no word that says what is meant


def _judged(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """Asked whether one can trust somebody, an opinion is wanted, whatever the question's form."""
    if "look" in heard.stems:  # "what does she look like?" is after her face
        return _face(scene, heard)
    if _JUDGING.isdisjoint(heard.stems) or _of_belongings(heard):
        return None
    return _opinion(npc, scene, heard)


def _face(scene: Scene, heard: Heard) -> Found | None:
    who = next((i for i, kind in heard.entities if kind == "npc"), "")
    fact = scene.knowledge.fact(LOOK + who) if who else None
    if fact is None:
        return None
    return Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))


def _of_belongings(heard: Heard) -> bool:
    """Whether a thing of somebody's is asked after: "what was wrong with Ulla's kettle?"."""
    said = tokens(heard.text)
    return any(a.endswith("'s") and stem(b) in heard.stems for a, b in pairwise(said))


def _opinion(npc: Npc, scene: Scene, heard: Heard, of: tuple[str, ...] = ()) -> Found | None:
    """What is thought of whom or what a line names; ``of``: only of the first of these words."""
    for entity, kind in heard.entities:
        if entity in npc.profile.opinions:
            return Found("opinion", text=npc.profile.opinions[entity])
        if kind in _PERSONS and entity != npc.id and scene.stands is not None:
            regard = of_other(scene, heard, entity, scene.stands(entity))
            return Found("opinion", text=regard) if regard else None
    said = of[:1] or heard.stems
    for topic, text in npc.profile.opinions.items():
        if topic in said or stem(topic) in said:
            return Found("opinion", text=text)
    return None


_PERSONS = frozenset({"npc", "player"})


def _clock(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """What time and day it is; since when the two of them know each other."""
    shared = when_was(npc, scene, heard)
    if shared is not None:
        return Found("memory", text=shared.text, dated=True)
    told = hour_or_date(scene, heard)
    return Found("fact", text=told) if told else None


def _own_name(scene: Scene) -> Found:
    """The player asks what he is called."""
    ways = scene.origins["name_known" if scene.standing.name else "name_unknown"]
    way = ways[int(scene.dice.roll("name") * len(ways))]
    text = way.replace("{name}", scene.standing.name)
    return Found("memory", text=text)


def _remembered(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    if of_your_words(heard.text):
        return None  # what the NPC said is in what it knows, not in what the player told
    memories = _memories(scene, heard, tuple(i for i, _ in heard.entities))
    asked, named = set(heard.stems), {i for i, _ in heard.entities}
    claimed = None if named else stated(npc, scene, scene.listener.id, tokens(heard.text))
    if claimed is not None:
        return Found("memory", memory=claimed, memories=(claimed,))
    mine = [m for m in memories if (named & _in(m) if named else m.score >= VAGUE)]
    if asked & _TOLD_WORDS:  # "what did I tell you of Orle?" is not after what he did
        mine = [m for m in mine if m.kind in STATED and m.actor == scene.listener.id] or mine
    if not named and asked - _MEMORY_WORDS and of_the_asker(heard):
        mine = own_doings(scene, heard, partial(may_tell, scene)) or mine
    if not named and (not asked - _MEMORY_WORDS or (not mine and asked & _MEMORY_WORDS)):
        mine = scene.past.with_person(scene.listener.id, 12)
        if asked & _TOLD_WORDS:
            mine = ordered(mine, set(tokens(heard.text)))
    fresh = [m for m in mine if m.happening not in scene.talk.mentioned] or mine
    if fresh:
        rest = tuple(m for m in memories if m.happening != fresh[0].happening)
        return Found("memory", memory=fresh[0], memories=(fresh[0], *rest))
    return Found("none", memories=memories) if named and not asked - _MEMORY_WORDS else None


def _in(memory: Memory) -> set[str]:
    """Everybody and everything that a memory is about."""
    return {memory.actor, memory.target, *memory.names}


_TOLD_WORDS = frozenset(stem(w) for w in ("tell", "told", "say", "said"))
_SOURCE_WORDS = frozenset(
    stem(w)
    for w in ("tell", "told", "say", "said", "know", "learn", "find", "hear", "heard", "see", "saw",
              "seen", "yourself", "sure", "certain", "true", "source", "own", "eyes", "get", "have",
              "really", "prove", "proof", "believe", "trust", "think", "witness", "rumour", "there")
)  # fmt: skip
_MEMORY_WORDS = _TOLD_WORDS | frozenset(
    stem(w)
    for w in ("remember", "recall", "forget", "forgot", "met", "meet", "do", "did", "just", "know",
              "last", "time", "before", "name", "again")
)  # fmt: skip


def _source(_npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    """Where what was said last is from, or what the line names; was it seen; is it sure."""
    memory = None
    if not scene.talk.source or set(heard.stems) - _SOURCE_WORDS:
        named = _memories(scene, heard, tuple(i for i, _ in heard.entities))
        memory = next((m for m in named if m.score >= VAGUE), None)
    last = scene.talk.mentioned[-1] if scene.talk.mentioned and memory is None else -1
    said = scene.past.memory(last) if last >= 0 else None
    if said is not None and whence(scene, said) == scene.talk.source:
        memory = said
    if memory is not None:
        return Found("source", text=answer(scene, heard, memory))
    return Found("source", text=scene.talk.source) if scene.talk.source else None


def _news(npc: Npc, scene: Scene, heard: Heard) -> Found | None:
    return fresh_news(npc, scene, next((i for i, _ in heard.entities), ""))


def fresh_news(_npc: Npc, scene: Scene, about: str = "") -> Found | None:
    """What is worth telling unasked, and was not told in this talk; ``about``: of whom."""
    told = frozenset(scene.talk.told)
    for memory in scene.past.fresh(6):
        if memory.happening in scene.talk.mentioned or memory.actor == scene.listener.id:
            continue
        if not may_tell(scene, memory) or memory.kind == SUMMARY:
            continue
        return Found("news", memory=memory)
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
