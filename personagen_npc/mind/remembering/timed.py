"""Timed: lines that speak of a time gone by, or ask when something was.

"What happened here yesterday?" is answered from what this NPC holds of that day, and if it holds
nothing, it says so. An event may stand for a time ("before the fire"): it is placed by what this
NPC itself remembers or knows of it, so who never heard of a fire cannot say what was before it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.changes import Asserted
from personagen_npc.events import QUESTIONS
from personagen_npc.memory.graph import Triple
from personagen_npc.mind.reading.when import FIRST, IDLE, LATEST, MEETING, PEOPLE
from personagen_npc.mind.remember import PRIVATE, STATED
from personagen_npc.tables import table
from personagen_npc.words.inflect import capitalised
from personagen_npc.words.person import to_listener
from personagen_npc.words.stem import stem, stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.reading.when import When
    from personagen_npc.mind.scene import Known, Memory, Scene

CONFIDED: Final = 0.5  # trust from which somebody hears what was told in confidence, [D]
MET: Final = "met"  # relation of the statement in an NPC's graph that holds when it met somebody
DAY_S: Final = 86_400.0
BEFORE_S: Final = 60 * DAY_S  # what is told of the time before an event, at least so far back, [D]
ABOUT: Final = 0.1  # share of its age by which an event's own day may be off, [D]
LOOKED_AT: Final = 64  # memories of a time that are looked at, [D]
FITS: Final = 0.5  # share of an event's words that a memory or fact of it covers; as recall's own
SOME: Final = 0.3  # share of the matter's words from which a memory of the time is about it, tuned
LOUD: Final = 0.15  # importance from which something of a time is worth telling, [D]

_WAYS: Final[dict[str, list[str]]] = table("mind/data/dated.yaml")
_IDLE: Final = frozenset(s for w in IDLE for s in (w, stem(w)))
_ASKS: Final = frozenset(_WAYS["asks"])
# whose doings are asked for: "what did you do last winter?", "what I did a week ago"
_DOER: Final = re.compile(
    r"\b(?:did|have|had|what) (you|i|we)\b"
    r"(?! (?:see|seen|hear|heard|notice|noticed|know|known|tell|told|say|said|ever|get|meet|met))",
    re.IGNORECASE,
)
# a feast as it always is, and as it once was
_HELD: Final = re.compile(r"\b(?:is|when's|what's|happens?|do|does|will|comes?)\b", re.IGNORECASE)
_GONE: Final = re.compile(
    r"\b(?:was|were|did|had|have|has|last|happened|remember|saw|seen|\w+ed on)\b", re.IGNORECASE
)
_SEEING: Final = frozenset({"see", "saw", "seen", "meet", "met"})
_THERE: Final = re.compile(r"\bwhere were you\b", re.IGNORECASE)
_TOLD: Final = frozenset(stem(w) for w in ("tell", "told", "say", "said", "talk", "speak"))
_NOT_THIS: Final = frozenset({"ask_source", "ask_opinion", "ask_name", "ask_wellbeing", "ask_why"})


class Dated(NamedTuple):
    """What came of a time: a memory or a fact of it, or nothing but how it was said.

    ``text`` is a whole answer; ``said`` is the time as the NPC would say it back.
    """

    memory: Memory | None = None
    fact: Known | None = None
    text: str = ""
    said: str = ""
    memories: tuple[Memory, ...] = ()


def of_that_time(npc: Npc, scene: Scene, heard: Heard) -> Dated | None:
    """What answers a question that names a time gone by; None where it names none."""
    if scene.times is None or heard.intent not in QUESTIONS or heard.intent in _NOT_THIS:
        return None
    when = scene.times.heard(heard.text)
    if when is None or _asks_its_date(heard, when):
        return None
    if _is_now(when) and heard.intent != "ask_rumour":
        return None
    spans = _spans(npc, scene, heard, when)
    return _within(npc, scene, heard, when, spans) if spans else None


def _asks_its_date(heard: Heard, when: When) -> bool:
    """Whether a feast is the matter and not a time: "When is it?", "What happens on it?"."""
    if when.moment is None or when.moment.unit != "feast":
        return False
    return bool(_HELD.search(heard.text)) and not _GONE.search(heard.text)


def _is_now(when: When) -> bool:
    """Today, this summer: what is asked of it may as well be how things are."""
    moment = when.moment
    if moment is None or moment.back or when.side or moment.part:
        return False
    return moment.unit in {"day", "hour"} or (moment.this and moment.unit in {"season", "year"})


def _spans(npc: Npc, scene: Scene, heard: Heard, when: When) -> tuple[tuple[float, float], ...]:
    """When it was, as far as this NPC can tell."""
    if scene.times is None:
        return ()
    if when.moment is not None:
        span = scene.times.when(when.moment, scene.now)
    else:
        span = _of_event(npc, scene, heard, when.anchor)
    if span is None:
        return ()
    first, last = span
    if when.side == "before":
        return ((first - max(BEFORE_S, (scene.now - first) / 2), first),)
    if when.side:
        return ((last if when.side == "after" else first, scene.now),)
    return (span,)


def _of_event(
    npc: Npc, scene: Scene, heard: Heard, anchor: Sequence[str]
) -> tuple[float, float] | None:
    """When an event was that stands for a time, by this NPC's own memory or knowledge."""
    if set(anchor) <= MEETING | PEOPLE and set(anchor) & MEETING:
        met = met_at(npc, scene)
        return None if met is None else (met, met + DAY_S / 2)
    words, names = stems(" ".join(anchor)), tuple(i for i, _ in heard.entities)
    best: tuple[float, float] | None = None
    latest = [*islice(scene.past.of_kind(words, _named(scene, names)), 1)]
    for memory in latest or scene.past.recall(words, _named(scene, names), 1):
        if memory.score >= FITS and may_tell(scene, memory):
            best = (memory.score, memory.at)
    for fact in scene.knowledge.search(words, names, "", False, 3):
        known = fact.at is not None and (fact.trust is None or scene.standing.trust >= fact.trust)
        if known and fact.score >= FITS and (best is None or fact.score > best[0]):
            best = (fact.score, fact.at or 0.0)
    if best is None:
        return None
    about = max(DAY_S / 2, ABOUT * (scene.now - best[1]))
    return (best[1] - about, best[1] + about)


