"""A world as plain values and back.

Trees hold only lists, dicts, numbers and text, so that a save is readable; the same state always
gives the same tree, and ``dump`` the same bytes.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from personagen_npc.errors import BadField, BadSave, Expired, Unknown
from personagen_npc.learn.credit import Ledger
from personagen_npc.learn.network import Network
from personagen_npc.learn.outcomes import Outcomes
from personagen_npc.learn.policy import Policy
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.graph import Beliefs, Graph
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.vectors import Vectors
from personagen_npc.mind.feeling.mood import Emotion
from personagen_npc.mind.npc import Grown, Npc
from personagen_npc.mind.scene import Talk
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.persona.traits import Mood
from personagen_npc.world.entities import Action, Player
from personagen_npc.world.knowledge.reuse import Same
from personagen_npc.world.state.migrate import migrated
from personagen_npc.world.state.shape import check_shape
from personagen_npc.world.talking.talk import player_set
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.pack import Pack

T = TypeVar("T")
PROFILES = 4096  # kept as they were read, of all worlds; each is some 10 KB, [D]
STATE_VERSION = 2
OLDEST_STATE_VERSION = 1
# what a state that has the right shape but no right values may break on
NO_WORLD = (
    BadField, Expired, Unknown, KeyError, TypeError, ValueError, IndexError, AttributeError,
    OverflowError, RecursionError,
)  # fmt: skip


def dump(world: World) -> bytes:
    """The world's whole state as canonical JSON bytes (sorted keys), branch and step included.

    Profiles alone keep the order in which they were written: wares are named in it.
    """
    tree = to_tree(world)
    for npc in tree["npcs"].values():
        npc["profile"] = orjson.Fragment(orjson.dumps(npc["profile"]))
    return orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)


def load(data: bytes, pack: Pack, vectors: bytes = b"") -> World:
    """The inverse of ``dump``. Raises BadSave naming what is wrong; never gives half a world.

    Args:
        data: the state.
        pack: the world's.
        vectors: the block of its vectors (``Vectors.to_block``), which are not in the state.
    """
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as e:
        raise BadSave("state is no JSON", field="state", got=str(e)) from None
    if isinstance(tree, dict):
        check_version(tree)  # first: another version may be of another shape
        if tree["version"] < STATE_VERSION:
            tree = migrated(tree)
            data = orjson.dumps(tree)
    check_shape(data)
    world = build(tree, pack, Vectors.from_block(vectors) if vectors else None)
    try:
        dump(world)  # what cannot be saved again was no state
    except NO_WORLD as e:
        raise _torn("state", e) from None
    return world


def build(tree: dict[str, Any], pack: Pack, vectors: Vectors | None) -> World:
    """A world from a tree whose shape was checked. Raises BadSave naming what is wrong."""
    try:
        world = from_tree(tree, pack)
        if vectors is not None:  # else there were none, or they were taken out
            take_vectors(world, vectors)
    except NO_WORLD as e:
        raise _torn("state", e) from None
    return world


def _torn(field: str, error: Exception) -> BadSave:
    return BadSave(
        "state does not hold what a world needs",
        field=field,
        got=f"{type(error).__name__}: {error}",
    )


def _part(field: str, read: Callable[[Any], T], tree: Any) -> T:
    """A part of a state, read; BadSave names the part."""
    try:
        return read(tree)
    except BadSave as e:
        raise BadSave(e.message, field=f"state.{field}", got=e.got, allowed=e.allowed) from None
    except NO_WORLD as e:
        raise _torn(f"state.{field}", e) from None


def check_version(tree: dict[str, Any]) -> None:
    """Raise BadSave where a state is of a version that cannot be read."""
    written, oldest = tree.get("version"), tree.get("oldest")
    known = isinstance(written, int) and written >= OLDEST_STATE_VERSION
    if not known or not isinstance(oldest, int) or oldest > STATE_VERSION:
        raise BadSave(
            "state of a version that this release cannot read", field="state.version",
            got=written, allowed=f"{OLDEST_STATE_VERSION} to {STATE_VERSION}",
        )  # fmt: skip


def to_tree(world: World) -> dict[str, Any]:
    """State as a plain tree."""
    return rest_tree(world) | {
        "happenings": world.happenings.to_tree(),
        "npcs": {n.id: _npc_tree(n) for n in world.npcs.values()},
        "policy": world.policy.to_tree(),
        "ledger": world.ledger.to_tree(),
    }


def npc_bytes(npc: Npc) -> bytes:
    """One NPC's part of a dump."""
    tree = _living_tree(npc)
    tree["profile"] = orjson.Fragment(_written(Same(npc.profile)))
    tree["memories"] = npc.memories.view()
    return orjson.dumps(tree, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY)


