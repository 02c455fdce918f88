"""One mistake in a pack, where it stands and what is allowed instead."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Level = Literal["error", "warning"]

LISTED = 8  # names that a message lists before it stops; tuned to stay within two lines


class Problem(NamedTuple):
    """A mistake; reads ``npcs/mara.yaml:14: personality_traits.2.value: 1.4 is not allowed``.

    ``line`` counts from 1, 0 is "somewhere in the file". ``path`` counts list items from 1.
    """

    file: str
    line: int
    path: str
    text: str
    level: Level = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        mark = "warning: " if self.level == "warning" else ""
        return (
            f"{where}: {mark}{self.path}: {self.text}"
            if self.path
            else f"{where}: {mark}{self.text}"
        )


def nearest(word: str, known: Iterable[str]) -> str:
    """``"did you mean kettle?"``, or a list of what there is, or "" when there is nothing."""
    names = list(dict.fromkeys(known))
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"there is {listed(names)}" if names else ""


def listed(names: Iterable[str]) -> str:
    """Names with commas, the rest counted."""
    rows = sorted(names)
    more = f" and {len(rows) - LISTED} more" if len(rows) > LISTED else ""
    return ", ".join(rows[:LISTED]) + more
