"""The one thread that writes a journal: it commits whatever gathered while it was committing.

No timers and no fixed batch: a lone row is on its way at once, a flood makes its own groups. What
is told, is told once a group and only after its COMMIT returned. The first failure is the last
thing that happens here: nothing after it is written or told, so what is on disk stays a prefix.

Rows go to SQLite many to a statement, because the interpreter's lock is let go and has to be won
back at every statement; one statement a row would crawl beside a busy main thread.
"""

from __future__ import annotations

import sqlite3
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from personagen_npc.errors import JournalFailed
from personagen_npc.store.rows import COLUMNS, WIDTH, digest_of, packed, to_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from personagen_npc.store.rows import Row

    Blobs = Sequence[tuple[str, bytes]]
    Done = Callable[[int | None, JournalFailed | None], None]
    Entry = tuple[Row, Blobs, Done | None, int]  # a row on its way, and its size in memory
    OnCommitted = Callable[[int], None]
    OnFailed = Callable[[JournalFailed], None]

GROUP: Final = 128  # rows to a statement; 128 x WIDTH stays under SQLite's oldest limit, 999
ROW_COST: Final = 200  # [D] bytes that a queued row costs beside what is in it
PRUNE_ROWS: Final = 2000  # rows deleted in one go: tuned, 2 ms in which commits wait
SHRINK_PAGES: Final = 200  # given back in one go: 0.8 MB, some ms in which commits wait
SPARE: Final = 4  # the part of the file that may lie empty, for rows to come: a quarter, [D]
NOTHING: Final = (None,) * WIDTH  # fills a statement up; a few sizes of statement do for all groups


def _insert(rows: int) -> str:
    values = ",".join(["(" + ",".join("?" * WIDTH) + ")"] * rows)
    return (
        f"INSERT INTO journal ({COLUMNS}) SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"
    )


INSERTS: Final = {1 << power: _insert(1 << power) for power in range(GROUP.bit_length())}


def size_of(row: Row, blobs: Blobs) -> int:
    """Bytes that a queued row keeps in memory, roughly."""
    size = ROW_COST + len(row.input) + len(row.changes) + len(row.outputs)
    for _, data in blobs:
        size += len(data)
    return size


