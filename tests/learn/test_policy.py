"""The policy: as written at first, towards what pays, never out of character."""

from __future__ import annotations

import json
import math
from hashlib import blake2b
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.errors import BadField, BadSave
from personagen_npc.events import ACTS
from personagen_npc.learn.character import bounds
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.features import WIDTH, features
from personagen_npc.learn.policy import Choice, Policy
from personagen_npc.tables import PACKAGE

X = features({"intent": "haggle", "trait.agreeableness": 0.8})
ARMS = ("counter_offer", "accept_deal", "refuse_deal", "insult_back")
WEIGHTS = (4.0, 3.0, 2.0, 0.1)


def turn(act: str, npc: str = "mara", player: str = "ann", **more: object) -> Turn:
    row = Turn("b0.s1", npc, "smith", player, "t1", act, 0.5, X)
    return row._replace(**more)  # type: ignore[arg-type]


def choose(
    policy: Policy, npc: str = "mara", player: str = "ann", u: float = 0.5, **more: object
) -> Choice:
    return policy.choose(npc, "smith", player, ARMS, WEIGHTS, X, u, **more)  # type: ignore[arg-type]


def taught(policy: Policy, act: str, times: int = 40) -> Policy:
    for _ in range(times):
        for arm in ARMS:
            policy.learn(turn(arm), 1.0 if arm == act else -1.0)
    return policy


def kl(p: tuple[float, ...], q: tuple[float, ...]) -> float:
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def test_who_has_learned_nothing_behaves_as_written() -> None:
    total = sum(WEIGHTS)
    chosen = choose(Policy())
    assert np.allclose(chosen.prior, [w / total for w in WEIGHTS])
    assert np.allclose(chosen.propensities, chosen.prior)


def test_the_roll_decides_by_the_propensities() -> None:
    policy = taught(Policy(), "refuse_deal", 3)
    rolls = 2000
    drawn = [choose(policy, u=(i + 0.5) / rolls).index for i in range(rolls)]
    shares = np.bincount(drawn, minlength=len(ARMS)) / rolls
    assert np.allclose(shares, choose(policy).propensities, atol=2 / rolls)


def test_what_pays_is_done_more() -> None:
    policy = taught(Policy(), "refuse_deal")
    chosen = choose(policy)
    assert chosen.propensities[2] > 2 * chosen.prior[2]
    assert chosen.learned[2] == max(chosen.learned)
    assert choose(policy, elasticity=1.0).propensities[2] > 0.9


def test_a_newcomer_starts_wise_and_more_so_with_a_known_player() -> None:
    policy = taught(Policy(), "refuse_deal")
    stranger = policy.expected("odo", "smith", "bob", "refuse_deal", X)
    known = policy.expected("odo", "smith", "ann", "refuse_deal", X)
    assert 0.1 < stranger < known < policy.expected("mara", "smith", "ann", "refuse_deal", X)
    assert policy.expected("odo", "baker", "bob", "refuse_deal", X) < stranger


def test_what_works_on_one_player_need_not_work_on_another() -> None:
    policy = Policy()
    for _ in range(60):
        for player, liked in (("ann", "accept_deal"), ("bob", "refuse_deal")):
            for arm in ARMS:
                policy.learn(turn(arm, player=player), 1.0 if arm == liked else -1.0)
    ann, bob = (choose(policy, player=p).propensities for p in ("ann", "bob"))
    assert ann[1] > ann[2]
    assert bob[2] > bob[1]


def test_the_frozen_act_as_written_and_neither_learn_nor_teach() -> None:
    policy = taught(Policy(), "refuse_deal")
    policy.freeze("mara")
    assert choose(policy).propensities == choose(policy).prior
    before = json.dumps(policy.to_tree())
    assert not policy.learn(turn("greet"), 1.0)
    assert json.dumps(policy.to_tree()) == before
    policy.freeze("mara", on=False)
    assert choose(policy).propensities != choose(policy).prior
    assert choose(policy, frozen=True).propensities == choose(policy).prior


