"""Who may import whom: the house has floors, and what a mind cannot import it cannot know."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1] / "personagen_npc"
NAME = ROOT.name

FLOORS = {
    1: [
        "words",
        "dice",
        "config",
        "events",
        "errors",
        "frozen",
        "criteria",
        "tables",
        "changes",
        "version",
    ],
    2: ["persona", "wire"],
    3: ["memory", "voice", "learn", "guard"],
    4: ["mind"],
    5: ["world"],
    6: ["engines", "store", "train", "authoring"],
    7: ["host"],
    8: ["server", "client"],
    9: ["play", "studio", "http"],
    10: ["build"],
    11: ["cli"],
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
ENTRANCES = {"__init__", "__main__"}  # the package's own door: shows what build and cli have

IMPURE = {"asyncio", "socket", "sqlite3", "time", "random", "threading", "datetime"}
DOORS = {
    "faiss": ["memory/vectors.py"],
    "matplotlib": ["play/picture.py"],
    "networkx": ["memory/graph.py"],
    "torch": ["train/"],
    "ollama": ["engines/ollama.py", "engines/chat.py"],
    "openai": ["engines/compatible.py"],
    "websockets": ["server/", "client"],
    "yaml": ["authoring/", "tables.py"],
    "sqlite3": ["store/"],
    "tokenizers": ["engines/static.py"],
}
STRANGERS = {"mind": {"wire", "world"}, "wire": {"mind", "world"}}


class Import(NamedTuple):
    """One import of one file. ``inside`` is whether it stands in a function."""

    file: str
    line: int
    module: str
    typing: bool
    inside: bool

    @property
    def room(self) -> str:
        """The importing room: first folder, or the file itself at the top."""
        return _room(self.file.removesuffix(".py").replace("/", "."))

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def _room(dotted: str) -> str:
    return dotted.split(".")[0]


def _files() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def _is_typing_block(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    test = node.test
    name = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    return name == "TYPE_CHECKING"


def _imports(path: Path) -> list[Import]:
    relative = path.relative_to(ROOT).as_posix()
    package = [NAME, *path.relative_to(ROOT).parts[:-1]]
    found: list[Import] = []

    def visit(node: ast.AST, typing: bool, inside: bool) -> None:
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # "from package import module" names a module, "from module import thing" does not
            names = [
                f"{base}.{a.name}" if _module(f"{base}.{a.name}") else base for a in node.names
            ]
        else:
            names = []
        found.extend(Import(relative, node.lineno, n, typing, inside) for n in dict.fromkeys(names))  # type: ignore[attr-defined]
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if _is_typing_block(node):
            assert isinstance(node, ast.If)
            for typed in node.body:
                visit(typed, True, inside)
            for other in node.orelse:
                visit(other, typing, inside)
            return
        for child in ast.iter_child_nodes(node):
            visit(child, typing, inside)

    visit(ast.parse(path.read_text(encoding="utf-8")), False, False)
    return found


def _module(dotted: str) -> bool:
    path = ROOT.parent.joinpath(*dotted.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


ALL = [i for f in _files() for i in _imports(f)]
OURS = [i for i in ALL if i.module.split(".")[0] == NAME]
BUILDING = [i for i in OURS if i.room not in ENTRANCES]


def _target(found: Import) -> str:
    """The room that an import of ours goes to; the package itself counts as its entrance."""
    rest = found.module.split(".")[1:]
    return rest[0] if rest else "__init__"


def test_every_room_has_a_floor() -> None:
    rooms = {_room(f.relative_to(ROOT).as_posix().removesuffix(".py").replace("/", "."))
             for f in _files()} - ENTRANCES  # fmt: skip
    assert rooms <= set(FLOOR_OF), f"no floor is known for {sorted(rooms - set(FLOOR_OF))}"


def _climbs(found: Import) -> bool:
    here, there = found.room, _target(found)
    if there in ENTRANCES:
        return here != "cli"  # the version; nobody else needs the whole house
    ground = FLOOR_OF[here] == FLOOR_OF[there] == 1  # single files: the ground floor is one room
    return here != there and not ground and FLOOR_OF[there] >= FLOOR_OF[here]


def test_a_file_imports_its_own_room_or_a_lower_floor() -> None:
    assert [str(i) for i in BUILDING if not i.typing and _climbs(i)] == []


def test_types_come_from_below_too() -> None:
    assert [str(i) for i in BUILDING if i.typing and _climbs(i)] == []


@pytest.mark.parametrize("room", sorted(STRANGERS))
def test_wire_and_mind_never_meet(room: str) -> None:
    met = [str(i) for i in OURS if i.room == room and _target(i) in STRANGERS[room]]
    assert met == []


def test_the_lower_floors_are_pure() -> None:
    pure = {room for room, floor in FLOOR_OF.items() if floor <= 5}
    dirty = [str(i) for i in ALL if i.room in pure and i.module.split(".")[0] in IMPURE]
    assert dirty == []


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library: str) -> None:
    elsewhere = [
        str(i)
        for i in ALL
        if i.module.split(".")[0] == library
        and not i.typing
        and not any(i.file.startswith(door) for door in DOORS[library])
    ]
    assert elsewhere == []


@pytest.mark.parametrize(
    "library", ["faiss", "matplotlib", "networkx", "torch", "ollama", "tokenizers", "yaml"]
)
def test_heavy_libraries_wait_until_they_are_used(library: str) -> None:
    """``authoring`` is nothing but YAML, so there it may stand at the top."""
    at_once = [
        str(i)
        for i in ALL
        if i.module.split(".")[0] == library and not i.inside and not i.typing
        and not (library == "yaml" and i.room == "authoring")
        and not (library == "torch" and i.room == "train")
    ]  # fmt: skip
    assert at_once == []


def _graph() -> dict[str, list[str]]:
    """Module -> modules that importing it imports."""
    graph: dict[str, list[str]] = {}
    for found in OURS:
        if found.typing or found.inside:
            continue
        here = f"{NAME}.{found.file.removesuffix('.py').replace('/', '.')}"
        graph.setdefault(here.removesuffix(".__init__"), []).append(found.module)
    return graph


def test_no_module_needs_itself() -> None:
    graph, done, cycles = _graph(), set[str](), list[str]()

    def walk(module: str, path: list[str]) -> None:
        if module in path:
            cycles.append(" -> ".join([*path[path.index(module) :], module]))
            return
        if module in done:
            return
        for needed in graph.get(module, []):
            walk(needed, [*path, module])
        done.add(module)

    for module in sorted(graph):
        walk(module, [])
    assert cycles == []


HEAVY = ("torch", "faiss", "networkx", "ollama", "openai", "tokenizers", "model2vec", "httpx")

TURN = """
import sys
from pathlib import Path
from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.world import agenda, roster
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

