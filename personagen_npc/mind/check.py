"""Check: nothing leaves the mind unread. A finding costs another try, never silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagen_npc.guard.outgoing import Checks, Finding
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene


def check(npc: Npc, scene: Scene, checks: Checks, text: str, *given: str) -> tuple[Finding, ...]:
    """What is wrong with a line, nothing if it may be said.

    ``given``: a name just given, and words of others that the line may quote.
    """
    known = scene.nouns
    for name in (scene.standing.name, *given):  # the one spoken to, by the name he gave
        if name and name in text:
            known |= frozenset(name.lower().split())
    return checks.check(text, known=known, recent=npc.spoken, max_chars=scene.max_chars)
