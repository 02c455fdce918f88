"""Whatever comes in, one client may be refused or closed; nothing breaks and others are served."""

from __future__ import annotations

import asyncio
import logging
import os
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack
import pytest

from personagen_npc import __version__
from personagen_npc.client.transport import Gone, Pipe
from personagen_npc.host.host import Host
from personagen_npc.host.library import Library
from personagen_npc.server.admit import Tokens
from personagen_npc.server.connection import Connection, House
from personagen_npc.wire.plain import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TESTS = Path(__file__).parents[1]
FRAMES = 10_000 if os.environ.get("PERSONAGEN_TEST_SCALE") == "full" else 800
BODY = 7  # bytes before the values: a map, "id", and the id itself, which must come back
SERVED: set[asyncio.Task[None]] = set()


MARA_P1: dict[str, Any] = {"npc": "mara", "player": "P1"}
THEFT: dict[str, Any] = {"type": "theft", "actor": "P1", "target": "mara", "place": "forge"}
LAWFUL: tuple[dict[str, Any], ...] = (
    {"type": "ping"},
    {"type": "world.open", "name": "w", "packs": ["good"], "seed": 1},
    {"type": "world.list"},
    {"type": "world.set", "variables": {"gate_open": True}, "quests": {"hammer": "offered"}},
    {"type": "pack.reload"},
    {"type": "npc.spawn", "entry": "mara", "npc": "m2", "place": "yard"},
    {"type": "npc.spawn", "profile": {"id": "x", "name": "X Y", "place": "yard"}},
    {"type": "npc.spawn", "theme": "a shy baker"},
    {"type": "npc.remove", "npc": "m2"},
    {"type": "npc.list", "place": "yard", "limit": 5},
    {"type": "npc.get", "npc": "mara"},
    {"type": "npc.set", "npc": "tomas", "place": "forge", "traits": {"extraversion": 0.4}},
    {"type": "npc.set", "npc": "tomas", "goals": [{"id": "g", "utility": 0.5}], "state": "alive"},
    {"type": "player.set", "player": "P1", "name": "Robin", "place": "yard", "facts": {"hat": 1}},
    {"type": "player.forget", "player": "P1"},
    {"type": "save", "name": "s1", "note": "n"},
    {"type": "load", "name": "s1"},
    {"type": "load.undo"},
    {"type": "save.list"},
    {"type": "save.export", "name": "s1", "offset": 0, "size": 100},
    {"type": "save.import", "name": "s2", "offset": 0, "total": 3, "data": b"abc", "last": True},
    {"type": "say", **MARA_P1, "text": "Where is my hammer?", "why": True, "stream": True},
    {"type": "say", "to": ["mara", "tomas"], "player": "P1", "text": "Hello!", "max_chars": 40},
    {"type": "perform", **MARA_P1, "text": "Mind the fire."},
    {"type": "bark", **MARA_P1, "situation": "idle"},
    {"type": "converse", "npc": "mara", "with_npc": "tomas", "topic": "hammer"},
    {"type": "cancel", "target": 3},
    {"type": "shown", "turn": "b1.s3", "text": "Mind"},
    {"type": "action.result", "action": "b1.s3.a0", "result": "done", "facts": {"price": 3}},
    {"type": "event", "event": THEFT},
    {"type": "events", "events": [THEFT, {**THEFT, "witnesses": ["tomas"]}]},
    {"type": "reward", **MARA_P1, "value": 0.5},
    {"type": "reward", "turn": "b1.s3", "value": -1, "kind": "trade", "key": "k"},
    {"type": "tick", "time": 5.0},
    {"type": "pause", "on": True},
    {"type": "fact.tell", "npc": "tomas", "fact": "forge_place", "teller": "P1"},
    {"type": "fact.tell", "npc": "tomas", "text": "The bridge is out.", "source": "the well"},
    {"type": "ask", "what": "memories", **MARA_P1, "query": "hammer", "limit": 3},
    {"type": "ask", "what": "beliefs", "npc": "mara", "query": "forge"},
    {"type": "ask", "what": "relations", "npc": "mara"},
    {"type": "ask", "what": "why", "turn": "b1.s3"},
    {"type": "ask", "what": "stats"},
    {"type": "ask", "what": "learning", "npc": "mara"},
    {"type": "policy", "op": "pin", "npc": "mara", "act": "greet"},
    {"type": "policy", "op": "reset"},
    {"type": "subscribe", "npcs": ["mara"], "places": ["yard"]},
)
ODD: tuple[Any, ...] = (
    *("mara", "P1", "good", "yard", "hammer", "", "nobody", "x" * 300, "\u202e\ud7ff", "{#a}[b|"),
    *(-1, 0, 5.5, 1e12, 2**60, True, None, b"\x00", [], {}, ["mara", "mara"], {"a": [{}]}),
)


def spoiled(lawful: dict[str, Any], dice: random.Random, number: int) -> bytes:
    """A frame, often with one value changed, now and then with one byte."""
    plain = {"id": number, **lawful}
    keys = [k for k in lawful if k != "type"]
    if keys and dice.random() < 0.5:
        plain[dice.choice(keys)] = dice.choice(ODD)
    if plain["type"] == "tick" and plain["time"] == 5.0:
        plain["time"] = number * 100.0
    raw = bytearray(msgpack.packb(plain))
    if dice.random() < 0.02:
        raw[dice.randrange(BODY, len(raw))] = dice.randrange(256)
    return bytes(raw)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    host = Host(Library([TESTS / "packs"]), tmp_path / "store")
    yield House(host, Tokens({"game": "s"}), Limits(rate=10**9), __version__)
    await host.close()


async def dial(house: House) -> Pipe:
    here, there = Pipe.pair()
    task = asyncio.create_task(Connection(there, house).run())
    SERVED.add(task)
    task.add_done_callback(SERVED.discard)
    await here.send(msgpack.packb({"type": "hello", "id": 1, "token": "s", "world": "w"}))
    assert msgpack.unpackb(await here.recv())["type"] == "welcome"
    return here


async def answer(pipe: Pipe, re: int) -> str:
    """What closes a request: its type or code; "gone" when the connection was closed for it."""
    try:
        while True:
            plain = msgpack.unpackb(await pipe.recv())
            assert plain.get("code") != "server_fault", plain
            if plain.get("re") in {re, 0} and plain["type"] != "delta" and plain.get("last", True):
                return str(plain.get("code", plain["type"]))
    except Gone:
        return "gone"


async def test_spoiled_frames_break_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    dice, seen = random.Random(11), Counter[str]()
    await house.host.open("w", ("good",), seed=1)
    pipe = await dial(house)
    for number in range(2, FRAMES):
        await pipe.send(spoiled(dice.choice(LAWFUL), dice, number))
        async with asyncio.timeout(20):
            told = await answer(pipe, number)
        seen[told] += 1
        if told in {"gone", "bad_frame"}:
            await pipe.close()
            pipe = await dial(house)
    await pipe.close()
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert seen["ok"] > FRAMES / 10, seen
    assert seen["reply"] > FRAMES / 200, seen
