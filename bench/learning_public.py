"""Public data sets as bandits: guess the class, hear only whether the guess was right.

After "A Contextual Bandit Bake-off" (Bietti, Agarwal, Langford, JMLR 2021): rows in a random order,
loss is the share of wrong guesses from the first on. Data as it comes with scikit-learn.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagen_npc.learn.credit import Turn
from personagen_npc.learn.levels import Scales
from personagen_npc.learn.policy import Policy

Floats = NDArray[np.float64]

SETS = ("digits", "wine", "breast_cancer")
ORDERS = 3
WORLD, NARROW = (0.1, 0.1), (1e-4, 1e-5)  # no archetypes here: all slopes are the world's; .1 is
# about what a class, worth 2 between right and wrong, needs of features that are a third wide
FIRST_FIT = 256  # rows after which a batch fit is first made, then at each doubling
EXPLORERS = ("--squarecb --gamma_scale 100 -l 0.5", "--regcbopt --mellowness 0.001 -l 0.5",
             "--bag 5 --greedify -l 0.5")  # fmt: skip


def public_losses(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Loss of each learner on each set; empty, and said so, without scikit-learn."""
    if importlib.util.find_spec("sklearn") is None:
        print("scikit-learn is not installed (the extra `peers`): public data left out.")
        return {}
    return {name: _losses(*_data(name), 1 if quick else ORDERS) for name in SETS}


def _data(name: str) -> tuple[Floats, NDArray[np.intp]]:
    """Features, scaled to mean 0 and at most 1 wide, a 1 before them; classes."""
    from sklearn import datasets  # a peer, never a dependency

    found = getattr(datasets, f"load_{name}")()
    x = found.data - found.data.mean(0)
    x = np.clip(x / np.maximum(3.0 * x.std(0), 1e-9), -1.0, 1.0)
    return np.hstack((np.ones((len(x), 1)), x)), found.target


def _losses(x: Floats, y: NDArray[np.intp], orders: int) -> dict[str, float]:
    rows = [np.random.default_rng(order).permutation(len(x)) for order in range(orders)]
    found = {"ours": float(np.mean([_ours(x[r], y[r], s) for s, r in enumerate(rows)]))}
    if importlib.util.find_spec("torch") is not None:
        losses = [_ours(x[r], y[r], s, refit=True) for s, r in enumerate(rows)]
        found["ours, fitted anew"] = float(np.mean(losses))
    if importlib.util.find_spec("vowpalwabbit") is not None:
        for explorer in EXPLORERS:
            name = "VW " + explorer.split(" ")[0].removeprefix("--")
            losses = [_vowpal(x[r], y[r], explorer, s) for s, r in enumerate(rows)]
            found[name] = float(np.mean(losses))
    return {name: round(loss, 4) for name, loss in found.items()}


def _ours(x: Floats, y: NDArray[np.intp], seed: int, *, refit: bool = False) -> float:
    dice = np.random.default_rng([seed, 1])
    policy = Policy(x.shape[1], Scales(WORLD, NARROW))
    seen: list[tuple[Turn, float, float]] = []
    acts = tuple(f"class{c}" for c in range(int(y.max()) + 1))
    wrong = 0
    for row, true in zip(x.tolist(), y.tolist(), strict=True):
        choice = policy.choose("", "", "", acts, (1.0,) * len(acts), row, dice.random(), 1.0)
        wrong += choice.index != true
        turn = Turn("", "", "", "", "", acts[choice.index], 1.0, tuple(row), choice.offset)
        reward = 1.0 if choice.index == true else -1.0
        policy.learn(turn, reward)
        seen.append((turn, reward, 1.0))
        if refit and len(seen) >= FIRST_FIT and len(seen) & (len(seen) - 1) == 0:
            _fit(policy, seen)
    return wrong / len(x)


def _fit(policy: Policy, seen: list[tuple[Turn, float, float]]) -> None:
    from personagen_npc.learn.lessons import lessons  # torch only where it is asked for
    from personagen_npc.train.refit import levels, refit

    columns = lessons(seen)
    policy.adopt(levels(refit(columns, policy.scales), columns))


def _vowpal(x: Floats, y: NDArray[np.intp], explorer: str, seed: int) -> float:
    from vowpalwabbit import Workspace  # a peer, never a dependency

    vw: Any = Workspace(f"--cb_explore_adf {explorer} --quiet -q sa --ignore_linear s -b 20")
    dice = np.random.default_rng([seed, 1])
    classes = int(y.max()) + 1
    wrong = 0
    for row, true in zip(x.tolist(), y.tolist(), strict=True):
        shared = "shared |s " + " ".join(f"{i}:{v:.4g}" for i, v in enumerate(row))
        shares = vw.predict("\n".join([shared, *(f"|a a{c}" for c in range(classes))]))
        act = min(int(np.searchsorted(np.cumsum(shares), dice.random())), classes - 1)
        wrong += act != true
        cost = f"0:{-1.0 if act == true else 1.0}:{max(1e-6, shares[act])} "
        lines = [f"{cost if c == act else ''}|a a{c}" for c in range(classes)]
        vw.learn("\n".join([shared, *lines]))
    return wrong / len(x)
