"""One fit from end to end: levels, the network where it is asked for, copies."""

from __future__ import annotations

import numpy as np
import pytest

from personagen_npc.learn.credit import Turn
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.network import Network
from personagen_npc.learn.policy import Policy

pytest.importorskip("torch", reason="the extra `train` is not installed")
working = pytest.importorskip("personagen_npc.train.work")


def rows(count: int = 60) -> list[tuple[Turn, float, float]]:
    rng = np.random.default_rng(2)
    found = []
    for at in range(count):
        x = (1.0, *rng.uniform(-1, 1, WIDTH - 1).tolist())
        act, npc = ("joke", "greet")[at % 2], ("orle", "berta")[at // 2 % 2]
        turn = Turn(f"b1.s{at}", npc, "smith", "ann", "", act, 0.5, x)
        found.append((turn, 0.5 if act == "joke" else -0.5, 1.0))
    return found


def test_a_policy_takes_up_what_is_found() -> None:
    found = working.work(rows(), {}, {}, {}, network=True, device="cpu")
    assert (found["lessons"], found["device"]) == (60, "cpu")
    policy = Policy()
    policy.adopt(found["levels"])
    x = (1.0,) + (0.0,) * (WIDTH - 1)
    worth = [policy.expected("orle", "smith", "ann", act, x) for act in ("joke", "greet")]
    assert worth[0] > 0.2 > -0.2 > worth[1]
    assert Network.from_tree(found["network"]).width == WIDTH


def test_who_was_given_another_s_learning_has_it_after_a_fit() -> None:
    found = working.work(rows(), {}, {"carl": "orle"}, {}, network=False, device="cpu")
    owners = dict(found["levels"]["npcs"])
    assert owners["carl"] == owners["orle"]
    assert found["network"] is None
