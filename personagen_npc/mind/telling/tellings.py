"""Tellings: several versions of one happening that a mind holds, and the one that it believes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.naming import retell
from personagen_npc.mind.statements.believing import clause_of, why_told

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Grounds, Memory, Scene

DONE_BY: Final = "done_by"


def happening_key(root: int, memory: Memory) -> tuple[str, str, str]:
    """As what a happening told is claimed: that somebody did it."""
    return f"happening:{root}", DONE_BY, memory.actor


def differing(
    me: str, scene: Scene, grounds: Grounds, memory: Memory, other: Memory
) -> dict[str, str]:
    """{holds}, {rival}, {why}: who tells it otherwise, how, and why that is not believed."""
    told = clause_of(scene, grounds, other.teller, retell(scene, other, me))
    return told | why_told(scene, grounds, memory, other)
