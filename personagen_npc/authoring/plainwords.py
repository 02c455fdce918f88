"""Pydantic's errors on a pack, put at their file and line and said in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.authoring.problem import Problem, nearest
from personagen_npc.authoring.shape import Slot, allowed, choices_of, fields_of, step_into
from personagen_npc.errors import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.authoring.yamlfile import Node

MAX_PROBLEMS = 200  # [D] more than anybody mends in one go


class Spot(NamedTuple):
    """Where an error's location leads: the deepest node reached, its path, what goes there.

    ``rest`` is what of the location is left, ``above`` the holder and its key of this node.
    """

    node: Node
    path: tuple[str, ...]
    slot: Slot
    rest: tuple[str | int, ...]
    above: tuple[Node, Slot, str | int] | None = None


def spot(root: Node, slot: Slot, loc: Sequence[str | int]) -> Spot:
    """Follows a location down the tree; the rest is a missing field or a union's branch."""
    node = root
    path: tuple[str, ...] = ()
    above: tuple[Node, Slot, str | int] | None = None
    for i, step in enumerate(loc):
        below, inner = node.child(step), step_into(slot, step)
        if below is None or inner is None:
            return Spot(node, path, slot, tuple(loc[i:]), above)
        named = str(step + 1) if isinstance(step, int) else step
        path = (*path, named) if below.label is None else tuple(filter(None, [below.label]))
        above = (node, slot, step)
        node, slot = below, inner
    return Spot(node, path, slot, (), above)


def problems_of(root: Node, model: Slot, errors: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """One problem for each place with an error, in the order of files and lines."""
    found: dict[tuple[str, int, str], Problem] = {}
    for error in errors:
        problem = _problem(spot(root, model, error["loc"]), error)
        found.setdefault(problem[:3], problem)
    rows = sorted(found.values(), key=lambda p: (p.file, p.line))
    return cut(rows)


def cut(rows: list[Problem]) -> list[Problem]:
    """The first ``MAX_PROBLEMS``, then a word about the rest."""
    if len(rows) <= MAX_PROBLEMS:
        return rows
    rest = Problem(rows[MAX_PROBLEMS].file, 0, "", f"and {len(rows) - MAX_PROBLEMS} more mistakes")
    return [*rows[:MAX_PROBLEMS], rest]


def _problem(at: Spot, error: Mapping[str, Any]) -> Problem:
    kind = error["type"]
    if kind == "missing":
        return _missing(at)
    if kind == "extra_forbidden":
        return _extra(at, str(error["loc"][-1]))
    return Problem(
        at.node.file, at.node.line or at.node.at, ".".join(at.path), _wrong(at.node, at.slot)
    )


def _missing(at: Spot) -> Problem:
    name = at.rest[0] if at.rest else ""
    slot = step_into(at.slot, name)
    needs = f" ({allowed(slot)})" if slot else ""
    return Problem(at.node.file, at.node.at, ".".join((*at.path, str(name))), f"is missing{needs}")


def _extra(at: Spot, name: str) -> Problem:
    node = at.node.child(name) or at.node
    path = ".".join((*at.path, name))
    hint = nearest(name, fields_of(at.slot))
    if node.value is None and not hint.startswith("did"):
        hint = "a comma in { } splits text; text with a comma needs quotes"
    return Problem(node.file, node.at, path, f"is no field here ({hint})")


def _wrong(node: Node, slot: Slot) -> str:
    rule = allowed(slot)
    if node.value is None:
        return f"nothing is written here ({rule}); # starts a comment, quotes make it text"
    if isinstance(node.value, str) and len(node.value) > 200 and " characters" in rule:
        return f"{len(node.value)} characters are not allowed ({rule})"
    hint = ""
    if isinstance(node.value, dict | list) and slot.type is str:
        hint = "; text that starts with { or [ needs quotes"
    if isinstance(node.value, str) and choices_of(slot):
        guess = nearest(node.value, [str(c) for c in choices_of(slot)])
        hint = f"; {guess}" if guess.startswith("did") else ""
    return f"{written(node)} is not allowed ({rule}{hint})"


def written(node: Node) -> str:
    """A bad value as a message repeats it."""
    value = node.value
    if isinstance(value, dict):
        return "a mapping (" + shown(", ".join(value)) + ")" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, str):
        return f'"{shown(value)}"'
    return node.raw or str(value).lower()
