"""Saving beside the running world, and a save as a world again.

The loop takes the world in slices (``Capture``), a thread packs and writes what was taken; between
two slices everything else has its turn.
"""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any, Final, Protocol

from personagen_npc.errors import BadSave, Closing
from personagen_npc.host.aside import short_turns
from personagen_npc.host.library import pack_from
from personagen_npc.host.still import Still
from personagen_npc.store.container import read_save
from personagen_npc.world.state import blocks
from personagen_npc.world.state.capture import WHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from personagen_npc.store.container import Save
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.state.capture import Capture
    from personagen_npc.world.world import World

    Queue = SimpleQueue[tuple[str, Callable[[], bytes]] | None]

SLICE_S: Final = 0.002  # that the loop gives a save at a time
AHEAD: Final = 16  # blocks taken and not yet written: some MB of memory, [D]
STATE, PACK, VECTORS = "STAT", "PACK", "VECS"  # STAT: a whole state, in saves of version 1
Plain = dict[str, Any]


class Writes(Protocol):
    """Takes a save as its blocks come, in a thread of its own."""

    def write_blocks(
        self, name: str, header: Plain, blocks: Iterable[tuple[str, bytes]], /
    ) -> tuple[int, str]:
        """Bytes and id of what was written."""
        ...


async def write(
    saves: Writes, name: str, header: Plain, pack: Callable[[], bytes], capture: Capture
) -> tuple[int, str]:
    """Write a capture into a slot; returns bytes and id. Raises as ``Saves.write_blocks``."""
    queue: Queue = SimpleQueue()
    queue.put((PACK, pack))
    ended: list[bool] = []
    work = asyncio.ensure_future(
        asyncio.to_thread(saves.write_blocks, name, header, _taken(queue, ended))
    )
    with short_turns():
        try:
            await _fill(queue, capture, work)
            ended.append(True)
        finally:
            capture.close()
            queue.put(None)
        return await work


async def _fill(queue: Queue, capture: Capture, work: asyncio.Future[Any]) -> None:
    """Take the world, a slice at a time, no faster than it is written."""
    until = perf_counter() + SLICE_S
    for unit in capture.units():
        if unit is not None:
            queue.put(unit)
        if perf_counter() >= until:
            await asyncio.sleep(0)
            while queue.qsize() > AHEAD and not work.done():
                await asyncio.wait((work,), timeout=SLICE_S)
            if work.done():
                return  # it failed: whoever awaits it is told
            until = perf_counter() + SLICE_S


def _taken(queue: Queue, ended: list[bool]) -> Iterator[tuple[str, bytes]]:
    """What the loop took, in the writing thread."""
    while (unit := queue.get()) is not None:
        name, made = unit
        yield name, made()
        sleep(0)  # let the loop have the interpreter's lock, if it waits for it
    if not ended:
        raise Closing("the save was given up", field="type", got="save")


class Kept:
    """A save as it was read."""

    def __init__(self, blob: bytes) -> None:
        self._save: Save = read_save(blob)
        self.header, self.parts = self._save.header, self._save.blocks

    @property
    def packed(self) -> bytes:
        """The pack that it was made with. Raises BadSave."""
        return self._only(PACK)

    def pack(self) -> Pack:
        """The same, read."""
        try:
            return pack_from(self.packed)
        except ValueError as e:
            raise BadSave("the pack in the save is broken", field=PACK, got=str(e)) from None

    def world(self, pack: Pack, *, same: bool = True) -> World:
        """The world of this save, under a pack that is the ``same`` or another. Raises BadSave."""
        if self._save.version == 1:
            vectors = self._save.of(VECTORS)
            return Still(self._only(STATE), vectors[0] if vectors else b"").world(pack)
        where = {k: self.header.get(k) for k in WHERE}
        return blocks.give(where | {"pack_same": same}, self._save.blocks, pack)

    def _only(self, name: str) -> bytes:
        found = self._save.of(name)
        if len(found) != 1:
            raise BadSave(f"save lacks block {name}", field="block", got=len(found), allowed=name)
        return found[0]
