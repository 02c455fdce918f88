"""An answer in pieces, cut anywhere, gives the sentences of its `say` and then itself."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.engines.engine import EngineFailed
from personagen_npc.engines.spoken import MOST, Answer

LINE = 'Mr. Voss says "no". I agree! Do you? At 3.5 crowns… never'


def fed(text: str, cuts: list[int]) -> tuple[list[str], Answer]:
    answer, sentences = Answer(), list[str]()
    edges = [0, *sorted({c % (len(text) + 1) for c in cuts}), len(text)]
    for start, end in pairwise(edges):
        sentences += answer.take(text[start:end])
    return sentences, answer


def test_sentences_come_as_soon_as_they_are_whole() -> None:
    answer = Answer()
    assert answer.take('{"say": "The mill burned') == []
    assert answer.take(" down. Nobody") == ["The mill burned down."]
    assert answer.take(' saw it."') == [" Nobody saw it."]
    assert answer.take(', "act": "answer"}') == []
    assert answer.whole() == {"say": "The mill burned down. Nobody saw it.", "act": "answer"}


def test_a_title_an_initial_and_a_number_end_no_sentence() -> None:
    sentences, _ = fed(json.dumps({"say": LINE}), [])
    assert sentences == [
        'Mr. Voss says "no".',
        " I agree!",
        " Do you?",
        " At 3.5 crowns…",
        " never",
    ]


@given(st.text(max_size=60), st.lists(st.integers(0, 400), max_size=12), st.booleans())
def test_wherever_it_is_cut_nothing_is_lost(said: str, cuts: list[int], ascii_only: bool) -> None:
    text = json.dumps({"say": said, "act": "answer"}, ensure_ascii=ascii_only)
    sentences, answer = fed(text, cuts)
    assert answer.whole()["say"] == answer.said == said
    assert "".join(sentences) == said if said.strip() else not sentences


@given(st.text(max_size=40), st.lists(st.integers(0, 100), max_size=6))
def test_rubbish_is_refused_and_never_breaks(text: str, cuts: list[int]) -> None:
    try:
        sentences, answer = fed(text, cuts)
        answer.whole()
    except EngineFailed:
        return
    assert json.loads(text)["say"] == answer.said
    assert re.sub(r"\s", "", "".join(sentences)) == re.sub(r"\s", "", answer.said)


def test_a_fence_around_it_is_taken_off() -> None:
    sentences, answer = fed('```json\n{"say": "Aye."}\n```', [3, 9])
    assert sentences == ["Aye."]
    assert answer.whole() == {"say": "Aye."}


@pytest.mark.parametrize(
    "text",
    ['["say"]', '{"act": "x", "say": "y"}', "I am a language model", '{"say": 5}', '{"say": "a\\x"',
     '{"say": "\\ud83d and more text"'],
)  # fmt: skip
def test_what_does_not_begin_with_a_line_is_refused_at_once(text: str) -> None:
    with pytest.raises(EngineFailed):
        Answer().take(text)


def test_half_a_stream_is_no_answer_but_its_sentences_stand() -> None:
    sentences, answer = fed('{"say": "It rained. And th', [4])
    assert sentences == ["It rained."]
    with pytest.raises(EngineFailed, match="no JSON"):
        answer.whole()


def test_text_without_end_is_cut_off() -> None:
    answer = Answer()
    for _ in range(MOST // 16):
        answer.take('{"say": "' if not answer.text else "sixteen letters.")
    with pytest.raises(EngineFailed, match="does not end"):
        answer.take("One more sentence.")
