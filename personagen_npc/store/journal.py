"""The journal of one world: every numbered step, in order, in one SQLite file.

Written through ``writer`` and never waited for; read on a connection of its own, from any thread.
Reads see what is committed and nothing else, and take a page of rows at a time, so that no reader
keeps SQLite from folding its log back into the file.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.errors import JournalFailed
from personagen_npc.store.rows import (
    COLUMNS,
    Durability,
    Row,
    digest_of,
    from_columns,
    prepare,
    refuse_stub,
    sqlite_faults,
    unpacked,
    whole_numbers,
)
from personagen_npc.store.writer import Writer, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from personagen_npc.store.writer import Blobs, Done, OnCommitted, OnFailed

    Connect = Callable[[Path], sqlite3.Connection]

PAGE: Final = 256  # rows a reader takes at a time: tuned, fastest of 32 to 4,096
FULL_ROWS: Final = 10_000  # [D] a second of the fastest world; then the host should hold back
FULL_BYTES: Final = 64 << 20  # [D] as much memory as a queue may take
HARD: Final = 4  # times the above: nobody listens to ``full``, so appends are refused

SELECT: Final = f"SELECT {COLUMNS} FROM journal"


def connect(path: Path) -> sqlite3.Connection:
    """A connection without Python's own transactions, usable from any one thread at a time."""
    return sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)


