"""Stated: the statement that a line makes, if it makes one that can be held against somebody.

Only what is plain: somebody did something, somebody is from somewhere, of a trade, of a name. What
is asked, supposed or only passed on is no statement of the speaker's.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.statements.statement import NOT, Statement, relations
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.reading.names import Found, Names

LONGEST: Final = 4  # words of an object that has no name, [D]
MARRIED: Final = "married"


class _Words:
    """``data/claims.yaml`` as sets."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.phrases = sorted(
            ((tuple(p.split()), kind) for kind, ps in tree["self"].items() for p in ps),
            key=lambda row: (-len(row[0]), row[0]),
        )
        self.contracted: dict[str, list[str]] = dict(tree["contracted"])
        for name in ("adverbs", "denials", "trades", "stops", "articles", "passive", "cleft",
                     "did", "it", "hedges"):  # fmt: skip
            setattr(self, name, frozenset(tree[name]))

    adverbs: frozenset[str]
    denials: frozenset[str]
    trades: frozenset[str]
    stops: frozenset[str]
    articles: frozenset[str]
    passive: frozenset[str]
    cleft: frozenset[str]
    did: frozenset[str]
    it: frozenset[str]
    hedges: frozenset[str]


@cache
def _words() -> _Words:
    return _Words(table("mind/data/claims.yaml"))


TRADES: Final[frozenset[str]] = frozenset(table("mind/data/claims.yaml")["trades"])


def of_self(text: str, who: str, names: Names | None = None) -> Statement | None:
    """What a speaker says of himself in a sentence: where from, of what trade, married or not.

    ``names`` turns a place's name into its id.
    """
    known, said = _words(), _spread(text)
    if "i" not in said:
        return None
    at = said.index("i") + 1
    denied = False
    while at < len(said) and (said[at] in known.adverbs or said[at] in known.denials):
        denied |= said[at] in known.denials
        at += 1
    for phrase, kind in known.phrases:
        end, no = _matches(said, at, phrase)
        if end:
            return _said_of(who, kind, said[end:], denied or no, names)
    named = _NAMED_FROM.search(text)
    return _said_of(who, "comes_from", _spread(named[1]), False, names) if named else None


def all_of_self(text: str, who: str, names: Names | None = None) -> list[Statement]:
    """All that a speaker says of himself, sentence by sentence, one of each relation."""
    found = [of_self(part, who, names) for part in (text, *_PARTS.split(text)) if part]
    kept: dict[str, Statement] = {}
    for said in found:
        if said is not None:
            kept.setdefault(said.relation, said)
    return [*kept.values()]


_PARTS: Final = re.compile(r"[.!?;]+\s*|,\s*(?:and )?(?=I['\u2019 ])")
# "I'm Ash, from Harrow": the place stands behind a name, both with a capital
_NAMED_FROM: Final = re.compile(
    r"\bI(?:['\u2019]m| am) [A-Z][\w'-]*(?: [A-Z][\w'-]*)?,? (?:from|of) ((?:the )?[A-Z].*)"
)


def _matches(said: Sequence[str], at: int, phrase: tuple[str, ...]) -> tuple[int, bool]:
    """(end, denied) of a phrase that begins at a word; 0 if it does not. "am not from" is one."""
    known, i, denied = _words(), at, False
    for k, word in enumerate(phrase):
        while k and i < len(said) and said[i] != word and said[i] in known.denials | known.adverbs:
            denied |= said[i] in known.denials
            i += 1
        if i >= len(said) or said[i] != word:
            return 0, False
        i += 1
    return i, denied


def _said_of(
    who: str, kind: str, rest: Sequence[str], denied: bool, names: Names | None
) -> Statement | None:
    sign = NOT if denied else ""
    if kind in {"married", "single"}:
        single = (kind == "single") != denied
        return Statement(who, f"{NOT if single else ''}{MARRIED}", "yes")
    if kind == "works":
        trade = next((w for w in rest[:3] if w in _words().trades), "")
        return Statement(who, f"{sign}trade", trade) if trade else None
    if kind == "deals":  # whoever trades in rope is a rope trader
        ware = next((w for w in rest[:2] if w not in _words().articles | _words().stops), "")
        return Statement(who, f"{sign}trade", f"{ware} trader") if ware else None
    place = _object(rest, names)
    return Statement(who, f"{sign}{kind}", place) if place else None


def _object(rest: Sequence[str], names: Names | None) -> str:
    """An object as an id if it has one, else its words without an article."""
    known = _words()
    words: list[str] = []
    for word in rest:
        if word in known.stops or len(words) == LONGEST:
            break
        if word not in known.adverbs:
            words.append(word)
    found = names.find(words) if names is not None else []
    if found and found[0].start <= 1:
        return found[0].id
    if words and words[0] in known.articles:
        words = words[1:]
    return " ".join(words)


def of_world(text: str, names: Names, deed: Statement | None = None) -> Statement | None:
    """What a sentence says of two that have names: who did what, and to what.

    ``deed``: what was last talked of, which "Rafe did it" is about.
    """
    known, said = _words(), _spread(text)
    if not known.hedges.isdisjoint(said):
        return None
    found = names.find(said)
    if not found:
        return None
    sign = NOT if not known.denials.isdisjoint(said) else ""
    for i, word in enumerate(said):
        if any(f.start <= i < f.end for f in found):
            continue
        if deed is not None and word in known.did and said[i + 1 : i + 2] and (
            said[i + 1] in known.it and found[0].end <= i
        ):  # fmt: skip
            return Statement(deed.subject, sign + deed.relation, found[0].id)
        relation = relations().verbs.get(stem(word))
        if relation is not None:
            return _deed(said, i, found, relation, sign)
    return None


def _deed(
    said: Sequence[str], verb: int, found: Sequence[Found], relation: str, sign: str
) -> Statement | None:
    """Somebody did something to something, by the order of the names and a "by"."""
    before = [f for f in found if f.end <= verb]
    after = [f for f in found if f.start > verb]
    passive = any(w in _words().passive for w in said[max(0, verb - 2) : verb])
    if passive and before and after and "by" in said[verb : after[-1].start]:
        doer, done = after[-1], before[-1]
    elif before and after and not passive:
        doer, done = before[-1], after[0]
        if said[done.end - 1].endswith("'s"):  # something of his: which, if it has a name
            done = after[1] if len(after) > 1 else doer
    else:
        return None
    return Statement(done.id, sign + relation, doer.id) if doer.id != done.id else None


def _spread(text: str) -> list[str]:
    """Words in small letters, contractions taken apart, plurals of possession as written."""
    known, out = _words(), list[str]()
    for word in tokens(text):
        out += known.contracted.get(word, (word,))
    return out


def trade_in(text: str) -> str:
    """The first trade that a text names, "" if none."""
    return next((w for w in tokens(text) if w in _words().trades), "")
