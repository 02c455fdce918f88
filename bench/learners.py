"""Learners of one shape, to be held against each other: ours and those of others.

Each sees an ``Occasion``'s NPC, archetype, player and context, and the authored weights where it is
told so. It answers with an act; later, perhaps, it hears what that act was paid.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bench.learning_world import ARMS, WIDTH, Occasion
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.policy import Policy

Floats = NDArray[np.float64]
ACTS = tuple(f"act{a}" for a in range(ARMS))
FLAT = (1.0,) * ARMS


class Played(NamedTuple):
    """What was done on an occasion: kept until its reward comes."""

    occasion: Occasion
    kind: int
    act: int
    p: float
    offset: float = 0.0


class Learner(Protocol):
    """Chooses acts, hears of rewards."""

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """Choose an act for an occasion."""
        ...

    def hear(self, played: Played, reward: float) -> None:
        """The reward of what was played."""
        ...


class Dice:
    """Any act, all alike; or as often as it was written."""

    def __init__(self, *, authored: bool) -> None:
        self._authored = authored

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """See ``Learner``."""
        shares = weights / weights.sum() if self._authored else np.full(ARMS, 1.0 / ARMS)
        act = min(int(np.searchsorted(np.cumsum(shares), occasion.roll)), ARMS - 1)
        return Played(occasion, kind, act, float(shares[act]))

    def hear(self, played: Played, reward: float) -> None:
        """Nothing is learned."""


class Ours:
    """``learn.Policy``, free to leave what is written as far as elasticity 1 lets it."""

    def __init__(self, *, authored: bool, policy: Policy | None = None) -> None:
        self._authored = authored
        self.policy = policy or Policy(WIDTH)

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """See ``Learner``."""
        choice = self.policy.choose(
            f"n{occasion.npc}", f"k{kind}", f"p{occasion.player}", ACTS,
            tuple(weights.tolist()) if self._authored else FLAT, occasion.x, occasion.roll, 1.0,
        )  # fmt: skip
        return Played(
            occasion, kind, choice.index, choice.propensities[choice.index], choice.offset
        )

    def hear(self, played: Played, reward: float) -> None:
        """See ``Learner``."""
        o = played.occasion
        row = Turn("", f"n{o.npc}", f"k{played.kind}", f"p{o.player}", "", ACTS[played.act],
                   played.p, o.x, played.offset)  # fmt: skip
        self.policy.learn(row, reward)


class LinUcb:
    """A ridge regression of its own for each NPC and act, optimistic (Li et al. 2010)."""

    def __init__(self, npcs: int, alpha: float = 0.2) -> None:
        self._inverse = np.tile(np.eye(WIDTH), (npcs, ARMS, 1, 1))
        self._sum = np.zeros((npcs, ARMS, WIDTH))
        self._alpha = alpha

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """See ``Learner``."""
        x = np.array(occasion.x)
        lean = self._inverse[occasion.npc] @ x
        mean = (lean * self._sum[occasion.npc]).sum(1)
        return Played(occasion, kind, self._best(mean, np.sqrt(lean @ x), occasion), 1.0)

    def _best(self, mean: Floats, spread: Floats, occasion: Occasion) -> int:
        return int((mean + self._alpha * spread).argmax())

    def hear(self, played: Played, reward: float) -> None:
        """See ``Learner``."""
        npc, act, x = played.occasion.npc, played.act, np.array(played.occasion.x)
        inverse = self._inverse[npc, act]
        lean = inverse @ x
        inverse -= np.outer(lean, lean) / (1.0 + x @ lean)
        self._sum[npc, act] += reward * x


class LinTs(LinUcb):
    """The same with Thompson's draws instead of optimism (Agrawal and Goyal 2013)."""

    def _best(self, mean: Floats, spread: Floats, occasion: Occasion) -> int:
        noise = np.random.default_rng(int(occasion.roll * 2**53)).normal(0, 1, ARMS)
        return int((mean + self._alpha * spread * noise).argmax())


