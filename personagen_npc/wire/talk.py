"""Client messages about what goes on in a world: speech, events, rewards, time, looking into it.

What answers a message stands in its docstring. ``requests`` has the rest of them.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import FailFast, Field, model_validator

from personagen_npc.frozen import Frozen
from personagen_npc.wire.fields import (
    BATCH,
    NO_FACTS,
    SAFE,
    Facts,
    Handle,
    Id,
    Line,
    Locale,
    Seconds,
    Share,
    Short,
    Signed,
    Text,
    Who,
    refuse,
)
from personagen_npc.wire.requests import Request

Reach = Literal["whisper", "talk", "loud", "far"]
Many = FailFast()  # one fault is enough: a batch of wrong events costs no more than one


class Say(Request):
    """A player speaks to one NPC or a group. Answer: one `reply` per NPC that answers.

    With `stream`, `delta` messages come before each `reply`; the final one has `last`. Of a group
    two answer at most, the second only with something of its own to add. While a script holds an
    NPC (`npc.set` with `locked`), a `say` to it waits.
    """

    type: Literal["say"] = "say"
    npc: Id | None = Field(default=None, description="Who is spoken to; or `to`.")
    to: tuple[Id, ...] = Field(default=(), max_length=16, description="A group spoken to.")
    player: Who = Field(description="Who speaks.")
    text: Text = Field(description="What is said, up to 2,000 characters; empty is silence.")
    place: Id | None = Field(default=None, description="Where; the NPC's place when absent.")
    whisper: bool = Field(default=False, description="Nobody else hears it.")
    deadline_ms: int | None = Field(
        default=None, ge=1, le=600_000, description="Milliseconds after which any answer must be."
    )
    stream: bool = Field(default=False, description="Send the answer piece by piece as well.")
    max_chars: int | None = Field(
        default=None, ge=20, le=2000, description="Longest answer that fits, in characters."
    )
    locale: Locale | None = Field(default=None, description="Language of this line.")
    facts: Facts = Field(default=NO_FACTS, description="What the game knows of this moment.")
    why: bool = Field(default=False, description="Tell in the answer how it came about.")

    @model_validator(mode="after")
    def _addressee(self) -> Self:
        if (self.npc is None) == (not self.to):
            self._one_of("npc", "to")
        return self


class Perform(Request):
    """The game makes an NPC say an authored line; it remembers it as said. Answer: `ok`, `turn`."""

    type: Literal["perform"] = "perform"
    npc: Id = Field(description="Who speaks.")
    text: Line = Field(description="What it says.")
    player: Who | None = Field(default=None, description="To whom.")
    whisper: bool = Field(default=False, description="Nobody else hears it.")


class Bark(Request):
    """Let an NPC say something by itself. Answer: `ok` with `turn`; the line comes as `spoke`."""

    type: Literal["bark"] = "bark"
    npc: Id = Field(description="Who speaks.")
    situation: Id = Field(description="What is going on, such as `idle` or `sees_player`.")
    player: Who | None = Field(default=None, description="Whom it is about or meant for.")


class Converse(Request):
    """Let two NPCs talk. Answer: `ok` with `turns`; the lines come as `spoke`."""

    type: Literal["converse"] = "converse"
    npc: Id = Field(description="Who begins.")
    with_npc: Id = Field(description="The other one.")
    topic: Short | None = Field(default=None, description="What about, an id or a few words.")

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.npc == self.with_npc:
            refuse("with_npc", self.with_npc, "another NPC than npc")
        return self


class Cancel(Request):
    """Give up a `say` that still waits. Answer: `ok` with `cancelled`: whether it did wait.

    A `say` waits while a script holds its NPC; given up, it is answered with `ok` and `cancelled`.
    """

    type: Literal["cancel"] = "cancel"
    target: int = Field(ge=1, le=SAFE, description="The `id` of that `say`.")


class Shown(Request):
    """What the player really got to hear of a line. Answer: `ok`."""

    type: Literal["shown"] = "shown"
    turn: Handle = Field(description="The turn of the line.")
    text: Text = Field(description="What was heard; empty when nothing was.")


class ActionResult(Request):
    """How an action went that a `reply` asked for. Answer: `ok`."""

    type: Literal["action.result"] = "action.result"
    action: Handle = Field(description="The `id` of the action in the `reply`.")
    result: Literal["done", "failed", "refused"] = Field(description="How it ended.")
    text: Text = Field(default="", description="What the NPC may remember of it.")
    facts: Facts = Field(default=NO_FACTS, description="What came of it, such as a price paid.")


class Happening(Frozen):
    """Something that happened in the game."""

    type: Id = Field(description="A kind of event that the pack declares.")
    actor: Who | None = Field(default=None, description="Who did it, NPC or player.")
    target: Who | None = Field(default=None, description="To whom, NPC or player.")
    place: Id | None = Field(default=None, description="Where.")
    facts: Facts = Field(default=NO_FACTS, description="Details, as the event's slots name them.")
    importance: Share | None = Field(default=None, description="0 to 1; the pack's when absent.")
    witnesses: tuple[Id, ...] | None = Field(
        default=None, max_length=200, description="The NPCs who noticed; or `reach`."
    )
    reach: Reach | None = Field(default=None, description="How far it was noticed.")

    @model_validator(mode="after")
    def _noticed(self) -> Self:
        if self.witnesses is not None and self.reach is not None:
            refuse("reach", self.reach, "at most one of witnesses, reach")
        return self


class PostEvent(Request):
    """One event of the game. Answer: `ok` with `witnesses` (count)."""

    type: Literal["event"] = "event"
    event: Happening = Field(description="What happened.")


class PostEvents(Request):
    """Several events at once, taken whole or refused whole. Answer: `ok` with `taken` (count)."""

    type: Literal["events"] = "events"
    events: Annotated[tuple[Happening, ...], Many] = Field(
        min_length=1, max_length=BATCH, description="What happened, in order; 1 to 500."
    )


class Reward(Request):
    """How well something went, for learning. Answer: `ok` with `counted`."""

    type: Literal["reward"] = "reward"
    turn: Handle | None = Field(default=None, description="A single line; or one of the below.")
    conversation: Handle | None = Field(default=None, description="A whole conversation.")
    npc: Id | None = Field(default=None, description="With `player`: their latest conversation.")
    player: Who | None = Field(default=None, description="With `npc`: their latest conversation.")
    value: Signed = Field(description="-1 (as bad as can be) to 1 (as good as can be).")
    kind: Id = Field(default="reward", description="What for, such as `trade` or `liked`.")
    key: Handle | None = Field(default=None, description="The same key counts only once.")

    @model_validator(mode="after")
    def _what_for(self) -> Self:
        if (self.npc is None) != (self.player is None):
            missing = "npc" if self.npc is None else "player"
            refuse(missing, None, "npc and player together")
        self._one_of("turn", "conversation", "npc")
        return self


class Tick(Request):
    """Game time goes on. Answer: `ok` with `time`, `done` and `due` (counts of due items)."""

    type: Literal["tick"] = "tick"
    time: Seconds = Field(description="Game time in seconds since the world began; never less.")


class Pause(Request):
    """Stop or go on with everything that NPCs do by themselves. Answer: `ok`."""

    type: Literal["pause"] = "pause"
    on: bool = Field(description="True stops.")


class FactTell(Request):
    """Grant an NPC a piece of knowledge. Answer: `ok` with `known` (was it known before)."""

    type: Literal["fact.tell"] = "fact.tell"
    npc: Id = Field(description="Who learns it.")
    fact: Id | None = Field(default=None, description="A fact of the pack; or `text`.")
    text: Line | None = Field(default=None, description="A full sentence, third person.")
    teller: Who | None = Field(default=None, description="Who told it, NPC or player.")
    source: Short | None = Field(default=None, description="Where from, as the NPC would say it.")

    @model_validator(mode="after")
    def _what(self) -> Self:
        self._one_of("fact", "text")
        return self


class Ask(Request):
    """Look into an NPC. Answer: `ok` with `items`, or with the figures asked for."""

    type: Literal["ask"] = "ask"
    what: Literal[
        "memories", "beliefs", "relations", "graph", "why", "stats", "learning", "rumour"
    ] = Field(description="What to look at.")
    npc: Id | None = Field(
        default=None, description="Whose; needed for `memories`, `beliefs`, `relations`, `graph`."
    )
    player: Who | None = Field(default=None, description="Only what concerns this player.")
    turn: Handle | None = Field(default=None, description="Which line, for `why`.")
    query: Text | None = Field(
        default=None, description="Words to search for; for `beliefs` also the id of one fact."
    )
    happening: int | None = Field(
        default=None, ge=0, le=SAFE, description="What happened, for `rumour`; or `query`, `fact`."
    )
    fact: Id | None = Field(default=None, description="A fact of the pack, for `rumour`.")
    graphml: bool = Field(default=False, description="A `rumour` or `graph` as GraphML text too.")
    of: Short | None = Field(
        default=None, description="Only what of a `graph` is about this, an id or a word."
    )
    to: Short | None = Field(
        default=None, description="With `of`: how the two are connected, a shortest chain."
    )
    groups: bool = Field(
        default=False, description="Also who and what belong together in a `graph`."
    )
    limit: int = Field(default=20, ge=1, le=200, description="How many at most, 1 to 200.")

    @model_validator(mode="after")
    def _of_what(self) -> Self:
        if self.what == "why" and self.turn is None:
            refuse("turn", None, "a turn, for why")
        if self.what in {"memories", "beliefs", "relations", "graph"} and self.npc is None:
            refuse("npc", None, f"an NPC, for {self.what}")
        if self.to is not None and self.of is None:
            refuse("of", None, "of and to together")
        if self.what == "rumour":
            given = [n for n in ("happening", "query", "fact") if getattr(self, n) is not None]
            if len(given) != 1:
                refuse("happening", given or None, "exactly one of happening, query, fact")
        return self


class Policy(Request):
    """Take hold of what an NPC has learned, or of all of them. Answer: `ok`."""

    type: Literal["policy"] = "policy"
    op: Literal[
        "freeze", "thaw", "reset", "pin", "unpin", "copy", "learner", "accept", "reject"
    ] = Field(
        description="What to do. `copy` takes what `source` alone has learned; `learner` changes "
        "what moves the odds in this world; `accept` takes up a proposed pattern, `reject` turns "
        "it down, also later."
    )
    npc: Id | None = Field(default=None, description="Whose; all when absent.")
    act: Id | None = Field(default=None, description="The act to pin, such as `greet`.")
    pattern: int | None = Field(
        default=None, ge=0, le=999,
        description="Instead of `act`: a pattern of `npc`, as `npc.get` counts them from 0; its "
        "act is pinned.",
    )  # fmt: skip
    source: Id | None = Field(default=None, description="With `copy`: from whom.")
    learner: Literal["bayes", "network"] | None = Field(
        default=None, description="With `learner`: which."
    )
    proposal: Handle | None = Field(
        default=None, description="With `accept`, `reject`: its `id` in `ask` `learning`."
    )

    @model_validator(mode="after")
    def _which(self) -> Self:
        if self.pattern is not None and (self.npc is None or self.act is not None):
            refuse("pattern", self.pattern, "a pattern of one npc, instead of act")
        named = self.act if self.pattern is None else self.pattern
        if (self.op in {"pin", "unpin"}) != (named is not None):
            refuse("act", named, "an act, for pin and unpin only")
        if (self.op == "copy") != (self.source is not None):
            refuse("source", self.source, "an NPC, for copy only")
        if self.op == "copy" and self.npc is None:
            refuse("npc", None, "an NPC, for copy")
        if (self.op == "learner") != (self.learner is not None):
            refuse("learner", self.learner, "a learner, for learner only")
        return self

    @model_validator(mode="after")
    def _of_whom(self) -> Self:
        if (self.op in {"accept", "reject"}) != (self.proposal is not None):
            refuse("proposal", self.proposal, "a proposal, for accept and reject only")
        if self.proposal is not None and self.npc is None:
            refuse("npc", None, "an NPC, for accept and reject")
        return self


class Refit(Request):
    """Fit anew what all have learned, from all that was ever rewarded, in a process of its own.

    The world goes on meanwhile. Answer, once what was found has entered: `ok` with `branch` and
    `step` that it saw, `lessons`, `later` (rewards that came since and were learned again on top),
    `device`, `network`. After a load to before that step it is refused as `expired`.
    """

    type: Literal["refit"] = "refit"


class Subscribe(Request):
    """What this session hears of on its own, in place of what it asked before. Answer: `ok`.

    Without any, a `game` hears everything, a `player` what is said to him or where he is, an
    `observer` nothing.
    """

    type: Literal["subscribe"] = "subscribe"
    everything: bool = Field(default=False, description="All of the world; not for players.")
    places: tuple[Id, ...] = Field(default=(), max_length=200, description="What goes on there.")
    npcs: tuple[Id, ...] = Field(default=(), max_length=200, description="What they say and do.")
    players: tuple[Who, ...] = Field(
        default=(), max_length=200, description="What is said to them."
    )
