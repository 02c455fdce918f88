"""Check: nothing leaves the mind unread. A finding costs another try, never silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from personagen_npc.guard.outgoing import Checks, Finding
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene


class Either:
    """Words of two sets: a world's nouns are thousands, too many to copy for one name."""

    __slots__ = ("_one", "_other")

    def __init__(self, one: Container[str], other: Container[str]) -> None:
        self._one, self._other = one, other

    def __contains__(self, word: object) -> bool:
        return word in self._one or word in self._other


def check(
    npc: Npc, scene: Scene, checks: Checks, text: str, *given: str, tells: bool = False
) -> tuple[Finding, ...]:
    """What is wrong with a line, nothing if it may be said.

    ``given``: a name just given, and words of others that the line may quote. ``tells``: it tells
    a fact, which may be told in the same words to another.
    """
    known: Container[str] = scene.nouns
    said = [n.lower() for n in (scene.standing.name, *given) if n and n in text]
    if said:  # the one spoken to, by the name he gave
        known = Either(scene.nouns, frozenset(" ".join(said).split()))
    recent = () if tells else npc.spoken
    return checks.check(text, known=known, recent=recent, max_chars=scene.max_chars)
