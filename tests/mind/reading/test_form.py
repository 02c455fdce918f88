"""What a question is after, and by which words it is looked up."""

from __future__ import annotations

import pytest

from personagen_npc.mind.perceive import Heard, Perceiver
from personagen_npc.mind.reading.form import form, sought, wanted
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.mind.reading.names import Names
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("who rows the boat", "person"),
        ("where's the inn", "place"),
        ("which way to the bridge", "place"),
        ("what time does it shut", "time"),
        ("how come it burned", "reason"),
        ("what is it for", "reason"),
        ("how much is a knife", "amount"),
        ("how old is the bridge", "age"),
        ("do you know who took it", "person"),
        ("is it safe", "yesno"),
        ("how is the miller's lad", "state"),
        ("how's Ada", "state"),
        ("how is the bread made", "manner"),
        ("what's wrong with Ada", "state"),
        ("how did the boy start", "origin"),
        ("where does the forge get its charcoal", "origin"),
        ("where do I get bread", "place"),
        ("I came by boat", ""),
    ],
)
def test_the_word_that_asks_says_what_is_wanted(text: str, after: str) -> None:
    assert form(tokens(text)) == after


def test_of_a_line_the_last_question_counts() -> None:
    assert wanted(Heard("I know who did it. But why?", "ask_why")) == "reason"


def test_without_a_word_that_asks_what_the_line_does_counts() -> None:
    assert wanted(Heard("Tell me of the mill.", "tell", focus="thing")) == "thing"


def test_the_thing_in_question_is_looked_up_first_and_what_fits_any_matter_last() -> None:
    heard = Heard(
        "How long does the iron bridge take?", "ask_when", stems=stems("iron bridge"),
        topic="the iron bridge",
    )  # fmt: skip
    assert sought(heard) == (*stems("bridge iron"), *stems("long"), *stems("take"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("What do I do in a flood?", "ask_what"),
        ("Why did the monks leave Ollin?", "ask_why"),
        ("Do you have family here?", "ask_yesno"),
    ],
)
def test_a_question_that_sounds_like_something_else_is_one(text: str, intent: str) -> None:
    lexicon = Lexicon(table("mind/data/intents.yaml"))
    assert Perceiver(lexicon, Names(), {}).glance(text).intent == intent
