"""What a line states, if it states anything that can be held against somebody."""

from __future__ import annotations

import pytest

from personagen_npc.mind.reading.names import Names
from personagen_npc.mind.statements.stated import of_self, of_world
from personagen_npc.mind.statements.statement import Statement

NAMES = Names(
    [
        ("rafe", "npc", "Rafe"), ("joss", "npc", "Joss"), ("mill", "place", "the mill"),
        ("salt", "thing", "salt"), ("coast", "place", "the coast"),
        ("burners", "faction", "burner"),
    ]
)  # fmt: skip
FIRE = Statement("mill", "caused_by", "nobody")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("I come from Harrow", ("comes_from", "harrow")),
        ("I'm originally from the coast, you know", ("comes_from", "coast")),
        ("I'm not from Harrow.", ("not comes_from", "harrow")),
        ("I was born in Harrow but I left", ("comes_from", "harrow")),
        ("I am a soldier", ("trade", "soldier")),
        ("I'm Ash, from Harrow.", ("comes_from", "harrow")),
        ("I am Ash Weir of the coast", None),
        ("I'm tired from walking", None),
        ("I'm no longer sure", None),
        ("I'm a fool", None),
        ("I'm not married", ("not married", "yes")),
        ("I have a wife", ("married", "yes")),
        ("I never married", ("not married", "yes")),
        ("You come from Harrow", None),
        ("", None),
    ],
)
def test_of_oneself(line: str, said: tuple[str, str] | None) -> None:
    found = of_self(line, "ash", NAMES)
    assert found == (Statement("ash", *said) if said else None)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Rafe burned the mill", ("mill", "caused_by", "rafe")),
        ("The mill was burned by Rafe", ("mill", "caused_by", "rafe")),
        ("Rafe didn't burn the mill", ("mill", "not caused_by", "rafe")),
        ("It was Joss who stole the salt", ("salt", "stolen_by", "joss")),
        ("Rafe's salt was stolen by Joss", ("salt", "stolen_by", "joss")),
        ("Joss stole Rafe's salt", ("salt", "stolen_by", "joss")),
        ("The burners burned the mill, I saw it", ("mill", "caused_by", "burners")),
        ("Rafe did it", ("mill", "caused_by", "rafe")),
        ("I heard that Rafe burned the mill", None),
        ("Maybe Rafe burned the mill", None),
        ("You told me Rafe burned the mill", None),
        ("Rafe went to the mill", None),
        ("Rafe stole Joss's hat", None),
        ("Rafe burned his hand", None),
        ("The mill burned", None),
    ],
)
def test_of_the_world(line: str, said: tuple[str, str, str] | None) -> None:
    assert of_world(line, NAMES, FIRE) == (Statement(*said) if said else None)


def test_it_was_he_says_nothing_without_a_deed_talked_of() -> None:
    assert of_world("Rafe did it", NAMES) is None
