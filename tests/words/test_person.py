from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.words.person import to_listener, to_third


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("I will help with my brother's fire", "You will help with your brother's fire"),
        ("I'm sure you lied to me.", "You're sure I lied to you."),
        ("I told you the truth", "You told me the truth"),
        ("Do you know me?", "Do I know you?"),
        ("I am not your friend", "You are not my friend"),
        ("I was there. My sister wasn't.", "You were there. Your sister wasn't."),
        ("You were at the mill with me", "I was at the mill with you"),
        ("I think you are a thief", "You think I am a thief"),
        ("Am I welcome?", "Are you welcome?"),
        ("I really am sorry", "You really are sorry"),
        ("the axe is mine, not yours", "the axe is yours, not mine"),
        ("We found our dog", "You found your dog"),
        ("You don't know what you saw", "I don't know what I saw"),
        ("I gave it to you", "You gave it to me"),
        ("I hurt myself", "You hurt yourself"),
        ("The mill burned.", "The mill burned."),
    ],
)
def test_a_players_words_can_be_said_back_to_him(said: str, back: str) -> None:
    assert to_listener(said) == back


@pytest.mark.parametrize(
    ("said", "pronoun", "told"),
    [
        ("I will help with my brother's fire", "he", "He will help with his brother's fire"),
        ("I think you are a thief", "she", "She thinks I am a thief"),
        ("I carry it for you", "he", "He carries it for me"),
        ("I carried it", "he", "He carried it"),
        ("I went to the mill", "she", "She went to the mill"),
        ("I'm tired", "they", "They're tired"),
        ("I'm tired", "he", "He's tired"),
        ("I have a sister", "she", "She has a sister"),
        ("Can I have it?", "he", "Can he have it?"),
        ("I am lost", "they", "They are lost"),
        ("the axe is mine", "she", "the axe is hers"),
    ],
)
def test_a_players_words_can_be_told_of_him(said: str, pronoun: str, told: str) -> None:
    assert to_third(said, pronoun) == told


def test_a_name_stands_for_the_first_subject_only() -> None:
    assert to_third("I lost my axe and I want it", "she", "Ansa") == (
        "Ansa lost her axe and she wants it"
    )


def test_dots_do_not_begin_a_sentence() -> None:
    assert to_listener("well... my axe") == "well... your axe"


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_turned_without_an_error_and_keeps_what_is_no_word(text: str) -> None:
    for turned in (to_listener(text), to_third(text, "it", "Ansa")):
        assert [c for c in turned if c in "!?;:0123456789"] == [
            c for c in text if c in "!?;:0123456789"
        ]
