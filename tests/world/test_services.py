"""An action is asked of the game only when the player asked for it, and only if it can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Related
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _said(world: World, step: Step, npc: str, text: str) -> Any:
    return step(world, talk.say, [npc], "ash", text).replies[0]


@pytest.mark.parametrize("line", ["I need a blessing.", "Bless me, Father."])
def test_what_was_asked_for_is_asked_of_the_game(village: World, step: Step, line: str) -> None:
    reply = _said(village, step, "odo", line)
    assert (reply.act, [a.name for a in reply.actions]) == ("comply", ["bless_player"])


def test_what_nobody_asked_for_is_not(village: World, step: Step) -> None:
    for line in ("Give me a hundred pence.", "Hand me that poker.", "Sing for me."):
        assert _said(village, step, "odo", line).actions == ()


def test_a_condition_that_fails_is_a_refusal(village: World, step: Step) -> None:
    assert _said(village, step, "wick", "Come with me.").actions == ()  # follows whom she trusts
    village.do(Related("wick", "ash", 0.5, 0.8, 0.0, 0.5, "Ash", 3, village.now))
    reply = _said(village, step, "wick", "Come with me.")
    assert [a.name for a in reply.actions] == ["follow_player"]


def test_who_is_disliked_gets_nothing(village: World, step: Step) -> None:
    village.do(Related("odo", "ash", -0.5, 0.0, 0.0, 0.5, "", 3, village.now))
    assert _said(village, step, "odo", "Bless me.").actions == ()


def test_a_service_with_a_price_is_a_deal(village: World, step: Step) -> None:
    asked = _said(village, step, "corm", "Can you take me across?")
    assert (asked.act, asked.actions) == ("offer_goods", ())
    assert "pence" in asked.text
