"""Travel: back to any moment that a world's journal keeps, as a new branch or as a save."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgpack

from personagen_npc.host import moments, saving, translate
from personagen_npc.host.library import pack_bytes
from personagen_npc.store.rows import digest_of
from personagen_npc.world.state.capture import Capture
from personagen_npc.world.state.reconcile import reconciled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.host.files import Files
    from personagen_npc.host.link import Link
    from personagen_npc.host.room import Room
    from personagen_npc.world.world import World

LOOK_S: Final = 0.005  # between looks whether a row is committed
POINTS: Final = 1000  # told at once, the newest: some 100 KB, [D]
Plain = dict[str, Any]


async def log_of(_files: Files, link: Link, room: Room, r: Plain) -> None:
    """The points of the history that are kept."""
    await _durable(room)
    async with room.files:
        world = room.world
        rows = await asyncio.to_thread(moments.points, room.journal, world)
        first = await asyncio.to_thread(moments.first, room.journal)
    data = {
        "points": [p._asdict() for p in rows[-POINTS:]], "branch": world.branch,
        "step": world.step, "first": first,
    }  # fmt: skip
    link.put([translate.ok(r["id"], 0, data)])


async def load_at(files: Files, link: Link, room: Room, r: Plain) -> None:
    """Take an earlier moment as the state, on a new branch."""
    seq, world = await _moment(room, r["at"])
    pack = room.world.pack
    data: Plain = {"at": seq}
    if await asyncio.to_thread(pack_bytes, world.pack) != room.packed(pack):
        world, data["report"], _ = await asyncio.to_thread(reconciled, world, pack)
    data |= room.embedding.check(world)
    await files.branch_off(link, room, r, world, data, "loaded")


async def save_at(_files: Files, link: Link, room: Room, r: Plain) -> None:
    """Keep an earlier moment in a slot; the world is not touched."""
    seq, world = await _moment(room, r["at"])
    pack = await asyncio.to_thread(pack_bytes, world.pack)
    capture = Capture(world)
    header = header_of(room.name, room.packs, world, seq, pack)
    async with room.files:
        size, digest = await saving.write(room.saves, r["name"], header, lambda: pack, capture)
    data = {
        "name": r["name"], "at": seq, "branch": world.branch, "step": world.step,
        "time": world.now, "save": digest[:16], "bytes": size,
    }  # fmt: skip
    answer = translate.ok(r["id"], room.journal.last_seq + 1, data)
    room.append(link, r, msgpack.packb([]), ([answer], [], []))
    link.under_way.add(r["id"])

    def send() -> None:
        link.under_way.discard(r["id"])
        link.put([answer])

    room.after_commit(link, r["id"], send)


def header_of(name: str, packs: Sequence[str], world: World, seq: int, pack: bytes) -> Plain:
    """The header of a save of an earlier moment."""
    return {
        "world": name, "packs": list(packs), "seed": world.seed, "seq": seq, "time": world.now,
        "date": str(world.dates.date(world.now)), "note": f"as of b{world.branch}.s{world.step}",
        "branch": world.branch, "step": world.step, "ancestry": [list(a) for a in world.ancestry],
        "pack": digest_of(pack),
    }  # fmt: skip


async def _moment(room: Room, at: str) -> tuple[int, World]:
    """A moment's row and its world. Nothing of the journal goes meanwhile."""
    if room.failed is not None:
        raise room.failed
    now = room.world
    await _durable(room)
    async with room.files:
        seq = await asyncio.to_thread(moments.named, at, room.journal, now)
        return seq, await asyncio.to_thread(moments.as_of, room.journal, seq)


async def _durable(room: Room) -> None:
    """Wait until what is now the newest row is committed; a flush would wait for later ones too."""
    newest = room.journal.last_seq
    while not room.journal.reached(newest):  # noqa: ASYNC110 - told by a thread
        await asyncio.sleep(LOOK_S)
