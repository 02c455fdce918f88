"""Which of a player's own words are meant when he asks what he said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.mind.remember import STATED
from personagen_npc.mind.remembering.told import of_your_words, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Memory


def test_the_weightiest_words_come_first_unless_the_last_or_the_first_are_asked_for(
    memory: Callable[..., Memory],
) -> None:
    kind = min(STATED)
    rows = [
        memory(happening=1, kind=kind, importance=0.2),
        memory(happening=2, kind=kind, importance=0.7),
        memory(happening=3, kind=kind, importance=0.1),
        memory(happening=4, kind="gift", importance=0.9),
    ]
    assert [m.happening for m in ordered(rows, {"what"})] == [2, 1, 3]
    assert [m.happening for m in ordered(rows, {"just"})] == [3, 2, 1]
    assert [m.happening for m in ordered(rows, {"first"})] == [1, 2, 3]


def test_what_somebody_said_himself_is_not_what_he_was_told() -> None:
    assert of_your_words("You said I could learn, remember?")
    assert not of_your_words("Do you remember what I told you?")
