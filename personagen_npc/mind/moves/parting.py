"""Parting: a farewell names what stands between the two, and is not made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.moves.move import BEFORE, NO_MOVE, Move
from personagen_npc.mind.moves.plea import pending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

HOT: Final = 0.25  # intensity of anger with which nobody wishes anybody well, [D]
ODDS: Final = 0.7  # share of partings at which what is owed is named, [D]
_BYE: Final = frozenset({"bye", "goodbye", "farewell"})
_ANGER: Final = frozenset({"anger", "resentment", "reproach"})


def parted(scene: Scene, heard: Heard, said: Sequence[str], query: Mapping[str, Any]) -> Move:
    """What this farewell is about, beyond good-bye; no move for a plain one."""
    if heard.intent != "part":
        again = scene.talk.act == "farewell" and not _BYE.isdisjoint(said)
        return Move("farewell", "part_again") if again else NO_MOVE
    key, move = _about(scene, query)
    if not key:
        return NO_MOVE
    if key in scene.talk.raised:
        return NO_MOVE
    talk: dict[str, Any] = {"raised": (*scene.talk.raised, key)}
    return move._replace(talk=talk)


def _about(scene: Scene, query: Mapping[str, Any]) -> tuple[str, Move]:
    if scene.talk.act == "farewell":
        return "part:again", Move("farewell", "part_again")
    if query["emotion"] in _ANGER and query["emotion.intensity"] >= HOT:
        if scene.standing.affinity < 0.0:
            return "part:quarrel", Move("farewell", "part_quarrel")
        if query["mood.pleasure"] < 0.0:
            return "part:sour", Move("farewell", "part_sour")
    if scene.dice.roll("parting") >= ODDS:
        return "", NO_MOVE
    return _owed(scene)


def _owed(scene: Scene) -> tuple[str, Move]:
    for quest in scene.quests:
        if 0 < quest.step < quest.last:
            return f"part:{quest.id}", Move("farewell", "part_quest", BEFORE, quest=quest.id)
    if "creditor" in scene.standing.ties or "lender" in scene.standing.ties:
        return "part:debt", Move("farewell", "part_owed")
    if "debtor" in scene.standing.ties:
        return "part:debt", Move("farewell", "part_owing")
    plea = pending(scene.talk)
    if plea is not None and plea["tries"] >= 1:
        return "part:plea", Move("farewell", "part_refused")
    if scene.talk.turns == 0 and scene.standing.meetings:
        return "part:short", Move("farewell", "part_short")
    return "", NO_MOVE
