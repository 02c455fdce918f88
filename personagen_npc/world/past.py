"""The ``Past`` of one scene: one NPC's memories, told as this NPC may tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.memory.recall import Query, recall
from personagen_npc.mind.remember import said_back
from personagen_npc.mind.scene import Memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.memory.episodes import Memory as Hold
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.pack import EventType

LOOK_BACK = 400  # newest holds that `with_person` looks through: bounds a greeting's work, [D]


class Remembered:
    """Memories of one NPC at one moment."""

    __slots__ = ("_deeds", "_events", "_happenings", "_now", "_npc")

    def __init__(
        self, npc: Npc, happenings: Happenings, events: Mapping[str, EventType],
        deeds: Mapping[str, Any], now: float,
    ) -> None:  # fmt: skip
        self._npc, self._happenings, self._now = npc, happenings, now
        self._events, self._deeds = events, deeds

    def recall(self, stems: Sequence[str], names: Sequence[str], k: int) -> list[Memory]:
        """The ``k`` memories that fit the words best; score is the share of them covered."""
        npc, all_ = self._npc, self._happenings
        if not len(npc.memories):
            return []
        query = Query(stems, names, self._now, npc.place)
        return [
            self._memory(npc.memories[r.happening], r.covers)
            for r in recall(npc.memories, all_, all_.vocabulary, query, k)
        ]

    def with_person(self, person: str, k: int) -> list[Memory]:
        """What this NPC holds of somebody's doings, weightiest first, newer before older."""
        all_, held = self._happenings, self._npc.memories
        number = all_.name_number(person)
        rows = held.happening[-LOOK_BACK:] if number >= 0 else ()
        own = [h for h in rows if all_.actor[h] == number]
        own.sort(key=lambda h: (-all_.importance[h], -all_.at[h], -h))
        return [self._memory(held[h], 1.0) for h in own[:k]]

    def fresh(self, k: int) -> list[Memory]:
        """The ``k`` newest, newest first."""
        held = self._npc.memories
        return [self._memory(held[h], 1.0) for h in reversed(held.happening[-k:])]

    def _memory(self, hold: Hold, score: float) -> Memory:
        h = self._happenings[hold.happening]
        event = self._events.get(h.kind)
        if event is not None:
            to_actor, to_others = event.to_actor, event.to_others
        else:
            to_actor, to_others = said_back(self._deeds.get(h.kind, {}), h.text)
        return Memory(
            hold.happening, h.text, h.kind, h.actor, h.target, h.place, h.at, h.importance, h.names,
            hold.source, hold.teller, hold.hops, hold.strength, score, to_actor, to_others,
        )  # fmt: skip
