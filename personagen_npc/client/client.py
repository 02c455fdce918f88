"""A game's connection to its NPCs, for programs in Python.

async with await personagen_npc.connect("ws://127.0.0.1:7865", token=...) as game:
    await game.open("first", packs=["emberfall"])
    reply = await game.say("mara", "What happened at the mill?", player="P1")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from personagen_npc.client.calls import TIMEOUT_S
from personagen_npc.client.pushes import Push, Pushes
from personagen_npc.client.session import Session, Who
from personagen_npc.client.talk import Talk
from personagen_npc.client.world import Worlds
from personagen_npc.errors import Lost
from personagen_npc.wire.messages import Changed, Ping, Resync, Shutdown, Spoke, Subscribe, Welcome

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    from personagen_npc.client.transport import Dial

PATIENCE_S = 30.0  # seconds that a lost connection may take to come back [D]


class Client(Talk, Worlds):
    """One session with a server. ``start`` it, or get it started from ``connect``.

    Many calls may be under way at once. A lost connection is made again by itself: writes are never
    lost and never done twice; calls that cannot be finished raise Lost.

    Args:
        dial: makes a connection.
        who: token, role, player.
        world: a world that is already open.
        patience_s: how long a lost connection may take to come back.
        timeout_s: how long a call may take; None for ever.
        ended: called once, when the client is over.
    """

    def __init__(
        self,
        dial: Dial,
        who: Who,
        *,
        world: str | None = None,
        patience_s: float = PATIENCE_S,
        timeout_s: float | None = TIMEOUT_S,
        ended: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.timeout_s = timeout_s
        self._session = Session(dial, who, world, patience_s)
        self._player = who.player
        self._ended = ended

    async def start(self) -> Self:
        """Connect. Raises Lost when nobody answers, Denied, WrongProtocol."""
        try:
            await self._session.start()
        except BaseException:
            await self._end()
            raise
        return self

    @property
    def welcome(self) -> Welcome:
        """What the server said of itself, its limits and the session, at the latest handshake."""
        if self._session.welcome is None:
            raise Lost("not connected yet")
        return self._session.welcome

    @property
    def world(self) -> str | None:
        """The world that the session is in."""
        return self._session.world

    @property
    def closed(self) -> bool:
        """Whether the session is over for good."""
        return self._session.over is not None

    # --- what comes by itself ---------------------------------------------------------------------

    def spoke(self) -> Pushes[Spoke]:
        """Lines that NPCs say on their own or that are overheard, from now on."""
        return self._session.board.add(Pushes(Spoke))

    def pushed(self) -> Pushes[Push]:
        """Everything that comes by itself, from now on."""
        kinds: tuple[type[Any], ...] = (Spoke, Changed, Resync)
        return self._session.board.add(Pushes(*kinds))

    async def subscribe(
        self,
        *,
        everything: bool | None = None,
        places: Sequence[str] | None = None,
        npcs: Sequence[str] | None = None,
        players: Sequence[str] | None = None,
    ) -> None:
        """What this session hears of, in place of what it asked before; kept over reconnects."""
        fields = {"places": places, "npcs": npcs, "players": players}
        tuples = {n: None if v is None else tuple(v) for n, v in fields.items()}
        await self.call(Subscribe, everything=everything, **tuples)

    # --- the session itself -----------------------------------------------------------------------

    async def ping(self) -> dict[str, Any]:
        """Is the server there?"""
        return await self.call(Ping)

    async def shutdown(self) -> None:
        """Stop the server: it finishes what is under way, commits, closes."""
        await self.call(Shutdown)
        await self.close()

    async def close(self) -> None:
        """Say goodbye and close. Calls that are still under way end first, or raise Lost."""
        await self._session.end(polite=self._session.welcome is not None)
        await self._end()

    async def _end(self) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            await ended()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()
