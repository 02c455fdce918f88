"""A world as blocks: the same bytes again, and of one moment whatever happens meanwhile."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.changes import Embedded
from personagen_npc.errors import BadSave
from personagen_npc.host.commands import COMMANDS
from personagen_npc.world.state import blocks, capture, snapshot
from personagen_npc.world.state.capture import HAPPENINGS, NPCS, VECTORS, Capture

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Town = Callable[[], World]
    CarryOut = Callable[..., Any]

DIM = 8
NUMBER = st.integers(0, 16)
OFTEN = [*sorted(COMMANDS), *["say"] * 6, "tick", "tick"]
DEEDS = st.lists(st.tuples(st.sampled_from(OFTEN), NUMBER, NUMBER, NUMBER), max_size=40)
Deed = tuple[str, int, int, int]


def _embed(world: World, chance: Random) -> None:
    """Vectors for everything that happened, as the embedder would give them."""
    rows = [h for h in range(len(world.happenings)) if h in world.happenings]
    data = tuple(bytes(chance.randrange(256) for _ in range(DIM)) for _ in rows)
    world.apply(Embedded("test", DIM, tuple(rows), data))


def _lived(town: Town, carry_out: CarryOut, chance: Random, deeds: int) -> World:
    world = town()
    for _ in range(deeds):
        carry_out(world, chance.choice(OFTEN), *(chance.randrange(17) for _ in range(3)))
    _embed(world, chance)
    return world


@given(DEEDS)
def test_save_load_save_gives_the_same_bytes(
    town: Town, carry_out: CarryOut, deeds: list[Deed]
) -> None:
    world = town()
    for deed in deeds:
        carry_out(world, *deed)
    _embed(world, Random(len(deeds)))
    where, data = blocks.take(world)
    again = blocks.give(where, data, world.pack)
    assert blocks.take(again) == (where, data)
    assert snapshot.dump(again) == snapshot.dump(world)


def test_the_blocks_hold_the_whole_state(town: Town, carry_out: CarryOut) -> None:
    world = _lived(town, carry_out, Random(3), 80)
    where, data = blocks.take(world)
    assert orjson.dumps(blocks.as_tree(where, data), option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        snapshot.to_tree(world), option=orjson.OPT_SORT_KEYS
    )


def test_a_capture_is_of_its_step_whatever_is_done_while_it_is_taken(
    town: Town, carry_out: CarryOut, scale: Callable[[int, int], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """With small blocks, so that there is much to be late for."""
    monkeypatch.setattr(capture, "BLOCK_BYTES", 1)
    monkeypatch.setattr(capture, "ROWS", 4)
    kinds: set[str] = set()
    for seed in range(scale(30, 500)):
        chance = Random(seed)
        world = _lived(town, carry_out, chance, 40)
        expected, units, made = blocks.take(world)[1], Capture(world).units(), []
        for unit in units:
            if unit is not None:
                made.append(unit)
            if chance.random() < 0.7:
                kind = chance.choice(OFTEN)
                if carry_out(world, kind, *(chance.randrange(17) for _ in range(3))) is not None:
                    kinds.add(kind)
            if chance.random() < 0.1:
                _embed(world, chance)
        assert [(name, data()) for name, data in made] == expected, seed
        assert world.captures == ()
    assert {"say", "npc.remove", "player.forget", "reward", "policy", "npc.set"} <= kinds


def test_without_being_told_a_capture_would_be_of_no_step(
    town: Town, carry_out: CarryOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: that the test above can fail."""
    monkeypatch.setattr(Capture, "before", lambda *_: None)
    torn = 0
    for seed in range(10):
        chance = Random(seed)
        world = _lived(town, carry_out, chance, 40)
        expected, units = blocks.take(world)[1], Capture(world).units()
        made = [next(units)]
        for _ in range(20):
            carry_out(world, "say", *(chance.randrange(17) for _ in range(3)))
        made += [unit for unit in units if unit is not None]
        torn += [(n, d()) for n, d in filter(None, made)] != expected
    assert torn


