"""Whom a trade means: the one who follows it."""

from __future__ import annotations

import pytest

from personagen_npc.world.knowledge.callings import Callings, calling
from personagen_npc.world.pack import Pack


@pytest.mark.parametrize(
    ("role", "trade"),
    [
        ("the smith at the water forge", "smith"),
        ("the lamplighter, nearly ten", "lamplighter"),
        ("the odd-job man at the inn", ""),
        ("the wife of the miller", ""),
        ("", ""),
    ],
)
def test_a_role_comes_down_to_its_noun(role: str, trade: str) -> None:
    assert calling(role) == trade


def callings(**roles: str) -> Callings:
    npcs = {
        i: {"id": i, "name": i.title(), "pronouns": "she", "role": role}
        for i, role in roles.items()
    }
    return Callings(Pack.model_validate({"id": "p", "name": "P", "npcs": npcs}, strict=False))


def test_a_trade_means_its_only_bearer_by_any_word_for_it() -> None:
    of = callings(ada="the smith", bel="the cook").of
    assert of({"smith": 1.0}) == "ada"
    assert of({"blacksmith": 1.0, "smith": 0.8}) == "ada"
    assert of({"iron": 1.0, "smith": 0.45}) == ""


def test_a_trade_that_two_follow_means_neither() -> None:
    assert callings(ada="the smith", bel="the smith by the gate").of({"smith": 1.0}) == ""


def test_who_joins_is_meant_where_nobody_of_the_pack_is() -> None:
    found = callings(ada="the smith")
    found.join("new", "a smith")
    found.join("cut", "a barber")
    assert (found.of({"smith": 1.0}), found.of({"barber": 1.0})) == ("ada", "cut")
    found.leave("cut")
    assert found.of({"barber": 1.0}) == ""
