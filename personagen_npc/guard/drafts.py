"""Drafts: what a language model wrote, mended where that is safe and read before it is heard.

A model obeys whoever spoke last, so what comes back is trusted with nothing: no name, no number, no
instruction that it was told, nothing that its speaker keeps to itself.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.guard.outgoing import Finding
from personagen_npc.guard.readings import CODED
from personagen_npc.tables import table
from personagen_npc.words.inflect import number_in_words
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.guard.outgoing import Checks

ECHO: Final = (
    8  # words in a row of the instructions that no line says by chance [mind-and-voice.md]
)
FOREIGN: Final = 0.3  # share of letters of a script that was not spoken to it, [D]
TOLD: Final = 0.5  # share of a secret's words that tells it, [D]
FEWEST: Final = 3  # words of a secret that must be there, if it has as many of its own, [D]
ALL: Final = 0.75  # share of one that is made of words that may be said, [D]
_STAGE: Final = re.compile(r"\*[^*\n]{1,120}\*|\[[^\]\n]{1,120}\]|^\s*\([^)\n]{1,120}\)\s*")
_QUOTES: Final = re.compile(r"^\s*[\"\u201c\u00ab](.*)[\"\u201d\u00bb]\s*$", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_NAME: Final = re.compile(r"[^\W\d_a-z][^\W_]*(?:['\u2019-][^\W_]+)*")
_LETTERED: Final = re.compile(r"[a-z]+(?:-[a-z]+)?")
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]")
_PLAIN: Final = re.compile(r"[^a-z0-9]")
PIECE: Final = 6  # signs of the canary in a row that give it away: 24 bits, [D]
LINES: Final = 2048  # of prompts, kept with what they hold: most stand in each of an NPC's, [D]
PIECES: Final = 64  # signs of what was said before that a canary in pieces is looked for in, [D]
TURNED: Final = 5  # letters of a word that is known when it is turned round, [D]
_ROT13: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_APART: Final = re.compile(r"(?<!\w)(?:\w[ ._*/-]+){4,}\w(?!\w)")


class Told(NamedTuple):
    """What a model was told for one line, as far as its answer is measured by it.

    Attributes:
        prompt: everything that it was told.
        rules: the part that are instructions, not matter for a line.
        canary: a mark that no line holds.
        open: what of it the speaker may tell; the rest is other people's words.
        heard: what was said to the speaker.
        name: who speaks, as a line may wrongly begin with.
        kept: texts of what the speaker must not tell.
    """

    prompt: str
    rules: str
    canary: str
    open: str
    heard: str
    name: str
    kept: tuple[str, ...] = ()


class Gate:
    """What every sentence of one draft must pass, in the order of the sentences."""

    def __init__(self, told: Told, checks: Checks, recent: Sequence[str], most: int) -> None:
        self._told, self._checks, self._recent, self._left = told, checks, recent, most
        matter = f"{told.open}\n{told.heard}".splitlines()
        # those of the instructions are none to tell
        self._numbers = frozenset([n for line in matter for n in _numbers(line)])
        self._names = frozenset().union(*map(_names, told.prompt.splitlines()))
        self._echo = _runs_of(told.rules)
        open_ = frozenset([w for line in told.open.splitlines() for w in _stems(line)])
        self._kept = [_telling(_stems(text), open_) for text in told.kept]
        marks = (told.canary, told.canary.translate(_ROT13))
        self._marks = frozenset(p for m in marks for w in (m, m[::-1]) for p in _pieces(w))
        self._secret = frozenset(tokens("\n".join(told.kept)))
        self._tail = ""  # the last signs of the sentences that passed
        self._said: set[str] = set()  # stems of the sentences that passed

    def take(self, sentence: str) -> tuple[str, tuple[Finding, ...]]:
        """The sentence mended, and what is wrong with it; what passes counts for the next."""
        text = self._mended(sentence)
        found = tuple(self._wrong(text))
        if not found:
            self._left -= len(text) + 1
            self._said.update(stems(text))
            self._tail = (self._tail + _PLAIN.sub("", text.lower()))[-PIECES:]
        return text, found

    def _mended(self, sentence: str) -> str:
        text = _CONTROL.sub(" ", sentence)
        text = _STAGE.sub(" ", text)
        quoted = _QUOTES.match(text)
        text = " ".join((quoted[1] if quoted else text).split())
        for name in (self._told.name, self._told.name.partition(" ")[0]):
            text = text.removeprefix(f"{name}:").lstrip()
        return text

    def _wrong(self, text: str) -> Iterable[Finding]:
        low = text.lower()
        signs = self._tail[-PIECE:] + _PLAIN.sub("", low)
        if not self._marks.isdisjoint(_pieces(signs)):
            yield Finding("canary", "")
        words = tokens(low)
        yield from self._coded(text, words)
        echo = next((r for r in _runs(words) if r in self._echo), None)
        if echo is not None:
            yield Finding("echo", " ".join(echo))
        yield from self._checks.check(
            text, known=self._names, recent=self._recent, max_chars=max(self._left, 1)
        )
        yield from self._strange(text)
        yield from self._unsafe(low)
        kept = self._tells(text)
        if kept:
            yield Finding("secret", kept)

    def _coded(self, text: str, words: Sequence[str]) -> Iterable[Finding]:
        """Writing that is none to the eye: letters set apart, codes, words turned round."""
        apart = _APART.search(text)
        if apart is not None:
            yield Finding("coded", apart.group())
        code = next((c for c in CODED.findall(text) if not c.isalpha() or not c[1:].islower()), "")
        if code or any(map(self._is_turned, words)):
            yield Finding("coded", code)

    def _is_turned(self, word: str) -> bool:
        """Whether a word is one of the prompt's or of a secret's, backwards or 13 letters on."""
        if len(word) < TURNED or word in self._names:
            return False
        ways = (word[::-1], word.translate(_ROT13))
        return any(w in self._names or w in self._secret for w in ways)

    def _strange(self, text: str) -> Iterable[Finding]:
        """Numbers, first names and scripts that it was not told."""
        number = next((n for n in _numbers(text) if n not in self._numbers), None)
        if number is not None:
            yield Finding("number", number)
        if not text.isascii() and self._told.prompt.isascii():
            letters = _LETTERS.findall(text)
            if sum(ord(c) > 0x24F for c in letters) > FOREIGN * len(letters):
                yield Finding("language", text[:40])
        first = _NAME.match(text)
        if first is not None and not first[0].isupper() and self._is_name(first[0].lower()):
            yield Finding("unknown_noun", first[0])

    def _is_name(self, first: str) -> bool:
        """Whether a sentence's first word is a name that nobody gave: one that owns something."""
        base = first.removesuffix("'s").removesuffix("\u2019s")
        return base != first and base not in self._names and base not in _owners()

    def _unsafe(self, low: str) -> Iterable[Finding]:
        for theme, pattern in _boundaries():
            found = pattern.search(low)
            if found is not None:
                yield Finding(theme, found.group())

    def _tells(self, text: str) -> str:
        """What of a secret is told, this sentence and those before it together; "" if none is.

        Words that the speaker may say anyway tell nothing; those of who asks do: a nod is enough.
        """
        said = self._said | set(stems(text))
        row = tuple(pairwise(stems(text)))
        for secret in self._kept:
            told = said & secret.words
            if len(told) >= secret.enough or not secret.pairs.isdisjoint(row):
                return " ".join(sorted(told))
        return ""


