"""A stranger who asks for a secret gets it from nobody; its holder says that he keeps something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.voice_cast import query_of, world_of
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.pack import Fact
    from personagen_npc.world.world import World

QUESTIONS = 3  # of those that a fact lists
OTHERS = 3  # people who do not hold it


@pytest.mark.parametrize(("pack", "kept"), [("emberfall", 0.85), ("outpost", 0.65)])
def test_no_secret_is_told_to_a_stranger_and_most_are_said_to_be_kept(
    pack: str, kept: float
) -> None:
    world = world_of(pack, 7)
    acts: list[bool] = []
    for fact, npc, holds, text in _trials(world):
        reply = _ask(world, npc, text)
        assert fact.id not in reply.told, text
        assert not any(w[:-1].lower() in reply.text.lower() for w in _ways(fact)), reply.text
        if holds:
            acts.append(reply.act == "keep_secret")
    assert sum(acts) >= kept * len(acts)


def _trials(world: World) -> Iterator[tuple[Fact, Npc, bool, str]]:
    """Each gated fact's questions to each who holds it, and to some who do not."""
    for fact in (f for f in world.pack.facts.values() if f.trust is not None):
        everybody = world.npcs.values()
        holders = [n for n in everybody if _holds(world, n, fact)]
        others = [n for n in everybody if n not in holders][:OTHERS]
        for asked in fact.asked[-QUESTIONS:]:
            for npc in (*holders, *others):
                yield fact, npc, npc in holders, f"{asked[:1].upper()}{asked[1:]}?"


def _holds(world: World, npc: Npc, fact: Fact) -> bool:
    return world.lore.reaches(npc, fact.id, query_of(world, npc, "nobody"))


def _ask(world: World, npc: Npc, text: str) -> Reply:
    world.begin()
    said = talk.say(world, [npc.id], f"stranger{world.step}", text)
    world.end()
    return said.replies[0]


def _ways(fact: Fact) -> list[str]:
    return [fact.text, *fact.says, *(w for ways in fact.said_by.values() for w in ways)]
