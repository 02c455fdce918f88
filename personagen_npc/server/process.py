"""A server as a process beside a game: quiet, ended by signals, gone when the game is gone.

Imports nothing heavy: the command line calls ``calm_maths`` before numpy is loaded.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

THREADS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""What the maths libraries read when they load; each starts a thread a core otherwise."""

NICE: Final = 5  # of 19: behind the game, before what idles [D]
WATCH_S: Final = 0.5  # seconds between looks at the owner [D]
BELOW_NORMAL: Final = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, winbase.h
SYNCHRONIZE: Final = 0x100000  # winnt.h
WAIT_TIMEOUT: Final = 0x102  # winbase.h


def calm_maths(environ: MutableMapping[str, str] = os.environ) -> None:
    """One thread for maths, unless the user chose otherwise; only works before numpy loads."""
    for name in THREADS:
        environ.setdefault(name, "1")


def yield_to_the_game() -> None:
    """Lower this process's CPU priority; where that is refused, nothing changes."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
        return
    with suppress(OSError):
        os.nice(max(0, NICE - os.nice(0)))


def settle() -> None:
    """Take what start-up made out of the garbage collector's sight: it will never be garbage.

    Without a collection before: that takes 30 ms of every start and finds some hundred objects.
    """
    gc.freeze()
    gc.enable()


def on_stop(stop: asyncio.Event) -> Callable[[], None]:
    """Set ``stop`` at Ctrl-C and SIGTERM. Returns what undoes it."""
    loop = asyncio.get_running_loop()
    undo: list[Callable[[], object]] = []

    def told(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in _signals():
        try:
            loop.add_signal_handler(number, told)
            undo.append(lambda n=number: loop.remove_signal_handler(n))  # type: ignore[misc]
        except (NotImplementedError, RuntimeError):  # Windows; or not in the main thread
            with suppress(ValueError):
                before = signal.signal(number, told)
                undo.append(lambda n=number, b=before: signal.signal(n, b))  # type: ignore[misc]

    def put_back() -> None:
        for step in undo:
            step()

    return put_back


def _signals() -> Iterator[signal.Signals]:
    yield signal.SIGINT
    yield signal.SIGTERM
    if sys.platform == "win32":
        yield signal.SIGBREAK


async def watch_owner(pid: int, stop: asyncio.Event) -> None:
    """Set ``stop`` once the process ``pid`` is gone."""
    gone = owner(pid)
    while not gone():  # noqa: ASYNC110 - the system wakes nobody for it
        await asyncio.sleep(WATCH_S)
    stop.set()


def owner(pid: int) -> Callable[[], bool]:
    """A question: is this process gone? Asked of the process itself, not of who has its number now.

    Linux: a process descriptor, which also sees a dead one that nobody has buried yet. Windows: a
    handle. Elsewhere, its number, and whether it is still our parent if it was.
    """
    if sys.platform == "win32":
        return _owner_on_windows(pid)
    opened = getattr(os, "pidfd_open", None)
    if opened is not None:
        try:
            fd: int = opened(pid)
        except ProcessLookupError:
            return lambda: True
        except OSError:
            return _owner_by_number(pid)
        return lambda: bool(select.select([fd], [], [], 0)[0])
    return _owner_by_number(pid)


def _owner_by_number(pid: int) -> Callable[[], bool]:
    child = os.getppid() == pid

    def gone() -> bool:
        if child and os.getppid() != pid:
            return True
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is there, but not ours
            return False
        return False

    return gone


def _owner_on_windows(pid: int) -> Callable[[], bool]:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(SYNCHRONIZE, False, pid)
    if not handle:
        return lambda: True
    return lambda: kernel.WaitForSingleObject(handle, 0) != WAIT_TIMEOUT
