"""A prior: shared levels as a readable file that another world starts from."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from pydantic import ValidationError

from personagen_npc.learn.credit import Turn
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.policy import Policy
from personagen_npc.learn.prior import Learned, learned, levels

ACTS = ("greet", "haggle", "joke")


@pytest.fixture
def lived() -> Policy:
    policy, rng = Policy(), np.random.default_rng(3)
    for at in range(400):
        x = (1.0, *rng.uniform(-1, 1, WIDTH - 1).tolist())
        act = ACTS[at % 3]
        turn = Turn(f"b1.s{at}", f"n{at % 5}", ("smith", "baker")[at % 2], "ann", "", act, 0.3, x)
        policy.learn(turn, 0.5 * x[1] if act == "joke" else -0.2)
    return policy


def through_a_file(policy: Policy) -> Policy:
    data = orjson.dumps(learned(policy).model_dump(mode="json"))
    fresh = Policy()
    fresh.adopt(levels(Learned.model_validate_json(data)))
    return fresh


def test_strangers_of_the_same_archetype_start_wise(lived: Policy) -> None:
    fresh = through_a_file(lived)
    x = (1.0, *[0.4] * (WIDTH - 1))
    for act in ACTS:
        was = lived.expected("nobody", "smith", "", act, x)
        assert fresh.expected("nobody", "smith", "", act, x) == pytest.approx(was, abs=0.05)
    assert abs(lived.expected("nobody", "smith", "", "joke", x)) > 0.05


def test_nothing_of_single_people_is_in_it(lived: Policy) -> None:
    data = orjson.dumps(learned(lived).model_dump(mode="json"))
    assert b"ann" not in data
    assert b"n1" not in data
    assert len(data) < 20_000


def test_a_policy_that_learned_nothing_gives_an_empty_one() -> None:
    tree = through_a_file(Policy()).to_tree()
    assert (tree["world"], tree["archetypes"]) == ([], [])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"formula": 1}, "formula"),
        ({"world": {"joke": {"charm": [0.1, 0.1]}}}, "world.joke.charm"),
        ({"world": {"joke": {"one": [0.1, 0.0]}}}, "world.joke.one.1"),
        ({"archetypes": {"smith": {"joke": {"one": [99.0, 0.1]}}}}, "archetypes.smith.joke.one.0"),
        ({"npcs": {}}, "npcs"),
    ],
)
def test_what_is_no_prior_is_refused_by_its_field(
    lived: Policy, change: dict[str, object], where: str
) -> None:
    tree = learned(lived).model_dump(mode="json") | change
    with pytest.raises(ValidationError) as refused:
        Learned.model_validate_json(orjson.dumps(tree))
    assert ".".join(map(str, refused.value.errors()[0]["loc"])).startswith(where)
