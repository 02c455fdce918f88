"""Outgoing lines: the last look before one leaves. Every check names itself and what it found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

NOTHING: Final[frozenset[str]] = frozenset()

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_PART: Final = re.compile(r"[^\W_]+")
_SLOT: Final = re.compile(r"[{}]|\[[^\]]*\|[^\]]*\]|<[a-z_]+>")
# each begins with one set of characters, so that the search leaps from one to the next
_UNTIDY: Final = re.compile(
    r"[\s,.;:!?](?:(?<= ) |(?<=\s)[,.;:!?](?!\.)|(?<=,),|(?<=;);|(?<=[,;:])[.!?]|(?<=[.!?]),"
    r"|(?<=(?<!\.)\.)\.(?!\.)|(?<=\.)\.{3,}|(?<=[!?])[!?]{3,})"
)
# a capital behind a small letter, comma or such, not behind a stop: a name in mid-sentence
_INNER: Final = re.compile(
    r"[ ](?<=[^\s.!?:\"\u201c\u201d'\u2018\u2026*\u2014(\[-] )"
    r"([^\W\d_a-z][^\W_]*(?:['\u2019-][^\W_]+)*)"
)
_TAIL: Final = re.compile(r"['\u2019].*$")


class Finding(NamedTuple):
    """One fault of a line: the check's name, and what it stumbled over."""

    check: str
    detail: str


class Checks:
    """Checks compiled for one world."""

    __slots__ = ("_capitals", "_era", "_machine", "_phrases", "_signs")

    def __init__(self, forbidden: Iterable[str], known: Iterable[str] = ()) -> None:
        """``forbidden`` words or phrases of the wrong era; ``known`` words always allowed large."""
        data = table("guard/data/outgoing.yaml")
        self._machine = _phrase_pattern(data["machine"])
        self._capitals = frozenset(str(w) for w in data["capitals"]) | {w.lower() for w in known}
        words = [w.lower().strip() for w in forbidden if w.strip()]
        self._era = frozenset(w for w in words if _WORD.fullmatch(w))
        longer = [w for w in words if w not in self._era]
        self._phrases = _phrase_pattern(longer) if longer else None
        # a line without the longest part of any of them holds none: most are read no further
        signs = [
            max(_PART.findall(p.lower()), key=len, default="") for p in (*data["machine"], *words)
        ]
        self._signs = frozenset(form for sign in signs for form in (sign, f"{sign}s"))

    @classmethod
    def compile(cls, forbidden: Iterable[str], known: Iterable[str] = ()) -> Checks:
        """Checks for a world with these forbidden words and always allowed proper nouns."""
        return cls(forbidden, known)

    def check(
        self,
        text: str,
        *,
        known: Container[str] = NOTHING,
        forbidden: frozenset[str] = NOTHING,
        recent: Sequence[str] = (),
        max_chars: int = 400,
    ) -> tuple[Finding, ...]:
        """What is wrong with a line; nothing if it may be said.

        Args:
            text: the line.
            known: lower-case words of names that may be spoken here.
            forbidden: further lower-case words that may not be said now.
            recent: lines said lately, not to be said again word for word.
            max_chars: the longest line the listener takes.
        """
        if not text.strip():
            return (Finding("empty", ""),)
        low = text.lower()
        out: list[Finding] = []
        if len(text) > max_chars:
            out.append(Finding("length", f"{len(text)} > {max_chars}"))
        if text in recent:
            out.append(Finding("repeat", text))
        slot = (
            _SLOT.search(text) if "{" in text or "}" in text or "[" in text or "<" in text else None
        )
        if slot is not None:
            out.append(Finding("slot", slot.group()))
        untidy = _UNTIDY.search(text)
        if untidy is not None:
            out.append(Finding("untidy", untidy.group()))
        if forbidden or not self._signs.isdisjoint(_PART.findall(low)):
            machine = self._machine.search(low)
            if machine is not None:
                out.append(Finding("machine", machine.group()))
            out += self._era_words(low, forbidden)
        out += self._strangers(text, known)
        return tuple(out)

    def _era_words(self, low: str, forbidden: frozenset[str]) -> list[Finding]:
        """Words of another era, whole words only, plain plurals and possessives too."""
        out: list[Finding] = []
        if self._era or forbidden:
            tails = "'" in low or "\u2019" in low
            for word in _WORD.findall(low):
                base = _TAIL.sub("", word) if tails else word
                for form in (word, base, base.removesuffix("s")):
                    if form in self._era or form in forbidden:
                        out.append(Finding("era", form))
                        break
        if self._phrases is not None:
            found = self._phrases.search(low)
            if found is not None:
                out.append(Finding("era", found.group()))
        return out

    def _strangers(self, text: str, known: Container[str]) -> list[Finding]:
        """Names that the speaker cannot know: capitals in mid-sentence that stand in no list."""
        out: list[Finding] = []
        for word in _INNER.findall(text):
            if not word[0].isupper():
                continue
            whole = word.lower().replace("\u2019", "'")
            low = _TAIL.sub("", whole) if "'" in whole else whole
            if low in self._capitals or low in known or whole in known:
                continue
            if low.removesuffix("s") in known or all(p in known for p in low.split("-")):
                continue
            out.append(Finding("unknown_noun", word))
        return out


def _phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words, blanks between them of any kind."""
    parts = [r"\s+".join(re.escape(w) for w in p.lower().split()) for p in sorted(set(phrases))]
    return re.compile(r"(?<![^\W_])(?:" + "|".join(parts) + r")(?![^\W_])")
