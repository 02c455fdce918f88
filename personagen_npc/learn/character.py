"""Staying in character: policies near the written one.

``written`` is the policy as authored, ``in_character`` the best one that a persona's elasticity
allows, given what was learned. Elementwise float64 in a fixed order; logarithms of libm decide
between ways only, where their last bit does not tell.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from personagen_npc.learn import exact
from personagen_npc.tables import PACKAGE

Floats = NDArray[np.float64]

AUTHORED = 0.09  # expected reward for each standard deviation of log authored weight
SCALE = 0.1  # of Thompson's noise; .1 measured best on the simulator, 1 far worse
NEARLY = 2.772588722239781  # ln 16, nats: what elasticity goes towards before it is 1; on the
# simulator .732 where no bound at all gets .737 after 200 turns
STEEPS = 11  # inverse temperatures 1/64, 1/32, ... 16: 1/16 is the lowest temperature, [D]
_GENTLE = 1.0 / 64.0
_PLAIN = 7  # of the grid, up to temperature 1
_FARTHEST = -4.0  # arms further below the best are tilted as if this far: rewards are in [-1, 1]
_DOUBLINGS = [2.0**i for i in range(STEEPS)]
_MIX = 64.0  # mixing goes by 64ths
_HEAVIEST = 1e12  # of an authored weight: far from where sums lose their last digits
_RAREST = 1e-12  # of an arm's share: below it a ratio would be a division by nothing
_SLACK = 1e-9  # on bounds, for rounding


def bounds(elasticity: float) -> tuple[float, float]:
    """(nats, times): largest KL(p || written), and largest p / written of any act.

    Elasticity 0: nothing moves. 0.3: no act more than 2.7 times as often as written, 0.25 nats.
    0.5: 5 times, 0.69 nats. 0.8: 17 times, 1.8 nats. 1: free, without any bound. [D]
    """
    e = min(1.0, max(0.0, elasticity))
    return (NEARLY * e * e, (1.0 + 3.0 * e) / (1.0 - e)) if e < 1.0 else (inf, inf)


@cache
def _normals() -> Floats:
    """64 draws for each of 128 arms, shape (64, 128).

    A column holds the normal quantiles (i + 1/2) / 64 in an order of its own (sorted by blake2b of
    "column:i"), so each arm's noise is exactly normal and arms hardly correlate. Stored as 8192ths.
    """
    raw = (PACKAGE / "learn/data/normals.i16").read_bytes()
    return np.frombuffer(raw, dtype="<i2").reshape(64, -1) / 8192.0


@lru_cache(maxsize=4096)
def written(weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """(policy, expected reward of each arm) as authored; both are shared, so never written to.

    Raises:
        ValueError: there is no weight, or one is not above 0.
    """
    if not weights or not all(0.0 < w <= _HEAVIEST for w in weights):
        raise ValueError(f"authored weights must be above 0 and at most {_HEAVIEST}: {weights}")
    shares = np.maximum(np.array(weights) / max(weights), _RAREST)
    prior = shares / sum(shares.tolist())
    logs = exact.log(prior)
    centred = logs - sum(logs.tolist()) / len(weights)
    spread = sqrt(sum((centred * centred).tolist()) / len(weights))
    offset = centred * (AUTHORED / spread) if spread > _SLACK else np.zeros(len(weights))
    return prior, offset


def drawn(shares: list[float], u: float) -> int:
    """Index that a roll in [0, 1) falls on, in proportion to the shares."""
    mark = u * sum(shares)
    for index, share in enumerate(shares):
        mark -= share
        if mark < 0.0:
            return index
    return max(range(len(shares)), key=shares.__getitem__)


def in_character(
    prior: Floats, offset: Floats, learned: Floats, spread: Floats, elasticity: float
) -> Floats:
    """The best policy that stays within ``bounds``."""
    if elasticity >= 1.0:
        return _thompson(offset + learned, spread)
    nats, times = bounds(elasticity)
    return _steepest(prior, learned, nats + _SLACK, times + _SLACK, STEEPS)


def tilted(prior: Floats, logits: Floats, elasticity: float) -> Floats:
    """``prior * exp(logits)``, normed, or as much of that way as stays within ``bounds``."""
    nats, times = bounds(elasticity)
    return _steepest(prior, logits, nats + _SLACK, times + _SLACK, _PLAIN)


def _thompson(mean: Floats, spread: Floats) -> Floats:
    """How often each arm is best in 64 draws of what it may be worth."""
    count = len(mean)
    normals = _normals()
    z = normals[:, :count] if count <= normals.shape[1] else np.resize(normals, (64, count))
    best = (z * (spread * SCALE) + mean).argmax(1)
    return np.bincount(best, minlength=count) / 64.0


def _steepest(prior: Floats, learned: Floats, nats: float, times: float, steeps: int) -> Floats:
    """``prior * exp(learned / tau)``, normed, with the lowest tau on a grid within both bounds.

    ``exp(y)`` is ``(1 + y / n) ** n`` by squaring, multiplications only: a tilt as lawful as exp's.
    Between two grid points the policies are mixed, in 64ths; KL and the largest ratio are convex
    in the policy, so what is true of the ends as a line is true of the mixture.
    """
    gap = np.maximum(learned - np.maximum.reduce(learned), _FARTHEST) * _GENTLE
    mass = np.empty((steeps, len(prior)))
    mass[0] = 1.0 + gap
    for i in range(1, steeps):
        np.multiply(mass[i - 1], mass[i - 1], out=mass[i])
    mass *= prior
    norms = np.add.reduce(mass, 1).tolist()
    leans = np.add.reduce(mass * np.log1p(gap), 1).tolist()
    kl, ratio, last = [0.0], [1.0], 0
    for norm, lean, way in zip(norms, leans, _DOUBLINGS, strict=False):
        kl.append(lean / norm * way - log(norm))
        ratio.append(1.0 / norm)
        if kl[-1] > nats or ratio[-1] > times:
            break
        last += 1
    here: Floats = mass[last - 1] / norms[last - 1] if last else prior
    if last < steeps:
        share = min(_room(kl, last, nats), _room(ratio, last, times))
        share = int(share * _MIX) / _MIX
        here = here * (1.0 - share) + mass[last] / norms[last] * share
    return here


def _room(values: list[float], last: int, most: float) -> float:
    """Share of the way from grid point ``last`` to the next that stays below ``most``."""
    way = values[last + 1] - values[last]
    return 1.0 if way <= 0.0 else min(1.0, max(0.0, (most - values[last]) / way))
