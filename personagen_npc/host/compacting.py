"""Compacting: a journal that is played on for years keeps so many days and so many bytes.

Now and then the world is taken as it is, in slices, as for a save; that becomes a base row, from
which the world can be built. What lies before the oldest base that is still wanted goes, a few rows
at a time, in the writer's thread. A day of play is eight hours in which something was going on, by
a clock that does not go back.
"""

from __future__ import annotations

import asyncio
import io
import logging
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgpack

from personagen_npc.errors import Closing, JournalFailed
from personagen_npc.host import saving
from personagen_npc.host.bases import BASES, CHECKPOINT, Base
from personagen_npc.host.link import Link
from personagen_npc.store.container import write_save
from personagen_npc.store.rows import digest_of
from personagen_npc.world.state.capture import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.host.room import Room

log = logging.getLogger(__name__)

DAY_S: Final = 8 * 3600.0  # of a day of play
IDLE_S: Final = 60.0  # a longer rest between two rows is no play, [D]
EVERY_ROWS: Final = 4096  # between two checkpoints: some tenths of a second to live through, [D]
EVERY_BYTES: Final = 16 << 20  # the same, for rows that are large, [D]
LEAST_ROWS: Final = 5000  # kept whatever else is: what a client may send again, or resume from, [D]
LOOK_S: Final = 0.01  # between looks whether the rows are gone
SHARE: Final = 2  # times as much as the last checkpoint took must have been written since, [D]
MB: Final = 1_000_000
NO_PACK: Final = b"{}"  # it is a blob of its own, the same for many checkpoints


class Keep(NamedTuple):
    """How much of the past stays: days of play, and megabytes whatever the days are."""

    days: float = 7.0
    mb: int = 200


class Memory:
    """Where a save goes that becomes a blob."""

    data = b""

    def write_blocks(
        self, _name: str, header: dict[str, Any], blocks: Iterable[tuple[str, bytes]]
    ) -> tuple[int, str]:
        """Take the blocks; bytes and digest."""
        file = io.BytesIO()
        digest = write_save(file, header, blocks)
        self.data = file.getvalue()
        return len(self.data), digest


class Compacting:
    """What keeps one room's journal small."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.keep = Keep()
        self.every_rows, self.every_bytes, self.share = EVERY_ROWS, EVERY_BYTES, SHARE
        self.least_rows = LEAST_ROWS
        self.played: float | None = None  # seconds, once the journal was asked
        self._seen = 0.0  # when the last row came
        self._rows = self._bytes = 0  # since the last base
        self._cost = 0  # of the last checkpoint
        self._task: asyncio.Task[Any] | None = None
        self._closed = False

    def wrote(self, kind: str, size: int, now: float) -> None:
        """A row was written, at ``now`` of the loop's clock: see whether a base is due."""
        if self.played is not None:
            self.played += min(max(now - self._seen, 0.0), IDLE_S)
        self._seen = now
        if kind in BASES:
            self._rows = self._bytes = 0
            return
        self._rows, self._bytes = self._rows + 1, self._bytes + size
        if self._rows < self.every_rows and self._bytes < self.every_bytes:
            return
        if self._task is None and not self._closed and self._bytes >= self.share * self._cost:
            self._task = self._room.background(self._guarded())
            self._task.add_done_callback(self._done)

    def reopened(self, since: int) -> None:
        """A world was built from a base and the rows after ``since``: they count as written."""
        journal = self._room.journal
        self._rows, self._bytes = (
            journal.last_seq - since, journal.used(since + 1, journal.last_seq)
        )  # fmt: skip

    def close(self) -> None:
        """Begin no more; one under way is given up at its next rest."""
        self._closed = True

    def _done(self, _task: asyncio.Task[Any]) -> None:
        self._task = None

    async def _guarded(self) -> None:
        try:
            if await self.checkpoint():
                await self.forget()
        except (JournalFailed, Closing) as fault:  # the room has said so; the journal stays long
            log.warning("world %s: journal not compacted: %s", self._room.name, fault.message)

    async def checkpoint(self) -> bool:
        """Make a base row beside the running world; False if a load came between."""
        room = self._room
        if self.played is None:
            self.played = await asyncio.to_thread(self._played_before)
        async with room.files:
            if self._closed or room.failed is not None:
                return False
            world, at, branch = room.world, room.journal.last_seq, room.newest_branch
            undo = room.undo
            capture = Capture(world)
            header = {"world": room.name, "time": world.now, "seq": at, **capture.where}
            pack, memory = room.packed(world.pack), Memory()
            await saving.write(memory, "", header, lambda: NO_PACK, capture)
        held = [(d, await asyncio.to_thread(room.journal.blob, d)) for d in undo if d]
        refs: dict[str, Any] = {
            "at": at, "save": digest_of(memory.data), "pack": digest_of(pack),
            "packs": list(room.packs), "undo": undo._asdict(),
        }  # fmt: skip
        if room.failed is not None or (room.world, room.newest_branch) != (world, branch):
            return False
        asked = {"type": CHECKPOINT, "id": 0, "at": at, "played": self.played}
        blobs = [(refs["save"], memory.data), (refs["pack"], pack), *held]
        room.append(Link("", "game", ""), asked, msgpack.packb(refs), b"", blobs)
        self._cost = len(memory.data)
        return True

    def _played_before(self) -> float:
        last = self._room.journal.last_of(frozenset({CHECKPOINT}))
        return 0.0 if last is None else float(msgpack.unpackb(last.input)["played"])

    async def forget(self) -> None:
        """Let the rows go that nothing wanted lies before."""
        room, journal = self._room, self._room.journal
        async with room.files:
            if self._closed or room.refitting.busy or room.failed is not None:
                return  # another process reads what would go: at the next checkpoint then
            first = await asyncio.to_thread(self._first_wanted)
            if first > 1:
                journal.prune(first)
                while journal.pruning and not self._closed:  # noqa: ASYNC110 - told by a thread
                    await asyncio.sleep(LOOK_S)

    def _first_wanted(self) -> int:
        """The row behind the oldest base that is wanted; 1 or less if all is."""
        journal, keep = self._room.journal, self.keep
        bases = [Base(journal, row) for row in journal.rows_of(frozenset({CHECKPOINT}))]
        now = self.played or 0.0
        oldest = now - keep.days * DAY_S
        first, sizes = 1, journal.used() - keep.mb * MB
        newest = journal.last_seq - self.least_rows
        for base in (b for b in bases if b.since <= newest):
            past = msgpack.unpackb(base.row.input)["played"] <= oldest
            if past or sizes > 0:
                sizes -= 0 if past else journal.used(first, base.since)
                first = base.since + 1
        return first
