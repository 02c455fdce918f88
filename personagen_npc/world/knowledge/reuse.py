"""What was compiled for one world and serves the next: after a load most of it is the same.

A pack and a profile never change, so what follows from them alone is known by which object they
are; each is held as long as what was made of it.
"""

from __future__ import annotations

from collections import ChainMap
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from personagen_npc.words.stem import stems
from personagen_npc.world.knowledge import selves
from personagen_npc.world.knowledge.entry import Called, compiled

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.pack import Pack

T = TypeVar("T")
Taken = dict[str, Any]
PACKS: Final = 4  # [D] worlds of so many packs are at home in one server
PEOPLE: Final = 4096  # [D] of all worlds together; one has some 15 facts, 60 KB


class Same(Generic[T]):
    """A thing that equals itself alone: its values need not be looked at."""

    __slots__ = ("thing",)

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)


def called(pack: Pack) -> Called:
    """What a pack calls its people, places and things."""
    return _called(Same(pack))


def own_entries(profile: PersonaProfile, pack: Pack, taken: Taken) -> tuple[Entry, ...]:
    """What nobody but this person has, compiled; ``taken``: ids of others' facts."""
    alone = _alone(Same(profile), Same(pack))
    return _entries(profile, pack, taken) if any(e.fact.id in taken for e in alone) else alone


def shared_entries(pack: Pack) -> tuple[Entry, ...]:
    """What a pack's facts say, and what everybody in it knows anyway, compiled."""
    return _shared(Same(pack))


def look(profile: PersonaProfile, pack: Pack) -> Entry | None:
    """How one looks whom the pack does not have, compiled."""
    return _look(Same(profile), Same(pack))


@lru_cache(maxsize=PACKS)
def _shared(pack: Same[Pack]) -> tuple[Entry, ...]:
    names = called(pack.thing)
    facts = {fact.id: fact for fact in pack.thing.facts.values()}
    for fact in selves.common(pack.thing):
        facts.setdefault(fact.id, fact)
    return tuple(compiled(fact, "", names) for fact in facts.values())


@lru_cache(maxsize=PEOPLE)
def _look(profile: Same[PersonaProfile], pack: Same[Pack]) -> Entry | None:
    seen = selves.look_of_newcomer(profile.thing)
    return None if seen is None else compiled(seen, "", called(pack.thing))


@lru_cache(maxsize=PACKS)
def _called(pack: Same[Pack]) -> Called:
    named = [*selves.names(pack.thing)]
    return Called(
        {i: frozenset(s for n in ns for s in stems(n)) for i, ns in named},
        {i: tuple(frozenset(stems(n)) for n in ns if stems(n)) for i, ns in named},
        {i: selves.openings(ns) for i, ns in named},
        frozenset(pack.thing.places),
    )


@lru_cache(maxsize=PEOPLE)
def _alone(profile: Same[PersonaProfile], pack: Same[Pack]) -> tuple[Entry, ...]:
    return _entries(profile.thing, pack.thing, {})


def _entries(profile: PersonaProfile, pack: Pack, taken: Taken) -> tuple[Entry, ...]:
    own: dict[str, Entry] = {}
    places = {p.id: p.name for p in pack.places.values()}
    known, names = ChainMap(own, taken), called(pack)
    for fact in selves.own_facts(profile, places, known):
        if fact.id not in known:
            own[fact.id] = compiled(fact, profile.id, names)
    return tuple(own.values())
