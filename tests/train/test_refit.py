"""The batch fit: the same posterior as one big regression, taken up by a policy whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from personagen_npc.errors import BadSave
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.lessons import lessons
from personagen_npc.learn.levels import DECAY, NOISE, Scales, spread_of
from personagen_npc.learn.noise import Noises
from personagen_npc.learn.policy import Policy

if TYPE_CHECKING:
    from personagen_npc.learn.lessons import Lessons

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
refitting = pytest.importorskip("personagen_npc.train.refit")

WIDTH = 3
ACTS = ("haggle", "joke")
KINDS = ("smith", "baker")


def rows(count: int, seed: int = 1, *, owned: bool = True) -> list[tuple[Turn, float, float]]:
    rng = np.random.default_rng(seed)
    slope = rng.normal(0, 0.3, (len(KINDS), len(ACTS), WIDTH))
    bias = rng.normal(0, 0.3, (8, len(ACTS)))
    found = []
    for at in range(count):
        npc, player, act = (int(rng.integers(n)) for n in (8, 3, len(ACTS)))
        x = np.array([1.0, *rng.uniform(-1, 1, WIDTH - 1)])
        worth = slope[npc % 2, act] @ x + (bias[npc, act] if owned else 0.0)
        names = (f"n{npc}", f"p{player}") if owned else ("", "")
        turn = Turn(f"b1.s{at}", names[0], KINDS[npc % 2], names[1], "", ACTS[act], 0.5,
                    tuple(x.tolist()))  # fmt: skip
        found.append((turn, float(np.clip(worth + rng.normal(0, 0.2), -1, 1)), 1.0))
    return found


def fitted(columns: Lessons) -> Policy:
    policy = Policy(WIDTH)
    policy.adopt(refitting.levels(refitting.refit(columns), columns))
    return policy


def test_weights_are_those_of_one_big_ridge_regression() -> None:
    columns = lessons(rows(60, owned=False))
    fit = refitting.refit(columns)
    scales = fit.scales
    for act in range(len(columns.acts)):
        ours = columns.act == act
        x, y = columns.x[ours], columns.reward[ours]
        kind = columns.archetype[ours]
        wide = np.hstack([x, *(x * (kind == k)[:, None] for k in range(len(KINDS)))])
        prior = [*_priors(scales, 0), *_priors(scales, 1) * len(KINDS)]
        precision = wide.T @ wide / NOISE + np.diag(prior)
        mean = np.linalg.solve(precision, wide.T @ y / NOISE)
        var = np.diag(np.linalg.inv(precision))
        assert np.allclose(fit.world[0][:, act], mean[:WIDTH], atol=1e-9)
        assert np.allclose(fit.world[1][:, act], var[:WIDTH], atol=1e-9)
        for k in range(len(KINDS)):
            part = slice(WIDTH * (k + 1), WIDTH * (k + 2))
            assert np.allclose(fit.archetypes[0][k, :, act], mean[part], atol=1e-9)
            assert np.allclose(fit.archetypes[1][k, :, act], var[part], atol=1e-9)


def _priors(scales: Scales, level: int) -> list[float]:
    reach = (scales.world, scales.archetype)[level]
    return [1.0 / v for v in spread_of(reach, scales.heeds[level], WIDTH).tolist()]


def test_a_policy_that_takes_a_fit_up_expects_what_was_lived() -> None:
    lived = rows(600)
    policy = fitted(lessons(lived))
    said = [policy.expected(t.npc, t.archetype, t.player, t.act, t.x) for t, _, _ in lived]
    assert np.corrcoef(said, [reward for _, reward, _ in lived])[0, 1] > 0.8


def test_a_fit_survives_a_journal_row() -> None:
    columns = lessons(rows(80))
    levels = refitting.levels(refitting.refit(columns), columns)
    direct, replayed = Policy(WIDTH), Policy(WIDTH)
    direct.adopt(levels)
    replayed.adopt(json.loads(json.dumps(levels)))
    assert direct.to_tree() == replayed.to_tree()


def test_freezes_and_pins_stay() -> None:
    columns = lessons(rows(40))
    policy = Policy(WIDTH)
    policy.freeze("n1")
    policy.pin("n2", "joke")
    policy.adopt(refitting.levels(refitting.refit(columns), columns))
    assert policy.frozen("n1")
    assert policy.pinned("n2") == ("joke",)


def test_nobody_has_no_bias_of_his_own() -> None:
    columns = lessons(rows(40, owned=False))
    fit = refitting.refit(columns)
    assert not fit.npcs[0].any()
    assert refitting.levels(fit, columns)["npcs"] == []


def test_older_lessons_count_less_for_an_owner() -> None:
    turn = Turn("b1.s1", "n1", "smith", "p1", "", "joke", 0.5, (1.0, 0.0, 0.0))
    before = [(turn, -1.0, 1.0)] * 400
    after = [(turn, 1.0, 1.0)] * 400
    rising = refitting.refit(lessons(before + after))
    falling = refitting.refit(lessons(after + before))
    assert rising.npcs[1][0, 0] > 0.0 > falling.npcs[1][0, 0]


def test_other_features_are_refused_whole() -> None:
    columns = lessons(rows(40))
    policy = Policy(WIDTH + 1)
    before = policy.to_tree()
    with pytest.raises(BadSave, match="other features"):
        policy.adopt(refitting.levels(refitting.refit(columns), columns))
    assert policy.to_tree() == before


def test_no_lessons_are_nothing_to_fit() -> None:
    with pytest.raises(ValueError, match="no lessons"):
        refitting.refit(lessons([]))


def test_scales_that_are_given_are_left_alone() -> None:
    scales = Scales()
    before = scales.to_tree()
    refitting.refit(lessons(rows(40)), scales)
    assert scales.to_tree() == before


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_gpu_finds_the_same() -> None:
    columns = lessons(rows(500))
    here, there = refitting.refit(columns), refitting.refit(columns, device="cuda")
    for a, b in zip((*here.world, *here.archetypes, *here.npcs),
                    (*there.world, *there.archetypes, *there.npcs), strict=True):  # fmt: skip
        assert np.allclose(a, b, atol=1e-5)


def test_what_was_known_before_is_a_gaussian_like_any_other() -> None:
    lived = lessons(rows(60, owned=False))
    known = np.full(WIDTH, 0.2), np.full(WIDTH, 0.03)
    before = {
        "world": [["joke", known[0].tolist(), known[1].tolist()]],
        "archetypes": [["smith", [["joke", known[0].tolist(), known[1].tolist()]]]],
    }
    fit = refitting.refit(lived, before=before)
    act = lived.acts.index("joke")
    ours = lived.act == act
    x, y, kind = lived.x[ours], lived.reward[ours], lived.archetype[ours]
    wide = np.hstack([x, *(x * (kind == k)[:, None] for k in range(len(KINDS)))])
    smith = lived.archetypes.index("smith")
    told = [known if k == smith else (0.0, 1.0 / np.array(_priors(fit.scales, 1)))
            for k in range(len(KINDS))]  # fmt: skip
    start = np.concatenate([known[0], *(np.broadcast_to(m, WIDTH) for m, _ in told)])
    prior = np.concatenate([1.0 / known[1], *(1.0 / v for _, v in told)])
    mean = start + np.linalg.solve(
        wide.T @ wide / NOISE + np.diag(prior), wide.T @ (y - wide @ start) / NOISE
    )
    assert np.allclose(fit.world[0][:, act], mean[:WIDTH], atol=1e-9)
    for k in range(len(KINDS)):
        part = mean[WIDTH * (k + 1) : WIDTH * (k + 2)]
        assert np.allclose(fit.archetypes[0][k, :, act], part, atol=1e-9)


def test_what_no_lesson_is_about_stays_as_it_was_known() -> None:
    row = ["bow", [0.1] * WIDTH, [0.01] * WIDTH]
    before = {
        "world": [row],
        "archetypes": [["monk", [row]]],
        "npcs": [["abbot", [["bow", 2.0, 1.0]]]],
    }
    columns = lessons(rows(40))
    found = refitting.levels(refitting.refit(columns, before=before), columns, before)
    assert row in found["world"]
    assert ["monk", [row]] in found["archetypes"]
    assert ["abbot", [["bow", 2.0, 1.0]]] in found["npcs"]


def test_what_an_owner_was_known_for_fades_with_what_it_lives_through() -> None:
    turn = Turn("b1.s1", "n1", "smith", "p1", "", "joke", 0.5, (1.0, 0.0, 0.0))
    columns = lessons([(turn, 0.0, 1.0)] * 10)
    before = {"npcs": [["n1", [["joke", 50.0, 40.0]]]]}
    fit = refitting.refit(columns, before=before)
    assert fit.npcs[0][0, 0] == pytest.approx(
        50.0 * DECAY**10 + sum(DECAY**k for k in range(10)) / NOISE
    )


def test_all_at_once_expects_what_step_by_step_does() -> None:
    """Same model, same rewards: within .06 on the average, of rewards that reach from -1 to 1.

    Step by step keeps no covariances and fits scales seldom, so it is not the same to the digit.
    """
    lived, rng = [], np.random.default_rng(4)
    for turn, reward, weight in rows(3_000):
        offset = float(rng.normal(0.0, 0.09))
        paid = max(-1.0, min(1.0, reward + 1.5 * offset))
        lived.append((turn._replace(offset=offset), paid, weight))
    online = Policy(WIDTH)
    for turn, reward, weight in lived:
        online.learn(turn, reward, weight)
    tree, columns = online.to_tree(), lessons(lived)
    noises = Noises(tree["noises"])
    fit = refitting.refit(columns, Scales.from_tree(tree["scales"]), noises=noises)
    batch = Policy(WIDTH)
    batch.adopt(refitting.levels(fit, columns))
    last = [t for t, _, _ in lived[-500:]]
    ours, theirs = (
        np.array([p.expected(t.npc, t.archetype, t.player, t.act, t.x) for t in last])
        for p in (online, batch)
    )
    assert float(np.abs(ours - theirs).mean()) < 0.06
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97
    assert batch.scales.hint == pytest.approx(online.scales.hint, abs=0.3)
    assert batch.scales.hint == pytest.approx(1.5, abs=0.3)
    for ours_heed, theirs_heed in zip(online.scales.heeds, batch.scales.heeds, strict=True):
        assert theirs_heed == pytest.approx(ours_heed, rel=1.0)


def test_who_is_paid_by_all_or_nothing_is_trusted_less() -> None:
    turn = Turn("b1.s1", "n1", "", "", "", "joke", 0.5, (1.0, 0.0, 0.0))
    columns = lessons([(turn, 0.5, 1.0)] * 10)
    calm, wild = (
        refitting.refit(columns, noises=Noises([("n1", noise * 200.0, 200.0)])).npcs[0][0, 0]
        for noise in (0.02, 1.0)
    )
    assert calm > 20.0 * wild
