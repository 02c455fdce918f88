"""Hearing: a player's text as sentences of words, spelling mended, names and numbers seen."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.asking import asks as form
from personagen_npc.mind.reading.names import PEOPLE
from personagen_npc.mind.reading.numerals import numbers
from personagen_npc.mind.reading.wordbook import Word, Wordbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.reading.leaning import Leanings
    from personagen_npc.mind.reading.lexicon import Lexicon
    from personagen_npc.mind.reading.names import Found, Names
    from personagen_npc.mind.reading.phrases import Keys

MOST_TOKENS: Final = 120  # of a line that are read; a longer one is a speech, [D]
TOKEN: Final = re.compile(
    r"\d+(?:,\d{3})+|['\u2019]?[^\W_]+(?:['\u2019-][^\W_]+)*|[.!?\u2026]+|[;,:*()\u2014]|(?<=\s)[-\u2013](?=\s)"
)
EMOTE: Final = Word(
    "emote", "", ("emote",), "", None, 0.0, True, False, False, sense="emote", shape="emote"
)
COLON: Final = Word(":", ":", (":",), "", None, 0.0, True, False, False, sense=":", shape=":")
QUESTION: Final[Keys] = ("?",)
_JOINS: Final = frozenset({"and", "or", "but", "so", "then"})  # "and Ulla?" asks after her
_OWNERS: Final = frozenset({"my", "your", "his", "her", "our", "their"})
_STOPS: Final = frozenset(".!?\u2026;")
_MARKS: Final[dict[str, tuple[Word, ...]]] = {
    ",": (), "-": (), "\u2013": (), "\u2014": (), ")": (), ":": (COLON,), "*": (EMOTE,),
    "(": (EMOTE,),
}  # fmt: skip


class Sentence:
    """One sentence: its words, where clauses break, and the tokens of the text it was made of.

    ``keys`` are what patterns see, names and numbers drawn together into one place each;
    ``origin[i]`` is the word at which place i begins; ``starts`` and ``ends`` are places at which a
    clause may start and end; ``asking`` is the form of question that it has.
    """

    __slots__ = (
        "addressed", "asking", "asks", "breaks", "ends", "first", "found", "keys", "last",
        "numbers", "origin", "starts", "words",
    )  # fmt: skip

    def __init__(
        self, words: list[Word], breaks: set[int], asks: bool, first: int, last: int
    ) -> None:
        self.words = words
        self.breaks = breaks
        self.asks = asks
        self.first = first
        self.last = last
        self.found: Sequence[Found] = ()
        self.numbers: Sequence[tuple[int, int, int]] = ()
        self.keys: list[Keys] = []
        self.origin: list[int] = []
        self.starts = {0, *breaks}
        self.ends = set(breaks)
        self.addressed: Found | None = None
        self.asking = ""


class Reader:
    """Turns text into sentences; remembers words it has met."""

    def __init__(self, lexicon: Lexicon, names: Names, leanings: Leanings | None = None) -> None:
        self._lexicon = lexicon
        self._names = names
        self._book = Wordbook(lexicon, names, leanings)

    def read(self, text: str) -> list[Sentence]:
        """Sentences of a text, each with names, numbers and clause limits; [] if it has no word."""
        self._book.refresh()
        sentences = self._split(text)
        for sentence in sentences:
            self._complete(sentence)
        return sentences

    def _split(self, text: str) -> list[Sentence]:
        """Sentences as words and breaks; stage directions in *stars* or (brackets) are marked."""
        out: list[Sentence] = []
        words: list[Word] = []
        breaks: set[int] = set()
        first = 0
        known = self._book.known
        tokens = TOKEN.findall(text)[:MOST_TOKENS]
        for i, raw in enumerate(tokens):
            if raw in known:
                words += known[raw]
            elif raw[0] in _STOPS:
                _close(out, words, breaks, "?" in raw, first, i)
                words, breaks, first = [], set(), i + 1
            elif raw[0] in _MARKS:
                breaks.add(len(words))
                words += _MARKS[raw[0]]
                breaks.add(len(words))
            else:
                words += self._book.read(raw)
        _close(out, words, breaks, False, first, len(tokens))
        return out

    def _complete(self, s: Sentence) -> None:
        words = s.words
        s.found = self._names_in(words)
        s.numbers = [
            n
            for n in numbers(words, self._lexicon)
            if not any(f.start < n[1] and n[0] < f.end for f in s.found)
        ]
        if s.found or s.numbers:
            s.keys, s.origin = _merged(s)
        else:
            s.keys = [w.keys for w in words]
            s.origin = list(range(len(words)))
        self._limits(s)
        s.asking = form(s)

    def _names_in(self, words: Sequence[Word]) -> list[Found]:
        out: list[Found] = []
        if True not in [w.names for w in words]:
            return out
        lower = [w.text for w in words]
        surface = [w.surface for w in words]
        end = 0
        for i, word in enumerate(words):
            if word.names and i >= end:
                found = self._names.at(lower, surface, i)
                if found is not None and not _kinship(lower, surface, i, found):
                    out.append(found)
                    end = found.end
        return out

    def _limits(self, s: Sentence) -> None:
        """Where a clause may start and end, in places of ``keys``; who is spoken to."""
        origin, words, n = s.origin, s.words, len(s.keys)
        place: dict[int, int] = {}
        if s.breaks or s.found:
            place = {w: i for i, w in enumerate(origin)}
            place[len(words)] = n
            s.starts = {0, *(place.get(b, n) for b in s.breaks)}
            s.ends = set(s.starts)
        s.ends.add(n)
        i = 0
        while i < n and words[origin[i]].lead:
            i += 1
            s.starts.add(i)
        i = n
        while i > 0 and words[origin[i - 1]].tail:
            i -= 1
            s.ends.add(i)
        if s.found:
            self._vocative(s, place)
        if s.asks:
            s.keys.append(QUESTION)
            s.origin.append(len(words))
            s.ends.add(len(s.keys))

    def _vocative(self, s: Sentence, place: dict[int, int]) -> None:
        """A name set off by a comma at either end, or behind a bare greeting, is spoken to."""
        n = len(s.words)
        for found in s.found:
            before = all(w.lead for w in s.words[: found.start])
            if found.kind and found.kind not in PEOPLE:
                continue
            greeted = found.end == n and found.start > 0 and s.words[0].text not in _JOINS
            opens = before and (found.end in s.breaks or greeted)
            closes = found.end == n and found.start in s.breaks
            alone = found.start == 0 and found.end == n
            if opens or closes or alone:
                s.addressed = s.addressed or found
                s.starts.add(place[found.end])
                s.ends.add(place[found.start])

    def _words_in(self, raw: str) -> tuple[Word, ...]:
        mark = raw[0] in _STOPS or raw[0] in _MARKS
        return _MARKS.get(raw[0], ()) if mark else self._book.read(raw)

    def source(self, text: str, s: Sentence, word: int) -> str:
        """The text that a sentence was made of, from a word on, without its closing stop."""
        spans = [m.span() for m in itertools.islice(TOKEN.finditer(text), MOST_TOKENS)]
        count, first = 0, s.first
        for i in range(s.first, min(s.last, len(spans))):
            raw = text[slice(*spans[i])]
            if count <= word:
                first = i
            count += len(self._words_in(raw))
        last = min(s.last, len(spans)) - 1
        return text[spans[first][0] : spans[last][1]].strip() if spans else ""


def _kinship(lower: Sequence[str], surface: Sequence[str], i: int, found: Found) -> bool:
    """Whether a title is somebody's relation here: "your father" is not the priest."""
    owned = i > 0 and lower[i - 1] in _OWNERS and surface[i].islower()
    return owned and found.kind in PEOPLE and found.end == i + 1


