"""A deal on the table: what is sold, what is asked, what the seller would take.

The reserve never leaves the mind: lines get the asking price and the bid only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.telling.wanted import bid_of, complains, meant, shown, takes
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene, WareView
    from personagen_npc.persona.traits import Mood

FRIEND_OFF = 0.12  # share of the price that full affinity takes off, or full dislike puts on, [D]
SULK_ON = 0.15  # share that the worst mood puts on, [D]
GIVE = 0.45  # share of the gap that a seller of middling agreeableness gives up per round, [D]


class Deal(NamedTuple):
    """State: none, shop (asked what there is), open (a price asked), low (bid too low), met."""

    state: str = "none"
    item: str = ""
    name: str = ""
    asking: int = 0
    reserve: int = 0
    bid: int = 0
    rounds: int = 0

    def as_fields(self) -> dict[str, Any] | None:
        """The deal as a conversation keeps it."""
        if not self.item:
            return None
        return {
            "item": self.item, "name": self.name, "asking": self.asking, "reserve": self.reserve,
            "bid": self.bid, "rounds": self.rounds,
        }  # fmt: skip


def look(npc: Npc, scene: Scene, heard: Heard, mood: Mood) -> Deal:
    """The deal as it stands once this line was heard."""
    kept = scene.talk.deal if on_the_table(scene, heard.intent) else None
    said = tokens(heard.text) if scene.wares else ()
    ware = _named_ware(scene, heard)
    deal = Deal("open", **kept) if kept else Deal()
    if said and (taken := _taken(scene, said, ware, mood)) is not None:
        return taken
    if ware is None and heard.intent in _ASKING and (meant_ := meant(scene, said)) is not None:
        return _opened(scene, meant_, mood)
    gift = heard.intent == "offer" and heard.amount is None  # "I'd give you a button" buys none
    if ware is not None and ware.id != deal.item and heard.intent in _OPENING and not gift:
        deal = _opened(scene, ware, mood)
    elif heard.intent in _SHOPPING and heard.item and ware is None and not complains(said):
        return Deal()  # asked for what is not sold here: the old price is off the table
    elif deal.state == "none" and heard.intent in _SHOPPING and scene.wares and not heard.item:
        return Deal("shop")
    bid = bid_of(heard, said, deal.asking)
    if deal.state == "none" or bid is None or heard.intent not in _BIDDING:
        return deal
    if kept and echoed(heard, deal.asking):
        return deal
    return _bid(deal, bid)


def _taken(scene: Scene, said: Sequence[str], ware: WareView | None, mood: Mood) -> Deal | None:
    """The deal that is closed by "I'll take it", or the price of what was only shown so far."""
    if not takes(said):
        return None
    kept = scene.talk.deal
    if kept is not None and (ware is None or ware.id == kept["item"]):
        return Deal(**{**kept, "state": "met", "bid": kept["asking"]})
    wanted = ware or shown(scene)
    return _opened(scene, wanted, mood) if wanted is not None and kept is None else None


def echoed(heard: Heard, asking: int) -> bool:
    """Whether the asking price is only thrown back: "two pence for that?"."""
    return heard.amount == asking and heard.intent != "agree" and "?" in heard.text


def on_the_table(scene: Scene, intent: str = "agree") -> bool:
    """Whether a line of this intent bears on a price; a "yes" only if it was named just now."""
    just_now = scene.talk.act in _BARGAINING
    return scene.talk.deal is not None and (just_now or intent not in _ANSWERS)


def _opened(scene: Scene, ware: WareView, mood: Mood) -> Deal:
    lean = -FRIEND_OFF * scene.standing.affinity - SULK_ON * min(0.0, mood.pleasure)
    asking = max(1, round(ware.price * (1.0 + lean)))
    return Deal("open", ware.id, ware.name, asking, min(asking, round(ware.reserve * (1.0 + lean))))


def _bid(deal: Deal, bid: int) -> Deal:
    """A seller comes down towards the reserve round by round, and takes what reaches the line."""
    line = deal.reserve + (deal.asking - deal.reserve) * 0.5 ** (deal.rounds + 1)
    return deal._replace(state="met" if bid >= line else "low", bid=bid)


def countered(npc: Npc, deal: Deal) -> Deal:
    """The seller's next price, never under the reserve, never above the last."""
    give = GIVE * (1.0 + 0.4 * npc.big5[3])
    floor = max(deal.bid + 1, deal.reserve)
    asking = round(deal.asking - max(0, deal.asking - floor) * give)
    asking = min(max(asking, floor), max(deal.asking - 1, deal.reserve))
    return deal._replace(asking=asking, rounds=deal.rounds + 1)


def price(deal: Deal) -> int:
    """What changes hands: the bid if it was met, else the asking price."""
    return min(deal.bid, deal.asking) if deal.state == "met" and deal.bid else deal.asking


def _named_ware(scene: Scene, heard: Heard) -> WareView | None:
    named = {i for i, _ in heard.entities}
    said = set(heard.stems)
    if heard.intent == "request" and scene.wares:  # "take me across": no noun names the crossing
        said.update(stems(heard.text))
    for ware in scene.wares:
        if ware.id in named or heard.item == ware.id or said & set(ware.aliases):
            return ware
    return None


_ANSWERS = frozenset({"agree", "disagree", "quest_accept", "quest_refuse", "tell"})
_BARGAINING = frozenset({"offer_goods", "counter_offer", "refuse_deal", "show_wares"})
_SHOPPING = frozenset({"trade"})
_ASKING = frozenset(
    {"trade", "ask_what", "ask_opinion", "ask_yesno", "request", "ask_how", "haggle"}
)
_OPENING = frozenset({"trade", "haggle", "offer", "request"})
_BIDDING = frozenset({"haggle", "offer", "trade", "agree", "disagree", "tell", "request"})