def _within(
    npc: Npc, scene: Scene, heard: Heard, when: When, spans: tuple[tuple[float, float], ...]
) -> Dated | None:
    """The weightiest of that time that is about the matter."""
    spent = when.words | {stem(w) for w in when.words}
    spent |= {s for w in when.words for s in stems(w)}
    words = [s for s in heard.stems if s not in spent and s not in _IDLE]
    feast = when.moment is not None and when.moment.unit == "feast"  # its name is no matter's
    about = {i for i, _ in heard.entities[feast:]}
    fits = _fitting(scene, words, sorted(about), spans) if words else None
    held = [m for first, last in spans for m in scene.past.during(first, last, LOOKED_AT, fits)]
    held = [m for m in held if may_tell(scene, m) and _of_matter(npc, scene, heard, m, about)]
    if fits is not None:
        ranks = fits
        held.sort(key=lambda m: -ranks[m.happening])
    elif not about:
        held = [m for m in held if m.importance >= LOUD]
    fresh = [m for m in held if m.happening not in scene.talk.mentioned] or held
    said = to_listener(when.said)
    if fresh and heard.focus == "place" and _THERE.search(heard.text) and not fresh[0].hops:
        return Dated(text=_somewhere(scene, fresh[0].place), said=said, memories=tuple(fresh[:4]))
    if fresh:
        return Dated(memory=fresh[0], said=said, memories=tuple(fresh[:4]))
    if not words and not _DOER.search(heard.text):
        facts = [f for first, last in spans for f in scene.knowledge.during(first, last)]
        facts = [f for f in facts if not about or about & set(f.about)]
        fact = next((f for f in facts if f.id not in scene.talk.told), facts[0] if facts else None)
        if fact is not None:
            return Dated(fact=fact, said=said)
    if words or about:
        return None if heard.intent != "ask_memory" else Dated(said=said)
    return Dated(said=said)


def _fitting(
    scene: Scene, words: Sequence[str], named: Sequence[str], spans: Sequence[tuple[float, float]]
) -> dict[int, float]:
    """Happenings of these spans that are about the words, and how far."""
    found = (
        *scene.past.recall(words, named, LOOKED_AT, dates=spans, least=SOME),
        *scene.past.of_kind(words, _named(scene, named), spans),
    )
    return {m.happening: m.score for m in found if m.score >= SOME}


def _somewhere(scene: Scene, place: str) -> str:
    """Where the NPC was, as it says so."""
    ways = _WAYS["here" if place == scene.query.get("place") else "where"]
    way = ways[int(scene.dice.roll("where") * len(ways))]
    name = scene.name_of(place) or "somewhere"
    return way.replace("{place}", name)


