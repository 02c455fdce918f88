"""The trees of a folder's files, joined into one tree in the shape of ``Pack``.

Nothing is judged here but what the joining itself needs: ids, files that stand twice, rooms that
hold something else. Short forms are written out, so the models see one form only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from personagen_npc.authoring.files import ENDINGS, files_of
from personagen_npc.authoring.problem import Problem
from personagen_npc.authoring.yamlfile import BadText, Node, read_tree
from personagen_npc.errors import BadPack
from personagen_npc.persona.culture import Culture
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.world.pack import OLDEST_PACK_FORMAT, PACK_FORMAT, Fact, Pack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_FILES = 4096  # [D] a pack of one person a file has this many people
LEARNED = "learned.json"  # what `learn export` made of a save, shipped with the pack
KEYED = ("places", "factions", "things", "quests", "actions", "events", "cultures")

OWN_FILES = {
    "npcs": "people have files of their own in npcs/",
    "facts": "facts have files of their own in lore/",
    "voice": "voice rules have files of their own in voice/",
    "learned": "what was learned has a file of its own, learned.json",
    "sources": "it is filled in when packs are merged",
}

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_NOT_ID = re.compile(r"[^a-z0-9_.-]+")


@dataclass(slots=True)
class Folder:
    """What reading a folder gave: the joined tree, the mistakes, and the pack if there are none.

    ``bad`` are the locations that the models refuse, ``spoilt`` the ids that salvaging left out.
    """

    name: str
    root: Node
    problems: list[Problem] = field(default_factory=list)
    extends: tuple[str, ...] = ()
    pack: Pack | None = None
    bad: list[tuple[str | int, ...]] = field(default_factory=list)
    spoilt: dict[str, set[str]] = field(default_factory=dict)

    def mistake(self, node: Node, path: str, text: str) -> None:
        """Notes a mistake at a node."""
        self.problems.append(Problem(node.file, node.at, path, text))

    def refused(self) -> BadPack:
        """The error that lists every mistake."""
        rows = tuple(str(p) for p in self.problems if p.level == "error")
        count = "1 mistake" if len(rows) == 1 else f"{len(rows)} mistakes"
        return BadPack(f"pack {self.name}: {count}: {rows[0]}", problems=rows, field=self.name)


def world_tree(folder: Folder, path: Path) -> Node | None:
    """The tree of the world's own file; None, and a mistake noted, where there is none."""
    found = [path / f"world{end}" for end in ENDINGS if (path / f"world{end}").is_file()]
    if not found:
        where = "is no folder" if not path.is_dir() else "has no world.yaml"
        folder.problems.append(Problem(folder.name, 0, "", f"{where}; a pack is a folder with one"))
        return None
    if len(found) > 1:
        folder.problems.append(Problem(found[1].name, 0, "", f"there is {found[0].name} already"))
    tree = _tree(folder, found[0], found[0].name)
    if tree is None:
        return None
    if not isinstance(tree.value, dict):
        folder.mistake(tree, "", "a mapping is needed here, with id and name")
        return None
    return tree


def _tree(folder: Folder, file: Path, name: str) -> Node | None:
    try:
        tree, twice = read_tree(file, name)
    except BadText as error:
        folder.problems.append(Problem(name, error.line, "", error.message))
        return None
    folder.problems += [Problem(name, t.line, "", t.message) for t in twice]
    return tree


def join(folder: Folder, world: Node, path: Path) -> None:
    """Puts the rooms' trees into the world's tree."""
    fields = _dict(world)
    for room in OWN_FILES:
        if room in fields:
            folder.mistake(fields[room], room, f"is no field here ({OWN_FILES[room]})")
    _take_extends(folder, fields)
    _check_format(folder, fields)
    for section in KEYED:
        if section in fields:
            fields[section] = _keyed(folder, fields[section], section)
    if len(files_of(path)) > MAX_FILES:
        folder.problems.append(Problem(folder.name, 0, "", f"too many files (at most {MAX_FILES})"))
        return
    _add_cultures(folder, fields, path)
    fields["npcs"] = _npcs(folder, path)
    fields["facts"] = _facts(folder, path)
    learned = path / LEARNED
    if learned.is_file() and (tree := _tree(folder, learned, LEARNED)) is not None:
        fields["learned"] = tree
    fields["voice"] = voice_tree(folder, _slug(world.child("id")), path, "voice")


def _take_extends(folder: Folder, fields: dict[str, Node]) -> None:
    node = fields.pop("extends", None)
    if node is None or node.value is None:
        return
    value = node.plain()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(_is_id(name) for name in names):
        folder.mistake(node, "extends", "a list of pack ids is needed here")
        return
    folder.extends = tuple(names)


