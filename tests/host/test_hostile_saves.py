"""Saves that were harmed, forged or are of something else: none loads, none crashes."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from personagen_npc.changes import Embedded, Happened
from personagen_npc.errors import BadSave
from personagen_npc.host.host import Host
from personagen_npc.host.library import Library, pack_bytes
from personagen_npc.host.saving import PACK, STATE, VECTORS, Kept
from personagen_npc.store.container import BLOCK, CRC, START, pack_save, read_save
from personagen_npc.wire import messages as m
from personagen_npc.world.state import blocks, snapshot
from tests.host.conftest import Seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

VERSION_1 = Path(__file__).parent / "data" / "save-1.bin"
HARMS = ("flip", "flips", "cut", "more", "zeros", "lost", "twice", "swapped", "noise", "spliced")


def _blob(world: World) -> bytes:
    where, data = blocks.take(world)
    return pack_save({"world": "w", **where}, [(PACK, pack_bytes(world.pack)), *data])


@pytest.fixture(scope="module")
def two(hamlet: Callable[..., World]) -> tuple[bytes, bytes]:
    """The saves of two worlds, each with people, a past and vectors."""
    npcs = {name: {"place": "inn"} for name in ("ada", "bel", "cade", "dan")}
    worlds = [hamlet(seed=seed, places={"inn": {}}, npcs=npcs) for seed in (5, 6)]
    for world in worlds:
        for number in range(10):
            world.apply(Happened(number, f"Goat {number} of {world.seed} ran off.", "event", "ada",
                                 "", "inn", 0.0, 0.5, "", ()))  # fmt: skip
        vectors = tuple(bytes([world.seed * number] * 8) for number in range(10))
        world.apply(Embedded("test", 8, tuple(range(10)), vectors))
    return _blob(worlds[0]), _blob(worlds[1])


def _spans(blob: bytes) -> list[tuple[int, int]]:
    """From where to where each block lies."""
    at, spans = START, []
    while at < len(blob):
        end = at + BLOCK.size + CRC.size + BLOCK.unpack_from(blob, at)[2]
        spans.append((at, end))
        at = end
    return spans


def _harmed(blob: bytes, other: bytes, how: str, chance: Random) -> bytes:
    at = chance.randrange(len(blob))
    (a, b), (c, d) = sorted(chance.sample(_spans(blob), 2))
    e, f = chance.choice(_spans(other)[1:-1])
    whole: dict[str, Callable[[], bytes]] = {
        "cut": lambda: blob[:at],
        "more": lambda: blob + chance.randbytes(chance.randrange(1, 100)),
        "zeros": lambda: blob[:at] + bytes(min(50, len(blob) - at)) + blob[at + 50 :],
        "noise": lambda: blob[:at] + chance.randbytes(30) + blob[at + 30 :],
        "lost": lambda: blob[:a] + blob[b:],
        "twice": lambda: blob[:b] + blob[a:],
        "swapped": lambda: blob[:a] + blob[c:d] + blob[b:c] + blob[a:b] + blob[d:],
        "spliced": lambda: blob[:a] + other[e:f] + blob[b:],
        "flip": lambda: _flipped(blob, 1, chance),
        "flips": lambda: _flipped(blob, chance.randrange(2, 20), chance),
    }
    return whole[how]()


def _flipped(blob: bytes, bits: int, chance: Random) -> bytes:
    harmed = bytearray(blob)
    for _ in range(bits):
        harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
    return bytes(harmed)


def test_of_thousands_of_harmed_saves_none_loads(two: tuple[bytes, bytes]) -> None:
    blob, other = two
    assert Kept(blob)
    chance, tried = Random(1), 0
    while tried < 5000:
        how = HARMS[tried % len(HARMS)]
        harmed = _harmed(blob, other, how, chance)
        if harmed == blob:
            continue
        tried += 1
        with pytest.raises(BadSave) as refused:
            Kept(harmed)
        assert refused.value.field, how


def test_a_whole_block_of_another_world_does_not_fit_in(two: tuple[bytes, bytes]) -> None:
    blob, other = two
    (a, b), (c, d) = _spans(blob)[-2], _spans(other)[-2]
    assert blob[a:b] != other[c:d]
    with pytest.raises(BadSave, match="last block"):
        Kept(blob[:a] + other[c:d] + blob[b:])


def test_a_save_without_its_pack_or_state_is_refused(two: tuple[bytes, bytes]) -> None:
    _, header, data = read_save(two[0])
    for lost in {name for name, _ in data} - {VECTORS}:  # vectors can be made again
        some = pack_save(header, [(n, d) for n, d in data if n != lost])
        with pytest.raises(BadSave):
            _world(some)


def _world(blob: bytes) -> World:
    kept = Kept(blob)
    return kept.world(kept.pack())


@pytest.mark.parametrize("key", ["branch", "step", "ancestry"])
def test_a_header_without_a_place_in_history_is_refused(two: tuple[bytes, bytes], key: str) -> None:
    _, header, data = read_save(two[0])
    for value in (None, "1", -1, 1.5, [["a", 1]], True):
        kept = Kept(pack_save(header | {key: value}, data))
        with pytest.raises(BadSave):
            kept.world(kept.pack())


# --- version 1 -----------------------------------------------------------------------------------


def test_a_save_of_version_1_is_still_read() -> None:
    kept = Kept(VERSION_1.read_bytes())
    world = kept.world(kept.pack())
    assert kept.header["note"] == "version 1"
    assert (kept.header["step"], world.step) == (6, 6)
    assert list(world.npcs["mara"].memories)
    again = blocks.take(world)
    assert blocks.take(blocks.give(*again, world.pack)) == again


def test_a_save_of_version_1_that_was_harmed_is_refused() -> None:
    blob = VERSION_1.read_bytes()
    chance = Random(2)
    for _ in range(100):
        harmed = bytearray(blob)
        harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
        with pytest.raises(BadSave):
            Kept(bytes(harmed))
    assert STATE in dict(read_save(blob).blocks)


# --- the running world ---------------------------------------------------------------------------


async def test_saving_while_the_world_goes_on_keeps_the_moment_of_the_save(
    library: Library, tmp_path: Path
) -> None:
    host = Host(library, tmp_path)
    game = Seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    before = snapshot.to_tree(host.rooms["w"].world)
    saving = game.send(m.Save, name="one")
    for number in range(20):
        game.send(m.Say, npc="mara", player="ash", text=f"I have {number} goats.")
        game.send(m.Tick, time=1000.0 * (number + 1))
    saved = (await game.answer(saving))["data"]
    assert (await game.ask(m.Say, npc="mara", player="ash", text="Hello."))["text"]
    kept = Kept((tmp_path / "w" / "saves" / "one.npcsave").read_bytes())
    assert snapshot.to_tree(kept.world(kept.pack())) == before
    assert (saved["step"], len(saved["save"])) == (before["step"], 16)
    assert host.rooms["w"].world.captures == ()
    await host.close()


async def test_two_saves_of_one_moment_are_the_same_bytes_but_for_the_header(
    library: Library, tmp_path: Path
) -> None:
    host = Host(library, tmp_path)
    game = Seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    first = (await game.ask(m.Save, name="one"))["data"]
    await game.ask(m.Load, name="one")
    second = (await game.ask(m.Save, name="two"))["data"]
    blobs = [(tmp_path / "w" / "saves" / f"{n}.npcsave").read_bytes() for n in ("one", "two")]
    bodies = [b[_spans(b)[1][0] :] for b in blobs]
    assert bodies[0] == bodies[1]
    assert first["save"] == second["save"]
    assert first["branch"] != second["branch"]
    await host.close()


async def test_a_disk_that_fails_leaves_the_old_save_and_the_world(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = Host(library, tmp_path)
    game = Seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await game.ask(m.Save, name="one")
    path = tmp_path / "w" / "saves" / "one.npcsave"
    old = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("personagen_npc.store.saves.os.fsync", full)
    found = await game.refused(m.Save, name="one")
    assert "No space left" in found["message"]
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert [f.name for f in path.parent.iterdir()] == ["one.npcsave"]
    assert host.rooms["w"].world.captures == ()
    assert (await game.ask(m.Save, name="one"))["data"]["bytes"] > 0
    await host.close()
