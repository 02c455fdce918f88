"""A damaged save is mended out of its good blocks, and says what is lost."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from personagen_npc.changes import Embedded, Happened, Held
from personagen_npc.errors import BadSave
from personagen_npc.host.library import pack_bytes
from personagen_npc.host.mending import mend
from personagen_npc.host.saving import PACK, Kept
from personagen_npc.store.container import BLOCK, CRC, START, pack_save
from personagen_npc.world.state import blocks, capture, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

NAMES = ("ada", "bel", "cade", "dan")


@pytest.fixture
def saved(hamlet: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> tuple[World, bytes]:
    """A world and its save, in blocks of one person and three happenings each."""
    monkeypatch.setattr(capture, "ROWS", 3)
    monkeypatch.setattr(capture, "BLOCK_BYTES", 1)
    world = hamlet(places={"inn": {}}, npcs={n: {"place": "inn"} for n in NAMES})
    for number in range(10):
        world.apply(Happened(number, f"Goat {number} ran off.", "event", "ada", "", "inn", 0.0,
                             0.5, "", ()))  # fmt: skip
        world.apply(Held(NAMES[number % 4], number, "seen", "", 0, 0.7, "", 0.0, -1, 0))
    world.apply(Embedded("test", 8, tuple(range(10)), tuple(bytes([k] * 8) for k in range(10))))
    where, data = blocks.take(world)
    return world, pack_save({"world": "hamlet", **where}, [(PACK, pack_bytes(world.pack)), *data])


def _harmed(blob: bytes, kind: str, nth: int = 0) -> bytes:
    """A save whose nth block of a kind has one bit flipped."""
    at = START
    while at < len(blob):
        name, _, stored, _ = BLOCK.unpack_from(blob, at)
        end = at + BLOCK.size + CRC.size + stored
        if name == kind.encode():
            if nth == 0:
                return blob[: end - 1] + bytes([blob[end - 1] ^ 1]) + blob[end:]
            nth -= 1
        at = end
    raise AssertionError(kind)


def _mended(blob: bytes) -> tuple[World, str]:
    with pytest.raises(BadSave):
        Kept(blob)
    mended = mend(blob)
    kept = Kept(mended.blob)
    return kept.world(kept.pack()), "\n".join(mended.lost)


def test_a_whole_save_is_mended_to_itself(saved: tuple[World, bytes]) -> None:
    world, blob = saved
    mended = mend(blob)
    assert mended.lost == ()
    kept = Kept(mended.blob)
    assert snapshot.to_tree(kept.world(kept.pack())) == snapshot.to_tree(world)


def test_a_lost_person_is_named_and_everybody_else_is_as_before(
    saved: tuple[World, bytes],
) -> None:
    old, blob = saved
    world, lost = _mended(_harmed(blob, "NPCS", 1))
    assert list(world.npcs) == ["ada", "cade", "dan"]
    assert "bel: whole mind" in lost
    assert list(world.npcs["dan"].memories) == list(old.npcs["dan"].memories)
    assert len(world.vectors) == 10


@pytest.mark.parametrize(("nth", "gone"), [(1, {3, 4, 5}), (3, {9})])
def test_lost_happenings_take_their_memories_along_and_no_others(
    saved: tuple[World, bytes], nth: int, gone: set[int]
) -> None:
    world, lost = _mended(_harmed(saved[1], "HAPP", nth))
    held = {h for npc in world.npcs.values() for h in npc.memories.happening}
    assert held == set(range(10)) - gone
    assert world.happenings[8].text == "Goat 8 ran off."
    assert "1 memories" in lost
    assert set(world.vectors) == held


def test_several_lost_blocks_together_leave_everything_else_in_its_place(
    saved: tuple[World, bytes],
) -> None:
    world, _ = _mended(_harmed(_harmed(saved[1], "HAPP", 1), "HAPP", 2))
    held = {h for npc in world.npcs.values() for h in npc.memories.happening}
    assert held == {0, 1, 2, 9}
    assert world.happenings[9].text == "Goat 9 ran off."


@pytest.mark.parametrize(
    ("kind", "told"),
    [("POLI", "what was learned"), ("LEDG", "rewarded"), ("VECS", "vectors"), ("HEAD", "header"),
     ("HAPP", "names in it"), ("LAST", "damaged")],
)  # fmt: skip
def test_what_else_is_lost_is_said(saved: tuple[World, bytes], kind: str, told: str) -> None:
    world, lost = _mended(_harmed(saved[1], kind))
    assert told in lost
    assert list(world.npcs) == list(NAMES)


@pytest.mark.parametrize("kind", ["PACK", "WRLD"])
def test_without_its_pack_or_its_rest_nothing_can_be_made(
    saved: tuple[World, bytes], kind: str
) -> None:
    with pytest.raises(BadSave, match=f"without block {kind}"):
        mend(_harmed(saved[1], kind))


def test_whatever_the_harm_what_is_mended_loads_or_is_refused(
    saved: tuple[World, bytes], scale: Callable[[int, int], int]
) -> None:
    _, blob = saved
    chance, loaded = Random(4), 0
    for _ in range(scale(150, 2000)):
        at, end = sorted(chance.randrange(len(blob)) for _ in range(2))
        end = min(end, at + 400)
        try:
            mended = mend(blob[:at] + chance.randbytes(chance.choice((0, end - at))) + blob[end:])
        except BadSave:
            continue
        kept = Kept(mended.blob)
        assert kept.world(kept.pack())
        loaded += 1
    assert loaded
