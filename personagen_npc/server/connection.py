"""One client, from ``hello`` to its close, over anything that brings and takes frames.

Reads, admits, delivers; what comes back waits in a bounded queue for the one task that writes. The
same code serves a socket and a program that has the server inside itself.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from personagen_npc.errors import (
    ClientFault,
    Lost,
    OutOfOrder,
    PersonagenError,
    RateLimited,
    ServerFault,
)
from personagen_npc.server.admit import Pace
from personagen_npc.wire.faults import re_of, with_id
from personagen_npc.wire.frame import decode, encode_plain, plain_of
from personagen_npc.wire.messages import Bye, Hello, LimitsStated, Welcome
from personagen_npc.wire.session import CLOSES, Close, Session, State, close_for, negotiate

if TYPE_CHECKING:
    from personagen_npc.host.host import Host
    from personagen_npc.host.link import Link
    from personagen_npc.server.admit import Tokens
    from personagen_npc.wire.messages import Request
    from personagen_npc.wire.plain import Limits

    Frame = bytes | str
    Plain = dict[str, Any]

log = logging.getLogger(__name__)

FLUSH_S: Final = 2.0  # seconds in which the last frames must have left before a close [D]
MOVES: Final = frozenset({"world.open", "world.close"})
"""Requests after which the next one may mean another world, so it waits for their answer."""


class Duplex(Protocol):
    """Both directions of one client's connection. ``recv`` and ``send`` raise Lost at its end."""

    async def recv(self) -> Frame:
        """The next frame."""

    async def send(self, *frames: Frame) -> None:
        """Send frames, in one piece if possible; waits while the client does not read."""

    async def close(self, code: int, reason: str) -> None:
        """Close, and wait a little for the client to agree."""


class House(NamedTuple):
    """What every connection of a server shares."""

    host: Host
    tokens: Tokens
    limits: Limits
    version: str
    hello_s: float = 5.0


