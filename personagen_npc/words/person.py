"""Person: a speaker's words turned round, to be said back to him or told of him.

"I will help with my brother's fire" is, to the one who said it, "you will help with your brother's
fire", and to anyone else "he will help with his brother's fire". Word by word with a look at the
neighbours, not by parsing: what is doubtful stays as it was.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from personagen_npc.tables import table
from personagen_npc.words.clause import Clause
from personagen_npc.words.inflect import capitalised

_TOKEN: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|[^A-Za-z]+")
_FIRST, _SECOND, _THIRD = 0, 1, 2
_FIRSTS: Final = frozenset({"i", "we"})
_CONTRACTED: Final = {"'m": "'s", "'ve": "'s", "'d": "'d", "'ll": "'ll"}
_LOOK_BACK: Final = 2  # adverbs allowed between a subject and its verb ("I really never was")


class _Table:
    """``data/person.yaml`` as sets and maps."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.listener: dict[str, str] = dict(tree["to_listener"])
        self.third: dict[str, list[str]] = dict(tree["third"])
        self.verbs: dict[str, list[str]] = dict(tree["verbs"])
        self.adverbs = frozenset(tree["adverbs"])
        self.prepositions = frozenset(tree["prepositions"])
        self.auxiliaries = frozenset(tree["auxiliaries"])
        self.before_subject = frozenset(tree["before_subject"])
        self.clause_verbs = frozenset(tree["clause_verbs"])
        self.after_object = frozenset(tree["after_object"])
        self.unchanging = frozenset(tree["unchanging"])


@cache
def _table() -> _Table:
    return _Table(table("words/data/person.yaml"))


class _Words(Clause):
    """A text as tokens."""

    def subject(self, i: int) -> str:
        """The pronoun that verb ``i`` belongs to: before it, past adverbs, or behind it."""
        adverbs, j = _table().adverbs, i
        for _ in range(_LOOK_BACK + 1):
            word = self.near(j, -1)
            if word not in adverbs:
                break
            j -= 2
        if word in {"i", "we", "you"}:
            return "" if self.near(j - 2, -1) == "and" else word  # "you and I are" stays plural
        after = self.near(i, 1)
        return after if after in {"i", "we", "you"} else ""


def to_listener(text: str) -> str:
    """A player's words as an NPC says them back to him: I is "you", you is "I" or "me"."""
    words = _Words(_TOKEN.findall(text))
    out: list[str] = []
    for i, token in enumerate(words.tokens):
        low = words.low[i]
        new = _turned(words, i, low) if low else token
        out.append(_cased(new, token, first=_starts(out)))
    return "".join(out)


def to_third(text: str, pronoun: str = "they", name: str = "") -> str:
    """A player's words as an NPC reports them to another; the NPC itself is still "I" and "me".

    Args:
        text: what the player said, in his own person.
        pronoun: ``he``, ``she``, ``they`` or ``it`` for the player.
        name: stands for the first subject, so that it is clear who is meant.
    """
    words = _Words(_TOKEN.findall(text))
    out: list[str] = []
    for i, token in enumerate(words.tokens):
        low = words.low[i]
        new = _reported(words, i, pronoun) if low else token
        if name and low in _FIRSTS:
            new, name = name, ""
        out.append(_cased(new, token, first=_starts(out)))
    return "".join(out)


def _turned(words: _Words, i: int, low: str) -> str:
    """One word of ``to_listener``."""
    known = _table()
    if low == "you":
        return _you(words, i)
    if low in known.listener:
        return known.listener[low]
    if low in known.verbs and (subject := words.subject(i)):
        return known.verbs[low][_SECOND if subject in _FIRSTS else _person_of_you(words, i)]
    return words.tokens[i]


def _person_of_you(words: _Words, i: int) -> int:
    """First person for the "you" beside verb ``i``, the NPC, who will say "I" of itself."""
    for step in (-1, 1):
        if words.near(i, step) == "you":
            return _FIRST if _you(words, i + 2 * step) == "I" else _SECOND
    return _FIRST


def _you(words: _Words, i: int) -> str:
    """``I`` where "you" does something, ``me`` where something is done to it."""
    known = _table()
    before, after = words.near(i, -1), words.near(i, 1)
    if before in known.prepositions:
        return "me"
    if not before or before in known.before_subject:
        return "I"
    if before in known.clause_verbs and after and after not in known.after_object:
        return "I"
    return "I" if after in known.auxiliaries or after.endswith("'ll") else "me"


def _reported(words: _Words, i: int, pronoun: str) -> str:
    """One word of ``to_third``."""
    known, low = _table(), words.low[i]
    forms = known.third[pronoun]
    if low in _ROLES:
        return forms[_ROLES[low]]
    head, mark, tail = low.partition("'")
    if head in _FIRSTS and mark:
        return forms[0] + (
            "'re" if pronoun == "they" and tail == "m" else _contracted(tail, pronoun)
        )
    if low == "you":
        return _you(words, i)
    if low in _NPC:
        return _NPC[low]
    return _verb(words, i, pronoun)


_ROLES: Final = {
    "i": 0, "we": 0, "me": 1, "us": 1, "my": 2, "our": 2, "mine": 3, "ours": 3, "myself": 4,
    "ourselves": 4,
}  # fmt: skip
_NPC: Final = {
    "your": "my", "yours": "mine", "yourself": "myself", "you're": "I'm", "you've": "I've",
    "you'd": "I'd", "you'll": "I'll",
}  # fmt: skip


def _contracted(tail: str, pronoun: str) -> str:
    return f"'{tail}" if pronoun == "they" else _CONTRACTED.get(f"'{tail}", f"'{tail}")


def _verb(words: _Words, i: int, pronoun: str) -> str:
    """A verb that belongs to "I" in the third person; any other word as it was."""
    known, low, word = _table(), words.low[i], words.tokens[i]
    be = low in known.verbs and not low.startswith(("have", "do"))
    subject = words.subject(i) if be else _plain_subject(words, i)
    if low in known.verbs and subject:
        if subject == "you":
            return known.verbs[low][_person_of_you(words, i)]
        return known.verbs[low][_SECOND if pronoun == "they" else _THIRD]
    if subject not in _FIRSTS or pronoun == "they":
        return word
    past = low in known.unchanging or low.endswith("ed") or low in known.adverbs
    return word if past else _with_s(word)


def _plain_subject(words: _Words, i: int) -> str:
    """The pronoun right before a verb that is no form of "be"; "am I going" has none."""
    before = words.near(i, -1)
    if before not in _FIRSTS:
        return ""
    asked = words.near(i - 2, -1)
    return "" if asked in _table().verbs or asked in _table().unchanging else before


def _with_s(verb: str) -> str:
    """Third person singular: goes, watches, carries, helps."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in set("aeiou"):
        return verb[:-1] + "ies"
    return verb + "s"


def _starts(out: list[str]) -> bool:
    """Whether the next word begins a sentence."""
    for piece in reversed(out):
        if piece.strip():
            return piece.rstrip(" \"'”’")[-1:] in {".", "!", "?"} and not piece.endswith("...")
    return True


def _cased(new: str, old: str, *, first: bool) -> str:
    """Capital where the old word had one because a sentence began; "I" always has one."""
    return capitalised(new) if first and old[:1].isupper() else new
