"""Found: what an NPC found that answers a line, in what it knows and what it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Known, Memory


class Found(NamedTuple):
    """What the NPC found: the kind names what kind of act it calls for."""

    kind: str  # fact | secret | opinion | memory | source | news | blank | none
    fact: Known | None = None
    memory: Memory | None = None
    text: str = ""
    again: bool = False
    facts: tuple[Known, ...] = ()
    memories: tuple[Memory, ...] = ()
    when: str = ""  # the time that was asked about, as it is said back
    dated: bool = False  # to be told with when it was
