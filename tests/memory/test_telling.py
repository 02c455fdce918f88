"""How a text is told is read once, with its stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.memory.telling import (
    ASKED,
    ASKS,
    COUNTS,
    GREETS,
    MOST_CLAUSES,
    REASON,
    TIMED,
    read,
)
from personagen_npc.words.stem import stems


@pytest.mark.parametrize(
    ("text", "mark", "there"),
    [
        ("Hey Odo! The mill burned.", GREETS, True),
        ("I never say hello.", GREETS, False),
        ("The mill burned. Hey!", GREETS, False),
        ("The mill burned yesterday.", TIMED, True),
        ("It burned because of a lamp.", REASON, True),
        ("They took 12 sacks.", COUNTS, True),
        ("They took sacks.", COUNTS, False),
        ("It burned. Did you see it?", ASKS, True),
        ("Did you see it? It burned.", ASKS, False),
        ("What?!", ASKS, True),
        ("", ASKS | TIMED | GREETS, False),
    ],
)
def test_marks_are_what_a_reader_would_say(text: str, mark: int, there: bool) -> None:
    assert bool(read(text).marks & mark) is there


def test_words_of_a_question_are_told_from_those_of_a_statement() -> None:
    told = read("The mill burned. Who lit the {lamp} lantern?")
    assert told.stems == stems("mill burned lit lantern")
    assert [bool(c & ASKED) for c in told.clauses] == [False, False, True, True]


@given(st.text(max_size=200))
def test_stems_are_those_of_the_whole_text(text: str) -> None:
    told = read(text.replace("{", " ").replace("}", " "))
    assert len(told.clauses) == len(told.stems)
    assert all(c & ~ASKED <= MOST_CLAUSES for c in told.clauses)
    assert 0 <= told.marks < 1 << 8


def test_a_long_speech_has_its_last_sentences_together() -> None:
    told = read("Mill. " * 40)
    assert len(told.stems) == 40
    assert told.clauses[-1] == MOST_CLAUSES
