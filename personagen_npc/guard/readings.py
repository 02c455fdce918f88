"""Readings: what a text may say to a machine beside what it says to the eye.

Wide and look-alike letters, digits for letters, letters set apart, words run together, pieces to be
put together, and codes that everybody can undo: each is one more text to look at.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from personagen_npc.guard.suspicion import other_readings

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACED: Final = re.compile(r"(?<!\w)(?:\w[ ._*/-]){3,}\w(?!\w)")
CODED: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}|(?:[01]{8} ){3,}[01]{8}")
MOST: Final = 4  # codes of one text that are undone, [D]
_BETWEEN: Final = re.compile(r"(?<=\w)[ ._*/-](?=\w)")
_MARKED: Final = re.compile(r"(?<=\w)[._*/-](?=\w)")
_COMBINING: Final = re.compile(r"[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]")
_RUN_TOGETHER: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_PIECES: Final = re.compile(r"[\"'`]\s*\+\s*[\"'`]")
_LEET: Final = re.compile(r"[A-Za-z][0134579@$]|[0134579@$][A-Za-z]")


def readings(text: str, lookalikes: Mapping[int, str], leet: Mapping[int, str]) -> list[str]:
    """All ways to read a text, in lower case, the plain one first."""
    found = {text.lower(): None}
    for part in (text, *undone(text)):
        wide = _COMBINING.sub("", unicodedata.normalize("NFKD", part))
        found |= dict.fromkeys((wide.lower(), part.lower().translate(lookalikes)))
        split = _RUN_TOGETHER.sub(" ", wide).lower()
        folded = split.translate(lookalikes)
        found |= dict.fromkeys((wide.lower().translate(lookalikes), folded))
        if _LEET.search(folded):
            found[folded.translate(leet)] = None
        found |= dict.fromkeys(_drawn_together(folded))
    turned = [other for low in found for other in other_readings(low)]
    return list(found | dict.fromkeys(turned))


def _drawn_together(low: str) -> list[str]:
    """Letters that stand apart as words, and strings that are to be added."""
    out = []
    if SPACED.search(low):
        words = SPACED.sub(_joined, low)
        out.append(" ".join(words.split()))
    if '"' in low and "+" in low:
        out.append(_PIECES.sub("", low))
    return out


def _joined(found: re.Match[str]) -> str:
    """Letters put together; where marks part them, blanks part the words."""
    apart = found.group()
    return (_MARKED if _MARKED.search(apart) else _BETWEEN).sub("", apart)


def undone(text: str) -> list[str]:
    """What stands in codes in it, as far as it is writing."""
    out = []
    for code in CODED.findall(text)[:MOST]:
        out += [
            said for way in (_hex, _base64, _binary) if (said := way(code)) and _is_writing(said)
        ]
    return out


def _is_writing(text: str) -> bool:
    return text.isascii() and text.isprintable() and sum(map(str.isalpha, text)) > 0.7 * len(text)


def _base64(code: str) -> str:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4)).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""


def _hex(code: str) -> str:
    try:
        return bytes.fromhex(code).decode("ascii", "replace")
    except ValueError:
        return ""


def _binary(code: str) -> str:
    if " " not in code:
        return ""
    return "".join(chr(int(byte, 2)) for byte in code.split())
