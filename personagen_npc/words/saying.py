"""Saying: a statement of three parts as a sentence, in the person of who speaks and who listens.

"{subject} {owes} {object} a debt." is "I owe Zu a debt." and "You owe me a debt.": a word in braces
that is no part is a verb as it follows "he", and is made to agree. Of a relation without a
template, its own words say what it is, as far as words can.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.tables import table
from personagen_npc.words.inflect import (
    capitalised,
    list_in_words,
    number_in_words,
    plural,
    possessive,
    with_article,
    with_the,
)
from personagen_npc.words.verbs import agreed, with_s

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PART: Final = re.compile(r"\{([A-Za-z']+)((?:\.[a-z]+)*)\}")
_NUMBER: Final = re.compile(r"(?<![\w.,-])\d{1,12}(?![\w,-]|\.\d)")
_NAMED: Final = {
    "a": with_article, "the": with_the, "plural": plural, "poss": possessive, "cap": capitalised,
}  # fmt: skip
_SUBJECTS: Final = {1: "I", 2: "you"}
_OBJECTS: Final = {1: "me", 2: "you"}
_OWN: Final = {1: "my", 2: "your"}
_SELVES: Final = {1: "myself", 2: "yourself"}


class Party(NamedTuple):
    """One who is spoken of: by name (3), the speaker (1), or the one spoken to (2)."""

    name: str
    person: int = 3
    many: bool = False


def said(template: str, subject: Party, objects: Sequence[Party]) -> str:
    """A sentence of a template, one subject and one or several objects."""

    def part(match: re.Match[str]) -> str:
        name, mods = match[1], match[2].split(".")[1:]
        if name == "subject":
            return _worded(subject, _SUBJECTS, mods)
        if name == "object":
            if objects[0].person == subject.person < 3:
                return _SELVES[subject.person]
            return list_in_words([_worded(one, _OBJECTS, mods) for one in objects])
        return agreed(name, subject.person, plural=subject.many)

    text = capitalised(_PART.sub(part, template))
    return text if text[-1:] in ".!?…" else f"{text}."


def _worded(party: Party, pronouns: Mapping[int, str], mods: Sequence[str]) -> str:
    if party.person in pronouns:
        return _OWN[party.person] if "poss" in mods else pronouns[party.person]
    text = party.name
    for mod in mods:
        text = _NAMED[mod](text)
    return text


def in_numbers(text: str) -> str:
    """Whole numbers that stand for themselves, in words: "40 stamps" is "forty stamps"."""
    return _NUMBER.sub(lambda match: number_in_words(int(match[0])), text)


def is_many(name: str) -> bool:
    """Whether a name takes a plural verb: "the guards", "Bo and Cy", not "James" or "the glass"."""
    last = name.rsplit(" ", 1)[-1].lower()
    listed = " and " in name
    return listed or (
        name.lower().startswith("the ")
        and last.endswith("s")
        and last[-2:] not in {"ss", "us", "is"}
    )


@cache
def _lists() -> dict[str, frozenset[str]]:
    tree = table("words/data/verbs.yaml")
    return {k: frozenset(v) for k, v in tree.items() if k != "agree"}


@cache
def worded(relation: str) -> str:
    """A template for a relation that has none, from its own words."""
    words = relation.lower().replace("-", "_").strip("_").split("_")
    lead = []
    while len(words) > 1 and words[0] in _lists()["adverbs"]:
        lead.append(words.pop(0))
    before = "".join(f"{word} " for word in lead)
    for fits, make in _WAYS:
        if fits(words):
            return f"{{subject}} {make(words, before)} {{object}}."
    return f"{{subject.poss}} {before}{' '.join(words)} {{is}} {{object}}.".replace("{is}", "is")


def _is_done(word: str) -> bool:
    return word in _lists()["done"] or (word.endswith("ed") and len(word) > 4)


def _is_third(word: str) -> bool:
    return word.endswith("s") and word[-2:] not in {"ss", "us", "is"} and len(word) > 3


def _to_be(words: Sequence[str], before: str) -> str:
    """As in "is sworn to", "is afraid of", "is a child of"."""
    text = " ".join(words)
    return f"{{is}} {before}{text if _bare(words) else with_article(text)}"


def _bare(words: Sequence[str]) -> bool:
    """Whether no article belongs before words that end in "of", "to" and the like."""
    return _is_done(words[0]) or words[0] in _lists()["states"] or words[-1] != "of"


def _verb_first(words: Sequence[str], before: str) -> str:
    verb = words[0] if _is_third(words[0]) or words[0] in {"is", "was", "has", "does"} else (
        with_s(words[0])
    )  # fmt: skip
    return " ".join([f"{before}{{{verb}}}", *words[1:]])


# the first that fits a relation's words makes what stands between subject and object
_WAYS: Final[tuple[tuple[Callable[[list[str]], bool], Callable[[list[str], str], str]], ...]] = (
    (lambda w: w[0] in _lists()["modals"], lambda w, before: f"{w[0]} {before}{' '.join(w[1:])}"),
    (lambda w: w[0] in {"is", "was"} and len(w) > 1 and w[-1] in _lists()["links"],
     lambda w, before: _to_be(w[1:], before).replace("{is}", f"{{{w[0]}}}")),
    (lambda w: w[0] in {"is", "was", "has", "does"}, _verb_first),
    (lambda w: _is_third(w[0]) and w[0] not in _lists()["states"], _verb_first),
    (lambda w: w[0] in _lists()["plain"] and (len(w) == 1 or w[-1] in _lists()["links"]),
     _verb_first),
    (lambda w: w[-1] in _lists()["links"], _to_be),
    (lambda w: len(w) == 1 and (w[0] in _lists()["past"] or _is_done(w[0])),
     lambda w, before: f"{before}{w[0]}"),
)  # fmt: skip
