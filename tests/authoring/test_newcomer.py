"""A newcomer fits the world: its genre, names and places; and both sides know of the tie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.authoring.fitting import genre_of
from personagen_npc.authoring.newcomer import newcomer
from personagen_npc.host.commands import npc_spawn
from personagen_npc.tables import table
from personagen_npc.world import roster
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from personagen_npc.world.pack import Pack

EXAMPLES = Path(__file__).parents[2] / "examples"


def pack(name: str) -> Pack:
    return load_packs([EXAMPLES / name])


def world(name: str) -> World:
    loaded = pack(name)
    made = World("t", loaded.model_copy(update={"voice": load_builtin_voice()}), 7)
    made.begin()
    roster.populate(made)
    made.end()
    return made


@pytest.mark.parametrize(("name", "genre"), [("emberfall", "village"), ("outpost", "space")])
def test_a_newcomer_is_of_the_packs_world(name: str, genre: str) -> None:
    loaded = pack(name)
    assert genre_of(loaded) == genre
    there = [loaded.npcs[i] for i in sorted(loaded.npcs)]
    for seed in range(12):
        made, ties = newcomer(loaded, there, "a weary mechanic", 4, seed)
        assert made.place in loaded.places
        assert made.home in loaded.places
        assert not loaded.cultures or made.culture in loaded.cultures
        assert made.name not in {p.name for p in there}
        said = " ".join((made.background, *(n.content for n in made.knowledge_graph.values())))
        words = set(said.lower().split())
        assert not words & {*table("persona/data/genres.yaml")[genre]["forbidden"]}
        assert {t.other for t in ties} <= set(loaded.npcs)


def test_the_same_seed_spawns_the_same_person_and_another_seed_another() -> None:
    def spawned(seed: int) -> tuple[str, str]:
        made = world("emberfall")
        made.begin()
        out = npc_spawn(made, {"theme": "a shy baker", "seed": seed, "complexity": 3})
        made.end()
        assert out.data is not None
        who = made.npcs[str(out.data["npc"])].profile
        return who.name, who.background

    assert spawned(5) == spawned(5)
    assert spawned(5) != spawned(6)


def test_both_know_of_each_other_once_somebody_is_spawned() -> None:
    made = world("emberfall")
    made.begin()
    out = npc_spawn(made, {"theme": "a weary cooper", "seed": 11, "complexity": 6})
    made.end()
    assert out.data is not None
    new = made.npcs[str(out.data["npc"])]
    assert new.profile.ties
    first = new.profile.name.split()[0]
    for other in new.profile.ties:
        made.begin()
        reply = talk.say(made, [other], "ash", f"Do you know {first}?", whisper=True).replies[0]
        made.end()
        kind = reply.why["recalled"]["kind"]
        assert kind in {"fact", "secret"}  # who owes whom is not told to everybody
        assert kind == "secret" or first in reply.text