class LogProbOnly:
    """A softmax network trained on minus the mean log-probability of what it did itself.

    Rewards never enter: a learner as it is easily written by mistake, here as a warning.
    """

    def __init__(self, seed: int, hidden: int = 64, step: float = 1e-3, batch: int = 32) -> None:
        rng = np.random.default_rng(seed)
        self._in = rng.normal(0, 1 / np.sqrt(WIDTH), (WIDTH, hidden))
        self._out = rng.normal(0, 1 / np.sqrt(hidden), (hidden, ARMS))
        self._step, self._batch = step, batch
        self._seen: list[Played] = []

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """See ``Learner``."""
        _, shares = self._forward(np.array([occasion.x]))
        act = min(int(np.searchsorted(np.cumsum(shares[0]), occasion.roll)), ARMS - 1)
        return Played(occasion, kind, act, float(shares[0, act]))

    def hear(self, played: Played, reward: float) -> None:
        """See ``Learner``."""
        self._seen.append(played)
        if len(self._seen) == self._batch:
            self._descend()
            self._seen.clear()

    def _forward(self, x: Floats) -> tuple[Floats, Floats]:
        hidden = np.tanh(x @ self._in)
        logits = hidden @ self._out
        shares = np.exp(logits - logits.max(1, keepdims=True))
        return hidden, shares / shares.sum(1, keepdims=True)

    def _descend(self) -> None:
        x = np.array([p.occasion.x for p in self._seen])
        hidden, shares = self._forward(x)
        wrong = shares
        wrong[np.arange(len(x)), [p.act for p in self._seen]] -= 1.0
        back = (wrong @ self._out.T) * (1.0 - hidden * hidden)
        self._out -= self._step * hidden.T @ wrong / len(x)
        self._in -= self._step * x.T @ back / len(x)


class Vowpal:
    """Vowpal Wabbit's contextual bandit with features for each act, and the same information.

    Namespaces: s context, n NPC, k archetype, p player; a act, w authored weight. Interactions give
    it the levels that ours has: act x (context, NPC, archetype, player); a cubic one of archetype,
    context and act was tried and is worse.
    """

    def __init__(self, explore: str, seed: int, *, authored: bool) -> None:
        from vowpalwabbit import Workspace  # a peer, never a dependency

        self._vw: Any = Workspace(
            f"--cb_explore_adf {explore} --quiet --random_seed {seed} -q sa -q na -q ka -q pa -b 20"
            " --ignore_linear s --ignore_linear n --ignore_linear k --ignore_linear p"
        )
        self._authored = authored
        self._weights: dict[int, Floats] = {}

    def play(self, occasion: Occasion, kind: int, weights: Floats) -> Played:
        """See ``Learner``."""
        self._weights[kind] = weights
        shares = self._vw.predict(self._example(occasion, kind, None))
        act = min(int(np.searchsorted(np.cumsum(shares), occasion.roll)), ARMS - 1)
        return Played(occasion, kind, act, float(shares[act]))

    def hear(self, played: Played, reward: float) -> None:
        """See ``Learner``."""
        self._vw.learn(self._example(played.occasion, played.kind, (played, reward)))

    def _example(self, o: Occasion, kind: int, paid: tuple[Played, float] | None) -> str:
        context = " ".join(f"{i}:{v:.4g}" for i, v in enumerate(o.x))
        lines = [f"shared |s {context} |n i{o.npc} |k k{kind} |p p{o.player}"]
        logs = np.log(self._weights[kind])
        logs = (logs - logs.mean()) / max(1e-9, float(logs.std()))
        for act in range(ARMS):
            cost = ""
            if paid is not None and paid[0].act == act:
                cost = f"0:{-paid[1]}:{max(1e-6, paid[0].p)} "
            hint = f" |w w:{logs[act]:.4g}" if self._authored else ""
            lines.append(f"{cost}|a a{act}{hint}")
        return "\n".join(lines)
