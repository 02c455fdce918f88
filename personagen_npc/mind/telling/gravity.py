"""Gravity: how much a matter weighs, so that nobody puts a quip beside a death."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from personagen_npc.tables import table

if TYPE_CHECKING:
    from personagen_npc.mind.recall import Found

GRAVE: Final = 0.65  # from which nothing is put around it, [D]
SECRET: Final = 0.9  # what is told to few, [D]
PUBLIC: Final = 0.75  # of its importance; so the talk of the day is grave from .87 on, [D]
LONG: Final = 120  # characters of a telling that needs nothing beside it; tuned by ear
SHORT: Final = 32  # characters of an opinion that may take something beside it; by ear
_GRIEF: Final = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, table('mind/data/gravity.yaml')['grief']))})", re.IGNORECASE
)


def weight(found: Found) -> dict[str, object]:
    """What the query says of it.

    ``own.words``: whether they are the speaker's; ``gravity`` in [0, 1]; ``bare``: whether it
    stands alone.
    """
    fact, text = found.fact, found.memory.text if found.memory is not None else found.text
    if fact is not None:
        grave = max(PUBLIC * fact.importance, _grief(fact.text), SECRET * (fact.trust is not None))
        own, alone = fact.own, fact.own or len(fact.text) > LONG
    else:
        grave, own = _grief(text) if text else 0.0, found.kind == "opinion"
        alone = own and _whole(text)
    return {"own.words": own, "gravity": grave, "bare": alone or grave >= GRAVE}


def _whole(text: str) -> bool:
    """An opinion of a breath or two is finished as it was written."""
    return len(text) > SHORT or ". " in text


@lru_cache(maxsize=4096)
def _grief(text: str) -> float:
    return 1.0 if _GRIEF.search(text) else 0.0
