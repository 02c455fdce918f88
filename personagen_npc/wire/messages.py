"""Every message and the tables over them: by type, by role, and which may not run twice."""

from __future__ import annotations

from typing import Final

from personagen_npc.wire import events, requests, talk
from personagen_npc.wire.events import (
    Answer,
    Changed,
    Deed,
    Delivery,
    Delta,
    Error,
    Event,
    Feeling,
    LimitsStated,
    Ok,
    Part,
    Reply,
    Resync,
    Spoke,
    Welcome,
)
from personagen_npc.wire.requests import (
    Bye,
    GoalSet,
    Hello,
    LifeState,
    Load,
    LoadAt,
    LoadUndo,
    NpcGet,
    NpcList,
    NpcRemove,
    NpcSet,
    NpcSpawn,
    PackReload,
    Ping,
    PlayerForget,
    PlayerRemove,
    PlayerSet,
    Request,
    Resume,
    Role,
    Save,
    SaveAt,
    SaveExport,
    SaveImport,
    SaveList,
    SaveLog,
    Shutdown,
    Tie,
    WorldClose,
    WorldList,
    WorldOpen,
    WorldSet,
)
from personagen_npc.wire.talk import (
    ActionResult,
    Ask,
    Bark,
    Cancel,
    Converse,
    FactTell,
    Happening,
    Pause,
    Perform,
    Policy,
    PostEvent,
    PostEvents,
    Reach,
    Refit,
    Reward,
    Say,
    Shown,
    Subscribe,
    Tick,
)

PROTOCOL: Final = 1
OLDEST_PROTOCOL: Final = 1
SUBPROTOCOL: Final = "personagen.v1"

REQUESTS: Final[dict[str, type[Request]]] = {
    cls.model_fields["type"].default: cls
    for cls in (*vars(requests).values(), *vars(talk).values())
    if isinstance(cls, type) and issubclass(cls, Request) and cls is not Request
}
"""Client messages by their wire type, in the order of the source."""

EVENTS: Final[dict[str, type[Event]]] = {
    cls.model_fields["type"].default: cls
    for cls in vars(events).values()
    if isinstance(cls, type) and issubclass(cls, Event) and cls not in {Event, Answer}
}
"""Server messages by their wire type, in the order of the source."""

READS: Final[frozenset[str]] = frozenset({
    "hello", "ping", "bye", "shutdown", "world.open", "world.close", "world.list", "npc.list",
    "npc.get", "save.log", "save.list", "save.export", "save.import", "ask", "subscribe",
})  # fmt: skip
"""May run again: they change no world, or run twice to the same end (a piece at its offset)."""

WRITES: Final[frozenset[str]] = frozenset(REQUESTS) - READS
"""Never run twice for one id: they change a world. ``save`` too: run again after a later ``load``
it would put the wrong state under the name."""

ALLOWED: Final[dict[Role, frozenset[type[Request]]]] = {
    "game": frozenset(REQUESTS.values()),
    # speaks, and only as himself; looking into NPCs would tell him their secrets
    "player": frozenset({Hello, Ping, Bye, Say, Cancel, Shown, NpcList, Subscribe}),
    "observer": frozenset(
        {Hello, Ping, Bye, WorldList, NpcList, NpcGet, SaveLog, SaveList, Ask, Subscribe}
    ),
}
"""Which messages each role may send."""

__all__ = [
    "ALLOWED", "EVENTS", "OLDEST_PROTOCOL", "PROTOCOL", "READS", "REQUESTS", "SUBPROTOCOL",
    "WRITES", "ActionResult", "Answer", "Ask", "Bark", "Bye", "Cancel", "Changed", "Converse",
    "Deed", "Delivery", "Delta", "Error", "Event", "FactTell", "Feeling", "GoalSet", "Happening",
    "Hello", "LifeState", "LimitsStated", "Load", "LoadAt", "LoadUndo", "NpcGet", "NpcList",
    "NpcRemove", "NpcSet", "NpcSpawn", "Ok", "PackReload", "Part", "Pause", "Perform", "Ping",
    "PlayerForget", "PlayerRemove", "PlayerSet", "Policy", "PostEvent", "PostEvents", "Reach",
    "Refit", "Reply", "Request", "Resume", "Resync", "Reward", "Role", "Save", "SaveAt",
    "SaveExport", "SaveImport", "SaveList", "SaveLog", "Say", "Shown", "Shutdown", "Spoke",
    "Subscribe", "Tick", "Tie", "Welcome", "WorldClose", "WorldList", "WorldOpen", "WorldSet",
]  # fmt: skip
