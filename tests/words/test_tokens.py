"""Texts become tokens, and stems become numbers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.words.tokens import Vocabulary, tokens


def test_words_and_numbers_in_order_without_case_or_punctuation() -> None:
    assert tokens("Nine days ago -- at 9, MARA fell!") == [
        "nine", "days", "ago", "at", "9", "mara", "fell",
    ]  # fmt: skip


def test_both_apostrophes_are_one() -> None:
    assert tokens("I don’t, she don't; 'tis Mara’s.") == [
        "i",
        "don't",
        "she",
        "don't",
        "tis",
        "mara's",
    ]


def test_letters_of_other_tongues_are_letters() -> None:
    assert tokens("Zoë's café") == ["zoë's", "café"]


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_tokens_that_give_themselves(text: str) -> None:
    found = tokens(text)
    assert tokens(" ".join(found)) == found


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=3), max_size=5), max_size=8))
def test_a_stem_keeps_its_number(texts: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    numbers = [vocabulary.intern(t) for t in texts]
    assert [vocabulary.intern(t) for t in texts] == numbers
    assert [vocabulary.known(t) for t in texts] == numbers
    assert [[vocabulary.word(n) for n in line] for line in numbers] == texts
    assert len(vocabulary) == len({s for t in texts for s in t})


def test_asking_for_a_stem_does_not_add_it() -> None:
    vocabulary = Vocabulary()
    vocabulary.intern(["mill"])
    assert vocabulary.known(["mill", "fire"]) == (0, -1)
    assert len(vocabulary) == 1
