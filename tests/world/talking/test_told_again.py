"""What was told unasked is told again to one who then asks for it, and never denied."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.world import roster
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

PACK = Path(__file__).parents[3] / "examples" / "emberfall"


@pytest.fixture
def world() -> World:
    loaded = load_packs([PACK])
    voice = (*load_builtin_voice(), *loaded.voice)
    made = World("t", loaded.model_copy(update={"voice": voice}), 4)
    made.begin()
    roster.populate(made)
    made.end()
    return made


@pytest.mark.parametrize("npc", ["berta", "garrick", "tobias"])
def test_gossip_told_first_is_said_again_when_asked(world: World, npc: str) -> None:
    asked_after = 0
    for _ in range(3):
        news = _say(world, npc, "Any news?")
        for fact in (f for f in news if world.lore.fact(f).asked):
            question = world.lore.fact(fact).asked[-1]
            assert fact in _say(world, npc, f"{question[0].upper()}{question[1:]}?")
            asked_after += 1
    assert asked_after


def _say(world: World, npc: str, text: str) -> tuple[str, ...]:
    world.begin()
    reply = talk.say(world, [npc], "mira", text, whisper=True).replies[0]
    world.end()
    return reply.told
