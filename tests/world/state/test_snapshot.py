"""A saved world is the world: the same bytes again, the same future, and no half-loaded one."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.changes import from_plain, to_plain
from personagen_npc.errors import BadSave
from personagen_npc.host.commands import COMMANDS
from personagen_npc.host.library import pack_bytes, pack_from
from personagen_npc.world import agenda, roster
from personagen_npc.world.people.ties import Terms, set_tie
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Town = Callable[[], World]
    CarryOut = Callable[..., Any]

NUMBER = st.integers(0, 16)
OFTEN = [*sorted(COMMANDS), *["say"] * 6, "tick", "tick"]
DEEDS = st.lists(st.tuples(st.sampled_from(OFTEN), NUMBER, NUMBER, NUMBER), max_size=60)
Deed = tuple[str, int, int, int]


def _again(world: World) -> World:
    return snapshot.load(snapshot.dump(world), world.pack)


def test_an_empty_world_comes_back(hamlet: Callable[..., World]) -> None:
    world = hamlet()
    assert snapshot.dump(_again(world)) == snapshot.dump(world)


@given(DEEDS)
def test_save_load_save_gives_the_same_bytes(
    town: Town, carry_out: CarryOut, deeds: list[Deed]
) -> None:
    world = town()
    for deed in deeds:
        carry_out(world, *deed)
    data = snapshot.dump(world)
    assert snapshot.dump(snapshot.load(data, world.pack)) == data


@settings(max_examples=200)
@given(past=DEEDS, future=DEEDS)
def test_a_loaded_world_has_the_same_future(
    town: Town, carry_out: CarryOut, past: list[Deed], future: list[Deed]
) -> None:
    """What is derived and not saved must not differ from what a load derives."""
    world = town()
    for deed in past:
        carry_out(world, *deed)
    twin = _again(world)
    for deed in future:
        lived, relived = (carry_out(w, *deed) for w in (world, twin))
        assert lived == relived, deed
    assert snapshot.dump(world) == snapshot.dump(twin)


def test_many_lives_loaded_and_replayed_have_one_future(
    town: Town, carry_out: CarryOut, scale: Callable[[int, int], int]
) -> None:
    """As above at length, and the replayed twin too: lived, loaded and replayed stay one."""
    for seed in range(scale(25, 1000)):
        chance = Random(seed)
        world, replayed = town(), town()
        for k in range(100):
            if k == 60:
                loaded = _again(world)
            deed = (chance.choice(OFTEN), *(chance.randrange(17) for _ in range(3)))
            changes = carry_out(world, *deed)
            if changes is not None:
                replayed.replay(world.step, from_plain(to_plain(changes)))
            if k >= 60:
                assert carry_out(loaded, *deed) == changes, (seed, k, deed)
        assert snapshot.dump(world) == snapshot.dump(loaded) == snapshot.dump(replayed), seed


def test_the_village_saved_with_its_pack_has_the_same_future(
    village: World, step: Callable[..., Any]
) -> None:
    """Rooms, wares and conditions keep their authors' order: it decides what is said first."""
    pack = pack_from(pack_bytes(village.pack))
    twin = snapshot.load(snapshot.dump(village), pack)
    asked = ("What do you sell?", "Who are you?", "Any news?", "Who lives here?", "Hello.")
    for k in range(60):
        npc = list(village.npcs)[k % len(village.npcs)]
        lived, relived = (
            step(w, talk.say, [npc], f"p{k % 3}", asked[k % len(asked)]) for w in (village, twin)
        )
        assert lived == relived
    assert snapshot.dump(village) == snapshot.dump(twin)


