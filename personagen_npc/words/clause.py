"""A clause: a text as tokens in which neighbours can be looked at, for turning its person."""

from __future__ import annotations

from typing import Final

NAME: Final = "\x00"  # stands for somebody's name, with or without its 's


class Clause:
    """``low`` are the tokens that are words, in small letters, "" for what lies between."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.low = [
            t.lower().replace("’", "'") if t[0].isalpha() or t[0] == NAME else "" for t in tokens
        ]

    def near(self, i: int, step: int) -> str:
        """The next word in a direction, "" at a stop or the text's end."""
        j = i + step
        if 0 <= j < len(self.tokens) and not self.low[j]:
            if self.tokens[j].strip():
                return ""
            j += step
        return self.low[j] if 0 <= j < len(self.low) else ""
