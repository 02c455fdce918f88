"""Advice, hypotheticals, names that nobody knows, and being taken for somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply

    Say = Callable[..., Reply]
    Step = Callable[..., Any]


@pytest.mark.parametrize(
    ("line", "symbol"),
    [
        ("Should I tell her?", "should_i"),
        ("What if she laughs at me?", "what_if"),
        ("If you could have anything, what would you ask for?", "would_want"),
    ],
)
def test_ones_own_head_is_asked(say: Say, line: str, symbol: str) -> None:
    assert symbol in str(say("edda", line).parts[0]["key"])


def test_a_name_that_nobody_knows_is_said(say: Say) -> None:
    reply = say("berta", "Do you know where Maud Venn lives?")
    assert reply.act == "admit_ignorance"
    assert "Maud Venn" in reply.text


def test_who_is_taken_for_another_says_so(say: Say) -> None:
    reply = say("orle", "Are you the priest here?")
    assert reply.text.count("Odo") >= 1
    assert "Orle" in reply.text
