"""Waiting for what answers a request: one answer, a reply of each NPC, or a line piece by piece."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Self

from personagen_npc.errors import Conflict, Lost
from personagen_npc.wire.messages import Delta, Ok, Reply

if TYPE_CHECKING:
    from personagen_npc.errors import PersonagenError
    from personagen_npc.wire.messages import Answer


class One:
    """The one closing answer of a request."""

    def __init__(self) -> None:
        self.future: asyncio.Future[Ok] = asyncio.get_running_loop().create_future()

    def take(self, answer: Answer) -> None:
        """The answer came."""
        if isinstance(answer, Ok) and not self.future.done():
            self.future.set_result(answer)

    def fail(self, fault: PersonagenError) -> None:
        """There will be none."""
        if not self.future.done():
            self.future.set_exception(fault)


class Each:
    """The reply of every NPC that answers a ``say``, each once."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.future: asyncio.Future[tuple[Reply, ...]] = loop.create_future()
        self._by_turn: dict[str, Reply] = {}  # a resume may bring one a second time

    def take(self, answer: Answer) -> None:
        """A reply, or the ``ok`` that nobody answers."""
        if isinstance(answer, Reply):
            self._by_turn[answer.turn] = answer
        if self.future.done() or isinstance(answer, Delta):
            return
        if not isinstance(answer, Reply) or answer.last:
            self.future.set_result(tuple(self._by_turn.values()))

    def fail(self, fault: PersonagenError) -> None:
        """There will be none."""
        if not self.future.done():
            self.future.set_exception(fault)


class Pieces:
    """A line as it is made: ``async for`` gives each ``Delta``, then the ``Reply``.

    Attributes:
        id: of the ``say``, for ``cancel``.
    """

    def __init__(self) -> None:
        self.id = 0
        self._waiting: deque[Delta | Reply] = deque()
        self._known: set[tuple[str, int]] = set()
        self._moved = asyncio.Event()
        self._fault: PersonagenError | None = None
        self._ended = False

    def take(self, answer: Answer) -> None:
        """A piece, or a whole line; what came already is not given twice."""
        if isinstance(answer, Delta | Reply):
            key = (answer.turn, answer.index if isinstance(answer, Delta) else -1)
            if key not in self._known:
                self._known.add(key)
                self._waiting.append(answer)
        if isinstance(answer, Ok) or (isinstance(answer, Reply) and answer.last):
            self._ended = True
        self._moved.set()

    def fail(self, fault: PersonagenError) -> None:
        """No more will come."""
        self._fault = fault
        self._ended = True
        self._moved.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Delta | Reply:
        while not self._waiting:
            if self._fault is not None:
                raise self._fault
            if self._ended:
                raise StopAsyncIteration
            self._moved.clear()
            await self._moved.wait()
        return self._waiting.popleft()

    async def reply(self) -> Reply:
        """Skip the pieces; the whole line."""
        async for piece in self:
            if isinstance(piece, Reply):
                return piece
        raise Lost("the line never ended")


def only(replies: tuple[Reply, ...], npc: str) -> Reply:
    """The one reply of one NPC. Raises Conflict when it said nothing."""
    if not replies:
        raise Conflict(f"{npc} says nothing", field="npc", got=npc, allowed="an NPC that answers")
    return replies[0]
