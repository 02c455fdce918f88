"""Witness: who notices what happens, by place, adjacency, loudness and sight.

Who takes part knows. At the place one sees and hears; next door one hears what is loud; a place
that ``sees`` another sees what happens there and hears no word. What is only heard shows no face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.pack import Place, Reach, Sense
    from personagen_npc.world.world import World

WITNESSES = 200  # minds that one event reaches at most, [D]
AWAKE = frozenset({"alive", "busy"})  # the busy have eyes and ears, they only do not answer


class Scope(NamedTuple):
    """Where something happens, how far it carries, what shows of it, and who takes part."""

    place: str
    reach: Reach
    sense: Sense
    involved: tuple[str, ...]


class Witness(NamedTuple):
    """One who notices; ``faceless``: what, but not who."""

    npc: Npc
    faceless: bool = False


def views(places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    """Place -> the places from which it can be seen."""
    seen: dict[str, list[str]] = {}
    for place in places.values():
        for other in place.sees:
            seen.setdefault(other, []).append(place.id)
    return {place: tuple(froms) for place, froms in seen.items()}


def awake(world: World, npcs: Iterable[str]) -> list[Npc]:
    """Those of them that are NPCs with open eyes, each once."""
    known = (world.npcs[i] for i in dict.fromkeys(npcs) if i in world.npcs)
    return [n for n in known if n.state in AWAKE]


def witnesses(world: World, scope: Scope) -> list[Witness]:
    """Who notices, those who take part first; absent NPCs know nothing."""
    found = dict.fromkeys(n.id for n in _taking_part(world, scope))
    taking_part = len(found)
    for place in _places(world, scope):
        found.update(dict.fromkeys(n.id for n in world.present(place)))
    if scope.reach == "far":
        found.update(dict.fromkeys(n.id for n in awake(world, world.npcs)))
    rows = list(found)[:WITNESSES]
    faceless = scope.sense == "heard"
    return [Witness(world.npcs[i], faceless and k >= taking_part) for k, i in enumerate(rows)]


def _taking_part(world: World, scope: Scope) -> Sequence[Npc]:
    """Doer and done-to, if they are where it happens: nobody is robbed from afar and knows it."""
    there = {scope.place, *_near(world, scope)}
    far = not scope.place or scope.reach == "far"
    return [n for n in awake(world, scope.involved) if far or n.place in there]


def _places(world: World, scope: Scope) -> Iterator[str]:
    if scope.reach == "whisper":
        return
    yield scope.place
    if scope.sense != "seen":
        yield from _near(world, scope)
    if scope.sense != "heard":
        yield from world.views.get(scope.place, ())


def _near(world: World, scope: Scope) -> Sequence[str]:
    if scope.reach != "loud" or scope.place not in world.pack.places:
        return ()
    return world.pack.places[scope.place].near
