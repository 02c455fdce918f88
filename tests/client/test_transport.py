from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import personagen_npc
from personagen_npc.client.pushes import KEPT, Board, Pushes
from personagen_npc.client.transport import PIPE, Gone, Pipe
from personagen_npc.wire.messages import Changed, Spoke

ROOT = Path(__file__).parents[2]


async def test_a_pipe_carries_frames_both_ways_in_order() -> None:
    one, other = Pipe.pair()
    for k in range(10):
        await one.send(bytes([k]))
    await other.send("back")
    assert [await other.recv() for _ in range(10)] == [bytes([k]) for k in range(10)]
    assert await one.recv() == "back"


async def test_a_full_pipe_holds_its_writer_back_until_somebody_reads() -> None:
    one, other = Pipe.pair()
    writer = asyncio.create_task(_write(one, PIPE + 5))
    await asyncio.sleep(0.01)
    assert not writer.done()
    for _ in range(PIPE + 5):
        await other.recv()
    await writer


async def _write(pipe: Pipe, frames: int) -> None:
    for _ in range(frames):
        await pipe.send(b"x")


async def test_what_was_sent_before_a_close_still_comes_then_the_reason() -> None:
    one, other = Pipe.pair()
    await one.send(b"last")
    await one.close(4006, "replaced")
    assert await other.recv() == b"last"
    for end in (one, other):
        with pytest.raises(Gone) as gone:
            await end.recv()
        assert (gone.value.closed, gone.value.reason) == (4006, "replaced")
        with pytest.raises(Gone):
            await end.send(b"x")


async def test_a_close_frees_who_waits() -> None:
    one, other = Pipe.pair()
    reader = asyncio.create_task(other.recv())
    writer = asyncio.create_task(_write(other, PIPE + 1))
    await asyncio.sleep(0.01)
    await one.close()
    with pytest.raises(Gone):
        await reader
    with pytest.raises(Gone):
        await asyncio.gather(writer, other.send(b"x"))


async def test_a_reader_that_does_not_read_loses_the_oldest_and_knows() -> None:
    reader = Pushes(Spoke)
    for k in range(KEPT + 3):
        reader.take(_spoke(k))
    assert reader.dropped == 3
    assert (await anext(reader)).turn == "t3"


async def test_repeated_messages_are_told_once() -> None:
    board = Board()
    reader: Pushes[Spoke | Changed] = board.add(Pushes(*(Spoke, Changed)))
    for seq in (1, 2, 2, 1, 3):
        board.post(_spoke(seq))
        board.post(Changed(seq=seq, what="npc", id="mara", fields={"place": "yard"}))
    board.end()
    assert [p.seq async for p in reader] == [1, 1, 2, 2, 3, 3]


def _spoke(seq: int) -> Spoke:
    return Spoke(seq=seq, turn=f"t{seq}", npc="mara", text="Hm.", act="bark")


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert personagen_npc.__version__ == project["version"]


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, personagen_npc; "
        "print([m for m in ('numpy', 'pydantic', 'websockets', 'faiss') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert told.stdout.strip() == "[]", told.stderr
    assert personagen_npc.connect.__module__ == "personagen_npc.build"
    with pytest.raises(AttributeError):
        personagen_npc.nothing  # noqa: B018
