"""One row of a journal: its columns, its checksum, and the SQLite file it lies in.

SQLite's write-ahead log has checksums of its own, its main file has none. So each row carries a
CRC of everything in it, and a row that a disk or a hand has changed is refused by its number.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from zlib import crc32

import zstandard

from personagen_npc.errors import JournalFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Durability = Literal["normal", "full"]

WRITES: Final = 2  # version of the table layout that this code writes; 2 packs blobs
READS_FROM: Final = 1  # oldest layout that this code still reads
READABLE_FROM: Final = 2  # oldest code that can read what this code writes
APPLICATION_ID: Final = 0x4E50434A  # "NPCJ" in the SQLite header, so that foreign files are refused

PACKING: Final = 1  # zstd's level: a state shrinks to a tenth at GB/s
ZSTD: Final = b"\x28\xb5\x2f\xfd"  # a frame begins so; no JSON, no save and no vectors do
LARGEST: Final = 1 << 30  # [D] bytes of a blob unpacked
SMALLEST: Final = 512  # bytes of SQLite's smallest page

# What is looked for has a column; the rest is one body, since every column costs at every write.
COLUMNS: Final = "seq, client_id, crc, session, kind, body"
WIDTH: Final = 6

SCHEMA: Final = (
    "CREATE TABLE format (written INTEGER NOT NULL, readable_from INTEGER NOT NULL)",
    "CREATE TABLE kept (first INTEGER NOT NULL)",
    """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY, client_id INTEGER NOT NULL, crc INTEGER NOT NULL,
        session TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL)""",
    "CREATE UNIQUE INDEX writes ON journal (session, client_id) WHERE client_id > 0",
    "CREATE TABLE blobs (digest TEXT PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE holds (seq INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (seq, digest))",
)


KEY: Final = struct.Struct("<qqI")  # seq, client id, length of session: in front of the checksum
BODY: Final = struct.Struct("<qqII")  # branch, step, lengths of input and changes: in front of them


class Row(NamedTuple):
    """One numbered step of one world, as it is kept.

    Attributes:
        seq: the journal's counter, from 1, without gaps, never rewound.
        branch: the branch of the state; a load starts a new one.
        step: the state's own counter on that branch.
        session: who asked; empty for what the world did of itself.
        client_id: the id the client chose for its write, 0 for none; unique in a session.
        kind: type of the input (``say``, ``tick``, ``load``).
        input: the input, msgpack.
        changes: what it changed, msgpack.
        outputs: what was answered, msgpack: sent again when the write is sent again.
    """

    seq: int
    branch: int
    step: int
    session: str
    client_id: int
    kind: str
    input: bytes
    changes: bytes
    outputs: bytes


def digest_of(data: bytes) -> str:
    """The name of a blob: sha256 of its bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def packed(data: bytes) -> bytes:
    """A blob as it is stored: one zstd frame, where that is smaller."""
    frame = zstandard.ZstdCompressor(level=PACKING).compress(data)
    return frame if len(frame) < len(data) else data


def unpacked(stored: object) -> bytes | None:
    """The inverse of ``packed``; None for what was damaged."""
    if not isinstance(stored, bytes):
        return None
    if not stored.startswith(ZSTD):
        return stored
    try:
        if zstandard.frame_content_size(stored) > LARGEST:
            return None
        return zstandard.ZstdDecompressor().decompress(stored)
    except zstandard.ZstdError:
        return None


def checksum(seq: int, client_id: int, session: str, kind: str, body: bytes) -> int:
    """CRC-32 of all of a row. Lengths stand in front, so that bytes cannot move to a neighbour."""
    key = KEY.pack(seq, client_id, len(session)) + session.encode() + kind.encode()
    return crc32(body, crc32(key))


def to_columns(row: Row) -> tuple[int | str | bytes, ...]:
    """The row as ``COLUMNS`` has it."""
    seq, branch, step, session, client_id, kind, given, changes, outputs = row
    head = BODY.pack(branch, step, len(given), len(changes))
    body = b"".join((head, given, changes, outputs))
    return (seq, client_id, checksum(seq, client_id, session, kind, body), session, kind, body)


