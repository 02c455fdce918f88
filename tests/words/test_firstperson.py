from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.words.firstperson import to_first

NAMES = ("Edda Tarrant", "Edda")
OTHERS = ("Edda's Ford", "Mara", "Joss")


def turned(text: str) -> str | None:
    return to_first(text, NAMES, "she", OTHERS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Edda sells bread.", "I sell bread."),
        ("Edda Tarrant's forge is by the gate.", "My forge is by the gate."),
        ("Edda is the smith and keeps her hammer dry.", "I am the smith and keep my hammer dry."),
        ("Everybody asks Edda for nails.", "Everybody asks me for nails."),
        ("Edda has never been to sea, but she goes to the ford.",
         "I have never been to sea, but I go to the ford."),
        ("The mill lost its wheel when Edda was a girl.",
         "The mill lost its wheel when I was a girl."),
        ("Edda bakes bread and sells it at the gate.", "I bake bread and sell it at the gate."),
        ("Edda's hammer broke its haft; Edda mends it.", "My hammer broke its haft; I mend it."),
        ("Edda's been ill. It's no secret.", "I've been ill. It's no secret."),
        ("Mara and Edda quarrelled.", "Mara and I quarrelled."),
        ("The forge belongs to Edda.", "The forge belongs to me."),
    ],
)  # fmt: skip
def test_what_is_said_of_one_is_turned_to_the_first_person(text: str, said: str) -> None:
    assert turned(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Ask at Edda's Ford.", '"Edda is mad," says Joss.', "It is Edda who rings the bell.",
        "Edda and her brother run the inn.", "Joss told Mara that Edda hid her hammer.",
        "Nobody but Edda carries the key.", "The well is dry.", "Edda's sister lost her ring.",
        "The cart took flour to Mara and Edda.",
    ],
)  # fmt: skip
def test_what_is_doubtful_is_left_alone(text: str) -> None:
    assert turned(text) is None


WORDS = st.sampled_from(
    ("Edda", "Edda's", "she", "her", "its", "it's", "and", "Mara", "sells", "the", "mill", "to",
     "is", "was", "Edda's Ford", "James's", "brother", ",", "Edda Tarrant", "when")
)  # fmt: skip


@given(st.lists(WORDS, min_size=1, max_size=9))
def test_no_name_of_ones_own_and_no_half_turned_pronoun_is_left(words: list[str]) -> None:
    text = " ".join(words) + "."
    made = turned(text)
    if made is None:
        return
    assert "Edda" not in made
    assert not {"she", "her"} & set(made.rstrip(".").split())
    assert text.count("its") == made.lower().count("its")
    assert text.count("it's") == made.lower().count("it's")
