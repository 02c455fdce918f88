"""Edits: what was changed in a document, and whether a designer may change it so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
from pydantic import ValidationError

from personagen_npc.authoring.dossiers.document import Export
from personagen_npc.errors import shown
from personagen_npc.events import EMOTIONS, SOURCES
from personagen_npc.mind.scene import OWN_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from personagen_npc.world.world import World

    Check = Callable[[World, "Edit"], str]

Path = tuple[str, ...]
LISTED: Final = 8  # ids that a refusal names, [D]
_SLOT: Final = re.compile(r"\{[^{}]*\}?|\}")
_SLOTS: Final = frozenset({"{actor}", "{target}"})


class Absent:
    """What stands where nothing stands."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()


class Edit(NamedTuple):
    """One difference: from ``was`` to ``now``, either of which may be ``ABSENT``."""

    path: Path
    was: Any
    now: Any

    @property
    def way(self) -> str:
        """``add``, ``remove`` or ``set``."""
        if self.was is ABSENT:
            return "add"
        return "remove" if self.now is ABSENT else "set"

    def text(self) -> str:
        """As in "npcs.berta.mood.pleasure: 0.2 -> 0.9"."""
        return f"{dotted(self.path)}: {told(self.was)} -> {told(self.now)}"


class Problem(NamedTuple):
    """Why an edit is refused."""

    path: str
    got: str
    allowed: str

    def text(self) -> str:
        """One line."""
        return f"{self.path}: got {self.got}; allowed: {self.allowed}"


def dotted(path: Path) -> str:
    """A path as it is printed."""
    return ".".join(path)


def told(value: Any) -> str:
    """A value as it is printed, cut where it is long."""
    if value is ABSENT:
        return repr(value)
    return shown(orjson.dumps(value, default=str).decode())


def differences(was: Any, now: Any, path: Path = ()) -> Iterator[Edit]:
    """What is other in ``now``, deepest first named, in the order of ``was``.

    1 and 1.0 are the same, 1 and true are not.
    """
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*was, *now)):
            yield from differences(was.get(key, ABSENT), now.get(key, ABSENT), (*path, key))
    elif was != now or isinstance(was, bool) != isinstance(now, bool):
        yield Edit(path, was, now)


def misshapen(document: Any) -> list[Problem]:
    """Every leaf of a document that is not of the shape of an export."""
    try:
        Export.model_validate_json(orjson.dumps(document))
    except ValidationError as fault:
        return [
            Problem(".".join(map(str, e["loc"])) or "document", told(e.get("input")), e["msg"])
            for e in fault.errors(include_url=False)
        ]
    except TypeError as fault:  # YAML knows dates and keys that are no text
        return [Problem("document", str(fault), "what JSON can hold")]
    return []


def refused(world: World, edits: Iterable[Edit]) -> list[Problem]:
    """The edits that no designer may make in a world, and why."""
    found = []
    for edit in edits:
        allowed = _refusal(world, edit)
        if allowed:
            got = told(edit.now)
            found.append(Problem(dotted(edit.path), got, allowed))
    return found


def _refusal(world: World, edit: Edit) -> str:
    for pattern, ways, check in RULES:
        if _fits(pattern, edit.path):
            return check(world, edit) if edit.way in ways else _cannot(edit)
    return _cannot(edit)


def _cannot(edit: Edit) -> str:
    if edit.way == "add":
        return "nothing new here"
    ways = {"remove": "taken out", "set": "changed"}
    return f"{told(edit.was)}, which may not be {ways[edit.way]}"


