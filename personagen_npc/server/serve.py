"""The WebSocket listener: a bounded number of clients, each with a ``Connection`` of its own.

What the library would say of a client that vanishes or never was one is one short log line.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed

from personagen_npc.errors import Lost
from personagen_npc.server.admit import LOOPBACK, Door
from personagen_npc.server.connection import Connection
from personagen_npc.wire.messages import SUBPROTOCOL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

    from personagen_npc.server.connection import Frame, House

log = logging.getLogger(__name__)

OPEN_S: Final = 5.0  # seconds for TLS and the HTTP part of a handshake [D]
CLOSE_S: Final = 2.0  # seconds a client has to answer a close before its socket is cut [D]
BACKLOG: Final = 1024  # connections that the system holds until we take them [D]
ROOM: Final = 2  # frames up to so many times the limit are read, to be refused by name


class Address(NamedTuple):
    """Where to listen, and as what.

    Attributes:
        port: 0 takes a free one.
        listen: an address of the network, "" for this machine only.
        hosts: further names by which clients may reach us.
        origins: web pages that may connect.
        tls: certificate and key; needed to listen to a network.
        connections: clients at the same time.
        ping_s: seconds between keepalive pings, 0 for none.
    """

    port: int = 0
    listen: str = ""
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    tls: tuple[Path, Path] | None = None
    connections: int = 1000
    ping_s: float = 20.0


class Listener:
    """A listening server. Make it with ``open``; end it with ``close``."""

    def __init__(self, house: House, address: Address) -> None:
        self._house, self._address = house, address
        self._clients: dict[Connection, asyncio.Task[None]] = {}
        self._door = Door(0)
        self._server: Server

    @classmethod
    async def open(cls, house: House, address: Address) -> Listener:
        """Listen. Raises OSError when the port is taken, ssl.SSLError for a bad certificate."""
        self = cls(house, address)
        context = _tls(address)
        self._server = await listen(
            self._serve,
            address.listen or LOOPBACK[0],
            address.port,
            ssl=context,
            ssl_handshake_timeout=OPEN_S if context else None,
            backlog=BACKLOG,
            compression=None,
            max_size=house.limits.frame * ROOM,
            select_subprotocol=_select,
            process_request=self._look_at,
            server_header=None,
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
            ping_interval=address.ping_s or None,
            ping_timeout=address.ping_s or None,
            logger=_library_log(),
        )
        self._door = Door(self.port, (*LOOPBACK, *address.hosts), address.origins)
        return self

    @property
    def port(self) -> int:
        """The port that was really taken."""
        taken: int = next(iter(self._server.sockets)).getsockname()[1]
        return taken

    @property
    def url(self) -> str:
        """Where a client on this machine, or by the first configured name, connects."""
        if self._address.tls is None:
            return f"ws://{LOOPBACK[0]}:{self.port}"
        name = next(iter(self._address.hosts), self._address.listen or "localhost")
        return f"wss://{name}" if ":" in name else f"wss://{name}:{self.port}"

    async def close(self, drain_s: float) -> None:
        """Take no new clients, let those that are here have their answers, close."""
        self._server.close(close_connections=False)
        for client in list(self._clients):
            client.drain()
        await self._wait(drain_s)
        for task in list(self._clients.values()):
            task.cancel()
        await self._wait(CLOSE_S)
        await self._server.wait_closed()

    async def _wait(self, seconds: float) -> None:
        tasks = set(self._clients.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    def _look_at(self, socket: ServerConnection, request: Request) -> Response | None:
        """Refuse a handshake by its headers, before a connection stands."""
        headers = request.headers
        why = self._door.refuse(headers.get_all("Host"), headers.get_all("Origin"))
        if why:
            log.warning("refused %s: %s", _peer(socket), why)
            return socket.respond(HTTPStatus.FORBIDDEN, f"{why}\n")
        if len(self._clients) >= self._address.connections:
            log.warning("refused %s: %d clients are here", _peer(socket), len(self._clients))
            return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many clients\n")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        client = Connection(Socket(socket), self._house, _peer(socket))
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        self._clients[client] = task
        try:
            await client.run()
        finally:
            del self._clients[client]


class Socket:
    """A WebSocket as the frames that a ``Connection`` wants."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def recv(self) -> Frame:
        """The next frame. Raises Lost when the connection is over."""
        try:
            return await self._socket.recv()
        except ConnectionClosed as closed:
            raise Lost(str(closed)) from None

    async def send(self, *frames: Frame) -> None:
        """Send frames; waits while the client does not read. Raises Lost.

        As the library's own ``send`` does it, but once for all of them: a fifth of the CPU of a
        small message on a busy connection.
        """
        protocol = self._socket.protocol
        try:
            async with self._socket.send_context():
                for frame in frames:
                    if isinstance(frame, str):
                        protocol.send_text(frame.encode())
                    else:
                        protocol.send_binary(frame)
        except ConnectionClosed as closed:
            raise Lost(str(closed)) from None

    async def close(self, code: int, reason: str) -> None:
        """Close, and wait a little for the other side to agree."""
        await self._socket.close(code, reason)


def _select(_socket: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return next((s for s in offered if s == SUBPROTOCOL), None)


def _peer(socket: ServerConnection) -> str:
    address = socket.remote_address
    return f"{address[0]}:{address[1]}" if address else "client"


def _tls(address: Address) -> ssl.SSLContext | None:
    if address.tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*address.tls)
    return context


def _library_log() -> logging.Logger:
    """The library's logger, without tracebacks: strangers must not be able to fill our log."""
    logger = logging.getLogger("personagen_npc.server.websocket")
    if not logger.filters:
        logger.addFilter(_in_one_line)
    return logger


def _in_one_line(record: logging.LogRecord) -> bool:
    if record.levelno <= logging.INFO and record.exc_info is None:
        return False  # "connection open" and the like: ours says it better
    why = record.exc_info[1] if record.exc_info else None
    cause = why.__cause__ or why if why is not None else None
    record.msg = f"{record.getMessage()}: {cause!s:.200}" if cause else record.getMessage()
    record.args, record.exc_info, record.exc_text = (), None, None
    if record.levelno > logging.INFO:
        record.levelno, record.levelname = logging.INFO, "INFO"
    return True
