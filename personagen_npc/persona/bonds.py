"""Bonds: what the people of a town are to each other, always seen from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.persona.households import GROWN, WORKING
from personagen_npc.persona.profile import Bond, Tie
from personagen_npc.persona.prose import Prose
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.persona.households import Member

TOWN: Final = "persona/data/town.yaml"
QUARREL_EACH, DEBT_EACH = 10, 13  # people to a quarrel, to a debt, [D]
SCATTER: Final = 0.2  # how far two liking each other alike may differ

WORDS: Final = {  # what one is by pronoun
    "spouse": {"he": "husband", "she": "wife", "they": "spouse"},
    "parent": {"he": "father", "she": "mother", "they": "parent"},
    "child": {"he": "son", "she": "daughter", "they": "child"},
    "sibling": {"he": "brother", "she": "sister", "they": "sibling"},
    "grandparent": {"he": "grandfather", "she": "grandmother", "they": "grandparent"},
    "grandchild": {"he": "grandson", "she": "granddaughter", "they": "grandchild"},
}
FEELS: Final = {  # liking, trust, familiarity at first; what binds people sets it, [D]
    "spouse": (0.6, 0.7, 0.95), "parent": (0.7, 0.6, 0.95), "child": (0.5, 0.6, 0.95),
    "sibling": (0.4, 0.5, 0.9), "grandparent": (0.6, 0.5, 0.9), "grandchild": (0.5, 0.6, 0.9),
    "friend": (0.5, 0.6, 0.7), "rival": (-0.4, -0.4, 0.6), "enemy": (-0.5, -0.5, 0.6),
    "creditor": (-0.1, -0.1, 0.5), "debtor": (-0.1, 0.2, 0.5),
    "employer": (0.2, 0.3, 0.6), "apprentice": (0.3, 0.5, 0.6), "neighbour": (0.15, 0.2, 0.5),
}  # fmt: skip


class Matter(NamedTuple):
    """Something between two, as a fact: who knows it, and how the two tell it."""

    id: str
    text: str
    topics: tuple[str, ...]
    sides: tuple[tuple[Member, str], ...]
    knows: tuple[Member, ...]
    secret: bool


class Bonds:
    """Every tie of a town, by who has it and to whom."""

    def __init__(self, members: Sequence[Member], dice: Dice) -> None:
        self.members, self.dice = members, dice
        self._kinds: dict[int, dict[int, list[str]]] = {m.index: {} for m in members}

    def bind(self, one: int, kind: str, other: int, back: str) -> None:
        """``one`` is ``kind`` of ``other``, who is ``back`` of ``one``."""
        for who, what, whom in ((one, kind, other), (other, back, one)):
            kinds = self._kinds[who].setdefault(whom, [])
            if what not in kinds:
                kinds.append(what)

    def kinds(self, one: int, other: int) -> tuple[str, ...]:
        """What one is to another."""
        return tuple(self._kinds[one].get(other, ()))

    def known(self, one: int) -> list[int]:
        """Everybody to whom one is anything."""
        return list(self._kinds[one])

    def ties(self, one: Member) -> dict[str, Tie]:
        """One's ties as a profile has them."""
        return {
            self.members[other].id: self._tie(one, other, kinds)
            for other, kinds in self._kinds[one.index].items()
        }

    def _tie(self, one: Member, other: int, kinds: Sequence[str]) -> Tie:
        first, *more = (WORDS.get(k, {}).get(one.pronoun, k) for k in kinds)
        likes = [FEELS[k] for k in kinds]
        affinity, trust = (
            min(v) if min(v) < 0 else v[0] for v in list(zip(*likes, strict=True))[:2]
        )
        own = SCATTER * (self.dice.roll(f"feels:{one.index}:{other}") - 0.5)
        return Tie(
            kind=first, affinity=round(affinity + own, 2), trust=round(trust + own, 2),
            familiarity=max(v[2] for v in likes), also=tuple(Bond(kind=k) for k in more),
        )  # fmt: skip


