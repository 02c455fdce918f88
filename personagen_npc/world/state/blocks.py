"""A world as the blocks of a save and back: docs/save-format.md says what lies in which.

Each block is one JSON document of at most some hundred KB, or raw vectors, so that a world is taken
a little at a time (``capture``), and damage to one block is damage to some people only.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from personagen_npc.errors import BadSave
from personagen_npc.memory.vectors import Vectors
from personagen_npc.world.state import snapshot
from personagen_npc.world.state.capture import (
    HAPPENINGS,
    LEDGER,
    NPCS,
    POLICY,
    REST,
    TURNS,
    VECTORS,
    WHERE,
    Capture,
)  # fmt: skip
from personagen_npc.world.state.shape import NpcShape, RestShape, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World

Tree = dict[str, Any]
Blocks = list[tuple[str, bytes]]
KINDS: Final = (REST, POLICY, LEDGER, HAPPENINGS, NPCS, VECTORS)  # in this order in a save
ONE_EACH: Final = (REST, POLICY)
_PEOPLE: Final = TypeAdapter(dict[str, NpcShape])


def take(world: World) -> tuple[Tree, Blocks]:
    """Where a world stands (branch, step, ancestry), and all else as blocks, at once."""
    capture = Capture(world)
    return capture.where, [(name, made()) for name, made in capture.blocks()]


def give(where: Mapping[str, Any], blocks: Sequence[tuple[str, bytes]], pack: Pack) -> World:
    """The inverse of ``take``. Raises BadSave naming the block; never gives half a world."""
    rest = _rest(blocks)
    if rest["version"] < snapshot.STATE_VERSION:
        world = snapshot.load(orjson.dumps(as_tree(where, blocks)), pack)
        vectors = _joined(blocks)
        if vectors is not None:
            snapshot.take_vectors(world, vectors)
        return world
    tree = rest | {k: where.get(k) for k in WHERE} | read(blocks)
    tree = {**tree, **_checked(tree)}
    world = snapshot.build(tree, pack, _joined(blocks))
    _drain(tree)
    _refuse_other(world, blocks, pack_same=bool(where.get("pack_same", True)))
    return world


def read(blocks: Sequence[tuple[str, bytes]]) -> Tree:
    """People, happenings, policy and ledger of blocks of this version, people checked."""
    return _parsed(blocks, _people)


def as_tree(where: Mapping[str, Any], blocks: Sequence[tuple[str, bytes]]) -> Tree:
    """A state of any version as the plain tree of that version: for migrations and for people."""
    people = _parsed(blocks, lambda data: _json(NPCS, data))
    return _rest(blocks) | {k: where.get(k) for k in WHERE} | people


def _parsed(blocks: Sequence[tuple[str, bytes]], people: Callable[[bytes], Tree]) -> Tree:
    found: Tree = {"npcs": {}, "happenings": {}, "ledger": {}}
    for name, data in blocks:
        if name == NPCS:
            _join(found["npcs"], people(data), NPCS)
        elif name == HAPPENINGS:
            _append(found["happenings"], _json(HAPPENINGS, data))
        elif name == LEDGER:
            _go_on(found["ledger"], _json(LEDGER, data))
        elif name == POLICY:
            found["policy"] = _json(POLICY, data)
    return found


def _rest(blocks: Sequence[tuple[str, bytes]]) -> Tree:
    counts = Counter(name for name, _ in blocks)
    if not counts[LEDGER]:
        raise BadSave("save refused: LEDG: is missing", field=LEDGER, got=0, allowed="1 or more")
    for name in ONE_EACH:
        if counts[name] != 1:
            raise BadSave(f"save refused: {name}: is missing, or there twice", field=name,
                          got=counts[name], allowed=1)  # fmt: skip
    tree = _json(REST, dict(blocks)[REST])
    snapshot.check_version(tree)
    return tree


def _json(name: str, data: bytes) -> Tree:
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as e:
        raise BadSave(f"save refused: {name}: no JSON", field=name, got=str(e)) from None
    if not isinstance(tree, dict):
        raise BadSave(f"save refused: {name}: no object", field=name, got=type(tree).__name__)
    return tree


def _people(data: bytes) -> Tree:
    """The people of a block, checked. Profiles and memories check themselves when they are made."""
    people = _json(NPCS, data)
    try:
        rest = {i: {**tree, "profile": {}, "memories": {}} for i, tree in people.items()}
        _PEOPLE.validate_json(orjson.dumps(rest))
    except (ValidationError, TypeError) as e:
        raise refusal(e, "npcs") from None
    return people


def _checked(tree: Tree) -> Tree:
    """Branch, step and what is in no block of its own, checked; the tree's own values stay."""
    fields = {k: v for k, v in tree.items() if k not in ("npcs", "happenings", "policy", "ledger")}
    try:
        RestShape.model_validate_json(orjson.dumps(fields))
    except (ValidationError, TypeError) as e:
        raise refusal(e, "state") from None
    return fields


