"""Messages that come by themselves, for whoever wants them, each once and in order."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar
from weakref import WeakSet

from personagen_npc.wire.messages import Changed, Event, Resync, Spoke

if TYPE_CHECKING:
    from types import TracebackType

KEPT: Final = 10_000  # messages that wait for a reader; then the oldest go [D]

Push = Spoke | Changed | Resync
P = TypeVar("P", bound=Event)


class Pushes(Generic[P]):
    """An async iterator over pushed messages since it was made; it ends with the client.

    Attributes:
        dropped: how many were thrown away because nobody read them.
    """

    def __init__(self, *kinds: type[P]) -> None:
        self.dropped = 0
        self._kinds = kinds
        self._waiting: deque[P] = deque()
        self._moved = asyncio.Event()
        self._ended = False

    def take(self, push: Event) -> None:
        """Offer a message; only the kinds asked for are kept."""
        if self._ended or not isinstance(push, self._kinds):
            return
        if len(self._waiting) >= KEPT:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(push)
        self._moved.set()

    def close(self) -> None:
        """No more messages; those that wait can still be read."""
        self._ended = True
        self._moved.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> P:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            self._moved.clear()
            await self._moved.wait()
        return self._waiting.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


class Board:
    """Hands each pushed message to every reader, once, however often it was sent."""

    def __init__(self) -> None:
        self._readers: WeakSet[Pushes[Event]] = WeakSet()
        self._ended = False
        self.forget()

    def forget(self) -> None:
        """Another world or session: its numbers have nothing to do with those before."""
        self._seq = 0
        self._at_seq: set[str] = set()

    def add(self, reader: Pushes[P]) -> Pushes[P]:
        """A new reader; it is let go when nobody holds it any more."""
        if self._ended:
            reader.close()
        self._readers.add(reader)  # type: ignore[arg-type]
        return reader

    def post(self, push: Push) -> None:
        """A message from the server. After a resume the last step is sent again whole."""
        if push.seq < self._seq:
            return
        if push.seq > self._seq:
            self._seq, self._at_seq = push.seq, set()
        if push.seq:
            key = _key(push)
            if key in self._at_seq:
                return
            self._at_seq.add(key)
        self.tell(push)

    def tell(self, push: Push) -> None:
        """Hand a message on, as it is."""
        for reader in list(self._readers):
            reader.take(push)

    def end(self) -> None:
        """The client is over."""
        self._ended = True
        for reader in list(self._readers):
            reader.close()


def _key(push: Push) -> str:
    if isinstance(push, Spoke):
        return f"spoke {push.turn}"
    if isinstance(push, Changed):
        return f"changed {push.what} {push.id} {sorted(push.fields)}"
    return push.type
