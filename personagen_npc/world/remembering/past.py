"""The ``Past`` of one scene: one NPC's memories, told as this NPC may tell them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from personagen_npc.memory.index import view
from personagen_npc.memory.recall import Query, recall
from personagen_npc.memory.restating import claimed, restated
from personagen_npc.mind.remember import PRIVATE, STATED, overheard_back, said_back
from personagen_npc.mind.scene import Memory
from personagen_npc.words.stem import stems as all_stems
from personagen_npc.world.rumours.tales import claim_of, hushed, mouths

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from personagen_npc.memory.episodes import Memory as Hold
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Mouth
    from personagen_npc.world.pack import EventType
    from personagen_npc.world.remembering.meaning import Meanings

OF_KIND = 0.8  # share of a question covered by an event of the kind asked for, [D]


@lru_cache(maxsize=512)
def _called(kind: str, topics: tuple[str, ...]) -> frozenset[str]:
    """Stems by which a kind of event goes."""
    return frozenset(s for words in (kind.replace("_", " "), *topics) for s in all_stems(words))


# how many memories there are, then what ``Remembered.recall`` is given, in its order
_Asked = tuple[
    int, "Sequence[str]", "Sequence[str]", int, str, "Sequence[tuple[float, float]]", str, float
]


class Remembered:
    """Memories of one NPC at one moment."""

    __slots__ = ("_deeds", "_events", "_happenings", "_meanings", "_now", "_npc", "_seen", "_to")

    def __init__(
        self, npc: Npc, happenings: Happenings, events: Mapping[str, EventType],
        deeds: Mapping[str, Any], now: float, to: str = "", meanings: Meanings | None = None,
    ) -> None:  # fmt: skip
        """Take what a look needs.

        Args:
            npc: whose memories.
            happenings: the world's.
            events: the pack's kinds of events.
            deeds: how what was said is told.
            now: game seconds.
            to: whom it is told to, who gets to hear a liar's claim; "" looks into the mind.
            meanings: the world's vectors; None for words alone.
        """
        self._npc, self._happenings, self._now = npc, happenings, now
        self._events, self._deeds, self._meanings = events, deeds, meanings
        self._to = to if npc.graph else ""
        self._seen: tuple[object, list[Memory]] = ((), [])  # what was asked last, what came of it

    def recall(
        self, stems: Sequence[str], names: Sequence[str], k: int, text: str = "",
        dates: Sequence[tuple[float, float]] = (), focus: str = "", least: float = 0.0,
    ) -> list[Memory]:  # fmt: skip
        """The ``k`` memories that fit the words best; score is the share of them covered.

        ``text``: the line as it was said, for what it means beside its words. ``dates``: none but
        those of these spans of game seconds. ``focus``: what the line asks for. ``least``:
        none of the ``k`` that covers less.
        """
        held = len(self._npc.memories)
        asked = (held, stems, names, k, text, dates, focus, least)
        if asked != self._seen[0]:  # else one line has asked the same twice
            self._seen = asked, self._recall(asked) if held else []
        return [*self._seen[1]]

    def _recall(self, asked: _Asked) -> list[Memory]:
        _, stems, names, k, text, dates, focus, least = asked
        npc, all_ = self._npc, self._happenings
        meanings = self._meanings
        vector = meanings.of(text) if meanings is not None and text else None
        query = Query(stems, names, self._now, npc.place, vector=vector, dates=dates,
                      focus=focus)  # fmt: skip
        vectors = meanings.vectors if meanings is not None else None
        found = recall(npc.memories, all_, all_.vocabulary, query, k, vectors=vectors)
        if least:
            found = [r for r in found if r.covers >= least]
        if dates and vector is None:  # what is not of that time need not be told first
            found = [r for r in found if self._of(r.happening, dates)]
        rows = [self._memory(npc.memories[r.happening], r.covers) for r in found]
        if meanings is not None and vector is not None:
            meant, share = meanings.nearest([m.happening for m in rows], text)
            if meant >= 0 and share > rows[meant].score:
                rows.insert(0, rows.pop(meant)._replace(score=share))
        if not dates:
            return rows
        return [m for m in rows if any(first <= m.at <= last for first, last in dates)]

    def of_kind(
        self, stems: Sequence[str], names: Sequence[str], dates: Sequence[tuple[float, float]] = ()
    ) -> Iterator[Memory]:
        """Events of a kind that goes by one of the words, with everybody named in it, newest first.

        A theft is found by "robbed", though it is remembered as "Rafe stole from Garrick".
        """
        all_, held, asked = self._happenings, self._npc.memories, set(stems)
        kinds = [k for k, e in self._events.items() if asked & _called(e.id, e.topics)]
        numbers = [n for k in kinds if (n := all_.name_number(k)) >= 0]
        rows = view(held.happening)
        if not numbers or not len(rows):
            return iter(())
        kind = view(all_.kind).take(rows)
        found: list[int] = rows[np.logical_or.reduce([kind == n for n in numbers])].tolist()
        of_it = (h for h in reversed(found) if not dates or self._of(h, dates))
        made = (self._memory(held[h], OF_KIND) for h in of_it)
        return (
            m for m in made
            if not names or {m.actor, m.target, m.place, *m.names}.issuperset(names)
        )  # fmt: skip

    def during(
        self, first: float, last: float, k: int, among: Container[int] | None = None
    ) -> list[Memory]:
        """What this NPC holds of a span of game seconds, weightiest first, newer before older.

        ``among``: of the ``k`` only these happenings.
        """
        all_, held = self._happenings, self._npc.memories
        rows = view(held.happening)
        if not len(rows):
            return []
        at = np.frombuffer(all_.at).take(rows)
        best = self._weightiest(rows[(at >= first) & (at <= last)], k)
        return [self._memory(held[h], 1.0) for h in best if among is None or h in among]

    def with_person(self, person: str, k: int) -> list[Memory]:
        """What this NPC holds of somebody's doings, weightiest first, newer before older."""
        all_, held = self._happenings, self._npc.memories
        rows = view(held.happening)
        doer = all_.name_number(person)
        best = self._weightiest(rows[view(all_.actor).take(rows) == doer], k)
        return [self._memory(held[h], 1.0) for h in best]

    def _weightiest(self, some: NDArray[np.int32], k: int) -> list[int]:
        """The ``k`` weightiest of some happenings, newer before older."""
        if not len(some):
            return []
        all_ = self._happenings
        at, weight = np.frombuffer(all_.at).take(some), np.frombuffer(all_.importance).take(some)
        found: list[int] = some[np.lexsort((-some, -at, -weight))[:k]].tolist()
        return found

    def again(self, kind: str, text: str, actor: str, names: frozenset[str], since: float) -> int:
        """The memory of the same deed or the same words of ``actor``, -1 if there is none."""
        all_, held = self._happenings, self._npc.memories
        if kind in STATED:
            kinds = frozenset({kind}) if kind in PRIVATE else STATED - PRIVATE
            return restated(held, all_, claimed(text), actor, names, kinds)
        doer, deed = all_.name_number(actor), all_.name_number(kind)
        rows = view(held.happening)
        same = (view(all_.actor).take(rows) == doer) & (view(all_.kind).take(rows) == deed)
        found = [int(h) for h in rows[same] if all_.text[h] == text and all_.at[h] >= since]
        return found[-1] if found else -1

    def fresh(self, k: int) -> list[Memory]:
        """The ``k`` newest, newest first."""
        held = self._npc.memories
        return [self._memory(held[h], 1.0) for h in reversed(held.happening[-k:])]

    def memory(self, happening: int) -> Memory | None:
        """One memory, None if it is not held (any more)."""
        held = self._npc.memories
        return self._memory(held[happening], 1.0) if happening in held else None

    def hushed(self, happening: int) -> bool:
        """Whether it was told in confidence."""
        return bool(self._npc.graph) and hushed(self._npc, happening)

    def mouths(self, happening: int, fact: str = "") -> list[Mouth]:
        """Who told this NPC of a happening, in any version, or of a fact; oldest first."""
        family = self._happenings.tellings(happening) if happening >= 0 else ()
        return mouths(self._npc, family, fact)

    def versions(self, happening: int) -> tuple[int, list[Memory]]:
        """(what all tellings of a happening go back to, the others of them that are held)."""
        all_, held = self._happenings, self._npc.memories
        others = [n for n in all_.tellings(happening) if n != happening and n in held]
        return all_.root(happening), [self.as_told(held[n], n) for n in others]

    def as_told(self, hold: Hold, version: int, score: float = 1.0) -> Memory:
        """A memory as it is told: what is held, or a version of it."""
        h = self._happenings[version]
        event = self._events.get(h.kind)
        if event is not None:
            to_actor, to_others = event.to_actor, event.to_others
        else:
            to_actor, to_others = said_back(self._deeds.get(h.kind, {}), h.text)
            if h.target not in ("", self._npc.id):
                to_actor = overheard_back(h.kind)  # "you insulted me" is for who was insulted
        if h.twist and h.text != self._happenings.text[h.parent]:
            to_others = ()  # what it was made of is in its text, not in the ways of its kind
        return Memory(
            hold.happening, h.text, h.kind, h.actor, h.target, h.place, h.at, h.importance, h.names,
            hold.source, hold.teller, hold.hops, hold.strength, score, to_actor, to_others,
        )  # fmt: skip

    def _memory(self, hold: Hold, score: float) -> Memory:
        return self.as_told(hold, self._version(hold.happening), score)

    def _version(self, happening: int) -> int:
        """What is told for a happening: itself, or what a liar claims instead of it."""
        if not self._to:
            return happening
        claim = claim_of(self._npc, happening)
        if claim >= 0 and claim in self._happenings:
            h = self._happenings[happening]
            if self._to not in (h.actor, h.target):  # those who were in it know what it was
                return claim
        return happening

    def _of(self, happening: int, dates: Sequence[tuple[float, float]]) -> bool:
        """Whether a happening is told as of one of these spans of time."""
        at = self._happenings.at[self._version(happening)]
        return any(first <= at <= last for first, last in dates)
