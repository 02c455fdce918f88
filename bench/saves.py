"""Saving and reading a world of a thousand minds, beside the bare disk; how long the loop stands.

``python -m bench.saves [--quick]``. Logical MB are the bytes of all blocks unpacked. A heart beats
every millisecond in the same loop while a save is made and minds go on changing; how late its
latest beat comes is the stall. The same heart beside nothing but the same changes is the control.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.harness import Timing, finish, once, options, paired, ratio, table, verdict
from bench.village import PACK, Villages, past, people
from personagen_npc import changes as c
from personagen_npc.host import saving
from personagen_npc.host.collector import at_rest
from personagen_npc.host.library import pack_bytes
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.features import WIDTH
from personagen_npc.memory.vectors import Vectors
from personagen_npc.store.container import read_save
from personagen_npc.store.saves import Saves
from personagen_npc.world.roster import populate
from personagen_npc.world.state import blocks
from personagen_npc.world.state.capture import Capture
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc

MEMORIES = 200
DIM = 256
TURNS = 8192  # as many as a ledger keeps
BEAT_S = 0.001
MB = 1e6
BUSY: list[float] = []  # CPU ms of all threads between two beats, at most, of each save


def world_of(npcs: int) -> World:
    """A world with a past, vectors of it, and a full ledger."""
    world = World("bench", Villages(npcs).pack((PACK,)), 7)
    world.begin()
    populate(world)
    world.end()
    minds = people(world, npcs)
    past(world, minds, MEMORIES)
    _learned(world, minds)
    world.vectors = Vectors("bench", DIM)
    noise = np.random.default_rng(7).integers(-127, 128, (len(world.happenings), DIM))
    for happening, vector in enumerate(noise.astype(np.int8)):
        world.vectors.put(happening, vector)
    return world


def _learned(world: World, minds: list[Npc]) -> None:
    rng = np.random.default_rng(11)
    for number in range(TURNS):
        npc = minds[number % len(minds)]
        x = tuple(rng.random(WIDTH).tolist())
        world.ledger.record(
            Turn(id=f"b1.s{number}", npc=npc.id, archetype=npc.profile.archetype,
                 player=f"player{number % 40}", conversation=f"c{number // 6}", act="greet",
                 p=0.25, x=x, offset=0.0, at=float(number), menu=()),
        )  # fmt: skip
        world.policy.learn(world.ledger.get(f"b1.s{number}"), 0.5, 1.0)


class Heart:
    """Beats in the loop; remembers by how much the latest beat came too late."""

    def __init__(self, world: World) -> None:
        self.latest = self.busiest = 0.0
        self._world, self._npcs, self._number = world, list(world.npcs), 0
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            start, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT_S)
            self.busiest = max(self.busiest, time.process_time() - worked)
            self.latest = max(self.latest, time.perf_counter() - start - BEAT_S)
            self._number += 1
            npc = self._npcs[self._number * 37 % len(self._npcs)]
            self._world.apply(c.DueSet(npc, float(self._number)))

    async def stop(self) -> float:
        """End it; the stall in ms."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self.latest * 1000


async def _save(world: World, saves: Saves, pack: bytes) -> tuple[float, float, float]:
    """Seconds until durable, the loop's stall and the control's stall in ms."""
    heart = Heart(world)
    await asyncio.sleep(0.01)
    start = time.perf_counter()
    capture = Capture(world)
    pinned = time.perf_counter() - start
    header: dict[str, Any] = {"world": "bench", **capture.where}
    await saving.write(saves, "bench", header, lambda: pack, capture)
    took = time.perf_counter() - start
    stall = max(await heart.stop(), pinned * 1000)
    BUSY.append(heart.busiest * 1000)
    heart = Heart(world)
    await asyncio.sleep(took)
    return took, stall, await heart.stop()


def _bare_write(folder: Path, data: bytes) -> None:
    unfinished = folder / "bare.unfinished"
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / "bare")


def main() -> None:
    chosen = options(__doc__ or "")
    rounds = 3 if chosen.quick else 7
    with at_rest():
        world = world_of(200 if chosen.quick else 1000)
    pack = pack_bytes(world.pack)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        _measure(world, pack, Path(name), rounds)


def _measure(world: World, pack: bytes, folder: Path, rounds: int) -> None:
    saves = Saves(folder)
    _, made = blocks.take(world)
    logical = len(pack) + sum(len(data) for _, data in made)
    plain = b"".join(data for _, data in made) + pack
    stalls: list[float] = []
    idle: list[float] = []

    def save() -> Timing:
        cpu = time.process_time()
        took, stall, control = asyncio.run(_save(world, saves, pack))
        cpu = time.process_time() - cpu  # the heart's and the control's with it
        stalls.append(stall)
        idle.append(control)
        return Timing(logical, cpu, took)

    def bare() -> Timing:
        return once(lambda: _bare_write(folder, plain), logical)

    written, bare_written = paired(save, bare, rounds=rounds)
    path = folder / "bench.npcsave"
    parsed = [once(lambda: blocks.read(read_save(path.read_bytes()).blocks), logical)
              for _ in range(rounds)]  # fmt: skip
    bare_read = [once((folder / "bare").read_bytes, logical) for _ in range(rounds)]
    with at_rest():
        loaded = once(lambda: saving.Kept(path.read_bytes()).world(world.pack), logical)
    write, read = (statistics.median(t.per_s for t in ts) / MB for ts in (written, parsed))
    stall = statistics.median(stalls)
    table(
        f"A save of {len(world.npcs)} NPCs, {logical / MB:.1f} logical MB, "
        f"{path.stat().st_size / MB:.1f} MB on disk",
        ("what", "MB/s", "of the bare disk", ""),
        [
            ("write, durable", write,
             ratio([t.per_s for t in written], [t.per_s for t in bare_written]),
             verdict(write, 250)),
            ("read, checked, as a tree", read,
             ratio([t.per_s for t in parsed], [t.per_s for t in bare_read]), verdict(read, 300)),
            ("loop's longest stall, ms", stall, "", verdict(stall, 10, at_most=True)),
            ("CPU of all threads meanwhile, ms", statistics.median(BUSY), "", ""),
            ("the same without a save, ms", statistics.median(idle), "", ""),
            ("a whole load, to a world that plays, s", loaded.wall_s, "", ""),
        ],
    )  # fmt: skip
    finish({
        "npcs": len(world.npcs), "logical_mb": logical / MB, "file_mb": path.stat().st_size / MB,
        "write_mb_s": write, "read_mb_s": read, "loop_stall_ms": stall,
        "loop_stall_worst_ms": max(stalls), "idle_stall_ms": statistics.median(idle),
        "loop_stall_cpu_ms": statistics.median(BUSY),
        "write_mb_cpu_s": statistics.median(t.per_cpu_s for t in written) / MB,
        "read_mb_cpu_s": statistics.median(t.per_cpu_s for t in parsed) / MB,
        "load_s": loaded.wall_s,
        "write_of_disk": ratio([t.per_s for t in written], [t.per_s for t in bare_written]),
        "read_of_disk": ratio([t.per_s for t in parsed], [t.per_s for t in bare_read]),
    })  # fmt: skip


if __name__ == "__main__":
    main()
