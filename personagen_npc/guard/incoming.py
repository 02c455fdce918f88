"""Incoming text: cleaned, bounded, and flagged where it attacks the character or is unsafe.

A plain line takes the short road: printable ASCII needs no cleaning, and only a text that holds a
cue, or has an odd shape, meets a pattern. A flag is advice: the game decides, the voice deflects.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from personagen_npc.guard.readings import SPACED, readings, undone
from personagen_npc.guard.suspicion import is_suspect, other_readings, suspicion
from personagen_npc.tables import table

MAX_CHARS: Final = 2_000  # of a player's line unless the caller says otherwise, [D]
BLOB: Final = 40  # letters and digits in one run that no word has: base64, hex, [D]
SHOUT_LINES: Final = 6  # line breaks of a line of dialogue before it looks like a document, [D]
MARKS: Final = 0.35  # share of marks in a longer text from which it looks like code; tuned
LONG: Final = 40  # characters under which shape tells nothing

_BLANKS: Final = re.compile(r"[^\S\n]+|\s*\n\s*")
_BLOB: Final = re.compile(rf"[A-Za-z0-9+/=_-]{{{BLOB},}}")
# digits in words, words run together, pieces to be added, bytes in digits, a long run of letters
_CODES: Final = re.compile(
    r"[A-Za-z][0134579@$][A-Za-z]|[a-z][A-Z]|_|\+|[01]{8} |[A-Za-z0-9+/]{16}"
)
_MORSE: Final = re.compile(r"(?:[.-]{1,5}[ /]+){8,}")
SHORT: Final = 7  # letters set apart in a shorter text are a shout
# categories that never belong in a line: controls, format (bidi, zero width), surrogates, private
# use, unassigned, line and paragraph separators
_BARRED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Screened(NamedTuple):
    """A line fit to be heard; ``flags``: attack, out_of_world, unsafe, cleaned, cut."""

    text: str
    flags: tuple[str, ...]


class _Group(NamedTuple):
    """Patterns of one flag behind one cheap test."""

    flag: str
    cues: re.Pattern[str]
    patterns: tuple[tuple[re.Pattern[str], float], ...]


class _Rules(NamedTuple):
    """``data/incoming.yaml``, compiled."""

    any_cue: re.Pattern[str]
    groups: tuple[_Group, ...]
    threshold: float
    lookalikes: dict[int, str]
    leet: dict[int, str]


def screen(text: str, max_chars: int = MAX_CHARS, *, spoken: bool = True) -> Screened:
    """A line without control and invisible characters, NFC, at most ``max_chars``, with flags.

    ``spoken``: a player's line; what is written by an author goes by patterns alone, since the
    weights were learned on lines.
    """
    flags: list[str] = []
    if len(text) > max_chars:
        text = text[:max_chars]
        flags.append("cut")
    if text.isascii() and text.isprintable():
        clean = text.strip()
    else:
        clean = _cleaned(text)[:max_chars].strip()
        if clean != unicodedata.normalize("NFC", text).strip():
            flags.append("cleaned")
    return Screened(clean, (*_flags(clean, spoken=spoken), *flags))


def _cleaned(text: str) -> str:
    """Without what cannot be seen, blanks drawn together, composed."""
    kept = "".join(
        [c if c in "\n\t" or unicodedata.category(c) not in _BARRED else "" for c in text]
    )
    one_line = _BLANKS.sub(_blank, unicodedata.normalize("NFC", kept))
    return unicodedata.normalize("NFC", "".join(c for c in one_line if c.isprintable()))


def _blank(match: re.Match[str]) -> str:
    return " "


def _flags(text: str, *, spoken: bool) -> list[str]:
    rules = _rules()
    low = text.lower()
    plain = text.isascii()
    shaped = _odd_shape(text)
    if plain and not shaped and not _is_coded(text):
        if rules.any_cue.search(low) is None and not (spoken and is_suspect(low)):
            return []
        forms = [low, *other_readings(low)]
    else:
        forms = readings(text, rules.lookalikes, rules.leet)
    out = []
    for group in rules.groups:
        weight = max(_weight(group, form) for form in forms)
        if group.flag == "attack":
            weight += shaped + (max(map(suspicion, forms)) if spoken else 0.0)
        if weight >= rules.threshold:
            out.append(group.flag)
    return out


def _weight(group: _Group, low: str) -> float:
    if group.cues.search(low) is None:
        return 0.0
    return sum(weight for pattern, weight in group.patterns if pattern.search(low))


def _odd_shape(text: str) -> float:
    """How unlike speech a text is built, 0 for speech; 1 is enough to be flagged."""
    if len(text) < LONG:
        return 0.2 if text.count(" ") > len(text) // 3 and SPACED.search(text) else 0.0
    odd = 1.0 if ".." in text and "-" in text and _MORSE.search(text) else 0.0
    if undone(text):
        odd += 1.0
    if _BLOB.search(text) and _mixed(text):
        odd += 1.0
    marks = sum(map(text.count, "{}[]<>=|\\;#_`"))
    if marks > MARKS * len(text) or marks > 12:
        odd += 0.6
    if text.count("\n") > SHOUT_LINES:
        odd += 0.5
    if text.count(" ") > len(text) // 3 and SPACED.search(text):
        odd += 0.2
    return odd


def _mixed(text: str) -> bool:
    """Whether a run of letters is a code: digits, or capitals after small letters."""
    for blob in _BLOB.findall(text):
        inner = sum(a.islower() and b.isupper() for a, b in pairwise(blob))
        if inner >= 3 or (any(c.isdigit() for c in blob) and len(set(blob)) > 8):
            return True
    return False


def read_ways(text: str) -> list[str]:
    """All ways in which a text may be read, as they are looked at."""
    rules = _rules()
    return readings(_cleaned(text), rules.lookalikes, rules.leet)


def _is_coded(text: str) -> bool:
    """Whether a text may read otherwise than it looks."""
    return _CODES.search(text) is not None or (
        len(text) > SHORT and SPACED.search(text) is not None
    )


@cache
def _rules() -> _Rules:
    data: dict[str, Any] = table("guard/data/incoming.yaml")
    groups = []
    every: list[str] = []
    for flag in ("attack", "out_of_world", "unsafe"):
        cues = [str(c) for c in data[flag]["cues"]]
        every += cues
        patterns = tuple((re.compile(str(p)), float(w)) for p, w in data[flag]["patterns"])
        groups.append(_Group(flag, _any_of(cues), patterns))
    return _Rules(
        _any_of(every),
        tuple(groups),
        float(data["threshold"]),
        {ord(k): str(v) for k, v in data["lookalikes"].items()},
        {ord(k): str(v) for k, v in data["leet"].items()},
    )


def _any_of(cues: list[str]) -> re.Pattern[str]:
    """One pattern for many strings, nested by their letters so that few are tried at a place."""
    return re.compile(_nested(sorted(set(cues))))


def _nested(words: list[str]) -> str:
    """Regular expression of sorted words: shared beginnings written once, shorter words win."""
    if "" in words:
        return ""
    parts = []
    for letter, group in groupby(words, key=lambda w: w[0]):
        rest = _nested([w[1:] for w in group])
        parts.append(re.escape(letter) + rest)
    return parts[0] if len(parts) == 1 else "(?:" + "|".join(parts) + ")"
