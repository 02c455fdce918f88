"""What several rooms' tests stand on: the example village, small worlds, one step at a time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.world import roster
from personagen_npc.world.pack import Pack
from personagen_npc.world.state import snapshot
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from personagen_npc.world.pack import VoiceRule

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FULL = os.environ.get("PERSONAGEN_TEST_SCALE") == "full"


@pytest.fixture(scope="session")
def scale() -> Callable[[int, int], int]:
    """``scale(few, many)``: how often to try, few by default, many for the soak."""
    return lambda few, many: many if FULL else few


@pytest.fixture(scope="session")
def voice() -> tuple[VoiceRule, ...]:
    """The lines that come with the package."""
    return load_builtin_voice()


@pytest.fixture(scope="session")
def emberfall(voice: tuple[VoiceRule, ...]) -> Pack:
    """The example pack as a server opens it."""
    pack = load_packs([EXAMPLES / "emberfall"])
    return pack.model_copy(update={"voice": (*voice, *pack.voice)})


@pytest.fixture(scope="session")
def step() -> Callable[..., Any]:
    """``step(world, command, ...)``: one whole step, as a host takes it; gives the outcome."""

    def take(world: World, command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        world.begin()
        outcome = command(world, *args, **fields)
        world.end()
        return outcome

    return take


@pytest.fixture(scope="session")
def founded(emberfall: Pack, step: Callable[..., Any]) -> bytes:
    world = World("village", emberfall, 7)
    step(world, roster.populate)
    return snapshot.dump(world)


@pytest.fixture
def village(founded: bytes, emberfall: Pack) -> World:
    """Emberfall on its first morning, everybody in place, nothing said yet."""
    return snapshot.load(founded, emberfall)


@pytest.fixture(scope="session")
def persona() -> Callable[..., PersonaProfile]:
    """``persona("ada", place="inn")``: a profile of a few words."""

    def make(who: str, **fields: Any) -> PersonaProfile:
        tree = {"id": who, "name": who.capitalize(), **fields}
        return PersonaProfile.model_validate(tree, strict=False)

    return make


@pytest.fixture(scope="session")
def hamlet(step: Callable[..., Any]) -> Callable[..., World]:
    """``hamlet(npcs=..., facts=...)``: a world of a few words, populated."""

    def make(seed: int = 1, populate: bool = True, **rooms: Any) -> World:
        tree: dict[str, Any] = {"id": "hamlet", "name": "Hamlet", **rooms}
        for room, value in tree.items():
            if isinstance(value, dict):
                tree[room] = _with_ids(value)
        pack = Pack.model_validate(tree, strict=False)
        world = World("hamlet", pack, seed)
        if populate:
            step(world, roster.populate)
        return world

    return make


def _with_ids(room: Mapping[str, Any]) -> dict[str, Any]:
    """Entries of a pack's room with the id and name that they leave out."""
    return {
        i: {"id": i, **({"name": i.capitalize()} if _is_named(e) else {}), **e}
        if isinstance(e, dict) and "default" not in e
        else e
        for i, e in room.items()
    }


def _is_named(entry: Mapping[str, Any]) -> bool:
    return not {"text", "description", "stages"} & set(entry)
