"""Naming: a name of a people, another one for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from personagen_npc.dice import Dice

SHY, TRIES = 60, 120  # draws that also keep off known first names; draws before a number is added
_NOT_ID: Final = re.compile(r"[^a-z0-9]+")


def first_name(people: Mapping[str, Any], pronoun: str, dice: Dice, purpose: str) -> str:
    """What somebody of a people is called."""
    names = people[pronoun]
    return str(names[int(dice.roll(purpose) * len(names))])


def free_name(
    people: Mapping[str, Any], pronoun: str, dice: Dice, purpose: str, free: Callable[[str], bool]
) -> str:
    """A first name that may still be given, as long as the people have one."""
    drawn = [first_name(people, pronoun, dice, f"{purpose}:{k}") for k in range(24)]
    return next((n for n in (*drawn, *map(str, people[pronoun])) if free(n)), drawn[-1])


def last_name(people: Mapping[str, Any], dice: Dice, purpose: str) -> str:
    """A family's name: one of those that there are, or one put together."""
    whole = people["last"]
    made = len(people["head"]) * len(people["tail"])
    i = int(dice.roll(purpose) * (2 * len(whole) + made))
    if i < 2 * len(whole):
        return str(whole[i // 2])
    head, tail = divmod(i - 2 * len(whole), len(people["tail"]))
    return f"{people['head'][head]}{people['tail'][tail]}"


def full_name(
    people: Mapping[str, Any], pronoun: str, dice: Dice, taken: Container[str], last: str = "",
    more: Sequence[Mapping[str, Any]] = (),
) -> str:  # fmt: skip
    """A name that nobody has yet; at first not even the first name.

    Args:
        people: a row of ``peoples.yaml``.
        pronoun: he, she or they.
        dice: whose name it is.
        taken: names, first names and ids in use.
        last: the family's name where it is settled.
        more: peoples whose first names are taken once its own are hard to come by.
    """
    name = ""
    for i in range(TRIES):
        named = more[i % len(more)] if more and i >= SHY // 2 else people
        first = first_name(named, pronoun, dice, f"first{i}")
        name = f"{first} {last or last_name(people, dice, f'last{i}')}"
        if _free(name, taken) and (i >= SHY or (first not in taken and slug(first) not in taken)):
            return name
    return _numbered(name, taken)


def _free(name: str, taken: Container[str]) -> bool:
    return name not in taken and slug(name) not in taken


def _numbered(name: str, taken: Container[str]) -> str:
    """The younger of two of one name, the third, the fourth."""
    number = 2
    while not _free(f"{name} the {_ORDER.get(number, f'{number}th')}", taken):
        number += 1
    return f"{name} the {_ORDER.get(number, f'{number}th')}"


_ORDER: Final = {2: "Younger", 3: "Third"}


def slug(name: str) -> str:
    """A name as an id."""
    return _NOT_ID.sub("_", name.lower()).strip("_")


def free_id(name: str, taken: Container[str]) -> str:
    """An id made of a name that nobody has yet."""
    stem = found = slug(name)[:56] or "somebody"
    number = 2
    while found in taken:
        found = f"{stem}_{number}"
        number += 1
    return found
