"""Which ware is meant by one who does not name it, and a price that is taken or complained of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Say = Callable[..., Reply]
    Step = Callable[..., Any]


def _deal(world: World, npc: str) -> dict[str, Any]:
    deal = world.talks[npc, "ash"].deal
    assert deal is not None
    return dict(deal)


def test_the_last_price_named_is_taken(say: Say) -> None:
    reply = say("berta", "How much for a bed for the night?", "Fine, I'll take it.")
    assert reply.act == "accept_deal"
    assert [a.name for a in reply.actions] == ["sell_item"]


def test_what_was_only_shown_gets_its_price_first(say: Say) -> None:
    reply = say("wick", "What have you got for sale?", "ok fine I'll take one")
    assert reply.act == "offer_goods"
    assert say("wick", "ok, I'll take it").act == "accept_deal"


def test_the_cheapest_is_found(say: Say, village: World) -> None:
    say("berta", "How much for the cheapest thing you have?")
    assert _deal(village, "berta")["asking"] <= 2


@pytest.mark.parametrize("line", ["Daylight robbery!", "That's a bit steep."])
def test_a_complaint_is_no_bid(say: Say, village: World, line: str) -> None:
    say("berta", "How much for a bed for the night?")
    before = _deal(village, "berta")
    reply = say("berta", line)
    assert reply.act in {"offer_goods", "counter_offer"}
    after = _deal(village, "berta")
    assert before["reserve"] <= after["asking"] <= before["asking"]
    assert "price_" in str(reply.parts[0]["key"])


def test_half_the_price_is_a_bid(say: Say, village: World) -> None:
    say("edda", "How much is an axe?")
    asking = _deal(village, "edda")["asking"]
    say("edda", "I'll give you half of that.")
    assert _deal(village, "edda")["bid"] == round(asking / 2)
