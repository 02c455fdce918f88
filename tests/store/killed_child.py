"""Child of the kill test: appends numbered rows to a journal, telling of each group on stdout.

``honest`` tells after the commit, ``early`` when the row is taken: the control that must be caught.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from personagen_npc.store import Journal, Row, digest_of


def numbered(seq: int) -> Row:
    """The row that must be found under ``seq``; the parent makes the same one."""
    body = str(seq).encode() * (1 + seq % 50)
    return Row(seq, seq % 3, seq, f"session-{seq % 5}", seq, "say", body, body[::-1], body * 2)


def has_blob(seq: int) -> bool:
    """A stretch with blobs, then one without: groups of several statements, and of one."""
    return seq % 10 == 0 and seq % 2000 < 1000


def tell(seq: int) -> None:
    os.write(1, b"%d\n" % seq)


def main(path: Path, mode: str) -> None:
    with Journal.open(path, on_committed=tell if mode == "honest" else None) as journal:
        tell(0)  # ready
        seq = journal.last_seq
        while True:
            seq += 1
            row = numbered(seq)
            journal.append(row, [(digest_of(row.input), row.input)] if has_blob(seq) else ())
            if mode == "early":
                tell(seq)
            if seq % 2000 > 1500 and seq % 7 == 0:  # by turns a flood and small groups
                journal.flush()
            while journal.full:
                time.sleep(0.001)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
