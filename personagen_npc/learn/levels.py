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
HEED = 1.0  # acts' worth of evidence that all features matter alike, tuned on the simulator
_LEAST_HEED = 2e-3  # of a feature that tells nothing: it could still come to matter, [D]
HINT, DOUBT = 0.56, 0.31  # what a standard deviation of log authored weight is worth, beside
# ``character.AUTHORED``, and the variance of that: .05 and .05 squared, tuned on the simulator
CURIOUS = 1.5  # times more of Thompson's noise as long as nobody knows what authored weights tell:
# they lead all to the same few acts, while rewards are late; tuned on the simulator's seeds 10-17
KNOWN = 6.0  # precision of ``hint`` beyond the authored from which on it is known well enough

Heed = tuple[float, ...]  # beside the level's variance of a slope, that of each feature


class Scales:
    """How far each level reaches: prior variances, estimated anew as rewards come in.

    Empirical Bayes by expectation-maximisation: a variance becomes the mean of what the weights
    under it are now held to be, squared, and of how unsure that is, together with ``TRUST`` acts
    of the prior's own. Each feature has a variance of its own beside its level's (``heeds``): most
    of what can be seen of an occasion does not matter. It is done whenever rewards are half as many
    again, so it costs next to nothing. ``hint`` says how far authored weights tell what pays; it
    moves with each reward.
    """

    __slots__ = (
        "archetype", "authored", "count", "doubt", "heeds", "hint", "noise", "npc", "player",
        "world",
    )  # fmt: skip

    def __init__(
        self, world: tuple[float, float] = WORLD, archetype: tuple[float, float] = ARCHETYPE
    ) -> None:
        """``world``, ``archetype``: variances of bias and slope that estimates lean towards."""
        self.noise = NOISE
        self.authored = (world, archetype)
        self.world, self.archetype = world, archetype
        self.npc, self.player = NPC, PLAYER
        self.heeds: tuple[Heed, Heed] = ((), ())  # of the world, of archetypes; (): all alike
        self.hint, self.doubt = HINT, DOUBT
        self.count = 0

    def heard(self) -> bool:
        """Note a reward; whether scales are due."""
        self.count += 1
        due = self.count if self.count % 3 else self.count // 3  # 1,024, 1,536, 2,048, 3,072, ...
        return self.count >= FIRST and due & (due - 1) == 0

    def estimate(
        self, world: Shared, archetypes: Iterable[Shared], npcs: Iterable[Own],
        players: Iterable[Own],
    ) -> None:  # fmt: skip
        """All scales from all that was learned; the levels themselves move along."""
        ours, theirs, kinds = list(npcs), list(players), list(archetypes)
        for _ in range(STEPS):
            self.npc = _own_scale(ours, self.npc, NPC)
            self.player = _own_scale(theirs, self.player, PLAYER)
            self.world, ours_heed = _shared_scale([world], self.authored[0])
            self.archetype, kinds_heed = _shared_scale(kinds, self.authored[1])
            self.heeds = (ours_heed, kinds_heed)
            world.rescale(self.world, ours_heed)
            for kind in kinds:
                kind.rescale(self.archetype, kinds_heed)

    def to_tree(self) -> list[Any]:
        """Plain numbers for a save."""
        return [
            self.noise, *map(list, self.authored), list(self.world), list(self.archetype), self.npc,
            self.player, self.count, list(map(list, self.heeds)), self.hint, self.doubt,
        ]  # fmt: skip

    @classmethod
    def from_tree(cls, tree: list[Any]) -> Scales:
        """The inverse of ``to_tree``. Raises BadSave where there is no variance."""
        noise, *pairs, npc, player, count, heeds, hint, doubt = tree
        for value in (noise, npc, player, doubt, *(v for pair in pairs for v in pair)):
            if not (isinstance(value, float) and _LEAST_VARIANCE <= value <= WIDE):
                raise BadSave("policy: no variance", field="scales", got=value,
                              allowed=f"{_LEAST_VARIANCE} to {WIDE}")  # fmt: skip
        if not isinstance(count, int) or count < 0:
            raise BadSave("policy: no count", field="scales", got=count, allowed="0 or more")
        world, archetype, *now = ((bias, slope) for bias, slope in pairs)
        self = cls(world, archetype)
        self.noise, self.npc, self.player, self.count = noise, npc, player, count
        self.world, self.archetype = now
        self.heeds, self.hint, self.doubt = (tuple(heeds[0]), tuple(heeds[1])), hint, doubt
        return self

    def curious(self) -> float:
        """How much more than usual there is to be tried, 1 for nothing more."""
        known = (1.0 / self.doubt - 1.0 / DOUBT) / KNOWN
        return 1.0 + CURIOUS * min(1.0, max(0.0, 1.0 - known))

    def hinted(self, offset: float, step: float, shrink: float) -> None:
        """A reward says how far the authored weight of its act told it; as ``Shared.learn``."""
        gain = self.doubt * offset
        self.hint += gain * step
        self.doubt = max(self.doubt - gain * gain * shrink, _LEAST_VARIANCE)


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