def test_a_pinned_act_keeps_its_share() -> None:
    policy = taught(Policy(), "refuse_deal")
    policy.pin("mara", "counter_offer")
    chosen = choose(policy)
    assert chosen.propensities[0] == chosen.prior[0]
    assert chosen.propensities[2] > chosen.prior[2]
    assert math.isclose(sum(chosen.propensities), 1.0)
    assert choose(policy, pinned=ARMS[:3]).propensities == chosen.prior
    policy.pin("mara", "counter_offer", on=False)
    assert policy.pinned("mara") == ()
    assert choose(policy).propensities[0] < chosen.prior[0]


def test_a_reset_takes_what_is_ones_own() -> None:
    policy = taught(Policy(), "refuse_deal")
    before = policy.expected("mara", "smith", "bob", "refuse_deal", X)
    policy.reset("mara")
    after = policy.expected("mara", "smith", "bob", "refuse_deal", X)
    assert after == policy.expected("odo", "smith", "bob", "refuse_deal", X) < before


def test_the_forgotten_leave_no_name() -> None:
    policy = taught(Policy(), "refuse_deal", 1)
    policy.pin("mara", "greet")
    policy.forget_player("ann")
    policy.forget_npc("mara")
    text = json.dumps(policy.to_tree())
    assert "ann" not in text
    assert "mara" not in text


def test_an_authored_act_of_no_common_kind_can_be_learned() -> None:
    policy = Policy()
    arms = (*(f"pattern:{n}" for n in range(90)), "greet")
    for n in range(90):
        policy.learn(turn(f"pattern:{n}"), 1.0 if n == 80 else -0.2)
    chosen = policy.choose("mara", "smith", "ann", arms, [1.0] * 91, X, 0.5)
    assert chosen.learned.index(max(chosen.learned)) == 80
    loaded = Policy.from_tree(json.loads(json.dumps(policy.to_tree())))
    assert loaded.choose("mara", "smith", "ann", arms, [1.0] * 91, X, 0.5) == chosen


def test_an_adversary_cannot_make_the_polite_rude() -> None:
    policy = taught(Policy(), "insult_back", 300)
    share = choose(policy, elasticity=0.3).propensities[3]
    assert share <= 2.72 * choose(policy).prior[3]
    assert choose(policy, elasticity=1.0).propensities[3] > 0.2


