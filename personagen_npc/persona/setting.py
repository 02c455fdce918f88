"""Setting: what a world says already about who comes into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from personagen_npc.persona.kin import Kin


class Setting(NamedTuple):
    """What a world already says about who comes into it.

    Attributes:
        genre: village, modern or space; the theme's own words decide where it is empty.
        taken: names, first names and ids in use.
        forbidden: words that may not be said there, beside the genre's own.
        people: whose child it is, where that is settled;  last: the family's name.
        pronoun, age: where they are settled.
        name, role: in full, where they are settled.
        home: the land or town that one was born in, with its preposition behind it, if settled.
        barred: events that cannot have happened;  origins: the only ones it can have begun with.
        kin: the family, where there is one.
        alone: whether there is neither spouse nor child.
        worn: how often texts were taken by others of the place, which then are taken less.
        wares: whether the trade's wares go into the profile; a pack must have them as things.
    """

    genre: str = ""
    taken: Container[str] = ()
    forbidden: Collection[str] = ()
    people: str = ""
    last: str = ""
    pronoun: str = ""
    age: int = 0
    name: str = ""
    role: str = ""
    home: tuple[str, str] = ("", "")
    barred: Collection[str] = ()
    origins: Collection[str] = ()
    kin: Kin | None = None
    alone: bool = False
    worn: dict[str, int] | None = None
    wares: bool = False


ANYWHERE: Final = Setting()
