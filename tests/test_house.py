"""Small rooms: how long files, functions and packages are, what they are named and catch."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1] / "personagen_npc"
HOUSE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "house.toml").read_text(encoding="utf-8")
)
FILES = sorted(ROOT.rglob("*.py"))
BLIND = {"Exception", "BaseException"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _rooms() -> dict[str, int]:
    """Lines of each folder at the top; the files beside them are the room ``.``."""
    sizes: dict[str, int] = {}
    for path in FILES:
        parts = path.relative_to(ROOT).parts
        room = parts[0] if len(parts) > 1 else "."
        sizes[room] = sizes.get(room, 0) + _lines(path)
    return sizes


def _functions(path: Path) -> Iterator[tuple[str, Function]]:
    """(dotted name, node) of every function of a file, nested ones too."""

    def visit(node: ast.AST, inside: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                name = f"{inside}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, child
                yield from visit(child, f"{name}.")
            else:
                yield from visit(child, inside)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), "")


@pytest.mark.parametrize("room", sorted(_rooms()))
def test_a_room_keeps_to_its_budget(room: str) -> None:
    budget = HOUSE["lines"].get(room)
    assert budget is not None, f"tests/house.toml gives {room} no budget"
    assert _rooms()[room] <= budget


def test_no_budget_is_for_a_room_that_is_gone() -> None:
    assert set(HOUSE["lines"]) <= set(_rooms())


def test_files_are_short() -> None:
    longest = HOUSE["limits"]["file"]
    assert [f"{_name(f)}: {_lines(f)}" for f in FILES if _lines(f) > longest] == []


def test_functions_are_short() -> None:
    longest = HOUSE["limits"]["function"]
    long = [
        f"{_name(f)}:{node.lineno} {name}: {node.end_lineno - node.lineno + 1}"
        for f in FILES
        for name, node in _functions(f)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > longest
    ]
    assert long == []


def test_every_file_is_a_noun() -> None:
    homeless = set(HOUSE["words"]["homeless"])
    named = [_name(f) for f in FILES if homeless & {f.stem, *f.stem.split("_"), f.parent.name}]
    assert named == []


def test_every_file_says_what_it_is() -> None:
    silent = [_name(f) for f in FILES if not ast.get_docstring(ast.parse(f.read_text("utf-8")))]
    assert silent == []


def _blind(node: ast.AST) -> bool:
    """Whether a handler takes any exception and keeps it; to tidy up and raise again is lawful."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    if node.type is None:
        return True
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(isinstance(c, ast.Name) and c.id in BLIND for c in caught)


def _own(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions inside it."""
    todo: list[ast.AST] = [*ast.iter_child_nodes(function)]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, Function):
            todo += ast.iter_child_nodes(node)


def test_only_the_drivers_catch_everything() -> None:
    """A failure that nobody named must be seen, not swallowed."""
    allowed = HOUSE["catch_all"]
    found = [
        f"{_name(f)}:{name}"
        for f in FILES
        for name, function in _functions(f)
        if any(_blind(node) for node in _own(function)) and name not in allowed.get(_name(f), ())
    ]
    assert found == []


def test_no_file_catches_everything_as_it_is_imported() -> None:
    found = [
        _name(f)
        for f in FILES
        for node in ast.parse(f.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Try) and any(_blind(h) for h in node.handlers)
    ]
    assert found == []
