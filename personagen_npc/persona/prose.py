"""Prose: a table's text made one person's own: choices taken, words filled in, grammar set.

``[a|b]`` takes one, ``<word>`` fills in, ``<Word>`` with a capital. What a world forbids is not
taken where there is another choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from personagen_npc.words.inflect import article, capitalised, takes_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.dice import Dice

T = TypeVar("T")
_CHOICE: Final = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT: Final = re.compile(r"<(\w+)>")
_ARTICLE: Final = re.compile(r"\b([Aa])n? (?=([A-Za-z]+))")
_BEGINS: Final = re.compile(r"(?<=[.!?] )[a-z]")
_ROUNDS: Final = 4  # a slot may hold a slot, and a choice a choice


class Prose:
    """Texts for one person.

    Args:
        dice: whose choices these are.
        fill: what ``<word>`` stands for.
        forbidden: words that may not be said.
    """

    __slots__ = ("_bad", "dice", "fill")

    def __init__(self, dice: Dice, fill: Mapping[str, str], forbidden: Iterable[str] = ()) -> None:
        self.dice, self.fill = dice, dict(fill)
        words = [re.escape(w.lower()) for w in forbidden]
        self._bad = re.compile(r"\b(?:" + "|".join(words) + r")\b") if words else None

    def among(self, fill: Mapping[str, str]) -> Prose:
        """The same person where some words stand for something else."""
        other = Prose.__new__(Prose)
        other.dice, other._bad, other.fill = self.dice, self._bad, {**self.fill, **fill}
        return other

    def one(self, purpose: str, options: Sequence[T]) -> T:
        """One of some things, all alike; what may be said before what may not."""
        free = [o for o in options if self.clean(o)] or list(options)
        return free[int(self.dice.roll(purpose) * len(free))]

    def some(self, purpose: str, options: Sequence[T], count: int) -> list[T]:
        """Several, each once, in an order of chance."""
        rolls = [(self.dice.roll(f"{purpose}:{i}"), i) for i in range(len(options))]
        order = [options[i] for _, i in sorted(rolls)]
        return [o for o in order if self.clean(o)][:count]

    def clean(self, text: Any) -> bool:
        """Whether nothing in it is forbidden."""
        return self._bad is None or not self._bad.search(str(text).lower().replace("_", " "))

    def line(self, purpose: str, options: Sequence[str]) -> str:
        """One of some texts as it is said: articles by sound, sentences with capitals."""
        text = self.phrase(purpose, options)
        text = _BEGINS.sub(lambda m: m[0].upper(), text)
        return text if text.startswith("{") else capitalised(text)

    def phrase(self, purpose: str, options: Sequence[str]) -> str:
        """The same for a part of a sentence."""
        text = self.one(purpose, options)
        for k in range(_ROUNDS):
            if "[" not in text and "<" not in text:
                break
            text = self._chosen(text, f"{purpose}.{k}")
            text = _SLOT.sub(self._put, text)
        return _ARTICLE.sub(_sound, text)

    def _chosen(self, text: str, purpose: str) -> str:
        count = iter(range(text.count("[")))
        return _CHOICE.sub(lambda m: self.one(f"{purpose}[{next(count)}", m[1].split("|")), text)

    def _put(self, match: re.Match[str]) -> str:
        word = match[1]
        if word in self.fill:
            return self.fill[word]
        return capitalised(self.fill[word[:1].lower() + word[1:]])


def _sound(match: re.Match[str]) -> str:
    """The article that the word behind it needs."""
    if not takes_article(match[2]):
        return match[0]
    return f"{match[1]}{article(match[2])[1:]} "
