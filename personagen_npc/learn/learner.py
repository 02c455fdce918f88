"""Two learners, one way to ask them: a world chooses by the one or by the other.

``learn.policy.Policy`` learns from every reward; ``learn.network.Network`` only when it is trained
anew. The policy listens along in either case, so a world may change its learner at any time.
Freezes and pins are the policy's; whoever asks passes them on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from personagen_npc.learn.policy import Choice

BAYES: Final = "bayes"
NETWORK: Final = "network"
LEARNERS: Final = (BAYES, NETWORK)


class Learner(Protocol):
    """What moves the odds of acts, within a persona's elasticity, from what was written."""

    def choose(  # noqa: PLR0913 - who, with whom, what may be done, how freely
        self,
        npc: str,
        archetype: str,
        player: str,
        arms: Sequence[str],
        weights: Sequence[float],
        x: Sequence[float],
        u: float,
        elasticity: float = 0.5,
        frozen: bool = False,
        pinned: Collection[str] = (),
    ) -> Choice:
        """Draw one of ``arms``; see ``learn.policy.Policy.choose``."""
        ...

    def reset(self, npc: str) -> None:
        """Drop what is an NPC's own."""
        ...

    def copy(self, source: str, npc: str) -> None:
        """An NPC takes what another alone has learned in place of its own."""
        ...

    def forget_npc(self, npc: str) -> None:
        """Drop everything of an NPC that is gone."""
        ...

    def forget_player(self, player: str) -> None:
        """Drop what was learned of one player."""
        ...
