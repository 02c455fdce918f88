"""A ``llama-server`` of our own: started on a model file, watched, ended with us.

llama.cpp's server is an installed program; we look for it on the path or where ``LLAMA_SERVER``
says. It listens on this machine only, behind a key that nobody else has; half of the cores are left
to the game, and none spins while it waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from personagen_npc.engines.address import Address
from personagen_npc.engines.compatible import Compatible
from personagen_npc.engines.engine import EngineFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from personagen_npc.engines.engine import Ask

log = logging.getLogger(__name__)

PROGRAM: Final = "LLAMA_SERVER"
INSTALL: Final = "install llama.cpp (its `llama-server`), or set LLAMA_SERVER to it"
LOAD_S: Final = 120.0  # that a model has to load, [D]
POLL_S: Final = 0.05
STOP_S: Final = 5.0
STARTS: Final = 3  # in a row that fail before we stop trying, [D]
# ends the server when we are gone, however we went
GUARDIAN: Final = (sys.executable, str(Path(__file__).with_name("guardian.py")))
CONTEXT: Final = 4096  # tokens of each slot: a prompt is budgeted to half of it, [D]


class LlamaServer:
    """An engine on a GGUF file; the server starts when it is first asked.

    Args:
        path: the model file.
        slots: how many requests it takes at a time, each with its own prompt cache.
    """

    def __init__(self, path: str, slots: int = 2) -> None:
        self.name = f"gguf:{Path(path).name}"
        self._path, self._slots = Path(path), slots
        self._process: asyncio.subprocess.Process | None = None
        self._engine: Compatible | None = None
        self._starting = asyncio.Lock()
        self._failed = 0

    async def stream(self, ask: Ask) -> AsyncGenerator[str]:
        """Pieces of the answer; a server that died is started again first."""
        engine = await self._running()
        async with contextlib.aclosing(engine.stream(ask)) as pieces:
            async for piece in pieces:
                yield piece

    async def ready(self) -> None:
        """Start the server and wait for the model. Raises EngineFailed."""
        await self._running()

    async def close(self) -> None:
        """End the server."""
        await self._stop()

    @property
    def pid(self) -> int | None:
        """The process that holds the server, while it runs."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and alive else None

    async def _running(self) -> Compatible:
        async with self._starting:
            if self._engine is not None and self.pid is not None:
                return self._engine
            if self._failed >= STARTS:
                raise EngineFailed(f"llama-server did not start {STARTS} times", passing=False,
                                   field="llm", got=str(self._path))  # fmt: skip
            await self._stop()
            try:
                engine = await self._start()
                await self._loaded(engine)
            except BaseException:
                self._failed += 1
                await self._stop()
                raise
            self._failed = 0
            return engine

    async def _start(self) -> Compatible:
        program = os.environ.get(PROGRAM) or shutil.which("llama-server")
        if program is None:
            raise EngineFailed(f"no llama-server found: {INSTALL}", passing=False, field="llm",
                               got=self.name, allowed=INSTALL)  # fmt: skip
        if not self._path.is_file():
            raise EngineFailed("no such model file", passing=False, field="llm",
                               got=str(self._path), allowed="a .gguf file")  # fmt: skip
        port, key = _free_port(), secrets.token_urlsafe(24)
        self._process = await asyncio.create_subprocess_exec(
            *GUARDIAN, program, "--model", str(self._path), "--host", "127.0.0.1",
            "--port", str(port), "--ctx-size", str(CONTEXT * self._slots),
            "--parallel", str(self._slots), "--no-webui",
            "--threads", str(max(1, (os.cpu_count() or 2) // 2)), "--poll", "0",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, env={**os.environ, "LLAMA_API_KEY": key},
        )  # fmt: skip
        log.info("llama-server %d loads %s", self._process.pid, self._path.name)
        self._engine = Compatible(Address("openai", f"http://127.0.0.1:{port}/v1"), key)
        return self._engine

    async def _loaded(self, engine: Compatible) -> None:
        """Wait until the model is there."""
        try:
            async with asyncio.timeout(LOAD_S):
                while self.pid is not None:
                    with contextlib.suppress(EngineFailed):
                        return await engine.ready()
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            late = f"the model was not loaded in {LOAD_S:.0f} s"
            raise EngineFailed(late, field="llm", got=self.name) from None
        raise EngineFailed("llama-server ended while loading: is it a model it can run?",
                           field="llm", got=str(self._path))  # fmt: skip

    async def _stop(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
