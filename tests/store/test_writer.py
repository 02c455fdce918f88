from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import JournalFailed
from personagen_npc.store import Journal, Row, digest_of
from personagen_npc.store import journal as journal_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def row(seq: int) -> Row:
    return Row(seq, 0, seq, "s", seq, "say", b"i" * 200, b"c" * 200, b"o" * 200)


class Sick(sqlite3.Connection):
    """A connection that runs ``Sick.before(sql)`` first; the test puts its fault there."""

    before: Callable[[str], None] = staticmethod(lambda sql: None)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        Sick.before(sql)
        return super().execute(sql, *values)


def sick(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=Sick)


@pytest.fixture(autouse=True)
def healthy() -> None:
    Sick.before = staticmethod(lambda sql: None)


def count_in(path: Path) -> int:
    db = sqlite3.connect(path)
    try:
        return int(db.execute("SELECT count(*) FROM journal").fetchone()[0])
    finally:
        db.close()


def append_by_groups(journal: Journal, count: int, group: int) -> None:
    for seq in range(1, count + 1):
        journal.append(row(seq))
        if seq % group == 0:
            journal.flush()


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_told_once_a_group_and_only_after_the_commit(tmp_path: Path, durability: Any) -> None:
    path = tmp_path / "w.db"
    told: list[tuple[int, int]] = []
    with Journal.open(
        path, durability=durability, on_committed=lambda seq: told.append((seq, count_in(path)))
    ) as journal:
        for seq in range(1, 1001):
            journal.append(row(seq))
    seqs = [seq for seq, _ in told]
    assert seqs == sorted(set(seqs))
    assert seqs[-1] == 1000
    assert len(seqs) < 500
    assert all(there >= seq for seq, there in told)


def test_what_gathers_during_a_commit_is_the_next_group(tmp_path: Path) -> None:
    entered, go_on = threading.Event(), threading.Event()
    inserts: list[str] = []

    def wait_at_first(sql: str) -> None:
        if sql.startswith("INSERT"):
            inserts.append(sql)
            if len(inserts) == 1:
                entered.set()
                go_on.wait(10)

    told: list[int] = []
    with Journal.open(tmp_path / "w.db", on_committed=told.append, connect=sick) as journal:
        Sick.before = staticmethod(wait_at_first)
        journal.append(row(1))
        assert entered.wait(10)
        for seq in range(2, 151):
            journal.append(row(seq))
        assert (journal.pending, journal.last_seq, told) == (150, 150, [])
        go_on.set()
        journal.flush()
        assert journal.pending == 0
        assert told == [1, 150]


def test_each_row_can_be_told_of(tmp_path: Path) -> None:
    told: list[tuple[int | None, JournalFailed | None]] = []
    with Journal.open(tmp_path / "w.db") as journal:
        for seq in range(1, 11):
            journal.append(row(seq), done=lambda seq, why: told.append((seq, why)))
    assert told == [(seq, None) for seq in range(1, 11)]


BLOB = [(digest_of(b"blob"), b"blob")]  # with a blob, even one row is several statements


@pytest.mark.parametrize(
    ("where", "blobs"),
    [("COMMIT", BLOB), ("INSERT INTO blobs", BLOB), ("BEGIN", BLOB), ("INSERT", [])],
)
def test_a_failing_disk_stops_everything_and_keeps_the_prefix(
    tmp_path: Path, where: str, blobs: list[tuple[str, bytes]]
) -> None:
    told: list[int] = []
    failed: list[JournalFailed] = []
    lost: list[tuple[int | None, JournalFailed | None]] = []
    with Journal.open(
        tmp_path / "w.db", on_committed=told.append, on_failed=failed.append, connect=sick
    ) as journal:
        for seq in range(1, 21):
            journal.append(row(seq))
        journal.flush()

        def fail(sql: str) -> None:
            if sql.startswith(where):
                raise sqlite3.OperationalError("database or disk is full")

        Sick.before = staticmethod(fail)
        journal.append(row(21), blobs, done=lambda seq, why: lost.append((seq, why)))
        with pytest.raises(JournalFailed, match="disk is full"):
            journal.flush()
        Sick.before = staticmethod(lambda sql: None)  # the disk is well again: too late
        for _ in range(3):
            with pytest.raises(JournalFailed, match="disk is full"):
                journal.append(row(22))
        with pytest.raises(JournalFailed, match="disk is full"):
            journal.prune(5)
        assert [r.seq for r in journal.rows()] == list(range(1, 21))
    assert told[-1] == 20
    assert failed == [journal.failure]
    assert lost == [(None, journal.failure)]
    with Journal.open(tmp_path / "w.db") as journal:
        assert journal.last_seq == 20
        journal.append(row(21))
        journal.flush()


