"""Text to tokens, and stems to small numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A run of letters and digits, with apostrophes only inside it: `don't`, `o'clock`, `3rd`.
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
LINES = 64  # texts remembered with their words: a line is looked at a dozen times in its turn


def tokens(text: str) -> list[str]:
    """Words and numbers of a text in order, lower-case; every apostrophe is ``'``."""
    return [*_words(text)]


@lru_cache(maxsize=LINES)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.lower().replace("’", "'")))


class Vocabulary:
    """Numbers for stems, handed out in the order in which they are first met.

    The numbers are this process's own: nothing that is saved or answered may depend on them.
    """

    __slots__ = ("_ids", "_words")

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._words: list[str] = []

    def __len__(self) -> int:
        return len(self._words)

    def intern(self, stems: Iterable[str]) -> tuple[int, ...]:
        """A number for each stem, new ones for new stems."""
        return tuple([self._intern(s) for s in stems])

    def known(self, stems: Iterable[str]) -> tuple[int, ...]:
        """A number for each stem, -1 for those never met; nothing is added."""
        ids = self._ids
        return tuple([ids.get(s, -1) for s in stems])

    def word(self, number: int) -> str:
        """The stem behind a number; raises IndexError."""
        return self._words[number]

    def _intern(self, stem: str) -> int:
        number = self._ids.setdefault(stem, len(self._words))
        if number == len(self._words):
            self._words.append(stem)
        return number
