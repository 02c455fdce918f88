"""Grants: to whom each shared fact is authored, asked from the side of the person.

A thousand people times some thousand facts are too many to try one by one when a world is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact

_NOTHING: frozenset[str] = frozenset()
_HOW = ("npcs", "archetypes", "factions", "places")


class Grants:
    """Who is granted which shared facts."""

    __slots__ = ("_all", "_barred", "_by")

    def __init__(self) -> None:
        self._all: set[str] = set()
        self._by: dict[tuple[str, str], set[str]] = {}  # (how, id) -> facts
        self._barred: dict[str, set[str]] = {}

    def add(self, fact: Fact) -> None:
        """Take up a shared fact."""
        if fact.who.all:
            self._all.add(fact.id)
        for how in _HOW:
            for some in getattr(fact.who, how):
                self._by.setdefault((how, some), set()).add(fact.id)
        for npc in fact.who.not_npcs:
            self._barred.setdefault(npc, set()).add(fact.id)

    def lose(self, fact: Fact) -> None:
        """Drop one."""
        self._all.discard(fact.id)
        for how in _HOW:
            for some in getattr(fact.who, how):
                self._by[how, some].discard(fact.id)
        for npc in fact.who.not_npcs:
            self._barred[npc].discard(fact.id)

    def of(self, profile: PersonaProfile) -> frozenset[str]:
        """Everything that somebody is granted by who and where he is."""
        found = self._all.union(*(self._by.get(key, _NOTHING) for key in _keys(profile)))
        return frozenset(found - self._barred.get(profile.id, _NOTHING))


def _keys(profile: PersonaProfile) -> Iterator[tuple[str, str]]:
    yield "npcs", profile.id
    yield "archetypes", profile.archetype
    if profile.faction:
        yield "factions", profile.faction
    yield from (("places", place) for place in {profile.place, profile.home})
