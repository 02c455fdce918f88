from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.words import inflect


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("kettle", "a kettle"),
        ("axe", "an axe"),
        ("hour", "an hour"),
        ("heir", "an heir"),
        ("hare", "a hare"),
        ("unicorn", "a unicorn"),
        ("uninvited guest", "an uninvited guest"),
        ("ewe", "a ewe"),
        ("one-eyed cat", "a one-eyed cat"),
        ("the mill", "the mill"),
        ("Mara's axe", "Mara's axe"),
        ("some bread", "some bread"),
        ("", ""),
    ],
)
def test_article_follows_the_sound_and_never_doubles(noun: str, said: str) -> None:
    assert inflect.with_article(noun) == said


def test_the_definite_article_replaces_the_indefinite() -> None:
    assert inflect.with_the("kettle") == "the kettle"
    assert inflect.with_the("an axe") == "the axe"
    assert inflect.with_the("the mill") == "the mill"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("kettle", "kettles"),
        ("box", "boxes"),
        ("lady", "ladies"),
        ("day", "days"),
        ("knife", "knives"),
        ("penny", "pence"),
        ("sheep", "sheep"),
        ("fisherman", "fishermen"),
        ("human", "humans"),
        ("jar of honey", "jars of honey"),
        ("old brass key", "old brass keys"),
        ("Wolf", "Wolves"),
    ],
)
def test_plural(one: str, many: str) -> None:
    assert inflect.plural(one) == many


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Mara", "Mara's"),
        ("James", "James's"),
        ("the Three Kettles", "the Three Kettles'"),
        ("the smith", "the smith's"),
    ],
)
def test_possessive(name: str, whose: str) -> None:
    assert inflect.possessive(name) == whose


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (12, "twelve"),
        (40, "forty"),
        (99, "ninety-nine"),
        (105, "one hundred and five"),
        (1000, "one thousand"),
        (1005, "one thousand and five"),
        (2340, "two thousand three hundred and forty"),
        (10**9, "one billion"),
        (-3, "minus three"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, words: str) -> None:
    assert inflect.number_in_words(number) == words


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_any_number_has_words_and_no_loose_space(number: int) -> None:
    words = inflect.number_in_words(number)
    assert words
    assert "  " not in words
    assert not words.endswith((" and", "-", " "))


def test_two_numbers_never_share_their_words() -> None:
    said = [inflect.number_in_words(n) for n in range(3000)]
    assert len(set(said)) == len(said)


def test_lists_are_joined_as_in_speech() -> None:
    assert inflect.list_in_words([]) == ""
    assert inflect.list_in_words(["Mara"]) == "Mara"
    assert inflect.list_in_words(["Mara", "Oswin"], "or") == "Mara or Oswin"
    assert inflect.list_in_words(["a", "b", "c"]) == "a, b and c"


def test_small_letters_spare_the_speaker_and_capitals_pass_quotes() -> None:
    assert inflect.lowered("The mill") == "the mill"
    assert inflect.lowered("I saw it") == "I saw it"
    assert inflect.lowered("I'm here") == "I'm here"
    assert inflect.capitalised('"so be it"') == '"So be it"'
    assert inflect.capitalised("3 kettles") == "3 kettles"
