"""Client messages about a session and what a world consists of: NPCs, players, saves.

What answers a message stands in its docstring. ``talk`` has the rest of them.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from personagen_npc.frozen import Frozen
from personagen_npc.wire.fields import (
    CHUNK,
    SAFE,
    Count,
    Facts,
    Handle,
    Id,
    Line,
    Locale,
    Name,
    Seconds,
    Share,
    Short,
    Signed,
    Text,
    Tree,
    Who,
    Whole,
    refuse,
)

Role = Literal["game", "player", "observer"]
LifeState = Literal["alive", "dead", "asleep", "busy", "unloaded"]


class Request(Frozen):
    """What every client message carries."""

    type: str
    id: int = Field(ge=1, le=SAFE, description="Chosen by the client, above every id before it.")

    def _one_of(self, *names: str, none: bool = False) -> None:
        """Refuse unless exactly one of these fields is given (or none, where ``none``)."""
        given = [n for n in names if getattr(self, n)]
        if len(given) == 1 or (none and not given):
            return
        many = "at most" if none else "exactly"
        refuse(given[1] if given else names[0], given or None, f"{many} one of {', '.join(names)}")


class Resume(Frozen):
    """Which session to go on with."""

    session: Handle = Field(description="The `session` of the earlier `welcome`.")
    seq: Count = Field(description="Highest `seq` that the client has seen.")


class Hello(Request):
    """First message of a connection. Answer: `welcome`."""

    type: Literal["hello"] = "hello"
    protocol_min: int = Field(default=1, ge=1, le=65535, description="Oldest protocol spoken.")
    protocol_max: int = Field(default=1, ge=1, le=65535, description="Newest protocol spoken.")
    client: Short = Field(default="client", description="Name of the client, for logs.")
    version: Text = Field(default="", description="Version of the client, for logs.")
    role: Role = Field(default="game", description="What the client wants to be.")
    token: Text = Field(default="", description="The secret that the server handed out.")
    world: Name | None = Field(default=None, description="World to join, if it is already open.")
    player: Who | None = Field(default=None, description="Who speaks; needed for role `player`.")
    resume: Resume | None = Field(default=None, description="Session to go on with.")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.protocol_max < self.protocol_min:
            refuse("protocol_max", self.protocol_max, "at least protocol_min")
        if self.role == "player" and self.player is None:
            refuse("player", None, "the player's id, for role player")
        return self


class Ping(Request):
    """Is anyone there? Answer: `ok` with `time` (game seconds, when a world is open)."""

    type: Literal["ping"] = "ping"


class Bye(Request):
    """The client is done with this session. Answer: `ok`, then the server closes."""

    type: Literal["bye"] = "bye"


class Shutdown(Request):
    """Stop the server: finish what is under way, commit, close. Answer: `ok`."""

    type: Literal["shutdown"] = "shutdown"


class WorldOpen(Request):
    """Open a world and join it; with its name alone, the one that the store already holds.

    Answer: `ok` with `world`, `packs`, `npcs` (count), `time`, `new` (made just now).
    """

    type: Literal["world.open"] = "world.open"
    name: Name = Field(description="Name of the world on this server.")
    packs: tuple[Name, ...] = Field(
        default=(), max_length=32, description="Packs to make it from, later ones win."
    )
    save: Name | None = Field(default=None, description="Save to make it from.")
    empty: bool = Field(default=False, description="Make it with nothing in it.")
    seed: Whole | None = Field(default=None, description="Seed of all chance; drawn when absent.")

    @model_validator(mode="after")
    def _origin(self) -> Self:
        self._one_of("packs", "save", "empty", none=True)
        return self


class WorldClose(Request):
    """Leave the world; it is closed when nobody is left in it. Answer: `ok`."""

    type: Literal["world.close"] = "world.close"


class WorldList(Request):
    """Which worlds and packs are there? Answer: `ok` with `worlds` and `packs`."""

    type: Literal["world.list"] = "world.list"


class WorldSet(Request):
    """Set what the game owns. Answer: `ok`."""

    type: Literal["world.set"] = "world.set"
    variables: Facts = Field(default={}, description="Declared variables and their new values.")
    quests: Facts = Field(default={}, description="Quest ids and the names of their new stages.")
    weather: Short | None = Field(default=None, description="Weather from now on, in a word.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.variables or self.quests or self.weather):
            refuse("variables", None, "at least one of variables, quests, weather")
        return self


class PackReload(Request):
    """Read the open packs again. Answer: `ok` with `changed`, or `error` `bad_pack`."""

    type: Literal["pack.reload"] = "pack.reload"


class NpcSpawn(Request):
    """Bring a new NPC into the world. Answer: `ok` with `npc`."""

    type: Literal["npc.spawn"] = "npc.spawn"
    npc: Id | None = Field(default=None, description="Id it gets, when not the profile's own.")
    profile: Tree | None = Field(default=None, description="A whole persona (docs/world-pack.md).")
    theme: Short | None = Field(default=None, description="A few words to make a persona from.")
    complexity: int | None = Field(
        default=None, ge=1, le=10, description="With `theme`: how much has happened, 1 to 10; 5."
    )
    seed: Whole | None = Field(
        default=None, description="With `theme`: same seed and world, same persona; else drawn."
    )
    entry: Id | None = Field(default=None, description="Id of an NPC of an open pack.")
    place: Id | None = Field(default=None, description="Where it appears.")

    @model_validator(mode="after")
    def _origin(self) -> Self:
        self._one_of("profile", "theme", "entry")
        for name in ("complexity", "seed"):
            if self.theme is None and getattr(self, name) is not None:
                refuse(name, getattr(self, name), "only with theme")
        return self


class NpcRemove(Request):
    """Take an NPC out of the world for good. Answer: `ok`."""

    type: Literal["npc.remove"] = "npc.remove"
    npc: Id = Field(description="Which NPC.")


class NpcList(Request):
    """Who is there? Answer: `ok` with `npcs` (id, name, place, state) and `more`."""

    type: Literal["npc.list"] = "npc.list"
    place: Id | None = Field(default=None, description="Only those at this place.")
    after: Id | None = Field(default=None, description="Only ids that sort after this one.")
    limit: int = Field(default=100, ge=1, le=500, description="How many at most, 1 to 500.")


class NpcGet(Request):
    """What is this NPC like now? Answer: `ok` with its public and inner state.

    `mood` in a word and as `pleasure`, `arousal`, `dominance`; `feelings` with their causes;
    `temper` with its half-lives; `culture`; `traits` as written, and `became`, what play made of
    them and of its patterns, in sentences.
    """

    type: Literal["npc.get"] = "npc.get"
    npc: Id = Field(description="Which NPC.")


class GoalSet(Frozen):
    """A goal of an NPC."""

    id: Id = Field(description="Name of the goal.")
    utility: Signed = Field(description="How much it is wanted (-1 to 1, below 0 is avoided).")
    description: Text = Field(default="", description="The goal in words.")
    likelihood: Share = Field(default=0.5, description="How likely it seems now, 0 to 1.")


class NpcSet(Request):
    """Change an NPC from outside; only the fields given. Answer: `ok`."""

    type: Literal["npc.set"] = "npc.set"
    npc: Id = Field(description="Which NPC.")
    place: Id | None = Field(default=None, description="Where it is now.")
    goals: tuple[GoalSet, ...] | None = Field(
        default=None, max_length=32, description="All its goals from now on."
    )
    traits: dict[Id, Share] | None = Field(
        default=None, max_length=64, description="Traits to set, each 0 to 1."
    )
    locked: bool | None = Field(
        default=None,
        description="A script has it: it says nothing own, and what is said to it waits.",
    )
    state: LifeState | None = Field(default=None, description="How it is now.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        names = ("place", "goals", "traits", "locked", "state")
        if all(getattr(self, n) is None for n in names):
            refuse("place", None, f"at least one of {', '.join(names)}")
        return self


class Tie(Request):
    """Make, prolong or end what an NPC is to somebody. Answer: `ok` with `holds` and `until`.

    A tie that ends is noticed and remembered by those who held it.
    """

    type: Literal["tie"] = "tie"
    npc: Id = Field(description="Whose tie.")
    other: Who = Field(description="To whom, an NPC or a player.")
    kind: Short = Field(description="What `npc` is to `other`, such as `creditor` or `works for`.")
    days: float | None = Field(
        default=None, gt=0.0, le=1e6, description="Game days from now until it is over."
    )
    until: Seconds | None = Field(default=None, description="Game second at which it is over.")
    end: bool = Field(default=False, description="It is over now.")
    both: bool = Field(
        default=False, description="`other`, an NPC, holds it as well: the debtor of a creditor."
    )
    note: Line | None = Field(default=None, description="What `npc` says of it, a whole sentence.")

    @model_validator(mode="after")
    def _term(self) -> Self:
        self._one_of("days", "until", "end", none=True)
        return self


class PlayerSet(Request):
    """Name a player to the world, or change one; only the fields given. Answer: `ok`."""

    type: Literal["player.set"] = "player.set"
    player: Who = Field(description="The player's id, chosen by the game.")
    name: Short | None = Field(default=None, description="Name by which NPCs may come to call him.")
    pronouns: Literal["he", "she", "they", "it"] | None = Field(
        default=None, description="How NPCs speak of the player."
    )
    place: Id | None = Field(default=None, description="Where the player is now.")
    faction: Id | None = Field(default=None, description="Whom the player is seen to belong to.")
    locale: Locale | None = Field(default=None, description="Language of the player.")
    facts: Facts = Field(default={}, description="What anyone can see of the player.")


class PlayerRemove(Request):
    """The player is gone from the world, but is remembered. Answer: `ok`."""

    type: Literal["player.remove"] = "player.remove"
    player: Who = Field(description="Which player.")


class PlayerForget(Request):
    """Erase everything of a player, also of one who left before. Answer: `ok` with `erased`.

    Memories, relations, ties, claims, words by and about him, and what was learned on him.
    """

    type: Literal["player.forget"] = "player.forget"
    player: Who = Field(description="Which player.")


class Save(Request):
    """Keep the world under a name. Answer: `ok` with `name`, `step`, `bytes`."""

    type: Literal["save"] = "save"
    name: Name = Field(description="Name of the save; an older one of that name is replaced.")
    note: Text = Field(default="", description="Shown in the list.")


class Load(Request):
    """Go back to a save, on a new branch. Answer: `ok` with `branch`, `step`, `time`.

    `vectors: dropped` is in it where the save's vectors are of another source than this server's.
    """

    type: Literal["load"] = "load"
    name: Name = Field(description="Name of the save.")


class LoadUndo(Request):
    """Return to the branch that the last load left. Answer: `ok` with `branch`, `step`, `time`."""

    type: Literal["load.undo"] = "load.undo"


class LoadAt(Request):
    """Go back to a moment that the journal keeps, on a new branch. Answer: as for `load`.

    What is left stays: `load.undo` returns to it.
    """

    type: Literal["load.at"] = "load.at"
    at: Short = Field(description="A turn (`812`, `b2.s812`), `seq:4711`, or `day:3.18:30`.")


class SaveAt(Request):
    """Keep a moment that the journal keeps under a name. Answer: `ok` as for `save`.

    The world goes on and is not touched.
    """

    type: Literal["save.at"] = "save.at"
    at: Short = Field(description="As in `load.at`.")
    name: Name = Field(description="Name of the save; an older one of that name is replaced.")


class SaveLog(Request):
    """Which points can one go back to? Answer: `ok` with `points`, `branch`, `step`, `first`.

    A point has `seq`, `branch`, `step`, `kind`, `name`, `day` and, where a branch begins, `parent`.
    Points before `first` are no more than known. At most the last 1,000.
    """

    type: Literal["save.log"] = "save.log"


class SaveList(Request):
    """Which saves are there? Answer: `ok` with `saves` (name, note, world, step, time, bytes)."""

    type: Literal["save.list"] = "save.list"


class SaveExport(Request):
    """A piece of a save. Answer: `ok` with `data` (bytes), `offset`, `total`, `last`."""

    type: Literal["save.export"] = "save.export"
    name: Name = Field(description="Name of the save.")
    offset: Count = Field(default=0, description="First byte wanted.")
    size: int = Field(default=CHUNK, ge=1, le=CHUNK, description="Bytes wanted, 1 to 32,768.")


class SaveImport(Request):
    """A piece of a save, in order. Answer: `ok` with `offset` (the next one) and `done`."""

    type: Literal["save.import"] = "save.import"
    name: Name = Field(description="Name the save gets.")
    offset: Count = Field(description="Where this piece begins, in bytes.")
    total: Count = Field(description="Bytes of the whole save.")
    data: bytes = Field(max_length=CHUNK, description="The piece, up to 32,768 bytes.")
    last: bool = Field(default=False, description="This is the last piece.")

    @model_validator(mode="after")
    def _inside(self) -> Self:
        end = self.offset + len(self.data)
        if end > self.total or self.last != (end == self.total):
            refuse("total", self.total, "offset and data end at total exactly when last")
        return self
