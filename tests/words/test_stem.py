"""Stems: forms of one word meet, different words do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.words.stem import stem, stems, stop_words


@pytest.mark.parametrize(
    "forms",
    [
        "burn burns burned burning burnt",
        "make makes making made",
        "mill mills mill's mills'",
        "stop stops stopped stopping",
        "try tries tried trying",
        "city cities city's",
        "happy happily happiness",
        "thief thieves thief's",
        "tell tells told telling",
        "box boxes boxed",
        "church churches",
        "celebrate celebrates celebrated celebration",
        "fire fires fired firing",
        "change changes changed changing",
        "steal steals stole stolen stealing",
        "quiet quietly quietness",
        "child children children's",
        "sell sells sold selling",
        "village villages",
        "horse horses",
        "promise promises promised promising",
        "die dies died dying",
    ],
)
def test_forms_of_a_word_meet(forms: str) -> None:
    assert len({stem(f) for f in forms.split()}) == 1


@pytest.mark.parametrize(
    "pair",
    [
        "quest question", "king kin", "care car", "fire fir", "morning morn", "news new",
        "spring sprite", "family famine", "hope hop", "bed be", "mile mill", "witness wit",
    ],
)  # fmt: skip
def test_different_words_stay_apart(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


def test_stems_of_a_text_are_what_it_is_about() -> None:
    assert stems("Who burned the old mill?") == stems("burning of old mills")
    assert stems("What did you do to me, and why don't we?") == ()


def test_numbers_stay_and_single_letters_go() -> None:
    assert stems("7 x 12 kettles") == ("7", "12", stem("kettle"))


def test_stop_words_are_words() -> None:
    assert all(isinstance(w, str) for w in stop_words())
    assert {"the", "who", "on", "off", "no", "yes", "don't"} <= stop_words()


@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_text_breaks_it(text: str) -> None:
    assert all(stems(text.upper()))
    assert stem(stem(text)) is not None


@settings(deadline=None)
@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_every_word_has_a_stem_no_longer_than_a_letter_more(word: str) -> None:
    assert 0 < len(stem(word)) <= max(len(word) + 1, 10)
