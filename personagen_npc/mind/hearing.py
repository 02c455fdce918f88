"""Hearing: a player's text as sentences of words, spelling mended, names and numbers seen."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.lexicon import SHORTEST, one_slip
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.lexicon import Lexicon
    from personagen_npc.mind.names import Found, Names
    from personagen_npc.mind.phrases import Keys

MOST_TOKENS: Final = 240  # of a line that are read; a longer one is a speech, [D]
MOST_KEPT: Final = 8_192  # raw words remembered with what they are, about 4 MB
LONGEST_WORD: Final = 24  # letters; what is longer is no word and not remembered

TOKEN: Final = re.compile(
    r"\d+(?:,\d{3})+|['\u2019]?[^\W_]+(?:['\u2019-][^\W_]+)*|[.!?\u2026]+|[;,:*()\u2014]|(?<=\s)[-\u2013](?=\s)"
)
_ENDINGS: Final = (
    ("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'d", "would"), ("'m", "am"),
)  # fmt: skip
# after these 's is "is"; after other words it may be a possessive and stays what it is
_IS_AFTER: Final = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "who",
        "what",
        "where",
        "when",
        "why",
        "how",
        "that",
        "this",
        "there",
        "here",
        "name",
        "everything",
        "nothing",
        "something",
        "everyone",
        "everybody",
        "nobody",
        "somebody",
        "anyone",
        "anybody",
        "one",
    ]
)
_DID_AFTER: Final = frozenset({"where", "how", "why", "what", "who", "when"})
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
_ODD_TAILS: Final = ("ing", "ed", "ly", "ful", "less", "ous", "ish", "able", "ive", "ic", "y")


class Word(NamedTuple):
    """One word as heard: ``text`` lower-case, ``surface`` as written, ``keys`` for the patterns."""

    text: str
    surface: str
    keys: Keys
    stem: str
    number: int | None
    value: float
    stop: bool
    verb: bool
    names: bool
    lead: bool = False
    tail: bool = False


_EVERYDAY: Final = ("@stop", "@verb", "@doverb", "@lead")

EMOTE: Final = Word("emote", "", ("emote",), "", None, 0.0, True, False, False)
COLON: Final = Word(":", ":", (":",), "", None, 0.0, True, False, False)
QUESTION: Final[Keys] = ("?",)
_STOPS: Final = frozenset(".!?\u2026;")
_MARKS: Final[dict[str, tuple[Word, ...]]] = {
    ",": (), "-": (), "\u2013": (), "\u2014": (), ")": (), ":": (COLON,), "*": (EMOTE,),
    "(": (EMOTE,),
}  # fmt: skip


class Sentence:
    """One sentence: its words, where clauses break, and the tokens of the text it was made of.

    ``keys`` are what patterns see, names and numbers drawn together into one place each;
    ``origin[i]`` is the word at which place i begins; ``starts`` and ``ends`` are places at which a
    clause may start and end.
    """

    __slots__ = (
        "addressed", "asks", "breaks", "ends", "first", "found", "keys", "last", "numbers",
        "origin", "starts", "words",
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


class Reader:
    """Turns text into sentences; remembers words it has met."""

    def __init__(self, lexicon: Lexicon, names: Names) -> None:
        self._lexicon = lexicon
        self.names = names
        self._version = names.version
        self._known: dict[str, tuple[Word, ...]] = {}
        self._lead = lexicon.classes["@lead"] | lexicon.classes["@hello"]
        names.common = frozenset().union(*(lexicon.classes[c] for c in _EVERYDAY))

    def read(self, text: str) -> list[Sentence]:
        """Sentences of a text, each with names, numbers and clause limits; [] if it has no word."""
        if self._version != self.names.version or len(self._known) > MOST_KEPT:
            self._known.clear()
            self._version = self.names.version
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
        known = self._known
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
                words += self._meet(raw)
        _close(out, words, breaks, False, first, len(tokens))
        return out

    def _complete(self, s: Sentence) -> None:
        words = s.words
        s.found = self._names_in(words)
        s.numbers = [
            n
            for n in _numbers(words, self._lexicon)
            if not any(f.start < n[1] and n[0] < f.end for f in s.found)
        ]
        if s.found or s.numbers:
            s.keys, s.origin = _merged(s)
        else:
            s.keys = [w.keys for w in words]
            s.origin = list(range(len(words)))
        self._limits(s)

    def _names_in(self, words: Sequence[Word]) -> list[Found]:
        out: list[Found] = []
        if True not in [w.names for w in words]:
            return out
        lower = [w.text for w in words]
        surface = [w.surface for w in words]
        end = 0
        for i, word in enumerate(words):
            if word.names and i >= end:
                found = self.names.at(lower, surface, i)
                if found is not None:
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
            if found.kind not in {"npc", "player", ""}:
                continue
            opens = before and (found.end in s.breaks or (found.end == n and found.start > 0))
            closes = found.end == n and found.start in s.breaks
            alone = found.start == 0 and found.end == n
            if opens or closes or alone:
                s.addressed = s.addressed or found
                s.starts.add(place[found.end])
                s.ends.add(place[found.start])

    def source(self, text: str, s: Sentence, word: int) -> str:
        """The text that a sentence was made of, from a word on, without its closing stop."""
        spans = [m.span() for m in itertools.islice(TOKEN.finditer(text), MOST_TOKENS)]
        count, first = 0, s.first
        for i in range(s.first, min(s.last, len(spans))):
            raw = text[slice(*spans[i])]
            if count <= word:
                first = i
            count += len(self._known.get(raw) or self._words(raw)) if raw[0].isalnum() else 0
        last = min(s.last, len(spans)) - 1
        return text[spans[first][0] : spans[last][1]].strip() if spans else ""

    # --- single words ---------------------------------------------------------------------------

    def _meet(self, raw: str) -> tuple[Word, ...]:
        """What a raw token is; remembered if it looks like a word at all."""
        words = tuple(self._words(raw))
        if len(raw) <= LONGEST_WORD:
            self._known[raw] = words
        return words

    def _words(self, raw: str) -> list[Word]:
        low = raw.lower().replace("\u2019", "'")
        slang = self._lexicon.slang.get(low) or self._lexicon.slang.get(low.strip("'"))
        if slang:
            return [self._word(part, part) for part in slang]
        low, raw = low.strip("'"), raw.strip("'\u2019")
        for ending, full in _ENDINGS:
            if low.endswith(ending) and len(low) > len(ending):
                cut = len(low) - len(ending)
                if ending == "'d" and low[:cut] in _DID_AFTER:
                    full = "did"
                return [self._word(low[:cut], raw[:cut]), self._word(full, full)]
        if low.endswith("'s"):
            tail = "is" if low[:-2] in _IS_AFTER else "'s"
            return [self._word(low[:-2], raw[:-2]), self._word(tail, tail)]
        if "-" in low and all(p in self._lexicon.numbers for p in low.split("-")):
            return [self._word(part, part) for part in low.split("-")]
        return [self._word(low, raw)]

    def _word(self, low: str, surface: str) -> Word:
        lexicon = self._lexicon
        meant, name = self._mended(low)
        text = meant if name else low
        keys = lexicon.by_word.get(meant, ())
        number = _integer(meant, lexicon)
        extra = self._shape(meant, surface)
        found = stems(text)
        return Word(
            text, surface, (*keys, *extra), found[0] if found else "", number,
            lexicon.valence.get(meant, 0.0),
            lexicon.has("stop", meant), lexicon.has("verb", meant), self.names.starts(text),
            meant in self._lead, lexicon.has("tail", meant),
        )  # fmt: skip

    def _mended(self, low: str) -> tuple[str, bool]:
        """(the word meant, whether it is a name's word)."""
        lexicon = self._lexicon
        if low in lexicon.vocabulary or self.names.starts(low) or not low.isalpha():
            return low, False
        for form in (_LONG_RUN.sub(r"\1\1", low), _LONG_RUN.sub(r"\1", low)):
            if form != low and form in lexicon.slang:
                return lexicon.slang[form][0], False
            if form != low and form in lexicon.vocabulary:
                return form, False
        if len(low) >= SHORTEST:
            for word in self.names.firsts():
                if len(word) >= SHORTEST and word[0] == low[0] and one_slip(low, word):
                    return word, True
        return lexicon.corrected(low) or low, False

    def _shape(self, low: str, surface: str) -> Keys:
        """Keys for what may be a person's name: written large, or a word that nobody knows."""
        lexicon = self._lexicon
        if (
            not surface[:1].isalpha()
            or low in lexicon.classes["@state"]
            or lexicon.has("stop", low)
        ):
            return ()
        if surface[0].isupper() and (len(surface) == 1 or not surface.isupper()):
            return ("@cap",)
        if low not in lexicon.vocabulary and not low.endswith(_ODD_TAILS):
            return ("@odd",)
        return ()


def _close(
    out: list[Sentence], words: list[Word], breaks: set[int], asks: bool, first: int, last: int
) -> None:
    """Add a sentence if it has words; a question mark of its own belongs to the one before."""
    if words and words[-1] is EMOTE and words[0] is EMOTE and len(words) > 1:
        words.pop()  # the star that closes a stage direction
    if any(w is not EMOTE and w is not COLON for w in words):
        out.append(Sentence(words, breaks, asks, first, last))
    elif out and asks:
        out[-1].asks = True


def _integer(word: str, lexicon: Lexicon) -> int | None:
    if word[0].isdigit():
        digits = word.replace(",", "")
        return int(digits) if digits.isdecimal() and len(digits) <= 9 else None
    return lexicon.numbers.get(word)


def _numbers(words: Sequence[Word], lexicon: Lexicon) -> list[tuple[int, int, int]]:
    """Numbers in words or digits as (start, end, value): "two hundred and five" is one."""
    if not [w for w in words if w.number is not None]:
        return []
    out: list[tuple[int, int, int]] = []
    i = 0
    while i < len(words):
        end, value = _number_at(words, i)
        if end == i:
            i += 1
            continue
        after = words[end].text if end < len(words) else ""
        if end - i > 1 or words[i].text != "one" or lexicon.has("coin", after):
            out.append((i, end, value))
        i = end
    return out


def _number_at(words: Sequence[Word], start: int) -> tuple[int, int]:
    """(end, value) of the number that begins at a word; end is start if none does."""
    total = part = 0
    i = start
    while i < len(words):
        number, text = words[i].number, words[i].text
        if number is None:
            joins = text == "and" and total + part >= 100 and i + 1 < len(words)
            if not (joins and (words[i + 1].number or 1000) < 100):
                break
        elif text == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif text in {"hundred", "dozen"}:
            part = (part or 1) * number
        elif part and not (part % 100 == 0 or (part % 10 == 0 and number < 10)):
            break
        else:
            part += number
        i += 1
    return i, total + part


def _merged(s: Sentence) -> tuple[list[Keys], list[int]]:
    """Keys with each name and number drawn together into one place, and where each begins."""
    spans: dict[int, tuple[int, Keys]] = {}
    for start, end, _ in s.numbers:
        spans[start] = (end, ("@num",))
    for found in s.found:
        person = ("@person",) if found.kind in {"npc", "player"} else ()
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