def _drain(tree: Tree) -> None:
    """Let go of a tree bit by bit: all at once no other thread would run for 50 ms."""
    for heap in (tree["npcs"], tree["happenings"]):
        while heap:
            heap.popitem()
    rows = tree["ledger"]["rows"]
    while rows:
        del rows[-TURNS:]


def _join(into: Tree, more: Tree, name: str) -> None:
    twice = into.keys() & more.keys()
    if twice:
        raise BadSave(f"save refused: {name}: somebody is there twice", field=name,
                      got=min(twice))  # fmt: skip
    into |= more


def _go_on(ledger: Tree, more: Tree) -> None:
    """The next turns of a ledger; the first block has all else."""
    if not ledger:
        ledger |= more
        return
    rows, kept = more.get("rows"), ledger.get("rows")
    if (
        not isinstance(rows, list) or not isinstance(kept, list)
        or more.keys() != {"first", "rows"} or more["first"] != len(kept)
    ):  # fmt: skip
        raise BadSave("save refused: LEDG: not the next turns", field=LEDGER)
    kept += rows


def _append(columns: Tree, more: Tree) -> None:
    """The next rows of each column; what is no column is of the first block."""
    if more.pop("first", None) != len(columns.get("text", ())):
        raise BadSave("save refused: HAPP: not the next rows", field=HAPPENINGS)
    if not columns:
        columns |= more
        return
    if more.keys() != columns.keys():
        raise BadSave("save refused: HAPP: other columns than before", field=HAPPENINGS)
    for name, rows in more.items():
        if isinstance(rows, list) and isinstance(columns[name], list):
            columns[name] += rows
        elif rows != columns[name]:
            raise BadSave("save refused: HAPP: no column", field=HAPPENINGS, got=name)


def _joined(blocks: Sequence[tuple[str, bytes]]) -> Vectors | None:
    parts = [data for name, data in blocks if name == VECTORS]
    return Vectors.from_blocks(parts) if parts else None


def _refuse_other(world: World, blocks: Sequence[tuple[str, bytes]], *, pack_same: bool) -> None:
    """Refuse what would be saved as something else: a value that was quietly taken as another.

    Under a pack that has changed, the rest may differ: new variables begin at their default.
    """
    given = [(n, d) for n, d in blocks if n in KINDS]
    try:
        again = take(world)[1]
    except snapshot.NO_WORLD as e:
        raise BadSave("save refused: it could not be saved again", field="state",
                      got=str(e)) from None  # fmt: skip
    if len(given) != len(again):
        raise BadSave("save refused: not the blocks of a state", field="blocks", got=len(given),
                      allowed=len(again))  # fmt: skip
    for number, (was, made) in enumerate(zip(given, again, strict=False)):
        if was != made and (pack_same or was[0] != REST):
            raise BadSave(
                f"save refused: {was[0]}: block {number + 1} of the state does not hold what it "
                f"would be saved as", field=was[0], got=made[0],
            )  # fmt: skip
