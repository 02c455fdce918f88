"""Saving and reading a world of a thousand minds, beside the bare disk; how long the loop stands.

``python -m bench.saves [--quick]``. Logical MB are the bytes of all blocks unpacked. A heart beats
every millisecond in the same loop while a save is made, or loaded, and minds go on changing; how
late its latest beat comes, less how late it comes beside nothing but the same changes (the control,
as long), is the stall. A load is all that a server does for one: the world that is left is taken as
well, and the new one packed for the journal. The first load of a process is told apart from those
after it, which find profiles and rules read.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bench.harness import Timing, finish, once, options, paired, ratio, table, verdict
from bench.village import PACK, Villages, past, people
from personagen_npc import changes as c
from personagen_npc.host import saving
from personagen_npc.host.aside import aside, let_go
from personagen_npc.host.collector import at_rest
from personagen_npc.host.leaving import arriving, leaving
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
    from collections.abc import Callable, Coroutine

    from personagen_npc.mind.npc import Npc

MEMORIES = 200
DIM = 256
TURNS = 8192  # as many as a ledger keeps
BEAT_S = 0.001
MB = 1e6
BUSY: list[float] = []  # CPU ms of all threads between two beats, at most, of each save


class Beside(NamedTuple):
    """What was done beside a beating heart: seconds, the stall and the control's in ms."""

    took: float
    stall: float
    control: float

    @property
    def more(self) -> float:
        """By how many ms the loop was held up longer than without."""
        return max(0.0, self.stall - self.control)


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


async def _beside(world: World, work: Callable[[], Coroutine[Any, Any, None]]) -> Beside:
    heart = Heart(world)
    await asyncio.sleep(0.01)
    start = time.perf_counter()
    await work()
    took = time.perf_counter() - start
    stall = await heart.stop()
    BUSY.append(heart.busiest * 1000)
    heart = Heart(world)
    await asyncio.sleep(took)
    return Beside(took, stall, await heart.stop())


async def _save(world: World, saves: Saves, pack: bytes) -> None:
    """As ``host.files`` does it, until it is durable."""
    capture = Capture(world)
    header: dict[str, Any] = {"world": "bench", **capture.where}
    await saving.write(saves, "bench", header, lambda: pack, capture)


async def _load(world: World, path: Path) -> None:
    """As ``host.files`` does it, but for the row in the journal."""
    kept = await aside(saving.Kept, await asyncio.to_thread(path.read_bytes))
    new = await aside(kept.world, world.pack)
    await arriving(new)
    room: Any = SimpleNamespace(name="bench", world=world)
    (await leaving(room)).end()
    await asyncio.to_thread(let_go, [new, *new.npcs.values()])


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
    saved: list[Beside] = []

    def save() -> Timing:
        cpu = time.process_time()
        saved.append(asyncio.run(_beside(world, lambda: _save(world, saves, pack))))
        cpu = time.process_time() - cpu  # the heart's and the control's with it
        return Timing(logical, cpu, saved[-1].took)

    def bare() -> Timing:
        return once(lambda: _bare_write(folder, plain), logical)

    written, bare_written = paired(save, bare, rounds=rounds)
    path = folder / "bench.npcsave"
    with at_rest():  # as a load does
        parsed = [once(lambda: blocks.read(read_save(path.read_bytes()).blocks), logical)
                  for _ in range(rounds)]  # fmt: skip
    bare_read = [once((folder / "bare").read_bytes, logical) for _ in range(rounds)]
    first, *loads = [asyncio.run(_beside(world, lambda: _load(world, path)))
                     for _ in range(rounds + 1)]  # fmt: skip
    load_cpu = once(lambda: asyncio.run(_load(world, path)), logical).cpu_s
    write, read = (statistics.median(t.per_s for t in ts) / MB for ts in (written, parsed))
    stall, load_stall = (statistics.median(b.more for b in some) for some in (saved, loads))
    load_s = statistics.median(b.took for b in loads)
    idle = statistics.median(b.control for b in saved)
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
            ("loop's longest stall by a save, ms", stall, "", verdict(stall, 10, at_most=True)),
            ("by a load, ms", load_stall, "", verdict(load_stall, 10, at_most=True)),
            ("longest without either, ms", idle, "", ""),
            ("a whole load, to a world that plays, s", load_s, "", ""),
            ("the first of a process, s", first.took, "", ""),
        ],
    )  # fmt: skip
    finish({
        "npcs": len(world.npcs), "logical_mb": logical / MB, "file_mb": path.stat().st_size / MB,
        "write_mb_s": write, "read_mb_s": read, "loop_stall_ms": stall, "load_s": load_s,
        "load_first_s": first.took, "load_cpu_s": load_cpu, "load_stall_ms": load_stall,
        "load_stall_worst_ms": max(b.stall for b in (first, *loads)),
        "loop_stall_worst_ms": max(b.stall for b in saved), "idle_stall_ms": idle,
        "busiest_cpu_ms": statistics.median(BUSY),
        "write_mb_cpu_s": statistics.median(t.per_cpu_s for t in written) / MB,
        "read_mb_cpu_s": statistics.median(t.per_cpu_s for t in parsed) / MB,
        "write_of_disk": ratio([t.per_s for t in written], [t.per_s for t in bare_written]),
        "read_of_disk": ratio([t.per_s for t in parsed], [t.per_s for t in bare_read]),
    })  # fmt: skip


if __name__ == "__main__":
    main()
