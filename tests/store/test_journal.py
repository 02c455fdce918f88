from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import JournalFailed
from personagen_npc.store import Journal, Row, digest_of
from personagen_npc.store.rows import APPLICATION_ID

if TYPE_CHECKING:
    from pathlib import Path


def row(seq: int, *, session: str = "s", client_id: int = 0, kind: str = "say") -> Row:
    body = f"{seq}".encode()
    return Row(seq, 1, seq * 2, session, client_id, kind, b"in" + body, b"ch" + body, b"out" + body)


def filled(path: Path, count: int) -> list[Row]:
    rows = [row(seq, client_id=seq, session=f"s{seq % 3}") for seq in range(1, count + 1)]
    with Journal.open(path) as journal:
        for each in rows:
            journal.append(each)
    return rows


numbers = st.integers(0, 2**53 - 1)
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
bodies = st.tuples(numbers, numbers, text, text, *[st.binary(max_size=300)] * 3)


@given(st.lists(bodies, max_size=200))
@settings(deadline=None, max_examples=25)
def test_rows_come_back_as_they_were_and_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[int, int, str, str, bytes, bytes, bytes]],
) -> None:
    path = tmp_path_factory.mktemp("journal") / "w.db"
    rows = [
        Row(seq, branch, step, session, seq, kind, *bytes_)
        for seq, (branch, step, session, kind, *bytes_) in enumerate(made, 1)
    ]
    with Journal.open(path) as journal:
        for each in rows:
            journal.append(each)
    with Journal.open(path) as journal:
        assert list(journal.rows()) == rows
        assert journal.last() == (rows[-1] if rows else None)
        assert journal.last_seq == len(rows)
        for each in rows:
            assert journal.answer(each.session, each.client_id) == each


def test_rows_can_be_read_from_anywhere_and_in_part(tmp_path: Path) -> None:
    rows = filled(tmp_path / "w.db", 700)
    with Journal.open(tmp_path / "w.db") as journal:
        assert list(journal.rows(650)) == rows[650:]
        assert list(journal.rows(10, until=300)) == rows[10:300]
        assert list(journal.rows(10, limit=5)) == rows[10:15]
        assert list(journal.rows(0, limit=512)) == rows[:512]
        assert list(journal.rows(700)) == []
        assert list(journal.rows_for("s1", 690)) == [r for r in rows[690:] if r.session == "s1"]


def test_a_write_finds_its_stored_answer_and_only_its_own(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "w.db") as journal:
        journal.append(row(1, session="a", client_id=7))
        journal.append(row(2, session="b", client_id=7))
        journal.append(row(3, session="a", client_id=0))
        journal.append(row(4, session="a", client_id=0))
        journal.flush()
        found = journal.answer("b", 7)
        assert found is not None
        assert found.outputs == b"out2"
        assert journal.answer("a", 8) is None
        assert journal.answer("a", 0) is None


def test_the_newest_base_row_is_found(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "w.db") as journal:
        for seq, kind in enumerate(["open", "say", "load", "say", "tick"], 1):
            journal.append(row(seq, kind=kind))
        journal.flush()
        base = journal.last_of(frozenset({"open", "load"}))
        assert base is not None
        assert base.seq == 3
        assert journal.last_of(frozenset({"checkpoint"})) is None
        assert journal.last_of(frozenset()) is None


def test_a_row_out_of_turn_is_not_taken(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "w.db") as journal:
        journal.append(row(1))
        for seq in (1, 3, 0):
            with pytest.raises(JournalFailed, match="follow"):
                journal.append(row(seq))
        journal.append(row(2))
        journal.flush()
        assert [r.seq for r in journal.rows()] == [1, 2]


