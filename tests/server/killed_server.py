"""Child of the kill test: a real server. ``early`` answers before the commit: it must be caught."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from personagen_npc import build
from personagen_npc.config import Settings
from personagen_npc.host.compacting import Compacting
from personagen_npc.host.room import Room
from personagen_npc.store.writer import Writer

PACKS = Path(__file__).parents[1] / "packs"
SLOW_S = 0.03  # a commit of the lying server; a busy disk takes as long


def lie() -> None:
    """Tell at once, write later."""
    honest_step, honest_commit = Room.step, Writer._commit

    def step(room: Room, *args: Any) -> None:
        honest_step(room, *args)
        room._release(room.journal.last_seq)

    def commit(writer: Writer, batch: Any) -> None:
        time.sleep(SLOW_S)
        honest_commit(writer, batch)

    Room.step = step  # type: ignore[method-assign, assignment]
    Writer._commit = commit  # type: ignore[method-assign, assignment]


def compact() -> None:
    """Checkpoints and pruning all the time, so that kills fall into them as well."""
    honest = Compacting.__init__

    def often(compacting: Compacting, room: Room) -> None:
        honest(compacting, room)
        compacting.every_rows, compacting.share, compacting.least_rows = 60, 0, 150

    Compacting.__init__ = often  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    if sys.argv[2] == "early":
        lie()
    if sys.argv[2] == "compacting":
        compact()
    build.serve(Settings(packs=(PACKS,), store=Path(sys.argv[1]), port=0, priority="normal",
                         keep_days=0.0 if sys.argv[2] == "compacting" else 7.0))  # fmt: skip
