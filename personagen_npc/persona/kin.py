"""Kin: somebody's parents, brothers and sisters, spouse and children, alive or not.

Drawn so that what theme and life tell stays true; a town that has the family says it itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.persona.naming import free_name
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.persona.life import Event

TABLE: Final = "persona/data/family.yaml"
GROWN: Final = 18  # from when somebody may have a spouse and children
APART: Final = (19, 38)  # years between a parent and a child
MARRIED, WIDOWED, CHILDLESS = 0.55, 0.12, 0.3  # of the grown: shares, [D]
MOST_SIBLINGS: Final = (0.22, 0.3, 0.24, 0.16, 0.08)  # weights of none, one, two ..., [D]
LIFESPAN: Final = 74  # a parent of that age is likelier dead than alive, [D]
WORDS: Final = {
    "sibling": {"he": "brother", "she": "sister"},
    "child": {"he": "son", "she": "daughter"},
    "spouse": {"he": "husband", "she": "wife"},
}


class Relative(NamedTuple):
    """One of the family: what to one, called what, what became of it, and its trade.

    ``fate``: "" is alive, "dead", "gone" (long outlived), and in a town "here" and "late": what
    others of the town say of the dead has to agree.
    """

    word: str
    name: str
    fate: str = ""
    work: str = ""


class Kin(NamedTuple):
    """A family.

    ``known`` is false of who never knew a parent; no ``spouse``: never married; ``near``: brothers
    and sisters live in the same place.
    """

    mother: Relative | None = None
    father: Relative | None = None
    known: bool = True
    siblings: tuple[Relative, ...] = ()
    spouse: Relative | None = None
    children: tuple[Relative, ...] = ()
    near: bool = False

    def names(self) -> frozenset[str]:
        """What they are called."""
        all_ = (self.mother, self.father, self.spouse, *self.siblings, *self.children)
        return frozenset(r.name for r in all_ if r is not None)


def draw_kin(
    people: Mapping[str, Any], age: int, events: Sequence[Event], words: Sequence[str], dice: Dice,
    free: Callable[[str], bool],
) -> Kin:  # fmt: skip
    """A family for somebody of an age (as of people of ours), true to a life.

    Args:
        people: a row of ``peoples.yaml``; those that are built have no kin.
        age: in years of ours.
        events: what happened.
        words: the theme's.
        dice: whose family it is.
        free: whether a name may still be given.
    """
    if people.get("built"):
        return Kin(known=False)
    return _Family(people, age, dice, free, _told(events, words)).kin()


def _told(events: Sequence[Event], words: Sequence[str]) -> dict[str, Any]:
    """What theme and life settle: rows of ``settles``, later ones over earlier ones."""
    rows = table(TABLE)["settles"]
    told: dict[str, Any] = {}
    for event in events:
        told |= rows["events"].get(event.tag, {})
        if "whom" in event.fill:
            kind = "lost" if event.tag == "lost" else "has"
            told |= rows[kind].get(event.fill["whom"].split()[-1], {})
    for word in words:
        told |= rows["words"].get(word, {})
    return told


class _Family:
    """One family in the making; no name twice."""

    def __init__(
        self, people: Mapping[str, Any], age: int, dice: Dice, free: Callable[[str], bool],
        told: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.people, self.age, self.dice, self.free, self.told = people, age, dice, free, told
        self._used: set[str] = set()

    def kin(self) -> Kin:
        """All of them."""
        gone = self.told.get("all", "")
        known = "orphan" not in self.told
        return Kin(
            self._parent("mother", "she", gone) if known else None,
            self._parent("father", "he", gone) if known else None,
            known,
            self._siblings(gone) if known else (),
            self._spouse(gone),
            self._children(gone),
        )

    def _called(self, pronoun: str, purpose: str) -> str:
        name = free_name(
            self.people, pronoun, self.dice, f"kin:{purpose}",
            lambda name: name not in self._used and self.free(name),
        )  # fmt: skip
        self._used.add(name)
        return name

    def _parent(self, word: str, pronoun: str, gone: str) -> Relative:
        old = self.age + APART[0] + self._roll(word) * (APART[1] - APART[0])
        dead = self._roll(f"{word} dead") < 0.5 + (old - LIFESPAN) / 60
        fate = gone or self.told.get(word, "dead" if dead else "")
        return Relative(word, self._called(pronoun, word), fate)

    def _siblings(self, gone: str) -> tuple[Relative, ...]:
        count = self.told.get("siblings", self.dice.index("siblings", list(MOST_SIBLINGS)))
        sure: list[str] = self.told.get("sure", [])
        dead: list[str] = self.told.get("dead", [])
        found = []
        for i in range(max(count, len(sure) + len(dead))):
            settled = (*sure, *dead)[i] if i < len(sure) + len(dead) else ""
            pronoun = settled or ("she" if self._roll(f"sibling {i}") < 0.5 else "he")
            lost = len(sure) <= i < len(sure) + len(dead)
            fate = "dead" if lost else gone
            name = self._called(pronoun, f"sibling {i}")
            found.append(Relative(WORDS["sibling"][pronoun], name, fate))
        return tuple(found)

    def _spouse(self, gone: str) -> Relative | None:
        said = self.told.get("spouse", "")
        chance = self._roll("married")
        if self.age < GROWN or said == "never" or (not said and chance > MARRIED):
            return None
        pronoun = self.told.get("of") or ("she" if self._roll("spouse is") < 0.5 else "he")
        widowed = "dead" if self._roll("widowed") < WIDOWED else ""
        fate = said if said in {"dead", "gone"} else gone or widowed
        return Relative(WORDS["spouse"][pronoun], self._called(pronoun, "spouse"), fate)

    def _children(self, gone: str) -> tuple[Relative, ...]:
        room = (self.age - APART[0]) // 3
        lost: str = self.told.get("lost_child", "")
        if self.age < GROWN or (room < 1 and not lost):
            return ()
        count = 0 if "lost_child" in self.told else self._count(room)
        found = [self._child(i, "", gone) for i in range(count)]
        if lost:
            found.append(self._child(count, lost, "dead"))
        return tuple(found)

    def _count(self, room: int) -> int:
        if "children" in self.told:
            return int(self.told["children"])
        wed = self.told.get("spouse") != "never" and self._roll("married") <= MARRIED
        if not wed or self._roll("childless") < CHILDLESS:
            return 0
        return 1 + int(self._roll("children") * min(3, room))

    def _child(self, i: int, settled: str, fate: str) -> Relative:
        pronoun = settled or ("she" if self._roll(f"child {i}") < 0.5 else "he")
        return Relative(WORDS["child"][pronoun], self._called(pronoun, f"child {i}"), fate)

    def _roll(self, purpose: str) -> float:
        return self.dice.roll(f"kin {purpose}")
