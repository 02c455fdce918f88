"""The vectors of open worlds, made in the background and entered as numbered inputs.

Nothing waits for them: a step looks only whether somebody should be woken. A batch knows the branch
that it was begun on; after a load it is refused, because its happenings are not this world's.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final, TypeVar

from personagen_npc.changes import Embedded
from personagen_npc.errors import JournalFailed, NoVectors, PersonagenError
from personagen_npc.world.remembering.meaning import embedded, meaning, started, wanting

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.host.room import Room
    from personagen_npc.world.remembering.meaning import Embedder
    from personagen_npc.world.world import World

log = logging.getLogger(__name__)

REST_S: Final = 0.05  # between a step and the look for what it left, so that steps share one, [D]
PAUSE_S: Final = 0.01  # between batches: the loop is held up by a sixth of its time at most, [D]
SLICE: Final = 24  # texts at once in the loop's own thread: 34 to 60 us each, so under 2 ms
BATCH: Final = 32  # texts in one request to a server that embeds, [D]
AGAIN_S: Final = (5.0, 30.0, 120.0, 600.0)  # when a source that failed is asked again, [D]

T = TypeVar("T")


class Source:
    """The one source of vectors of a host; opened in a thread when the first world wants it.

    Args:
        opener: opens it, may take its time and raise NoVectors; None where vectors are off.
    """

    def __init__(self, opener: Callable[[], Embedder] | None = None) -> None:
        self._opener = opener
        self._opening: asyncio.Task[Embedder] | None = None
        self.embedder: Embedder | None = None  # once it is open

    @property
    def off(self) -> bool:
        """Whether there is and will be none."""
        return self._opener is None

    async def get(self) -> Embedder:
        """The embedder. Raises NoVectors when it cannot be had, now or (``off``) ever."""
        if self.embedder is not None:
            return self.embedder
        if self._opener is None:
            raise NoVectors("no source of vectors")
        if self._opening is None:
            self._opening = asyncio.create_task(beside(self._opener))
            self._opening.add_done_callback(_looked_at)
        opening = self._opening
        try:
            self.embedder = await asyncio.shield(opening)
        finally:
            if opening.done():
                self._opening = None
        return self.embedder

    def give_up(self, fault: NoVectors) -> None:
        """It will not come: say so once, and go on with words alone."""
        if self._opener is not None:
            log.error("vectors are off: %s", fault.message)
            self._opener = None


class Embedding:
    """What gives one room's happenings their vectors."""

    def __init__(self, room: Room, source: Source) -> None:
        self._room, self._source = room, source
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._world: World | None = None  # the one that `_next` counts in
        self._next = 0

    def wake(self) -> None:
        """A step may have left something without a vector: look soon."""
        if self._timer is None and self._task is None and not (self._source.off or self._closed):
            self._timer = self._loop.call_later(REST_S, self._begin)

    def check(self, world: World) -> dict[str, Any]:
        """Drop a loaded world's vectors where there is another source here, or none; the note.

        A source that is not open yet decides later.
        """
        embedder, name = self._source.embedder, world.vectors.source
        if not name or (embedder is None and not self._source.off):
            return {}
        if embedder is not None and not started(world, embedder):
            return {}
        changes = started(world, embedder) if embedder is not None else [NONE]
        for change in changes:
            world.apply(change)
        log.info("world %s: vectors of %s are dropped", world.name, name)
        return {"vectors": "dropped"}

    async def close(self) -> None:
        """Stop; a batch under way is lost and will be made again."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # --- at work --------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._timer = None
        self._task = self._loop.create_task(self._guarded())
        self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:  # nothing else needs vectors; a world without them goes on
            log.error("world %s: vectors stopped", self._room.name, exc_info=fault)
            self._closed = True
        elif self._room.failed is None and self._next < len(self._room.world.happenings):
            self.wake()

    async def _guarded(self) -> None:
        """All that is wanting, and patience with a source that fails."""
        for patience in chain(AGAIN_S, repeat(AGAIN_S[-1])):
            try:
                await self._work(await self._source.get())
            except NoVectors as fault:
                if not fault.passing:
                    self._source.give_up(fault)
                    return
                log.warning("vectors must wait: %s", fault.message)
                await asyncio.sleep(patience)
            except JournalFailed:
                return  # the room has said so
            else:
                return

    async def _work(self, embedder: Embedder) -> None:
        while self._room.failed is None and not self._closed:
            world = self._settle(embedder)
            happenings, first = wanting(world, self._next, SLICE if embedder.quick else BATCH)
            if happenings:
                texts = [meaning(world, h) for h in happenings]
                branch = world.branch
                made = embedder.embed(texts) if embedder.quick else await beside(
                    lambda t=texts: embedder.embed(t)  # type: ignore[misc]
                )  # fmt: skip
                if self._room.world is not world or world.branch != branch:
                    log.debug("vectors of branch %d are refused", branch)
                    continue
                self._room.note("embedded", embedded(world, embedder, happenings, made))
            self._next = first
            if first >= len(world.happenings):
                return
            await asyncio.sleep(PAUSE_S)

    def _settle(self, embedder: Embedder) -> World:
        """The room's world as it is now, with this source for its own."""
        world = self._room.world
        if world is not self._world or world.embedder is not embedder:
            self._world, self._next = world, 0
            world.embedder = embedder
            self._room.note("embedded", started(world, embedder))
        return world


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Whoever waited may have closed meanwhile; a failure that nobody wants is no news."""
    if not task.cancelled():
        task.exception()


NONE: Final = Embedded("", 0, (), ())


async def beside(work: Callable[[], T]) -> T:
    """Run something that waits in a thread that nobody waits for at the end.

    The loop's own pool would hold up a closing program for as long as a server does not answer.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(answer: T | None, fault: BaseException | None) -> None:
        if done.done():
            return
        if fault is not None:
            done.set_exception(fault)
        else:
            done.set_result(answer)  # type: ignore[arg-type]

    def run() -> None:
        answer: T | None = None
        fault: PersonagenError | None = NoVectors("the source of vectors broke; see the log above")
        try:
            answer, fault = work(), None
        except PersonagenError as e:
            fault = e
        finally:  # what else goes wrong is shown by the thread's own hook
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(tell, answer, fault)

    threading.Thread(target=run, daemon=True, name="vectors").start()
    return await done
