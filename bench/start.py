"""How soon a started server gives its first reply, and how much memory it and its NPCs take.

A game starts the server as a process, connects, opens Emberfall and says hello to somebody. The
clock runs from before the process exists to the reply on the socket. ``warm``: the compiled packs
and tables lie in the cache folder, as at any start but the first after an install or an edit.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from bench.harness import finish, options, table, verdict
from bench.served import ROOT, Raw, client, environment, process, serve_arguments

FIRST_S, RSS_MB, NPC_RATIO = 0.5, 70.0, 1.5
NPCS, MEMORIES = 1000, 200
DESIGNED_KB = 138.0  # an NPC's logical bytes in the design: 200 memories, 256 floats with each
HEAVY = ("torch", "faiss", "networkx", "ollama", "numpy", "pydantic", "websockets", "yaml", "click",
         "rich")  # fmt: skip


class First(NamedTuple):
    """One start: seconds from the beginning to each mark, and memory at the end."""

    ready_s: float
    opened_s: float
    reply_s: float
    cpu_s: float
    rss_mb: float


async def first_reply() -> First:
    """Start a server, open the village, say hello."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with process(*serve_arguments(Path(folder))) as server:
            ready = time.perf_counter() - start
            async with client(server, "first") as game:
                opened = time.perf_counter() - start
                await _hello(game)
                reply = time.perf_counter() - start
                return First(ready, opened, reply, server.cpu_s(), server.rss_bytes() / 1e6)


async def _hello(game: Raw) -> None:
    answer = await game.ask("say", npc="edda", player="ash", text="Good morning. Who are you?")
    if not answer.get("text"):
        raise RuntimeError(f"no reply: {answer}")


async def starts(rounds: int) -> list[First]:
    """Several warm starts, fastest first; one before them fills the cache."""
    await first_reply()
    return sorted([await first_reply() for _ in range(rounds)], key=lambda s: s.reply_s)


async def cold_start() -> First:
    """A start with nothing in the cache folder."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as empty:
        os.environ |= {"XDG_CACHE_HOME": empty, "LOCALAPPDATA": empty}
        try:
            return await first_reply()
        finally:
            os.environ.clear()
            os.environ.update(before)


def loaded() -> list[str]:
    """Which heavy libraries a server has imported once it has replied."""
    code = (
        "import asyncio, sys; from bench.start import reply_inside; asyncio.run(reply_inside());"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    return list(json.loads(_python(code).replace("'", '"')))


async def reply_inside() -> None:
    """A reply of the server's own parts in this process."""
    from personagen_npc.build import running
    from personagen_npc.config import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(packs=(ROOT / "examples",), store=Path(folder), port=0)
        async with running(settings) as server:
            room = await server.host.open("inside", ("emberfall",), None, 7)
            room.world.query()


def grown(npcs: int) -> dict[str, float]:
    """What ``grow`` measured, in a process of its own."""
    code = f"from bench.start import grow; grow({npcs})"
    return dict(json.loads(_python(code)))


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def grow(npcs: int) -> None:
    """Print bytes an NPC with its past takes, before and after its memory was first searched."""
    from bench.village import PACK, Villages, lines, past, people
    from personagen_npc.world.roster import populate
    from personagen_npc.world.state import snapshot
    from personagen_npc.world.talking import talk
    from personagen_npc.world.world import World

    world = World("bench", Villages(npcs).pack((PACK,)), 7)
    world.begin()
    populate(world)
    first = len(world.npcs)
    _turn(world, talk, next(iter(world.npcs)), lines()[0])
    logical, start = len(snapshot.dump(world)), _rss()
    everybody = people(world, npcs)
    past(world, everybody, MEMORIES)
    made = _rss() - start
    logical = len(snapshot.dump(world)) - logical
    after_dump = _rss()
    for k, npc in enumerate(everybody):
        _turn(world, talk, npc.id, lines()[8 + k % 20])
    searched = made + _rss() - after_dump
    count = len(everybody) - first
    sizes = {"made": made, "searched": searched, "logical": logical}
    print(json.dumps({name: size / count for name, size in sizes.items()}))


def _turn(world: Any, talk: Any, npc: str, text: str) -> None:
    world.begin()
    talk.say(world, (npc,), "ash", text, whisper=True)
    world.end()


def _rss() -> int:
    import gc

    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


async def main_async(*, quick: bool) -> None:
    warm = await starts(3 if quick else 9)
    cold = await cold_start()
    best = warm[len(warm) // 2]
    npc = grown(300 if quick else NPCS) if sys.platform == "linux" else {}
    report(best, cold, loaded(), npc, 300 if quick else NPCS)


def report(warm: First, cold: First, modules: list[str], npc: dict[str, float], npcs: int) -> None:
    table(
        "From process start to the first reply over the socket",
        ["", "listening s", "world open s", "reply s", "CPU s", "RSS MB"],
        [["warm cache, median", *warm], ["empty cache", *cold]],
    )
    print(f"\nimported by then: {', '.join(modules)}")
    rows: list[list[object]] = [
        ["first_reply_s, warm", warm.reply_s, verdict(warm.reply_s, FIRST_S, at_most=True)],
        ["rss_mb after it", warm.rss_mb, verdict(warm.rss_mb, RSS_MB, at_most=True)],
    ]
    own = npc["searched"] / npc["logical"] if npc else float("nan")
    if npc:
        rows += [
            [f"kB an NPC x {MEMORIES} memories among {npcs}, made", npc["made"] / 1e3, ""],
            ["kB once its memory was searched", npc["searched"] / 1e3, ""],
            ["kB it holds logically: its share of the saved state", npc["logical"] / 1e3, ""],
            ["npc_bytes_ratio: searched / logical", own, verdict(own, NPC_RATIO, at_most=True)],
            [f"against the design's {DESIGNED_KB:.0f} kB", npc["searched"] / 1e3 / DESIGNED_KB,
             verdict(npc["searched"] / 1e3 / DESIGNED_KB, NPC_RATIO, at_most=True)],
        ]  # fmt: skip
    table("Where it stands", ["what", "figure", "target"], rows)
    finish({
        "first_reply_s": warm.reply_s, "first_reply_cold_s": cold.reply_s,
        "ready_s": warm.ready_s, "rss_mb": warm.rss_mb, "npc_bytes_ratio": own,
        "npc_kb": npc["searched"] / 1e3 if npc else None,
        "npc_logical_kb": npc["logical"] / 1e3 if npc else None,
        "torch": "torch" in modules,
    })  # fmt: skip


def main() -> None:
    asyncio.run(main_async(quick=options("The first reply, and memory.").quick))


if __name__ == "__main__":
    main()