pack = load_packs([Path(sys.argv[1])])
pack = pack.model_copy(update={"voice": (*load_builtin_voice(), *pack.voice)})
world = World("w", pack, 1)
world.begin(); roster.populate(world); world.end()
for line in ("Hello.", "What happened at the mill?", "You stupid old goat!", "Any news?"):
    world.begin(); outcome = talk.say(world, ["edda"], "ash", line); world.end()
    assert outcome.replies[0].text
world.begin(); agenda.tick(world, 40000.0); world.end()
"""


SERVED = """
import asyncio, sys
from personagen_npc.build import connect

async def visit():
    async with await connect("local:" + sys.argv[1], player="ash", embeddings=sys.argv[2]) as game:
        assert (await game.say("edda", "Hello.")).text
        await asyncio.sleep(0.2)  # longer than a look for what has no vector
asyncio.run(visit())
"""


@pytest.mark.parametrize("setting", ["off", "auto"])
def test_a_world_without_vectors_loads_nothing_for_them(setting: str, tmp_path: Path) -> None:
    """``auto`` where nothing was built is as good as ``off``."""
    shown = f"\nimport sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", SERVED + shown, str(ROOT.parent / "examples/emberfall"), setting],
        capture_output=True, text=True, check=False, cwd=ROOT.parent,
        env={**os.environ, "PERSONAGEN_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("code", [f"import {NAME}", TURN], ids=["import", "turn"])
def test_the_base_runs_without_its_heavy_libraries(code: str) -> None:
    shown = f"\nimport sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    pack = ROOT.parent / "examples" / "emberfall"
    out = subprocess.run(
        [sys.executable, "-c", code + shown, str(pack)],
        capture_output=True, text=True, check=False, cwd=ROOT.parent,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    assert out.stdout.strip() == "[]"
