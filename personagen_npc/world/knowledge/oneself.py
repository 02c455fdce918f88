"""Oneself: what everybody knows of a person, as that person says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.words.firstperson import to_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.persona.profile import PersonaProfile

_TITLES: Final = frozenset(
    ("the", "old", "young", "sir", "lady", "lord", "father", "mother", "brother", "sister",
     "captain", "doctor", "dr")
)  # fmt: skip


def in_first_person(
    profile: PersonaProfile, ways: Iterable[str], others: Sequence[str]
) -> tuple[str, ...]:
    """Those of the ways that are sure to be turned, as the person says them of itself.

    ``others``: names of all else that has one.
    """
    first = profile.name.split(" ")[0]
    names = {profile.name, *profile.aliases, *((first,) if first.lower() not in _TITLES else ())}
    given = {o.split(" ")[0] for o in others if o[:1].isupper()} - names - {"The", "Old"}
    known = [*others, *sorted(given)]
    turned = (to_first(way, names, profile.pronouns, known) for way in ways)
    return tuple(way for way in turned if way is not None)