def _fits(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(
        p in ("*", s) for p, s in zip(pattern, path, strict=True)
    )


def _free(_: World, _edit: Edit) -> str:
    return ""


def _among(ids: Iterable[str]) -> str:
    some = sorted(ids)
    return ", ".join(some[:LISTED]) + (f" and {len(some) - LISTED} more" * (len(some) > LISTED))


def _who(world: World, edit: Edit) -> str:
    """Somebody of this world; nobody, for a note that is on no one."""
    other, alone = edit.path[3], edit.path[2] == "notes"
    if other in world.npcs or other in world.players or (alone and not other):
        return ""
    if edit.way != "add":
        return ""
    return f"an NPC or player: {_among([*world.npcs, *world.players])}"


def _variable(world: World, edit: Edit) -> str:
    name, value = edit.path[1], edit.now
    if name.startswith("stage."):
        stages = world.pack.quests[name[6:]].stages if name[6:] in world.pack.quests else ()
        return "" if value in stages else f"one of {', '.join(stages)}"
    known = world.pack.variables.get(name)
    model = known.default if known is not None else edit.was
    if isinstance(model, bool) != isinstance(value, bool) or (
        isinstance(model, str) != isinstance(value, str)
    ):
        return f"a value like {told(model)}"
    if known is not None and known.values and value not in known.values:
        return f"one of {', '.join(map(str, known.values))}"
    return ""


def _text(_: World, edit: Edit) -> str:
    odd = set(_SLOT.findall(edit.now)) - _SLOTS - set(_SLOT.findall(edit.was))
    return "words, {actor} and {target}" if odd else ""


def _fact(world: World, edit: Edit) -> str:
    if edit.way == "add" and edit.path[3] not in world.lore:
        return f"a fact of the pack: {_among(world.pack.facts)}"
    return _row(world, edit)


def _memory(world: World, edit: Edit) -> str:
    mark = edit.path[3]
    if edit.way == "add" and int(mark[1:]) not in world.happenings:
        return "something that happened in this save"
    return _row(world, edit)


def _row(world: World, edit: Edit) -> str:
    """A new row of a memory or belief: its words are checked as if each were set."""
    if edit.way != "add":
        return ""
    for name, value in edit.now.items():
        allowed = _word(world, Edit((*edit.path, name), ABSENT, value))
        if allowed:
            return f"{name}: {allowed}"
    return ""


def _word(world: World, edit: Edit) -> str:
    """A source, an emotion, a teller; anything else was checked by its shape."""
    name, value = edit.path[-1], edit.now
    if name == "source":
        return "" if value in SOURCES else f"one of {', '.join(SOURCES)}"
    if name == "emotion":
        return "" if value in ("", *EMOTIONS) else f'"" or one of {", ".join(EMOTIONS)}'
    if name == "teller" and not (
        value in ("", *world.npcs, *world.players) or value.startswith(OWN_WORDS)
    ):
        return f'"", an NPC or player: {_among([*world.npcs, *world.players])}'
    return ""


_SET: Final = frozenset({"set"})
_BOTH: Final = frozenset({"add", "remove"})
_NPC: Final = ("npcs", "*")
# what may be changed, how, and what it must be
RULES: Final[tuple[tuple[Path, frozenset[str], Check], ...]] = (
    (("variables", "*"), _SET, _variable),
    (("happenings", "*", "text"), _SET, _text),
    (("happenings", "*", "importance"), _SET, _free),
    ((*_NPC, "mood", "*"), _SET, _free),
    ((*_NPC, "goals", "*"), _SET, _free),
    ((*_NPC, "relations", "*"), _BOTH, _who),
    ((*_NPC, "relations", "*", "*"), _SET, _free),
    ((*_NPC, "beliefs", "*"), _BOTH, _fact),
    ((*_NPC, "beliefs", "*", "*"), _SET, _word),
    ((*_NPC, "memories", "*"), _BOTH, _memory),
    ((*_NPC, "memories", "*", "*"), _SET, _word),
    ((*_NPC, "notes", "*"), _BOTH, _who),
    ((*_NPC, "notes", "*", "*"), _BOTH, _free),
    ((*_NPC, "notes", "*", "*", "*"), _SET, _free),
)


def changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Edit]:
    """The differences of two documents; people and occurrences that were left out stay."""
    return [e for e in differences(was, now) if not _left_out(e)]


def _left_out(edit: Edit) -> bool:
    return edit.way == "remove" and len(edit.path) == 2 and edit.path[0] in {"npcs", "happenings"}
