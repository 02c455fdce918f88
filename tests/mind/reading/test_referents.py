"""What a "she", a "there" or "the other one" means, in talks with people of Emberfall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from personagen_npc.mind.reading.referents import KEPT, spoken_of
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

EXCHANGES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "exchanges.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("one", EXCHANGES, ids=lambda e: " / ".join(e["said"]))
def test_the_last_line_is_about_what_was_meant(
    village: World, step: Callable[..., Any], one: dict[str, Any]
) -> None:
    for text in one["said"]:
        heard = step(village, talk.say, [one["to"]], "p1", text).replies[0].why["perceived"]
    assert {i for i, _ in heard["entities"]} == set(one["means"])
    assert heard["topic"] == one.get("topic", heard["topic"])


def test_exchanges_are_many() -> None:
    assert len(EXCHANGES) >= 60


def test_what_is_in_the_air_is_bounded_and_ends_with_a_new_matter() -> None:
    before = tuple((f"e{i}", "npc") for i in range(9))
    assert spoken_of((("a", "place"),), ("b", "a"), before) == (
        ("a", "place"), ("b", ""), ("e0", "npc"), ("e1", "npc"),
    )  # fmt: skip
    assert len(spoken_of((("a", ""),), (), before)) == KEPT
    assert spoken_of((), (), before) == ()
