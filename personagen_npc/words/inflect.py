"""Inflection: article by sound, plural, possessive, numbers and lists in words.

Rules of English spelling in code, its exceptions in ``data/inflect.yaml``. Nothing here knows what
a word means; a mass noun ("bread") is told apart only where the table has it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_BIG: Final = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"))


class _Table:
    """The exceptions, read once and kept as what ``startswith`` and ``in`` want."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.an_before: tuple[str, ...] = tuple(tree["an_before"])
        self.a_before: tuple[str, ...] = tuple(tree["a_before"])
        self.an_still: tuple[str, ...] = tuple(tree["an_still"])
        self.not_nouns: frozenset[str] = frozenset(tree["not_nouns"])
        self.determined: frozenset[str] = frozenset(tree["determined"])
        self.plurals: dict[str, str] = dict(tree["plurals"])


@cache
def _table() -> _Table:
    return _Table(table("words/data/inflect.yaml"))


def article(word: str) -> str:
    """``a`` or ``an``, by how the word sounds: "an hour", "a unicorn", "an axe"."""
    low = word.lower()
    known = _table()
    if low.startswith(known.an_before):
        return "an"
    if low.startswith(known.a_before) and not low.startswith(known.an_still):
        return "a"
    return "an" if low[:1] in {"a", "e", "i", "o", "u"} else "a"


def takes_article(word: str) -> bool:
    """False for small words such as "is", before which "a" can only be a letter."""
    return word.lower() not in _table().not_nouns


def is_determined(phrase: str) -> bool:
    """Whether a noun phrase brings its own article, possessive or number ("the mill")."""
    head = phrase.split(" ", 1)[0].lower()
    return head in _table().determined or head[:1].isdigit() or head.endswith(("'s", "s'"))


def with_article(phrase: str) -> str:
    """The phrase with "a" or "an"; unchanged where it needs none ("the mill", "my axe")."""
    return phrase if not phrase or is_determined(phrase) else f"{article(phrase)} {phrase}"


def with_the(phrase: str) -> str:
    """The phrase with "the" in front; "a kettle" becomes "the kettle", "my axe" stays."""
    for lead in ("a ", "an "):
        if phrase.startswith(lead):
            return f"the {phrase[len(lead) :]}"
    return phrase if not phrase or is_determined(phrase) else f"the {phrase}"


def plural(phrase: str) -> str:
    """Plural of a noun phrase, made on its head noun: "jar of honey" to "jars of honey"."""
    head, of, rest = phrase.partition(" of ")
    before, _, noun = head.rpartition(" ")
    made = _plural_word(noun)
    return f"{before} {made}{of}{rest}" if before else f"{made}{of}{rest}"


def _plural_word(noun: str) -> str:
    low = noun.lower()
    known = _table().plurals.get(low)
    if known is not None:
        return known.capitalize() if noun[:1].isupper() else known
    if low.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if low.endswith("y") and low[-2:-1] not in {"a", "e", "i", "o", "u", ""}:
        return noun[:-1] + "ies"
    if low.endswith("man") and len(low) > 4 and not low.endswith(("human", "roman", "shaman")):
        return noun[:-2] + "en"
    return noun + "s" if noun else noun


def possessive(phrase: str) -> str:
    """Mara's, James's; a plural in -s takes the apostrophe alone ("the Kettles'")."""
    if not phrase:
        return phrase
    if not phrase.endswith(("s", "S")):
        return phrase + "'s"
    one_name = " " not in phrase and phrase[:1].isupper()
    return phrase + ("'s" if one_name else "'")


def capitalised(text: str) -> str:
    """Capital first letter, past an opening quote or dots; the rest as it was."""
    return _first_letter(text, upper=True)


def lowered(text: str) -> str:
    """Small first letter, save in "I" and words in capitals."""
    head = text.split(" ", 1)[0]
    if head in {"I", "I'm", "I'd", "I'll", "I've"} or (len(head) > 1 and head.isupper()):
        return text
    return _first_letter(text, upper=False)


def _first_letter(text: str, *, upper: bool) -> str:
    for i, char in enumerate(text):
        if char.isalpha():
            return text[:i] + (char.upper() if upper else char.lower()) + text[i + 1 :]
        if char.isdigit():
            break
    return text


def number_in_words(number: int) -> str:
    """A whole number as people say it: 40 "forty", 105 "one hundred and five", -2 "minus two"."""
    if number < 0:
        return f"minus {number_in_words(-number)}"
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{_TENS[tens]}-{_UNITS[rest]}" if rest else _TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return _joined(f"{_UNITS[hundreds]} hundred", rest, " and ")
    for size, name in _BIG:
        if number >= size:
            many, rest = divmod(number, size)
            return _joined(f"{number_in_words(many)} {name}", rest, " and " if rest < 100 else " ")
    raise AssertionError(number)


def _joined(head: str, rest: int, link: str) -> str:
    return f"{head}{link}{number_in_words(rest)}" if rest else head


def list_in_words(parts: Sequence[str], link: str = "and") -> str:
    """``a, b and c``; empty for nothing."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    return f"{', '.join(parts[:-1])} {link} {parts[-1]}"
