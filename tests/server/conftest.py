"""A real server on a free port of this machine, and clients made by hand for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack
import orjson
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from personagen_npc import build
from personagen_npc.config import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PACKS = Path(__file__).parents[1] / "packs"
TOKEN = "secret"


class Hand:
    """A client that shows every frame: what is sent, what comes, how it ends."""

    def __init__(self, socket: ClientConnection, text: bool = False) -> None:
        self.socket, self.text, self.ids = socket, text, 0

    async def send(self, type: str, **fields: Any) -> int:
        self.ids = fields.pop("id", self.ids + 1)
        message = {"type": type, "id": self.ids, **fields}
        frame = orjson.dumps(message).decode() if self.text else msgpack.packb(message)
        await self.socket.send(frame)
        return self.ids

    async def take(self) -> dict[str, Any]:
        frame = await asyncio.wait_for(self.socket.recv(), 10)
        assert isinstance(frame, str) == self.text
        plain: dict[str, Any] = orjson.loads(frame) if self.text else msgpack.unpackb(frame)
        return plain

    async def answer(self, re: int) -> dict[str, Any]:
        """The closing answer to a request; pushed messages before it are passed over."""
        while True:
            plain = await self.take()
            if plain.get("re") == re and plain["type"] != "delta":
                return plain

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        return await self.answer(await self.send(type, **fields))

    async def hello(self, **fields: Any) -> dict[str, Any]:
        return await self.ask("hello", **{"token": TOKEN, **fields})

    async def into_world(self, name: str = "w", **fields: Any) -> dict[str, Any]:
        """Hello, then the small pack's world."""
        welcome = await self.hello(**fields)
        opened = await self.ask("world.open", name=name, packs=["good"], seed=1)
        assert opened["type"] == "ok", opened
        return welcome

    async def closed(self) -> tuple[int, str]:
        """Read on until the server closes; how it did."""
        async with asyncio.timeout(10):
            with suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code, self.socket.close_reason or ""


class Served:
    """A running server and hands for it."""

    def __init__(self, server: build.Running) -> None:
        self.server, self.url, self.host = server, server.ready.url, server.host

    @asynccontextmanager
    async def hand(self, text: bool = False, **options: Any) -> AsyncIterator[Hand]:
        async with connect(self.url, compression=None, proxy=None, **options) as socket:
            yield Hand(socket, text)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        packs=(PACKS,), store=tmp_path / "store", port=0, token=SecretStr(TOKEN), drain_s=2.0
    )


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[Served]:
    async with build.running(settings) as server:
        yield Served(server)


@pytest.fixture
def serving(settings: Settings) -> Callable[..., Any]:
    """A server with other settings: ``async with serving(rate=5) as served``."""

    @asynccontextmanager
    async def start(**changes: Any) -> AsyncIterator[Served]:
        async with build.running(settings.model_copy(update=changes)) as server:
            yield Served(server)

    return start