@pytest.mark.parametrize("weights", [(), (1.0, 0.0), (1.0, -1.0), (math.nan,), (math.inf,)])
def test_weights_must_be_above_nothing(weights: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Policy().choose("m", "", "", ARMS[: len(weights)], weights, X, 0.5)


def test_what_cannot_be_learned_from_is_refused() -> None:
    with pytest.raises(BadField):
        Policy().learn(turn("greet", x=(1.0,)), 1.0)
    with pytest.raises(BadField):
        Policy().learn(turn("greet"), math.nan)
    assert not Policy().learn(turn("greet"), 1.0, 0.0)
    with pytest.raises(BadSave):
        Policy.from_tree({"v": 0})


REWARDS = st.lists(
    st.tuples(
        st.sampled_from([*ACTS[:6], "own"]),
        st.sampled_from(["mara", "odo"]),
        st.sampled_from(["", "smith"]),
        st.sampled_from(["", "ann", "bob"]),
        st.floats(-9, 9),
        st.floats(0, 1),
        st.lists(st.floats(-1, 1), min_size=WIDTH - 1, max_size=WIDTH - 1),
        st.integers(1, 5),
    ),
    max_size=12,
)
Rewards = list[tuple[str, str, str, str, float, float, list[float], int]]


def rewarded(rewards: Rewards) -> Policy:
    policy = Policy()
    for act, npc, archetype, player, value, weight, x, times in rewards:
        row = turn(act, npc, player, archetype=archetype, x=(1.0, *x))
        for _ in range(times):
            policy.learn(row, value, weight)
    return policy


ASKED = st.tuples(
    st.lists(st.floats(1e-6, 1e6), min_size=7, max_size=7), st.floats(0, 1), st.floats(0, 0.999)
)


def ask(policy: Policy, asked: tuple[list[float], float, float]) -> Choice:
    weights, elasticity, u = asked
    arms = (*ACTS[:6], "own")
    return policy.choose("mara", "smith", "ann", arms, weights, X, u, elasticity)


@settings(deadline=None, max_examples=60)
@given(REWARDS, ASKED)
def test_any_rewards_give_a_lawful_state_and_a_policy_within_bounds(
    rewards: Rewards, asked: tuple[list[float], float, float]
) -> None:
    chosen = ask(rewarded(rewards), asked)
    p, prior = chosen.propensities, chosen.prior
    nats, times = bounds(asked[1])
    assert all(math.isfinite(v) for v in chosen.learned)
    assert all(v >= 0.0 for v in p)
    assert math.isclose(sum(p), 1.0)
    assert p[chosen.index] > 0.0
    assert kl(p, prior) <= nats + 1e-8
    assert all(a <= b * times * (1 + 1e-8) for a, b in zip(p, prior, strict=True))


@settings(deadline=None, max_examples=40)
@given(REWARDS, ASKED)
def test_elasticity_0_is_the_written_policy(
    rewards: Rewards, asked: tuple[list[float], float, float]
) -> None:
    chosen = ask(rewarded(rewards), (asked[0], 0.0, asked[2]))
    assert chosen.propensities == chosen.prior


@settings(deadline=None, max_examples=40)
@given(REWARDS, ASKED)
def test_a_save_brings_back_every_bit(
    rewards: Rewards, asked: tuple[list[float], float, float]
) -> None:
    policy = rewarded(rewards)
    policy.freeze("odo")
    policy.pin("mara", ACTS[2])
    loaded = Policy.from_tree(json.loads(json.dumps(policy.to_tree())))
    assert json.dumps(loaded.to_tree()) == json.dumps(policy.to_tree())
    assert ask(loaded, asked) == ask(policy, asked)
    more = turn(ACTS[1], "mara", "ann")
    assert policy.learn(more, 0.5) is loaded.learn(more, 0.5) is True
    assert json.dumps(loaded.to_tree()) == json.dumps(policy.to_tree())


@settings(deadline=None, max_examples=30)
@given(REWARDS, ASKED)
def test_the_same_rewards_give_the_same_bytes_and_choosing_changes_nothing(
    rewards: Rewards, asked: tuple[list[float], float, float]
) -> None:
    one, other = rewarded(rewards), rewarded(rewards)
    before = json.dumps(one.to_tree())
    assert ask(one, asked) == ask(other, asked)
    assert json.dumps(one.to_tree()) == before == json.dumps(other.to_tree())


def test_the_shipped_normal_draws_are_what_they_are_said_to_be() -> None:
    columns = []
    quantiles = [NormalDist().inv_cdf((i + 0.5) / 64) for i in range(64)]
    for column in range(128):
        keys = [blake2b(f"{column}:{i}".encode(), digest_size=8).digest() for i in range(64)]
        columns.append([quantiles[i] for i in sorted(range(64), key=keys.__getitem__)])
    shipped = np.frombuffer((PACKAGE / "learn/data/normals.i16").read_bytes(), dtype="<i2")
    assert np.allclose(shipped.reshape(64, 128) / 8192, np.array(columns).T, atol=1e-4)


def test_a_polite_innkeeper_stays_polite_with_a_player_who_rewards_rudeness() -> None:
    polite = tuple(f"polite{i}" for i in range(10))
    acts = (*polite, "insult_back", "rebuff")
    weights = (*(0.0993,) * 10, 0.0035, 0.0035)  # as an author writes who hardly ever snaps
    rude = {}
    for elasticity in (0.3, 1.0):
        policy, dice = Policy(), Dice(1, "inn", "bully")
        rude[elasticity] = 0
        for at in range(10_000):
            roll = dice.roll(f"turn#{at}")
            choice = policy.choose("inn", "host", "bully", acts, weights, X, roll, elasticity)
            act = acts[choice.index]
            rude[elasticity] += act not in polite
            row = turn(act, "inn", "bully", offset=choice.offset)
            policy.learn(row, -1.0 if act in polite else 1.0)
    assert rude[0.3] <= 10_000 / 50
    assert rude[1.0] > 10_000 / 2  # without a bound it is all that is left