def from_columns(columns: tuple[int, int, int, str, str, bytes]) -> Row:
    """The row of what SQLite read. Raises JournalFailed, naming seq, if anything in it changed."""
    seq, client_id, crc, session, kind, body = columns
    try:
        good = checksum(seq, client_id, session, kind, body) == crc
        branch, step, given, changes = BODY.unpack_from(body)
    except (TypeError, AttributeError, struct.error):  # a flipped type: NULL where bytes were
        good = False
    if not good:
        raise JournalFailed(f"journal row {seq} is damaged", field="seq", got=seq)
    changes_at = BODY.size + given
    outputs_at = changes_at + changes
    parts = body[BODY.size : changes_at], body[changes_at:outputs_at], body[outputs_at:]
    return Row(seq, branch, step, session, client_id, kind, *parts)


@contextmanager
def sqlite_faults(what: str) -> Iterator[None]:
    """Turn SQLite's own errors into JournalFailed, saying what was being done."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeError) as fault:  # SQLite may quote damaged text
        raise JournalFailed(f"journal: {what}: {fault}", field="journal", got=fault) from fault


def whole_numbers(found: object, count: int) -> tuple[int, ...]:
    """One row of whole numbers as SQLite read it. Raises JournalFailed if it is none."""
    if isinstance(found, tuple) and len(found) == count:
        numbers = tuple(number for number in found if isinstance(number, int))
        if len(numbers) == count:
            return numbers
    raise JournalFailed("journal's own notes are damaged", field="journal", got=found)


def refuse_stub(path: Path) -> None:
    """Refuse a file too short to be SQLite's, which SQLite itself would write over."""
    if path.exists() and 0 < path.stat().st_size < SMALLEST:
        raise JournalFailed("this file is not a journal", field="journal", got=path.name)


def prepare(db: sqlite3.Connection, durability: Durability) -> None:
    """Set up a connection that writes; make the tables in a new file.

    Raises JournalFailed for a file that is not ours, or of a version that cannot be read.
    """
    _refuse_foreign(db)
    db.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only a file that is still empty takes it
    mode = db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":  # a drive without shared memory, such as a network one
        raise JournalFailed("this drive cannot hold a journal", field="journal", got=mode)
    db.execute(f"PRAGMA synchronous={'FULL' if durability == 'full' else 'NORMAL'}")
    if durability == "full":  # on macOS plain fsync leaves data in the drive; elsewhere no effect
        db.execute("PRAGMA fullfsync=1")
    db.execute("PRAGMA mmap_size=0")  # a failing disk then is an error, not a SIGBUS
    # 16 MiB, tuned: the slowest 1 % of groups of 100 take 1.2 ms, not 5.3 as with SQLite's 4 MiB
    db.execute("PRAGMA wal_autocheckpoint=4000")
    # 64 MiB [D]: the log of a big snapshot shrinks again
    db.execute("PRAGMA journal_size_limit=67108864")
    if _application_id(db) == 0:
        _create(db)
    _check_version(db)


def _application_id(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA application_id").fetchone()[0])


def _refuse_foreign(db: sqlite3.Connection) -> None:
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and _application_id(db) != APPLICATION_ID:
        raise JournalFailed("this SQLite file is not a journal", field="journal", got="other file")


def _create(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA:
        db.execute(statement)
    db.execute("INSERT INTO format VALUES (?, ?)", (WRITES, READABLE_FROM))
    db.execute("INSERT INTO kept VALUES (1)")
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute("COMMIT")


def _check_version(db: sqlite3.Connection) -> None:
    written, readable_from = whole_numbers(
        db.execute("SELECT written, readable_from FROM format").fetchone(), 2
    )
    if written < READS_FROM or readable_from > WRITES:
        raise JournalFailed(
            f"journal of version {written} cannot be read by this program",
            field="journal",
            got=written,
            allowed=f"{READS_FROM} to {WRITES}",
        )
    if readable_from < READABLE_FROM:  # from now on older programs would find blobs damaged
        db.execute("UPDATE format SET written = ?, readable_from = ?",
                   (max(written, WRITES), READABLE_FROM))  # fmt: skip
