"""A server in a process of its own, as a game starts one, and raw frames to it.

CPU time of the other process is read from the system's clock for it, where there is one (Linux).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from websockets.asyncio.client import ClientConnection

ROOT = Path(__file__).parent.parent
OPEN_S = 60.0  # a cold start with packs to read on a slow disk
MOST_FRAME = 1 << 20


def environment() -> dict[str, str]:
    """This one, with a place for bytecode: an installed program does not compile at every start."""
    kept = Path(tempfile.gettempdir()) / "personagen-bench-bytecode"
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(kept)}
    return {**os.environ, **bytecode}


class Process:
    """A started server; ``ready`` is the line that it printed when it listened."""

    def __init__(self, popen: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self.popen, self.ready = popen, ready

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.ready["url"])

    def token(self) -> str:
        """The game's secret."""
        return Path(self.ready["token_file"]).read_text("utf-8").strip()

    def cpu_s(self) -> float:
        """CPU seconds that it has used, all threads; NaN where the system does not tell."""
        try:  # the clock id of a process, see clock_getcpuclockid(3)
            return time.clock_gettime((~self.popen.pid << 3) | 2)
        except (OSError, AttributeError):
            return float("nan")

    def rss_bytes(self) -> int:
        """Memory that is really its own and in use; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.popen.pid}/statm").read_text("ascii").split()[1])
        except (OSError, IndexError, ValueError):
            return 0
        return pages * 4096


@contextmanager
def process(*arguments: str) -> Iterator[Process]:
    """Start Python with these arguments, wait for the ready line, stop it at the end."""
    popen = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    try:
        line = popen.stdout.readline() if popen.stdout else ""
        if not line:
            why = popen.stderr.read()[-2000:] if popen.stderr else ""
            raise RuntimeError(f"{arguments} did not start: {why}")
        yield Process(popen, json.loads(line))
    finally:
        popen.terminate()
        try:
            popen.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.communicate()


def serve_arguments(store: Path, *more: str) -> tuple[str, ...]:
    """The command line of our own server, as a game would have it."""
    return (
        "-m", "personagen_npc", "serve", "--port", "0", "--store", str(store), "--packs",
        str(ROOT / "examples"), "--log-level", "error", *more,
    )  # fmt: skip


class Raw:
    """Frames out, frames in, on one WebSocket; nothing is checked."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.id = 0

    def packed(self, kind: str, **fields: Any) -> bytes:
        """The next request of this session as a frame."""
        self.id += 1
        frame: bytes = msgpack.packb({"type": kind, "id": self.id, **fields})
        return frame

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its answer. Raises RuntimeError when it was refused."""
        await self.socket.send(self.packed(kind, **fields))
        while True:
            data = await self.socket.recv()
            answer: dict[str, Any] = msgpack.unpackb(data) if isinstance(data, bytes) else {}
            if answer.get("type") == "error":
                raise RuntimeError(f"{kind}: {answer}")
            if answer.get("re") == self.id and answer["type"] != "delta":
                return answer

    async def pump(self, frames: list[bytes], window: int) -> None:
        """Send frames with so many unanswered at most; one frame comes back for each."""
        socket, sent = self.socket, min(window, len(frames))
        for frame in frames[:sent]:
            await socket.send(frame)
        for _ in range(len(frames)):
            await socket.recv()
            if sent < len(frames):
                await socket.send(frames[sent])
                sent += 1


@asynccontextmanager
async def raw(url: str) -> AsyncIterator[Raw]:
    """A connection of the plainest kind."""
    async with connect(
        url, compression=None, max_size=MOST_FRAME, proxy=None, open_timeout=OPEN_S
    ) as socket:
        yield Raw(socket)


@asynccontextmanager
async def client(server: Process, world: str, seed: int = 7) -> AsyncIterator[Raw]:
    """A connection that has said hello and opened a world of Emberfall."""
    async with raw(server.url) as game:
        await game.ask("hello", role="game", token=server.token())
        await game.ask("world.open", name=world, packs=["emberfall"], seed=seed)
        yield game
