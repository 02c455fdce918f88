"""The shape of a saved state, leaf by leaf: what is of another shape is refused before it is used.

Happenings, memories, policy and ledger check their own columns when they read them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from personagen_npc.errors import BadSave
from personagen_npc.frozen import Frozen
from personagen_npc.memory.vectors import MOST_DIM

Texts = tuple[str, ...]
Tree = dict[str, Any]
SAFE = 2**53 - 1  # beyond it JSON readers differ
Whole = Annotated[int, Field(ge=-SAFE, le=SAFE)]
Count = Annotated[int, Field(ge=0, le=SAFE)]
Value = bool | Whole | float | str
Unit = Annotated[float, Field(ge=-1.0, le=1.0)]
MoodShape = tuple[Unit, Unit, Unit, float]  # pleasure, arousal, dominance, game second
EmotionShape = tuple[str, float, str, float]
BeliefShape = tuple[str, str, str, Count, float, float, str]
TripleShape = tuple[
    str, str, str, Unit, str, str, Count, float, float, Unit, float, str, tuple[Count, ...]
]
StandingShape = tuple[Unit, Unit, float, float, str, Count, float, float]  # last: since when


class PlayerShape(Frozen):
    """A player."""

    name: str
    place: str
    pronouns: str
    faction: str
    locale: str
    facts: dict[str, Value]


class DealShape(Frozen):
    """A deal on the table."""

    item: str
    name: str
    asking: Count
    reserve: Count
    bid: Count
    rounds: Count


class PleaShape(Frozen):
    """Something refused that may yet be begged for."""

    about: str
    matter: str
    args: dict[str, str | int]
    tries: Count
    want: str
    sum: Count
    turn: Count
    cold: bool


class TalkShape(Frozen):
    """A conversation."""

    id: str
    turns: Count
    started: float
    at: float
    topic: str
    entities: tuple[tuple[str, str], ...]
    intent: str
    act: str
    told: Texts
    source: str
    said: str
    heard: Texts
    deal: DealShape | None
    quest: str
    mentioned: tuple[Whole, ...]
    last_turn: str
    last_told: Texts
    last_mentioned: tuple[Whole, ...]
    plea: PleaShape | None
    raised: Texts
    asked: Texts


class GraphShape(Frozen):
    """What an NPC states and concludes; a removed statement leaves an empty place."""

    v: Whole
    triples: tuple[TripleShape | None, ...]


class NpcShape(Frozen):
    """An NPC's living state."""

    profile: Tree
    place: str
    state: Literal["alive", "dead", "asleep", "busy", "unloaded"]
    locked: bool
    mood: MoodShape
    emotions: tuple[EmotionShape, ...]
    goals: dict[str, float]
    memories: Tree
    beliefs: tuple[BeliefShape, ...]
    graph: GraphShape
    lines: dict[str, tuple[Count, float]]
    notes: dict[str, tuple[tuple[str, Value, float], ...]]
    patterns_used: dict[str, float]
    spoken: Texts
    spoken_keys: Texts
    turns: Count
    due: float
    slept: Whole
    outcomes: tuple[tuple[str, str, Whole, Count], ...]
    grown: tuple[tuple[str, str, str, str, float, bool], ...]


class VectorsShape(Frozen):
    """Where the vectors come from; they themselves lie beside the state."""

    source: str
    dim: Annotated[int, Field(ge=0, le=MOST_DIM)]


class RestShape(Frozen):
    """A world but for its people, what happened and what was learned."""

    version: Whole
    oldest: Whole
    name: str
    seed: Whole
    branch: Annotated[int, Field(ge=1, le=SAFE)]
    step: Count
    ancestry: tuple[tuple[Whole, Whole], ...]
    now: Annotated[float, Field(ge=0.0)]
    paused: bool
    variables: dict[str, Value]
    players: dict[str, PlayerShape]
    player_order: Texts
    npc_order: Texts
    present: dict[str, Texts]
    relations: dict[str, dict[str, StandingShape]]
    talks: tuple[tuple[str, str, TalkShape], ...]
    actions: tuple[tuple[str, str, str, str, str, Tree, str], ...]
    learns_by: str
    network: Tree
    crowd: dict[str, Count]
    vectors: VectorsShape


class StateShape(RestShape):
    """A whole world."""

    happenings: Tree
    npcs: dict[str, NpcShape]
    policy: Tree
    ledger: Tree


def check_shape(data: bytes) -> None:
    """Raise BadSave naming the first leaf that is not of the shape a state has."""
    try:
        StateShape.model_validate_json(data)
    except ValidationError as e:
        raise refusal(e, "state") from None


def refusal(fault: ValidationError | TypeError, where: str) -> BadSave:
    """What was found wrong with a part of a state, as a refusal that names the leaf."""
    if isinstance(fault, TypeError):
        return BadSave(f"{where}: no value of a state", field=where, got=str(fault))
    first = fault.errors(include_url=False)[0]
    path = ".".join(str(p) for p in (where, *first["loc"]))
    return BadSave(
        f"{path}: {first['msg']}", field=path, got=first.get("input", ""),
        allowed="what a save of this version holds",
    )  # fmt: skip
