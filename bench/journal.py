"""The journal against bare sqlite3, and how fast a world's rows are read back.

The limit is what sqlite3 does on one thread with nothing around it: the same values in a table of a
column each, the same unique index, ``executemany``, the same rows to a commit, the same durability.
The journal adds a queue, a thread, a checksum a row, and being told. It makes its groups itself, so
it runs first, and bare sqlite3 then commits the very groups that it made.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgpack

from bench.harness import Timing, finish, once, options, percentile, ratio, table, verdict
from personagen_npc.store import Journal, Row

if TYPE_CHECKING:
    from personagen_npc.store.rows import Durability

TARGET_RATIO = 0.7
TARGET_REPLAY = 200_000  # with apply; what is measured here has none yet and must be well above

TABLE = """CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, branch INTEGER NOT NULL, step INTEGER NOT NULL,
    client_id INTEGER NOT NULL, session TEXT NOT NULL, kind TEXT NOT NULL,
    input BLOB NOT NULL, changes BLOB NOT NULL, outputs BLOB NOT NULL)"""
INDEX = "CREATE UNIQUE INDEX writes ON journal (session, client_id) WHERE client_id > 0"
INSERT = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def make_rows(count: int) -> list[Row]:
    """Rows as a talking world makes them: about 700 bytes, sixteen sessions."""
    line = "Have you seen the smith today? They say that the mill burned."
    rows = []
    for seq in range(1, count + 1):
        given = {"t": "say", "id": seq, "npc": "mara", "player": "anna", "text": line}
        changes = [["remember", "mara", seq, 0.6], ["feel", "mara", 0.1, -0.2, 0.05]] * 2
        outputs = [{"t": "reply", "re": seq, "turn": f"0-{seq}", "text": line * 2, "act": "answer"}]
        packed = (msgpack.packb(part) for part in (given, changes, outputs))
        rows.append(Row(seq, 0, seq, f"session-{seq % 16}", seq, "say", *packed))
    return rows


def bare(rows: list[Row], sizes: list[int], durability: Durability) -> Timing:
    """The limit: the same rows in the same groups, by sqlite3 and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(f"PRAGMA synchronous={durability}")
        db.execute(TABLE)
        db.execute(INDEX)

        def work() -> None:
            at = 0
            for size in sizes:
                group = rows[at : at + size]
                at += size
                db.execute("BEGIN")
                db.executemany(
                    INSERT,
                    [(r.seq, r.branch, r.step, r.client_id, r.session, *r[5:]) for r in group],
                )
                db.execute("COMMIT")

        timing = once(work, len(rows))
        db.close()
        return timing


def ours(rows: list[Row], in_flight: int, durability: Durability) -> tuple[Timing, list[int]]:
    """The journal with at most so many rows not told of yet; and the groups that it made."""
    told: list[int] = [0]
    more = threading.Event()

    def on_committed(seq: int) -> None:
        told.append(seq)
        more.set()

    with (
        tempfile.TemporaryDirectory() as folder,
        Journal.open(
            Path(folder) / "world.db", durability=durability, on_committed=on_committed
        ) as journal,
    ):

        def work() -> None:
            for row in rows:
                while journal.pending >= in_flight:
                    more.wait()
                    more.clear()
                journal.append(row)
            journal.flush()

        timing = once(work, len(rows))
    return timing, [after - before for before, after in pairwise(told)]


def beside_work(rows: list[Row], step_us: float) -> list[float]:
    """Milliseconds from append to told, while the appending thread computes without a pause."""
    sent: dict[int, float] = {}
    took: list[float] = []

    def told(seq: int | None, _: object) -> None:
        if seq is not None:
            took.append((time.perf_counter() - sent[seq]) * 1000)

    with (
        tempfile.TemporaryDirectory() as folder,
        Journal.open(Path(folder) / "world.db") as journal,
    ):
        for row in rows:
            until = time.perf_counter() + step_us / 1e6
            while time.perf_counter() < until:
                pass
            sent[row.seq] = time.perf_counter()
            journal.append(row, done=told)
        journal.flush()
    return took


def replay(rows: list[Row], rounds: int) -> float:
    """Rows read, checked and decoded in a CPU second."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Journal.open(Path(folder) / "world.db") as journal,
    ):
        for row in rows:
            journal.append(row)
            if journal.full:
                journal.flush()
        journal.flush()
        runs = [once(lambda: apply_rows(journal), len(rows)) for _ in range(rounds)]
    return statistics.median(run.per_cpu_s for run in runs)


def apply_rows(journal: Journal) -> int:
    """What a replay does with each row; the world's own ``apply`` belongs here once it exists."""
    count = 0
    for row in journal.rows():
        count += len(msgpack.unpackb(row.changes, use_list=False))
    return count


def main() -> None:
    quick = options("The journal against bare sqlite3.").quick
    rows = make_rows(10_000 if quick else 50_000)
    rounds = 3 if quick else 7
    lines: list[list[object]] = []
    figures: dict[str, float] = {}
    plans: list[tuple[Durability, int]] = [("normal", 100), ("normal", 1000), ("full", 100)]
    for durability, in_flight in plans:
        few = rows if durability == "normal" else rows[: len(rows) // 5]
        pairs = []
        for _ in range(rounds):
            mine, sizes = ours(few, in_flight, durability)
            pairs.append((mine, bare(few, sizes, durability), statistics.mean(sizes)))
        share = ratio([mine.per_s for mine, _, _ in pairs], [limit.per_s for _, limit, _ in pairs])
        cpu = ratio([mine.cpu_us for mine, _, _ in pairs], [limit.cpu_us for _, limit, _ in pairs])
        figures[f"{durability}_{in_flight}"] = share
        lines.append(
            [
                f"{durability}, {in_flight} in flight",
                statistics.median(size for _, _, size in pairs),
                statistics.median(mine.per_s for mine, _, _ in pairs),
                statistics.median(limit.per_s for _, limit, _ in pairs),
                share,
                cpu,
            ]
        )
    head = [
        "durability, load",
        "rows a group",
        "journal rows/s",
        "bare rows/s",
        "ratio",
        "CPU x bare",
    ]
    table("Journal against bare sqlite3, the same groups", head, lines)

    took = beside_work(rows[: 1000 if quick else 4000], 350)
    replayed = replay(rows, rounds)
    standing = figures["normal_100"]
    table(
        "Where it stands",
        ["what", "figure", "target"],
        [
            ["journal_ratio (normal, 100 in flight)", standing, verdict(standing, TARGET_RATIO)],
            ["told after ms p50, steps of 350 us without a pause", percentile(took, 0.5), ""],
            ["told after ms p99", percentile(took, 0.99), ""],
            [
                "replay rows per CPU s: read, CRC, decode; no apply yet",
                replayed,
                verdict(replayed, TARGET_REPLAY),
            ],
        ],
    )
    finish(
        {
            "journal_ratio": standing,
            "journal_ratio_1000": figures["normal_1000"],
            "journal_ratio_full": figures["full_100"],
            "told_p50_ms": percentile(took, 0.5),
            "told_p99_ms": percentile(took, 0.99),
            "replay_per_cpu_s": replayed,
        }
    )


if __name__ == "__main__":
    main()
