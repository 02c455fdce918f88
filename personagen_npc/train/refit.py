"""Fit the shared levels anew, from all lessons at once: batched Cholesky instead of step by step.

The model is ``learn.policy``'s, but weights keep their full covariance while fitting. Given the
biases of NPCs and players, the weights of act ``a`` are one Gaussian: with ``G_k = X_k'X_k / s2``
and ``h_k = X_k'y / s2`` of archetype ``k``'s lessons,

    K_k | W ~ N((G_k + P)^-1 (h_k - G_k W), (G_k + P)^-1)
    W       ~ N(A^-1 b, A^-1), A = Q + sum_k G_k - G_k (G_k + P)^-1 G_k,
                               b = sum_k h_k - G_k (G_k + P)^-1 h_k

(P, Q: prior precisions), all acts and archetypes in one batch. Biases are fitted in turn, with the
forgetting of the step-by-step update, then what authored weights tell; prior variances by
expectation-maximisation. Everything is float64; on a GPU the result is the CPU's within 1e-5.

What was known before the lessons (a pack's prior, a save that a world began from) is a Gaussian
too: its means are taken off the rewards, its variances stand in P and Q, its evidence fades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from personagen_npc.learn.levels import (
    DECAY,
    HEED,
    NARROW,
    NPC,
    PLAYER,
    TRUST,
    WIDE,
    Scales,
    spread_of,
)
from personagen_npc.learn.noise import Noises
from personagen_npc.train.known import Known, owned, with_others

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from personagen_npc.learn.lessons import Floats, Indexes, Lessons
    from personagen_npc.learn.levels import Heed
    from personagen_npc.train.known import Levels

Tensor = torch.Tensor
LEAST_HEED = 2e-3  # as in ``learn.levels``
ROUNDS = 12  # of fitting weights, biases and scales in turn; tuned: the twentieth moves nothing


class Fitted(NamedTuple):
    """What all lessons say.

    Attributes:
        world: mean and variance, float64 (width, acts) each.
        archetypes: the same, (archetypes, width, acts) each.
        npcs: evidence and weighted sum, (npcs, acts) each; likewise ``players``.
        scales: prior variances as they were found.
    """

    world: tuple[Floats, Floats]
    archetypes: tuple[Floats, Floats]
    npcs: tuple[Floats, Floats]
    players: tuple[Floats, Floats]
    scales: Scales


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def refit(
    lessons: Lessons, scales: Scales | None = None, *, device: str = "cpu",
    before: Levels | None = None, noises: Noises | None = None,
) -> Fitted:  # fmt: skip
    """All levels from all lessons.

    Args:
        lessons: at least one.
        scales: prior variances to start from; they are not changed.
        device: ``cpu``, or ``best_device()``.
        before: what was known before them, as ``levels`` gives it.
        noises: how noisy each NPC's rewards are; all alike when absent.

    Raises:
        ValueError: there are no lessons.
    """
    if len(lessons.reward) == 0:
        raise ValueError("there is nothing to fit: no lessons")
    scales = Scales.from_tree((scales or Scales()).to_tree())
    fit = _Fit(lessons, scales, device, before or {}, noises or Noises())
    for _ in range(ROUNDS):
        fit.weigh()
        fit.lean()
        fit.hint()
        fit.rescale()
    fit.weigh()
    return fit.result()


def levels(fitted: Fitted, lessons: Lessons, before: Levels | None = None) -> Levels:
    """A fit as plain lists, for ``learn.policy.Policy.adopt``.

    What was known ``before`` of acts and of those whom no lesson is about stays as it was.
    """
    old = before or {}
    mean, var = fitted.archetypes
    kinds = [
        [name, _columns(mean[k], var[k], lessons.acts)] for k, name in enumerate(lessons.archetypes)
    ]
    return {
        "scales": fitted.scales.to_tree(),
        "world": with_others(_columns(*fitted.world, lessons.acts), old.get("world", ())),
        "archetypes": owned(kinds, old.get("archetypes", ())),
        "npcs": owned(_rows(*fitted.npcs, lessons.npcs, lessons.acts), old.get("npcs", ())),
        "players": owned(
            _rows(*fitted.players, lessons.players, lessons.acts), old.get("players", ())
        ),
    }


def _columns(mean: Floats, var: Floats, acts: tuple[str, ...]) -> list[list[Any]]:
    return [[act, mean[:, a].tolist(), var[:, a].tolist()] for a, act in enumerate(acts)]


def _rows(
    evidence: Floats, total: Floats, owners: tuple[str, ...], acts: tuple[str, ...]
) -> list[list[Any]]:
    """(owner, its acts with evidence); nobody's ("") has none of its own."""
    return [
        [owner, [[act, float(evidence[i, a]), float(total[i, a])]
                 for a, act in enumerate(acts) if evidence[i, a] > 0.0]]
        for i, owner in enumerate(owners) if owner
    ]  # fmt: skip


