"""Households: who lives in a town, of what age, and whose child, spouse or sibling each is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.persona.naming import full_name, last_name, slug
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.dice import Dice

GROWN, WORKING = 18, 14  # years: from when one has a post; from when one is an apprentice
MOTHERHOOD, LATE = 18, 42  # years between a parent and a child, of people of ours
HEADS: Final = (26, 58)
COUPLE, ALONE = 0.55, 0.8  # of households: couples, then those who live alone, then one parent, [D]
ELDER, SIBLING, STRANGER = (
    0.3,
    0.35,
    0.4,
)  # chances: one's mother or father, kin next door, from afar


@dataclass(slots=True)
class Member:
    """One of the town; the others by their place in the list."""

    index: int
    pronoun: str
    age: int
    last: str
    people: str
    local: bool
    name: str = ""
    id: str = ""
    parents: list[int] = field(default_factory=list)
    spouse: int | None = None
    house: int = 0

    @property
    def first(self) -> str:
        """What the others call this one."""
        return self.name.split()[0]


class Roll(NamedTuple):
    """Everybody, and the names in use."""

    members: list[Member]
    taken: set[str]


def settle(size: int, genre: str, main: str, dice: Dice) -> Roll:
    """So many people in households, with names that nobody shares."""
    members: list[Member] = []
    house = 0
    while len(members) < size:
        house += 1
        _household(members, house, size - len(members), genre, main, dice)
    taken: set[str] = set()
    peoples = table("persona/data/peoples.yaml")
    near = [row for row in peoples.values() if row["genre"] == genre and "years" not in row
            and "built" not in row]  # fmt: skip
    for one in members:
        own = dice.again(one.index + 1)
        one.name = full_name(peoples[one.people], one.pronoun, own, taken, one.last, near)
        one.id = slug(one.first) if slug(one.first) not in taken else slug(one.name)
        taken |= {one.name, one.first, one.id, slug(one.name)}
    return Roll(members, taken)


def _household(
    all_: list[Member], house: int, room: int, genre: str, main: str, dice: Dice
) -> None:
    kind = dice.roll(f"kind{house}")
    alone = COUPLE <= kind < ALONE
    head = _head(all_, house, alone, genre, main, dice)
    all_.append(head)
    if room > 1 and kind < COUPLE:
        _marry(all_, head, house, dice)
    if not alone:
        _children(all_, head, house, room - 2, dice)
    if len(all_) < head.index + room and dice.roll(f"elder{house}") < ELDER and not head.parents:
        _elder(all_, head, house, dice)


def _head(all_: list[Member], house: int, alone: bool, genre: str, main: str, dice: Dice) -> Member:
    low, high = HEADS
    age = low + int(dice.roll(f"age{house}") * (high - low + 1))
    pronoun = _pronoun(dice, f"head{house}")
    strange = alone and dice.roll(f"strange{house}") < STRANGER
    people = _elsewhere(genre, main, dice, house) if strange else main
    row = table("persona/data/peoples.yaml")[people]
    head = Member(
        len(all_), pronoun, age, last_name(row, dice, f"last{house}"), people, not strange
    )
    kin = _kin_next_door(all_, head) if dice.roll(f"kin{house}") < SIBLING else None
    if kin is not None and not strange:
        head.last, head.parents = kin.last, list(kin.parents)
    head.house = house
    return head


def _kin_next_door(all_: Sequence[Member], head: Member) -> Member | None:
    """One with a parent in the town who can be a brother or sister of a head, the latest first."""
    for other in reversed(all_):
        mine = [all_[i] for i in other.parents]
        fits = all(MOTHERHOOD <= p.age - head.age <= LATE for p in mine)
        if mine and fits and other.age >= GROWN and abs(other.age - head.age) > 0:
            return other
    return None


def _elsewhere(genre: str, main: str, dice: Dice, house: int) -> str:
    names = [n for n in table("persona/data/genres.yaml")[genre]["peoples"] if n != main]
    return str(names[int(dice.roll(f"people{house}") * len(names))])


def _marry(all_: list[Member], head: Member, house: int, dice: Dice) -> None:
    pronoun = {"she": "he", "he": "she"}.get(head.pronoun, _pronoun(dice, f"spouse{house}"))
    age = max(20, head.age + int(dice.roll(f"apart{house}") * 11) - 5)
    other = Member(len(all_), pronoun, age, head.last, head.people, head.local, house=house)
    head.spouse, other.spouse = other.index, head.index
    all_.append(other)


def _children(all_: list[Member], head: Member, house: int, room: int, dice: Dice) -> None:
    pair = [head, *([all_[head.spouse]] if head.spouse is not None else [])]
    oldest = min(p.age for p in pair) - MOTHERHOOD
    youngest = max(5, max(p.age for p in pair) - LATE)
    count = min(room, 1 + int(dice.roll(f"children{house}") * 3))
    years: set[int] = set()
    for i in range(max(0, count)):
        age = youngest + int(dice.roll(f"child{house}.{i}") * (oldest - youngest + 1))
        if oldest < youngest or age in years:  # no two of a mother in one year
            continue
        years.add(age)
        pronoun = _pronoun(dice, f"born{house}.{i}")
        child = Member(len(all_), pronoun, age, head.last, head.people, True, house=house)
        child.parents = [p.index for p in pair]
        all_.append(child)


def _elder(all_: list[Member], head: Member, house: int, dice: Dice) -> None:
    age = head.age + MOTHERHOOD + 2 + int(dice.roll(f"old{house}") * 12)
    elder = Member(len(all_), _pronoun(dice, f"elder{house}"), age, head.last, head.people, True)
    elder.house = house
    head.parents = [elder.index]
    all_.append(elder)


def _pronoun(dice: Dice, purpose: str) -> str:
    return ("she", "he", "they")[dice.index(f"pronoun:{purpose}", (0.485, 0.485, 0.03))]
