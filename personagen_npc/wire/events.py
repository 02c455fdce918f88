"""Every message that the server may send, protocol 1. Clients ignore fields they do not know."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from personagen_npc.frozen import Frozen
from personagen_npc.wire.fields import Count
from personagen_npc.wire.requests import Role


class Event(Frozen):
    """What every server message carries."""

    type: str


class Answer(Event):
    """A message that answers a request."""

    re: Count = Field(default=0, description="The `id` it answers; 0 when that was unreadable.")
    seq: Count = Field(default=0, description="Journal number of the step; 0 when nothing changed.")


class LimitsStated(Frozen):
    """What the server takes."""

    frame: Count = Field(description="Bytes of one frame.")
    text: Count = Field(description="Characters of one text.")
    batch: Count = Field(description="Events in one `events`.")
    depth: Count = Field(description="Levels of nesting.")
    rate: Count = Field(description="Messages a second, over a few seconds.")
    queue: Count = Field(description="Bytes that may wait for a slow client before it is dropped.")


class Welcome(Answer):
    """The session stands. Answers `hello`."""

    type: Literal["welcome"] = "welcome"
    seq: Count = Field(default=0, description="Journal number of the world's latest step.")
    protocol: int = Field(description="Protocol spoken from now on.")
    session: str = Field(description="Name of the session, to resume it by.")
    version: str = Field(description="Version of the server.")
    role: Role = Field(description="What this session is.")
    world: str | None = Field(default=None, description="The world it is in.")
    resumed: bool = Field(default=False, description="The earlier session goes on.")
    limits: LimitsStated = Field(description="What the server takes.")


class Ok(Answer):
    """Done. Answers everything that has no answer of its own."""

    type: Literal["ok"] = "ok"
    data: dict[str, Any] = Field(default={}, description="What the request's answer holds.")


class Error(Answer):
    """Refused; nothing changed and the connection stays up."""

    type: Literal["error"] = "error"
    code: str = Field(description="Stable name of the fault.")
    message: str = Field(description="The fault in a sentence, for people.")
    field: str = Field(default="", description="Path of the field at fault, dots between.")
    got: str = Field(default="", description="What was given, cut to 120 characters.")
    allowed: str = Field(default="", description="What would have been taken.")


class Delta(Answer):
    """A piece of an answer while it is made. Never part of what a resume repeats."""

    type: Literal["delta"] = "delta"
    turn: str = Field(description="The turn it belongs to.")
    npc: str = Field(description="Who speaks.")
    index: Count = Field(description="0 for the first piece, then 1 more each.")
    text: str = Field(description="The text to add.")


class Part(Frozen):
    """A piece of a line: for bubbles, subtitles, localisation, lip-sync."""

    text: str = Field(description="The text as spoken.")
    key: str = Field(default="", description="Stable key of the authored line, if it is one.")
    args: dict[str, Any] = Field(default={}, description="What filled the line's slots.")
    ms: Count = Field(default=0, description="About how long speaking it takes, milliseconds.")


class Feeling(Frozen):
    """What the NPC feels, and the mood it is in, as numbers from -1 to 1."""

    label: str = Field(default="", description="Strongest emotion; empty when calm.")
    intensity: float = Field(default=0.0, description="0 to 1.")
    pleasure: float = Field(default=0.0, description="Mood, -1 to 1.")
    arousal: float = Field(default=0.0, description="Mood, -1 to 1.")
    dominance: float = Field(default=0.0, description="Mood, -1 to 1.")


class Deed(Frozen):
    """Something the NPC asks the game to do; the game alone decides."""

    id: str = Field(description="Name of this asking, for `action.result`.")
    name: str = Field(description="The action, as the pack declares it.")
    args: dict[str, Any] = Field(default={}, description="Its arguments, already checked.")


class Delivery(Frozen):
    """Hints for voice and body."""

    pace: float = Field(default=0.0, description="-1 slow to 1 fast.")
    pitch: float = Field(default=0.0, description="-1 low to 1 high.")
    volume: float = Field(default=0.0, description="-1 whispered to 1 shouted.")
    pause_ms: Count = Field(default=0, description="Milliseconds of silence before the line.")
    gesture: str = Field(default="", description="What the body does, in a word.")
    gaze: str = Field(default="", description="Where the eyes go, in a word.")


class Reply(Answer):
    """What an NPC answers. Answers `say`."""

    type: Literal["reply"] = "reply"
    turn: str = Field(description="Name of the turn, for `reward`, `shown`, `ask`.")
    conversation: str = Field(description="Name of the conversation.")
    npc: str = Field(description="Who speaks.")
    player: str = Field(description="To whom.")
    text: str = Field(description="The whole line.")
    parts: tuple[Part, ...] = Field(default=(), description="The line in pieces.")
    act: str = Field(description="What it does by speaking, such as `answer` or `refuse`.")
    pattern: int = Field(default=-1, description="Index of the persona's pattern used; -1: none.")
    emotion: Feeling = Field(default=Feeling(), description="What it feels.")
    mood: str = Field(default="", description="The mood in a word.")
    actions: tuple[Deed, ...] = Field(default=(), description="What it asks the game to do.")
    delivery: Delivery = Field(default=Delivery(), description="Hints for voice and body.")
    source: str = Field(default="embedded", description="`embedded`, or the engine's name.")
    late: bool = Field(default=False, description="The deadline had passed.")
    truncated: bool = Field(default=False, description="It was cut before its end.")
    last: bool = Field(default=True, description="No other NPC answers this `say` any more.")
    why: dict[str, Any] | None = Field(default=None, description="How it came about, if asked.")


class Spoke(Event):
    """A line that an NPC says on its own, or that others overhear."""

    type: Literal["spoke"] = "spoke"
    seq: Count = Field(default=0, description="Journal number of the step.")
    turn: str = Field(description="Name of the turn.")
    npc: str = Field(description="Who speaks.")
    to: str | None = Field(default=None, description="To whom, NPC or player.")
    place: str | None = Field(default=None, description="Where.")
    text: str = Field(description="The whole line.")
    parts: tuple[Part, ...] = Field(default=(), description="The line in pieces.")
    act: str = Field(description="What it does by speaking.")
    emotion: Feeling | None = Field(default=None, description="What it feels.")
    delivery: Delivery | None = Field(default=None, description="Hints for voice and body.")
    heard_by: tuple[str, ...] = Field(default=(), description="The NPCs and players who hear it.")


class Changed(Event):
    """Something subscribed to is different now."""

    type: Literal["changed"] = "changed"
    seq: Count = Field(default=0, description="Journal number of the step.")
    what: Literal["npc", "player", "place", "world"] = Field(description="What kind of thing.")
    id: str = Field(description="Which one.")
    fields: dict[str, Any] = Field(description="Only what is different, with its new value.")


class Resync(Event):
    """What the client knows of the world no longer holds: ask again for what it shows."""

    type: Literal["resync"] = "resync"
    seq: Count = Field(default=0, description="Journal number from which on all is sent again.")
    reason: Literal["gone", "loaded", "reloaded", "restarted"] = Field(
        description="What was missed is gone, a save was loaded, packs were reloaded, a restart."
    )
