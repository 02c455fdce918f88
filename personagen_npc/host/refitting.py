"""Re-fits of open worlds: begun in a process of their own, entered as numbered inputs.

No step waits for one. A fit knows the moment that it saw; if the world has gone back behind it
meanwhile, it is refused by name. It may be asked for, or come by itself after so many rewards.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgpack

from personagen_npc.errors import Closing, Conflict, JournalFailed, PersonagenError, ServerFault
from personagen_npc.host import translate
from personagen_npc.host.history import Moment
from personagen_npc.learn.learner import NETWORK
from personagen_npc.world.refits import refitted, seen

if TYPE_CHECKING:
    from personagen_npc.changes import PolicySet
    from personagen_npc.host.link import Link
    from personagen_npc.host.room import Room
    from personagen_npc.world.refits import Seen
    from personagen_npc.world.world import World

log = logging.getLogger(__name__)

PATIENCE_S: Final = 900.0  # of a fit: 200,000 lessons take a minute, a busy machine longer, [D]
LAST_WORDS: Final = 1000  # characters of a dead process's complaint that are logged
Plain = dict[str, Any]
CLOSED: Final = Closing("the world is closed", field="type", got="refit")


class Refitting:
    """What re-fits one room's world.

    Args:
        room: whose.
        every: after how many credits a fit begins by itself; 0 for never.
    """

    def __init__(self, room: Room, every: int = 0) -> None:
        self._room, self._every = room, every
        self._task: asyncio.Task[Any] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False
        self._last: int | None = None  # credit after which the last fit began

    @property
    def busy(self) -> bool:
        """Whether a fit is under way: it reads the journal."""
        return self._task is not None

    def wake(self) -> None:
        """A step was taken: see whether a fit is due."""
        if not self._every or self._task is not None or self._closed:
            return
        number = self._room.world.ledger.number
        if self._last is None or number < self._last:  # it was opened, or went back
            self._last = number
        if number < self._last + self._every:
            return
        self._last = number
        self._task = self._room.background(self._by_itself())
        self._task.add_done_callback(self._done)

    async def asked(self, link: Link, request: Plain) -> None:
        """Fit because somebody asked; answered once what was found is in and durable.

        Raises what the wire can tell: no torch, nothing to fit, a future that was left.
        """
        if self._task is not None:
            raise Conflict("a fit is under way", field="type", got="refit",
                           allowed="when that one has entered")  # fmt: skip
        room = self._room
        self._task = asyncio.current_task()
        try:
            moment, fit = await self._found()
        finally:
            self._task = None
        change, data = _entering(room.world, moment, fit)
        answer = translate.ok(request["id"], room.journal.last_seq + 1, data)
        room.note("refit", [change], (link, request, answer))

        def send() -> None:
            link.under_way.discard(request["id"])
            link.put([answer])

        room.after_commit(link, request["id"], send)

    def close(self) -> None:
        """Stop a fit under way; whoever waits for it is told."""
        self._closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    # --- at work --------------------------------------------------------------------------------

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            log.error("world %s: a fit failed", self._room.name, exc_info=task.exception())

    async def _by_itself(self) -> None:
        try:
            moment, fit = await self._found()
            change, data = _entering(self._room.world, moment, fit)
            self._room.note("refit", [change])
        except JournalFailed:
            return  # the room has said so
        except PersonagenError as fault:
            log.warning("world %s: no fit: %s", self._room.name, fault.message)
            return
        log.info("world %s: fitted to %d rewards", self._room.name, data["lessons"])

    async def _found(self) -> tuple[Seen, Plain]:
        """A fit of now, and what it saw."""
        room = self._room
        world, moment = room.world, seen(room.world)
        network = (world.learns_by or world.pack.learner) == NETWORK
        told = Moment(room.journal.last_seq, world.branch, world.step, tuple(world.ancestry))
        now = {k: v for k, v in world.policy.to_tree().items() if k in ("scales", "noises")}
        carried = room.profile is not None
        job = {"moment": told, "network": network, "carried": carried, "now": now}
        fit = await self._beside(job)
        if room.failed is not None:
            raise room.failed
        return moment, fit

    async def _beside(self, job: Plain) -> Plain:
        """The job done by a process of its own."""
        journal = self._room.journal
        await asyncio.to_thread(journal.flush)
        with tempfile.TemporaryDirectory(prefix="personagen-fit-") as folder:
            task, result = Path(folder) / "job", Path(folder) / "result"
            packed = msgpack.packb(job | {"journal": str(self._room.file)})
            await asyncio.to_thread(task.write_bytes, packed)
            await self._run(task, result)
            found = await asyncio.to_thread(result.read_bytes)
        fit: Plain = await asyncio.to_thread(msgpack.unpackb, found)
        if "fault" in fit:
            raise ServerFault(fit["fault"], field="type", got="refit")
        return fit

    async def _run(self, job: Path, result: Path) -> None:
        if self._closed:
            raise CLOSED
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "personagen_npc.host.fitting", str(job), str(result),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(PATIENCE_S):
                _, complaint = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise ServerFault("the fit took too long", field="type", got="refit",
                              allowed=f"{PATIENCE_S:.0f} s") from None  # fmt: skip
        if self._closed:
            raise CLOSED
        if process.returncode:
            words = complaint.decode("utf-8", "replace")[-LAST_WORDS:]
            log.error("the process that fits ended with %d: %s", process.returncode, words)
            raise ServerFault("the fit failed; see the log", field="type", got="refit")


def _entering(world: World, moment: Seen, fit: Plain) -> tuple[PolicySet, Plain]:
    """The change that takes a fit up, and what is told of it."""
    change = refitted(world, moment, fit)
    return change, {
        "branch": moment.branch, "step": moment.step, "lessons": fit["lessons"],
        "later": world.ledger.number - moment.number, "device": fit["device"],
        "network": fit["network"] is not None,
    }  # fmt: skip
