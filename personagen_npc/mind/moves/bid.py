"""Bid: a price thrown back, the same bid again, and a deal let go of.

None of them moves the price: who does not raise his bid is not met with a lower one, and a price
said back with a question is no bid at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.telling.deal import echoed
from personagen_npc.mind.telling.wanted import complains, takes
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.telling.deal import Deal

_TABLE: Final = table("mind/data/moves.yaml")
_ENDS: Final = Runs(_TABLE["no_deal"])
_SCOFFS: Final = Runs(_TABLE["scoffs"])
_BIDS: Final = frozenset({"haggle", "offer", "trade", "tell", "request", "agree", "disagree"})


def held(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], deal: Deal) -> Move:
    """The price stands, and the seller says so; no move where a bid came nearer."""
    kept = scene.talk.deal
    if scene.wares and takes(said) and deal.item:
        return Move("accept_deal" if deal.state == "met" else "offer_goods")
    if kept is None or kept["item"] != deal.item:
        grumbles = scene.wares and scene.talk.act in _SELLING and complains(said)
        return Move("hear_out", "dear_price", found=Found("none")) if grumbles else NO_MOVE
    if _ENDS.within(said):
        return Move("accept", "no_deal", talk={"deal": None, "plea": None})
    if deal.bid == kept["bid"] and heard.amount is None and complains(said):
        return _complained(npc, scene, kept)
    if heard.amount is None or heard.intent not in _BIDS:
        return NO_MOVE
    if _SCOFFS.within(said) or echoed(heard, kept["asking"]):
        return Move("offer_goods", "price_echo")
    if deal.state == "low" and kept["rounds"] and 0 < heard.amount <= kept["bid"]:
        return Move("offer_goods", "price_same")
    return NO_MOVE


def _complained(npc: Npc, scene: Scene, kept: Mapping[str, Any]) -> Move:
    """A seller comes down a little or stands by the price, by temper and liking."""
    will = npc.big5[3] + LIKING * scene.standing.affinity - WEARS * kept["rounds"]
    if will >= 0.0 and kept["asking"] > kept["reserve"]:
        return Move("counter_offer", "price_eased")
    return Move("offer_goods", "price_held")


LIKING: Final = 1.5  # what affinity adds to the good will of a seller, [D]
WEARS: Final = 0.25  # what each round takes off it, [D]
_SELLING: Final = frozenset({"show_wares", "offer_goods", "counter_offer", "refuse_deal", "refuse"})
