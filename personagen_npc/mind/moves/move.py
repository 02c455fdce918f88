"""A move: what an NPC does instead of answering from the menu, and the line that says it.

Its words are a symbol of the voice ("#waver"), so that a pack or a persona has its own; they stand
for themselves, or before or behind the line of the act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.mind.check import check
from personagen_npc.mind.remember import names_in
from personagen_npc.mind.speak import phrased, slots_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.guard.outgoing import Checks
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.speak import Line, Matter
    from personagen_npc.voice.speak import Voice

ALONE, BEFORE, BEHIND = "alone", "before", "behind"


class Move(NamedTuple):
    """What the NPC does.

    Attributes:
        act: one of ``events.ACTS``, "" for no move at all.
        symbol: of the lines that say it, without "#"; "" for the act's own.
        place: of those lines to the act's own: alone, before, behind.
        found: what it tells, in place of what the player's line brought to mind.
        quest: the quest it is about.
        slots: more slots for its lines.
        facts: names it adds to the flat query.
        talk: fields of the ``Talk`` that it moves.
        action: the pack's action that it asks for, with arguments.
    """

    act: str = ""
    symbol: str = ""
    place: str = ALONE
    found: Found | None = None
    quest: str = ""
    slots: Mapping[str, str] = {}
    facts: Mapping[str, Any] = {}
    talk: Mapping[str, Any] = {}
    action: tuple[str, Mapping[str, Any]] = ("", {})

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.act)


NO_MOVE: Final = Move()


def spoken(
    voice: Voice, checks: Checks, npc: Npc, scene: Scene, move: Move, matter: Matter,
    query: Mapping[str, Any],
) -> Line | None:  # fmt: skip
    """The move's own words, None where there are none that may be said."""
    if not move.symbol:
        return None
    slots = slots_for(npc, scene, matter)
    said = phrased(
        npc, scene, voice, f"#{move.symbol}", slots, query, scene.dice, npc.spoken
    )  # fmt: skip
    if said is None:
        return None
    known = (*names_in(_quoted(matter)), *matter.more.values())
    if check(npc, scene, checks, said.text, *known):
        return None
    return said._replace(act=move.act)


def _quoted(matter: Matter) -> str:
    return matter.found.memory.text if matter.found.memory is not None else ""
