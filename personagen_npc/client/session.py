"""Requests out, answers back by id, over connections that come and go.

What was asked stays pending until it is answered or given up. After a lost connection the session
is resumed: unanswered writes go out again under their old ids, reads are asked anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from random import uniform
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from personagen_npc.client.faults import FINAL, fault_of, fault_of_close
from personagen_npc.client.pushes import Board
from personagen_npc.client.transport import Gone
from personagen_npc.errors import ClientFault, Closing, Lost, PersonagenError, ServerFault
from personagen_npc.wire.faults import bad_field
from personagen_npc.wire.frame import decode_event, encode_request
from personagen_npc.wire.messages import (
    WRITES,
    Answer,
    Bye,
    Changed,
    Error,
    Event,
    Hello,
    Ok,
    Reply,
    Request,
    Resume,
    Resync,
    Role,
    Shutdown,
    Spoke,
    Subscribe,
    Welcome,
    WorldClose,
    WorldOpen,
)

if TYPE_CHECKING:
    from personagen_npc.client.transport import Dial, Transport

R = TypeVar("R", bound=Request)

log = logging.getLogger(__name__)

FIRST_S: Final = 0.1  # seconds before the first attempt to come back, doubled after each
MOST_S: Final = 5.0  # seconds between attempts at most
JITTER: Final = 0.5  # share of the wait that is left to chance, so that clients do not come at once
PROTOCOL_ERROR: Final = 1002  # RFC 6455, 7.4.1
GREET_S: Final = 10.0  # seconds that a server has to say welcome [D]
BYE_S: Final = 5.0  # seconds that a polite end may take
NAMED: Final = "personagen-npc-python"


class Who(NamedTuple):
    """What a client says of itself in ``hello``."""

    token: str = ""
    role: Role = "game"
    player: str | None = None
    client: str = NAMED
    version: str = ""


class Waiter(Protocol):
    """Whoever waits for the answers to one request."""

    def take(self, answer: Answer) -> None:
        """An answer came; not always the last."""

    def fail(self, fault: PersonagenError) -> None:
        """It was refused, or no answer will come."""


class Pending(NamedTuple):
    """A request that was not answered yet."""

    request: Request
    waiter: Waiter


class Session:
    """One session with one server. ``start`` it, ``post`` requests, ``end`` it."""

    def __init__(self, dial: Dial, who: Who, world: str | None, patience_s: float) -> None:
        self.welcome: Welcome | None = None
        self.board = Board()
        self.world: str | None = None  # the world that the session is in
        self.over: PersonagenError | None = None  # why nothing can be asked any more
        self._dial, self._who, self._wanted, self._patience_s = dial, who, world, patience_s
        self._ids = 0
        self._seen = 0
        self._pending: dict[int, Pending] = {}
        self._outgoing: deque[Request] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()  # set while nothing is pending
        self._idle.set()
        self._watch: Subscribe | None = None
        self._leaving = False
        self._task: asyncio.Task[None] | None = None

    # --- what a client does with it ---------------------------------------------------------------

    async def start(self) -> Welcome:
        """Connect and greet. Raises Lost, Denied, WrongProtocol."""
        transport, welcome = await self._connect()
        self._task = asyncio.create_task(self._run(transport))
        return welcome

    def post(self, kind: type[Request], fields: dict[str, Any], waiter: Waiter) -> int:
        """Send a request, now or when the connection is back; returns its id.

        Raises BadField for what no server would take, Lost when the session is over.
        """
        if self.over is not None:
            raise self.over
        request = _made(kind, {"id": self._ids + 1, **fields})
        self._ids = request.id
        self._pending[request.id] = Pending(request, waiter)
        self._idle.clear()
        self._out(request)
        return request.id

    def give_up(self, waiter: Waiter) -> None:
        """Nobody waits for this answer any more."""
        for re in [re for re, p in self._pending.items() if p.waiter is waiter]:
            self._settle(re)

    async def end(self, polite: bool = True) -> None:
        """Leave: ``bye``, if the server is there, then close. All that is pending is resolved."""
        self._leaving = True
        if polite and self.over is None and self._task is not None and not self._task.done():
            with suppress(PersonagenError, TimeoutError):
                async with asyncio.timeout(BYE_S):
                    self.post(Bye, {}, _Nobody())
                    await self._idle.wait()
                    await asyncio.shield(self._task)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._finish(Lost("the client was closed"))

    # --- the connection ---------------------------------------------------------------------------

    async def _run(self, transport: Transport) -> None:
        """Serve connections one after the other until one cannot be followed by another."""
        why: PersonagenError = Lost("the client was closed")
        try:
            while True:
                closed = await self._serve(transport)
                if self._leaving or closed.closed in FINAL:
                    why = fault_of_close(closed.closed, closed.reason)
                    return
                log.warning("%s; coming back", closed.message)
                transport = await self._come_back()
        except PersonagenError as fault:
            why = fault
        finally:
            self._finish(why)  # whatever happened, nobody waits for ever

    async def _serve(self, transport: Transport) -> Gone:
        """Read one connection to its end."""
        sender = asyncio.create_task(self._send(transport))
        try:
            while True:
                self._take(decode_event(await transport.recv()))
        except Gone as gone:
            return gone
        except ClientFault as wrong:
            log.error("the server sent what is no message: %s", wrong)
            return Gone(PROTOCOL_ERROR, "no message")
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            await transport.close()

    async def _send(self, transport: Transport) -> None:
        with suppress(Gone):  # the reader hears of it too
            while True:
                while self._outgoing:
                    await transport.send(encode_request(self._outgoing.popleft()))
                self._wake.clear()
                await self._wake.wait()

    async def _come_back(self) -> Transport:
        """Connect again, waiting longer each time. Raises when patience or hope is at its end."""
        loop = asyncio.get_running_loop()
        until, wait = loop.time() + self._patience_s, FIRST_S
        while True:
            await asyncio.sleep(wait * (1 - JITTER * uniform(0, 1)))
            try:
                transport, welcome = await self._connect()
            except (Lost, Closing, ServerFault) as fault:
                if loop.time() > until or getattr(fault, "closed", 0) in FINAL:
                    raise Lost(f"the server did not come back: {fault.message}") from fault
                wait = min(2 * wait, MOST_S)
            else:
                self._go_on(welcome)
                return transport

    async def _connect(self) -> tuple[Transport, Welcome]:
        transport = await self._dial()
        try:
            welcome = await self._greet(transport)
        except BaseException:
            await transport.close()
            raise
        return transport, welcome

    async def _greet(self, transport: Transport) -> Welcome:
        """Say hello. Raises what the server has against it; then this session is as it was."""
        try:
            async with asyncio.timeout(GREET_S):
                await transport.send(encode_request(self._hello()))
                answer = decode_event(await transport.recv())
        except Gone as gone:
            fault = fault_of_close(gone.closed, gone.reason)
            vars(fault)["closed"] = gone.closed
            raise fault from None
        except TimeoutError:
            raise Lost("the server did not say welcome in time") from None
        if isinstance(answer, Error):
            raise fault_of(answer)
        if not isinstance(answer, Welcome):
            raise Lost("the server did not say welcome")
        if self.world is not None and answer.world is None and answer.role != "game":
            raise Lost(f"world {self.world} is not open yet")  # the game will open it again
        self.welcome = answer
        if not answer.resumed:
            self._seen = answer.seq
        self.world = answer.world or self.world
        return answer

    def _hello(self) -> Hello:
        self._ids += 1
        resume = None
        if self.welcome is not None:
            # one step back: of the last step seen, some messages may have gone with the connection
            resume = Resume(session=self.welcome.session, seq=max(0, self._seen - 1))
        world = self.world or self._wanted
        who = self._who._asdict()
        return _made(Hello, {"id": self._ids, **who, "world": world, "resume": resume})

    # --- after a lost connection ------------------------------------------------------------------

    def _go_on(self, welcome: Welcome) -> None:
        """Ask again what was not answered."""
        self._outgoing.clear()
        if not welcome.resumed:
            self._begin_anew()
        writes = [re for re, p in sorted(self._pending.items()) if p.request.type in WRITES]
        reads = [re for re, p in sorted(self._pending.items()) if p.request.type not in WRITES]
        for re in writes:
            self._out(self._pending[re].request)
        opening = any(isinstance(self._pending[re].request, WorldOpen) for re in reads)
        if self.world is not None and welcome.world != self.world and not opening:
            self.post(WorldOpen, {"name": self.world}, _Nobody())
        if self._watch is not None:
            self.post(Subscribe, _fields(self._watch), _Nobody())
        for re in reads:
            request, waiter = self._pending.pop(re)
            if not isinstance(waiter, _Nobody):
                self.post(type(request), _fields(request), waiter)
        self._check_idle()

    def _begin_anew(self) -> None:
        """The server does not know the session: what became of the writes cannot be known."""
        self.board.forget()
        lost = Lost("the server forgot this session; whether it was done is not known")
        for re in [re for re, p in self._pending.items() if p.request.type in WRITES]:
            self._settle(re).waiter.fail(lost)
        self.board.tell(Resync(reason="restarted"))

    # --- messages ---------------------------------------------------------------------------------

    def _take(self, event: Event | None) -> None:
        if isinstance(event, Answer):
            self._seen = max(self._seen, event.seq)
            self._answer(event)
        elif isinstance(event, Spoke | Changed | Resync):
            self._seen = max(self._seen, event.seq)
            self.board.post(event)

    def _answer(self, answer: Answer) -> None:
        pending = self._pending.get(answer.re)
        if pending is None:
            return
        if isinstance(answer, Ok | Error) or (isinstance(answer, Reply) and answer.last):
            self._settle(answer.re)
            if isinstance(answer, Ok):
                self._note(pending.request, answer)
        if isinstance(answer, Error):
            pending.waiter.fail(fault_of(answer))
        else:
            pending.waiter.take(answer)

    def _note(self, request: Request, answer: Ok) -> None:
        """What the session must remember of requests that went well."""
        if isinstance(request, WorldOpen):
            if self.world != request.name:
                self.board.forget()
            self.world, self._seen = request.name, answer.seq
        elif isinstance(request, WorldClose):
            self.world, self._seen = None, 0
        elif isinstance(request, Subscribe):
            self._watch = request
        elif isinstance(request, Shutdown):
            self._leaving = True

    # --- keeping count ----------------------------------------------------------------------------

    def _out(self, request: Request) -> None:
        self._outgoing.append(request)
        self._wake.set()

    def _settle(self, re: int) -> Pending:
        pending = self._pending.pop(re)
        self._check_idle()
        return pending

    def _check_idle(self) -> None:
        if not self._pending:
            self._idle.set()

    def _finish(self, fault: PersonagenError) -> None:
        if self.over is None:
            self.over = fault
        for re in list(self._pending):
            self._settle(re).waiter.fail(self.over)
        self.board.end()


class _Nobody:
    """For requests of the session itself: answers mean nothing more, refusals are logged."""

    def take(self, answer: Answer) -> None:
        pass

    def fail(self, fault: PersonagenError) -> None:
        log.info("the server refused: %s", fault.message)


def _made(kind: type[R], fields: dict[str, Any]) -> R:
    """A checked request. Raises BadField, as the server would."""
    try:
        return kind(**fields)
    except ValidationError as wrong:
        plain = {"type": kind.model_fields["type"].default, **fields}
        raise bad_field(wrong, kind, plain) from None


def _fields(request: Request) -> dict[str, Any]:
    """The fields of a request, to ask it again under another id."""
    return {n: getattr(request, n) for n in request.model_fields_set - {"type", "id"}}
