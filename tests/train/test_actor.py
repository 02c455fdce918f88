"""The policy network: what torch trains, numpy reads, and it starts from what was written."""

from __future__ import annotations

import json

import numpy as np
import pytest

from personagen_npc.errors import BadSave
from personagen_npc.learn.character import bounds
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.lessons import lessons
from personagen_npc.learn.network import Network

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")
acting = pytest.importorskip("personagen_npc.train.actor")

ACTS = ("flatter", "threaten", "haggle")
WEIGHTS = (0.5, 0.2, 0.3)
MENU = tuple(zip(ACTS, WEIGHTS, strict=True))
WIDTH = 3


def rows(count: int = 1500) -> list[tuple[Turn, float, float]]:
    """Ann pays when flattered, bob when threatened; both the more, the higher the second number."""
    rng = np.random.default_rng(1)
    found = []
    for at in range(count):
        player = ("ann", "bob")[int(rng.integers(2))]
        act = int(rng.choice(3, p=WEIGHTS))
        x = (1.0, *rng.uniform(-1, 1, WIDTH - 1).tolist())
        liked = ACTS[act] == ("flatter" if player == "ann" else "threaten")
        reward = float(np.clip((0.5 if liked else -0.3) + 0.3 * x[1] + rng.normal(0, 0.2), -1, 1))
        turn = Turn(f"b1.s{at}", "orle", "merchant", player, "", ACTS[act], WEIGHTS[act], x,
                    0.0, 0.0, MENU)  # fmt: skip
        found.append((turn, reward, 1.0))
    return found


@pytest.fixture(scope="module")
def trained() -> Network:
    return Network.from_tree(json.loads(json.dumps(acting.train(lessons(rows()), epochs=20))))


def odds(network: Network, player: str, elasticity: float = 1.0) -> dict[str, float]:
    choice = network.choose(
        "orle", "merchant", player, ACTS, WEIGHTS, (1.0, 0.0, 0.0), 0.5, elasticity
    )
    return dict(zip(ACTS, choice.propensities, strict=True))


def test_it_learns_what_works_on_whom(trained: Network) -> None:
    ann, bob = odds(trained, "ann"), odds(trained, "bob")
    assert ann["flatter"] > 0.75 > 0.5 > bob["flatter"]
    assert bob["threaten"] > 0.5 > 0.2 > ann["threaten"]


def test_untrained_it_behaves_as_written() -> None:
    assert list(odds(Network(WIDTH), "ann").values()) == pytest.approx(list(WEIGHTS))


def test_the_bound_holds_whatever_was_trained(trained: Network) -> None:
    for elasticity in (0.0, 0.2, 0.5, 0.8):
        _, times = bounds(elasticity)
        found = odds(trained, "bob", elasticity)
        assert all(found[a] <= w * times + 1e-6 for a, w in MENU)
        assert sum(found.values()) == pytest.approx(1.0)


def test_numpy_reads_what_torch_computes() -> None:
    columns = lessons(rows(64))
    torch.manual_seed(3)
    model = acting.ActorCritic(columns).double()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    network = Network.from_tree(acting._tree(model, columns))
    whole = [torch.tensor(c) for c in (columns.archetype, columns.npc, columns.player)]
    with torch.no_grad():
        logits, _ = model(torch.tensor(columns.x), *whole)
    for at in range(len(columns.x)):
        player = columns.players[columns.player[at]]
        read = network.logits("orle", "merchant", player, columns.acts, columns.x[at].tolist())
        assert np.allclose(read, logits[at].numpy(), atol=1e-12)


def test_acts_never_trained_stay_as_written_beside_the_others(trained: Network) -> None:
    assert trained.logits("orle", "merchant", "ann", ("joke", "flatter"), (1.0, 0, 0))[0] == 0.0


def test_training_is_the_same_again() -> None:
    columns = lessons(rows(200))
    assert acting.train(columns, 5, epochs=2) == acting.train(columns, 5, epochs=2)
    assert acting.train(columns, 6, epochs=2) != acting.train(columns, 5, epochs=2)


def test_forgetting_a_player_takes_what_was_learned_of_him(trained: Network) -> None:
    copy = Network.from_tree(trained.to_tree())
    copy.forget_player("ann")
    stranger = odds(copy, "nobody")
    assert odds(copy, "ann") == stranger != odds(trained, "ann")
    assert odds(copy, "bob") == odds(trained, "bob")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("v", 9, "version"),
        ("acts", ["flatter"], "shapes"),
        ("npcs", [["x", [1.0]]], "width"),
    ],
)
def test_a_broken_network_is_refused(
    trained: Network, field: str, value: object, said: str
) -> None:
    with pytest.raises(BadSave, match=said):
        Network.from_tree(trained.to_tree() | {field: value})


def test_no_lessons_are_nothing_to_train_on() -> None:
    with pytest.raises(ValueError, match="no lessons"):
        acting.train(lessons([]))