def test_a_long_life_in_the_village_comes_back(village: World, step: Callable[..., Any]) -> None:
    asked = ("Hello.", "What happened at the mill?", "Any news?", "You old goat!", "I am Ash.",
             "What do you sell?", "Do you remember me?", "Goodbye.")  # fmt: skip
    for hour in range(1, 60):
        step(village, agenda.tick, hour * 3600.0)
        for k, npc in enumerate(village.npcs):
            step(village, talk.say, [npc], f"p{k % 4}", asked[(hour + k) % len(asked)])
    data = snapshot.dump(village)
    twin = snapshot.load(data, village.pack)
    assert snapshot.dump(twin) == data
    for world in (village, twin):
        step(world, agenda.tick, 400000.0)
        for npc in world.npcs:
            step(world, talk.say, [npc], "p1", "Do you remember me?")
    assert snapshot.dump(twin) == snapshot.dump(village)


def test_the_order_of_a_place_is_kept(town: Town, carry_out: CarryOut) -> None:
    """Who came first decides who is asked first."""
    world = town()
    carry_out(world, "npc.set", 0, 1, 2)  # ada to the mill, after dan
    assert [n.id for n in world.present("mill")] == ["dan", "ada"]
    assert [n.id for n in _again(world).present("mill")] == ["dan", "ada"]


def test_a_save_is_readable_and_names_its_versions(town: Town) -> None:
    tree = orjson.loads(snapshot.dump(town()))
    assert (tree["version"], tree["oldest"]) == (
        snapshot.STATE_VERSION,
        snapshot.OLDEST_STATE_VERSION,
    )
    assert tree["npcs"]["ada"]["place"] == "inn"


def test_a_newer_save_is_refused_as_such(town: Town) -> None:
    tree = orjson.loads(snapshot.dump(town()))
    for change in ({"version": 99, "oldest": 99}, {"version": 0, "oldest": 0}):
        with pytest.raises(BadSave) as caught:
            snapshot.load(orjson.dumps(tree | change), town().pack)
        assert caught.value.field == "state.version"
    newer = tree | {"version": 99}  # newer, but says that this reader can read it
    assert snapshot.dump(snapshot.load(orjson.dumps(newer), town().pack))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"null", b"[]", b"3", b'"x"', b"{}", b"\xff", b'{"version": 1}', b"[[[["]
)
def test_what_is_no_state_is_a_bad_save(town: Town, data: bytes) -> None:
    with pytest.raises(BadSave):
        snapshot.load(data, town().pack)


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, -1, 1, 2**40, 2**70, -(2**70), 0.5, 1e300, "", "x", "\x00", [], {}, [1],
     [None], ["x", "y"], {"x": 1}, [[]], {"v": 1}]
)  # fmt: skip


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(node, dict):
        for key in sorted(node):
            found += _paths(node[key], (*path, key))
    elif isinstance(node, list):
        for k, item in enumerate(node):
            found += _paths(item, (*path, k))
    return found


