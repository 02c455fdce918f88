"""Lore: which facts an NPC can reach now, and which of them answer a question.

Knowledge is by construction. A fact is within reach if it was authored for this NPC under a
condition that holds now, or if the NPC witnessed it or was told. Search never looks at the rest.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.mind.perceive import turned
from personagen_npc.mind.scene import Known
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems
from personagen_npc.world.dates.dated import DatedFacts
from personagen_npc.world.knowledge import selves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact, Pack

NAME_WEIGHT = 1.4  # a named entity counts this many times the rarest word, tuned on Emberfall
TOPIC_SHARE, TEXT_SHARE = 1.0, 0.75  # a word among the topics says more than one in the text
# what a name counts by its part in the fact; named first without a triple, it is the subject
SUBJECT, FIRST, OBJECT, ABOUT = 1.0, 0.95, 0.75, 0.7
FOCUS_BONUS = 0.12
IMPORTANCE_BONUS = 0.04
MISSES_FOCUS = 0.5  # left of a fact without a person asked who, without a place asked where, tuned
SELF_BONUS = 0.2  # asked with "you", for what is about the one asked, tuned
OTHERS = 0.45  # left of a fact that is not about the one asked, where nothing else is named, tuned
BY_THE_WAY = 0.6  # left of where somebody is found, where neither who nor where was asked, tuned
BESIDE_THE_POINT = (
    0.55  # left of a fact that has only the name asked about, or only the rest, tuned
)
DEFINES = "defines"  # focus of a fact that says what something is
HINTED = 0.65  # left of a fact with the name asked about, but without the light word, tuned
UNKNOWN_DF = 1.0  # a word that no fact holds weighs more than any other: it is what nobody knows
LIGHT = 0.12  # of the rarest word's weight: a word that fits any matter ("good", "go"), tuned
TYPICAL = 150  # facts that weights are tuned for; a word is no less rare in a smaller pack, [D]
SOLID = 0.36  # of the rarest word's weight: the least of a question, light words make none, tuned

_TABLE = table("world/data/questions.yaml")
FOCUS_RELATIONS = {focus: tuple(words) for focus, words in _TABLE["relations"].items()}
_EMPTY = frozenset(stem(w) for w in _TABLE["empty"])
_NONE: dict[str, float] = {}
_NOTHING: frozenset[str] = frozenset()
Row = tuple[float, "dict[str, float]", list[tuple[str, float]]]


class Entry(NamedTuple):
    """A fact, compiled for search."""

    fact: Fact
    owner: str  # the one NPC that it belongs to, or ""
    words: dict[str, float]
    names: dict[str, float]
    foci: frozenset[str]
    when: Criteria
    ways: tuple[str, ...]


class Question(NamedTuple):
    """What is asked: stems, ids named, focus (place, person, ...), of the one asked itself.

    ``light``: its words fit any matter, so what it names says what it is about.
    """

    words: Sequence[str]
    names: Sequence[str] = ()
    focus: str = ""
    self: bool = False
    light: bool = False


class Lore:
    """All facts of one world, with the index over their words and names."""

    def __init__(self, pack: Pack) -> None:
        self._entries: dict[str, Entry] = {}
        # of the shared facts only; an NPC's own are few and searched one by one
        self._by_word: dict[str, dict[str, float]] = {}
        self._by_name: dict[str, dict[str, float]] = {}
        self._holders: dict[str, int] = {}  # word -> how many facts hold it, own ones too
        self._owned: dict[str, list[str]] = {}
        self._granted: dict[str, frozenset[str]] = {}  # of shared facts; own ones are in _owned
        self._pools: dict[frozenset[str], frozenset[str]] = {}
        self.dates = DatedFacts(pack)
        self._places = frozenset(pack.places)
        self._cast = frozenset(pack.npcs)
        self._people = set(pack.npcs)
        self._called: dict[str, str] = {}
        self._light = frozenset(s for w in _TABLE["light"] for s in (stem(w), *stems(w)))
        self._kindred = turned(pack.lexicon.synonyms)
        called = list(selves.names(pack))
        self._name_stems = {i: frozenset(s for n in ns for s in stems(n)) for i, ns in called}
        self._defined = {i: selves.definitions(ns) for i, ns in called}
        self._display = {p.id: p.name for p in pack.places.values()}
        for fact in pack.facts.values():
            self._add(fact, "")
        for fact in selves.common(pack):
            if fact.id not in self._entries:
                self._add(fact, "")

    def __contains__(self, fact: str) -> bool:
        return fact in self._entries

    def fact(self, fact: str) -> Fact:
        """The fact behind an id; raises KeyError."""
        return self._entries[fact].fact

    def join(self, profile: PersonaProfile) -> None:
        """Take up an NPC's own knowledge nodes and work out what is authored for it."""
        for own in selves.own_facts(profile, self._display, self._entries):
            if own.id not in self._entries:
                self._add(own, profile.id)
        self._people.add(profile.id)
        self._called[profile.id] = profile.name
        shared = (e for e in self._entries.values() if not e.owner)
        secrets = (s for s in profile.secrets if s in self._entries)
        granted = frozenset((*secrets, *(e.fact.id for e in shared if _granted(e, profile))))
        # people of one trade and place are granted the same: one set serves them all
        self._granted[profile.id] = self._pools.setdefault(granted, granted)

    def leave(self, npc: str) -> None:
        """Drop an NPC's grants and own nodes."""
        self._granted.pop(npc, None)
        if npc not in self._cast:
            self._people.discard(npc)
        for fact in self._owned.pop(npc, ()):
            self._lose(fact)

    def _lose(self, fact: str) -> None:
        for word in self._entries.pop(fact).words:
            self._holders[word] -= 1

    def renew(self, npc: str, mark: str, facts: Iterable[Fact]) -> None:
        """Put facts in the place of an NPC's own ones that bear a mark in their ids."""
        own = self._owned.get(npc, [])
        for old in [f for f in own if mark in f]:
            own.remove(old)
            self._lose(old)
        for new in facts:
            if new.id not in self._entries:
                self._add(new, npc)

    def reaches(self, npc: Npc, fact: str, query: Mapping[str, Any]) -> bool:
        """Whether an NPC may know a fact now: told or witnessed, or authored and in force."""
        if npc.beliefs.get(fact) is not None:
            return True
        entry = self._entries.get(fact)
        if entry is None or (entry.owner != npc.id and fact not in self._granted.get(npc.id, ())):
            return False
        return entry.when.score(query) is not None

    def granted(self, npc: Npc, query: Mapping[str, Any]) -> list[str]:
        """Every fact within reach, sorted by id."""
        held = {b.fact for b in npc.beliefs if b.fact in self._entries}
        authored = self._granted.get(npc.id, _NOTHING).union(self._owned.get(npc.id, ()))
        return sorted(f for f in authored | held if self.reaches(npc, f, query))

    def _add(self, fact: Fact, owner: str) -> None:
        words = dict.fromkeys(stems(fact.text), TEXT_SHARE)
        for topic in fact.topics:
            words |= dict.fromkeys(stems(topic), TOPIC_SHARE)
        names, foci = self._named(fact)
        ways = tuple(_sentence(w) for w in fact.says) or (_sentence(fact.text),)
        when = Criteria.parse(fact.when, f"fact {fact.id}")
        self._entries[fact.id] = Entry(fact, owner, words, names, foci, when, ways)
        for word in words:
            self._holders[word] = self._holders.get(word, 0) + 1
        if owner:
            self._owned.setdefault(owner, []).append(fact.id)
            return
        for index, shares in ((self._by_word, words), (self._by_name, names)):
            for key, share in shares.items():
                index.setdefault(key, {})[fact.id] = share

    def _named(self, fact: Fact) -> tuple[dict[str, float], frozenset[str]]:
        """The ids in a fact with their shares, and which questions it answers."""
        names = dict.fromkeys(fact.about, ABOUT)
        foci: frozenset[str] = frozenset()
        if fact.triple is not None:
            subject, relation, target = fact.triple
            names[target] = OBJECT
            names[subject] = SUBJECT
            foci = frozenset(f for f, words in FOCUS_RELATIONS.items() if _fits(relation, words))
            if subject in self._places and target != subject:
                foci |= {"place"}
        elif fact.about:
            names[fact.about[0]] = FIRST
        if any(fact.text.startswith(self._defined.get(n, ("\0",))) for n in names):
            foci |= {DEFINES}
        return names, foci

    def search(self, npc: Npc, query: Mapping[str, Any], asked: Question, k: int) -> list[Known]:
        """The ``k`` facts within reach that cover most of the question, best first.

        ``score`` is the share of the question's weight (rare words and names weigh more) that the
        fact covers, in [0, 1], plus small bonuses for the question's focus and importance.
        """
        asked = asked._replace(words=self._beside_names(asked))
        covered = self._cover(npc, asked.words, asked.names)
        solid = [w for w in asked.words if w not in self._light]
        asked = asked._replace(words=solid or asked.words, light=not solid)
        ranked = [(-self._ranked(f, share, asked, npc.id), f) for f, share in covered.items()]
        ranked.sort()
        within = ((score, f) for score, f in ranked if self.reaches(npc, f, query))
        return [self.known(npc, fact, -score, query) for score, fact in islice(within, k)]

    def _reach(self, npc: Npc) -> tuple[frozenset[str], list[Entry]]:
        """What a mind may know if conditions hold: all of it, and what stands in no index."""
        granted = self._granted.get(npc.id, _NOTHING)
        apart = [self._entries[f] for f in self._owned.get(npc.id, ())]
        if len(npc.beliefs):
            told = [e for b in npc.beliefs if (e := self._entries.get(b.fact)) is not None]
            granted = granted.union([e.fact.id for e in told])
            apart += [e for e in told if e.owner and e.owner != npc.id]
        return granted, apart

    def _beside_names(self, asked: Question) -> list[str]:
        """The question's words without those that only name what is named, and empty verbs."""
        named = frozenset[str]().union(*(self._name_stems.get(n, ()) for n in asked.names))
        empty = _EMPTY if asked.names and asked.focus in {"person", "place"} else frozenset()
        return [w for w in dict.fromkeys(asked.words) if w not in named and w not in empty]

    def _cover(self, npc: Npc, words: Sequence[str], names: Sequence[str]) -> dict[str, float]:
        """Share of the question's weight that each fact covers, of those this mind may know."""
        granted, apart = self._reach(npc)
        rows = [self._row(group, apart) for group in self._groups(words)]
        weight = NAME_WEIGHT * math.log1p(self._size() / 2.0)
        for name in dict.fromkeys(names):
            own = [(e.fact.id, e.names[name]) for e in apart if name in e.names]
            rows.append((weight, self._by_name.get(name, _NONE), own))
        total, scores = 0.0, dict[str, float]()
        for weight, shared, own in rows:
            total += weight
            for fact, share in shared.items():
                if fact in granted:
                    scores[fact] = scores.get(fact, 0.0) + weight * share
            for fact, share in own:
                scores[fact] = scores.get(fact, 0.0) + weight * share
        total = max(total, SOLID * math.log1p(self._size()))
        return {fact: score / total for fact, score in scores.items()}

    def _size(self) -> int:
        return max(TYPICAL, len(self._entries))

    def _groups(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Words with those that mean the same, so that a synonym does not count twice."""
        groups: list[tuple[str, ...]] = []
        taken: set[str] = set()
        for word in words:
            if word not in taken:
                groups.append((word, *self._kindred.get(word, ())))
                taken.update(groups[-1])
        return groups

    def _row(self, group: tuple[str, ...], apart: Sequence[Entry]) -> Row:
        """Weight of one of the question's words, and the share of it that facts hold."""
        holders = sum(self._holders.get(w, 0) for w in group)
        weight = math.log1p(self._size() / (holders or UNKNOWN_DF))
        if group[0] in self._light:
            weight = min(weight, LIGHT * math.log1p(self._size()))
        first, *others = group
        shared = self._by_word.get(first, _NONE)
        own = [(e.fact.id, e.words[first]) for e in apart if first in e.words]
        for word in others:
            shared = {**self._by_word.get(word, _NONE), **shared}
            left = (e for e in apart if word in e.words and first not in e.words)
            own += [(e.fact.id, e.words[word]) for e in left]
        return weight, shared, own

    def _ranked(self, fact: str, share: float, asked: Question, me: str) -> float:
        """The share covered as it ranks: what answers the question's form wins."""
        entry = self._entries[fact]
        bonus = IMPORTANCE_BONUS * entry.fact.importance
        if asked.focus in entry.foci or (asked.light and DEFINES in entry.foci):
            bonus += FOCUS_BONUS
        if asked.self and me in entry.names:
            bonus += SELF_BONUS
        elif asked.self != (".self." in fact) and not asked.names:
            share *= OTHERS
        if asked.focus == "place" and asked.light and fact.startswith("common.where."):
            bonus += FOCUS_BONUS
        share *= self._beside_the_point(entry, asked)
        return share + bonus * min(1.0, 2.0 * share)

    def _beside_the_point(self, entry: Entry, asked: Question) -> float:
        """What is left of a fact that cannot be what is asked for."""
        left, focus = 1.0, asked.focus
        if focus not in entry.foci and not self._can_answer(entry, focus):
            left *= MISSES_FOCUS
        if asked.words and entry.words.keys().isdisjoint(asked.words):
            left *= HINTED if asked.light and asked.names else BESIDE_THE_POINT
        if asked.names and entry.names.keys().isdisjoint(asked.names):
            left *= BESIDE_THE_POINT
        bare = asked.light or (focus == "reason" and not asked.names and len(asked.words) < 2)
        if bare and focus in {"reason", "manner"} and not entry.foci & {focus, DEFINES}:
            left *= BESIDE_THE_POINT
        if entry.fact.id.startswith("common.where.") and focus not in {"person", "place"}:
            left *= BY_THE_WAY
        return left

    def _can_answer(self, entry: Entry, focus: str) -> bool:
        if focus == "person":
            return not self._people.isdisjoint(entry.names)
        if focus == "place":
            return not self._places.isdisjoint(entry.names)
        return True

    def known(
        self, npc: Npc, fact: str, score: float = 0.0, query: Mapping[str, Any] | None = None
    ) -> Known:
        """A fact as this NPC holds it; with a query, whether it is still so."""
        entry = self._entries[fact]
        belief = npc.beliefs.get(fact)
        own = entry.fact.said_by.get(npc.id, ()) or selves.of_oneself(entry.fact, npc)
        if entry.owner not in ("", npc.id):
            own = own or selves.of_another(entry.fact, self._called[entry.owner])
        ways = tuple(_sentence(w) for w in own) + (() if own else entry.ways)
        told = belief is not None and belief.source != "authored"
        return Known(
            fact,
            ways,
            entry.owner == npc.id or (bool(own) and not entry.owner),
            tuple(entry.names),
            belief.source if belief is not None else "authored",
            belief.teller if belief is not None and told else "",
            belief.hops if belief is not None else 0,
            belief.strength if belief is not None else 1.0,
            entry.fact.trust,
            entry.fact.importance,
            round(score, 6),
            (belief.origin if belief is not None else "") or entry.fact.source,
            entry.fact.text,
            entry.fact.triple,
            told and query is not None and entry.when.score(query) is None,
            self.dates.at(fact),
        )

    def own(self, npc: Npc, query: Mapping[str, Any], skip: frozenset[str]) -> list[Known]:
        """The weightiest of an NPC's own knowledge nodes that were not told yet."""
        nodes = [self._entries[f] for f in self._owned.get(npc.id, ())]
        story = [e.fact for e in nodes if ".self." not in e.fact.id and e.fact.id not in skip]
        story.sort(key=lambda f: (-f.importance, f.id))
        return [self.known(npc, f.id, 1.0) for f in story if self.reaches(npc, f.id, query)][:1]

    def news(self, npc: Npc, query: Mapping[str, Any], about: str, skip: frozenset[str]
             ) -> list[Known]:  # fmt: skip
        """Facts worth passing on unasked: important, no secret, not yet told; best first."""
        granted, apart = self._reach(npc)
        pool: Iterable[str] = granted
        if about:
            own = [e.fact.id for e in apart if about in e.names]
            pool = (*self._by_name.get(about, ()), *own)
        fits = [
            (self._entries[f].fact.importance, f)
            for f in pool
            if f not in skip and self._entries[f].fact.trust is None and not _stale(f)
        ]
        best = sorted(fits, key=lambda row: (-row[0], row[1]))
        within = ((i, f) for i, f in best if self.reaches(npc, f, query))
        return [self.known(npc, f, i) for i, f in islice(within, 3)]


def _stale(fact: str) -> bool:
    """What everybody can see anyway is no news: one's age, who does what, where they are found."""
    return fact.startswith("common.") or ".self." in fact


def _granted(entry: Entry, profile: PersonaProfile) -> bool:
    who = entry.fact.who
    if profile.id in who.not_npcs:
        return False
    return (
        who.all
        or profile.id in who.npcs
        or profile.archetype in who.archetypes
        or (bool(profile.faction) and profile.faction in who.factions)
        or bool({profile.place, profile.home} & set(who.places))
        or entry.fact.id in profile.secrets
    )


def _fits(relation: str, words: tuple[str, ...]) -> bool:
    parts = relation.lower().replace("-", "_").split("_")
    return any(w in parts or w == relation.lower() for w in words)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text[-1:] in ".!?…\"'" else f"{text}."
