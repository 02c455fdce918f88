"""A host with a small pack, seats at its table, and a journal that commits when it is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import JournalFailed
from personagen_npc.host import host as host_module
from personagen_npc.host.host import Host
from personagen_npc.host.library import Library
from personagen_npc.store.journal import Journal
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from personagen_npc.host.link import Link
    from personagen_npc.store.rows import Row
    from personagen_npc.wire.messages import Request

PACKS = Path(__file__).resolve().parents[1] / "packs"
PATIENCE_S = 20.0  # only ever spent where an answer never comes


class Seat:
    """One session, and everything that was sent to it."""

    def __init__(self, host: Host, role: str = "game", player: str = "") -> None:
        self.host = host
        self.got: list[dict[str, Any]] = []
        self._id = 0
        self._news = asyncio.Event()
        self.link: Link = host.begin(role, player)
        self.link.outbox = self

    def put(self, plain: dict[str, Any]) -> None:
        self.got.append(plain)
        self._news.set()

    def send(self, kind: type[Request], /, *, again: int | None = None, **fields: Any) -> int:
        """Send a message; returns its id. ``again`` sends under an earlier id."""
        if again is None:
            self._id += 1
            again = self._id
        self.host.deliver(self.link, kind(id=again, **fields))
        return again

    async def answer(self, re: int, nth: int = 0) -> dict[str, Any]:
        """The answer to a message; the ``nth`` one where it was sent more than once."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.answers(re)) <= nth:
                self._news.clear()
                await self._news.wait()
        return self.answers(re)[nth]

    def answers(self, re: int) -> list[dict[str, Any]]:
        return [g for g in self.got if g.get("re") == re and g["type"] != "delta"]

    async def ask(self, kind: type[Request], /, **fields: Any) -> dict[str, Any]:
        """Send and wait; a refusal fails the test."""
        found = await self.answer(self.send(kind, **fields))
        assert found["type"] != "error", found
        return found

    async def refused(self, kind: type[Request], /, **fields: Any) -> dict[str, Any]:
        """Send and wait for the error."""
        found = await self.answer(self.send(kind, **fields))
        assert found["type"] == "error", found
        return found

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [g for g in self.got if g["type"] == kind]


async def rest(times: int = 5) -> None:
    """Let everything that is ready run."""
    for _ in range(times):
        await asyncio.sleep(0.002)


class HeldJournal(Journal):
    """Commits as it should, but tells nobody before ``release``; fails when told to."""

    held = False
    made: HeldJournal | None = None

    @classmethod
    def open(cls, path: Path, **settings: Any) -> HeldJournal:
        told = settings.pop("on_committed")
        waiting: list[int] = []

        def committed(seq: int) -> None:
            if cls.held:
                waiting.append(seq)
            else:
                told(seq)

        journal: HeldJournal = super().open(path, on_committed=committed, **settings)
        journal._told, journal._waiting = told, waiting
        journal._on_failed = settings["on_failed"]
        journal._shown = journal.last_seq
        journal._broken = None
        HeldJournal.made = journal
        return journal

    _told: Callable[[int], None]
    _waiting: list[int]
    _on_failed: Callable[[JournalFailed], None]
    _shown: int
    _broken: JournalFailed | None

    def hold(self) -> None:
        self.flush()
        HeldJournal.held, self._shown = True, self.last_seq

    def release(self) -> None:
        HeldJournal.held = False
        self.flush()
        self._told(self.last_seq)

    def fail(self) -> None:
        self._broken = JournalFailed("the disk is gone", field="journal")
        self._on_failed(self._broken)

    @property
    def failure(self) -> JournalFailed | None:
        return self._broken or super().failure

    @property
    def pending(self) -> int:
        return self.last_seq - self._shown if self.held else super().pending

    def append(self, row: Row, *args: Any) -> None:
        if self._broken is not None:
            raise self._broken
        super().append(row, *args)

    def answer(self, session: str, client_id: int) -> Row | None:
        row = super().answer(session, client_id)
        return None if row is not None and self.held and row.seq > self._shown else row


@pytest.fixture
def library() -> Library:
    return Library([PACKS])


@pytest.fixture
async def host(library: Library, tmp_path: Path) -> AsyncIterator[Host]:
    made = Host(library, tmp_path)
    yield made
    await made.close()


@pytest.fixture
def sit(host: Host) -> Callable[..., Seat]:
    """``sit("player", "ash")``: another session of the same host."""
    return lambda role="game", player="": Seat(host, role, player)


@pytest.fixture
async def game(host: Host, sit: Callable[..., Seat]) -> Seat:
    """The game's session, in a fresh world ``w``."""
    seat = sit()
    await seat.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    return seat


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], HeldJournal]:
    """Open worlds with a journal that waits for a word; gives the newest one. Ask before a world
    is opened."""
    monkeypatch.setattr(host_module, "Journal", HeldJournal)
    monkeypatch.setattr(HeldJournal, "held", False)

    def newest() -> HeldJournal:
        assert HeldJournal.made is not None
        return HeldJournal.made

    return newest


@pytest.fixture(scope="session")
def type_of_seat() -> type[Seat]:
    """For a session of another host than ``host``."""
    return Seat


@pytest.fixture(scope="session")
def settle() -> Callable[..., Any]:
    return rest
