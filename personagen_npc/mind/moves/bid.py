"""Bid: a price thrown back, the same bid again, and a deal let go of.

None of them moves the price: who does not raise his bid is not met with a lower one, and a price
said back with a question is no bid at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.telling.deal import echoed
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.telling.deal import Deal

_TABLE: Final = table("mind/data/moves.yaml")
_ENDS: Final = Runs(_TABLE["no_deal"])
_SCOFFS: Final = Runs(_TABLE["scoffs"])
_BIDS: Final = frozenset({"haggle", "offer", "trade", "tell", "request", "agree", "disagree"})


def held(scene: Scene, heard: Heard, said: Sequence[str], deal: Deal) -> Move:
    """The price stands, and the seller says so; no move where a bid came nearer."""
    kept = scene.talk.deal
    if kept is None or kept["item"] != deal.item:
        return NO_MOVE
    if _ENDS.within(said):
        return Move("accept", "no_deal", talk={"deal": None, "plea": None})
    if heard.amount is None or heard.intent not in _BIDS:
        return NO_MOVE
    if _SCOFFS.within(said) or echoed(heard, kept["asking"]):
        return Move("offer_goods", "price_echo")
    if deal.state == "low" and kept["rounds"] and 0 < heard.amount <= kept["bid"]:
        return Move("offer_goods", "price_same")
    return NO_MOVE
