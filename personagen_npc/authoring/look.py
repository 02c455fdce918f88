"""What the checks look through: the pack, the packs under it, and where everything stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.authoring.plainwords import spot
from personagen_npc.authoring.problem import Level, Problem, nearest
from personagen_npc.authoring.shape import Slot
from personagen_npc.events import ACTS
from personagen_npc.world.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.authoring.yamlfile import Node

Step = str | int

KINDS = {  # a kind as messages name it -> the pack's section
    "place": "places", "faction": "factions", "npc": "npcs", "fact": "facts", "quest": "quests",
    "thing": "things", "action": "actions", "event": "events", "variable": "variables",
    "culture": "cultures",
}  # fmt: skip


class Look:
    """One check of one pack.

    Args:
        pack: what could be read of the pack itself; only this is judged.
        whole: the same merged over the packs it extends; ids are looked up here.
        root: the pack's tree, for files and lines.
        spoilt: ids by section that are written but could not be read; references to them stand.
        firm: False when a pack below is not there, so unknown ids may well exist.
    """

    def __init__(
        self, pack: Pack, whole: Pack, root: Node, spoilt: dict[str, set[str]], *, firm: bool
    ) -> None:
        self.pack = pack
        self.whole = whole
        self.problems: list[Problem] = []
        self._root = root
        self._spoilt = spoilt
        self._firm = firm
        self._known = {kind: self._ids(section) for kind, section in KINDS.items()}

    def _ids(self, section: str) -> dict[str, None]:
        return dict.fromkeys(
            [*getattr(self.whole, section), *sorted(self._spoilt.get(section, ()))]
        )

    def known(self, kind: str) -> dict[str, None]:
        """All ids of a kind, in the pack's order."""
        return self._known[kind]

    def entities(self) -> dict[str, None]:
        """Ids of everything that can be talked of."""
        kinds = ("place", "faction", "npc", "thing", "event", "quest")
        return {name: None for kind in kinds for name in self._known[kind]}

    def say(self, loc: Sequence[Step], text: str, level: Level = "error") -> None:
        """Notes a problem at a location in the pack."""
        at = spot(self._root, Slot(Pack), loc)
        path = ".".join(at.path)
        self.problems.append(Problem(at.node.file, at.node.at, path, text, level))

    def node(self, loc: Sequence[Step]) -> Node:
        """The tree at a location, or the last of it that is written."""
        return spot(self._root, Slot(Pack), loc).node

    def refer(self, kind: str, name: str, loc: Sequence[Step], level: Level = "error") -> None:
        """A reference: an id that is not there is a problem, with the nearest one named."""
        if name not in self._known[kind]:
            weak = level if self._firm else "warning"
            self.say(loc, unknown(kind, name, self._known[kind]), weak)

    def refer_all(self, kind: str, names: Iterable[str], loc: Sequence[Step]) -> None:
        """References in a list or in a mapping's keys."""
        for i, name in enumerate(names):
            here = self.node(loc)
            step: Step = name if isinstance(here.value, dict) else i
            self.refer(kind, name, (*loc, step))

    def one_of(
        self, what: str, name: str, known: Iterable[str], loc: Sequence[Step],
        level: Level = "error",
    ) -> None:  # fmt: skip
        """A word that must be one of a list; no warnings while parts cannot be read."""
        names = list(known)
        if name not in names and (self.complete or level == "error"):
            self.say(loc, unknown(what, name, names), level)

    @property
    def complete(self) -> bool:
        """Whether everything that is written could be read, so that what lacks, lacks."""
        return self._firm and not self._spoilt

    def act(self, name: str, loc: Sequence[Step]) -> None:
        """The name of an act."""
        self.one_of("act", name, ACTS, loc)

    def archetypes(self) -> dict[str, None]:
        """The archetypes of the pack's people."""
        return dict.fromkeys([p.archetype for p in self.whole.npcs.values()])


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """``there is no place "ketle" (did you mean kettle?)``."""
    hint = nearest(name, known)
    return f'there is no {what} "{name}"' + (f" ({hint})" if hint else "")


def rows(value: Any) -> tuple[Any, ...]:
    """A criterion's value or values."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)
