"""Wanted: which ware a buyer means who does not name it, whether he takes it, and what he bids.

"The cheapest one", "what's good here?", "how much?" after a pie was spoken of, "I'll take it",
"half that".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene, WareView

_TABLE: Final = table("mind/data/moves.yaml")
_TAKES: Final = Runs(_TABLE["takes"])
_COMPLAINS: Final = Runs(_TABLE["complains"])
_PICKS: Final = {name: Runs(runs) for name, runs in _TABLE["picks"].items()}
_PRICE: Final = Runs(_TABLE["how_much"])
_SHARES: Final[dict[str, float]] = _TABLE["shares"]
BARE: Final[int] = _TABLE["how_much_words"]
_NOT: Final = frozenset(
    {"not", "won't", "don't", "if", "no", "never", "unless", "think", "wouldn't"}
)
_FOR: Final = frozenset({"give", "for", "pay", "offer", "that", "price"})  # "half that"
_MOST_SHOWN: Final = 4  # wares that a seller names in one breath; as the slot {wares}


def takes(said: Sequence[str]) -> bool:
    """Whether a line takes what was offered."""
    return _TAKES.within(said) and _NOT.isdisjoint(said)


def complains(said: Sequence[str]) -> bool:
    """Whether a line calls the price too high without naming another."""
    return _COMPLAINS.within(said)


def bid_of(heard: Heard, said: Sequence[str], asking: int) -> int | None:
    """The sum that a line bids, as a number or as a share of the price."""
    if heard.amount is not None or not asking or _FOR.isdisjoint(said):
        return heard.amount
    share = next((_SHARES[w] for w in said if w in _SHARES), None)
    return max(1, round(asking * share)) if share is not None else None


def meant(scene: Scene, said: Sequence[str]) -> WareView | None:
    """The ware that is meant by its price, by the seller's taste, or by what was spoken of."""
    if not scene.wares:
        return None
    if _PICKS["cheapest"].within(said):
        return min(scene.wares, key=lambda w: w.price)
    if _PICKS["dearest"].within(said):
        return max(scene.wares, key=lambda w: w.price)
    if _PICKS["first"].within(said):
        return scene.wares[0]
    if scene.talk.deal is None and len(said) <= BARE and _PRICE.within(said):
        return _spoken_of(scene)
    return None


def shown(scene: Scene) -> WareView | None:
    """The ware that was named last of those just shown."""
    if scene.talk.act != "show_wares" or not scene.wares:
        return None
    return scene.wares[:_MOST_SHOWN][-1]


def _spoken_of(scene: Scene) -> WareView | None:
    told = {*stems(scene.talk.said)}
    return next((w for w in scene.wares if told & {*w.aliases}), None) or shown(scene)
