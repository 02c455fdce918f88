"""Out of a card's prose, what can be said aloud: macros filled, scenes cut, sentences kept.

Messages of cards mix speech, *gestures* and narration. Speech is what stands in quotation marks,
or, where there are none, what is left without the gestures.
"""

from __future__ import annotations

import re
from typing import Final

from personagen_npc.authoring.cards.card import DATA
from personagen_npc.errors import BadField
from personagen_npc.tables import table
from personagen_npc.voice.grammar import compile_line
from personagen_npc.words.tidy import tidy

LONGEST: Final = 220  # characters of a line that is said in one breath, [D]
PLAYER: Final = "{player}"
_HERE: Final = "\ue000"  # stands for {player} while braces are taken out

_COMMENT = re.compile(r"\{\{\s*(?://|comment:|hidden_key:)[^{}]*\}\}", re.IGNORECASE)
_PICK = re.compile(r"\{\{\s*(?:random|pick)\s*:{1,2}([^{}]*)\}\}", re.IGNORECASE)
_MACRO = re.compile(r"\{\{[^{}]*\}\}")
_QUOTED = re.compile(r"[\"“]([^\"“”]{2,})[\"”]")
_GESTURE = re.compile(r"\*{1,3}[^*]*\*{1,3}|\([^()]*\)|<[^<>]*>|!\[[^\]]{0,200}\]|https?://\S+")
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+[\"”\u2019)]*|$)")
_SPACE = re.compile(r"\s+")
_GRAMMAR = re.compile(r"[\[\]{}|\\#*_`~<>]+")
_STAMMER = re.compile(r"\b(\w)-(?:\1-)*(?=\1)", re.IGNORECASE)
_DECORATOR = re.compile(r"^[ \t]*@@.*$", re.MULTILINE)
_START = re.compile(r"<\s*start\s*>", re.IGNORECASE)
_NAMED = re.compile(r"^\s*([^:\n]{1,60}?)\s*:\s*(.*)$")


def plain(text: str, char: str, user: str) -> str:
    """A text with its macros filled; what asks for anything else than a name is taken out."""
    text = _COMMENT.sub("", text)
    text = _PICK.sub(lambda m: re.split(r"::|,", m[1])[0].strip(), text)
    for macro, name in (("char", char), ("user", user)):
        old = "|".join(map(re.escape, table(DATA)["macros"][macro]))
        pattern = rf"\{{\{{\s*{macro}\s*\}}\}}|<\s*(?:{old})\s*>"
        text = re.sub(pattern, lambda _, n=name: n, text, flags=re.IGNORECASE)  # type: ignore[misc]
    return _MACRO.sub("", text)


def bare(content: str) -> str:
    """A lorebook's content without its decorators and the brackets around it."""
    return _SPACE.sub(" ", _DECORATOR.sub("", content).replace("[", " ").replace("]", " ")).strip()


def sentences(text: str) -> tuple[str, ...]:
    """The whole sentences of some prose, tidied."""
    rows = (_SPACE.sub(" ", m[0]).strip(" -•·\t") for m in _SENTENCE.finditer(text))
    return tuple(tidy(r) for r in rows if sum(c.isalpha() for c in r) > 1)


def speech(message: str, char: str) -> tuple[str, ...]:
    """Sentences that the character says in a message, with ``{player}`` for the user."""
    text = plain(message, char, _HERE)
    quoted = _QUOTED.findall(text)
    said = " ".join(quoted) if quoted else _GESTURE.sub(" ", text)
    said = _STAMMER.sub("", _GRAMMAR.sub(" ", said))
    return tuple(s.replace(_HERE, PLAYER) for s in sentences(said))


def told_by_narrator(message: str) -> bool:
    """Whether a message without quotation marks tells of the character instead of speaking."""
    return not _QUOTED.search(message) and "*" not in message and len(message) > LONGEST


def line_of(rows: tuple[str, ...], most: int = 2) -> str:
    """The first sentences as one line that compiles; "" where none is fit to be said."""
    line = ""
    for row in rows[:most]:
        if len(line) + len(row) >= LONGEST:
            break
        line = f"{line} {row}".strip()
    try:
        compile_line(line, "line")
    except BadField:
        return ""
    return line


def turns_of(example: str, char: str, user: str) -> tuple[tuple[str, str], ...]:
    """("char" or "user", what it says) for each turn of example dialogues, "" between two."""
    rows: list[tuple[str, str]] = []
    for block in _START.split(example):
        rows.append(("", ""))
        for line in plain(block, char, user).splitlines():
            named = _NAMED.match(line)
            who = {char.lower(): "char", user.lower(): "user"}.get(
                named[1].lower() if named else ""
            )
            if named and who:
                rows.append((who, named[2]))
            elif rows[-1][0]:
                rows[-1] = (rows[-1][0], f"{rows[-1][1]}\n{line}")
    return tuple(rows)
