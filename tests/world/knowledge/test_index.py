"""How much of a question a fact covers, by words, names and what somebody is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.words.stem import stems
from personagen_npc.world.knowledge.index import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.knowledge.lore import Lore
    from personagen_npc.world.world import World

NPCS: dict[str, Any] = {"ada": {"role": "the smith", "knowledge_graph": {
    "kettle": {"id": "kettle", "content": "My copper kettle leaks."}}}}  # fmt: skip
FACTS: dict[str, Any] = {
    "bell": {"text": "The bell cracked.", "who": {"all": True}},
    "ada": {"text": "Ada whistles.", "who": {"all": True}, "about": ["ada"]},
}


def _signs(lore: Lore, world: World, words: str, *names: str) -> dict[str, float]:
    seen = lore.looked_at(world.npcs["ada"], Question(stems(words), names))
    return {f: x[0] for f, x in seen}


def test_a_fact_covers_what_it_has_of_the_words(hamlet: Callable[..., World]) -> None:
    world = hamlet(npcs=NPCS, facts=FACTS)
    whole = _signs(world.lore, world, "bell crack")["bell"]
    part = _signs(world.lore, world, "bell stolen")["bell"]
    assert whole > part > 0.0


def test_a_trade_counts_as_a_name(hamlet: Callable[..., World]) -> None:
    world = hamlet(npcs=NPCS, facts=FACTS)
    assert _signs(world.lore, world, "smith")["ada"] == _signs(world.lore, world, "", "ada")["ada"]


def test_ones_own_is_searched_beside_what_is_shared(hamlet: Callable[..., World]) -> None:
    world = hamlet(npcs=NPCS, facts=FACTS)
    assert _signs(world.lore, world, "copper kettle")["ada.kettle"] > 0.5


def test_words_that_fit_any_matter_cover_little(hamlet: Callable[..., World]) -> None:
    world = hamlet(npcs=NPCS, facts={"a": {"text": "It is a good day.", "who": {"all": True}}})
    assert _signs(world.lore, world, "good")["a"] < 0.5


def test_of_somebodys_thing_only_the_owner_is_a_name(hamlet: Callable[..., World]) -> None:
    facts = {
        "hat": {"text": "Ada's hat came by sea.", "who": {"all": True}, "about": ["ada"]},
        "debt": {"text": "Ada owes the miller.", "who": {"all": True}, "about": ["ada"]},
    }
    npcs = {**NPCS, "ada": {**NPCS["ada"], "aliases": ["smith in the tall green hat"]}}
    world = hamlet(npcs=npcs, facts=facts)
    found = _signs(world.lore, world, "hat", "ada")
    assert found["hat"] > found["debt"]
