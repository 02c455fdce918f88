"""The shape of a finished line: its sentences, and where a small thing may be put into it.

Every ``put`` function returns the line with the thing in it, or None where it might do harm. None
is the usual answer: a marker in the wrong place is worse than none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.words.inflect import lowered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LAST_OPENERS: Final = 10  # lines whose first two words are not used again at once
LAST_WORDS: Final = 3  # lines whose first word alone is not used again at once; tuned

_STOPS: Final = re.compile(r"[.!?…]+[\"'”’)]*\s+")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_MARKS: Final = ".,;:!?…\"'”“’"
_SELF: Final = re.compile(r"\b(?:I|me|my)\b")
_LONGEST: Final = 16  # words of a sentence that may still take something at its end; tuned
_EXCLAIMED: Final = 10  # words of a sentence that may still be called out; tuned
_TAGGED: Final = 9  # words of a sentence that may still take a question tag; tuned
_LAST_COMMA: Final = 6  # words behind the last comma, below which nothing more is hung on; tuned


class Manners:
    """The word lists of ``data/style.yaml`` that say where a marker may stand."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.lowerable = frozenset(tree["lowerable"])
        self.interjections = frozenset(tree["interjections"])
        self.opens_clause = frozenset(tree["opens_clause"])
        self.no_tail_after = frozenset(tree["no_tail_after"])
        self.contents: dict[str, str] = dict(tree["contents"])
        self.hedge = _any_of(tree["hedges"])
        self.negation = _any_of(tree["negations"])
        self.tags = tuple(
            (f"{k} ", str(v)) for k, v in sorted(tree["tags"].items(), key=lambda kv: -len(kv[0]))
        )
        after = "|".join(tree["after_adjective"])
        self.emphasis = re.compile(
            rf"\b(is|are|was|were|am|it's|that's|I'm|you're|he's|she's|they're|we're) "
            rf"({'|'.join(tree['adjectives'])})(?=[.,;!]| (?:{after})\b)",
            re.IGNORECASE,
        )


def _any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern for any of the words; one that begins with "n't" may end another word."""
    return re.compile(
        "|".join(
            re.escape(w) + r"\b" if w.startswith("n'") else rf"\b{re.escape(w)}\b" for w in words
        ),
        re.IGNORECASE,
    )


class Shape:
    """One line, looked at once. ``last`` is where its last sentence begins."""

    __slots__ = ("asks_inside", "end", "first", "last", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = text.count(" ") + 1
        self.last = 0
        for match in _STOPS.finditer(text):
            self.last = match.end()
        self.end = text[-1:]
        self.first = _first_word(text, 0)
        self.asks_inside = "?" in text[:-1]

    @property
    def sentence(self) -> str:
        """The last sentence."""
        return self.text[self.last :]


def lead(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """Before the line: "Aye, the forge.", or as its own sentence where the phrase has a stop."""
    first = shape.first
    if shape.asks_inside or shape.end == "?" or not first or first in manners.interjections:
        return None
    if not shape.text[0].isalpha() or _behind_comma(shape) or _echoes(shape.text, phrase):
        return None
    if phrase[-1] in ".!?" and not phrase.endswith("..."):
        return f"{phrase} {shape.text}"
    gap = " " if phrase.endswith("...") else ", "
    if first.startswith("i'") or first == "i":
        return f"{phrase}{gap}{shape.text}"
    if first in manners.lowerable:
        return f"{phrase}{gap}{lowered(shape.text)}"
    if _first_word(phrase, 0) in manners.opens_clause:
        return None
    return f"{phrase} {shape.text}" if gap == " " else f"{phrase}. {shape.text}"


def tail(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """Before the final stop of a statement: "By the north gate, I suppose."""
    sentence = shape.sentence
    if not _plain(shape, sentence) or _first_word(sentence, 0) in manners.no_tail_after:
        return None
    if manners.hedge.search(sentence) or not 4 <= sentence.count(" ") + 1 <= _LONGEST:
        return None
    return f"{shape.text[:-1]}, {phrase}."


