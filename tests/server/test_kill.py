"""SIGKILL in the middle of traffic: nothing acknowledged is lost, nothing is done twice.

Clients go on over every kill: they resume, send again what was not answered, and count what was.
Afterwards each client's own NPCs must have seen and said exactly as much as was acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from personagen_npc.client.client import Client
from personagen_npc.client.session import Who
from personagen_npc.client.transport import Transport, WebSocketTransport
from personagen_npc.host.replaying import Replay, replayed
from personagen_npc.store.reading import Reading

if TYPE_CHECKING:
    from asyncio.subprocess import Process

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("killed_server.py")
KILLS = 200 if os.environ.get("PERSONAGEN_TEST_SCALE") == "full" else 20
CLIENTS = 4
AT_ONCE = 5  # events that a client has under way


class Server:
    """A server process that can be killed and started again on the same store."""

    def __init__(self, store: Path, mode: str) -> None:
        self._command = [sys.executable, str(CHILD), str(store), mode]
        self._process: Process | None = None
        self._url, self._token = "", ""
        self._up = asyncio.Event()

    async def start(self) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = asyncio.subprocess.PIPE
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=pipe, stderr=quiet, env=env
        )
        assert self._process.stdout is not None
        ready = json.loads(await self._process.stdout.readline())
        self._url = ready["url"]
        self._token = _text(ready["token_file"])
        self._up.set()

    async def kill(self) -> None:
        self._up.clear()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def dial(self) -> Transport:
        await self._up.wait()
        return await WebSocketTransport.dial(self._url)

    async def client(self, number: int) -> Client:
        who = Who(self._token, player=f"P{number}")
        client = Client(self.dial, who, patience_s=120.0, timeout_s=120.0)
        return await client.start()


def _text(file: str) -> str:
    return Path(file).read_text(encoding="ascii").strip()


class Tally:
    """One client's traffic, and how much of it was acknowledged."""

    def __init__(self, number: int, client: Client) -> None:
        self.witness, self.talker, self.player = f"w{number}", f"t{number}", f"P{number}"
        self.client, self.events, self.says = client, 0, 0
        self.stop = False

    async def prepare(self) -> None:
        """Everything that the traffic needs; from here on the session is in the journal."""
        await self.client.open("w", packs=["good"], seed=1)
        await self.client.set_player(self.player, name=self.player, place="yard")
        await self.client.spawn(entry="mara", npc=self.witness, place="yard")
        await self.client.spawn(entry="mara", npc=self.talker, place="forge")

    async def talk(self) -> None:
        while not self.stop:
            await asyncio.gather(*(self._event() for _ in range(AT_ONCE)), self._say())

    async def _event(self) -> None:
        theft = {"actor": self.player, "target": "tomas", "witnesses": [self.witness]}
        await self.client.event("theft", **theft)
        self.events += 1

    async def _say(self) -> None:
        await self.client.say(self.talker, "Good day to you.")
        self.says += 1

    async def wrong(self) -> str:
        """How the world differs from what was acknowledged; "" when it does not."""
        seen = (await self.client.npc(self.witness))["memories"]
        said = (await self.client.npc(self.talker))["turns"]
        if (seen, said) == (self.events, self.says):
            return ""
        return (
            f"{self.player}: {self.events} events and {self.says} lines told, {seen}, {said} there"
        )


async def tallies_after(store: Path, mode: str, kills: int, seed: int) -> tuple[list[Tally], str]:
    """Traffic over so many kills; the tallies, and what is wrong with the world at the end."""
    dice = random.Random(seed)
    server = Server(store, mode)
    await server.start()
    tallies = [Tally(k, await server.client(k)) for k in range(CLIENTS)]
    try:
        for tally in tallies:
            await tally.prepare()
        traffic = [asyncio.create_task(t.talk()) for t in tallies]
        for _ in range(kills):
            told = [t.events for t in tallies]
            while any(t.events == n for t, n in zip(tallies, told, strict=True)):  # noqa: ASYNC110
                await asyncio.sleep(0.005)  # until every client is in traffic again
            await asyncio.sleep(dice.uniform(0.0, 0.2))
            await server.kill()
            await server.start()
        for tally in tallies:
            tally.stop = True
        await asyncio.gather(*traffic)
        wrong = [w for t in tallies if (w := await t.wrong())]
        happenings = (await tallies[0].client.ask("stats"))["happenings"]
        if happenings != sum(t.events for t in tallies):
            wrong.append(f"{happenings} happenings")
        return tallies, "; ".join(wrong)
    finally:
        await server.kill()
        for tally in tallies:
            await tally.client._session.end(polite=False)


def replay_of(store: Path) -> Replay:
    """The survivor's journal again, through the minds."""
    with Reading(store / "w" / "journal.db") as journal:
        return replayed(journal)


async def test_nothing_acknowledged_is_lost_or_doubled_over_many_kills(tmp_path: Path) -> None:
    tallies, wrong = await tallies_after(tmp_path / "store", "honest", KILLS, seed=7)
    assert not wrong
    assert sum(t.events for t in tallies) > 5 * KILLS
    assert all(t.says for t in tallies)
    replay = replay_of(tmp_path / "store")
    assert replay.differs is None
    assert replay.again >= sum(t.events + t.says for t in tallies)


async def test_kills_while_the_journal_is_compacted_lose_nothing_either(tmp_path: Path) -> None:
    """The replay also holds each checkpoint to the state that its rows come to."""
    store = tmp_path / "store"
    _, wrong = await tallies_after(store, "compacting", KILLS, seed=9)
    assert not wrong
    with Reading(store / "w" / "journal.db") as journal:
        assert journal.first > 1
        assert journal.rows_of(frozenset({"checkpoint"}))
    assert replay_of(store).differs is None


async def test_a_control_that_answers_before_the_commit_is_caught(tmp_path: Path) -> None:
    _, wrong = await tallies_after(tmp_path / "store", "early", kills=6, seed=8)
    assert wrong, "the control lost nothing, so the kill test could not have failed"
