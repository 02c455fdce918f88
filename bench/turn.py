"""One turn, from the bytes of a frame to the bytes of the reply, among 1,000 NPCs x 200 memories.

Everything but the socket is in it: decode, admission, the world's step, a row in a real journal,
its commit, the encoded reply. The figure is CPU time of the thread that does turns; what the
journal's own thread takes is shown beside it. The stages come from a second pass with timing
wrappers around the functions (they cost, so the whole is measured without them).
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgpack

from bench.harness import finish, parser_for, percentile, table, verdict
from bench.stages import Stages
from bench.village import PACK, PLAYERS, Villages, lines, past, people
from personagen_npc.host import host as host_file
from personagen_npc.host import room as room_file
from personagen_npc.host import translate
from personagen_npc.host.host import Host
from personagen_npc.mind import turn as mind
from personagen_npc.mind.telling import recourse
from personagen_npc.wire import frame as wire
from personagen_npc.wire import session as order
from personagen_npc.world.talking import groups, talk
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from personagen_npc.host.link import Link
    from personagen_npc.host.room import Room

NPCS, MEMORIES = 1000, 200
P50_US, P99_US = 350.0, 1000.0
TALK = 8  # lines of one talk before the player goes on to somebody else
TOGETHER = 120  # NPCs who are talked with by turns; the others are there and remember

# stage -> what the design allows it, microseconds
BUDGET = {
    "frame": 12, "host": 0, "scene": 30, "perceive": 30, "recall": 80, "feel": 5, "query": 0,
    "choose": 60, "speak": 75, "check": 40, "remember": 0, "turn": 0, "apply": 20, "journal": 0,
    "reply": 5,
}  # fmt: skip


class Sink:
    """One connected client's way out: encodes what comes, and says when the reply is there."""

    def __init__(self) -> None:
        self.replied = asyncio.Event()
        self.bytes = 0
        self.errors: list[dict[str, Any]] = []

    def put(self, plain: dict[str, Any]) -> None:
        """As a connection's outbox does: encode, queue."""
        self.bytes += len(wire.encode_plain(plain))
        if plain["type"] == "error":
            self.errors.append(plain)
        self.replied.set()


class Table:
    """A host with one full world and a client at it."""

    def __init__(self, host: Host, room: Room, link: Link) -> None:
        self.host, self.room, self.link = host, room, link
        self.sink = Sink()
        link.outbox = self.sink
        self.session = order.Session(state=order.State.READY, role="game")
        self.released_ns = 0
        self.process_ns = 0  # of the whole process, while a turn was under way
        self._time_release(room)

    def _time_release(self, room: Room) -> None:
        release = room._release

        def timed(seq: int) -> None:
            start = time.thread_time_ns()
            release(seq)
            self.released_ns += time.thread_time_ns() - start

        room._release = timed  # type: ignore[method-assign]

    def take(self, frame: bytes) -> None:
        """A frame comes in: what a server does with it between two waits."""
        request = wire.decode(frame)
        self.session.admit(request)
        self.host.deliver(self.link, request)

    async def turn(self, frame: bytes) -> float:
        """Microseconds of this thread from the frame to the encoded reply."""
        self.sink.replied.clear()
        self.released_ns = 0
        before, start = time.process_time_ns(), time.thread_time_ns()
        self.take(frame)
        taken = time.thread_time_ns() - start
        await self.sink.replied.wait()
        self.process_ns = time.process_time_ns() - before
        return (taken + self.released_ns) / 1000

    async def sleep_over(self, game_s: float, number: int) -> float:
        """Game time passes, as it does between talks; microseconds."""
        at = self.room.world.now + game_s
        return await self.turn(msgpack.packb({"type": "tick", "id": number, "time": at}))


async def at_table(npcs: int, memories: int, folder: Path) -> Table:
    """A host with the world in it."""
    host = Host(Villages(npcs), folder)
    room = await host.open("bench", (PACK,), None, 7)
    past(room.world, people(room.world, npcs), memories)
    link = host.begin("game", "")
    host.join(link, room)
    gc.collect()
    gc.freeze()
    return Table(host, room, link)


