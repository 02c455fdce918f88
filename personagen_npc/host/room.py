"""One open world: its state, its journal, the order of its steps, and who is in it.

Apply now, tell after commit: the next step runs at once, answers leave when their row is durable.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import msgpack

from personagen_npc.changes import to_plain
from personagen_npc.errors import ClientFault, Closing, JournalFailed, PersonagenError, ServerFault
from personagen_npc.host import translate
from personagen_npc.host.bases import Base
from personagen_npc.host.compacting import Compacting
from personagen_npc.host.embedding import Embedding, Source
from personagen_npc.host.heard import for_link, meant
from personagen_npc.host.learning import AS_PACKS_SAY, Learning
from personagen_npc.host.library import pack_bytes
from personagen_npc.host.link import Link
from personagen_npc.host.parking import Parking
from personagen_npc.host.refitting import Refitting
from personagen_npc.host.still import Refs, Still
from personagen_npc.store.rows import Row, digest_of
from personagen_npc.store.saves import Saves
from personagen_npc.wire.messages import WRITES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from pathlib import Path

    from personagen_npc.changes import Change
    from personagen_npc.host.drafting import Drafting
    from personagen_npc.host.still import Held
    from personagen_npc.store.journal import Journal
    from personagen_npc.world.outcome import Outcome
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World

log = logging.getLogger(__name__)

RESUME_ROWS = 5000  # rows a resume looks through; more missed is a `resync`, [D]


class Waiting(NamedTuple):
    """Messages that leave once ``seq`` is committed."""

    seq: int
    send: Callable[[], None]
    link: Link
    re: int


class Room:
    """A world and everything that serves it. Made by ``open`` or ``reopen``."""

    world: World  # there once the room is founded or rebuilt
    drafting: Drafting  # the host's to give

    def __init__(
        self, name: str, folder: Path, packs: tuple[str, ...], source: Source | None = None,
        learning: Learning = AS_PACKS_SAY,
    ) -> None:  # fmt: skip
        self.name, self.saves, self.packs = name, Saves(folder / "saves"), packs
        self.file = folder / "journal.db"
        self.links: dict[str, Link] = {}
        self.undo = Refs()  # of the still that the last load left
        self.newest_branch = 1
        self.failed: JournalFailed | None = None
        self.files = asyncio.Lock()  # one save or load at a time
        self._journal: Journal | None = None
        self._waiting: deque[Waiting] = deque()
        self._queue: deque[Callable[[], Coroutine[Any, Any, None] | None]] = deque()
        self._busy = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self.embedding = Embedding(self, source or Source())
        self.parking = Parking(lambda npc: self.drafting.busy(npc))
        self._packed: tuple[Pack | None, bytes] = (None, b"")
        self.refitting = Refitting(self, learning.refit_every)
        self.profile = learning.profile
        self.compacting = Compacting(self)

    # --- journal --------------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """The journal; only missing while the room is being made."""
        if self._journal is None:
            raise ServerFault("this world has no journal yet")
        return self._journal

    def keep(self, journal: Journal) -> None:
        """Take a journal as this room's own."""
        self._journal = journal

    def committed(self, seq: int) -> None:
        """The writer thread's word that rows up to ``seq`` are durable."""
        self._call(self._release, seq)

    def broken(self, fault: JournalFailed) -> None:
        """The writer thread's word that nothing more can be kept."""
        self._call(self._fail, fault)

    def _call(self, function: Callable[[Any], None], value: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, value)

    def _release(self, seq: int) -> None:
        while self._waiting and self._waiting[0].seq <= seq:
            self._waiting.popleft().send()

    def _fail(self, fault: JournalFailed) -> None:
        """No acknowledgement, a clear error: the world stops rather than forget."""
        log.error("world %s: journal failed: %s", self.name, fault.message)
        self.failed = fault
        self.turn_away(fault)
        owed = [(w.link, w.re) for w in self._waiting]
        owed += [(link, re) for link in self.links.values() for re in sorted(link.under_way)]
        self._waiting.clear()
        for link, re in dict.fromkeys(owed):
            link.under_way.discard(re)
            link.put([translate.error(re, fault)])

    def turn_away(self, fault: PersonagenError, link: Link | None = None) -> None:
        """Answer all that waits or is open, or all of one session."""
        self.parking.turn_away(fault, link)
        self.drafting.turn_away(fault, link)

    def after_commit(self, link: Link, re: int, send: Callable[[], None]) -> None:
        """Run ``send`` when all steps so far are durable: a read never tells what may be lost.

        If that never comes, request ``re`` of ``link`` is told so.
        """
        seq = self.journal.last_seq
        if self.failed is not None:
            raise self.failed
        if not self.journal.pending and not self._waiting:
            send()
        else:
            self._waiting.append(Waiting(seq, send, link, re))
            if not self.journal.pending:
                self._loop.call_soon(self._release, seq)

    # --- order ----------------------------------------------------------------------------------

    def post(self, job: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
        """Run a job in this world's order: at once, or behind one that is waiting for a file."""
        if self._busy:
            self._queue.append(job)
        else:
            self._run(job)

    def _run(self, job: Callable[[], Coroutine[Any, Any, None] | None]) -> None:
        slow = job()
        if slow is not None:
            self._busy = True
            self.background(self._finish(slow))

    async def _finish(self, slow: Coroutine[Any, Any, None]) -> None:
        try:
            await slow
        finally:
            self._busy = False
            while self._queue and not self._busy:
                self._run(self._queue.popleft())

    def background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start work that the room waits for when it closes."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- steps ----------------------------------------------------------------------------------

    def step(
        self, link: Link, request: dict[str, Any], came: float,
        command: Callable[[World], Outcome],
    ) -> None:  # fmt: skip
        """One numbered step: decide, apply, one journal row; the answer leaves when it is durable.

        Raises ClientFault when the command refused, ServerFault when it broke; then the world is as
        it was before. ``came``: when the request came, in the loop's seconds; a reply that leaves
        after its ``deadline_ms`` says so.
        """
        outcome, changes = self.decide(command)
        seq = self.journal.last_seq + 1
        flags = {"stream": bool(request.get("stream")), "why": bool(request.get("why"))}
        answer = translate.answers(outcome, request["id"], seq, **flags)
        said = [(translate.spoke(s, seq), s.not_for) for s in outcome.said]
        noted = [translate.changed(n, seq) for n in outcome.noted]
        kept = [a for a in answer if a["type"] != "delta"]  # pieces are never sent again
        self.write(link, request, changes, (kept, said, noted))
        link.under_way.add(request["id"])
        late_from = came + (request.get("deadline_ms") or 0) / 1000.0
        if "deadline_ms" not in request:
            late_from = math.inf

        def tell() -> None:
            self._tell(link, request["id"], answer, (said, noted), late_from)

        self._waiting.append(Waiting(seq, tell, link, request["id"]))

    def decide(self, command: Callable[[World], Outcome]) -> tuple[Outcome, bytes]:
        """Have the world take a step; its changes packed. If it fails, nothing has changed."""
        if self.failed is not None:
            raise self.failed
        world = self.world
        world.begin()
        try:
            outcome = command(world)
            changes = msgpack.packb(to_plain(world.end()))  # its end judges and forgets: may break
        except ClientFault:
            if world.recent:
                log.exception("world %s: refused after a change; rebuilding", self.name)
                self.rebuild()
                raise ServerFault("the step failed and was undone") from None
            world.step -= 1
            raise
        except Exception:
            # the step driver: whatever went wrong in a mind must not take the server down
            log.exception("world %s, step %d failed; rebuilding", self.name, world.step)
            self.rebuild()
            raise ServerFault("the step failed and was undone") from None
        return outcome, changes

    def append(
        self, link: Link, request: dict[str, Any], changes: bytes, outputs: object,
        blobs: Sequence[tuple[str, bytes]] = (),
    ) -> int:  # fmt: skip
        """Write a journal row for the step just taken; returns its seq."""
        seq = self.journal.last_seq + 1
        row = Row(
            seq, self.world.branch, self.world.step, link.name,
            request["id"] if request["type"] in WRITES else 0, request["type"],
            msgpack.packb(request), changes, msgpack.packb(outputs),
        )  # fmt: skip
        self.journal.append(row, blobs)
        link.last_write = max(link.last_write, request["id"])
        self.embedding.wake()
        self.refitting.wake()
        self.compacting.wrote(row.kind, len(row.input) + len(changes) + len(row.outputs),
                              self._loop.time())  # fmt: skip
        return seq

    def give_up(self, link: Link, request: dict[str, Any]) -> None:
        """Answer a ``say`` that was taken back, for good: sent again, it gets the same answer."""
        re = request["id"]
        answer = translate.ok(re, self.journal.last_seq + 1, {"cancelled": True})
        self.append(link, request, msgpack.packb([]), ([answer], [], []))
        link.under_way.add(re)

        def send() -> None:
            link.under_way.discard(re)
            link.put([answer])

        self.after_commit(link, re, send)

    def note(
        self, kind: str, changes: Sequence[Change],
        asked: tuple[Link, dict[str, Any], translate.Plain] | None = None,
    ) -> None:  # fmt: skip
        """A numbered input, if it changes anything: what came of work aside.

        It is a row, so replay needs nothing but the journal; but no step of the story, so no dice
        depend on when it came. ``asked``: who sent for it, with what, and his answer.
        """
        if not changes:
            return
        link, request, answer = asked or (Link("", "game", ""), {"type": kind, "id": 0}, None)
        self.world.do_all(changes)
        outputs = ([answer], [], []) if answer is not None else []
        self.write(link, request, msgpack.packb(to_plain(self.world.end())), outputs)

    def write(self, link: Link, request: dict[str, Any], changes: bytes, outputs: object) -> int:
        """``append``; if that fails, the world goes back to the last step that a row holds."""
        try:
            return self.append(link, request, changes, outputs)
        except JournalFailed:
            self._unwritten()
            raise

    def _unwritten(self) -> None:
        """The world has taken a step that no row will hold: back to the last one that has one."""
        if self.journal.failure is not None:
            self.failed = self.journal.failure
        else:
            self.rebuild()

    def _tell(
        self, link: Link, re: int, answer: list[translate.Plain],
        seen: tuple[list[tuple[translate.Plain, str]], list[translate.Plain]], late_from: float,
    ) -> None:  # fmt: skip
        said, noted = seen
        link.under_way.discard(re)
        if self._loop.time() > late_from:
            answer = [a | {"late": True} if a["type"] == "reply" else a for a in answer]
        link.put(answer)
        if not said and not noted:
            return  # most of what a game reports is nobody else's to hear
        for other in self.links.values():
            own = other is link
            other.put(s for s, n in said if other.hears(s) and meant(other, n, own=own))
            if other.watch is not None:
                other.put(n for n in noted if other.watches(n))

    def answered(self, link: Link, re: int) -> bool:
        """Answer a write that was sent again from the journal; False if it never came."""
        if re in link.under_way:
            return True  # the answer is on its way
        row = self.journal.answer(link.name, re)
        if row is None:
            return False
        answer = msgpack.unpackb(row.outputs)[0]
        self.after_commit(link, re, lambda: link.put(answer))
        return True

    # --- state as blobs -------------------------------------------------------------------------

    def base(self, taken: Held | None = None) -> tuple[bytes, list[tuple[str, bytes]]]:
        """State (``taken`` already?) and pack as blobs, and the ``changes`` that refer to them."""
        pack, (state, blobs) = self.packed(self.world.pack), taken or Still.of(self.world).held()
        refs = {
            **state._asdict(), "pack": digest_of(pack), "undo": self.undo._asdict(),
            "packs": list(self.packs), "now": self.world.now,
            "from": self.world.ancestry[-1] if self.world.ancestry else (0, 0),
        }  # fmt: skip
        return msgpack.packb(refs), [*blobs, (refs["pack"], pack)]

    def packed(self, pack: Pack) -> bytes:
        """A pack as bytes; made once while it is the same, some ms for a large one."""
        if self._packed[0] is not pack:
            self._packed = (pack, pack_bytes(pack))
        return self._packed[1]

    def rebuild(self) -> None:
        """The world from its journal: the newest base, then every row's changes."""
        self.journal.flush()
        base = Base.newest(self.journal)
        self.undo, self.packs = base.undo, base.packs
        self.world = world = base.lived()
        self.packed(world.pack)
        self.compacting.reopened(base.since)
        self.newest_branch = max(self.newest_branch, base.row.branch, world.branch)

    def missed(self, link: Link, since: int) -> list[translate.Plain] | None:
        """What a session missed after ``since``; None when it is too much to send again."""
        newest = self.journal.last_seq
        if since > newest or newest - since > RESUME_ROWS or since + 1 < self.journal.first:
            return None
        out: list[translate.Plain] = []
        self.journal.flush()
        for row in self.journal.rows(since):
            out += for_link(link, row)
        return out

    # --- end ------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Finish what is under way, commit, let go."""
        self.turn_away(Closing("the world is closed", field="type", got="say"))
        self.refitting.close()
        self.compacting.close()
        await self.embedding.close()
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        self.saves.close()
        if self.profile is not None and self.failed is None:
            self.profile.write(self.world)
        await asyncio.to_thread(self.journal.close)
        self._release(self.journal.last_seq)


def fault_of(error: BaseException) -> PersonagenError:
    """Any failure as one of ours."""
    if isinstance(error, PersonagenError):
        return error
    return ServerFault("something broke; see the server's log")
