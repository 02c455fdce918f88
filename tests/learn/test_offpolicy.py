"""Off-policy value: right on the average, honest about how little it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from personagen_npc.learn.offpolicy import doubly_robust, ratios, snips

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORTH = np.array([0.6, -0.2, 0.1])
LOGGED = np.array([0.2, 0.5, 0.3])
OTHER = np.array([0.7, 0.1, 0.2])
TRUE = float(WORTH @ OTHER)


def played(turns: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    acts = rng.choice(3, size=turns, p=LOGGED)
    return acts, np.where(rng.random(turns) < (1 + WORTH[acts]) / 2, 1.0, -1.0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = {"snips": 0, "robust": 0}
    for seed in range(200):
        acts, rewards = played(400, seed)
        ratio = ratios(OTHER[acts], LOGGED[acts])
        model = np.array([0.3, 0.3, 0.3])  # a wrong model must not hurt
        hoped = [float(model @ OTHER)] * len(acts)
        for name, found in (
            ("snips", snips(rewards, ratio)),
            ("robust", doubly_robust(rewards, ratio, model[acts], hoped)),
        ):
            held[name] += found.low <= TRUE <= found.high
    assert all(180 <= count <= 199 for count in held.values()), held


def test_a_good_model_narrows_the_interval() -> None:
    acts, rewards = played(400, 1)
    ratio = ratios(OTHER[acts], LOGGED[acts])
    model = WORTH
    hoped = [TRUE] * len(acts)
    good = doubly_robust(rewards, ratio, model[acts], hoped)
    none = doubly_robust(rewards, ratio, np.zeros(len(acts)), np.zeros(len(acts)))
    assert good.high - good.low < none.high - none.low


def test_the_same_policy_stands_on_every_turn_and_another_on_fewer() -> None:
    acts, rewards = played(300, 2)
    assert snips(rewards, ratios(LOGGED[acts], LOGGED[acts])).turns == pytest.approx(300)
    assert snips(rewards, ratios(OTHER[acts], LOGGED[acts])).turns < 200


def test_what_cannot_be_known_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ratios([0.5], [0.0])
    with pytest.raises(ValueError, match="no logged turn"):
        snips([1.0], ratios([0.0], [0.5]))
    with pytest.raises(ValueError, match="no turns"):
        doubly_robust([], ratios([], []), [], [])
