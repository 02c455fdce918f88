from __future__ import annotations

import pytest

from personagen_npc.play.transcript import BEGIN, END, rewrite, trimmed


def test_the_block_between_the_marks_is_replaced_and_nothing_else() -> None:
    once = rewrite(f"before\n{BEGIN}\nold\n{END}\nafter\n", "Ash   Hello.\n")
    assert once == f"before\n{BEGIN}\n```text\nAsh   Hello.\n```\n{END}\nafter\n"
    assert rewrite(once, "Ash   Hello.\n") == once


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="transcript"):
        rewrite("nothing here", "text")


def test_blanks_at_the_ends_of_lines_are_dropped() -> None:
    assert trimmed("\n\n a  \n\nb   \n\n") == " a\n\nb\n"
