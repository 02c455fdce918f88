"""Wish: a goal's description as the one who has it says it, "my" for "her"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

LONGEST: Final = 70  # characters of a wish that fits into a line of talk, [D]
_NONE: Final = ("no ", "nobody ", "fewer ", "nothing ", "never ")
_VERBS: Final = frozenset({
    "be", "do", "find", "finish", "have", "hear", "keep", "learn", "leave", "put", "see", "sit",
    "stay", "get", "make", "go", "live", "pay", "build", "win", "own", "become",
})  # fmt: skip
_OWN: Final = {"he": ("he", "his", "him"), "she": ("she", "her", "her"),
               "they": ("they", "their", "them"), "it": ("it", "its", "it")}  # fmt: skip


class Wish(NamedTuple):
    """A wish: thing ("the wheel going round"), no ("no more fires"), to ("to be let row")."""

    text: str
    form: str


@cache
def spoken_wish(description: str, pronouns: str) -> Wish | None:
    """What somebody wishes for in his own words; None where it cannot be said in passing."""
    if not 0 < len(description) <= LONGEST:
        return None
    he, his, him = _OWN.get(pronouns, _OWN["they"])
    text = re.sub(rf"\b{his}(?= [a-z])", "my", description)
    if re.search(rf"\b(?:{he}|{him}|himself|herself|themselves)\b", text):
        return None
    first = text.split(" ", 1)[0]
    if first in _VERBS:
        return Wish(f"to {text}", "to")
    if text.startswith(("to ", "not to ")):
        return Wish(text, "to")
    return Wish(text, "no" if text.startswith(_NONE) else "thing")
