"""A culture: what its people take hard or lightly, will not speak of, expect, and say.

A designer's data, checked here once; ``mind/telling/ways.py`` compiles it for those who belong.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from personagen_npc.frozen import Frozen
from personagen_npc.persona.profile import Id, Share, Short, Signed, Text

Lines = tuple[Text, ...]


class Regard(Frozen):
    """How one kind of deed is taken: everything times ``times``, then moved by the others."""

    times: Annotated[float, Field(ge=0.0, le=4.0)] = 1.0
    benefit: Signed = 0.0
    praise: Signed = 0.0
    threat: Share = 0.0


class Taboo(Frozen):
    """What is not spoken of.

    Attributes:
        words: any of these in a line touches it; a phrase must stand there whole.
        about: ids of what may not be named.
        shock: how bad it is to bring it up, in [0, 1].
        refuse: whether a question about it goes unanswered; else the rebuke stands before it.
        lines: the rebuke.
    """

    words: tuple[Short, ...] = ()
    about: tuple[str, ...] = ()
    shock: Share = 0.4
    refuse: bool = True
    lines: Annotated[Lines, Field(min_length=1)]


class Culture(Frozen):
    """One people's ways.

    Attributes:
        regards: intent, event id or ``#tag`` -> how it is taken.
        ungreeted: said to one who begins without a greeting; that they mind it at all.
        hosting: what is offered with a first greeting; ``refused`` and ``taken`` answer the guest.
        says: act -> lines that anyone of it may say.
        address, oaths, pet_words: added to a persona's own, which come first.
    """

    id: Id
    name: Short
    description: str = Field(default="", max_length=1000)
    regards: dict[str, Regard] = {}
    taboos: dict[str, Taboo] = {}
    ungreeted: Lines = ()
    hosting: Lines = ()
    refused: Lines = ()
    taken: Lines = ()
    says: dict[str, Annotated[Lines, Field(min_length=1)]] = {}
    address: tuple[Short, ...] = ()
    oaths: tuple[Short, ...] = ()
    pet_words: tuple[Short, ...] = ()
