"""The levels of the hierarchy: weights that many share, and biases that are one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from personagen_npc.errors import BadSave

if TYPE_CHECKING:
    from collections.abc import Iterable

Floats = NDArray[np.float64]

# Prior variances and scales, measured on the simulator of 200 NPCs (8 archetypes, 40 players).
NOISE = 0.55**2
WORLD = (0.02, 0.0005)  # of the bias and of each slope
ARCHETYPE = (0.04, 0.0005)
NPC = 0.025
PLAYER = 0.04
DECAY = 1.0 - 0.002  # of an NPC's and a player's evidence at each of their rewards: tastes drift
_LEAST_VARIANCE = 1e-12
BLANK = 0  # column of an act that nothing was ever learned of
FIRST = 1024  # rewards after which scales are first estimated, then at each doubling; tuned
STEPS = 8  # of expectation-maximisation at a time, tuned on the simulator
TRUST = 8.0  # acts' worth of evidence that the scales above stand for, [D]
NARROW, WIDE = 1e-5, 1.0  # of a variance that is estimated: rewards are in [-1, 1]


class Scales:
    """How far each level reaches: prior variances, estimated anew as rewards come in.

    Empirical Bayes by expectation-maximisation: a variance becomes the mean of what the weights
    under it are now held to be, squared, and of how unsure that is, together with ``TRUST`` acts
    of the prior's own. It is done when the count of rewards doubles, so it costs next to nothing.
    """

    __slots__ = ("archetype", "authored", "count", "noise", "npc", "player", "world")

    def __init__(
        self, world: tuple[float, float] = WORLD, archetype: tuple[float, float] = ARCHETYPE
    ) -> None:
        """``world``, ``archetype``: variances of bias and slope that estimates lean towards."""
        self.noise = NOISE
        self.authored = (world, archetype)
        self.world, self.archetype = world, archetype
        self.npc, self.player = NPC, PLAYER
        self.count = 0

    def heard(self) -> bool:
        """Note a reward; whether scales are due."""
        self.count += 1
        return self.count >= FIRST and self.count & (self.count - 1) == 0

    def estimate(
        self, world: Shared, archetypes: Iterable[Shared], npcs: Iterable[Own],
        players: Iterable[Own],
    ) -> None:  # fmt: skip
        """All scales from all that was learned; the levels themselves move along."""
        ours, theirs, kinds = list(npcs), list(players), list(archetypes)
        for _ in range(STEPS):
            self.npc = _own_scale(ours, self.npc, NPC)
            self.player = _own_scale(theirs, self.player, PLAYER)
            self.world = _shared_scale([world], self.authored[0])
            self.archetype = _shared_scale(kinds, self.authored[1])
            for shared in (world, *kinds):
                shared.rescale(self.world if shared is world else self.archetype)

    def to_tree(self) -> list[Any]:
        """Plain numbers for a save."""
        return [
            self.noise, *map(list, self.authored), list(self.world), list(self.archetype), self.npc,
            self.player, self.count,
        ]  # fmt: skip

    @classmethod
    def from_tree(cls, tree: list[Any]) -> Scales:
        """The inverse of ``to_tree``. Raises BadSave where there is no variance."""
        noise, *pairs, npc, player, count = tree
        for value in (noise, npc, player, *(v for pair in pairs for v in pair)):
            if not (isinstance(value, float) and _LEAST_VARIANCE <= value <= WIDE):
                raise BadSave("policy: no variance", field="scales", got=value,
                              allowed=f"{_LEAST_VARIANCE} to {WIDE}")  # fmt: skip
        if not isinstance(count, int) or count < 0:
            raise BadSave("policy: no count", field="scales", got=count, allowed="0 or more")
        world, archetype, *now = ((bias, slope) for bias, slope in pairs)
        self = cls(world, archetype)
        self.noise, self.npc, self.player, self.count = noise, npc, player, count
        self.world, self.archetype = now
        return self


def _own_scale(owners: list[Own], scale: float, authored: float) -> float:
    """Variance of a bias over all owners' acts that something was learned of."""
    total, count = TRUST * authored, TRUST
    for own in owners:
        seen = own.evidence > 0.0
        precision = own.evidence[seen] + 1.0 / scale
        mean = own.total[seen] / precision
        total += sum((mean * mean + 1.0 / precision).tolist())
        count += float(len(mean))
    return min(WIDE, max(NARROW, total / count))


