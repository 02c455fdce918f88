"""Events into a real server over a real WebSocket, against an echo of the same bytes.

The server does all that it does in a game: checks, one step of the world, a journal row, an answer
after the commit. The event is one of Emberfall that nobody but two players notices, so what is
measured is the road and not the minds. CPU ratios compare the CPU time of the two server
processes; rates are on the wall, with the client on the other core. One connection with many frames
in flight is what a game has, and the cheapest that an echo can have: it answers dozens of frames
for one call of the system. Many connections with one frame each are the dear case for both.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.harness import finish, options, ratio, table, verdict
from bench.served import Process, Raw, client, process, raw, serve_arguments

INGEST, DURABLE_100, DURABLE_16, BATCH = 0.85, 0.5, 0.3, 10.0
EVENTS = 100  # in one batch
CALM = ("--rate", "1000000000", "--queue", "16000000", "--priority", "normal")


class Run(NamedTuple):
    """So many messages: seconds on the wall, and CPU seconds of the server."""

    ops: int
    wall_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        """Messages a second on the wall."""
        return self.ops / self.wall_s

    @property
    def cpu_us(self) -> float:
        """CPU microseconds of the server for each."""
        return self.cpu_s / self.ops * 1e6


class Load(NamedTuple):
    """How frames come: connections, frames unanswered on each, events in a frame."""

    connections: int = 1
    window: int = 100
    batch: int = 1

    def __str__(self) -> str:
        if self.connections > 1:
            return f"{self.connections} connections, {self.window} in flight on each"
        return f"{self.window} in flight"


MANY = Load(connections=100, window=1)


def event(number: int) -> dict[str, object]:
    """One event of about 200 bytes, noticed by nobody but those two."""
    return {
        "type": "help", "actor": "ash", "target": "birch", "place": "trivet", "reach": "whisper",
        "importance": 0.4,
        "facts": {"item": "a coil of tarred rope", "count": number % 7, "at": "the ferry landing"},
    }  # fmt: skip


async def timed(
    server: Process, games: list[tuple[Raw, list[bytes]]], window: int, ops: int
) -> Run:
    """Pump frames over every connection and look at both clocks."""
    cpu, wall = server.cpu_s(), time.perf_counter()
    await asyncio.gather(*(game.pump(frames, window) for game, frames in games))
    return Run(ops, time.perf_counter() - wall, server.cpu_s() - cpu)


async def ours(server: Process, count: int, load: Load) -> Run:
    """Events into our server, one a frame or a hundred."""
    async with AsyncExitStack() as stack:
        games = []
        for _ in range(load.connections):
            game = await stack.enter_async_context(client(server, "wire"))
            for player in ("ash", "birch"):
                await game.ask("player.set", player=player, place="trivet")
            games.append((game, _frames(game, count // load.connections, load.batch)))
        return await timed(server, games, load.window, count)


def _frames(game: Raw, count: int, batch: int) -> list[bytes]:
    if batch == 1:
        return [game.packed("event", event=event(k)) for k in range(count)]
    many = [event(k) for k in range(batch)]
    return [game.packed("events", events=many) for _ in range(count // batch)]


async def limit(server: Process, count: int, load: Load) -> Run:
    """The same bytes to the echo."""
    async with AsyncExitStack() as stack:
        games = []
        for _ in range(load.connections):
            game = await stack.enter_async_context(raw(server.url))
            games.append((game, _frames(game, count // load.connections, load.batch)))
        return await timed(server, games, load.window, count)


async def pairs(
    server: Process, echo: Process, count: int, load: Load, rounds: int
) -> tuple[list[Run], list[Run]]:
    """Both by turns."""
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(await ours(server, count, load))
        theirs.append(await limit(echo, count, load))
    return mine, theirs


def shares(mine: list[Run], theirs: list[Run]) -> tuple[float, float]:
    """(by the server's CPU, by rate on the wall): our rate as a share of the limit's."""
    cpu = ratio([r.cpu_us for r in theirs], [r.cpu_us for r in mine])
    return cpu, ratio([r.per_s for r in mine], [r.per_s for r in theirs])


def median(runs: list[Run]) -> Run:
    """The run with the median rate."""
    return sorted(runs, key=lambda run: run.per_s)[len(runs) // 2]


async def main_async(*, quick: bool) -> None:
    count, rounds = (2000, 3) if quick else (10_000, 5)
    figures: dict[str, float] = {}
    lines: list[list[object]] = []
    with ExitStack() as stack:
        echo = stack.enter_context(process("-m", "bench.echo"))
        for durability in ("normal", "full"):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            more = ("--durability", durability, *CALM)
            server = stack.enter_context(process(*serve_arguments(Path(folder), *more)))
            for load in (Load(), Load(window=16), MANY):
                mine, theirs = await pairs(server, echo, count, load, rounds)
                cpu, wall = shares(mine, theirs)
                figures[f"{durability}, {load}, CPU"] = cpu
                figures[f"{durability}, {load}, wall"] = wall
                lines.append([
                    f"{durability}, {load}", median(mine).per_s, median(theirs).per_s,
                    wall, median(mine).cpu_us, median(theirs).cpu_us, cpu,
                ])  # fmt: skip
            if durability == "normal":
                figures |= await batches(server, count, rounds)
    report(figures, lines)


async def batches(server: Process, count: int, rounds: int) -> dict[str, float]:
    """Events a second in frames of a hundred, against frames of one."""
    one, many = [], []
    for _ in range(rounds):
        one.append(await ours(server, count, Load()))
        many.append(await ours(server, count * 2, Load(window=4, batch=EVENTS)))
    cpu, wall = shares(many, one)
    return {
        "batch_cpu": cpu, "batch_wall": wall, "batch_events_per_s": median(many).per_s,
        "single_events_per_s": median(one).per_s, "batch_event_us": median(many).cpu_us,
    }  # fmt: skip


def report(figures: dict[str, float], lines: list[list[object]]) -> None:
    head = ["durability, load", "ours/s", "echo/s", "ratio", "our CPU us", "echo CPU us",
            "CPU ratio"]  # fmt: skip
    table("Events over a WebSocket against an echo of the same bytes", head, lines)
    table(
        "Frames of a hundred events against frames of one",
        ["", "events/s", "CPU us an event"],
        [["batches", figures["batch_events_per_s"], figures["batch_event_us"]],
         ["single", figures["single_events_per_s"], ""]],
    )  # fmt: skip
    ingest, durable = figures[f"normal, {Load()}, CPU"], figures[f"full, {Load()}, wall"]
    few, batch = figures[f"full, {Load(window=16)}, wall"], figures["batch_wall"]
    ingest_wall, crowd = figures[f"normal, {Load()}, wall"], figures[f"normal, {MANY}, CPU"]
    table(
        "Where it stands",
        ["what", "figure", "target"],
        [
            ["ingest_ratio: CPU, normal, 100 in flight", ingest, verdict(ingest, INGEST)],
            ["the same on the wall", ingest_wall, ""],
            [f"the same over {MANY}", crowd, ""],
            ["durable_ratio: wall, full, 100 in flight", durable, verdict(durable, DURABLE_100)],
            ["durable_16_ratio: wall, full, 16 in flight", few, verdict(few, DURABLE_16)],
            ["batch_ratio: events a second on the wall", batch, verdict(batch, BATCH)],
        ],
    )
    finish({
        "ingest_ratio": ingest, "ingest_wall_ratio": ingest_wall,
        "ingest_many_ratio": crowd,
        "durable_ratio": durable, "durable_16_ratio": few, "batch_ratio": batch,
        "batch_cpu_ratio": figures["batch_cpu"],
        "events_per_s": figures["single_events_per_s"],
        "batch_events_per_s": figures["batch_events_per_s"],
    })  # fmt: skip


def main() -> None:
    asyncio.run(main_async(quick=options("Events in over a WebSocket, against an echo.").quick))


if __name__ == "__main__":
    main()
