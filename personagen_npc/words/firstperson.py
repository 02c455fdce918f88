"""First person: what was written of somebody, as that one says it: "I sell bread" for "Edda sells".

Word by word with a look at the neighbours, as in ``person``. What is doubtful is not turned at all:
a sentence half turned is worse than one that speaks of oneself by name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from personagen_npc.tables import table
from personagen_npc.words.clause import Clause
from personagen_npc.words.inflect import capitalised
from personagen_npc.words.verbs import agreed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FORMS: Final = {
    "he": {"he": "I", "him": "me", "his": "my", "himself": "myself", "he's": "I'm"},
    "she": {"she": "I", "her": "my", "hers": "mine", "herself": "myself", "she's": "I'm"},
}
_SPLIT: Final = re.compile(r"(?<=[.!?])\s+")
_BUT: Final = re.compile(
    r"\b(?:nobody|none|no one|all|any\w+|every\w+|nothing) (?:but|except)\b", re.IGNORECASE
)


def to_first(
    text: str, names: Iterable[str], pronoun: str, others: Sequence[str] = ()
) -> str | None:
    """The text as said by the one it is about; None where it is not sure how.

    Args:
        text: whole sentences in the third person.
        names: every name of the speaker.
        pronoun: ``he`` or ``she``; of anybody else only sentences without pronouns can be turned.
        others: names that hold one of the speaker's ("Edda's Ford"), and those of other people.
    """
    if any(mark in text for mark in '"“”') or " who " in text or " whose " in text:
        return None
    if _BUT.search(text):
        return None
    called = sorted((n for n in names if n), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w'’])(?:{'|'.join(map(re.escape, called))})(?!\w)")
    if not pattern.search(text) or any(o in text and pattern.search(o) for o in others):
        return None
    shared = any(o in text and re.search(rf"(?<!\w){re.escape(o)}(?!\w)", text) for o in others)
    doubt = shared or pronoun not in _FORMS or not _list(pronoun).isdisjoint(text.lower().split())
    marked = pattern.sub("\x00", text)
    out = _turned(marked, _FORMS.get(pronoun, {}), doubtful=doubt)
    return None if out is None else " ".join(capitalised(s) for s in _SPLIT.split(out))


_TOKEN: Final = re.compile(r"\x00(?:['’]s)?|[A-Za-z]+(?:['’-][A-Za-z]+)*|[^A-Za-z\x00]+")


def _turned(text: str, forms: Mapping[str, str], *, doubtful: bool) -> str | None:
    words = _Words(_TOKEN.findall(text))
    out, verb = list(words.tokens), False  # verb: the next word is what "I" does
    for i, word in enumerate(words.low):
        if verb and word and word not in forms and not word.startswith("\x00"):
            if word not in _list("adverbs"):
                out[i], verb = agreed(out[i], 1), False
        elif words.goes_on(i):
            out[i] = agreed(out[i], 1)  # "bakes bread and sells it"
        elif word in forms or word.startswith("\x00") or (word in _list("others") and not forms):
            new = words.named(i) if word not in forms else None if doubtful else words.own(i, forms)
            if new is None or (new == "I" and words.near(i, 1) == "and"):
                return None  # of "Edda and her brother run it" who goes first is not ours to say
            out[i], verb = new, new == "I"
    return "".join(out)


class _Words(Clause):
    """A text as tokens; a name of the speaker is NUL, with or without its 's."""

    def goes_on(self, i: int) -> bool:
        """Whether a second verb of the same subject stands here: "and sells it"."""
        word = self.low[i]
        joined = word.endswith("s") and self.near(i, -1) in {"and", "but", "or"}
        return joined and self.near(i, 1) in _list("determiners")

    def own(self, i: int, forms: Mapping[str, str]) -> str:
        """What stands for a pronoun."""
        word = self.low[i]
        return "me" if word == "her" and self._is_object(self.near(i, 1)) else forms[word]

    def _is_object(self, after: str) -> bool:
        return not after or after in _list("after_object") or after in _list("prepositions")

    def named(self, i: int) -> str | None:
        """What stands for the name: I, me, my, or a short form of it."""
        word, before, after = self.low[i], self.near(i, -1), self.near(i, 1)
        beside = {before[:1], after[:1]}
        if word in _list("others") or "\x00" in beside or before in _list("determiners"):
            return None  # "the guard Garrick", "the guard"
        if word != "\x00":
            return self._short(i, before, after)
        if not before:
            return "I" if after or not i else None  # behind a comma: "a daughter, Wick."
        if before == "and":
            return "I" if self._joins(i) else None
        if before in _list("before_subject"):
            return "I"
        return "me"

    def _short(self, i: int, before: str, after: str) -> str | None:
        """For "Edda's": I'm, I've or my."""
        if after in _list("short"):
            return None if before else "I've" if after in {"been", "got", "had"} else "I'm"
        following = self.tokens[i + 2] if i + 2 < len(self.tokens) else ""
        return None if following[:1].isupper() else "my"

    def _joins(self, i: int) -> bool:
        """Whether "and" before a name begins a clause, or joins two at the very beginning."""
        before = [j for j in range(i) if self.low[j]]
        return len(before) <= 3 or self.tokens[before[-1] - 1].strip() == ","


@cache
def _list(name: str) -> frozenset[str]:
    """A list of words of ``data/person.yaml``."""
    lists: dict[str, list[str]] = table("words/data/person.yaml")
    return frozenset(lists[name])
