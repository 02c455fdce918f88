"""What is nearest is only told if what was asked is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.words.senses import PACKAGE, senses
from personagen_npc.words.stem import stems
from personagen_npc.world.knowledge.deciding import SIGNS, decided, signs
from personagen_npc.world.knowledge.index import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

needed = pytest.mark.skipif(senses() is None, reason=f"{PACKAGE} is not installed here")
PACK: dict[str, Any] = {
    "npcs": {"ada": {"role": "the innkeeper"}},
    "facts": {
        "piano": {"text": "Ada plays the piano in the hall.", "who": {"all": True},
                  "about": ["ada"], "asked": ["does Ada play an instrument"]},
    },
}  # fmt: skip


def _of(world: World, text: str, words: str, *names: str) -> dict[str, float]:
    asked = world.lore.look(world.npcs["ada"], Question(stems(words), names, "", False, text))
    found = signs(world.lore.entry("piano"), asked.question, text)
    return dict(zip(SIGNS[1:], found, strict=True))


@needed
def test_what_a_fact_has_nothing_like_is_found_in_it_least(hamlet: Callable[..., World]) -> None:
    world = hamlet(**PACK)
    said = _of(world, "does Ada play the piano", "play piano", "ada")
    like = _of(world, "is Ada a musician", "musician", "ada")
    other = _of(world, "what is the weight of Ada", "weight", "ada")
    assert said["grasped"] == 1.0
    assert said["grasped"] > like["grasped"] > other["grasped"]


def test_a_name_that_nobody_bears_is_strange(hamlet: Callable[..., World]) -> None:
    world = hamlet(**PACK)
    assert _of(world, "do you know a man called Pryce", "pryce")["strange"] == 1.0
    assert _of(world, "do you know a man who plays", "play")["strange"] == 0.0


def test_all_that_was_found_moves_together(hamlet: Callable[..., World]) -> None:
    world = hamlet(**PACK)
    asked = world.lore.look(world.npcs["ada"], Question(("weight",), (), "", False, "the weight"))
    found = [(-0.6, "piano"), (-0.4, "other")]
    after = decided(found, world.lore.entry("piano"), asked.question, "the weight")
    assert [fact for _, fact in after] == ["piano", "other"]
    assert after[0][0] < after[1][0]
    assert all(-1.0 < likely < 0.0 for likely, _ in after)
