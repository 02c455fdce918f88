"""Consistency: a life's years, a family's ages, and what is said of it, held against each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.persona.finding import Finding
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from personagen_npc.persona.finding import Around
    from personagen_npc.persona.profile import PersonaProfile

DATA: Final = "persona/data/audit.yaml"
YOUNGEST: Final = 12  # years between a parent and a child below which something is wrong, [D]
MARRIAGEABLE: Final = 16
_AT: Final = re.compile(r"\b[Aa]t (?:the age of )?(\w+(?:-\w+)?)(?=[,.;]| (?:he|she|they)\b)")
_SHE: Final = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE: Final = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)


def _at_age(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Something that happened at an age not reached yet."""
    for match in _AT.finditer(profile.background):
        age = _number(match[1])
        if age > profile.age:
            what = f'"{match[0]}" is more than {profile.age} years of age'
            yield Finding(("background",), "warning", what, "age, or the year")


def _number(word: str) -> int:
    if word.isdigit():
        return int(word[:6])
    numbers: dict[str, int] = table(DATA)["numbers"]
    return sum(numbers.get(part, 0) for part in word.lower().split("-"))


def _kin_ages(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Parents younger than their children, and children who are married."""
    kin = table(DATA)["kin"]
    for other, tie in profile.ties.items():
        person = around.people.get(other)
        if person is None:
            continue
        for bond in tie.bonds():
            at = ("ties", other, "kind")
            if bond.kind in kin["parent"] and profile.age - person.age < YOUNGEST:
                what = f"is {bond.kind} of {other} at {profile.age}, who is {person.age}"
                yield Finding(at, "warning", what, "one of the ages")
            if bond.kind in kin["spouse"] and min(profile.age, person.age) < MARRIAGEABLE:
                what = f"is {bond.kind} of {other}, and one of the two is a child"
                yield Finding(at, "warning", what, "one of the ages, or another kind")


def _said_of_kin(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """A node that says there is nobody, where a tie says there is."""
    rows = table(DATA)["said"]
    for node, row in rows.items():
        told = profile.knowledge_graph.get(node)
        if told is None or not re.match(row["none"], told.content, re.IGNORECASE):
            continue
        for other, tie in profile.ties.items():
            if any(b.kind in row["ties"] for b in tie.bonds()):
                what = f'says "{told.content}", and is {tie.kind} of {other}'
                yield Finding(("knowledge_graph", node, "content"), "warning", what, "one of them")


def _pronouns(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """A background that speaks of a he where the profile has a she, or the other way round."""
    she, he = len(_SHE.findall(profile.background)), len(_HE.findall(profile.background))
    wrong = {"she": he > 1 and not she, "he": she > 1 and not he}.get(profile.pronouns, False)
    if wrong:
        what = f"the background never says {profile.pronouns}"
        yield Finding(("pronouns",), "warning", what, "pronouns, or the background")


CHECKS: Final[tuple[Callable[[PersonaProfile, Around], Iterator[Finding]], ...]] = (
    _at_age, _kin_ages, _said_of_kin, _pronouns,
)  # fmt: skip
