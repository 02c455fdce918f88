from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.words.tidy import tidy


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a axe  is here ,you know..", "An axe is here, you know."),
        ("hello", "Hello."),
        ("well... maybe. and then", "Well... maybe. And then."),
        ("an house!.", "A house!"),
        ('he said "go"', 'He said "go".'),
        ('"go." he said', '"Go." he said.'),
        ("what ?. no", "What? No."),
        ("It is.....", "It is..."),
        ("a hour, an kettle", "An hour, a kettle."),
        ("fine,", "Fine."),
        ("he left—", "He left—"),
        ("option a is good", "Option a is good."),
        ("  ", ""),
        ("...Thirty and no more", "...Thirty and no more."),
        ("one.\ntwo", "One. Two."),
        ("I'd pay 1,000 for it", "I'd pay 1,000 for it."),
    ],
)
def test_tidy(raw: str, clean: str) -> None:
    assert tidy(raw) == clean


def test_a_clean_line_stays_as_it_is() -> None:
    line = "Oh, for a blade you'll want Oswin, love. North gate... you'll hear him!"
    assert tidy(line) == line


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="abi AI.,;!?…\"' \n", max_size=40))
def test_what_was_tidied_is_tidy(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "  " not in once
    assert " ," not in once
    assert " ." not in once.strip()