class Journal:
    """One world's rows and blobs. Make it with ``open``; end it with ``close``."""

    def __init__(self, reader: sqlite3.Connection, writer: Writer, last_seq: int) -> None:
        self._db = reader
        self._writer = writer
        self._reading = threading.Lock()
        self._closed = False
        self._last_seq = last_seq

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        durability: Durability = "normal",
        on_committed: OnCommitted | None = None,
        on_failed: OnFailed | None = None,
        connect: Connect = connect,
    ) -> Self:
        """Open or make the file.

        Args:
            path: the SQLite file; its folder is made if it is missing.
            durability: ``normal`` survives a killed process, ``full`` also a power cut.
            on_committed: called once a group with the last seq in it, in the writer's thread, after
                the commit. It must not raise and must not wait.
            on_failed: called once, in the writer's thread, when writing has failed for good.
            connect: makes a connection; tests give one that fails.

        Raises:
            JournalFailed: damaged, not a journal, or of a version that cannot be read.
        """
        with sqlite_faults(f"cannot open {path.name}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            refuse_stub(path)
            db = connect(path)
        try:
            with sqlite_faults(f"cannot open {path.name}"):
                prepare(db, durability)
                last = db.execute("SELECT max(seq) FROM journal").fetchone()[0]
                reader = connect(path)
                reader.execute("PRAGMA query_only=1")
        except JournalFailed:
            db.close()
            raise
        return cls(reader, Writer(db, on_committed, on_failed), last or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    # -- writing --

    @property
    def last_seq(self) -> int:
        """The newest seq taken, committed or not; the next row is this plus one."""
        return self._last_seq

    @property
    def pending(self) -> int:
        """Rows taken but not committed yet."""
        return self._writer.pending

    @property
    def full(self) -> bool:
        """Whether the disk is so far behind that no new work should be admitted."""
        return self._writer.pending >= FULL_ROWS or self._writer.pending_bytes >= FULL_BYTES

    @property
    def failure(self) -> JournalFailed | None:
        """Why nothing is written any more, or None."""
        return self._writer.failure

    def append(self, row: Row, blobs: Blobs = (), done: Done | None = None) -> None:
        """Take a row; it is on its way when this returns, and committed when that is told.

        Args:
            row: its seq must follow the last one.
            blobs: (digest, bytes) that it refers to, kept in the same transaction. A blob that is
                there already is not written again, but is held by this row as well.
            done: called in the writer's thread with (seq, None) once committed, or (None, why).

        Raises:
            JournalFailed: after a failure or a close, for a seq out of turn, or when ``full`` has
                been passed over for long. The row was not taken then.
        """
        if row.seq != self._last_seq + 1:
            raise JournalFailed(
                "journal rows must follow each other",
                field="seq",
                got=row.seq,
                allowed=self._last_seq + 1,
            )
        writer = self._writer
        if writer.pending >= FULL_ROWS or writer.pending_bytes >= FULL_BYTES:
            self._refuse_flood()
        writer.add((row, blobs, done, size_of(row, blobs)))
        self._last_seq = row.seq

    def _refuse_flood(self) -> None:
        writer = self._writer
        if writer.pending >= HARD * FULL_ROWS or writer.pending_bytes >= HARD * FULL_BYTES:
            raise JournalFailed("journal queue is full", field="pending", got=writer.pending)

    def flush(self) -> None:
        """Wait until every row taken is committed: for shutdown and tests, not in a loop."""
        self._writer.flush()

    def prune(self, before_seq: int) -> None:
        """Forget rows before ``before_seq`` and blobs that only they held, in the background.

        The newest row always stays. The caller sees to it that a base row (an open, a load, a
        checkpoint) from which the state can be rebuilt is at or after ``before_seq``.
        """
        self._writer.prune(min(before_seq, self._last_seq))

    @property
    def pruning(self) -> bool:
        """Whether rows are going at the moment."""
        return self._writer.pruning

    def reached(self, seq: int) -> bool:
        """Whether a row is committed, or never will be."""
        return self._writer.failure is not None or self._newest_committed() >= seq

    def close(self) -> None:
        """Commit what was taken, fold the log into the file, close. Twice does no harm."""
        if self._closed:
            return
        self._closed = True
        with self._reading:
            self._db.close()
        self._writer.close()

    # -- reading --

    def rows(
        self, since_seq: int = 0, *, until: int | None = None, limit: int | None = None
    ) -> Iterator[Row]:
        """Committed rows after ``since_seq``, up to and with ``until``, at most ``limit``.

        Raises JournalFailed, naming seq, at a damaged or a missing row. Must not run beside
        ``prune`` of the same rows.
        """
        upper = self._newest_committed() if until is None else until
        left = upper if limit is None else limit
        kept = self._fetch("SELECT first FROM kept", ())
        expected = max(since_seq + 1, *whole_numbers(kept[0] if kept else None, 1))
        while left > 0:
            page = self._fetch(
                f"{SELECT} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                (since_seq, upper, min(PAGE, left)),
            )
            for columns in page:
                _refuse_gap(columns[0], expected)
                expected = columns[0] + 1
                yield from_columns(columns)
            if len(page) < min(PAGE, left):
                return
            left -= len(page)
            since_seq = page[-1][0]

    def rows_for(self, session: str, since_seq: int = 0) -> Iterator[Row]:
        """Committed rows of one session after ``since_seq``: what a client that resumes missed."""
        return (row for row in self.rows(since_seq) if row.session == session)

    def last(self) -> Row | None:
        """The newest committed row."""
        return self._one(f"{SELECT} ORDER BY seq DESC LIMIT 1", ())

    @property
    def first(self) -> int:
        """The oldest seq that is kept; those before were pruned."""
        kept = self._fetch("SELECT first FROM kept", ())
        return whole_numbers(kept[0] if kept else None, 1)[0]

    def used(self, first: int | None = None, until: int = 0) -> int:
        """Bytes of the file that hold something; or those of the rows of a range, roughly."""
        if first is None:
            of = (self._fetch(f"PRAGMA {n}", ())[0][0]
                  for n in ("page_count", "freelist_count", "page_size"))  # fmt: skip
            pages, free, size = of
            return int((pages - free) * size)
        sql = "SELECT sum(length(body) + 100) FROM journal WHERE seq BETWEEN ? AND ?"
        return self._fetch(sql, (first, until))[0][0] or 0

    def counted(self) -> int:
        """How many rows are kept."""
        return int(self._fetch("SELECT count(*) FROM journal", ())[0][0])

    def rows_of(self, kinds: frozenset[str]) -> list[Row]:
        """Every committed row of some kinds, in order; cheap, where those are few."""
        marks = ",".join("?" * len(kinds))
        found = self._fetch(f"{SELECT} WHERE +kind IN ({marks}) ORDER BY seq",
                            tuple(sorted(kinds)))  # fmt: skip
        return [from_columns(columns) for columns in found]

    def row(self, seq: int) -> Row | None:
        """One committed row."""
        return self._one(f"{SELECT} WHERE seq = ?", (seq,))

    def last_of(self, kinds: frozenset[str], until: int | None = None) -> Row | None:
        """The newest committed row whose input is of one of ``kinds``, such as open or load.

        With ``until`` the newest one up to that seq.

        Looks from the end, so it costs less than the replay from that row which follows it.
        """
        marks = ",".join("?" * len(kinds))
        where = f"WHERE +kind IN ({marks}) AND seq <= ? ORDER BY seq DESC LIMIT 1"
        upper = until if until is not None else self._newest_committed()
        return self._one(f"{SELECT} {where}", (*sorted(kinds), upper))

    def answer(self, session: str, client_id: int) -> Row | None:
        """The committed row of a session's write, whose outputs are its answer; None if unknown."""
        if client_id <= 0:
            return None
        where = "WHERE session = ? AND client_id = ? AND client_id > 0"
        row = self._one(f"{SELECT} {where}", (session, client_id))
        if row is not None and (row.session, row.client_id) != (session, client_id):
            raise JournalFailed("the index of answers is damaged", field="seq", got=row.seq)
        return row

    def blob(self, digest: str) -> bytes:
        """A blob by its digest. Raises JournalFailed if it is not there or is damaged."""
        found = self._fetch("SELECT data FROM blobs WHERE digest = ?", (digest,))
        if not found:
            raise JournalFailed("journal has no such blob", field="digest", got=digest)
        data = unpacked(found[0][0])
        if data is None or digest_of(data) != digest:
            raise JournalFailed("journal blob is damaged", field="digest", got=digest)
        return data

    def _newest_committed(self) -> int:
        return self._fetch("SELECT max(seq) FROM journal", ())[0][0] or 0

    def _one(self, sql: str, values: tuple[str | int, ...]) -> Row | None:
        found = self._fetch(sql, values)
        return from_columns(found[0]) if found else None

    def _fetch(self, sql: str, values: tuple[str | int, ...]) -> list[Any]:
        with self._reading, sqlite_faults("cannot be read"):
            return self._db.execute(sql, values).fetchall()


def _refuse_gap(seq: int, expected: int) -> None:
    if seq != expected:
        raise JournalFailed(
            f"journal row {expected} is missing", field="seq", got=seq, allowed=expected
        )
