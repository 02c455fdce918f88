"""A session as the host knows it: who it is, what it watches, where its messages go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.host.room import Room


class Outbox(Protocol):
    """Takes messages for one connected client; never blocks, drops itself when it is too full."""

    def put(self, plain: dict[str, Any]) -> None:
        """Take one message."""
        ...


@dataclass(slots=True)
class Watch:
    """What a session wants to hear of."""

    everything: bool = False
    places: frozenset[str] = frozenset()
    npcs: frozenset[str] = frozenset()
    players: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Link:
    """One session. It outlives its connections: ``outbox`` is None while nobody is connected.

    ``last_write``: highest id of a write taken, so that one sent again is known as such.
    """

    name: str
    role: str
    player: str
    room: Room | None = None
    outbox: Outbox | None = None
    watch: Watch | None = None
    last_id: int = 0
    last_write: int = 0
    seen: int = 0
    under_way: set[int] = field(default_factory=set)

    def put(self, plains: Iterable[dict[str, Any]]) -> None:
        """Send messages, in order, if somebody is connected."""
        if self.outbox is not None:
            for plain in plains:
                self.outbox.put(plain)

    def hears(self, said: dict[str, Any]) -> bool:
        """Whether a ``spoke`` is for this session."""
        if self.watch is not None:
            w = self.watch
            heard = {said["to"], *said["heard_by"]}
            return (
                w.everything or said["npc"] in w.npcs or said["place"] in w.places
                or bool(w.players & heard)
            )  # fmt: skip
        if self.role == "game":
            return True
        return bool(self.player) and self.player in {said["to"], *said["heard_by"]}

    def watches(self, changed: dict[str, Any]) -> bool:
        """Whether a ``changed`` is for this session: only on request."""
        w = self.watch
        if w is None:
            return False
        room = {"npc": w.npcs, "player": w.players, "place": w.places}.get(changed["what"])
        return w.everything or (room is not None and changed["id"] in room)
