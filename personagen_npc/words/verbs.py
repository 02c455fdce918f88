"""Verbs: a verb written as it follows "he" or "she", made to agree with another subject."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from personagen_npc.tables import table

_SIBILANT: Final = ("sses", "shes", "ches", "xes", "zzes", "oes")


@cache
def _forms() -> dict[str, list[str]]:
    """After "he": after "I", after "you" and all plurals."""
    tree: dict[str, Any] = table("words/data/verbs.yaml")
    return dict(tree["agree"])


def agreed(verb: str, person: int = 3, *, plural: bool = False) -> str:
    """The verb after "I" (1), "you" (2) or anybody else (3); a past form stays as it is."""
    low = verb.lower()
    if person == 3 and not plural:
        return verb
    if low in _forms():
        return _forms()[low][1 if plural or person == 2 else 0]
    return plain(verb)


def plain(verb: str) -> str:
    """A verb without the ending of "he sells"; what has none stays as it is."""
    low = verb.lower()
    if not low.endswith("s") or low.endswith(("ss", "us", "is", "'s")) or len(low) < 4:
        return verb
    if low.endswith("ies") and len(low) > 4:
        return verb[:-3] + "y"
    return verb[:-2] if low.endswith(_SIBILANT) else verb[:-1]


def with_s(verb: str) -> str:
    """A plain verb as it follows "he": goes, watches, carries, helps, has, is."""
    low = verb.lower()
    if low in {"have", "be"}:
        return "has" if low == "have" else "is"
    if low.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if low.endswith("y") and low[-2:-1] not in set("aeiou"):
        return verb[:-1] + "ies"
    return verb + "s"
