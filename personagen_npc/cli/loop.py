"""An event loop beside the main thread, so that waiting at a prompt holds up no connection."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
LOOK_S: Final = 0.1  # seconds between looks for Ctrl-C; Windows does not interrupt a longer wait


class Beside:
    """A loop in a thread of its own. ``run`` coroutines in it from the main thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(_cancel_rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine's result; Ctrl-C cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while True:
                try:
                    return future.result(LOOK_S)
                except NotYet:
                    if future.done():  # the coroutine's own TimeoutError
                        raise
        except KeyboardInterrupt:
            future.cancel()
            raise


async def _cancel_rest() -> None:
    rest = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
