"""Everything that can change in a world, as flat records that carry results.

A step decides, and what it decided is a list of these; ``apply`` (in ``world/apply.py``, one short
function for each) is the only code that changes a world. So replay needs no formula: a journal row
holds the changes, and applying them again gives the same state. Learning is the exception: a reward
is applied by the formula whose version it names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class ClockMoved(NamedTuple):
    """Game time is now ``at`` (game seconds since the calendar's start)."""

    at: float


class VariableSet(NamedTuple):
    """A world variable or quest stage (``stage.ID``) has a new value."""

    name: str
    value: Any


class NpcSpawned(NamedTuple):
    """An NPC exists from now on; ``profile`` is its PersonaProfile as plain JSON values."""

    npc: str
    profile: dict[str, Any]
    place: str


class NpcRemoved(NamedTuple):
    """An NPC is gone from the world, its mind with it."""

    npc: str


class NpcSet(NamedTuple):
    """One field of an NPC's state: place, state, locked, profile."""

    npc: str
    field: str
    value: Any


class PlayerSet(NamedTuple):
    """A player is known to the world: all fields of ``world.entities.Player`` but the id."""

    player: str
    fields: dict[str, Any]


class PlayerGone(NamedTuple):
    """A player left; ``forget`` removes everything of him from every mind."""

    player: str
    forget: bool


class Happened(NamedTuple):
    """Something happened or was said; stored once per world.

    ``text`` keeps ``{actor}`` and ``{target}`` as slots, because each teller names them as it
    knows them. ``parent`` is the happening that this one is a distorted telling of (-1: none),
    ``twist`` how it was distorted (one of ``events.TWISTS``).
    """

    id: int
    text: str
    kind: str
    actor: str
    target: str
    place: str
    at: float
    importance: float
    fact: str
    names: tuple[str, ...]
    parent: int = -1
    twist: str = ""


class Embedded(NamedTuple):
    """Happenings have vectors now: int8, ``dim`` bytes each in ``data``, all from ``source``.

    A source other than the world's so far starts afresh: vectors of two are never compared. So
    without happenings it says what the world's source is.
    """

    source: str
    dim: int
    happenings: tuple[int, ...]
    data: tuple[bytes, ...]


class Held(NamedTuple):
    """An NPC holds a happening in memory: how it came, from whom, how strongly, felt how.

    Holding it again counts as a repetition and touches the memory at the world's now. ``times`` is
    as how many times it counts: a summary stands for many.
    """

    npc: str
    happening: int
    source: str
    teller: str
    hops: int
    strength: float
    emotion: str
    intensity: float
    episode: int
    position: int
    times: int = 1


class Dropped(NamedTuple):
    """An NPC no longer holds these happenings; without an NPC the world itself lets go of them."""

    npc: str
    happenings: tuple[int, ...]


class Believed(NamedTuple):
    """An NPC holds an authored fact: how it came, from whom, over how many mouths.

    ``origin`` is where from, as the NPC would say it, if the game said so. Strength 0 lets go.
    """

    npc: str
    fact: str
    source: str
    teller: str
    hops: int
    strength: float
    at: float
    origin: str = ""


class Asserted(NamedTuple):
    """A statement in an NPC's own knowledge graph is now this (fields of ``memory.graph.Triple``).

    ``number`` is its place there; the next free one adds it, a taken one replaces what stands
    there. Ties, claims, conclusions and summaries are all such statements.
    """

    npc: str
    number: int
    subject: str
    relation: str
    object: str
    confidence: float
    source: str
    teller: str
    hops: int
    since: float
    until: float
    importance: float
    touched: float
    text: str
    evidence: tuple[int, ...]


class Retracted(NamedTuple):
    """Statements are taken out of an NPC's own knowledge graph; their numbers stay taken."""

    npc: str
    numbers: tuple[int, ...]


class Felt(NamedTuple):
    """An emotion rose in an NPC; pleasure, arousal, dominance are the mood after it."""

    npc: str
    emotion: str
    intensity: float
    cause: str
    at: float
    pleasure: float
    arousal: float
    dominance: float


class GoalMoved(NamedTuple):
    """How likely an NPC now thinks one of its goals, in [0, 1]."""

    npc: str
    goal: str
    likelihood: float


class Related(NamedTuple):
    """How one stands to another now; ``name`` is what it knows the other by ("" is nothing)."""

    npc: str
    other: str
    affinity: float
    trust: float
    fear: float
    familiarity: float
    name: str
    meetings: int
    at: float


class TurnTaken(NamedTuple):
    """An NPC took a turn: what it did and said, and what learning needs to credit it later."""

    turn: str
    npc: str
    player: str
    conversation: str
    act: str
    pattern: int
    propensity: float
    features: tuple[float, ...]
    offset: float
    keys: tuple[str, ...]
    text: str
    at: float
    notes: tuple[tuple[str, str, Any, float], ...] = ()  # of whom, name, value, until
    menu: tuple[tuple[str, float], ...] = ()  # what could have been done, with its authored share


class Conversed(NamedTuple):
    """Where a conversation stands: the fields of ``mind.scene.Talk`` that moved."""

    npc: str
    player: str
    fields: dict[str, Any]


class ActionAsked(NamedTuple):
    """An NPC asks the game to carry out an action."""

    action: str
    turn: str
    npc: str
    player: str
    name: str
    args: dict[str, Any]


class ActionClosed(NamedTuple):
    """The game said what became of an action."""

    action: str
    status: str
    reason: str


class Rewarded(NamedTuple):
    """Turns are credited: (turn, weight) pairs, a value in [-1, 1], by formula ``version``."""

    credits: tuple[tuple[str, float], ...]
    value: float
    kind: str
    key: str
    version: int


class PolicySet(NamedTuple):
    """A hand on learning: freeze, thaw, reset, pin, unpin, copy, learner, refit, adopt.

    ``value`` is what the last four bring: whom to copy from, which learner, what was fitted.
    """

    op: str
    npc: str
    act: str
    value: Any = None


class DueSet(NamedTuple):
    """When an NPC next acts on its own, in game seconds; negative is never."""

    npc: str
    at: float


class Paused(NamedTuple):
    """Whether the world stands still."""

    on: bool


Change = (
    ClockMoved | VariableSet | NpcSpawned | NpcRemoved | NpcSet | PlayerSet | PlayerGone | Happened
    | Embedded | Held | Dropped | Believed | Asserted | Retracted | Felt | GoalMoved | Related
    | TurnTaken | Conversed | ActionAsked | ActionClosed | Rewarded | PolicySet | DueSet | Paused
)  # fmt: skip

KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        ClockMoved, VariableSet, NpcSpawned, NpcRemoved, NpcSet, PlayerSet, PlayerGone, Happened,
        Embedded, Held, Dropped, Believed, Asserted, Retracted, Felt, GoalMoved, Related, TurnTaken,
        Conversed, ActionAsked, ActionClosed, Rewarded, PolicySet, DueSet, Paused,
    )
}  # fmt: skip


def to_plain(changes: Iterable[Change]) -> list[tuple[Any, ...]]:
    """Changes as (kind name, fields...) tuples, ready for msgpack."""
    return [(type(c).__name__, *c) for c in changes]


def from_plain(rows: Iterable[tuple[Any, ...]]) -> list[Change]:
    """The inverse of ``to_plain``; raises KeyError on a kind that this version does not know."""
    return [KINDS[row[0]](*row[1:]) for row in rows]