class Talks:
    """Frames of players who talk a while with one NPC and then with the next."""

    def __init__(self, ids: list[str]) -> None:
        step = max(1, len(ids) // TOGETHER)
        self._ids = ids[::step][:TOGETHER]
        self._lines = lines()
        self.count = 0
        self.id = 0

    def next(self) -> bytes:
        """The next line as a frame."""
        talk_no, self.count, self.id = self.count // TALK, self.count + 1, self.id + 1
        # steps without a common divisor with the lengths: every line meets every NPC in time
        line = self._lines[(self.count * 7 + talk_no * 3) % len(self._lines)]
        npc = self._ids[talk_no % len(self._ids)]
        packed: bytes = msgpack.packb(
            {"type": "say", "id": self.id, "npc": npc, "player": self.player(talk_no), "text": line}
        )
        return packed

    def player(self, talk: int = 0) -> str:
        """Who speaks in a talk."""
        return f"player{talk * 11 % PLAYERS}"

    def fresh(self) -> bool:
        """Whether the next line begins a talk."""
        return self.count % TALK == 0


class Took(NamedTuple):
    """Microseconds: of the thread for each turn, of the process for each, of each tick between."""

    turns: list[float]
    process: list[float]
    ticks: list[float]


async def run(at: Table, talks: Talks, count: int, stages: Stages | None = None) -> Took:
    """So many turns; their stages too, if somebody counts them."""
    took = Took([], [], [])
    for _ in range(count):
        if talks.fresh():
            talks.id += 1
            took.ticks.append(await at.sleep_over(600.0, talks.id))
            if stages is not None:
                stages.forget()
        took.turns.append(await at.turn(talks.next()))
        took.process.append(at.process_ns / 1000)
        if stages is not None:
            stages.next_turn()
    return took


def wrapped(stages: Stages, at: Table) -> None:
    """Put the timing wrappers around what a turn calls."""
    # the room's own way to msgpack, so that the frames' packing does not count with the journal's
    packer = SimpleNamespace(packb=msgpack.packb, unpackb=msgpack.unpackb)
    stages.replace(room_file, "msgpack", packer)
    stages.wrap_all([
        (wire, "decode", "frame"), (order.Session, "admit", "frame"),
        (groups, "scene_for", "scene"), (talk, "meet_player", "scene"),
        (mind, "hear", "perceive"), (recourse, "recall", "recall"), (mind, "feel", "feel"),
        (mind, "mood_now", "feel"), (mind, "base_query", "query"), (mind, "turn_query", "query"),
        (mind, "look", "query"), (mind, "choose", "choose"), (mind, "speak", "speak"),
        (mind, "check", "check"), (mind, "keep_line", "remember"), (mind, "relate", "remember"),
        (mind, "laid_open", "remember"), (groups, "open_turn", "turn"),
        (groups, "close_turn", "turn"),
        (talk, "overhear_line", "apply"), (talk, "overhear_reply", "apply"), (talk, "say", "turn"),
        (World, "apply", "apply"), (World, "do_all", "apply"),
        (room_file.Room, "append", "journal"),
        (room_file, "to_plain", "journal"), (packer, "packb", "journal"),
        (translate, "answers", "reply"), (wire, "encode_plain", "reply"),
        (host_file.Host, "deliver", "host"), (at.room, "_release", "reply"),
    ])  # fmt: skip


async def main_async(memories: int, *, quick: bool) -> None:
    turns = 600 if quick else 4000
    npcs = 300 if quick else NPCS
    with tempfile.TemporaryDirectory() as folder:
        at = await at_table(npcs, memories, Path(folder))
        ids = [n.id for n in at.room.world.npcs.values()]
        talks = Talks(ids)
        first = await run(at, talks, len(talks._ids) * TALK)
        cold = first.turns[::TALK]
        took = await run(at, talks, turns)
        stages = Stages()
        wrapped(stages, at)
        await run(at, talks, turns // 2, stages)
        stages.close()
        errors = at.sink.errors
        await at.host.close()
    report(took, cold, stages, errors, (npcs, memories))


def report(
    took: Took, cold: list[float], stages: Stages, errors: list[dict[str, Any]],
    size: tuple[int, int],
) -> None:  # fmt: skip
    npcs, memories = size
    shown = []
    for stage, budget in BUDGET.items():
        micros = stages.micros(stage)
        shown.append([stage, percentile(micros, 0.5), percentile(micros, 0.99), budget or ""])
    sums = [sum(turn.values()) / 1000 for turn in stages.turns]
    shown.append(["sum", percentile(sums, 0.5), percentile(sums, 0.99), P50_US])
    title = f"Stages of a turn, own time, us, {npcs} NPCs x {memories} memories (wrappers on)"
    table(title, ["stage", "p50", "p99", "budget"], shown)
    p50, p99 = percentile(took.turns, 0.5), percentile(took.turns, 0.99)
    whole, tick = percentile(took.process, 0.5), percentile(took.ticks, 0.5) / 1000
    table(
        "Where it stands",
        ["what", "us", "target"],
        [
            ["turn_p50_us: frame to encoded reply, thread of the turns", p50,
             verdict(p50, P50_US, at_most=True)],
            ["turn_p99_us", p99, verdict(p99, P99_US, at_most=True)],
            ["first turn of a mind, p50: its index is built", percentile(cold, 0.5), ""],
            ["all threads, p50: with the loop and a commit of its own", whole, ""],
            [f"tick of 10 game minutes, {npcs} NPCs, p50, milliseconds", tick, ""],
            ["errors", len(errors), ""],
        ],
    )  # fmt: skip
    finish({
        "turn_p50_us": p50, "turn_p99_us": p99, "turn_first_us": percentile(cold, 0.5),
        "turn_all_threads_us": whole, "tick_ms": tick, "npcs": npcs, "memories": memories,
        "errors": len(errors),
        **{f"{stage}_us": percentile(stages.micros(stage), 0.5) for stage in BUDGET},
    })  # fmt: skip


def main() -> None:
    parser = parser_for("One turn among a thousand NPCs.")
    parser.add_argument("--memories", type=int, default=MEMORIES, help="of each NPC")
    asked = parser.parse_args()
    asyncio.run(main_async(asked.memories, quick=asked.quick))


if __name__ == "__main__":
    main()