class Writer:
    """Owns the connection that writes, and the queue in front of it."""

    def __init__(
        self, db: sqlite3.Connection, on_committed: OnCommitted | None, on_failed: OnFailed | None
    ) -> None:
        self.failure: JournalFailed | None = None
        self.pending = 0
        self.pending_bytes = 0
        self._db = db
        self._on_committed = on_committed
        self._on_failed = on_failed
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        self._queue: list[Entry] = []
        self._batch: list[Entry] = []
        self._untold = 0
        self._asleep = False
        self._closing = False
        self._prune_before = 0
        self._shrinking = False  # whether pages that nothing needs are being given back
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def add(self, entry: Entry) -> None:
        """Queue a row; returns at once. Raises JournalFailed after a failure or a close."""
        with self._lock:  # the lock itself: entering the condition is a call in Python
            if self.failure is not None or self._closing:
                self._refuse_ended()
            self._queue.append(entry)
            self._untold += 1
            self.pending += 1
            self.pending_bytes += entry[3]
            if self._asleep:
                self._moved.notify_all()

    def prune(self, before_seq: int) -> None:
        """Ask for the rows before ``before_seq`` to go, a few at a time, between commits."""
        with self._moved:
            self._refuse_ended()
            self._prune_before = max(self._prune_before, before_seq)
            self._moved.notify_all()

    @property
    def pruning(self) -> bool:
        """Whether rows are still to go."""
        return self.failure is None and self._prune_before > 0

    def flush(self) -> None:
        """Wait until all queued is committed and told. Raises JournalFailed if that failed."""
        with self._moved:
            self._moved.wait_for(lambda: self._settled() or self.failure is not None)
            if self.failure is not None:
                raise self.failure

    def close(self) -> None:
        """Commit what is queued and end the thread. A failure stays readable in ``failure``."""
        with self._moved:
            self._closing = True
            self._moved.notify_all()
        self._thread.join()
        # All is committed, if only in the log: folding it in may fail without losing anything.
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with suppress(sqlite3.Error):
            self._db.close()

    def _settled(self) -> bool:
        return self._untold == 0 and self._prune_before == 0

    def _refuse_ended(self) -> None:
        if self.failure is not None:
            raise self.failure
        if self._closing:
            raise JournalFailed("journal is closed", field="journal", got="closed")

    # -- from here on: in the writer's thread --

    def _run(self) -> None:
        ended = False
        try:
            while self._wait():
                self._take()
                if self._batch:
                    self._commit(self._batch)
                if self._prune_before:
                    self._prune_some()
                elif self._shrinking:
                    self._shrink_some()
            ended = True
        except (
            sqlite3.Error,
            OSError,
            MemoryError,
            ValueError,
            OverflowError,
            struct.error,
        ) as fault:
            self._fail(f"journal could not be written: {fault}")
            ended = True
        finally:
            if not ended:  # a callback raised: nobody can be told any more, so nothing may go on
                self._fail("journal writer ended")

    def _wait(self) -> bool:
        with self._moved:
            while not (
                self._queue or self._prune_before or self._shrinking or self._closing
            ):  # fmt: skip
                self._asleep = True
                self._moved.wait()
                self._asleep = False
            return bool(self._queue) or not self._closing

    def _take(self) -> None:
        with self._moved:
            self._batch, self._queue = self._queue, []

    def _commit(self, batch: list[Entry]) -> None:
        if len(batch) <= GROUP and not any(blobs for _, blobs, _, _ in batch):
            self._insert(batch)  # one statement is a transaction of its own
        else:
            self._commit_parts(batch)
        self._tell(batch)

    def _commit_parts(self, batch: list[Entry]) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        for at in range(0, len(batch), GROUP):
            self._insert(batch[at : at + GROUP])
        for row, blobs, _, _ in batch:
            for digest, data in blobs:
                self._put(row.seq, digest, data)
        db.execute("COMMIT")

    def _insert(self, group: list[Entry]) -> None:
        values: list[int | str | bytes | None] = []
        for entry in group:
            values += to_columns(entry[0])
        rows = 1 << (len(group) - 1).bit_length()
        values += NOTHING * (rows - len(group))
        self._db.execute(INSERTS[rows], values)

    def _put(self, seq: int, digest: str, data: bytes) -> None:
        if digest_of(data) != digest:
            raise ValueError(f"blob of row {seq} is not what its digest {digest} says")
        known = self._db.execute("SELECT 1 FROM blobs WHERE digest = ?", (digest,)).fetchone()
        if known is None:
            self._db.execute("INSERT INTO blobs VALUES (?, ?)", (digest, packed(data)))
        self._db.execute("INSERT OR IGNORE INTO holds VALUES (?, ?)", (seq, digest))

    def _tell(self, batch: list[Entry]) -> None:
        with self._moved:  # first make room, so that whoever is told may go on at once
            self.pending -= len(batch)
            self.pending_bytes -= sum(size for _, _, _, size in batch)
            self._batch = []
        for row, _, done, _ in batch:
            if done is not None:
                done(row.seq, None)
        if self._on_committed is not None:
            self._on_committed(batch[-1][0].seq)
        with self._moved:
            self._untold -= len(batch)
            self._moved.notify_all()

    def _prune_some(self) -> None:
        db = self._db
        before = self._prune_before
        db.execute("BEGIN IMMEDIATE")
        oldest = db.execute("SELECT min(seq) FROM journal").fetchone()[0]
        until = before if oldest is None else min(before, oldest + PRUNE_ROWS)
        db.execute("DELETE FROM journal WHERE seq < ?", (until,))
        db.execute("DELETE FROM holds WHERE seq < ?", (until,))
        db.execute("UPDATE kept SET first = max(first, ?)", (until,))
        if until == before:
            db.execute("DELETE FROM blobs WHERE digest NOT IN (SELECT digest FROM holds)")
        db.execute("COMMIT")
        with self._moved:
            if until == self._prune_before:
                self._prune_before, self._shrinking = 0, True
            self._moved.notify_all()

    def _shrink_some(self) -> None:
        """Give some pages back to the disk, as long as the file is more than a quarter empty."""
        pages, free = (
            self._db.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_count", "freelist_count")
        )
        if free * SPARE <= pages:
            self._shrinking = False
            return
        self._db.execute(f"PRAGMA incremental_vacuum({SHRINK_PAGES})").fetchall()
        left = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        self._shrinking = left < free  # a file of an older program keeps its pages, and fills them

    def _fail(self, why: str) -> None:
        with suppress(sqlite3.Error):  # the first fault is the one to tell
            self._db.rollback()
        failure = JournalFailed(why, field="journal", got=why)
        with self._moved:
            self.failure = failure
            lost = self._batch + self._queue
            self._batch, self._queue = [], []
            self._moved.notify_all()
        for _, _, done, _ in lost:
            if done is not None:
                done(None, failure)
        if self._on_failed is not None:
            self._on_failed(failure)
