"""Reunion: a designer's edits to a base save, in the save that a player made of the same base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.authoring.dossiers.edits import (
    ABSENT,
    Edit,
    Problem,
    changed,
    differences,
    dotted,
    refused,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.world.world import World


class Clash(NamedTuple):
    """What both changed, each in another way."""

    edit: Edit
    player: Any

    def text(self) -> str:
        """One line."""
        return (
            f"{dotted(self.edit.path)}: was {told(self.edit.was)}, the designer has"
            f" {told(self.edit.now)}, the player {told(self.player)}"
        )


class Reunion(NamedTuple):
    """What a merge comes to.

    Attributes:
        edits: of the designer's, which the player's save takes as they are.
        same: both have them already.
        clashes: what both changed otherwise.
        left: what cannot be taken over at all: no designer's matter, or not of the player's world.
    """

    edits: tuple[Edit, ...]
    same: tuple[Edit, ...]
    clashes: tuple[Clash, ...]
    left: tuple[Problem, ...]


def reunite(
    base: Mapping[str, Any], designer: Mapping[str, Any], player: Mapping[str, Any], world: World
) -> Reunion:
    """Bring a designer's edits into a player's document; ``world`` is the player's."""
    edits, same, clashes, left = [], [], [], []
    for edit in changed(_matter(base), _matter(designer)):
        here = _at(player, edit.path)
        if why := _homeless(base, player, edit):
            left.append(Problem(dotted(edit.path), told(edit.now), why))
        elif here == edit.now:
            same.append(edit)
        elif here == edit.was:
            edits.append(edit)
        else:
            clashes.append(Clash(edit, here))
    left += refused(world, [*edits, *(c.edit for c in clashes)])
    gone = {problem.path for problem in left}
    return Reunion(
        tuple(e for e in edits if dotted(e.path) not in gone), tuple(same),
        tuple(c for c in clashes if dotted(c.edit.path) not in gone), tuple(left),
    )  # fmt: skip


def resolved(clash: Clash) -> list[Edit]:
    """A clash decided for the designer, as edits of what the player has."""
    return list(differences(clash.player, clash.edit.now, clash.edit.path))


def _homeless(base: Mapping[str, Any], player: Mapping[str, Any], edit: Edit) -> str:
    """Why an edit has no place in the player's save; "" if it has one."""
    if edit.path[0] == "npcs" and "memories" in edit.path[2:3]:
        mark = edit.path[3]
        if mark not in base["happenings"]:  # numbers behind the base's are each save's own
            return "what happened before the two parted"
    if edit.path[0] == "happenings" and edit.path[1] not in base["happenings"]:
        return "what happened before the two parted"
    missing = _at(player, edit.path[:-1]) is ABSENT
    return f"{dotted(edit.path[:-1])} is not in the player's save" if missing else ""


def _matter(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without where it stands, which differs of itself."""
    return {k: v for k, v in document.items() if k != "save"}


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(document, dict) or step not in document:
            return ABSENT
        document = document[step]
    return document
