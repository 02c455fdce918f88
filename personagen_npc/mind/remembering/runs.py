"""Runs: short runs of words that a line may hold, looked for at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Runs:
    """Runs of words by their first word, so that a line is walked once for all of them."""

    __slots__ = ("_by_first",)

    def __init__(self, runs: Iterable[str]) -> None:
        self._by_first: dict[str, list[list[str]]] = {}
        for run in runs:
            words = run.split()
            self._by_first.setdefault(words[0], []).append(words)

    def within(self, said: Sequence[str]) -> bool:
        """Whether one of the runs stands in a line, given as its words in lower case."""
        first = self._by_first
        if first.keys().isdisjoint(said):  # most lines
            return False
        for i, word in enumerate(said):
            for run in first.get(word, ()):
                if len(run) == 1 or list(said[i : i + len(run)]) == run:
                    return True
        return False