class _Kept(NamedTuple):
    """What tells a secret: so many of these words, or two of them in a row."""

    words: frozenset[str]
    enough: float
    pairs: frozenset[tuple[str, str]]


def _telling(secret: tuple[str, ...], open_: frozenset[str]) -> _Kept:
    """Words that may be said anyway do not count, unless hardly any other is in it."""
    words = frozenset(secret)
    close = words - open_
    if len(close) < 2:
        return _Kept(words, max(2.0, ALL * len(words)), frozenset())
    pairs = frozenset((a, b) for a, b in pairwise(secret) if a in close and b in close)
    return _Kept(close, max(min(FEWEST, len(close)), TOLD * len(close)), pairs)


def _pieces(signs: str) -> list[str]:
    return [signs[i : i + PIECE] for i in range(len(signs) - PIECE + 1)]


@lru_cache(maxsize=8)
def _runs_of(rules: str) -> frozenset[tuple[str, ...]]:
    """Runs of words of instructions, which are the same for everybody who uses a model."""
    return _runs(tokens(rules))


def _runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words[i : i + ECHO]) for i in range(len(words) - ECHO + 1))


@lru_cache(maxsize=LINES)
def _names(line: str) -> frozenset[str]:
    """Words of a line of a prompt that a draft may hold too, in lower case."""
    names = [w.lower().replace("\u2019", "'") for w in _NAME.findall(line)]
    return frozenset([*names, *[w.removesuffix("'s") for w in names], *tokens(line)])


@lru_cache(maxsize=LINES)
def _stems(line: str) -> tuple[str, ...]:
    return stems(line)


@lru_cache(maxsize=LINES)
def _numbers(text: str) -> list[str]:
    """All numbers of a text in digits, those in words too."""
    spelt = (_counted().get(w) for w in _LETTERED.findall(text.lower()))
    return [*_DIGITS.findall(text), *(n for n in spelt if n is not None)]


@cache
def _counted() -> dict[str, str]:
    """Words for numbers from two on, in digits; "one" is mostly none."""
    counted = {number_in_words(n): str(n) for n in range(2, 100)}
    return counted | {"dozen": "12", "hundred": "100", "thousand": "1000"}


@cache
def _owners() -> frozenset[str]:
    return frozenset(table("guard/data/boundaries.yaml")["owners"])


@cache
def _boundaries() -> tuple[tuple[str, re.Pattern[str]], ...]:
    never = table("guard/data/boundaries.yaml")["never"]
    return tuple((theme, _any_of(phrases)) for theme, phrases in never.items())


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    parts = "|".join(r"\s+".join(map(re.escape, p.split())) for p in sorted(phrases))
    return re.compile(rf"(?<!\w)(?:{parts})(?!\w)")
