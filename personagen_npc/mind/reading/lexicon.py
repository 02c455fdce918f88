"""The perception lexicon, compiled from its data file: words, classes, spelling, phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.errors import BadField
from personagen_npc.events import INTENTS
from personagen_npc.mind.reading.phrases import Pattern, Phrasebook, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ELLIPSIS: Final = "ellipsis"  # a pattern's intent that means: the last question again
SHORTEST: Final = 5  # letters a word needs before its spelling is mended; shorter ones are slang

# classes that the perceiver gives to words by what it finds in the line
DYNAMIC: Final = frozenset({
    "@num", "@person", "@player", "@npc", "@place", "@faction", "@thing", "@name", "@cap", "@odd",
    "@past",
})  # fmt: skip

SMALL: Final = ("@det", "@prep", "@conj", "@wh", "@aux", "@pron", "@obj")


class Lexicon:
    """All that the perceiver knows of English, from one data tree."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Compile the tree of ``data/intents.yaml``. Raises BadField naming the entry."""
        self.classes = _classes(data["classes"])
        self.slang = {str(k): tuple(str(v).split()) for k, v in data["slang"].items()}
        self.spelt = frozenset(str(data["spelt"]).split())
        self.numbers = {str(k): int(v) for k, v in data["numbers"].items()}
        self.valence = {
            word: float(value)
            for value, words in data["valence"].items()
            for word in str(words).split()
        }
        self.tone = _floats(data["tone"])
        self.lightness = _floats(data["lightness"])
        self.asked_less = _floats(data["asked_less"])
        self.dear = _floats(data["dear"])
        self.becomes: dict[str, dict[str, str]] = dict(data["becomes"])
        self.focus: dict[str, str] = dict(data["focus"])
        self.wordless = {str(k): str(v) for k, v in data["wordless"].items()}
        self.shift = {str(k): str(v) for k, v in data["shift"].items()}
        self.book = Phrasebook(list(self._patterns(data["patterns"], _floats(data["strengths"]))))
        self.by_word = _by_word(self.classes, self.book.keys)
        self.vocabulary = self._vocabulary()
        self._slips = _slips(sorted(w for w in self.vocabulary if len(w) >= SHORTEST))

    def _patterns(
        self, data: Mapping[str, Mapping[str, str]], strengths: Mapping[str, float]
    ) -> Iterator[Pattern]:
        for intent, groups in data.items():
            field = f"patterns.{intent}"
            if intent not in INTENTS and intent != ELLIPSIS:
                raise BadField("unknown intent", field=field, got=intent, allowed=INTENTS)
            for group, lines in groups.items():
                name, _, when = group.partition(" when ")
                if name not in strengths:
                    allowed = list(strengths)
                    raise BadField("unknown strength", field=field, got=name, allowed=allowed)
                for line in lines.splitlines():
                    pattern = parse(line, intent, strengths[name], when)
                    yield from self._weighed(self._checked(pattern, field, line), strengths)

    def _checked(self, pattern: Pattern, field: str, line: str) -> Pattern:
        for element in pattern.elements:
            for key in element.keys:
                if key[0] == "@" and key not in self.classes and key not in DYNAMIC:
                    allowed = sorted(self.classes)
                    raise BadField(
                        f"unknown class in {line!r}", field=field, got=key, allowed=allowed
                    )
        return pattern

    def _weighed(self, pattern: Pattern, strengths: Mapping[str, float]) -> Iterator[Pattern]:
        """The pattern; if small words alone would fulfil it, that proves no more than "fair"."""
        intent, weight, when, _ = pattern.proof
        strong = weight >= strengths["sure"] and not when and intent != ELLIPSIS
        needed = [i for i, e in enumerate(pattern.elements) if e.keys and not e.optional]
        small = [frozenset(filter(self._small, pattern.elements[i].keys)) for i in needed]
        mixed = [
            (i, s) for i, s in zip(needed, small, strict=True) if s != pattern.elements[i].keys
        ]
        if not strong or (pattern.opens and pattern.closes) or not mixed or not all(small):
            yield pattern
            return
        weak = list(pattern.elements)
        for i, keys in mixed:
            weak[i] = weak[i]._replace(keys=keys)
            telling = list(pattern.elements)
            telling[i] = telling[i]._replace(keys=telling[i].keys - keys)
            yield pattern._replace(elements=tuple(telling))
        proof = pattern.proof._replace(weight=strengths["fair"])
        yield pattern._replace(proof=proof, elements=tuple(weak))

    def _small(self, key: str) -> bool:
        """Whether a pattern's key is a word of grammar, or a class of such words."""
        if key[0] != "@":
            return any(key in self.classes[c] for c in SMALL)
        return key not in DYNAMIC and all(map(self._small, self.classes[key]))

    def _vocabulary(self) -> frozenset[str]:
        words = {k for k in self.book.keys if k[:1].isalpha()}
        words.update(*self.classes.values(), self.numbers, self.valence, self.slang)
        return frozenset(words)

    def has(self, name: str, word: str) -> bool:
        """Whether the word is in class ``@name``."""
        return word in self.classes["@" + name]

    def corrected(self, word: str) -> str:
        """The known word one slip away (letter lost, doubled, wrong or swapped), or ``""``."""
        if len(word) < SHORTEST - 1 or word in self.spelt:
            return ""
        for form in (word, *_shorter(word)):
            for known in self._slips.get(form, ()):
                if known[0] == word[0] and one_slip(word, known):
                    return known
        return ""


def _floats(data: Mapping[str, Any]) -> dict[str, float]:
    return {str(k): float(v) for k, v in data.items()}


def _classes(data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Word classes; a class may take in another one with ``@other`` if that stands before it."""
    out: dict[str, frozenset[str]] = {}
    for name, words in data.items():
        members: set[str] = set()
        for word in str(words).split():
            members |= out[word] if word[0] == "@" else {word}
        out["@" + str(name)] = frozenset(members)
    return out


def _by_word(
    classes: Mapping[str, frozenset[str]], used: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Pattern keys of each known word: itself and its classes, where some pattern uses them."""
    out: dict[str, list[str]] = {w: [w] for w in sorted(used) if w[0] != "@"}
    for name, words in classes.items():
        if name in used:
            for word in sorted(words):
                out.setdefault(word, []).append(name)
    return {word: tuple(keys) for word, keys in out.items()}


def _shorter(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _slips(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Known words by each form with one letter left out (symmetric-delete spelling)."""
    out: dict[str, dict[str, None]] = {}
    for word in words:
        for form in (word, *_shorter(word)):
            out.setdefault(form, {})[word] = None
    return {form: tuple(bucket) for form, bucket in out.items()}


def one_slip(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes a into b."""
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    if len(a) > len(b):
        return a[i + 1 :] == b[i:]
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]