def _shared_scale(levels: list[Shared], authored: tuple[float, float]) -> tuple[float, float]:
    """Variances of the bias and of a slope over all acts that something was learned of."""
    biases, slopes = TRUST * authored[0], TRUST * authored[1]
    count = TRUST
    for level in levels:
        seen = level.var[0] < level.prior[0]
        square = level.mean[:, seen] * level.mean[:, seen] + level.var[:, seen]
        biases += sum(square[0].tolist())
        if len(square) > 1:
            slopes += sum((np.add.reduce(square[1:], 0) / (len(square) - 1)).tolist())
        count += float(square.shape[1])
    return (
        min(WIDE, max(NARROW, biases / count)),
        min(WIDE, max(NARROW, slopes / count)),
    )


class Shared:
    """Weights that many NPCs share: mean and variance, a row per feature, a column per act."""

    __slots__ = ("mean", "prior", "var")

    def __init__(self, prior: tuple[float, float], width: int, columns: int) -> None:
        self.prior = prior
        self.mean = np.zeros((width, columns))
        self.var = np.full((width, columns), prior[1])
        self.var[0] = prior[0]

    def grow(self, columns: int) -> None:
        """Make room for more acts."""
        wide = Shared(self.prior, len(self.mean), columns)
        wide.mean[:, : self.mean.shape[1]] = self.mean
        wide.var[:, : self.var.shape[1]] = self.var
        self.mean, self.var = wide.mean, wide.var

    def rescale(self, prior: tuple[float, float]) -> None:
        """The same evidence under another prior."""
        for rows, old, new in (
            (slice(0, 1), self.prior[0], prior[0]),
            (slice(1, None), self.prior[1], prior[1]),
        ):
            var = self.var[rows]
            precision = np.maximum(1.0 / var - 1.0 / old, 0.0) + 1.0 / new
            self.mean[rows] *= 1.0 / (var * precision)
            self.var[rows] = np.maximum(1.0 / precision, _LEAST_VARIANCE)
        self.prior = prior

    def learn(self, arm: int, x: Floats, gain: Floats, step: float, shrink: float) -> None:
        """``gain`` is variance times x; the mean moves along it, the variance shrinks by it."""
        self.mean[:, arm] += gain * step
        left = self.var[:, arm] - gain * gain * shrink
        self.var[:, arm] = np.maximum(left, _LEAST_VARIANCE)

    def to_tree(self, names: list[str]) -> list[list[Any]]:
        """(act, mean, variance) of every act that something was learned of."""
        var = Shared(self.prior, len(self.mean), 1).var
        learned = (self.mean != 0.0).any(0) | (self.var != var).any(0)
        return [
            [name, self.mean[:, arm].tolist(), self.var[:, arm].tolist()]
            for arm, name in enumerate(names)
            if learned[arm]
        ]


class Own:
    """One NPC's or player's bias for each act: precision beyond the prior's and weighted sum."""

    __slots__ = ("evidence", "total")

    def __init__(self, columns: int) -> None:
        self.evidence, self.total = np.zeros(columns), np.zeros(columns)

    def grow(self, columns: int) -> None:
        """Make room for more acts."""
        more = np.zeros(columns - len(self.total))
        self.evidence = np.concatenate((self.evidence, more))
        self.total = np.concatenate((self.total, more))

    def learn(self, arm: int, precision: float, residual: float) -> None:
        """Let old evidence fade, then add a residual of this precision to an act."""
        self.evidence *= DECAY
        self.total *= DECAY
        self.evidence[arm] += precision
        self.total[arm] += precision * residual

    def to_tree(self, names: list[str]) -> list[list[Any]]:
        """(act, evidence, sum) of every act that something was learned of."""
        rows = zip(names, self.evidence.tolist(), self.total.tolist(), strict=False)
        return [[name, evidence, total] for name, evidence, total in rows if evidence or total]


def bias(own: Own | None, arm: int, prior: float) -> tuple[float, float]:
    """(mean, variance) of one bias; nobody's is no source of variance."""
    if own is None:
        return 0.0, 0.0
    precision = float(own.evidence[arm]) + 1.0 / prior
    return float(own.total[arm]) / precision, 1.0 / precision
