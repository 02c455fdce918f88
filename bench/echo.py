"""The limit for the wire: ``websockets`` sending back what it got, and nothing else."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import orjson
from websockets.asyncio.server import serve

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection


async def echo(socket: ServerConnection) -> None:
    async for frame in socket:
        await socket.send(frame)


async def main() -> None:
    async with serve(echo, "127.0.0.1", 0, compression=None, max_size=1 << 20) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.buffer.write(orjson.dumps({"url": f"ws://127.0.0.1:{port}"}) + b"\n")
        sys.stdout.buffer.flush()
        await server.serve_forever()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
