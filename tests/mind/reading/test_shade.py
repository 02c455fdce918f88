"""What is told is a sorrow, a guilt, or neither."""

from __future__ import annotations

import pytest

from personagen_npc.mind.reading.shade import shade


@pytest.mark.parametrize(
    ("text", "intent", "found"),
    [
        ("My mother died last winter.", "tell", "sorrow"),
        ("I lost my sister in the storm.", "tell", "sorrow"),
        ("Ow! I've burned my hand!", "confess", "sorrow"),
        ("I’ve been robbed!", "share_news", "sorrow"),
        ("I killed a man once.", "confess", "guilt"),
        ("It was me.", "confess", "guilt"),
        ("I keep three goats.", "tell", ""),
        ("Has my mother died?", "ask_yesno", ""),
        ("I'll kill you.", "threaten", ""),
    ],
)
def test_a_loss_is_told_from_a_deed(text: str, intent: str, found: str) -> None:
    assert shade(text, intent) == found
