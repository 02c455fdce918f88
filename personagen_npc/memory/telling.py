"""How a text is told: its stems sentence by sentence, and the marks by which memories differ.

A question holds fewer answers than a statement, "yesterday" answers a *when*, "because" a *why*.
Such marks do not depend on what is asked, so they are read once, together with the stems.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stop_words
from personagen_npc.words.tokens import tokens

# bits of a text's marks: classes of words in the order of `data/marks.yaml`, then what is no word
GREETS, TIMED, PLACED, REASON, FEELS, COUNTS, PERSON = (1 << n for n in range(7))
ASKS = 1 << 7  # its last sentence is a question

MOST_CLAUSES = 15  # sentences of a text that are told apart; four bits
ASKED = 0x80  # of a stem's clause: it stands in a question
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_SLOT = re.compile(r"\{[^{}]*\}")  # who is named by a slot is in the columns, not in the words
_FIRST = 3  # words among which a greeting has to stand, [D]


class Told(NamedTuple):
    """A text read: stems in order, for each its clause (number, | ASKED), and marks (bits)."""

    stems: tuple[str, ...]
    clauses: bytes
    marks: int


def read(text: str) -> Told:
    """The stems of a text and how it is told; slots are no words."""
    text = _SLOT.sub(" ", text)
    kept: list[str] = []
    clauses = bytearray()
    marks = 0
    for number, sentence in enumerate(_SENTENCE.findall(text)):
        words = tokens(sentence)
        if not words:
            continue
        asks = sentence.rstrip("!.").endswith("?")
        found = _kept(words)
        marks = (marks | _marks(words, first=not number)) & ~ASKS | (ASKS if asks else 0)
        kept.extend(found)
        clauses.extend([min(number, MOST_CLAUSES) | (ASKED if asks else 0)] * len(found))
    return Told(tuple(kept), bytes(clauses), marks)


def _kept(words: list[str]) -> list[str]:
    idle = stop_words()
    return [stem(w) for w in words if w not in idle and (len(w) > 1 or w.isdigit())]


def _marks(words: list[str], *, first: bool) -> int:
    bits, marks = _bits(), 0
    for word in words:
        marks |= bits.get(word, 0)
    if marks & GREETS and not (first and any(bits.get(w, 0) & GREETS for w in words[:_FIRST])):
        marks &= ~GREETS
    if not marks & COUNTS and any(w[0].isdigit() for w in words):
        marks |= COUNTS
    return marks


@cache
def _bits() -> dict[str, int]:
    bits: dict[str, int] = {}
    for number, words in enumerate(table("memory/data/marks.yaml").values()):
        for word in words.split():
            bits[word] = bits.get(word, 0) | 1 << number
    return bits
