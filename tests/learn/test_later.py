"""What was learned since a fit began is learned again on top, or the fit does not enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from personagen_npc.errors import Expired
from personagen_npc.learn.credit import PAID, Ledger, Paid, Turn
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.network import Network
from personagen_npc.learn.policy import Policy

if TYPE_CHECKING:
    from personagen_npc.learn.learner import Learner

X = (1.0,) + (0.1,) * (WIDTH - 1)


def turn(at: int, npc: str = "orle", player: str = "ann") -> Turn:
    return Turn(f"b1.s{at}", npc, "merchant", player, "", "joke", 0.5, X)


def ledger(count: int = 6) -> Ledger:
    made = Ledger()
    for at in range(count):
        made.record(turn(at))
    for at in reversed(range(count)):  # late, and not in the order of the turns
        made.pay(f"b1.s{at}", Paid(at / 10, 1.0, "trade"), taught=True)
    return made


def test_later_credits_come_in_the_order_in_which_they_were_learned() -> None:
    made = Ledger.from_tree(orjson.loads(orjson.dumps(ledger().to_tree())))
    assert [t.id for t, _ in made.later(2)] == ["b1.s3", "b1.s2", "b1.s1", "b1.s0"]
    assert made.later(6) == []


def test_what_taught_nothing_is_no_credit() -> None:
    made = ledger(2)
    made.pay("b1.s0", Paid(1.0, 0.0, "liking"))
    assert made.number == 2
    assert len(made.later(0)) == 2


@pytest.mark.parametrize("who", ["player", "npc", "age", "flood"])
def test_a_fit_is_refused_when_something_of_it_is_gone(who: str) -> None:
    made = ledger()
    if who == "player":
        made.forget_player("ann")
    elif who == "npc":
        made.forget_npc("orle")
    elif who == "age":
        made.limit = 1
        made.record(turn(99))
    else:
        for _ in range(PAID + 1):
            made.pay("b1.s0", Paid(0.1, 1.0, "trade"), taught=True)
    with pytest.raises(Expired):
        made.later(3)
    assert made.later(made.number) == []


def test_a_fit_made_at_the_very_moment_of_forgetting_is_refused() -> None:
    made = ledger()
    seen = made.number
    made.forget_player("ann")
    with pytest.raises(Expired):
        made.later(seen)


def test_later_rewards_of_a_frozen_npc_count_as_they_did() -> None:
    policy, plain = Policy(), Policy()
    levels = {
        k: Policy().to_tree()[k] for k in ("scales", "world", "archetypes", "npcs", "players")
    }
    policy.freeze("orle")
    policy.adopt(levels, [(turn(1), 0.5, 1.0)], count=0)
    plain.learn(turn(1), 0.5)
    assert policy.expected("orle", "merchant", "ann", "joke", X) == (
        plain.expected("orle", "merchant", "ann", "joke", X)
    )


def test_later_rewards_say_once_how_noisy_they_are() -> None:
    policy, twin = Policy(), Policy()
    tree = policy.to_tree()
    fit = {k: tree[k] for k in ("scales", "world", "archetypes", "npcs", "players")}
    for at in range(5):
        policy.learn(turn(at), 0.9)
        twin.learn(turn(at), 0.9)
    policy.adopt(fit, [(turn(at), 0.9, 1.0) for at in range(5)], count=0)
    assert policy.to_tree() == twin.to_tree()


def test_copying_takes_what_another_alone_has_learned() -> None:
    policy = Policy()
    for at in range(5):
        policy.learn(turn(at), 0.9)
    policy.copy("orle", "berta")
    owners = dict(policy.to_tree()["npcs"])
    assert owners["berta"] == owners["orle"]
    policy.learn(turn(9, npc="berta"), -0.9)
    assert dict(policy.to_tree()["npcs"])["orle"] == owners["orle"]
    policy.copy("nobody", "berta")
    assert "berta" not in dict(policy.to_tree()["npcs"])


def network() -> Network:
    acts = ["greet", "joke", "insult"]
    return Network.from_tree({
        "v": 1, "width": WIDTH, "acts": acts, "inward": [[0.1]] * WIDTH,
        "outward": [[0.2, -0.3, 0.5], [0.0, 0.1, 1.0]], "archetypes": [],
        "npcs": [["orle", [0.0, 0.0, 2.0]]], "players": [],
    })  # fmt: skip


@pytest.mark.parametrize("learner", [Policy(), network()])
def test_both_learners_hold_still_where_they_are_told(learner: Learner) -> None:
    arms, weights = ("greet", "joke", "insult"), (0.6, 0.3, 0.1)
    asked = ("orle", "merchant", "ann", arms, weights, X, 0.5, 0.8)
    assert learner.choose(*asked, frozen=True).propensities == pytest.approx(weights)
    pinned = learner.choose(*asked, pinned=("insult",)).propensities
    assert pinned[2] == pytest.approx(0.1)
    assert sum(pinned) == pytest.approx(1.0)


def test_a_network_s_own_rows_are_copied_and_reset() -> None:
    made = network()
    made.copy("orle", "berta")
    one, other = (made.logits(n, "", "", ("insult",), X) for n in ("orle", "berta"))
    assert one.tolist() == other.tolist()
    made.reset("berta")
    assert made.logits("berta", "", "", ("insult",), X).tolist() != one.tolist()


def test_an_untrained_network_is_small_in_a_save() -> None:
    tree = Network(WIDTH).to_tree()
    assert len(orjson.dumps(tree)) < 60
    assert Network.from_tree(tree).to_tree() == tree