class _Fit:
    """The parts of one fit, on one device."""

    def __init__(
        self, lessons: Lessons, scales: Scales, device: str, before: Levels, noises: Noises
    ) -> None:
        self._device, self._scales = device, scales
        known = Known(before, lessons)
        self._kinds, self._acts = len(lessons.archetypes), len(lessons.acts)
        self._x = self._there(lessons.x)
        self._cell = self._whole(lessons.archetype * self._acts + lessons.act)
        self._act = self._whole(lessons.act)
        noise = np.array([noises.of(npc, scales) for npc in lessons.npcs])
        self._trust = self._there(lessons.weight / noise[lessons.npc])
        self._mean0_w, self._var0_w = map(self._there, known.world)
        self._mean0_k, self._var0_k = map(self._there, known.archetypes)
        self._reward, self._offset = self._there(lessons.reward), self._there(lessons.offset)
        told = Scales.from_tree(before["scales"]) if "scales" in before else Scales()
        self._told = (told.hint, told.doubt)
        self._y = self._reward - scales.hint * self._offset
        self._owners = (
            _Owners(self, lessons.npc, lessons.npcs, lessons.act, known.npcs),
            _Owners(self, lessons.player, lessons.players, lessons.act, known.players),
        )
        self._width = self._x.shape[1]
        self._gram = self._grams()
        self._mean_k = self._var_k = self._mean_w = self._var_w = torch.empty(0)

    def _there(self, column: Floats) -> Tensor:
        return torch.tensor(column, dtype=torch.float64, device=self._device)

    def _whole(self, column: Indexes) -> Tensor:
        return torch.tensor(column, dtype=torch.int64, device=self._device)

    def _grams(self) -> Tensor:
        """X'X / s2 of each (archetype, act), shape (kinds, acts, width, width)."""
        cells = []
        for cell in range(self._kinds * self._acts):
            x = self._x[self._cell == cell]
            cells.append((x * self._trust[self._cell == cell, None]).T @ x)
        return torch.stack(cells).reshape(self._kinds, self._acts, self._width, self._width)

    def _prior(self, level: tuple[float, float], heed: Heed, known: Tensor) -> Tensor:
        """Prior precisions of all cells, (..., acts, width, width): known ones or the level's."""
        var = self._there(spread_of(level, heed, self._width))
        return torch.diag_embed(1.0 / torch.where(known > 0.0, known, var))

    def weigh(self) -> None:
        """World and archetypes, given the biases."""
        known = self._of_lessons(self._mean0_w + self._mean0_k)
        left = self._trust * (self._y - known - self._owners[0].lean() - self._owners[1].lean())
        moment = torch.zeros(
            self._kinds * self._acts, self._width, dtype=torch.float64, device=self._device
        )
        moment.index_add_(0, self._cell, self._x * left[:, None])
        h = moment.reshape(self._kinds, self._acts, self._width, 1)
        gram, own = (
            self._gram,
            self._gram + self._prior(self._scales.archetype, self._scales.heeds[1], self._var0_k),
        )
        factor = torch.linalg.cholesky(own)
        solved = torch.cholesky_solve(torch.cat((gram, h), -1), factor)
        whole = self._prior(self._scales.world, self._scales.heeds[0], self._var0_w)
        whole = whole + (gram - gram @ solved[..., :-1]).sum(0)
        right = (h - gram @ solved[..., -1:]).sum(0)
        above = torch.linalg.cholesky((whole + whole.mT) / 2.0)
        world = torch.cholesky_solve(right, above)
        spread = torch.cholesky_inverse(above)
        self._mean_w = self._mean0_w + world[..., 0]
        self._var_w = torch.diagonal(spread, dim1=-2, dim2=-1)
        self._mean_k = self._mean0_k + (solved[..., -1:] - solved[..., :-1] @ world)[..., 0]
        # variance of K: that given W, and what W's own leaves open
        open_ = solved[..., :-1] @ spread @ solved[..., :-1].mT
        self._var_k = torch.diagonal(torch.cholesky_inverse(factor) + open_, dim1=-2, dim2=-1)

    def shared(self) -> Tensor:
        """What world and archetype expect of each lesson, shape (n,)."""
        return self._of_lessons(self._mean_w + self._mean_k)

    def _of_lessons(self, weights: Tensor) -> Tensor:
        return (weights.reshape(-1, self._width)[self._cell] * self._x).sum(1)

    def lean(self) -> None:
        """The biases of NPCs and of players, given the weights and each other."""
        npcs, players = self._owners
        left = self._y - self.shared()
        npcs.fit(self._trust, left - players.lean(), self._scales.npc)
        players.fit(self._trust, left - npcs.lean(), self._scales.player)

    def hint(self) -> None:
        """How far authored weights tell what pays, given all else."""
        scales, offset = self._scales, self._offset
        left = self._reward - self.shared() - self._owners[0].lean() - self._owners[1].lean()
        hint, doubt = self._told
        precision = 1.0 / doubt + float((self._trust * offset * offset).sum())
        scales.hint = (hint / doubt + float((self._trust * offset * left).sum())) / precision
        scales.doubt = 1.0 / precision
        self._y = self._reward - scales.hint * offset

    def rescale(self) -> None:
        """Prior variances from what was found, as in ``learn.levels.Scales``."""
        scales = self._scales
        world, archetype = scales.authored
        scales.world, ours = _shared(self._mean_w[None], self._var_w[None], world)
        scales.archetype, kinds = _shared(self._mean_k, self._var_k, archetype)
        scales.heeds = (ours, kinds)
        scales.npc = self._owners[0].scale(scales.npc, NPC)
        scales.player = self._owners[1].scale(scales.player, PLAYER)

    def result(self) -> Fitted:
        """Back to numpy."""
        return Fitted(
            (_back(self._mean_w.T), _back(self._var_w.T)),
            (_back(self._mean_k.mT), _back(self._var_k.mT)),
            self._owners[0].result(), self._owners[1].result(), self._scales,
        )  # fmt: skip


