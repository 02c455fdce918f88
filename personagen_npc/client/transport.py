"""How frames travel: a WebSocket, or a pipe to a server inside the same program."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from personagen_npc.errors import Denied, Lost
from personagen_npc.wire.messages import SUBPROTOCOL

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from websockets.asyncio.client import ClientConnection

    Frame = bytes | str
    Dial = Callable[[], Awaitable["Transport"]]

OPEN_S: Final = 10.0  # seconds for a handshake, the default of the library
CLOSE_S: Final = 2.0  # seconds the server has to answer a close
PIPE: Final = 256  # frames that wait in a pipe before the writer waits: a socket's buffers [D]


class Gone(Lost):
    """The connection is over. ``closed`` is its close code, 1006 when there was none."""

    def __init__(self, closed: int, reason: str) -> None:
        super().__init__(f"connection closed: {closed} {reason}".rstrip(), got=closed)
        self.closed, self.reason = closed, reason


class Transport(Protocol):
    """Both directions of a connection. ``recv`` and ``send`` raise Gone at its end."""

    async def recv(self) -> Frame:
        """The next frame."""

    async def send(self, *frames: Frame) -> None:
        """Send frames; waits while the other side does not read."""

    async def close(self) -> None:
        """Close; twice does no harm."""


class WebSocketTransport:
    """A WebSocket to a server."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    async def dial(cls, url: str, tls: ssl.SSLContext | None = None) -> WebSocketTransport:
        """Connect. Raises Lost when nobody answers, Denied when the handshake is refused."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import InvalidHandshake, InvalidStatus
        from websockets.typing import Subprotocol

        try:
            socket = await connect(
                url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                ssl=tls,
                compression=None,
                max_size=None,
                open_timeout=OPEN_S,
                close_timeout=CLOSE_S,
                proxy=None,
                user_agent_header=None,
                logger=logging.getLogger("personagen_npc.client.websocket"),
            )
        except InvalidStatus as refused:
            response = refused.response
            text = response.body.decode(errors="replace").strip()[:200]
            if response.status_code == 503:  # full, or stopping: worth another try
                raise Lost(f"{url}: {text}") from None
            raise Denied(f"{url}: {text}", field="url", got=response.status_code) from None
        except (OSError, InvalidHandshake, TimeoutError) as wrong:
            raise Lost(f"nobody answers at {url}: {wrong}", field="url", got=url) from None
        return cls(socket)

    async def recv(self) -> Frame:
        """The next frame."""
        from websockets.exceptions import ConnectionClosed

        try:
            return await self._socket.recv()
        except ConnectionClosed as closed:
            raise _gone(closed) from None

    async def send(self, *frames: Frame) -> None:
        """Send frames; waits while the server does not read."""
        from websockets.exceptions import ConnectionClosed

        try:
            for frame in frames:
                await self._socket.send(frame)
        except ConnectionClosed as closed:
            raise _gone(closed) from None

    async def close(self) -> None:
        """Close; twice does no harm."""
        await self._socket.close()


def _gone(closed: object) -> Gone:
    received = getattr(closed, "rcvd", None)
    return Gone(received.code, received.reason) if received is not None else Gone(1006, "")


class _Way:
    """One direction of a pipe: frames that wait, and how it ended."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._filled, self._emptied = asyncio.Event(), asyncio.Event()
        self._end: tuple[int, str] | None = None

    async def get(self) -> Frame:
        while not self._frames:
            if self._end is not None:
                raise Gone(*self._end)
            self._filled.clear()
            await self._filled.wait()
        self._emptied.set()
        return self._frames.popleft()

    async def put(self, frame: Frame) -> None:
        if self._end is not None:
            raise Gone(*self._end)
        self._frames.append(frame)
        self._filled.set()
        while len(self._frames) >= PIPE and self._end is None:
            self._emptied.clear()
            await self._emptied.wait()

    def shut(self, code: int, reason: str) -> None:
        self._end = self._end or (code, reason)
        self._filled.set()
        self._emptied.set()


class Pipe:
    """One end of a connection inside one program: the same frames, the same bounds, no socket."""

    def __init__(self, inward: _Way, outward: _Way) -> None:
        self._in, self._out = inward, outward

    @classmethod
    def pair(cls) -> tuple[Pipe, Pipe]:
        """Both ends of a new pipe."""
        there, back = _Way(), _Way()
        return cls(back, there), cls(there, back)

    async def recv(self) -> Frame:
        """The next frame; what was sent before the close still comes."""
        return await self._in.get()

    async def send(self, *frames: Frame) -> None:
        """Send frames; waits while the other end does not read."""
        for frame in frames:
            await self._out.put(frame)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close both directions."""
        self._in.shut(code, reason)
        self._out.shut(code, reason)