def test_blobs_are_kept_once_and_with_their_row(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    digest = digest_of(data)
    with Journal.open(tmp_path / "w.db") as journal:
        journal.append(row(1), [(digest, data)])
        journal.append(row(2), [(digest, data), (digest_of(b""), b"")])
        journal.flush()
        assert journal.blob(digest) == data
        assert journal.blob(digest_of(b"")) == b""
        with pytest.raises(JournalFailed, match="no such blob"):
            journal.blob(digest_of(b"other"))
    assert (tmp_path / "w.db").stat().st_size < 2 * len(data)


def test_a_blob_under_a_wrong_name_takes_its_row_with_it(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "w.db") as journal:
        journal.append(row(1))
        journal.flush()
        journal.append(row(2), [(digest_of(b"a"), b"b")])
        with pytest.raises(JournalFailed, match="row 2"):
            journal.flush()
        assert [r.seq for r in journal.rows()] == [1]


def test_pruning_forgets_old_rows_and_the_blobs_only_they_held(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "w.db") as journal:
        for seq in range(1, 5001):
            blobs = {100: [b"old"], 200: [b"both"], 4500: [b"both"]}.get(seq, [])
            journal.append(row(seq, client_id=seq), [(digest_of(b), b) for b in blobs])
        journal.prune(4500)
        journal.flush()
        assert [r.seq for r in journal.rows()] == list(range(4500, 5001))
        assert journal.answer("s", 100) is None
        assert journal.blob(digest_of(b"both")) == b"both"
        with pytest.raises(JournalFailed, match="no such blob"):
            journal.blob(digest_of(b"old"))
        journal.prune(10**9)
        journal.flush()
        assert [r.seq for r in journal.rows()] == [5000]
    with Journal.open(tmp_path / "w.db") as journal:
        journal.append(row(5001))
        journal.flush()
        assert [r.seq for r in journal.rows()] == [5000, 5001]


def test_it_is_read_from_other_threads_while_it_is_written(tmp_path: Path) -> None:
    seen: list[int] = []
    with Journal.open(tmp_path / "w.db") as journal:

        def read() -> None:
            while not seen or seen[-1] < 2000:
                seqs = [r.seq for r in journal.rows()]
                assert seqs == list(range(1, len(seqs) + 1))
                seen.append(len(seqs))

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for seq in range(1, 2001):
            journal.append(row(seq))
        for reader in readers:
            reader.join()


def test_a_changed_row_is_refused_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    for column, value in [
        ("body", b"out4"),
        ("body", "text"),
        ("body", 5),
        ("session", "x"),
        ("client_id", 99),
        ("kind", "sax"),
        ("kind", b"say"),
        ("crc", 1),
    ]:
        path.unlink(missing_ok=True)
        rows = filled(path, 5)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute(f"UPDATE journal SET {column} = ? WHERE seq = 3", (value,))
        db.close()
        read: list[Row] = []
        with Journal.open(path) as journal, pytest.raises(JournalFailed, match="row 3 is damaged"):
            read.extend(journal.rows())
        with Journal.open(path) as journal:
            assert list(journal.rows(3)) == rows[3:]


@pytest.mark.parametrize("gone", [1, 3])
def test_a_missing_row_is_refused_by_its_number(tmp_path: Path, gone: int) -> None:
    filled(tmp_path / "w.db", 5)
    db = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    db.execute("DELETE FROM journal WHERE seq = ?", (gone,))
    db.close()
    with (
        Journal.open(tmp_path / "w.db") as journal,
        pytest.raises(JournalFailed, match=f"row {gone} is missing"),
    ):
        list(journal.rows())


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_a_flipped_bit_is_refused_or_costs_the_end_but_never_lies(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("flip") / "w.db"
    rows = filled(path, 40)
    bytes_ = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(bytes_) - 1))
    bytes_[at] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes_)
    try:
        with Journal.open(path) as journal:
            read = list(journal.rows())
            found = journal.answer("s1", 4)
    except JournalFailed:
        return
    assert read == rows[: len(read)]
    assert found in (rows[3], None)


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 500, b"x", b"SQLite format 3\0" * 99]
)
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.db").write_bytes(content)
    with pytest.raises(JournalFailed, match=r"cannot open w\.db|not a journal"):
        Journal.open(tmp_path / "w.db")
    assert (tmp_path / "w.db").read_bytes() == content


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    db.execute("CREATE TABLE accounts (id INTEGER)")
    db.close()
    before = (tmp_path / "w.db").read_bytes()
    with pytest.raises(JournalFailed, match="not a journal"):
        Journal.open(tmp_path / "w.db")
    assert (tmp_path / "w.db").read_bytes() == before


@pytest.mark.parametrize(
    ("written", "readable_from", "opens"),
    [(1, 1, True), (9, 2, True), (9, 3, False), (0, 0, False)],
)
def test_two_version_numbers_decide_what_is_read(
    tmp_path: Path, written: int, readable_from: int, opens: bool
) -> None:
    filled(tmp_path / "w.db", 2)
    db = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    db.execute("UPDATE format SET written = ?, readable_from = ?", (written, readable_from))
    db.close()
    if opens:
        Journal.open(tmp_path / "w.db").close()
    else:
        with pytest.raises(JournalFailed, match=f"version {written}"):
            Journal.open(tmp_path / "w.db")


def test_a_torn_log_leaves_a_prefix(tmp_path: Path) -> None:
    path, log = tmp_path / "w.db", tmp_path / "w.db-wal"
    torn = tmp_path / "torn"
    torn.mkdir()
    with Journal.open(path) as journal:
        for seq in range(1, 301):
            journal.append(row(seq))
            if seq % 20 == 0:
                journal.flush()
        main, tail = path.read_bytes(), log.read_bytes()
    counts = set()
    for cut in range(0, len(tail), 7001):
        (torn / "w.db").write_bytes(main)
        (torn / "w.db-wal").write_bytes(tail[:cut])
        (torn / "w.db-shm").unlink(missing_ok=True)
        with Journal.open(torn / "w.db") as journal:
            seqs = [r.seq for r in journal.rows()]
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) % 20 == 0
        counts.add(len(seqs))
    assert len(counts) > 3
