"""A world of a thousand minds for measuring: Emberfall many times over, each with a past.

Every copy of the village has people and places of its own (new ids and names), so that a room holds
as many people as it does in the pack. What is authored for a person is authored for its copies.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from personagen_npc.changes import Happened, Held
from personagen_npc.host.library import Library
from personagen_npc.world.roster import spawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact, Pack
    from personagen_npc.world.world import World

ROOT = Path(__file__).parent.parent
PACK = "emberfall"
FIRST = ("Al", "Bren", "Cor", "Dun", "Ed", "Fen", "Gar", "Hal", "Is", "Jor", "Ken", "Lor", "Mar",
         "Nor", "Os", "Pel", "Ros", "Sel", "Tor", "Ul", "Ven", "Wil")  # fmt: skip
LAST = ("an", "ard", "bert", "da", "den", "fa", "gar", "ild", "la", "lin", "mund", "na", "ra",
        "ric", "sa", "ta", "ulf", "wen", "wick", "ya")  # fmt: skip
HOLDERS = 4  # minds that hold a happening: what Emberfall's rooms have for witnesses
PLAYERS = 40
DAY_S = 86_400.0


def lines() -> list[str]:
    """What players say, in the order in which a talk might go."""
    return (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()


class Villages(Library):
    """The library, with a pack that has places and knowledge for so many copies of its people."""

    def __init__(self, npcs: int) -> None:
        super().__init__([ROOT / "examples"])
        self._npcs = npcs

    def pack(self, names: Sequence[str]) -> Pack:
        """The pack of that name, its places and grants multiplied."""
        pack = super().pack(names)
        return _multiplied(pack, -(-self._npcs // max(1, len(pack.npcs))))


def _multiplied(pack: Pack, villages: int) -> Pack:
    places = dict(pack.places)
    for village in range(1, villages):
        for place in pack.places.values():
            fields = {"id": f"{place.id}.{village}", "aliases": ()}
            places[fields["id"]] = place.model_copy(  # type: ignore[index]
                update={
                    **fields,
                    "name": f"{place.name} of {_name(village * 31)}",
                    "near": tuple(f"{near}.{village}" for near in place.near),
                }
            )
    facts = {f.id: _granted(f, villages) for f in pack.facts.values()}
    return pack.model_copy(update={"places": places, "facts": facts})


def _granted(fact: Fact, villages: int) -> Fact:
    if not fact.who.npcs:
        return fact
    npcs = tuple(n if not v else f"{n}.{v}" for n in fact.who.npcs for v in range(villages))
    return fact.model_copy(update={"who": fact.who.model_copy(update={"npcs": npcs})})


def people(world: World, npcs: int) -> list[Npc]:
    """Spawn copies until there are so many NPCs; all of them, the pack's own first."""
    for profile, place in islice(_copies(world.pack), max(0, npcs - len(world.npcs))):
        world.begin()
        spawn(world, profile, place)
        world.end()
    return list(world.npcs.values())


def _copies(pack: Pack) -> Iterator[tuple[PersonaProfile, str]]:
    village, number = 0, 0
    while True:
        village += 1
        for profile in pack.npcs.values():
            number += 1
            fields = {"id": f"{profile.id}.{village}", "name": _name(number), "aliases": ()}
            copy = profile.model_copy(update={**fields, "ties": {}})
            yield copy, f"{profile.place}.{village}"


def _name(number: int) -> str:
    """A name of two words that no other number has."""
    firsts, lasts = len(FIRST), len(LAST)
    given = FIRST[number % firsts] + LAST[number // firsts % lasts]
    house = FIRST[number * 7 % firsts] + LAST[number // 3 % lasts]
    return f"{given} {house}{number // (firsts * lasts) or ''}"


def past(world: World, npcs: Sequence[Npc], memories: int) -> None:
    """Give each so many memories: deeds of players and neighbours, and what players told them."""
    kinds = list(world.pack.events.values())
    said = [f"{{actor}} said: {line}" for line in lines() if len(line.split()) > 4]
    names = [n.id for n in npcs]
    count = -(-len(npcs) * memories // HOLDERS)
    world.now = max(world.now, count * 40.0)
    for number in range(count):
        first = number * HOLDERS % len(npcs)
        held = number * HOLDERS // len(npcs)  # memories that each of them has by now
        actor = f"player{number % PLAYERS}" if number % 3 else names[number * 7 % len(names)]
        kind = kinds[number % len(kinds)]
        told = number % 4 == 3
        text = said[number // 4 % len(said)] if told else kind.text
        place = npcs[first].place
        world.apply(
            Happened(
                number, text, "tell" if told else kind.id, actor, names[first], place,
                world.now - (count - number) * 40.0, kind.importance, "", (place,),
            )
        )  # fmt: skip
        for k in range(HOLDERS):
            source = "said" if told and not k else "overheard" if told else "seen"
            world.apply(
                Held(
                    names[(first + k) % len(names)], number, source, "", 0, 1.0 - 0.1 * k, "",
                    0.0, held // 6, held % 6,
                )
            )  # fmt: skip