class Lived:
    """A town after some days, its tree, and every path into it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tree: dict[str, Any] = orjson.loads(snapshot.dump(world))
        self.paths = _paths(self.tree)[1:]


@pytest.fixture(scope="module")
def lived(town: Town, carry_out: CarryOut) -> Lived:
    world = town()
    for k, kind in enumerate(
        ("player.set", "say", "say", "event", "tick", "say", "fact.tell", "reward", "converse",
         "policy", "say", "perform", "tick", "say", "events", "reward") * 3
    ):  # fmt: skip
        carry_out(world, kind, k % 4, 1 + k % 2, (3 * k) % 17)
    return Lived(world)


def _mutated(tree: Any, path: tuple[Any, ...], how: str, junk: Any) -> Any:
    tree = copy.deepcopy(tree)
    node = tree
    for key in path[:-1]:
        node = node[key]
    last = path[-1]
    if how == "drop":
        del node[last]
    elif how == "double" and isinstance(node, list):
        node.insert(last, copy.deepcopy(node[last]))
    elif how == "rename" and isinstance(node, dict):
        node[f"{last}~"] = node.pop(last)
    else:
        node[last] = junk
    return tree


@settings(max_examples=1500)
@given(
    place=st.integers(0, 10**6), how=st.sampled_from(["set", "drop", "double", "rename"]), junk=JUNK
)  # fmt: skip
def test_a_harmed_save_is_a_bad_save_or_a_world(
    lived: Lived, place: int, how: str, junk: Any
) -> None:
    """Whatever a disk, a mod or a hand did to it: refused whole, or taken and saved again."""
    path = lived.paths[place % len(lived.paths)]
    harmed = json.dumps(_mutated(lived.tree, path, how, junk)).encode()
    try:
        loaded = snapshot.load(harmed, lived.world.pack)
    except BadSave:
        return
    saved = snapshot.dump(loaded)
    assert snapshot.dump(snapshot.load(saved, lived.world.pack)) == saved


def test_a_load_takes_the_pack_it_is_given(town: Town, step: Callable[..., Any]) -> None:
    """A changed pack brings new variables with their defaults; what was set stays set."""
    world = town()
    step(world, roster.set_world, {"toll": 9}, {}, None)
    variables = {"toll": {"default": 1}, "new": {"default": "yes"}}
    plain = world.pack.model_dump(mode="json") | {"variables": variables}
    pack = type(world.pack).model_validate(plain, strict=False)
    loaded = snapshot.load(snapshot.dump(world), pack)
    assert (loaded.variables["toll"], loaded.variables["new"]) == (9, "yes")


@pytest.mark.parametrize(
    ("path", "junk"),
    [
        (("npcs", "edda", "mood", 0), {}),
        (("npcs", "edda", "mood", 1), 7.0),
        (("npcs", "edda", "state"), "elsewhere"),
        (("npcs", "edda", "lines"), {"x": [1]}),
        (("now",), -1),
        (("present", "forge"), ["nobody"]),
        (("happenings", "text"), [{}]),
        (("branch",), 0),
        (("npcs", "edda", "memories", "times"), ["x"]),
        (("npcs", "edda", "memories", "happening"), None),
        (("npcs", "edda", "graph", "triples"), [["a", "b"]]),
        (("happenings", "importance"), "x"),
        (("policy", "npcs"), 3),
        (("ledger",), {}),
    ],
)
def test_a_leaf_of_another_shape_is_named(village: World, path: tuple[Any, ...], junk: Any) -> None:
    tree = json.loads(snapshot.dump(village))
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = junk
    with pytest.raises(BadSave) as caught:
        snapshot.load(json.dumps(tree).encode(), village.pack)
    assert str(path[0]) in caught.value.field


@pytest.mark.parametrize(
    ("column", "value"),
    [("happening", 10**6), ("happening", -1), ("strength", 1.5), ("intensity", -1.0),
     ("times", 0), ("hops", -1), ("source", 99)],
)  # fmt: skip
def test_a_memory_out_of_range_is_refused_by_whose_it_is(
    village: World, step: Callable[..., Any], column: str, value: float
) -> None:
    step(village, talk.say, ["edda"], "ash", "I saw a bear at the mill.")
    tree = json.loads(snapshot.dump(village))
    tree["npcs"]["edda"]["memories"][column][0] = value
    with pytest.raises(BadSave) as caught:
        snapshot.load(json.dumps(tree).encode(), village.pack)
    assert caught.value.field.startswith("state.npcs.edda")


def test_a_statement_that_rests_on_nothing_is_refused(
    village: World, step: Callable[..., Any]
) -> None:
    step(village, set_tie, "edda", "wick", "sworn to", Terms())
    tree = json.loads(snapshot.dump(village))
    tree["npcs"]["edda"]["graph"]["triples"][0][-1] = [10**6]
    with pytest.raises(BadSave) as caught:
        snapshot.load(json.dumps(tree).encode(), village.pack)
    assert caught.value.field == "state.npcs.edda.graph"


def test_a_state_of_a_newer_release_is_refused_by_its_number(village: World) -> None:
    tree = json.loads(snapshot.dump(village)) | {"version": 99, "oldest": 99, "new": True}
    with pytest.raises(BadSave) as caught:
        snapshot.load(json.dumps(tree).encode(), village.pack)
    assert (caught.value.field, caught.value.got) == ("state.version", "99")
