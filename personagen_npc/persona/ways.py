"""Ways: what people of one trade, children, and those that are made say, wear and do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WAYS: Final = "persona/data/ways.yaml"
CHILD: Final = 14  # who is younger speaks as a child, whatever he carries for whom, [D]


def ways_of(trade: str, age: int, *, made: bool) -> Mapping[str, Sequence[str]]:
    """Lines by trigger, and what is worn, done today and told of the calling.

    Args:
        trade: a row of ``trades.yaml``.
        age: in years of ours.
        made: whether it was built, not born.
    """
    rows = table(WAYS)
    if age < CHILD:
        return {**rows["_child"]}
    own: dict[str, Sequence[str]] = {**rows.get(trade, {})}
    if not made:
        return own
    return {k: (*own.get(k, ()), *rows["_made"].get(k, ())) for k in {**own, **rows["_made"]}}
