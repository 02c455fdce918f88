"""A world's journal, read by another process than the one that writes it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from personagen_npc.store.journal import Journal, connect
from personagen_npc.store.rows import refuse_stub, sqlite_faults

if TYPE_CHECKING:
    from pathlib import Path


class Reading(Journal):
    """Rows and blobs of a journal that somebody else may be writing; nothing can be appended.

    Args:
        path: the SQLite file.

    Raises:
        JournalFailed: there is none, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with sqlite_faults(f"cannot open {path.name}"):
            refuse_stub(path)
            self._db = connect(path)
            self._db.execute("PRAGMA query_only=1")
        self._reading = threading.Lock()
        self._closed = False
        self._last_seq = self._newest_committed()

    def close(self) -> None:
        """Let go of the file, which is left as it is. Twice does no harm."""
        with self._reading:
            self._db.close()
