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
        worn: how often each text has been taken, by all who share it; the least worn go first.
    """

    __slots__ = ("_bad", "dice", "fill", "worn")

    def __init__(
        self, dice: Dice, fill: Mapping[str, str], forbidden: Iterable[str] = (),
        worn: dict[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.dice, self.fill, self.worn = dice, dict(fill), worn
        words = [re.escape(w.lower()) for w in forbidden]
        self._bad = re.compile(r"\b(?:" + "|".join(words) + r")(?:s|es)?\b") if words else None

    def among(self, fill: Mapping[str, str]) -> Prose:
        """The same person where some words stand for something else."""
        other = Prose.__new__(Prose)
        other.dice, other._bad, other.worn = self.dice, self._bad, self.worn
        other.fill = {**self.fill, **fill}
        return other

    def one(self, purpose: str, options: Sequence[T]) -> T:
        """One of some things, all alike; what may be said before what may not."""
        free = [o for o in options if self.clean(o)] or list(options)
        if self.worn is not None:
            least = min(map(self.wear, free))
            free = [o for o in free if self.wear(o) == least]
        chosen = free[int(self.dice.roll(purpose) * len(free))]
        self.take(chosen)
        return chosen

    def some(self, purpose: str, options: Sequence[T], count: int) -> list[T]:
        """Several, each once, in an order of chance."""
        worn = self.wear if self.worn is not None else (lambda _: 0)
        rolls = [(worn(o), self.dice.roll(f"{purpose}:{i}"), i) for i, o in enumerate(options)]
        order = [options[i] for _, _, i in sorted(rolls)]
        chosen = [o for o in order if self.clean(o)][:count]
        for one in chosen:
            self.take(one)
        return chosen

    def wear(self, option: Any) -> int:
        """How often it was taken: a text, or a row of a table by its tag."""
        return self.worn.get(_key(option), 0) if self.worn is not None else 0

    def take(self, option: Any) -> None:
        """Count that it was taken."""
        key = _key(option)
        if self.worn is not None and key:
            self.worn[key] = self.worn.get(key, 0) + 1

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


def _key(option: Any) -> str:
    if isinstance(option, str):
        return option
    return str(option.get("tag", "")) if isinstance(option, dict) else ""


def _sound(match: re.Match[str]) -> str:
    """The article that the word behind it needs."""
    if not takes_article(match[2]):
        return match[0]
    return f"{match[1]}{article(match[2])[1:]} "
