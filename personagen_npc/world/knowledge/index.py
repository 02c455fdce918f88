"""Index: which facts hold the words and names of a question, and how much of it each covers."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.reading.form import LIGHT
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.world.knowledge.callings import STANDS_FOR, Callings
from personagen_npc.world.knowledge.kindred import Kindred

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.pack import Pack

NAME_WEIGHT = 1.4  # a named entity counts this many times the rarest word, tuned on Emberfall
UNKNOWN_DF = 1.0  # a word that no fact holds weighs more than any other: it is what nobody knows
LIGHT_WEIGHT = 0.12  # of the rarest word's: a word that fits any matter ("good", "go"), tuned
TYPICAL = 150  # facts that weights are tuned for; a word is no less rare in a smaller pack, [D]
SOLID = 0.36  # of the rarest word's weight: the least of a question, light words make none, tuned
CALLED = 0.75  # what a part of somebody's name or calling counts beside the whole name, tuned
MENTIONED = 0.8  # of a name: a fact that has its words but is about something else, tuned

_EMPTY: Final = frozenset(stem(w) for w in table("world/data/questions.yaml")["empty"])
_NONE: Final[dict[str, float]] = {}


class Question(NamedTuple):
    """What is asked: stems, ids named, focus (place, person, ...), of the one asked itself.

    ``text``: as it was put, to go by its sense; "" to go by its words alone.
    """

    words: Sequence[str]
    names: Sequence[str] = ()
    focus: str = ""
    self: bool = False
    text: str = ""


class Part(NamedTuple):
    """One word or name of a question: what it weighs, what counts for it, and which facts do."""

    key: str
    weight: float
    kin: Mapping[str, float]
    facts: Mapping[str, float]
    named: bool
    light: bool
    head: bool = False  # whether it is the thing in question


class Index:
    """The words and names of one world's facts."""

    def __init__(
        self, pack: Pack, called: Mapping[str, frozenset[str]],
        each: Mapping[str, tuple[frozenset[str], ...]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        # of the shared facts only; an NPC's own are few and searched one by one
        self._by_word: dict[str, dict[str, float]] = {}
        self._by_name: dict[str, dict[str, float]] = {}
        self._holders: dict[str, int] = {}  # word -> how many facts hold it, own ones too
        self._merged: dict[str, dict[str, float]] = {}
        self._kindred = Kindred(pack.lexicon.synonyms)
        self._called = called
        self._each = each
        self.callings = Callings(pack)
        self._bearers: dict[str, list[str]] = {}
        for id_, words in called.items():
            for word in sorted(words):
                self._bearers.setdefault(word, []).append(id_)
        self.size = TYPICAL

    def add(self, entry: Entry, count: int) -> None:
        """Take up a fact; ``count``: how many there are now."""
        self.size = max(TYPICAL, count)
        for word in entry.words:
            self._holders[word] = self._holders.get(word, 0) + 1
        if entry.owner:
            return
        self._merged.clear()
        for index, shares in ((self._by_word, entry.words), (self._by_name, entry.names)):
            for key, share in shares.items():
                index.setdefault(key, {})[entry.fact.id] = share

    def lose(self, entry: Entry, count: int) -> None:
        """Drop a fact that somebody owned."""
        self.size = max(TYPICAL, count)
        for word in entry.words:
            self._holders[word] -= 1

    def naming(self, name: str) -> Mapping[str, float]:
        """The shared facts that name an id, with its share in each."""
        return self._by_name.get(name, _NONE)

    def parts(self, asked: Question) -> list[Part]:
        """A question cut into what has to be covered; words that only name are in the names."""
        names = tuple(dict.fromkeys(asked.names))
        spoken = [self._spoken(n, asked.words) for n in names]
        empty = _EMPTY if names and asked.focus in {"person", "place"} else frozenset()
        parts: list[Part] = []
        taken: set[str] = set(empty)
        for words in spoken:
            taken |= words
        for word in asked.words:
            if word in taken:
                taken.update(self._kindred.own(word))
        for word in dict.fromkeys(asked.words):
            if word not in taken:
                parts.append(
                    self._by_calling(word, names) or self._word(word, word == asked.words[0])
                )
                taken.add(word)
                taken.update(self._kindred.own(word))
        weight = NAME_WEIGHT * math.log1p(self.size / 2.0)
        for name, words in zip(names, spoken, strict=True):
            said = [w for w in asked.words if w in words]
            facts = self._mentioning(name, said) if said else self.naming(name)
            kin = {name: 1.0, **dict.fromkeys(said, MENTIONED)}
            parts.append(Part(name, weight, kin, facts, True, False))
        return parts

    def _spoken(self, name: str, words: Sequence[str]) -> frozenset[str]:
        """The stems of the names by which an id was called, said at least by half.

        Of "Orle's hat" only "Orle" names him, though he is "the man in the green hat" as well.
        """
        every = self._each.get(name)
        if every is None:
            return self._called.get(name, frozenset())
        said = [one for one in every if 2 * len(one.intersection(words)) >= len(one)]
        return frozenset().union(*said)

    def _by_calling(self, word: str, names: Sequence[str]) -> Part | None:
        """A trade where it means one person, who then counts as named."""
        kin = self._kindred.of(word)
        bearer = self.callings.of(kin)
        if not bearer or bearer in names:
            return None
        said = {w: MENTIONED * share for w, share in kin.items() if share >= STANDS_FOR}
        weight = NAME_WEIGHT * math.log1p(self.size / 2.0)
        facts = self._mentioning(bearer, said)
        return Part(bearer, weight, {bearer: 1.0, **said}, facts, True, False)

    def _mentioning(self, name: str, said: Iterable[str]) -> Mapping[str, float]:
        """Facts that name an id, and those that have the words by which it was named here."""
        facts: dict[str, float] = {}
        for word in said:
            for fact, share in self._by_word.get(word, _NONE).items():
                facts[fact] = max(MENTIONED * share, facts.get(fact, 0.0))
        for fact, share in self.naming(name).items():
            facts[fact] = max(share, facts.get(fact, 0.0))
        return facts

    def _word(self, word: str, head: bool) -> Part:
        kin = self._kindred.of(word)
        light = word in LIGHT
        held = [n for k in kin if (n := self._holders.get(k, 0))] if len(kin) > 1 else ()
        holders = self._holders.get(word, 0) or (min(held) if held else 0)
        weight = math.log1p(self.size / (holders or UNKNOWN_DF))
        if light:
            weight = min(weight, LIGHT_WEIGHT * math.log1p(self.size))
        return Part(word, weight, kin, self._facts(word, kin), False, light, head)

    def _facts(self, word: str, kin: Mapping[str, float]) -> Mapping[str, float]:
        """Which shared facts hold a word, one that stands for it, or somebody called so."""
        if len(kin) == 1 and word not in self._bearers:
            return self._by_word.get(word, _NONE)
        merged = self._merged.get(word)
        if merged is None:
            merged = self._merged[word] = self._merge(kin)
        return merged

    def _merge(self, kin: Mapping[str, float]) -> dict[str, float]:
        merged: dict[str, float] = {}
        for word, worth in kin.items():
            rows: list[tuple[float, Mapping[str, float]]] = [
                (worth, self._by_word.get(word, _NONE))
            ]
            rows += [(worth * CALLED, self.naming(n)) for n in self._bearers.get(word, ())]
            for factor, row in rows:
                for fact, share in row.items():
                    merged[fact] = max(factor * share, merged.get(fact, 0.0))
        return merged

    def covered(
        self, parts: Sequence[Part], granted: Collection[str], apart: Sequence[Entry]
    ) -> dict[str, float]:
        """Share of the question's weight that each fact covers, of those this mind may know."""
        total, scores = 0.0, dict[str, float]()
        for part in parts:
            weight = part.weight
            total += weight
            for fact, share in part.facts.items():
                if fact in granted:
                    scores[fact] = scores.get(fact, 0.0) + weight * share
            for entry in apart:
                share = held(entry, part)
                if share:
                    scores[entry.fact.id] = scores.get(entry.fact.id, 0.0) + weight * share
        total = max(total, SOLID * math.log1p(self.size))
        return {fact: score / total for fact, score in scores.items()}


def held(entry: Entry, part: Part) -> float:
    """How well a fact that stands in no index covers a part of a question."""
    if part.named:
        named = entry.names.get(part.key, 0.0)
        if named or len(part.kin) == 1:
            return named
    elif len(part.kin) == 1:
        return entry.words.get(part.key, 0.0)
    common = entry.words.keys() & part.kin.keys()
    return max([part.kin[w] * entry.words[w] for w in common], default=0.0) if common else 0.0