def test_a_capture_let_go_is_told_nothing_more(town: Town) -> None:
    world = town()
    taken = Capture(world)
    taken.close()
    taken.close()
    assert world.captures == ()


def test_many_happenings_lie_in_several_blocks_and_come_back(
    town: Town, carry_out: CarryOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "ROWS", 5)
    monkeypatch.setattr(capture, "BLOCK_BYTES", 1000)
    world = _lived(town, carry_out, Random(5), 120)
    where, data = blocks.take(world)
    names = [name for name, _ in data]
    assert min(names.count(n) for n in (HAPPENINGS, NPCS, VECTORS)) > 1
    assert blocks.take(blocks.give(where, data, world.pack)) == (where, data)


def _other(value: object, chance: Random) -> object:
    """Something that does not belong where ``value`` stood."""
    hostile: list[object] = [
        None, True, -1, 2**60, 10**25, 1e308, -0.0, "", "../x", "\x00", [],
        {}, [[]], {"a": 1}, 0.1, "1", float("inf"), [value], {"v": value},
    ]  # fmt: skip
    return chance.choice(hostile)


def _mutated(tree: Any, chance: Random) -> Any:
    """A tree with one leaf, list or key changed."""
    if isinstance(tree, dict) and tree and chance.random() < 0.95:
        key = chance.choice(list(tree))
        if chance.random() < 0.05:
            return {k: v for k, v in tree.items() if k != key}
        if chance.random() < 0.05:
            return tree | {"more": 1}
        return tree | {key: _mutated(tree[key], chance)}
    if isinstance(tree, list) and tree and chance.random() < 0.95:
        at = chance.randrange(len(tree))
        if chance.random() < 0.1:
            return tree[:at] + tree[at + 1 :]
        return [*tree[:at], _mutated(tree[at], chance), *tree[at + 1 :]]
    return _other(tree, chance)


def _as_json(tree: Any) -> bytes:
    """As somebody else's program might write it: without orjson's limits."""
    import json

    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_state_with_a_leaf_changed_is_refused_or_is_exactly_what_it_says(
    town: Town, carry_out: CarryOut, scale: Callable[[int, int], int]
) -> None:
    chance = Random(11)
    world = _lived(town, carry_out, chance, 80)
    where, data = blocks.take(world)
    refused = 0
    rounds = scale(600, 6000)
    for _ in range(rounds):
        at = chance.randrange(len(data))
        name, block = data[at]
        if name == VECTORS:
            harmed = bytearray(block)
            harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
            block = bytes(harmed)
        else:
            block = _as_json(_mutated(orjson.loads(block), chance))
        harmed_ones = [*data[:at], (name, block), *data[at + 1 :]]
        try:
            found = blocks.give(where, harmed_ones, world.pack)
        except BadSave:
            refused += 1
        else:
            assert blocks.take(found) == (where, harmed_ones)
    assert refused > rounds / 2


def test_blocks_missing_or_twice_are_refused(town: Town, carry_out: CarryOut) -> None:
    world = _lived(town, carry_out, Random(2), 60)
    where, data = blocks.take(world)
    for at in range(len(data)):
        for some in (data[:at] + data[at + 1 :], [*data, data[at]]):
            if data[at][0] == VECTORS and len(some) < len(data):
                continue  # vectors can be made again, so a save may lack them
            with pytest.raises(BadSave):
                blocks.give(where, some, world.pack)


def test_vectors_of_another_source_are_refused(town: Town, carry_out: CarryOut) -> None:
    world = _lived(town, carry_out, Random(2), 30)
    where, data = blocks.take(world)
    given = [(n, d.replace(b"test", b"tess") if n == VECTORS else d) for n, d in data]
    with pytest.raises(BadSave, match="source"):
        blocks.give(where, given, world.pack)
