"""The journal against bare sqlite3, and how fast a world's rows are read back.

The limit is what sqlite3 does on one thread with nothing around it: the same values in a table of a
column each, the same unique index, ``executemany``, the same rows to a commit, the same durability.
The journal adds a queue, a thread, a checksum a row, and being told. It makes its groups itself, so
it runs first, and bare sqlite3 then commits the very groups that it made.

Replay is what an open does after a crash: rows of a world where players talked, things happened and
time passed are read, checked, decoded and applied to the state before them.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgpack

from bench.harness import Timing, finish, once, options, percentile, ratio, table, verdict
from bench.turn import Table, Talks
from bench.village import PACK, ROOT
from personagen_npc.changes import from_plain
from personagen_npc.host.bases import BASES
from personagen_npc.host.host import Host
from personagen_npc.host.library import Library, pack_from
from personagen_npc.store import Journal, Row
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from personagen_npc.store.rows import Durability

TARGET_RATIO = 0.7
TARGET_REPLAY = 200_000  # changes, apply included
EVENTS = ("help", "theft", "gift", "insult")  # of Emberfall, in turn; those that it declares

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


class Replay(NamedTuple):
    """Rates in a CPU second of one world's journal."""

    rows: int
    changes: int
    rows_per_s: float  # read, checked, decoded
    changes_per_s: float  # read, checked, decoded and applied


async def talked(folder: Path, turns: int) -> None:
    """Leave a journal behind in which players talk, things happen and time passes."""
    host = Host(Library([ROOT / "examples"]), folder)
    room = await host.open("replay", (PACK,), None, 7)
    link = host.begin("game", "")
    host.join(link, room)
    at = Table(host, room, link)
    ids = list(room.world.npcs)
    kinds = [k for k in EVENTS if k in room.world.pack.events]
    talks = Talks(ids)
    for number in range(turns):
        if talks.fresh():
            talks.id += 1
            await at.sleep_over(900.0, talks.id)
        if number % 4 == 3:
            talks.id += 1
            event = {"type": kinds[number % len(kinds)], "actor": talks.player(),
                     "target": ids[number % len(ids)], "facts": {"item": "kettle"}}  # fmt: skip
            await at.turn(msgpack.packb({"type": "event", "id": talks.id, "event": event}))
        await at.turn(talks.next())
    if at.sink.errors:
        raise RuntimeError(f"refused: {at.sink.errors[0]}")
    await host.close()


def replay(turns: int, rounds: int) -> Replay:
    """Read a world's journal back, with and without applying what is in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(talked(folder, turns))
        with Journal.open(folder / "replay" / "journal.db") as journal:
            base = journal.last_of(BASES)
            if base is None:
                raise RuntimeError("a journal without a base")
            rows = sum(1 for _ in journal.rows(base.seq))
            changes = read_rows(journal, base.seq)
            bare = [once(lambda: read_rows(journal, base.seq), rows) for _ in range(rounds)]
            whole = [applied(journal, base, changes) for _ in range(rounds)]
    return Replay(
        rows,
        changes,
        statistics.median(run.per_cpu_s for run in bare),
        statistics.median(run.per_cpu_s for run in whole),
    )


def read_rows(journal: Journal, since: int) -> int:
    """Read, check and decode; the number of changes."""
    return sum(len(msgpack.unpackb(r.changes, use_list=False)) for r in journal.rows(since))


def applied(journal: Journal, base: Row, changes: int) -> Timing:
    """What a world does when it is opened again, after its base is loaded."""
    refs = msgpack.unpackb(base.changes)
    world = snapshot.load(journal.blob(refs["state"]), pack_from(journal.blob(refs["pack"])))

    def work() -> None:
        for row in journal.rows(base.seq):
            world.replay(row.step, from_plain(msgpack.unpackb(row.changes, use_list=False)))

    return once(work, changes)


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
    again = replay(400 if quick else 3000, rounds)
    standing = figures["normal_100"]
    table(
        "Where it stands",
        ["what", "figure", "target"],
        [
            ["journal_ratio (normal, 100 in flight)", standing, verdict(standing, TARGET_RATIO)],
            ["told after ms p50, steps of 350 us without a pause", percentile(took, 0.5), ""],
            ["told after ms p99", percentile(took, 0.99), ""],
            [f"rows of {again.rows} a CPU s: read, CRC, decode", again.rows_per_s, ""],
            [
                f"changes of {again.changes} a CPU s: the same and applied",
                again.changes_per_s,
                verdict(again.changes_per_s, TARGET_REPLAY),
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
            "replay_per_cpu_s": again.changes_per_s,
            "replay_rows_per_cpu_s": again.rows_per_s,
        }
    )


if __name__ == "__main__":
    main()