def _close(
    out: list[Sentence], words: list[Word], breaks: set[int], asks: bool, first: int, last: int
) -> None:
    """Add a sentence if it has words; a question mark of its own belongs to the one before."""
    if words and words[-1] is EMOTE and words[0] is EMOTE and len(words) > 1:
        words.pop()  # the star that closes a stage direction
    for word in words:
        if word is not EMOTE and word is not COLON:
            out.append(Sentence(words, breaks, asks, first, last))
            return
    if out and asks:
        out[-1].asks = True


def _merged(s: Sentence) -> tuple[list[Keys], list[int]]:
    """Keys with each name and number drawn together into one place, and where each begins."""
    spans: dict[int, tuple[int, Keys]] = {}
    for start, end, _ in s.numbers:
        spans[start] = (end, ("@num",))
    for found in s.found:
        person = ("@person",) if found.kind in PEOPLE else ()
        kind = (f"@{found.kind}",) if found.kind else ()
        spans[found.start] = (found.end, ("@name", *kind, *person))
    keys: list[Keys] = []
    origin: list[int] = []
    i = 0
    while i < len(s.words):
        origin.append(i)
        end, extra = spans.get(i, (i + 1, ()))
        own = s.words[i].keys if end == i + 1 else ()
        keys.append((*own, *extra) if extra else own)
        i = end
    return keys, origin
