"""Twist: how a tale changes in the telling, without anybody meaning it.

A changed telling is a happening of its own with the one it was made of as parent; whoever hears it
has no means to know. Somebody who tells a tale wrong tells it wrong in the same way to everybody.
After Talk of the Town (Ryan et al., AIIDE 2015), where a belief mutates by the strength in which
it is held.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.changes import Happened
from personagen_npc.tables import table
from personagen_npc.words.tidy import tidy
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from personagen_npc.dice import Dice
    from personagen_npc.memory.episodes import Memory
    from personagen_npc.memory.happening import Happening
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

RATE: Final = 0.08  # chance that a middling mind changes a faint tale, tuned on a week of Emberfall
LIKELIEST: Final = 0.45  # chance at most, [D]
MOST: Final = (
    6  # tellings of one happening, the true one among them: a village has few versions, [D]
)
MOST_LIES: Final = 3 * MOST  # the same with lies: past that a liar keeps to the truth, [D]
FADES_S: Final = 7.0 * DAY_S  # a tale this old is changed twice as easily, [D]
GROWN: Final = 1.2  # times the importance of what grew in the telling, [D]
LOOKED_AT: Final = 24  # acquaintances looked at for whom a tale could be about, [D]
LIKED: Final = 0.3  # affinity from which nobody is named by mistake or in malice, [D]
_TABLE: Final = table("world/data/twist.yaml")
_NUMBER: Final = re.compile(
    r"(?<![\w-])("
    + "|".join(sorted(_TABLE["amounts"], key=len, reverse=True))
    + r"|\d{1,4})(?![\w-])"
)
_SLOT: Final = re.compile(r"\{(\w+)\}")


class Telling(NamedTuple):
    """What a telling says: the fields of a happening that can change on the way."""

    text: str
    kind: str
    actor: str
    target: str
    place: str
    importance: float


def mutated(world: World, teller: Npc, hearer: Npc, hold: Memory) -> int:
    """The happening that is told: the one held, or what became of it in this mouth."""
    held = world.happenings[hold.happening]
    if held.kind not in world.pack.events:
        return hold.happening  # what somebody said is told as said
    dice = world.dice(teller.id, f"twist.{hold.happening}")
    if dice.roll("whether") >= chance(teller, hold, world.now - held.at):
        return hold.happening
    possible = [(w, t) for w, t in _possible(world, teller, held) if t is not None]
    if not possible:
        return hold.happening
    _, telling = possible[dice.index("how", [w for w, _ in possible])]
    if not _can_be_said(world, teller, hearer, held, telling):
        return hold.happening
    return tell(world, hold.happening, telling, "mutated")


def _can_be_said(world: World, teller: Npc, hearer: Npc, held: Happening, telling: Telling) -> bool:
    """Whether nobody who is newly named could object: he would be within his own hearing."""
    newly = {telling.actor, telling.target} - {held.actor, held.target}
    return all(w != hearer.id and world.npcs[w].place != teller.place for w in newly)


def chance(teller: Npc, hold: Memory, age_s: float) -> float:
    """How likely a telling is changed: weak and old memories, many mouths, restless minds.

    The most conscientious never change anything.
    """
    openness, conscientiousness, _, _, neuroticism = teller.big5
    mind = (1.0 - conscientiousness) * (1.0 + 0.4 * neuroticism + 0.3 * openness)
    worn = (1.3 - hold.strength) * (1.0 + 0.5 * hold.hops) * (1.0 + min(1.0, age_s / FADES_S))
    return max(0.0, min(LIKELIEST, RATE * mind * worn))


def tell(world: World, held: int, telling: Telling, twist: str) -> int:
    """The happening that says this: one that is there already, else a new one; ``held`` if full."""
    family = world.happenings.tellings(held)
    for other in family:
        if as_telling(world.happenings[other])[:5] == telling[:5]:
            return other
    if len(family) >= (MOST if twist == "mutated" else MOST_LIES):
        return held
    h = world.happenings[held]
    number = len(world.happenings)
    world.do(Happened(
        number, telling.text, telling.kind, telling.actor, telling.target, telling.place, h.at,
        telling.importance, h.fact, h.names, held, twist,
    ))  # fmt: skip
    return number


def as_telling(h: Happening) -> Telling:
    """What a happening says of itself."""
    return Telling(h.text, h.kind, h.actor, h.target, h.place, h.importance)


def _possible(world: World, teller: Npc, held: Happening) -> Iterable[tuple[float, Telling | None]]:
    for sort, change in _SORTS.items():
        yield _TABLE["sorts"][sort], change(world, teller, held)


def _other_actor(world: World, teller: Npc, h: Happening) -> Telling | None:
    """Somebody it could have been as well is said to have done it."""
    if "{actor}" not in h.text:
        return None
    who = stand_in(world, teller, h, h.actor)
    return as_telling(h)._replace(actor=who) if who else None


def _other_target(world: World, teller: Npc, h: Happening) -> Telling | None:
    """Somebody else is said to have suffered it."""
    if "{target}" not in h.text:
        return None
    who = stand_in(world, teller, h, h.target)
    return as_telling(h)._replace(target=who) if who else None


def _other_place(world: World, teller: Npc, h: Happening) -> Telling | None:
    """It is said to have been next door."""
    place = world.pack.places.get(h.place)
    if place is None or place.name not in h.text:
        return None
    near = [
        world.pack.places[p] for p in place.near if p in world.pack.places and p != teller.place
    ]
    if not near:
        return None
    other = near[int(_dice(world, teller, h).roll("where") * len(near))]
    text = tidy(h.text.replace(place.name, other.name))
    return as_telling(h)._replace(text=text, place=other.id)


def _more(_world: World, _teller: Npc, h: Happening) -> Telling | None:
    """Three become half a dozen."""
    found = _NUMBER.search(h.text)
    if found is None:
        return None
    much = str(3 * int(found[0])) if found[0].isdigit() else _TABLE["amounts"][found[0]]
    text = tidy(h.text[: found.start()] + much + h.text[found.end() :])
    return as_telling(h)._replace(text=text, importance=_grown(h))


def _worse(world: World, teller: Npc, h: Happening) -> Telling | None:
    """A quarrel becomes a fight: the next kinds along what the pack says it grows to."""
    kinds = [world.pack.events[k] for k in world.pack.events[h.kind].grows]
    have = {s for s, v in (("actor", h.actor), ("target", h.target), ("place", h.place)) if v}
    kinds = [k for k in kinds if have.issuperset(_SLOT.findall(k.text))]
    if not kinds:
        return None
    kind = kinds[int(_dice(world, teller, h).roll("what") * len(kinds))]
    text = tidy(kind.text.replace("{place}", world.display.get(h.place, "here")))
    return as_telling(h)._replace(
        text=text, kind=kind.id, importance=max(kind.importance, _grown(h))
    )  # fmt: skip


_SORTS: Final[dict[str, Callable[[World, Npc, Happening], Telling | None]]] = {
    "actor": _other_actor,
    "target": _other_target,
    "place": _other_place,
    "amount": _more,
    "kind": _worse,
}


def _grown(h: Happening) -> float:
    return min(1.0, GROWN * h.importance)


def stand_in(world: World, teller: Npc, h: Happening, whose: str) -> str:
    """Somebody who could be taken for ``whose`` part in a happening, "" if nobody could.

    Of the same faction or trade, at home where it was, or disliked by the teller; never somebody
    whom the teller likes. The same one whenever the teller is asked.
    """
    weights = {who: _likeness(world, teller, whose, h, who) for who in _known(world, teller)}
    taken = {h.actor, h.target, teller.id, whose}
    free = sorted(w for w in weights if weights[w] > 0.0 and w not in taken)
    if not free:
        return ""
    dice = _dice(world, teller, h)
    return free[dice.index(f"instead.{whose}", [weights[w] for w in free])]


def _known(world: World, teller: Npc) -> list[str]:
    """NPCs of whom the teller knows, so that they could come into a tale."""
    known = (*teller.profile.ties, *world.relations.known(teller.id)[:LOOKED_AT])
    return [w for w in dict.fromkeys(known) if w in world.npcs and world.npcs[w].state != "dead"]


def _likeness(world: World, teller: Npc, whose: str, h: Happening, who: str) -> float:
    affinity = standing_of(world, teller, who).affinity
    if affinity >= LIKED:
        return 0.0
    other = world.npcs[who].profile
    weight = 0.2 + (other.place == h.place) + 2.0 * max(0.0, -affinity)
    if whose in world.npcs:
        one = world.npcs[whose].profile
        weight += (one.faction == other.faction) + (one.archetype == other.archetype)
    return weight


def _dice(world: World, teller: Npc, h: Happening) -> Dice:
    """The same for one teller and one tale, whenever and to whom it is told."""
    return world.dice(teller.id, f"twist.{h.step}.{h.kind}.{h.actor}.{h.target}")
