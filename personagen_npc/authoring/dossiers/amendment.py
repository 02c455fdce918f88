"""Amendment: a save's world with a designer's edits in it, or the world as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from personagen_npc.authoring.dossiers.document import Believes, Noted, Remembers, Stands
from personagen_npc.authoring.dossiers.edits import ABSENT
from personagen_npc.events import EMOTIONS, SOURCES
from personagen_npc.mind.feel import mood_now
from personagen_npc.world.scenes import standing_of
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from personagen_npc.authoring.dossiers.edits import Edit
    from personagen_npc.world.world import World

Plain = dict[str, Any]
_AXES = ("pleasure", "arousal", "dominance")
_HOLD = (*Remembers.model_fields,)
_FEELINGS = ("", *EMOTIONS)


def amended(world: World, edits: Iterable[Edit]) -> World:
    """Another world with these edits, each of which was checked (``edits.refused``).

    What is set anew holds from the save's game time on. Raises BadSave; the given world stays.
    """
    tree = snapshot.to_tree(world)
    reworded = set()
    for edit in edits:
        if edit.path[0] == "npcs":
            _PERSON[edit.path[2]](world, tree, edit)
        else:
            _WORLD[edit.path[0]](tree, edit)
        if edit.path[0] == "happenings" and edit.path[2] == "text":
            reworded.add(int(edit.path[1][1:]))
    return rebuilt(world, tree, reworded)


def rebuilt(world: World, tree: Plain, reworded: Iterable[int]) -> World:
    """A world of a changed tree; vectors of what reads otherwise now are made again some time."""
    vectors = world.vectors
    for happening in reworded:
        vectors.remove(happening)
    block = vectors.to_block() if len(vectors) else b""
    return snapshot.load(orjson.dumps(tree), world.pack, block)


def _variable(tree: Plain, edit: Edit) -> None:
    tree["variables"][edit.path[1]] = edit.now


def _happening(tree: Plain, edit: Edit) -> None:
    tree["happenings"][edit.path[2]][int(edit.path[1][1:])] = edit.now


def _mood(world: World, tree: Plain, edit: Edit) -> None:
    npc = tree["npcs"][edit.path[1]]
    if npc["mood"][3] != world.now:  # the other axes: as they are by now
        mood = mood_now(world.npcs[edit.path[1]], world.now, world.pack.time_scale)
        npc["mood"] = [*mood, world.now]
    npc["mood"][_AXES.index(edit.path[3])] = float(edit.now)


def _goal(_: World, tree: Plain, edit: Edit) -> None:
    tree["npcs"][edit.path[1]]["goals"][edit.path[3]] = float(edit.now)


def _relation(world: World, tree: Plain, edit: Edit) -> None:
    _, npc, _, other, *field = edit.path
    held = tree["relations"].setdefault(npc, {})
    if edit.now is ABSENT:
        del held[other]
        if not held:
            del tree["relations"][npc]
        return
    row = held.get(other)
    if row is None or row[7] != world.now:  # the other axes: as they are by now
        s = standing_of(world, world.npcs[npc], other)
        row = held[other] = [*s[:7], world.now]
    new = {field[0]: edit.now} if field else edit.now
    for name, value in new.items():
        row[[*Stands.model_fields].index(name)] = value


def _belief(_world: World, tree: Plain, edit: Edit) -> None:
    _, npc, _, fact, *field = edit.path
    rows = tree["npcs"][npc]["beliefs"]
    if edit.now is ABSENT:
        rows[:] = [r for r in rows if r[0] != fact]
    elif field:
        row = next(r for r in rows if r[0] == fact)
        row[1 + [*Believes.model_fields].index(field[0])] = edit.now
    else:
        rows.append([fact, *Believes(**edit.now).model_dump().values()])


def _memory(world: World, tree: Plain, edit: Edit) -> None:
    _, npc, _, mark, *field = edit.path
    columns, happening = tree["npcs"][npc]["memories"], int(mark[1:])
    if not field and edit.now is not ABSENT:
        _hold(world, columns, happening, Remembers(**edit.now))
        return
    row = columns["happening"].index(happening)
    if field:
        columns[field[0]][row] = _coded(field[0], edit.now)
        return
    for name, column in columns.items():
        if name != "v":
            del column[row]
    tree["npcs"][npc]["lines"].pop(f"mem#{happening}", None)


def _hold(world: World, columns: Plain, happening: int, new: Remembers) -> None:
    row = {name: _coded(name, getattr(new, name)) for name in _HOLD}
    row |= {"happening": happening, "step": world.step, "episode": -1, "position": 0,
            "touched": world.now}  # fmt: skip
    for name, value in row.items():
        columns[name].append(value)


def _coded(name: str, value: Any) -> Any:
    if name == "source":
        return SOURCES.index(value)
    return _FEELINGS.index(value) if name == "emotion" else value


def _note(_world: World, tree: Plain, edit: Edit) -> None:
    _, npc, _, who, *rest = edit.path
    notes = tree["npcs"][npc]["notes"]
    if not rest:
        notes.pop(who, None)
        if edit.now is not ABSENT:
            notes[who] = [[n, *_noted(row)] for n, row in edit.now.items()]
        return
    name, *field = rest
    rows = notes.setdefault(who, [])
    if field:
        row = next(r for r in rows if r[0] == name)
        row[1 + [*Noted.model_fields].index(field[0])] = edit.now
        return
    rows[:] = [r for r in rows if r[0] != name]
    if edit.now is not ABSENT:
        rows.append([name, *_noted(edit.now)])


def _noted(row: Plain) -> tuple[Any, float]:
    note = Noted(**row)
    return note.value, note.until


_WORLD: dict[str, Callable[[Plain, Edit], None]] = {
    "variables": _variable,
    "happenings": _happening,
}
_PERSON: dict[str, Callable[[World, Plain, Edit], None]] = {
    "mood": _mood, "goals": _goal, "relations": _relation, "beliefs": _belief,
    "memories": _memory, "notes": _note,
}  # fmt: skip