def kinship(bonds: Bonds) -> None:
    """Spouses, parents, siblings and grandparents, as the households have them."""
    for one in bonds.members:
        if one.spouse is not None:
            bonds.bind(one.index, "spouse", one.spouse, "spouse")
        for parent in one.parents:
            bonds.bind(parent, "parent", one.index, "child")
            for elder in bonds.members[parent].parents:
                bonds.bind(elder, "grandparent", one.index, "grandchild")
        for other in bonds.members[: one.index]:
            if set(one.parents) & set(other.parents):
                bonds.bind(one.index, "sibling", other.index, "sibling")


def friendships(bonds: Bonds) -> None:
    """A friend for everybody who has grown up, a neighbour for the rest."""
    grown = [m for m in bonds.members if m.age >= WORKING]
    for one in grown:
        free = [m for m in grown if m is not one and not bonds.kinds(one.index, m.index)
                and abs(m.age - one.age) < 16]  # fmt: skip
        if free:
            other = free[int(bonds.dice.roll(f"friend:{one.index}") * len(free))]
            bonds.bind(one.index, "friend", other.index, "friend")
        near = [
            m
            for m in grown
            if abs(m.house - one.house) == 1 and not bonds.kinds(one.index, m.index)
        ]
        if near:
            bonds.bind(one.index, "neighbour", near[0].index, "neighbour")


def quarrels(bonds: Bonds) -> list[Matter]:
    """Rivalries: two who are nothing to each other, and what it is about."""
    rows = table(TOWN)["quarrels"]
    found = []
    for i in range(min(len(rows), max(1, len(bonds.members) // QUARREL_EACH))):
        pair = _strangers(bonds, f"quarrel{i}")
        if pair is not None:
            a, b = pair
            bonds.bind(a.index, "rival", b.index, "rival")
            found.append(_quarrel(bonds, rows[i], a, b))
    return found


def _quarrel(bonds: Bonds, row: dict[str, Any], a: Member, b: Member) -> Matter:
    prose = _between(bonds, a, b)
    sides = (
        (a, prose.line(f"mine:{row['id']}", row["mine"])),
        (b, prose.line(f"theirs:{row['id']}", row["theirs"])),
    )
    knows = [
        m
        for m in bonds.members
        if m.age >= WORKING and bonds.dice.roll(f"{row['id']}{m.index}") < 0.5
    ]
    text = prose.line(row["id"], [row["text"]])
    return Matter(
        f"quarrel_{row['id']}", text, tuple(row["topics"]), sides, tuple(knows), secret=False
    )


def debts(bonds: Bonds) -> list[Matter]:
    """Who owes whom, which the two keep between them."""
    rows = table(TOWN)["debts"]
    found = []
    for i in range(min(len(rows), max(1, len(bonds.members) // DEBT_EACH))):
        pair = _strangers(bonds, f"debt{i}")
        if pair is not None:
            a, b = pair
            bonds.bind(a.index, "debtor", b.index, "creditor")
            text = _between(bonds, a, b).line(rows[i]["id"], [rows[i]["text"]])
            found.append(
                Matter(
                    f"debt_{rows[i]['id']}", text, tuple(rows[i]["topics"]), (), (a, b), secret=True
                )
            )
    return found


def _strangers(bonds: Bonds, purpose: str) -> tuple[Member, Member] | None:
    grown = [m for m in bonds.members if m.age >= GROWN]
    for k in range(20):
        a, b = (grown[int(bonds.dice.roll(f"{purpose}:{k}:{s}") * len(grown))] for s in "ab")
        if a is not b and a.house != b.house and not bonds.kinds(a.index, b.index):
            return a, b
    return None


def _between(bonds: Bonds, a: Member, b: Member) -> Prose:
    return Prose(bonds.dice, {"a": a.first, "b": b.first})