def _of_matter(npc: Npc, scene: Scene, heard: Heard, memory: Memory, about: set[str]) -> bool:
    """Whether a memory of the time is about who and what the line names, done by whom it asks."""
    if about and about.isdisjoint({memory.actor, memory.target, memory.place, *memory.names}):
        return False
    if memory.kind in PRIVATE:
        return False  # a name given, a thing confessed: no news of that day
    if heard.intent == "ask_memory" and not _TOLD.isdisjoint(heard.stems):
        return memory.kind in STATED and memory.actor == scene.listener.id
    doer = _DOER.search(heard.text)
    if doer is None:
        return True
    return memory.actor == (npc.id if doer[1].lower() == "you" else scene.listener.id)


def _named(scene: Scene, names: Sequence[str]) -> list[str]:
    """Of those named, the people and things that were in something, not where it was."""
    return [n for n in names if n != scene.query.get("place")]


def when_was(npc: Npc, scene: Scene, heard: Heard) -> Dated | None:
    """When something was that the two of them share: "how long have you known me?"."""
    said = set(tokens(heard.text))
    if heard.intent != "ask_when" or not said & MEETING or said - MEETING - PEOPLE - _ASKS:
        return None
    if not said & {"we", "me", "i", "us"} or scene.listener.kind != "player" or scene.times is None:
        return None
    met = met_at(npc, scene)
    ago = "" if met is None else scene.calendar.ago(met, scene.now)
    kind = "not_met" if met is None else "met_now" if ago == "just now" else "met"
    ways = _WAYS["known" if kind == "met" and "long" in said else kind]
    way = ways[int(scene.dice.roll("met") * len(ways))]
    return Dated(text=way if met is None else filled(way, scene.times.then(met, scene.now), ago))


def last_seen(scene: Scene, heard: Heard) -> Memory | None:
    """The last that this NPC saw of somebody: "when did you last see Rafe?"."""
    said = set(tokens(heard.text))
    who = next((i for i, kind in heard.entities if kind in {"npc", "player"}), "")
    if not who or not said & LATEST or not said & _SEEING:
        return None
    held = scene.past.recall((), (who,), LOOKED_AT)
    seen = [m for m in held if m.source == "seen" and who in (m.actor, m.target)]
    return max(seen, key=lambda m: (m.at, m.happening), default=None)


def with_when(scene: Scene, text: str, at: float) -> str:
    """What is told, with when it was, if it does not say so itself."""
    if scene.times is None or scene.times.heard(text) is not None:
        return text
    ways = _WAYS["dated"]
    way = ways[int(scene.dice.roll("dated") * len(ways))]
    return filled(way, scene.times.then(at, scene.now)).replace("{memory}", text)


def filled(way: str, then: str, ago: str = "") -> str:
    """A way to say when, its time put in; ``{long}`` is for how long since then."""
    long = ago.removesuffix(" ago") if ago.endswith(" ago") else f"since {ago}"
    for slot, said in (("then", then), ("ago", ago), ("long", long)):
        way = way.replace(f"{{{slot}.cap}}", capitalised(said)).replace(f"{{{slot}}}", said)
    return way


def met_at(npc: Npc, scene: Scene) -> float | None:
    """Game second at which this NPC first spoke with the listener; None if it never did."""
    first = [t.since for t in npc.graph.match(npc.id, MET, scene.listener.id)]
    if not first:  # never kept: from the first that it remembers of the other
        first = [m.at for m in scene.past.with_person(scene.listener.id, LOOKED_AT)]
    return min(first, default=None)


def first_meeting(npc: Npc, scene: Scene) -> tuple[Change, ...]:
    """What is kept of having met: since when the two know each other."""
    if scene.standing.meetings or scene.talk.turns or scene.listener.kind != "player":
        return ()
    met = Triple(npc.id, MET, scene.listener.id, source="seen", since=scene.now, touched=scene.now)
    return (Asserted(npc.id, npc.graph.next, *met),)


def may_tell(scene: Scene, memory: Memory) -> bool:
    """What was confessed is for him who did, what was whispered for him and the trusted."""
    if memory.actor == scene.listener.id:
        return True
    if memory.kind in PRIVATE:
        return False
    return scene.standing.trust >= CONFIDED or not scene.past.hushed(memory.happening)


def latest_or_first(heard: Heard, memories: Sequence[Memory]) -> Memory | None:
    """Of memories that fit alike, the one asked for: the first time, else the last."""
    if not memories:
        return None
    alike = [m for m in memories if m.score >= memories[0].score - 1e-9]
    said = set(tokens(heard.text))
    if said & FIRST:
        return min(alike, key=lambda m: (m.at, m.happening))
    if said & LATEST:
        return max(alike, key=lambda m: (m.at, m.happening))
    return memories[0]
