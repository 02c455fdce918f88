"""One process a store: a file in it, locked by the operating system, that names its owner.

The lock itself is the system's, so it goes with the process however that ends; the text in the
file is only for the message. The file is never deleted: two processes could then each hold "it".
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

import orjson

from personagen_npc.errors import StoreLocked

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

NAME: Final = "store.lock"
LOCKED_AT: Final = 1 << 30  # Windows locks bytes against reading too: one far behind the text

if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        os.lseek(fd, LOCKED_AT, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


class StoreLock:
    """The lock, held. ``take`` it, ``release`` it; or use it as a context."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Lock ``folder``, making it if missing. Raises StoreLocked, naming the owner's pid."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _lock(fd)
        except OSError as fault:
            owner = _owner(fd)
            os.close(fd)
            raise StoreLocked(
                f"the store {folder.name} is in use by process {owner}", field="store", got=owner
            ) from fault
        _sign(fd)
        return cls(fd)

    def release(self) -> None:
        """Let the store go. Twice does no harm."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.release()


def _sign(fd: int) -> None:
    os.ftruncate(fd, 0)
    os.lseek(fd, 0, os.SEEK_SET)
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    os.write(fd, orjson.dumps({"pid": os.getpid(), "locked": started}))


def _owner(fd: int) -> str:
    os.lseek(fd, 0, os.SEEK_SET)
    try:
        owner = orjson.loads(os.read(fd, 200))
        return f"{int(owner['pid'])} (since {owner['locked']})"
    except (ValueError, KeyError, TypeError):  # between its lock and its signature
        return "unknown"
