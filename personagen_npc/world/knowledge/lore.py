"""Lore: which facts an NPC can reach now, and which of them answer a question.

Knowledge is by construction. A fact is within reach if it was authored for this NPC under a
condition that holds now, or if the NPC witnessed it or was told. Search never looks at the rest.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.scene import Known
from personagen_npc.world.dates.dated import DatedFacts
from personagen_npc.world.knowledge import reuse, selves
from personagen_npc.world.knowledge.deciding import DECIDES, decided
from personagen_npc.world.knowledge.entry import Entry, compiled, sentence
from personagen_npc.world.knowledge.grants import Grants
from personagen_npc.world.knowledge.index import Index, Question
from personagen_npc.world.knowledge.nearness import Nearness
from personagen_npc.world.knowledge.news import salience
from personagen_npc.world.knowledge.oneself import in_first_person
from personagen_npc.world.knowledge.ranking import (
    CERTAIN,
    FAR,
    MODEL,
    features,
    highest,
    of_another,
    possible,
    prepared,
    score,
)
from personagen_npc.world.knowledge.sayings import Sayings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.knowledge.ranking import Asked, Model
    from personagen_npc.world.pack import Fact, Pack

Seen = tuple[str, tuple[float, ...]]  # a fact with the features of it
OFTEN = 10  # facts that are looked at closely, those that cover most of a question, [D]
AT_ONCE = 0.08  # of the cover: of two that cover as much, what states what is asked for comes first
_NOTHING: frozenset[str] = frozenset()


class Looked(NamedTuple):
    """What was looked at for a question by its words: to be gone on from, by sense."""

    question: Asked
    apart: Sequence[Entry]  # what stands in no index
    seen: list[Seen]


class Lore:
    """All facts of one world, with the index over their words and names."""

    def __init__(self, pack: Pack, sayings: Sayings | None = None) -> None:
        self._sayings = sayings or Sayings(pack)
        self._turned: dict[tuple[str, str], tuple[str, ...]] = {}
        pack = self._sayings.filled(pack)
        self._entries: dict[str, Entry] = {}
        self._owned: dict[str, list[str]] = {}
        self._grants = Grants()  # of shared facts
        self._granted: dict[str, frozenset[str]] = {}  # of shared facts; own ones are in _owned
        self._pools: dict[frozenset[str], frozenset[str]] = {}
        self._news: list[Fact] = []
        self._at_once: dict[str, set[str]] = {}  # focus -> facts that state such a thing
        self.dates = DatedFacts(pack)
        self._places = frozenset(pack.places)
        self._cast = frozenset(pack.npcs)
        self._people = set(pack.npcs)
        self._called: dict[str, str] = {}
        named = [*selves.names(pack)]
        self._all_names = named
        self._pack = pack
        self._names = called = reuse.called(pack)
        self._index = Index(pack, called.stems, called.each)
        self._nearness = Nearness(n for p in pack.npcs.values() for n in (p.name, *p.aliases))
        for entry in reuse.shared_entries(pack):
            self._enter(entry)
        self._nearness.lay()

    def __contains__(self, fact: str) -> bool:
        return fact in self._entries

    def entry(self, fact: str) -> Entry:
        """A fact as it is searched; raises KeyError."""
        return self._entries[fact]

    def fact(self, fact: str) -> Fact:
        """The fact behind an id; raises KeyError."""
        return self._entries[fact].fact

    def join(self, profile: PersonaProfile) -> None:
        """Take up an NPC's own knowledge nodes and work out what is authored for it."""
        for own in reuse.own_entries(profile, self._pack, self._entries):
            self._enter(own)
        self._show(profile)
        self._turned = {k: v for k, v in self._turned.items() if k[0] != profile.id}
        self._people.add(profile.id)
        self._index.callings.join(profile.id, profile.role)
        self._called[profile.id] = profile.name
        secrets = [s for s in profile.secrets if s in self._entries]
        granted = self._grants.of(profile).union(secrets)
        # people of one trade and place are granted the same: one set serves them all
        self._granted[profile.id] = self._pools.setdefault(granted, granted)

    def leave(self, npc: str) -> None:
        """Drop an NPC's grants and own nodes."""
        self._granted.pop(npc, None)
        self._index.callings.leave(npc)
        if npc not in self._cast:
            self._people.discard(npc)
        for fact in self._owned.pop(npc, ()):
            self._lose(fact)
        looks = selves.look_id(npc)
        if npc not in self._cast and looks in self._entries:
            self._lose(looks)
            self._granted = {k: self._pools.setdefault(v - {looks}, v - {looks}) if looks in v
                             else v for k, v in self._granted.items()}  # fmt: skip

    def _show(self, profile: PersonaProfile) -> None:
        """Let those who know a newcomer know its looks."""
        seen = reuse.look(profile, self._pack)
        if seen is None or profile.id in self._cast or seen.fact.id in self._entries:
            return
        self._enter(seen)
        for other in seen.fact.who.npcs:
            if other in self._granted:
                more = self._granted[other] | {seen.fact.id}
                self._granted[other] = self._pools.setdefault(more, more)

    def _lose(self, fact: str) -> None:
        entry = self._entries.pop(fact)
        if not entry.owner:
            self._grants.lose(entry.fact)
        self._index.lose(entry, len(self._entries))
        self._nearness.lose(fact)
        for focus in entry.foci | entry.forms:
            self._at_once[focus].discard(fact)

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
        self._enter(compiled(fact, owner, self._names))

    def _enter(self, entry: Entry) -> None:
        fact, owner = entry.fact, entry.owner
        self._entries[fact.id] = entry
        self._index.add(entry, len(self._entries))
        self._nearness.add(entry)
        for focus in entry.foci | entry.forms:
            self._at_once.setdefault(focus, set()).add(fact.id)
        if owner:
            self._owned.setdefault(owner, []).append(fact.id)
        else:
            self._grants.add(fact)
            self._news = []

    def search(self, npc: Npc, query: Mapping[str, Any], asked: Question, k: int) -> list[Known]:
        """The ``k`` facts within reach that cover most of the question, best first.

        ``score`` says how likely a fact is to answer, in [0, 1], see ``ranking``. Where none does
        for certain by its words, those near in sense are looked at as well.
        """
        looked = self.look(npc, asked)
        found = self._likely(npc, query, looked.seen, k, MODEL)
        if asked.text and (not found or -found[0][0] < CERTAIN):
            farther = self.farther(npc, asked, looked)
            if farther is not None:
                found = self._likely(npc, query, farther, k, FAR)
            if DECIDES and farther is not None and found:
                best = self._entries[found[0][1]]
                found = decided(found, best, looked.question, asked.text)
        return [self.known(npc, fact, -likely, query) for likely, fact in found]

    def _likely(
        self, npc: Npc, query: Mapping[str, Any], seen: Iterable[Seen], k: int, model: Model
    ) -> list[tuple[float, str]]:
        """The likeliest facts within reach, each behind its likelihood below nought."""
        found = [(-score(x, model), f) for f, x in seen]
        found.sort()
        return [*islice((row for row in found if self.reaches(npc, row[1], query)), k)]

    def looked_at(self, npc: Npc, asked: Question) -> list[Seen]:
        """The facts that cover most of a question with what ``ranking`` sees in them."""
        return self.look(npc, asked).seen

    def farther(self, npc: Npc, asked: Question, looked: Looked | None = None) -> list[Seen] | None:
        """The same with those nearest in sense; None where nothing is known of senses."""
        looked = looked or self.look(npc, asked)
        others = dict.fromkeys((*[e.fact.id for e in looked.apart], *[b.fact for b in npc.beliefs]))
        near = self._nearness.to(asked.text, self._granted.get(npc.id, _NOTHING), others)
        if near is None:
            return None
        had = {f for f, _ in looked.seen}
        most = highest(looked.question)  # of what has no word in common with the question
        more = {
            f: 0.0
            for f in near.first(OFTEN)
            if f not in had and possible(most, near.of(self._entries[f]))
        }
        seen = [*looked.seen, *self._seen(npc, more, looked.question)]
        return [(f, (*x, *near.of(self._entries[f]))) for f, x in seen]

    def look(self, npc: Npc, asked: Question) -> Looked:
        """What a question comes to by its words, and the facts that cover most of it."""
        granted, apart = self._reach(npc)
        parts = self._index.parts(asked)
        covered: Mapping[str, float] = self._index.covered(parts, granted, apart)
        if len(covered) > OFTEN:
            covered = self._first(covered, asked.focus)
        question = prepared(parts, asked.focus, asked.self)
        return Looked(question, apart, self._seen(npc, covered, question))

    def _seen(self, npc: Npc, covered: Mapping[str, float], question: Asked) -> list[Seen]:
        entries = self._entries
        return [
            (f, features(entries[f], share, question, npc.id, self._places, self._people))
            for f, share in covered.items()
            if not of_another(entries[f], question, npc.id)
        ]

    def _first(self, covered: Mapping[str, float], focus: str) -> dict[str, float]:
        """The facts to be looked at: by what they cover; by id if they are alike."""
        at_once = self._at_once.get(focus, _NOTHING)
        rows = [(s + AT_ONCE if f in at_once else s, f) for f, s in covered.items()]
        rows.sort(reverse=True)
        return {f: covered[f] for _, f in rows[:OFTEN]}

    def _reach(self, npc: Npc) -> tuple[frozenset[str], list[Entry]]:
        """What a mind may know if conditions hold: all of it, and what stands in no index."""
        granted = self._granted.get(npc.id, _NOTHING)
        apart = [self._entries[f] for f in self._owned.get(npc.id, ())]
        if len(npc.beliefs):
            told = [e for b in npc.beliefs if (e := self._entries.get(b.fact)) is not None]
            granted = granted.union([e.fact.id for e in told])
            apart += [e for e in told if e.owner and e.owner != npc.id]
        return granted, apart

    def known(
        self, npc: Npc, fact: str, score: float = 0.0, query: Mapping[str, Any] | None = None
    ) -> Known:
        """A fact as this NPC holds it; with a query, whether it is still so."""
        entry = self._entries[fact]
        belief = npc.beliefs.get(fact)
        own = entry.fact.said_by.get(npc.id, ()) or selves.of_oneself(entry.fact, npc)
        if entry.owner not in ("", npc.id):
            own = own or selves.of_another(entry.fact, self._called[entry.owner])
        bare = () if own or entry.fact.says else self._sayings.told(fact, npc.id)
        if not own and not bare and not entry.owner and npc.id in entry.names:
            own = self._of_oneself(entry, npc)
        ways = tuple(sentence(w) for w in own) + (() if own else bare or entry.ways)
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
            entry.links,
        )

    def _of_oneself(self, entry: Entry, npc: Npc) -> tuple[str, ...]:
        """What everybody knows of an NPC, as it says that itself; worked out once."""
        key = (npc.id, entry.fact.id)
        if key not in self._turned:
            others = [n for i, names in self._all_names if i != npc.id for n in names]
            self._turned[key] = in_first_person(npc.profile, entry.ways, others)
        return self._turned[key]

    def own(self, npc: Npc, query: Mapping[str, Any], skip: frozenset[str]) -> list[Known]:
        """The weightiest of an NPC's own knowledge nodes that were not told yet."""
        nodes = [self._entries[f] for f in self._owned.get(npc.id, ())]
        story = [
            e.fact for e in nodes
            if ".self." not in e.fact.id and e.fact.id not in skip and e.fact.trust is None
        ]  # fmt: skip
        story.sort(key=lambda f: (-f.importance, f.id))
        return [self.known(npc, f.id, 1.0) for f in story if self.reaches(npc, f.id, query)][:1]

    def personal(
        self, npc: Npc, query: Mapping[str, Any],
        matter: tuple[Sequence[str], Sequence[str], frozenset[str]],
    ) -> list[Known]:  # fmt: skip
        """What answers a matter of an NPC's own: nodes by id, ties by kind, facts by topic."""
        nodes, ties, topics = matter
        own = self._owned.get(npc.id, ())
        found = [f for n in nodes for f in selves.numbered(npc.id, n, own)]
        if ties:
            kinds = selves.of_ties(ties)
            found += [f for f in own if selves.TIE in f and self._relation(f) in kinds]
        if topics and all(selves.TIE in f for f in found):  # what was written says more than a tie
            found = [*self._told_of(npc.id, topics), *found]
        within = (f for f in found if self.reaches(npc, f, query))
        return [self.known(npc, f, 1.0, query) for f in within]

    def _relation(self, fact: str) -> str:
        triple = self._entries[fact].fact.triple
        return triple[1] if triple is not None else ""

    def _told_of(self, npc: str, topics: frozenset[str]) -> list[str]:
        """Facts about somebody of some topics: those about no one else first."""
        facts = (self._entries[f].fact for f in self._index.naming(npc))
        fits = [f for f in facts if f.about[:1] == (npc,) and not topics.isdisjoint(f.topics)]
        fits.sort(key=lambda f: (len(f.about), -len(topics.intersection(f.topics)), f.id))
        return [f.id for f in fits]

    def news(self, npc: Npc, query: Mapping[str, Any], about: str, skip: frozenset[str]
             ) -> list[Known]:  # fmt: skip
        """Facts worth passing on unasked: not yet told; what moves the teller most first."""
        granted, apart = self._reach(npc)
        if about:
            named = (self._entries[f] for f in self._index.naming(about))
            pool = _worth((*named, *(e for e in apart if about in e.names)))
        else:
            told = (e for b in npc.beliefs if (e := self._entries.get(b.fact)) and e.owner)
            pool = [f for f in (*self._shared_news(), *_worth(told)) if f.id in granted]
        now = float(query.get("now", 0.0))
        fits = [
            (salience(npc.id, f, self.dates.at(f.id), now), f.id) for f in pool if f.id not in skip
        ]
        best = sorted(fits, key=lambda row: (-row[0], row[1]))
        within = ((i, f) for i, f in best if self.reaches(npc, f, query))
        return [self.known(npc, f, i) for i, f in islice(within, 3)]

    def _shared_news(self) -> list[Fact]:
        """Shared facts that may be news, looked through once until another one comes."""
        if not self._news:
            self._news = _worth(e for e in self._entries.values() if not e.owner)
        return self._news


def _worth(entries: Iterable[Entry]) -> list[Fact]:
    """Facts that are no secrets, and that not everybody sees anyway."""
    return [e.fact for e in entries if e.fact.trust is None and not _stale(e.fact.id)]


def _stale(fact: str) -> bool:
    """What everybody can see anyway is no news: one's age, who does what, where they are found."""
    return fact.startswith("common.") or ".self." in fact