def _is_id(name: object) -> bool:
    return isinstance(name, str) and _ID.fullmatch(name) is not None


def _check_format(folder: Folder, fields: dict[str, Node]) -> None:
    node = fields.get("format")
    if node is None or not isinstance(node.value, int):
        return
    if not OLDEST_PACK_FORMAT <= node.value <= PACK_FORMAT:
        span = f"{OLDEST_PACK_FORMAT} to {PACK_FORMAT}"
        folder.mistake(node, "format", f"{node.value} is not allowed ({span})")


# what is kept by id


def _keyed(folder: Folder, node: Node, path: str, *, labels: bool = False) -> Node:
    """A mapping id -> entity from a mapping or a list, each with its ``id`` filled in."""
    if isinstance(node.value, list):
        pairs = _pairs_of_list(folder, node, path)
    elif isinstance(node.value, dict):
        pairs = _pairs_of_dict(folder, node, path)
    elif node.value is None:
        pairs = []
    else:
        return node
    for key, item in pairs:
        if labels:
            item.label = key
    return node.fresh(dict(pairs))


def _pairs_of_dict(folder: Folder, node: Node, path: str) -> list[tuple[str, Node]]:
    rows = []
    for key, item in _dict(node).items():
        entity = item.fresh({}) if item.value is None else item
        if isinstance(entity.value, dict):
            own = entity.value.setdefault("id", Node(key, item.file, item.at, item.at))
            if own.value != key:
                folder.mistake(
                    own, f"{path}.{key}.id", f'"{own.value}" is not its key; leave it out'
                )
                own.value = key
        rows.append((key, entity))
    return rows


def _pairs_of_list(folder: Folder, node: Node, path: str) -> list[tuple[str, Node]]:
    rows: dict[str, Node] = {}
    for i, item in enumerate(_list(node), 1):
        own = item.child("id")
        if own is None or not isinstance(own.value, str):
            folder.mistake(own or item, f"{path}.{i}.id".lstrip("."), "is missing (an id as text)")
        elif own.value in rows:
            first = rows[own.value]
            folder.mistake(own, f"{path}.{i}.id".lstrip("."), _twice(own.value, first))
        else:
            rows[own.value] = item
    return list(rows.items())


def _twice(name: str, first: Node) -> str:
    return f"{name} stands twice (first in {first.file}:{first.at})"


def _gather(folder: Folder, into: dict[str, Node], more: Node) -> None:
    """Adds a file's entities to the pack's; the same id in two files is a mistake."""
    for key, node in _dict(more).items():
        if key in into:
            folder.mistake(node.child("id") or node, key, _twice(key, into[key]))
        else:
            into[key] = node


# cultures


def _add_cultures(folder: Folder, fields: dict[str, Node], path: Path) -> None:
    """The cultures of the world's own file and of cultures/, one or several in a file."""
    found: dict[str, Node] = {}
    own = fields.get("cultures")
    if own is not None:
        _gather(folder, found, own)
    for file, name in files_of(path, "cultures"):
        tree = _tree(folder, file, name)
        if tree is None:
            continue
        if isinstance(tree.value, list) or _is_mapping_of(tree, Culture.model_fields):
            _gather(folder, found, _keyed(folder, tree, "", labels=True))
        elif isinstance(tree.value, dict):
            tree.value.setdefault("id", Node(file.stem, name, 1))
            tree.label = ""
            _gather(folder, found, tree.fresh({str(tree.value["id"].plain()): tree}))
        else:
            folder.mistake(tree, "", "a culture is needed here: a mapping with name, says, ...")
    if found:
        fields["cultures"] = Node(dict(found))


# people


def _npcs(folder: Folder, path: Path) -> Node:
    people: dict[str, Node] = {}
    for file, name in files_of(path, "npcs"):
        tree = _tree(folder, file, name)
        if tree is None:
            continue
        several = isinstance(tree.value, list) or _is_mapping_of(tree, PersonaProfile.model_fields)
        if several:
            _gather(folder, people, _keyed(folder, tree, "", labels=True))
        elif isinstance(tree.value, dict):
            tree.value.setdefault("id", Node(file.stem, name, 1))
            tree.label = ""
            _gather(folder, people, tree.fresh({str(tree.value["id"].plain()): tree}))
        else:
            folder.mistake(
                tree, "", "a persona is needed here: a mapping with name, background, ..."
            )
    for node in people.values():
        _ease_persona(folder, node)
    return Node(dict(people))


def _is_mapping_of(tree: Node, fields: Mapping[str, Any]) -> bool:
    """Whether a mapping's keys are ids of entities, not an entity's own fields."""
    if not isinstance(tree.value, dict) or not tree.value:
        return False
    rows = tree.value
    return not any(k in fields for k in rows) and all(
        isinstance(n.value, dict) for n in rows.values()
    )


