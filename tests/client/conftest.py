"""A real server, clients for it, and a road between them that can be cut."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from personagen_npc import build
from personagen_npc.client.client import Client
from personagen_npc.client.session import Who
from personagen_npc.client.transport import Gone, WebSocketTransport
from personagen_npc.config import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from personagen_npc.client.transport import Frame, Transport

PACKS = Path(__file__).parents[1] / "packs"
TOKEN = "secret"


class Road:
    """Connections to a server that are lost when the test says so, frames and all.

    Attributes:
        dials: connections made.
        sends, reads: frames that may still pass before the connection is lost; None for any number.
        closed: nobody answers at all.
    """

    def __init__(self, url: str) -> None:
        self.url, self.dials = url, 0
        self.sends: int | None = None
        self.reads: int | None = None
        self.closed = False
        self._now: Lossy | None = None

    async def dial(self) -> Transport:
        if self.closed:
            raise Gone(1006, "road closed")
        self.dials += 1
        self._now = Lossy(await WebSocketTransport.dial(self.url), self)
        return self._now

    def cut(self) -> None:
        """Lose the connection now."""
        if self._now is not None:
            self._now.cut()


class Lossy:
    """A transport that is cut in the middle."""

    def __init__(self, inner: WebSocketTransport, road: Road) -> None:
        self._inner, self._road = inner, road
        self._cut = asyncio.Event()

    def cut(self) -> None:
        self._cut.set()
        self._inner._socket.transport.abort()

    async def recv(self) -> Frame:
        frame = await self._inner.recv()
        self._road.reads = self._spent(self._road.reads)
        return frame

    async def send(self, *frames: Frame) -> None:
        for frame in frames:
            self._road.sends = self._spent(self._road.sends)
            await self._inner.send(frame)

    def _spent(self, left: int | None) -> int | None:
        if self._cut.is_set():
            raise Gone(1006, "cut")
        if left == 0:
            self.cut()
            raise Gone(1006, "cut")
        return None if left is None else left - 1

    async def close(self) -> None:
        await self._inner.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        packs=(PACKS,), store=tmp_path / "store", port=0, token=SecretStr(TOKEN), drain_s=2.0
    )


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[build.Running]:
    async with build.running(settings) as running:
        yield running


@pytest.fixture
def road(server: build.Running) -> Road:
    return Road(server.ready.url)


@pytest.fixture
async def game(road: Road) -> AsyncIterator[Client]:
    """A client in the small pack's world, over the road."""
    async with await over(road) as client:
        await client.open("w", packs=["good"], seed=1)
        yield client


async def over(road: Road, **options: Any) -> Client:
    options = {"patience_s": 10.0, **options}
    return await Client(road.dial, Who(TOKEN, player="P1"), **options).start()


@pytest.fixture
def make_road() -> Callable[..., Any]:
    return Road


@pytest.fixture
def client_over() -> Callable[..., Any]:
    return over
