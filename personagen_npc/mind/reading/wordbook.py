"""Single words: slang and contractions undone, spelling mended, what patterns may see in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.reading.lexicon import SHORTEST, one_slip
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from personagen_npc.mind.reading.leaning import Leanings, Numbers
    from personagen_npc.mind.reading.lexicon import Lexicon
    from personagen_npc.mind.reading.names import Names
    from personagen_npc.mind.reading.phrases import Keys

MOST_KEPT: Final = 8_192  # raw words remembered with what they are, about 4 MB
LONGEST_WORD: Final = 24  # letters; what is longer is no word and not remembered

_ENDINGS: Final = (
    ("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'d", "would"), ("'m", "am"),
)  # fmt: skip
# after these 's is "is"; after other words it may be a possessive and stays what it is
_IS_AFTER: Final = frozenset({
    "i", "you", "he", "she", "it", "we", "they", "who", "what", "where", "when", "why", "how",
    "that", "this", "there", "here", "name", "everything", "nothing", "something", "everyone",
    "everybody", "nobody", "somebody", "anyone", "anybody", "one",
})  # fmt: skip
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
    sense: str = ""  # the word meant, spelling mended
    shape: str = ""  # what kind of word it is, for the leanings: "@insult", "@ing", or itself
    numbers: Numbers | None = None  # what the leanings know it by


# classes that a word is known by where it is not itself known, the most telling first
_CLASSES: Final = (
    "@insult", "@mean", "@praise", "@fair", "@harm", "@relay", "@crime", "@event", "@calamity",
    "@coin", "@kin", "@done", "@modern", "@gaming", "@haha", "@hello", "@yes", "@no", "@today",
    "@outdoors", "@doverb", "@verb", "@state", "@participle",
)  # fmt: skip
_TELLING: Final = frozenset({"please", "sorry", "want", "need", "like", "know", "think", "help"})
_ENDS: Final = ("ing", "ed", "ly", "er", "est", "s")
_EVERYDAY: Final = ("@stop", "@verb", "@doverb", "@lead")


class Wordbook:
    """Raw tokens as words; remembers those it has met, until names change or they are too many."""

    def __init__(self, lexicon: Lexicon, names: Names, leanings: Leanings | None) -> None:
        self.known: dict[str, tuple[Word, ...]] = {}
        self._lexicon = lexicon
        self._leanings = leanings
        self._names = names
        self._version = names.version
        self._lead = lexicon.classes["@lead"] | lexicon.classes["@hello"]
        names.common = frozenset().union(*(lexicon.classes[c] for c in _EVERYDAY))

    def refresh(self) -> None:
        """Forget words whose meaning may have changed with the names."""
        if self._version != self._names.version or len(self.known) > MOST_KEPT:
            self.known.clear()
            self._version = self._names.version

    def read(self, raw: str) -> tuple[Word, ...]:
        """What a raw token is; remembered if it looks like a word at all."""
        words = self.known.get(raw)
        if words is None:
            words = tuple(self._words(raw))
            if len(raw) <= LONGEST_WORD:
                self.known[raw] = words
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
        every, shape = (*keys, *self._shape(meant, surface)), self._shaped(meant)
        found = stems(text)
        leanings = self._leanings
        return Word(
            text, surface, every, found[0] if found else "", number,
            lexicon.valence.get(meant, 0.0),
            lexicon.has("stop", meant), lexicon.has("verb", meant), self._names.starts(text),
            meant in self._lead, lexicon.has("tail", meant), meant, shape,
            leanings.word(meant, shape, every) if leanings else None,
        )  # fmt: skip

    def _mended(self, low: str) -> tuple[str, bool]:
        """(the word meant, whether it is a name's word)."""
        lexicon = self._lexicon
        if low in lexicon.vocabulary or self._names.starts(low) or not low.isalpha():
            return low, False
        for form in (_LONG_RUN.sub(r"\1\1", low), _LONG_RUN.sub(r"\1", low)):
            if form != low and form in lexicon.slang:
                return lexicon.slang[form][0], False
            if form != low and form in lexicon.vocabulary:
                return form, False
        if len(low) >= SHORTEST:
            slips = [
                word
                for word in self._names.firsts()
                if len(word) >= SHORTEST and word[0] == low[0] and one_slip(low, word)
            ]
            if slips:
                return min(slips), True  # not the first: who came first is not known after a load
        return lexicon.corrected(low) or low, False

    def _shape(self, low: str, surface: str) -> Keys:
        """Keys for a past form, and for what may be a person's name: large, or known to nobody."""
        lexicon = self._lexicon
        if low.endswith("ed") or lexicon.has("participle", low):
            return ("@past",)
        common = low in lexicon.classes["@state"] or lexicon.has("stop", low)
        if common or not surface[:1].isalpha():
            return ()
        if surface[0].isupper() and (len(surface) == 1 or not surface.isupper()):
            return ("@cap",)
        if low not in lexicon.vocabulary and not low.endswith(_ODD_TAILS):
            return ("@odd",)
        return ()

    def _shaped(self, word: str) -> str:
        """The kind of a word: of grammar itself, else its first telling class, else its ending."""
        lexicon = self._lexicon
        if lexicon.has("stop", word) or word in _TELLING:
            return word
        for name in _CLASSES:
            if word in lexicon.classes[name]:
                return name
        for ending in _ENDS:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                return "@" + ending
        return "@noun"


def _integer(word: str, lexicon: Lexicon) -> int | None:
    if word[0].isdigit():
        digits = word.replace(",", "")
        return int(digits) if digits.isdecimal() and len(digits) <= 9 else None
    return lexicon.numbers.get(word)
