"""Tidy: what a line needs after its pieces were put together, and before it is said.

Spaces and stops are mended only where a quick look finds a fault, so that a clean line costs next
to nothing. What is right already never changes: ``tidy(tidy(x)) == tidy(x)``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from personagen_npc.words.inflect import article, takes_article

ENDS: Final = ".!?…—"
_CLOSERS: Final = "\"'”’)"
# each begins with one set of characters, so that the search leaps from one to the next
_FAULT: Final = re.compile(
    r"[\s,.;:!?…](?:(?<=\s)[\s,.;:!?…]|(?<=[\t\n\r])|(?<=[,.;:!?…])[,.;:]|(?<=\.)[!?]"
    r"|(?<=,)[!?…A-Za-z]|(?<=…)[.…])"
)
_BLANKS: Final = re.compile(r"\s+")
_GAP: Final = re.compile(r"(?<=\S)\s+([,.;:!?…])")
_TIGHT: Final = re.compile(r",(?=[A-Za-z])")
_COMMAS: Final = re.compile(r"[,;:](?:[,;:]*)([,.;:!?…])")
_AFTER_STOP: Final = re.compile(r"([!?…])[.,;:]+")
_TWO_DOTS: Final = re.compile(r"(?<!\.)\.\.(?!\.)")
_MANY_DOTS: Final = re.compile(r"\.{4,}")
_DOT_THEN: Final = re.compile(r"(?<!\.)\.([!?,;:])")
_MANY_ELLIPSES: Final = re.compile(r"…[.…]+")
_HEAD: Final = re.compile(r"[\"'“‘(]?[a-z]")
_START: Final = re.compile(r"[.!?] (?<!\.\.[.!?] )[\"'“‘(]?[a-z]")
_ARTICLE: Final = re.compile(r"([Aa])(?<!\w[Aa])(?: (?=[aeiouhAEIOUH])|n (?=[A-Za-z]))")
_LOOSE_END: Final = re.compile(r"[\s,;:]+$")
_WORD: Final = re.compile(r"[A-Za-z]+")
CACHED: Final = 4096  # texts remembered tidied: lines without a slot, which all share; about 1 MB
_ROUNDS: Final = 3  # mending one fault may bring two others together; three rounds settle any line


@lru_cache(maxsize=CACHED)
def tidy(text: str) -> str:
    """One clean line: single spaces, right stops, sentence capitals, "an axe"; "" stays ""."""
    text = text.strip()
    if not text:
        return ""
    for _ in range(_ROUNDS):
        if not _FAULT.search(text):
            break
        text = _mend(text)
    text = _START.sub(_upper, _ARTICLE.sub(_sound, text))
    if not text[0].isupper() and _HEAD.match(text):
        text = _HEAD.sub(_upper, text, count=1)
    return text if text.rstrip(_CLOSERS)[-1:] in ENDS else _LOOSE_END.sub("", text) + "."


def without_slots(text: str) -> str:
    """Words from outside as they may stand in a memory: what they write is never a slot."""
    return text.replace("{", "(").replace("}", ")")


def _mend(text: str) -> str:
    text = _BLANKS.sub(" ", text)
    text = _GAP.sub(r"\1", text)
    text = _MANY_DOTS.sub("...", text)
    text = _MANY_ELLIPSES.sub("…", text)
    text = _COMMAS.sub(r"\1", text)
    text = _TIGHT.sub(", ", text)
    text = _TWO_DOTS.sub(".", text)
    text = _DOT_THEN.sub(r"\1", text)
    return _AFTER_STOP.sub(r"\1", text).strip()


def _upper(match: re.Match[str]) -> str:
    found = match[0]
    return found[:-1] + found[-1].upper()


def _sound(match: re.Match[str]) -> str:
    """The article its noun needs, in the case it had."""
    word = _WORD.match(match.string, match.end())
    if word is None or not takes_article(word[0]):
        return match[0]
    return match[1] + article(word[0])[1:] + " "
