"""The other learner: a small policy network, trained in batches elsewhere and only read here.

``logits = s(x W + k) V + v + npc + player`` with ``s(y) = y / (1 + |y|)`` (softsign: no libm, so
the same bits everywhere), ``k`` of the archetype, biases of NPC and player. The policy is the
authored one times ``exp(logits)``, as far as the persona's elasticity lets it go. ``train.actor``
makes the numbers; until then it behaves as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagen_npc.errors import BadSave
from personagen_npc.learn.character import drawn, tilted, written
from personagen_npc.learn.policy import Choice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Floats = NDArray[np.float64]

VERSION = 1


class Network:
    """What was trained, and how to act on it."""

    __slots__ = ("_acts", "_columns", "_inward", "_kinds", "_npcs", "_outward", "_players", "width")

    def __init__(self, width: int) -> None:
        """``width``: numbers that an occasion is described with, the first of them always 1."""
        self.width = width
        self._acts: dict[str, int] = {}
        self._inward = np.zeros((width, 1))
        self._outward = np.zeros((2, 0))  # the last row is the bias
        self._kinds: dict[str, Floats] = {}
        self._npcs: dict[str, Floats] = {}
        self._players: dict[str, Floats] = {}
        self._columns: dict[tuple[str, ...], NDArray[np.intp]] = {}

    def choose(  # noqa: PLR0913 - as ``learn.learner`` has it
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
        prior, offset = written(tuple(weights))
        learned, p = np.zeros(len(prior)), prior
        if elasticity > 0.0 and not frozen and self._acts:
            learned = self.logits(npc, archetype, player, arms, x)
            p = _but(pinned, arms, prior, learned, elasticity)
        shares = p.tolist()
        index = drawn(shares, u)
        return Choice(
            index, tuple(shares), tuple(learned.tolist()), tuple(prior.tolist()),
            float(offset[index]),
        )  # fmt: skip

    def logits(
        self, npc: str, archetype: str, player: str, arms: Sequence[str], x: Sequence[float]
    ) -> Floats:
        """How much each arm gains or loses, in nats, float64 (arms,); 0 for acts never trained."""
        if not self._acts:
            return np.zeros(len(arms))
        inner = np.add.reduce(self._inward * np.array(x).reshape(-1, 1), 0)
        kind = self._kinds.get(archetype)
        if kind is not None:
            inner = inner + kind
        hidden = np.append(inner / (1.0 + np.abs(inner)), 1.0)
        every: Floats = np.add.reduce(self._outward * hidden.reshape(-1, 1), 0)
        for owner in (self._npcs.get(npc), self._players.get(player)):
            if owner is not None:
                every = every + owner
        return np.append(every, 0.0).take(self._of(tuple(arms)))

    def _of(self, arms: tuple[str, ...]) -> NDArray[np.intp]:
        found = self._columns.get(arms)
        if found is None:
            if len(self._columns) >= 4096:  # a memo: emptied, it only costs time
                self._columns.clear()
            unknown = len(self._acts)
            found = np.array([self._acts.get(a, unknown) for a in arms], dtype=np.intp)
            self._columns[arms] = found
        return found

    def reset(self, npc: str) -> None:
        """Drop what is an NPC's own."""
        self._npcs.pop(npc, None)

    forget_npc = reset

    def copy(self, source: str, npc: str) -> None:
        """An NPC takes what another alone has learned in place of its own."""
        self.reset(npc)
        if source in self._npcs:
            self._npcs[npc] = self._npcs[source].copy()

    def forget_player(self, player: str) -> None:
        """Drop what was learned of one player."""
        self._players.pop(player, None)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save."""
        if not self._acts:
            return {"v": VERSION, "width": self.width, "acts": []}
        return {
            "v": VERSION, "width": self.width, "acts": list(self._acts),
            "inward": self._inward.tolist(), "outward": self._outward.tolist(),
            "archetypes": _named(self._kinds), "npcs": _named(self._npcs),
            "players": _named(self._players),
        }  # fmt: skip

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Network:
        """The inverse of ``to_tree``. Raises BadSave on another version or on other shapes."""
        if tree.get("v") != VERSION:
            raise BadSave("network of another version", field="network.v", got=tree.get("v"),
                          allowed=VERSION)  # fmt: skip
        self = cls(tree["width"])
        if not tree["acts"]:
            return self
        self._acts = {act: at for at, act in enumerate(tree["acts"])}
        self._inward = np.array(tree["inward"], dtype=np.float64)
        self._outward = np.array(tree["outward"], dtype=np.float64)
        inner = self._inward.shape[-1]
        wanted = ((self.width, inner), (inner + 1, len(self._acts)))
        if (self._inward.shape, self._outward.shape) != wanted:
            raise BadSave("network: shapes do not fit", got=self._outward.shape, allowed=wanted)
        self._kinds = _rows(tree["archetypes"], inner)
        self._npcs = _rows(tree["npcs"], len(self._acts))
        self._players = _rows(tree["players"], len(self._acts))
        return self


def _but(
    pinned: Collection[str], arms: Sequence[str], prior: Floats, logits: Floats, elasticity: float
) -> Floats:
    """The policy, with the pinned arms as written and the rest within bounds."""
    free = [i for i, arm in enumerate(arms) if arm not in pinned]
    if len(free) == len(prior):
        return tilted(prior, logits, elasticity)
    p = prior.copy()
    if len(free) > 1:
        mass = sum(p[free].tolist())
        p[free] = tilted(prior[free] / mass, logits[free], elasticity) * mass
    return p


def _named(rows: dict[str, Floats]) -> list[list[Any]]:
    return [[name, row.tolist()] for name, row in rows.items()]


def _rows(named: list[list[Any]], width: int) -> dict[str, Floats]:
    rows = {name: np.array(row, dtype=np.float64) for name, row in named}
    wrong = [name for name, row in rows.items() if row.shape != (width,)]
    if wrong:
        raise BadSave("network: a row of another width", got=wrong[0], allowed=width)
    return rows
