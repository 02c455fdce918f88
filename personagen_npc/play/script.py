"""The demo's script: scenes and steps out of a data file that a designer may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.errors import BadField
from personagen_npc.play.spans import seconds
from personagen_npc.tables import table

if TYPE_CHECKING:
    from pathlib import Path

DEMO: Final = "play/data/demo.yaml"

# verb -> the other fields that it may have
VERBS: Final[dict[str, frozenset[str]]] = {
    "say": frozenset({"to"}),
    "note": frozenset(),
    "event": frozenset({"actor", "target", "place", "witnesses", "reach", "facts"}),
    "tick": frozenset(),
    "reward": frozenset({"kind"}),
    "result": frozenset({"text"}),
    "move": frozenset({"place"}),
    "converse": frozenset({"with", "topic"}),
    "bark": frozenset({"situation"}),
    "save": frozenset(),
    "load": frozenset(),
    "undo": frozenset(),
    "set": frozenset({"value"}),
}


class Step(NamedTuple):
    """One verb, what it is done to, and its other fields."""

    verb: str
    what: Any
    fields: dict[str, Any]


class Scene(NamedTuple):
    """Some steps at one place, ``after`` so many game seconds."""

    title: str
    place: str
    after: float
    steps: tuple[Step, ...]


class Script(NamedTuple):
    """A whole demo."""

    packs: tuple[str, ...]
    seed: int
    player: str
    name: str
    scenes: tuple[Scene, ...]


def read_script(file: str | Path = DEMO) -> Script:
    """A script. Raises BadField naming scene and step of the first mistake."""
    plain = table(file)
    try:
        return Script(
            tuple(plain["packs"]), int(plain["seed"]), plain["player"]["id"],
            plain["player"]["name"], tuple(_scene(k, s) for k, s in enumerate(plain["scenes"], 1)),
        )  # fmt: skip
    except (KeyError, TypeError) as wrong:
        raise BadField(f"{file}: {wrong} is missing or wrong", field=str(wrong)) from None


def _scene(number: int, plain: dict[str, Any]) -> Scene:
    steps = tuple(_step(f"scene {number}, step {k}", s) for k, s in enumerate(plain["steps"], 1))
    after = seconds(plain["after"]) if "after" in plain else 0.0
    return Scene(plain["title"], plain["place"], after, steps)


def _step(where: str, plain: dict[str, Any]) -> Step:
    verb = next(iter(plain), "")
    if verb not in VERBS:
        raise BadField(f"{where}: no such verb", field=where, got=verb, allowed=", ".join(VERBS))
    fields = {k: v for k, v in plain.items() if k != verb}
    for name in fields:
        if name not in VERBS[verb]:
            allowed = ", ".join(sorted(VERBS[verb])) or "nothing else"
            raise BadField(f"{where}: {verb} has no {name}", field=where, got=name, allowed=allowed)
    return Step(verb, seconds(plain[verb]) if verb == "tick" else plain[verb], fields)
