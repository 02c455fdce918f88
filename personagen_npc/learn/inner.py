"""Inner rewards: what a turn itself shows to be well done, apart from the game's word.

Three kinds, each 1 or -1 where the turn shows it: a question was answered or talked past, the words
were fresh or said before, what was said agrees with what was said earlier or takes it back. They
teach with a weight of their own, 0 (off) unless a pack or a persona gives one, and move no traits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "inner."
KINDS = ("answered", "fresh", "consistent")


def kind_of(name: str) -> str:
    """The kind of reward that it is paid as."""
    return PREFIX + name


def is_inner(kind: str) -> bool:
    """Whether a kind of reward is one of these; a game may not send such."""
    return kind.startswith(PREFIX)


def counted(kind: str, weight: float, cares: Mapping[str, float]) -> float:
    """A credit's weight with somebody who cares so much for each kind; inner ones count as are."""
    return weight if is_inner(kind) else weight * cares.get(kind, cares.get("other", 1.0))
