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
from personagen_npc.mind.telling.wanted import complains, meant, takes
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
    """What was offered is taken, or the price stands; no move where a bid came nearer."""
    kept = scene.talk.deal
    named = _named(scene, said, deal)
    if named or kept is None or kept["item"] != deal.item:
        return named or _grumbled(scene, heard, said)
    if _ENDS.within(said):
        return Move("accept", "no_deal", talk={"deal": None, "plea": None})
    if deal.bid == kept["bid"] and heard.amount is None and complains(said):
        return _complained(npc, scene, kept)
    return _stood(heard, said, deal, kept)


def _named(scene: Scene, said: Sequence[str], deal: Deal) -> Move:
    """A ware taken at its price, or the price of one that was meant and not named."""
    if not scene.wares or not deal.item:
        return NO_MOVE
    if takes(said):
        return Move("accept_deal" if deal.state == "met" else "offer_goods")
    if deal.state == "open" and meant(scene, said) is not None:
        return Move("offer_goods", "" if scene.talk.deal else "recommend")
    return NO_MOVE


def _grumbled(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """A word on prices where none is on the table."""
    selling = scene.talk.act in _SELLING or heard.intent == "haggle"
    if not selling or heard.amount is not None or not complains(said):
        return NO_MOVE
    return Move("hear_out", "dear_price", found=Found("none"))


def _stood(heard: Heard, said: Sequence[str], deal: Deal, kept: Mapping[str, Any]) -> Move:
    """A price thrown back, or the same bid again."""
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
_SELLING: Final = frozenset({"show_wares", "offer_goods", "counter_offer", "refuse_deal", "refuse",
                              "answer"})  # fmt: skip
