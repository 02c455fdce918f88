"""Old states are still read: a file of each version that was ever written lies beside this test."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from personagen_npc.authoring.cache import load_packs
from personagen_npc.errors import BadSave
from personagen_npc.world.state import snapshot
from personagen_npc.world.state.migrate import STEPS

HERE = Path(__file__).parents[1]
PACK = load_packs([HERE.parent / "packs" / "good"])
WRITTEN = sorted(STEPS)


def _state(version: int) -> bytes:
    return (HERE / "data" / f"state-{version}.json").read_bytes()


def test_every_version_before_this_has_a_way_on() -> None:
    assert list(range(1, snapshot.STATE_VERSION)) == WRITTEN


@pytest.mark.parametrize("version", WRITTEN)
def test_a_state_of_an_older_version_is_read_and_saved_as_one_of_this(version: int) -> None:
    old = orjson.loads(_state(version))
    world = snapshot.load(_state(version), PACK)
    assert {n: list(t["memories"]["happening"]) for n, t in old["npcs"].items()} == {
        n.id: n.memories.happening.tolist() for n in world.npcs.values()
    }
    assert world.happenings.text == old["happenings"]["text"]
    again = snapshot.dump(world)
    assert orjson.loads(again)["version"] == snapshot.STATE_VERSION
    assert snapshot.dump(snapshot.load(again, PACK)) == again


@pytest.mark.parametrize("version", WRITTEN)
@pytest.mark.parametrize("lost", ["happenings", "npcs"])
def test_a_broken_old_state_is_refused(version: int, lost: str) -> None:
    tree = orjson.loads(_state(version))
    del tree[lost]
    with pytest.raises(BadSave):
        snapshot.load(orjson.dumps(tree), PACK)