@pytest.mark.parametrize(
    "why", ["disk I/O error", "attempt to write a readonly database", "unable to open database"]
)
def test_a_flush_that_fails_or_a_folder_turned_read_only_acknowledges_nothing(
    tmp_path: Path, why: str
) -> None:
    """What an fsync or a drive that was mounted anew says, at the commit of a group."""
    told: list[int] = []
    with Journal.open(tmp_path / "w.db", on_committed=told.append, connect=sick) as journal:
        append_by_groups(journal, 20, 5)

        def fail(sql: str) -> None:
            if sql.startswith(("COMMIT", "INSERT")):
                raise sqlite3.OperationalError(why)

        Sick.before = staticmethod(fail)
        journal.append(row(21))
        with pytest.raises(JournalFailed, match=why):
            journal.flush()
        Sick.before = staticmethod(lambda sql: None)
    assert told[-1] == 20
    with Journal.open(tmp_path / "w.db") as journal:
        assert [r.seq for r in journal.rows()] == list(range(1, 21))


def test_pruned_pages_go_back_to_the_disk_between_commits(tmp_path: Path) -> None:
    path, blob = tmp_path / "w.db", bytes(range(256)) * 400
    with Journal.open(path) as journal:
        for seq in range(1, 41):
            data = blob + seq.to_bytes(4, "big") * 8000
            journal.append(row(seq), [(digest_of(data), data)])
        for seq in range(41, 2001):
            journal.append(row(seq))
        journal.flush()
        before = journal.used()
        journal.prune(1900)
        journal.flush()
        assert journal.used() < before / 2
        assert (journal.first, journal.counted()) == (1900, 101)
    assert path.stat().st_size < before
    with Journal.open(path) as journal:
        assert [r.seq for r in journal.rows()] == list(range(1900, 2001))


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    def small(path: Path) -> sqlite3.Connection:
        db = journal_module.connect(path)
        db.execute("PRAGMA max_page_count=40")
        return db

    told: list[int] = [0]
    with Journal.open(tmp_path / "w.db", on_committed=told.append, connect=small) as journal:
        with pytest.raises(JournalFailed, match="full"):
            append_by_groups(journal, 5000, 50)
        assert [r.seq for r in journal.rows()] == list(range(1, told[-1] + 1))
    assert told[-1] >= 50


def test_a_callback_that_raises_ends_the_journal_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud: list[object] = []
    monkeypatch.setattr(threading, "excepthook", loud.append)

    def raising(_: int) -> None:
        raise KeyError("the loop is gone")

    with Journal.open(tmp_path / "w.db", on_committed=raising) as journal:
        journal.append(row(1))
        with pytest.raises(JournalFailed, match="writer ended"):
            journal.flush()
        with pytest.raises(JournalFailed, match="writer ended"):
            journal.append(row(2))
    assert len(loud) == 1


def test_the_queue_is_bounded_and_says_so_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "FULL_ROWS", 10)
    go_on = threading.Event()
    with Journal.open(tmp_path / "w.db", connect=sick) as journal:

        def wait_at_insert(sql: str) -> None:
            if sql.startswith("INSERT"):
                go_on.wait(10)

        Sick.before = staticmethod(wait_at_insert)
        for seq in range(1, 41):
            assert journal.full is (seq > 10)
            journal.append(row(seq))
        with pytest.raises(JournalFailed, match="queue is full"):
            journal.append(row(41))
        go_on.set()
        journal.flush()
        assert not journal.full
        journal.append(row(41))
        journal.flush()
        assert journal.failure is None


def test_closing_commits_what_was_taken_and_folds_the_log_in(tmp_path: Path) -> None:
    told: list[int] = []
    journal = Journal.open(tmp_path / "w.db", on_committed=told.append)
    for seq in range(1, 301):
        journal.append(row(seq))
    journal.close()
    journal.close()
    assert told[-1] == 300
    assert [path.name for path in tmp_path.iterdir()] == ["w.db"]
    with pytest.raises(JournalFailed, match="closed"):
        journal.append(row(301))