def _shared_scale(
    levels: list[Shared], authored: tuple[float, float]
) -> tuple[tuple[float, float], Heed]:
    """Variances of bias and slope over all acts that something was learned of; heeds."""
    total, count = np.zeros(levels[0].mean.shape[1] if levels else 1), 0
    for level in levels:
        seen = level.var[:, 0] < level.prior[0]
        mean = level.mean[seen]
        total += np.add.reduce(mean * mean + level.var[seen], 0)
        count += len(mean)
    biases, *slopes = total.tolist()
    every = count + TRUST
    bias = (TRUST * authored[0] + biases) / every
    slope = (TRUST * authored[1] + sum(slopes) / max(1, len(slopes))) / every
    slope = min(WIDE, max(NARROW, slope))
    heed = [max(_LEAST_HEED, (HEED + s / slope) / (HEED + count)) for s in slopes]
    return (min(WIDE, max(NARROW, bias)), slope), tuple(heed)


class Shared:
    """Weights that many NPCs share: mean and variance, a row per act, a column per feature."""

    __slots__ = ("heed", "mean", "prior", "var")

    def __init__(self, prior: tuple[float, float], width: int, rows: int, heed: Heed = ()) -> None:
        self.prior, self.heed = prior, heed
        self.mean = np.zeros((rows, width))
        self.var = np.tile(spread_of(prior, heed, width), (rows, 1))

    def grow(self, rows: int) -> None:
        """Make room for more acts."""
        wide = Shared(self.prior, self.mean.shape[1], rows, self.heed)
        wide.mean[: len(self.mean)] = self.mean
        wide.var[: len(self.var)] = self.var
        self.mean, self.var = wide.mean, wide.var

    def rescale(self, prior: tuple[float, float], heed: Heed = ()) -> None:
        """The same evidence under another prior."""
        width = self.mean.shape[1]
        old, new = spread_of(self.prior, self.heed, width), spread_of(prior, heed, width)
        precision = np.maximum(1.0 / self.var - 1.0 / old, 0.0) + 1.0 / new
        self.mean *= 1.0 / (self.var * precision)
        self.var = np.maximum(1.0 / precision, _LEAST_VARIANCE)
        self.prior, self.heed = prior, heed

    def learn(self, arm: int, gain: Floats, step: float, shrink: float) -> None:
        """``gain`` is variance times x; the mean moves along it, the variance shrinks by it."""
        self.mean[arm] += gain * step
        left = self.var[arm] - gain * gain * shrink
        self.var[arm] = np.maximum(left, _LEAST_VARIANCE)

    def to_tree(self, names: list[str]) -> list[list[Any]]:
        """(act, mean, variance) of every act that something was learned of."""
        var = spread_of(self.prior, self.heed, self.mean.shape[1])
        learned = (self.mean != 0.0).any(1) | (self.var != var).any(1)
        return [
            [name, self.mean[arm].tolist(), self.var[arm].tolist()]
            for arm, name in enumerate(names)
            if learned[arm]
        ]


def spread_of(prior: tuple[float, float], heed: Heed, width: int) -> Floats:
    """Prior variance of each weight of an act."""
    var = np.full(width, prior[1])
    if heed:
        var[1:] *= np.array(heed)
    var[0] = prior[0]
    return var


def weighed(levels: tuple[Floats, Floats], arms: NDArray[np.intp], x: Floats) -> Floats:
    """The sum of two levels' weights for each arm, weighed with an occasion."""
    weights = levels[0].take(arms, 0, mode="clip")  # no arm is out of range: spares the check
    weights += levels[1].take(arms, 0, mode="clip")
    weights *= x
    total: Floats = np.add.reduce(weights, 1)
    return total


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