class _Owners:
    """Biases of NPCs, or of players: evidence and weighted sum for each of their acts."""

    def __init__(
        self, fit: _Fit, owner: Indexes, names: tuple[str, ...], act: Indexes,
        known: tuple[Floats, Floats],
    ) -> None:  # fmt: skip
        self._shape = (len(names), fit._acts)
        self._cell = fit._whole(owner * fit._acts + act)
        somebody = np.array([name != "" for name in names])[owner]
        self._fresh = fit._there(_freshness(owner) * somebody)
        faded = DECAY ** np.bincount(owner, minlength=len(names))[:, None]
        self._known = [fit._there((faded * k).reshape(-1)) for k in known]
        self.evidence, self.total = (k.clone() for k in self._known)
        self._mean = torch.zeros_like(self.evidence)

    def fit(self, trust: Tensor, left: Tensor, scale: float) -> None:
        weight = trust * self._fresh
        self.evidence = self._known[0].index_add(0, self._cell, weight)
        self.total = self._known[1].index_add(0, self._cell, weight * left)
        self._mean = self.total / (self.evidence + 1.0 / scale)

    def lean(self) -> Tensor:
        return self._mean[self._cell]

    def scale(self, now: float, authored: float) -> float:
        seen = self.evidence > 0.0
        square = self._mean[seen] ** 2 + 1.0 / (self.evidence[seen] + 1.0 / now)
        found = (TRUST * authored + float(square.sum())) / (TRUST + float(seen.sum()))
        return min(WIDE, max(NARROW, found))

    def result(self) -> tuple[Floats, Floats]:
        return _back(self.evidence.reshape(self._shape)), _back(self.total.reshape(self._shape))


def _shared(
    mean: Tensor, var: Tensor, authored: tuple[float, float]
) -> tuple[tuple[float, float], Heed]:
    """Variances of bias and slope over all cells, shapes (levels, acts, width); heeds."""
    square = (mean**2 + var).reshape(-1, mean.shape[-1])
    biases, *slopes = square.sum(0).tolist()
    count, every = len(square), len(square) + TRUST
    slope = (TRUST * authored[1] + sum(slopes) / max(1, len(slopes))) / every
    bias, slope = (TRUST * authored[0] + biases) / every, min(WIDE, max(NARROW, slope))
    heed = [max(LEAST_HEED, (HEED + s / slope) / (HEED + count)) for s in slopes]
    return (min(WIDE, max(NARROW, bias)), slope), tuple(heed)


def _freshness(owner: Indexes) -> Floats:
    """``DECAY`` to the number of its owner's later lessons, for each lesson."""
    later: dict[int, int] = {}
    ages = np.zeros(len(owner))
    for at in range(len(owner) - 1, -1, -1):
        who = int(owner[at])
        ages[at] = later.get(who, 0)
        later[who] = later.get(who, 0) + 1
    fresh: Floats = DECAY**ages
    return fresh


def _back(tensor: Tensor) -> NDArray[Any]:
    return tensor.cpu().numpy()