def _ease_persona(folder: Folder, node: Node) -> None:
    """Short forms: traits as ``name: value``, knowledge as ``id: sentence`` or as a list."""
    fields = node.value
    if not isinstance(fields, dict):
        return
    traits, graph = fields.get("personality_traits"), fields.get("knowledge_graph")
    if traits is not None and isinstance(traits.value, dict):
        fields["personality_traits"] = traits.fresh([_trait(k, n) for k, n in traits.value.items()])
    if graph is not None:
        if isinstance(graph.value, dict):
            rows = {k: _field_of(n, "content") for k, n in graph.value.items()}
            graph = graph.fresh(dict(rows))
        fields["knowledge_graph"] = _keyed(folder, graph, "knowledge_graph")


def _trait(name: str, node: Node) -> Node:
    row = _field_of(node, "value")
    if isinstance(row.value, dict):
        row.value.setdefault("name", Node(name, node.file, node.at, node.at))
    return row


def _field_of(node: Node, name: str) -> Node:
    """A bare value as the one field of a mapping; anything else as it is."""
    if isinstance(node.value, dict | list) or node.value is None:
        return node
    return node.fresh({name: node})


# lore


def _facts(folder: Folder, path: Path) -> Node:
    facts: dict[str, Node] = {}
    for file, name in files_of(path, "lore"):
        tree = _tree(folder, file, name)
        if tree is None or tree.value is None:
            continue
        tree, defaults = _with_defaults(folder, tree, "facts")
        if not isinstance(tree.value, list) and not _is_mapping_of(tree, Fact.model_fields):
            folder.mistake(tree, "", "a list of facts is needed here, or defaults: and facts:")
            continue
        rows = _keyed(folder, tree, "", labels=True)
        for node in _dict(rows).values():
            _ease_fact(node, defaults)
        _gather(folder, facts, rows)
    return Node(dict(facts))


def _ease_fact(node: Node, defaults: dict[str, Node]) -> None:
    if not isinstance(node.value, dict):
        return
    for key, default in defaults.items():
        node.value.setdefault(key, default)
    who = node.value.get("who")
    if who is not None and who.value == "all":
        node.value["who"] = who.fresh({"all": who.fresh(True)})


def _with_defaults(folder: Folder, tree: Node, rows: str) -> tuple[Node, dict[str, Node]]:
    """The rows of ``{defaults, <rows>}`` and the defaults; a tree without them as it is."""
    if not isinstance(tree.value, dict) or rows not in tree.value:
        return tree, {}
    for key, node in tree.value.items():
        if key not in ("defaults", rows):
            folder.mistake(node, key, f"is no field here (there is defaults, {rows})")
    defaults = tree.value.get("defaults")
    if defaults is not None and not isinstance(defaults.value, dict):
        folder.mistake(defaults, "defaults", "a mapping of fields is needed here")
    return tree.value[rows], _dict(defaults) if defaults is not None else {}


# voice


def voice_tree(folder: Folder, pack: str, path: Path, room: str) -> Node:
    """The rules of all files of a room, in order, each with an id of pack, file and place."""
    rules: list[Node] = []
    seen: dict[str, Node] = {}
    for file, name in files_of(path, room):
        tree = _tree(folder, file, name)
        if tree is None or tree.value is None:
            continue
        tree, defaults = _with_defaults(folder, tree, "rules")
        if not isinstance(tree.value, list):
            folder.mistake(tree, "", "a list of rules is needed here, or defaults: and rules:")
            continue
        stem = _slug(Node(name.removeprefix(f"{room}/").rsplit(".", 1)[0].replace("/", ".")))
        for i, node in enumerate(tree.value, 1):
            node.label = str(i)
            rules.append(node)
            _name_rule(folder, seen, node, f"{pack}:{stem}:{i}")
            for key, default in defaults.items():
                _dict(node).setdefault(key, default)
    return Node(rules)


def _name_rule(folder: Folder, seen: dict[str, Node], node: Node, default: str) -> None:
    if not isinstance(node.value, dict):
        return
    own = node.value.setdefault("id", Node(default, node.file, node.line))
    first = seen.setdefault(str(own.value), node)
    if first is not node:
        folder.mistake(own, f"{node.label}.id", _twice(str(own.value), first))


def _slug(node: Node | None) -> str:
    text = str(node.value) if node is not None and isinstance(node.value, str) else "pack"
    return _NOT_ID.sub("_", text.lower()).strip("_.-") or "pack"


def _dict(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


def _list(node: Node) -> list[Node]:
    return node.value if isinstance(node.value, list) else []
