"""Recourse: what is surely known is told to whoever asks, however the question sounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("I'm bleeding, who do I see and where", "sabeth_who"),
    ],
)
def test_a_question_behind_a_circumstance_is_answered(
    village: World, step: Callable[..., Any], text: str, fact: str
) -> None:
    reply = step(village, talk.say, ["berta"], "p1", text).replies[0]
    assert reply.why["recalled"]["facts"][0][0] == fact
    assert reply.why["recalled"]["kind"] == "fact"


@pytest.mark.parametrize(
    "text", ["You set the fire, didn't you?", "Need any help?", "How about dinner, you and me?"]
)
def test_what_phrases_prove_to_be_no_question_stays_so(
    village: World, step: Callable[..., Any], text: str
) -> None:
    reply = step(village, talk.say, ["berta"], "p1", text).replies[0]
    assert not reply.why["perceived"]["intent"].startswith("ask_")
