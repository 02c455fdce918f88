"""A profile: learning that outlives loads, only where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from personagen_npc.host.host import Host
from personagen_npc.host.learning import Learning
from personagen_npc.host.profile import Profile
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from personagen_npc.host.library import Library

Seat = Any


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "learned.profile"


@pytest.fixture
async def kept(library: Library, tmp_path: Path, file: Path) -> AsyncIterator[Host]:
    host = Host(library, tmp_path / "kept", learning=Learning(profile=Profile(file)))
    yield host
    await host.close()


async def live(game: Seat, turns: int) -> None:
    for _ in range(turns):
        reply = await game.ask(m.Say, npc="mara", player="ann", text="Hello!")
        await game.ask(m.Reward, turn=reply["turn"], value=0.7, kind="liked")


def _harm(file: Path, change: dict[str, Any] | None) -> None:
    if change is None:
        file.write_bytes(b"{")
    else:
        file.write_bytes(orjson.dumps(orjson.loads(file.read_bytes()) | change))


async def _opened(host: Host, sit: Callable[..., Seat], name: str = "w") -> Seat:
    seat = type(sit())(host)
    await seat.ask(m.WorldOpen, name=name, packs=("good",), seed=7)
    return seat


async def test_what_was_learned_outlives_a_load(kept: Host, sit: Callable[..., Seat]) -> None:
    game = await _opened(kept, sit)
    await game.ask(m.Save, name="early")
    await live(game, 5)
    learned = kept.rooms["w"].world.policy.to_tree()
    await game.ask(m.Load, name="early")
    world = kept.rooms["w"].world
    assert world.policy.to_tree() == learned
    assert len(world.ledger) == 0  # what happened is as it was saved
    kept.rooms["w"].rebuild()
    assert kept.rooms["w"].world.policy.to_tree() == learned


async def test_a_new_world_goes_on_from_the_file(
    kept: Host, library: Library, tmp_path: Path, file: Path, sit: Callable[..., Seat]
) -> None:
    await live(await _opened(kept, sit), 5)
    learned = kept.rooms["w"].world.policy.to_tree()
    await kept.close()
    other = Host(library, tmp_path / "other", learning=Learning(profile=Profile(file)))
    try:
        await _opened(other, sit, "another")
        assert other.rooms["another"].world.policy.to_tree() == learned
    finally:
        await other.close()


async def test_without_one_a_load_takes_learning_back(host: Host, game: Seat) -> None:
    await game.ask(m.Save, name="early")
    before = host.rooms["w"].world.policy.to_tree()
    await live(game, 5)
    await game.ask(m.Load, name="early")
    assert host.rooms["w"].world.policy.to_tree() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pack": "elsewhere"}, "profile.pack"),
        ({"format": 9}, "profile.format"),
        ({"policy": {}}, "profile.policy"),
        ({"network": {"v": 1, "width": 27, "acts": ["greet"]}}, "profile.network"),
        ({"more": 1}, "profile.more"),
    ],
)
async def test_a_broken_or_foreign_one_is_refused_whole(
    kept: Host, sit: Callable[..., Seat], file: Path, change: dict[str, Any], field: str
) -> None:
    await live(await _opened(kept, sit), 2)
    await kept.close()
    _harm(file, change)
    seat = type(sit())(kept)
    error = await seat.refused(m.WorldOpen, name="again", packs=("good",))
    assert error["field"].startswith(field)
    assert "again" not in kept.rooms


async def test_no_json_is_no_profile(kept: Host, sit: Callable[..., Seat], file: Path) -> None:
    _harm(file, None)
    seat = type(sit())(kept)
    assert (await seat.refused(m.WorldOpen, name="w", packs=("good",)))["code"] == "bad_save"
