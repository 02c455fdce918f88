"""Descriptions written as lists: ``Age: 30``, ``Likes("tea" + "rain")``, ``[hair= red, long]``."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from personagen_npc.authoring.cards.card import DATA
from personagen_npc.authoring.cards.spoken import sentences
from personagen_npc.tables import table

# every run is bounded: a description may be 40,000 dots
_ROW = re.compile(
    r"^\W{0,8}(?:[\w.]{1,40}['\u2019]s )?([A-Za-z][A-Za-z ]{1,24}?)[*_ ]{0,4}[:=]"
    r"[\s*_]*([^\s*_].*)$"
)
_CALL = re.compile(r"([A-Za-z][A-Za-z ]{1,24}?)\s*\(\s*((?:[\"“][^\"”]*[\"”][\s+,]*)+)\)")
_VALUES = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_SPLIT = re.compile(r"\s*[,;+/]\s*|\s+and\s+")
_YEARS = re.compile(r"\b(\d{1,5})[ -]?(?:years?[ -]old|year-old|yo\b|y/o)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,5}")
LONGEST: Final = 80  # characters of a value that is a word or two, not a sentence, [D]


class Listed(NamedTuple):
    """A description taken apart: its attributes by what they are for, and its prose."""

    rows: dict[str, list[str]]
    prose: tuple[str, ...]

    def all(self, purpose: str) -> tuple[str, ...]:
        """The values of one purpose, cut at commas where they are a list."""
        parts = [p for value in self.rows.get(purpose, ()) for p in _parts(value)]
        return tuple(dict.fromkeys(p for p in parts if 1 < len(p) <= LONGEST))

    def whole(self, purpose: str) -> str:
        """The values of one purpose as they stand."""
        return "; ".join(self.rows.get(purpose, ()))


@cache
def _purposes() -> dict[str, str]:
    return {word: name for name, words in table(DATA)["labels"].items() for word in words}


def listed(description: str) -> Listed:
    """A description's attributes and the sentences that are none."""
    rows: dict[str, list[str]] = {}
    prose: list[str] = []
    text = _CALL.sub(lambda m: _note(rows, m[1], ", ".join(_VALUES.findall(m[2]))), description)
    for line in text.splitlines():
        left = [part for part in line.split(";") if not _taken(rows, part)] if "=" in line else None
        rest = line if left is None else "; ".join(left)
        if left is None and _taken(rows, line):
            continue
        prose += [s for s in sentences(rest.strip(" []{}#*-")) if _is_prose(s)]
    return Listed(rows, tuple(prose))


def _taken(rows: dict[str, list[str]], line: str) -> bool:
    found = _ROW.match(line.strip(" []{}"))
    if not found or found[1].strip().lower() not in _purposes():
        return False
    _note(rows, found[1], found[2].strip().strip("[]{}"))
    return True


def _note(rows: dict[str, list[str]], label: str, value: str) -> str:
    """Keeps a value by what it is for; gives what stays in the text, which is nothing."""
    name = label.strip().lower()
    purpose = _purposes().get(name, "")
    if purpose:
        shown = f"{value.strip()} {name}" if purpose == "looks" and name in _PARTS else value
        rows.setdefault(purpose, []).append(shown.strip())
    return ""


_PARTS: Final = ("hair", "eyes", "skin", "build", "face")


def _parts(value: str) -> list[str]:
    quoted = _VALUES.findall(value)
    parts = quoted or _SPLIT.split(value)
    return [p.strip().strip(".\"'“”") for p in parts]


def _is_prose(sentence: str) -> bool:
    """At least five words, and not a heap of marks."""
    return sentence.count(" ") >= 4 and sum(c.isalpha() or c == " " for c in sentence) > 0.8 * len(
        sentence
    )


def age_of(found: Listed) -> int | None:
    """The age in years, from its attribute or "19-year-old"; None where none is given."""
    number = _NUMBER.search(found.whole("age"))
    years = number or next((m for s in found.prose if (m := _YEARS.search(s))), None)
    if years is None:
        return None
    return int(years[1] if years.lastindex else years[0])
