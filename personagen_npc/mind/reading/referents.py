"""Referents: which of those just spoken of a "she", a "there" or "the other one" means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.names import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.mind.reading.names import Names

    Entity = tuple[str, str]

# who may be meant by it: those known to go by it, and those of whom nothing is known
_SHE: Final = dict.fromkeys(("she", "her", "hers", "herself"), "she")
_HE: Final = dict.fromkeys(("he", "him", "his", "himself"), "he")
_THEY: Final = dict.fromkeys(("they", "them", "their", "theirs"), "they")
PERSONAL: Final = _SHE | _HE | _THEY
KEPT: Final = 4  # entities that a talk keeps in the air, [D]
_OTHER: Final = frozenset({"other", "second", "latter"})


def spoken_of(
    asked: Sequence[Entity], answered: Sequence[str], before: Sequence[Entity]
) -> tuple[Entity, ...]:
    """Whom a turn leaves in the air: those asked after, those the answer was about, those before.

    A line that is about something without a name of its own ends what was spoken of before.
    """
    out = dict(asked)
    for id_ in answered:
        out.setdefault(id_, "")
    for id_, kind in before if out else ():
        out.setdefault(id_, kind)
    return tuple(out.items())[:KEPT]


class Referents:
    """What pronouns of one world mean."""

    __slots__ = ("_names",)

    def __init__(self, names: Names) -> None:
        self._names = names

    def person(
        self, words: Sequence[str], spoken_of: Sequence[Entity], *, who: bool
    ) -> Entity | None:
        """Whom "she", "his" or "them" means: the latest one who goes by it.

        Somebody of the wrong pronoun is not meant; "they" may also be a people or a body of men.
        ``who`` says that a "who?" was asked before: what that was about is a person.
        """
        said = next((PERSONAL[w] for w in words if w in PERSONAL), "they")
        if who and spoken_of and self._names.kind(spoken_of[0][0]) == "thing":
            return spoken_of[0]
        fitting = [e for e in self._people(spoken_of, said) if self._fits(e[0], said)]
        return fitting[0] if fitting else None

    def place(self, spoken_of: Sequence[Entity]) -> Entity | None:
        """What "there" means: the latest place, or something of which no more is known."""
        return next((e for e in self._kinds(spoken_of) if e[1] in {"place", ""}), None)

    def other(self, words: Sequence[str], spoken_of: Sequence[Entity]) -> Entity | None:
        """The second one of the last two, where "the other one" is said."""
        if len(spoken_of) < 2 or _OTHER.isdisjoint(words):
            return None
        return next(iter(self._kinds(spoken_of[1:2])), None)

    def _people(self, spoken_of: Sequence[Entity], said: str) -> Iterator[Entity]:
        kinds = PEOPLE | {""} | ({"faction"} if said == "they" else {"thing"})
        return (e for e in self._kinds(spoken_of) if e[1] in kinds)

    def _fits(self, id_: str, said: str) -> bool:
        """Whether an entity may go by a pronoun; a thing only where it is known to."""
        known = self._names.pronoun(id_)
        if not known:
            return self._names.kind(id_) != "thing"
        return said in ("they", known) or known == "they"

    def _kinds(self, spoken_of: Sequence[Entity]) -> Iterator[Entity]:
        """Entities with the kind that the world knows them by."""
        return ((id_, kind or self._names.kind(id_)) for id_, kind in spoken_of)