@lru_cache(maxsize=PROFILES)
def _written(profile: Same[PersonaProfile]) -> bytes:
    """A profile as it is saved; it never changes, so it is worked out once."""
    return orjson.dumps(profile.thing.model_dump(mode="json", exclude_defaults=True))


def rest_tree(world: World) -> dict[str, Any]:
    """Everything but people, happenings and what was learned."""
    return {
        "version": STATE_VERSION,
        "oldest": OLDEST_STATE_VERSION,
        "name": world.name,
        "seed": world.seed,
        "branch": world.branch,
        "step": world.step,
        "ancestry": [list(a) for a in world.ancestry],
        "now": world.now,
        "paused": world.paused,
        "variables": dict(world.variables),
        "players": {p.id: player_set(p).fields for p in world.players.values()},
        "player_order": list(world.players),
        "npc_order": list(world.npcs),
        "present": {p: list(ids) for p, ids in world.by_place.items() if ids},
        "relations": world.relations.to_tree(),
        "talks": [[n, p, asdict(t)] for (n, p), t in sorted(world.talks.items())],
        "actions": [list(a) for a in world.actions.values()],
        "learns_by": world.learns_by,
        "network": world.network.to_tree(),
        "crowd": dict(world.crowd),
        "vectors": {"source": world.vectors.source, "dim": world.vectors.dim},
    }


def from_tree(tree: dict[str, Any], pack: Pack) -> World:
    """A world from a plain tree of this version and shape."""
    world = World(tree["name"], pack, tree["seed"])
    world.branch, world.step = tree["branch"], tree["step"]
    world.ancestry = [(b, s) for b, s in tree["ancestry"]]
    world.now, world.paused = tree["now"], tree["paused"]
    world.variables = {**world.variables, **tree["variables"]}
    world.players = {i: Player(i, **tree["players"][i]) for i in tree["player_order"]}
    world.happenings = _part("happenings", Happenings.from_tree, tree["happenings"])
    world.npcs = {i: _part(f"npcs.{i}", _npc, tree["npcs"][i]) for i in tree["npc_order"]}
    world.relations.take_tree(tree["relations"])
    world.talks = {(n, p): _talk(t) for n, p, t in tree["talks"]}
    world.actions = {a[0]: Action(*a) for a in tree["actions"]}
    world.policy = _part("policy", Policy.from_tree, tree["policy"])
    world.ledger = _part("ledger", Ledger.from_tree, tree["ledger"])
    world.learns_by = tree["learns_by"]
    world.network = _part("network", Network.from_tree, tree["network"])
    world.crowd = dict(tree["crowd"])
    world.vectors = Vectors(**tree["vectors"])
    gone = {h for h, text in enumerate(world.happenings.text) if text is None}
    for npc in world.npcs.values():
        _refuse_unfounded(world, npc, gone)
        npc.still = world.policy.frozen(npc.id)
        npc.mature()
        world.enter(npc)
    present = {p: list(ids) for p, ids in tree["present"].items()}
    if {(i, p) for p, ids in present.items() for i in ids} != {
        (n.id, n.place) for n in world.npcs.values()
    }:
        raise BadSave("who is where does not agree", field="state.present")
    world.by_place = present
    for player in world.players.values():
        world.name_player(player)
    return world


