"""The levels: how far each reaches is estimated from what came in, and nothing else changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from personagen_npc.learn import levels
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.levels import NPC, PLAYER, WORLD, Scales, Shared
from personagen_npc.learn.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTS = tuple(f"a{i}" for i in range(6))
WIDTH = 4


def rewards(seed: int, count: int) -> Iterator[tuple[Turn, float]]:
    """NPCs differ much, players not at all."""
    rng = np.random.default_rng(seed)
    taste = rng.normal(0, 0.4, (20, len(ACTS)))
    for _ in range(count):
        npc, player, act = (int(rng.integers(n)) for n in (20, 10, len(ACTS)))
        x = (1.0, *rng.uniform(-1, 1, WIDTH - 1).tolist())
        row = Turn("", f"n{npc}", "k", f"p{player}", "", ACTS[act], 1.0, x)
        yield row, float(np.clip(taste[npc, act] + rng.normal(0, 0.4), -1, 1))


def lived(seed: int, count: int) -> Policy:
    policy = Policy(WIDTH)
    for row, reward in rewards(seed, count):
        policy.learn(row, reward)
    return policy


def scales(policy: Policy) -> Scales:
    return Scales.from_tree(policy.to_tree()["scales"])


def test_who_differs_is_found_out() -> None:
    found = scales(lived(1, 4096))
    assert found.npc > 3 * NPC
    assert found.player < PLAYER / 3


def test_scales_stand_until_there_is_enough_to_go_by() -> None:
    found = scales(lived(1, levels.FIRST - 1))
    assert (found.npc, found.player, found.world) == (NPC, PLAYER, WORLD)
    assert scales(lived(1, levels.FIRST)).npc != NPC


def test_another_prior_leaves_the_evidence_as_it_was() -> None:
    shared = Shared((0.02, 0.02), WIDTH, 2)
    x = np.array([1.0, 0.5, -0.5, 0.25])
    shared.learn(0, shared.var[0] * x, 0.3, 0.5)
    mean, var = shared.mean.copy(), shared.var.copy()
    shared.rescale((0.2, 0.2))
    assert np.all(shared.var[0] > var[0])
    assert np.allclose(shared.var[1], 0.2)
    shared.rescale((0.02, 0.02))
    assert np.allclose(shared.mean, mean)
    assert np.allclose(shared.var, var)


@pytest.mark.parametrize("before", [levels.FIRST - 3, levels.FIRST + 3])
def test_a_save_in_between_changes_no_bit(before: int) -> None:
    straight = Policy(WIDTH)
    saved = Policy(WIDTH)
    for at, (row, reward) in enumerate(rewards(2, levels.FIRST + 40)):
        if at == before:
            saved = Policy.from_tree(json.loads(json.dumps(saved.to_tree())), WIDTH)
        straight.learn(row, reward)
        saved.learn(row, reward)
    assert saved.to_tree() == straight.to_tree()