def address(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """A name or pet word before the final stop: "You'll want Oswin, love."""
    sentence = shape.sentence
    if shape.text.endswith("...") or shape.end not in ".!?" or sentence.count(" ") > _LONGEST:
        return None
    if shape.asks_inside or not _hangs_free(sentence) or phrase.lower() in shape.text.lower():
        return None
    return f"{shape.text[:-1]}, {phrase}{shape.end}"


def after(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """A sentence of its own behind a statement; never a third one."""
    if shape.last and _STOPS.search(shape.text, 0, shape.last - 1):
        return None
    if not _plain(shape, "") or shape.words > _LONGEST or manners.hedge.search(shape.text):
        return None
    return f"{shape.text} {phrase}"


def exclaim(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """The final stop called out."""
    sentence = shape.sentence
    if not _plain(shape, "") or sentence.count(" ") >= _EXCLAIMED or "!" in shape.text:
        return None
    return None if manners.hedge.search(sentence) else shape.text[:-1] + phrase


def tag(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """A question tag that agrees with the sentence, or the phrase where none does."""
    sentence = shape.sentence
    if not _plain(shape, sentence) or not 3 <= sentence.count(" ") + 1 <= _TAGGED:
        return None
    if manners.negation.search(sentence) or manners.hedge.search(sentence):
        return None
    if _first_word(sentence, 0) in manners.no_tail_after or _SELF.search(sentence):
        return None
    low = sentence.lower()
    for start, agreed in manners.tags:
        if low.startswith(start):
            return f"{shape.text[:-1]}, {agreed}?"
    return f"{shape.text[:-1]}, {phrase}?"


def emphasise(shape: Shape, phrase: str, manners: Manners) -> str | None:
    """A word before the first adjective that stands behind a form of "be"."""
    found = manners.emphasis.search(shape.text)
    if found is None or shape.end == "?":
        return None
    cut = found.start(2)
    return f"{shape.text[:cut]}{phrase} {shape.text[cut:]}"


PUTS: Final[dict[str, Callable[[Shape, str, Manners], str | None]]] = {
    "lead": lead,
    "tail": tail,
    "address": address,
    "after": after,
    "exclaim": exclaim,
    "tag": tag,
    "emphasise": emphasise,
}


def _plain(shape: Shape, sentence: str) -> bool:
    """A line that ends as a statement, asks nothing, and can take something at its end."""
    if shape.end != "." or shape.asks_inside or shape.text.endswith(("...", "..", "!.", "?.")):
        return False
    return not sentence or _hangs_free(sentence)


def _hangs_free(sentence: str) -> bool:
    """No short piece behind a comma at the end already."""
    comma = sentence.rfind(",")
    return comma < 0 or sentence.count(" ", comma) > _LAST_COMMA


def _behind_comma(shape: Shape) -> bool:
    """Whether the line opens with a word and a comma, as "Love, ..." does."""
    comma = shape.text.find(",")
    return 0 < comma < 24 and " " not in shape.text[:comma]


def _echoes(text: str, phrase: str) -> bool:
    """Whether a phrase's own words come again in the line: "Why ask me? Ask me about mud."""
    words = {word.lower() for word in _WORD.findall(text)}
    return any(len(word) > 2 and word.lower() in words for word in _WORD.findall(phrase))


def stands_free(shape: Shape, content: str, place: str, *, closed: bool = False) -> bool:
    """Whether a marker at this place touches the line's content, not what was written around it.

    Nowhere beside it where something stands there already (``closed``): one is enough.
    """
    if place in _ANYWHERE:
        return True
    if closed:
        return False
    low, core = shape.text.lower(), content.lower().rstrip(".!?… ")
    if place == "lead":
        return core not in low or low.startswith(core)
    return low.rstrip(".!?… ").endswith(core)


_ANYWHERE: Final = frozenset({"address", "exclaim", "emphasise"})


def _first_word(text: str, start: int) -> str:
    match = _WORD.match(text, start)
    return match[0].lower().replace("’", "'") if match else ""


@lru_cache(maxsize=2048)
def _head(text: str) -> tuple[tuple[str, ...], str]:
    """The first two words of a line in lower case, and the first without its marks."""
    pair = tuple([word.lower() for word in text.split(None, 2)[:2]])
    return pair, pair[0].strip(_MARKS) if pair else ""


class Openers:
    """How the last lines began."""

    __slots__ = ("firsts", "pairs", "words")

    def __init__(self, recent: Sequence[str]) -> None:
        heads = [_head(text) for text in recent[-LAST_OPENERS:]]
        self.pairs = frozenset([pair for pair, _ in heads])
        self.words = frozenset([first for pair, first in heads if pair])
        self.firsts = frozenset([first for pair, first in heads[-LAST_WORDS:] if pair])

    def clash(self, text: str) -> bool:
        """Whether a text begins as one of the last few did."""
        pair, first = _head(text)
        return pair in self.pairs or first in self.firsts


def shortened(text: str, room: int) -> str:
    """The text cut at the last sentence that fits, or at a word."""
    if len(text) <= room:
        return text
    head = text[:room]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? ", "… "))
    if end > 0:
        return head[: end + 1]
    return head[: max(head[: room - 1].rfind(" "), 0)].rstrip(",;: ") + "…" if room > 1 else head