def _refuse_unfounded(world: World, npc: Npc, gone: set[int]) -> None:
    """A mind holds what happened and was not ``gone`` since, and rests on it."""
    count, field = len(world.happenings), f"state.npcs.{npc.id}"
    held, there = npc.memories.happening, range(count)
    known = not held or (min(held) in there and max(held) in there)
    if not known or not gone.isdisjoint(held):
        lost = [h for h in held if h not in world.happenings]
        raise BadSave("a memory of what never happened", field=f"{field}.memories", got=lost[0])
    lost = [h for t in npc.graph for h in t.evidence if h >= count]
    if lost:
        raise BadSave("a statement that rests on nothing", field=f"{field}.graph", got=lost[0])


def take_vectors(world: World, vectors: Vectors) -> None:
    """Give a world its vectors. Raises BadSave if they are not those of its happenings."""
    named = (world.vectors.source, world.vectors.dim)
    if (vectors.source, vectors.dim) != named:
        raise BadSave(
            "vectors of another source than the state names", field="state.vectors",
            got=vectors.source, allowed=world.vectors.source,
        )  # fmt: skip
    if any(happening not in world.happenings for happening in vectors):
        raise BadSave("vectors of what never happened", field="state.vectors")
    world.vectors = vectors


def _npc_tree(npc: Npc) -> dict[str, Any]:
    return _living_tree(npc) | {
        "profile": npc.profile.model_dump(mode="json", exclude_defaults=True),
        "memories": npc.memories.to_tree(),
    }


def _living_tree(npc: Npc) -> dict[str, Any]:
    """All of an NPC but profile and memories, which are most of it."""
    return {
        "place": npc.place,
        "state": npc.state,
        "locked": npc.locked,
        "mood": [*npc.mood, npc.mood_at],
        "emotions": [list(e) for e in npc.emotions],
        "goals": dict(npc.goals),
        "beliefs": npc.beliefs.to_tree(),
        "graph": npc.graph.to_tree(),
        "lines": {k: list(v) for k, v in npc.lines.items()},
        "notes": {w: [[n, *v] for n, v in held.items()] for w, held in npc.notes.items()},
        "patterns_used": {str(k): v for k, v in npc.patterns_used.items()},
        "spoken": list(npc.spoken),
        "spoken_keys": list(npc.spoken_keys),
        "turns": npc.turns,
        "due": npc.due,
        "slept": npc.slept,
        "outcomes": npc.outcomes.to_tree(),
        "grown": [list(g) for g in npc.grown],
    }


def _npc(tree: dict[str, Any]) -> Npc:
    *mood, mood_at = tree["mood"]
    npc = Npc(
        profile=_profile(orjson.dumps(tree["profile"])),
        place=tree["place"],
        state=tree["state"],
        locked=tree["locked"],
        mood=Mood(*mood),
        mood_at=mood_at,
        emotions=[Emotion(*e) for e in tree["emotions"]],
        goals=dict(tree["goals"]),
        memories=Memories.from_tree(tree["memories"]),
        beliefs=Beliefs.from_tree(tree["beliefs"]),
        graph=Graph.from_tree(tree["graph"]),
        lines={k: (n, at) for k, (n, at) in tree["lines"].items()},
        notes={w: {n: (v, until) for n, v, until in rows} for w, rows in tree["notes"].items()},
        patterns_used={int(k): v for k, v in tree["patterns_used"].items()},
        spoken=list(tree["spoken"]),
        spoken_keys=list(tree["spoken_keys"]),
        turns=tree["turns"],
        due=tree["due"],
        slept=tree["slept"],
        outcomes=Outcomes.from_tree(tree["outcomes"]),
        grown=tuple(Grown(*g) for g in tree["grown"]),
    )
    npc.compile()
    return npc


@lru_cache(maxsize=PROFILES)
def _profile(written: bytes) -> PersonaProfile:
    """A profile as it was written: whoever is loaded again is of the same one."""
    return PersonaProfile.model_validate(orjson.loads(written), strict=False)


def _talk(tree: dict[str, Any]) -> Talk:
    talk = Talk(**tree)
    talk.entities = tuple((i, k) for i, k in talk.entities)
    talk.told, talk.heard = tuple(talk.told), tuple(talk.heard)
    talk.mentioned = tuple(talk.mentioned)
    talk.last_told, talk.last_mentioned = tuple(talk.last_told), tuple(talk.last_mentioned)
    talk.raised, talk.asked = tuple(talk.raised), tuple(talk.asked)
    return talk