class Connection:
    """One client's connection. ``run`` it; it ends when either side closes."""

    def __init__(self, duplex: Duplex, house: House, peer: str = "") -> None:
        self._duplex, self._house, self._peer = duplex, house, peer
        self._session = Session()
        self._link: Link | None = None
        self._text = False
        self._open: set[int] = set()  # requests that have no closing answer yet
        self._told = 0  # pushed messages up to this seq were sent by the resume
        self._queue: list[Frame] = []
        self._queued = 0
        self._wake = asyncio.Event()
        self._moved = asyncio.Event()
        self._leaving = CLOSES["closing"]  # how to close once all is answered
        self._close: Close | None = None
        self._lost = False
        self._writer: asyncio.Task[None] | None = None
        self._pace = Pace(house.limits.rate, asyncio.get_running_loop().time())

    # --- what others may do with it ---------------------------------------------------------------

    async def run(self) -> None:
        """Serve this client until the connection is over."""
        reader = asyncio.create_task(self._read())
        self._writer = writer = asyncio.create_task(self._write())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            if not self._lost and self._close is not CLOSES["slow"]:
                await asyncio.wait((writer,), timeout=FLUSH_S)
        finally:
            self._leave()
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
        close = self._close or CLOSES["server_fault"]
        if not self._lost:
            await self._duplex.close(*close)
        log.info("%s left: %s", self, "connection lost" if self._lost else close.text)

    def put(self, plain: Plain) -> None:
        """Take a message for this client; over the limit, the client is dropped instead."""
        kind = plain["type"]
        if kind == "spoke" and plain["seq"] <= self._told:
            return
        self._send(plain)
        if kind in {"ok", "error"} or (kind == "reply" and plain["last"]):
            self._answered(plain["re"])

    def finish(self, close: Close) -> None:
        """Send what waits, then close. Only the first reason counts."""
        if self._close is None:
            self._close = close
            self._session.close()
            self._wake.set()
            self._moved.set()

    def drain(self) -> None:
        """Take nothing more, answer what was asked, close."""
        self._session.drain()
        if self._link is not None:
            self._house.host.turn_away(self._link)
        self._close_if_done()

    def __str__(self) -> str:
        s = self._session
        return f"{self._peer or 'client'} {s.role if s.name else ''} {s.name[:6]}".strip()

    # --- writing ----------------------------------------------------------------------------------

    def _send(self, plain: Plain) -> None:
        if self._close is not None:
            return
        present = {k: v for k, v in plain.items() if v is not None}
        try:
            frame = encode_plain(present, self._text)
        except (TypeError, ValueError, OverflowError) as wrong:
            log.error("%s: cannot encode %s: %.200s", self, plain["type"], wrong)
            if plain["type"] != "error":
                fault = ServerFault("the answer could not be written")
                self._send(_error(fault, plain.get("re", 0)))
            return
        self._queue.append(frame)
        self._queued += len(frame)
        if self._queued > self._house.limits.queue:
            self._drop()
        self._wake.set()

    def _drop(self) -> None:
        """The client does not read, so nothing more can be sent to it but the close."""
        self._queue.clear()
        self.finish(CLOSES["slow"])
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        """Send what waits, all that has gathered at a time; ends when told to close."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    batch, self._queue = self._queue, []
                    size = self._queued
                    await self._duplex.send(*batch)
                    self._queued -= size  # not before: what was not taken yet still waits
                if self._close is not None:
                    return
        except Lost:
            self._lost = True

    # --- reading ----------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            await self._greet()
            while self._close is None:
                await self._take(await self._duplex.recv())
        except Lost:
            self._lost = True
        except Exception:
            # the socket loop: a fault here must cost one client, never the server
            log.exception("%s: failed", self)
            self.finish(CLOSES["server_fault"])

    async def _take(self, frame: Frame) -> None:
        """One frame: a request for the host, or an error."""
        try:
            self._slow_down(frame)
            request = decode(frame, self._house.limits)
            self._session.admit(request)
        except ClientFault as fault:
            self._refuse(fault)
            return
        link = self._link
        if link is None:
            raise ServerFault("a session without a link")
        link.last_id = max(link.last_id, self._session.last)
        self._open.add(request.id)
        if isinstance(request, Bye):
            self._leaving = CLOSES["bye"]
        room = link.room
        self._deliver(link, request)
        if request.type in MOVES:
            await self._wait_for(request.id)
            if link.room is not room:
                _mark_join(link)

    def _deliver(self, link: Link, request: Request) -> None:
        try:
            self._house.host.deliver(link, request)
        except PersonagenError as fault:
            self.put(_error(fault, request.id))
        except Exception:
            # the other half of the socket loop: one request that broke is answered, not fatal
            world = link.room.name if link.room else "-"
            log.exception("%s: world %s: %s %d failed", self, world, request.type, request.id)
            self.put(_error(ServerFault("something broke; see the server's log"), request.id))

    def _slow_down(self, frame: Frame) -> None:
        now = asyncio.get_running_loop().time()
        if self._pace.take(now):
            return
        if self._pace.flooded:
            self.finish(CLOSES["rate_limited"])
        rate = self._house.limits.rate
        fault = RateLimited("too many messages", field="type", allowed=f"{rate} a second")
        raise with_id(fault, decode(frame, self._house.limits).id)

    def _refuse(self, fault: ClientFault) -> None:
        """Answer a fault; close too when it is one of a broken frame or handshake."""
        self._send(_error(fault, re_of(fault)))
        close = close_for(fault, self._session.state)
        if close is not None:
            self.finish(close)

    # --- the handshake ----------------------------------------------------------------------------

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(self._house.hello_s):
                frame = await self._duplex.recv()
        except TimeoutError:
            self.finish(CLOSES["hello_late"])
            return
        self._text = isinstance(frame, str)
        try:
            await self._begin(_hello_in(frame, self._house.limits))
        except ClientFault as fault:
            self._refuse(fault)
        except ServerFault as fault:
            self._send(_error(fault, re_of(fault)))
            self.finish(CLOSES["server_fault"])

    async def _begin(self, hello: Hello) -> None:
        host, player = self._house.host, hello.player or ""
        try:
            negotiate(hello.protocol_min, hello.protocol_max)
            self._house.tokens.check(hello.token, hello.role)
            again = hello.resume
            link = again and await host.resume(again.session, hello.world, hello.role, player)
        except PersonagenError as fault:
            vars(fault)["re"] = hello.id
            raise
        resumed = link is not None
        link = link or host.begin(hello.role, player)
        self._session.begin(hello, link.name, link.last_id if resumed else None)
        # from here on without a pause: nothing new may come between welcome and what was missed
        self._take_over(link)
        self._enter(link, hello.world)
        self._send(plain_of(self._welcome(hello, link, resumed)))
        if hello.resume is not None and resumed:
            self._repeat(link, hello.resume.seq)
        log.info("%s joined: %.40r%s", self, hello.client, " again" if resumed else "")

    def _take_over(self, link: Link) -> None:
        if isinstance(link.outbox, Connection):
            link.outbox.finish(CLOSES["replaced"])
        link.outbox, self._link = self, link
        link.last_id = max(link.last_id, self._session.last)

    def _enter(self, link: Link, world: str | None) -> None:
        room = self._house.host.rooms.get(world) if world is not None else None
        if link.room is None and room is not None:
            self._house.host.join(link, room)
            _mark_join(link)

    def _welcome(self, hello: Hello, link: Link, resumed: bool) -> Welcome:
        room, limits = link.room, self._house.limits
        return Welcome(
            re=hello.id,
            seq=room.journal.last_seq if room is not None else 0,
            protocol=self._session.protocol,
            session=link.name,
            version=self._house.version,
            role=hello.role,
            world=room.name if room is not None else None,
            resumed=resumed,
            limits=LimitsStated(
                frame=limits.frame,
                text=limits.text,
                batch=limits.batch,
                depth=limits.depth,
                rate=limits.rate,
                queue=limits.queue,
            ),
        )

    def _repeat(self, link: Link, since: int) -> None:
        """Send what was missed; where that alone would fill the queue, a ``resync``."""
        missed = self._house.host.missed(link, max(since, link.seen))
        newest = link.room.journal.last_seq if link.room is not None else 0
        size = sum(len(encode_plain(m)) for m in missed)
        if size > self._house.limits.queue // 2:
            missed = [{"type": "resync", "seq": newest, "reason": "gone"}]
        for plain in missed:
            self._send(plain)
        self._told = newest

    # --- the end ----------------------------------------------------------------------------------

    async def _wait_for(self, re: int) -> None:
        while re in self._open and self._close is None:
            self._moved.clear()
            await self._moved.wait()

    def _answered(self, re: int) -> None:
        self._open.discard(re)
        self._moved.set()
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self._session.state is State.DRAINING and not self._open:
            self.finish(self._leaving)

    def _leave(self) -> None:
        link = self._link
        self._session.close()
        if link is not None and link.outbox is self:
            link.outbox = None
            if self._close is CLOSES["bye"]:
                self._house.host.drop(link)


def _hello_in(frame: Frame, limits: Limits) -> Hello:
    request = decode(frame, limits)
    if not isinstance(request, Hello):
        fault = OutOfOrder(
            "the first message must be hello", field="type", got=request.type, allowed="hello"
        )
        raise with_id(fault, request.id)
    return request


def _mark_join(link: Link) -> None:
    """What happened in a world before a session came is not what it missed."""
    if link.room is not None:
        link.seen = link.room.journal.last_seq


def _error(fault: PersonagenError, re: int) -> Plain:
    return {"type": "error", "re": re, "seq": 0, **fault.as_fields()}
