"""A designer's folder becomes a ``Pack``, or a list of what is wrong with it.

Every file becomes a tree with lines; the trees are joined into one in the shape of ``Pack`` and
validated once, so that a mistake is found under the file and line where it was written.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from personagen_npc.authoring.merge import merge_packs
from personagen_npc.authoring.plainwords import Spot, cut, problems_of, spot
from personagen_npc.authoring.rooms import Folder, join, voice_tree, world_tree
from personagen_npc.authoring.shape import Slot, fields_of
from personagen_npc.authoring.yamlfile import Node
from personagen_npc.world.pack import Pack, VoiceRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MENDS = 3  # nested slips that are mended in one value: list of text of number
VOICE_DATA = Path(__file__).parent.parent / "voice" / "data" / "lines"
BUILT_IN = "base"  # the pack id under which built-in lines are named


__all__ = ["builtin_voice", "merge_packs", "read_folder", "read_pack"]


def read_pack(path: Path) -> Pack:
    """The pack in a folder.

    Raises:
        BadPack: its ``problems`` read ``npcs/mara.yaml:14: age: -1 is not allowed (...)``.
    """
    return pack_of(read_folder(path))


def pack_of(folder: Folder) -> Pack:
    """A folder's pack. Raises BadPack when it has none."""
    if folder.pack is None:
        raise folder.refused()
    return folder.pack


def builtin_voice(lines: Path = VOICE_DATA) -> tuple[VoiceRule, ...]:
    """The lines that everyone has who has no better ones. Raises BadPack."""
    folder = Folder("built-in voice", Node({}))
    rules = voice_tree(folder, BUILT_IN, lines.parent, lines.name)
    root = Node({"id": Node(BUILT_IN), "name": Node(BUILT_IN), "voice": rules})
    folder.root = root
    if not folder.problems:
        folder.pack = _validated(folder)
    return pack_of(folder).voice


def read_folder(path: Path) -> Folder:
    """Everything that can be said about a folder; never raises for what it holds."""
    folder = Folder(path.name, Node({}, "world.yaml"))
    world = world_tree(folder, path)
    if world is None:
        return folder
    folder.root = world
    join(folder, world, path)
    if not folder.problems:
        folder.pack = _validated(folder)
    else:
        kept, folder.problems = folder.problems, []
        _validated(folder)
        folder.problems = cut([*kept, *folder.problems])
    if folder.pack is not None:
        folder.pack = _sealed(folder.pack)
    return folder


def _validated(folder: Folder) -> Pack | None:
    """The tree as a pack; slips that leave no doubt are mended, the rest are noted as mistakes."""
    for _ in range(MENDS + 1):
        try:
            return Pack.model_validate_json(orjson.dumps(folder.root.plain()))
        except ValidationError as error:
            errors = error.errors(include_url=False, include_context=False, include_input=False)
        if not _mended(folder.root, [dict(e) for e in errors]):
            break
    folder.problems += problems_of(folder.root, Slot(Pack), [dict(e) for e in errors])
    folder.bad += [tuple(e["loc"]) for e in errors]
    return None


def salvaged(folder: Folder) -> Pack | None:
    """The pack without its entities that cannot be read; None when the world itself cannot.

    The ids of what is left out go to ``folder.spoilt``.
    """
    fields = folder.root.value
    if not isinstance(fields, dict):
        return None
    drop: dict[str, list[str | int]] = {}
    for loc in folder.bad:
        section = fields.get(str(loc[0])) if loc else None
        if section is None or len(loc) < 2 or not isinstance(section.value, dict | list):
            fields.pop(str(loc[0]) if loc else "", None)
        else:
            drop.setdefault(str(loc[0]), []).append(loc[1])
    for name, keys in drop.items():
        _leave_out(folder, name, keys)
    try:
        return Pack.model_validate_json(orjson.dumps(folder.root.plain()))
    except ValidationError:
        return None


def _leave_out(folder: Folder, name: str, keys: list[str | int]) -> None:
    section = folder.root.child(name)
    if section is None:
        return
    if isinstance(section.value, dict):
        for key in keys:
            section.value.pop(str(key), None)
            folder.spoilt.setdefault(name, set()).add(str(key))
    elif isinstance(section.value, list):
        section.value = [row for i, row in enumerate(section.value) if i not in keys]


def _mended(root: Node, errors: Iterable[Mapping[str, Any]]) -> bool:
    """Text for a number where text is needed, a list of one for one; whether anything was.

    A field with a default and nothing behind its colon counts as not given.
    """
    done = False
    for error in errors:
        at = spot(root, Slot(Pack), error["loc"])
        mend = _MEND.get(error["type"])
        if at.node.value is None:
            done = _dropped(at) or done
        elif mend and not at.rest:
            done = mend(at.node) or done
    return done


def _dropped(at: Spot) -> bool:
    if at.above is None:
        return False
    holder, slot, key = at.above
    needed = str(key) not in fields_of(slot) or slot.type.model_fields[key].is_required()
    if needed or not isinstance(holder.value, dict):
        return False
    return holder.value.pop(str(key), None) is not None


def _as_text(node: Node) -> bool:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float) or not node.raw:
        return False
    node.value = node.raw
    return True


def _as_list(node: Node) -> bool:
    if isinstance(node.value, dict | list):
        return False
    node.value = [Node(node.value, node.file, node.line, 0, node.raw)]
    return True


_MEND: dict[str, Callable[[Node], bool]] = {"string_type": _as_text, "tuple_type": _as_list}


def _sealed(pack: Pack) -> Pack:
    """With its own id and the hash of its content as source."""
    digest = sha256(pack.model_dump_json(exclude={"sources"}).encode()).hexdigest()
    return pack.model_copy(update={"sources": ((pack.id, digest),)})
