"""The host: sessions, open worlds, and the table from messages to what they do.

``deliver`` takes one checked request of one session; every answer goes to that session's outbox.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import TYPE_CHECKING, Any

from personagen_npc.errors import Closing, Conflict, OutOfOrder, PersonagenError, Unknown
from personagen_npc.host import collector, reads, translate, travel
from personagen_npc.host.commands import COMMANDS
from personagen_npc.host.compacting import Keep
from personagen_npc.host.drafting import Drafting
from personagen_npc.host.embedding import Source
from personagen_npc.host.files import Files
from personagen_npc.host.learning import AS_PACKS_SAY, Learning
from personagen_npc.host.link import Link, Watch
from personagen_npc.host.room import Room, fault_of
from personagen_npc.store.journal import Journal
from personagen_npc.store.saves import Saves
from personagen_npc.wire.messages import WRITES
from personagen_npc.world.roster import populate
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from personagen_npc.engines.switchboard import Switchboard
    from personagen_npc.host.library import Library
    from personagen_npc.store.rows import Durability
    from personagen_npc.wire.messages import Request
    from personagen_npc.world.remembering.meaning import Embedder

log = logging.getLogger(__name__)

SESSIONS = 4096  # sessions remembered, connected or not; the oldest idle one goes first, [D]
Plain = dict[str, Any]


class Host:
    """All worlds of one process.

    Args:
        library: packs by name.
        root: folder of worlds and saves; made when it is missing.
        durability: ``normal`` or ``full`` (docs/durability.md).
        embedder: opens the source of vectors when a world first wants it; None for words alone.
        learning: how its worlds learn, beyond what packs say.
        engines: language models that may write lines; None for the embedded voice alone.
    """

    def __init__(
        self, library: Library, root: Path, durability: Durability = "normal",
        embedder: Callable[[], Embedder] | None = None, learning: Learning = AS_PACKS_SAY,
        engines: Switchboard | None = None,
    ) -> None:  # fmt: skip
        self.library, self.root, self.durability = library, root, durability
        self.learning, self.engines = learning, engines
        self.source = Source(embedder)
        self.rooms: dict[str, Room] = {}
        self.links: dict[str, Link] = {}
        self.keep = Keep()  # how much of the past the worlds that are opened keep
        self.stop = asyncio.Event()  # set by `shutdown`
        self._opening = asyncio.Lock()
        self._files = Files(self)
        self._tasks: set[asyncio.Task[None]] = set()

    # --- sessions -------------------------------------------------------------------------------

    def begin(self, role: str, player: str) -> Link:
        """A new session under a name that cannot be guessed."""
        link = Link(secrets.token_urlsafe(12), role, player)
        self._remember(link)
        return link

    async def resume(self, session: str, world: str | None, role: str, player: str) -> Link | None:
        """An earlier session, from memory or from a world's journal; None if nobody knows it."""
        link = self.links.get(session)
        if link is None and world is not None and await self._stored(world):
            room = await self.open(world)
            rows = [(r.client_id, r.seq) for r in room.journal.rows_for(session)]
            if rows:
                last = max(i for i, _ in rows)
                link = Link(session, role, player, last_id=last, last_write=last)
                link.seen = rows[0][1] - 1
                self._remember(link)
                self.join(link, room)
        if link is None or (link.role, link.player) != (role, player):
            return None
        return link

    def _remember(self, link: Link) -> None:
        self.links[link.name] = link
        for old in [x for x in self.links.values() if x.outbox is None][: -SESSIONS or None]:
            self.drop(old)

    def join(self, link: Link, room: Room) -> None:
        """Put a session into a world; it leaves the one it was in."""
        if link.room is not None and link.room is not room:
            self.turn_away(link)
            link.room.links.pop(link.name, None)
        link.room = room
        room.links[link.name] = link

    def drop(self, link: Link) -> None:
        """Forget a session for good."""
        self.links.pop(link.name, None)
        self.turn_away(link)
        if link.room is not None:
            link.room.links.pop(link.name, None)

    def missed(self, link: Link, since: int) -> list[Plain]:
        """What a resumed session missed, or one ``resync``."""
        if link.room is None:
            return []
        missed = link.room.missed(link, since)
        if missed is None:
            return [translate.resync(link.room.journal.last_seq, "gone")]
        return missed

    # --- requests -------------------------------------------------------------------------------

    def deliver(self, link: Link, request: Request) -> None:
        """Carry out one admitted request; answers go to the session's outbox, errors too."""
        plain = {"type": request.type, **request.model_dump(exclude_unset=True)}
        if request.type in _HOST:
            self._in_background(link, plain, _HOST[request.type](self, link, plain))
            return
        room = link.room
        if room is None:
            link.put([translate.error(request.id, OutOfOrder(
                f"{request.type} needs a world", field="type", got=request.type,
                allowed="world.open first, or hello with a world",
            ))])  # fmt: skip
            return
        came = asyncio.get_running_loop().time()
        room.post(lambda: self._carry_out(link, room, plain, came))

    def _carry_out(
        self, link: Link, room: Room, plain: Plain, came: float
    ) -> Coroutine[Any, Any, None] | None:
        """One request in its world's order; returns work to wait for, if there is any."""
        kind, re = plain["type"], plain["id"]
        try:
            if kind in WRITES and _was_here(link, re) and room.answered(link, re):
                return None
            if kind in COMMANDS:
                self._step(link, room, plain, came)
            elif kind == "refit":
                link.under_way.add(re)
                room.background(self.guarded(link, re, room.refitting.asked(link, plain)))
            elif kind in _READS:
                data = _READS[kind](room.world, plain)
                if plain.get("what") == "stats":
                    data |= room.drafting.stats()
                room.after_commit(link, re, lambda: link.put([translate.ok(re, 0, data)]))
            else:
                work = _FILES[kind](self._files, link, room, plain)
                return self.guarded(link, re, work)
        except PersonagenError as fault:
            link.put([translate.error(re, fault)])
        except Exception as e:
            # the step driver's other half: a question that broke must not hold up the world's queue
            log.exception("session %s, request %d failed", link.name, re)
            link.put([translate.error(re, fault_of(e))])
        return None

    def _step(self, link: Link, room: Room, plain: Plain, came: float) -> None:
        """One step, unless it is said to somebody whom a script holds; then what it sets free."""
        kind, parking = plain["type"], room.parking
        if kind == "say" and parking.park(
            room.world, link, plain, came, lambda: self._carry_out(link, room, plain, came)
        ):
            return
        engine = room.drafting.engine_for(room.world, plain) if kind == "say" else None
        if engine is not None:
            room.drafting.open(link, plain, came, engine)
            return
        taken = _taken_back(room, link, plain["target"]) if kind == "cancel" else None
        if taken is not None:
            plain["waited"] = True
        room.step(link, plain, came, lambda world: COMMANDS[kind](world, plain))
        if taken is not None:
            room.give_up(link, taken)
        parking.release(lambda: room.world)

    def turn_away(self, link: Link) -> None:
        """A session ends or leaves its world: what it let wait there is said no more."""
        if link.room is not None:
            link.room.turn_away(
                Closing("the session ends before the script does", field="type", got="say"), link
            )

    def _in_background(self, link: Link, plain: Plain, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self.guarded(link, plain["id"], work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def guarded(self, link: Link, re: int, work: Coroutine[Any, Any, None]) -> None:
        """Work of one request that takes its time; whatever goes wrong in it is answered."""
        try:
            await work
        except PersonagenError as fault:
            link.under_way.discard(re)
            link.put([translate.error(re, fault)])
        except Exception as e:
            # the other half of the step driver: file work of one request
            log.exception("session %s, request %d failed", link.name, re)
            link.under_way.discard(re)
            link.put([translate.error(re, fault_of(e))])

    # --- worlds ---------------------------------------------------------------------------------

    async def open(
        self, name: str, packs: tuple[str, ...] = (), save: str | None = None,
        seed: int | None = None, *, empty: bool = False,
    ) -> Room:  # fmt: skip
        """The open world of that name; reopened from its journal, or made new.

        Raises Unknown, BadPack, BadSave, JournalFailed; nothing is left half open.
        """
        async with self._opening:
            room = self.rooms.get(name)
            if room is None:
                with collector.at_rest():
                    room = await self._open(name, packs, save, seed, empty)
                self.rooms[name] = room
            return room

    async def _open(
        self, name: str, packs: tuple[str, ...], save: str | None, seed: int | None, empty: bool
    ) -> Room:
        folder = self.root / name
        made = (
            None if await self._stored(name) else await self._made(name, packs, save, seed, empty)
        )
        room = Room(name, folder, packs, self.source, self.learning)
        room.compacting.keep = self.keep
        room.drafting = Drafting(room, self.engines)
        journal = await asyncio.to_thread(
            Journal.open, folder / "journal.db", durability=self.durability,
            on_committed=room.committed, on_failed=room.broken,
        )  # fmt: skip
        room.keep(journal)
        try:
            if made is None and not journal.last_seq:  # killed before its first row: never was
                made = await self._made(name, packs, save, seed, empty)
            if made is None and save is not None:
                raise Conflict(f"world {name!r} exists already; load the save in it", field="save",
                               got=save, allowed="no save, or a new world's name")  # fmt: skip
            if made is None:
                await asyncio.to_thread(room.rebuild)
                room.drafting.recover()
                await asyncio.to_thread(journal.flush)  # whoever resumes finds it answered
                if room.profile is not None:
                    room.note("adopt", room.profile.into(room.world))
            else:
                room.world = made
                for change in room.profile.into(made) if room.profile is not None else ():
                    made.apply(change)
                self._found(room)
        except BaseException:
            await asyncio.to_thread(journal.close)
            raise
        room.embedding.wake()
        return room

    async def _made(
        self, name: str, packs: tuple[str, ...], save: str | None, seed: int | None, empty: bool
    ) -> World:
        """A world that was not there before."""
        if save is not None:
            return await self._files.world_of(Saves(self.root / name / "saves"), save, name)
        if not packs and not empty:
            raise Unknown(f"no world {name!r} is stored here", field="name", got=name,
                          allowed="a stored world, or packs, save, empty")  # fmt: skip
        pack = await asyncio.to_thread(self.library.pack, packs)
        world = World(name, pack, secrets.randbits(53) if seed is None else seed)
        world.learns_by = self.learning.learner
        world.begin()
        populate(world)
        world.end()
        return world

    def _found(self, room: Room) -> None:
        room.newest_branch = room.world.branch
        changes, blobs = room.base()
        host = Link("", "game", "")
        room.append(host, {"type": "world.open", "id": 0, "name": room.name}, changes, [], blobs)

    async def _stored(self, world: str) -> bool:
        journal = self.root / world / "journal.db"
        return world in self.rooms or await asyncio.to_thread(journal.is_file)

    async def close(self) -> None:
        """Drain: finish what is under way, commit everything, close every world."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        rooms, self.rooms = self.rooms, {}
        for room in rooms.values():
            await room.close()
        if self.engines is not None:
            await self.engines.close()
        collector.awake()

    # --- requests to the host itself ------------------------------------------------------------

    async def _world_open(self, link: Link, r: Plain) -> None:
        existed = r["name"] in self.rooms
        room = await self.open(r["name"], tuple(r.get("packs") or ()), r.get("save"),
                               r.get("seed"), empty=bool(r.get("empty")))  # fmt: skip
        self.join(link, room)
        world = room.world
        data = {
            "world": room.name, "packs": list(room.packs), "npcs": len(world.npcs),
            "time": world.now, "date": str(world.dates.date(world.now)),
            "new": not existed and room.journal.last_seq == 1,
        }  # fmt: skip
        room.after_commit(link, r["id"], lambda: link.put([translate.ok(r["id"], 0, data)]))

    async def _world_close(self, link: Link, r: Plain) -> None:
        room = link.room
        if room is None:
            raise OutOfOrder("no world is open in this session", field="type", got="world.close",
                             allowed="world.open first")  # fmt: skip
        self.turn_away(link)
        room.links.pop(link.name, None)
        link.room = None
        if not any(other.outbox is not None for other in room.links.values()):
            for other in room.links.values():
                other.room = None
            self.rooms.pop(room.name, None)
            await room.close()
            collector.awake()
        link.put([translate.ok(r["id"], 0, {"world": room.name})])

    async def _world_list(self, link: Link, r: Plain) -> None:
        stored = await asyncio.to_thread(
            lambda: sorted(p.parent.name for p in self.root.glob("*/journal.db"))
        )
        worlds = [{"world": n, "open": n in self.rooms} for n in stored]
        packs = await asyncio.to_thread(self.library.names)
        link.put([translate.ok(r["id"], 0, {"worlds": worlds, "packs": packs})])

    async def _ping(self, link: Link, r: Plain) -> None:
        data = {"time": link.room.world.now} if link.room is not None else {}
        link.put([translate.ok(r["id"], 0, data)])

    async def _subscribe(self, link: Link, r: Plain) -> None:
        given = {k: frozenset(r.get(k) or ()) for k in ("places", "npcs", "players")}
        everything = bool(r.get("everything"))
        link.watch = Watch(everything, **given) if everything or any(given.values()) else None
        link.put([translate.ok(r["id"], 0, {})])

    async def _bye(self, link: Link, r: Plain) -> None:
        self.turn_away(link)
        if link.room is not None and link.room.failed is None:
            answer = [translate.ok(r["id"], 0, {})]
            link.room.after_commit(link, r["id"], lambda: link.put(answer))
        else:
            link.put([translate.ok(r["id"], 0, {})])

    async def _shutdown(self, link: Link, r: Plain) -> None:
        link.put([translate.ok(r["id"], 0, {})])
        self.stop.set()


def _taken_back(room: Room, link: Link, re: int) -> Plain | None:
    """What a session takes back of what waits or is open, if it still can: the request."""
    parked = room.parking.take(link, re)
    return room.drafting.take(link, re) if parked is None else parked.request


def _was_here(link: Link, re: int) -> bool:
    """Whether a write may have been sent before; a save is under way before it has a row."""
    return re <= link.last_write or re in link.under_way


_HOST: dict[str, Callable[[Host, Link, Plain], Coroutine[Any, Any, None]]] = {
    "world.open": Host._world_open, "world.close": Host._world_close,
    "world.list": Host._world_list, "ping": Host._ping, "subscribe": Host._subscribe,
    "bye": Host._bye, "shutdown": Host._shutdown,
}  # fmt: skip

_READS: dict[str, Callable[[World, Plain], Plain]] = {
    "npc.list": reads.npc_list, "npc.get": reads.npc_get, "ask": reads.ask,
}  # fmt: skip

_FILES: dict[str, Callable[[Files, Link, Room, Plain], Coroutine[Any, Any, None]]] = {
    "save": Files.save, "load": Files.load, "load.undo": Files.undo, "save.list": Files.list,
    "save.export": Files.export, "save.import": Files.take_in, "pack.reload": Files.reload,
    "load.at": travel.load_at, "save.at": travel.save_at, "save.log": travel.log_of,
}  # fmt: skip
