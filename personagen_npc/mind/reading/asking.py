"""Asking: whether a sentence is a question by its form, whatever its words are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from personagen_npc.mind.reading.hearing import Sentence

_TABLE: Final[dict[str, Any]] = table("mind/data/interrogatives.yaml")
_WORDS: Final = frozenset(_TABLE["words"])
_AUX: Final = frozenset(_TABLE["auxiliaries"])
_SUBJECTS: Final = frozenset(_TABLE["subjects"])
_PRONOUNS: Final = frozenset(_TABLE["pronouns"])
_LEADS: Final = frozenset(_TABLE["leads"])
_TAGS: Final = frozenset(_TABLE["tags"])
_BARE: Final = frozenset(_TABLE["bare"])
_BEGUN: Final = frozenset(p.split()[0] for p in _TABLE["begun"])
_RUNS: Final = tuple(tuple(p.split()) for p in _TABLE["begun"])
_BESIDE: Final = frozenset(_TABLE["beside"])
_SURE: Final = frozenset(_TABLE["sure"])
_BARELY: Final = frozenset(_TABLE["barely"])
_ORDERS: Final = frozenset(_TABLE["orders"])
_EXCLAIMED: Final = frozenset({"a", "an"})  # "what a day it is"
_BRIEF: Final = 6  # words of a line that asks without a verb and without a mark, [D]
_REACH: Final = 3  # words between one that asks and the verb before its subject: "how much salt do"

WORD, TURNED, TAG, BEGUN, MARK = "?word", "?turned", "?tag", "?begun", "?mark"
OUTRIGHT: Final = frozenset({WORD, TURNED, BEGUN})
UNASKED: Final[dict[str, float]] = _TABLE["unasked"]  # what such a sentence hardly does
UNPROVEN: Final[dict[str, float]] = _TABLE["unproven"]  # what it does where phrases say so


def asks(s: Sentence) -> str:
    """How a sentence asks: by a word, turned round, by a tag, by a beginning, by its mark alone."""
    said = [w.text for w in s.words]
    named = {f.start for f in s.found if f is not s.addressed}
    return form(said, s.breaks, named, s.asks)


def form(said: Sequence[str], breaks: Collection[int], named: Collection[int], mark: bool) -> str:
    """The same of words; ``breaks`` are where clauses begin, ``named`` where names do."""
    starts = [_begins(said, b) for b in (0, *sorted(b for b in breaks if 0 < b < len(said)))]
    for at in starts:
        if _word(said, at, named, mark):
            return WORD
    if any(_turned(said, at, named, mark) for at in starts):
        return TURNED
    if any(w in _WORDS and _within(said, i, named) for i, w in enumerate(said)):
        return WORD
    if _tagged(said, mark, breaks):
        return TAG
    if any(w in _BEGUN and _run(said, i) for i, w in enumerate(said)):
        return BEGUN
    return MARK if mark else ""


def _begins(said: Sequence[str], at: int) -> int:
    """The first word of a clause that is no mere opener: "so", "and", "well"."""
    while at < len(said) - 1 and said[at] in _LEADS:
        at += 1
    return at


def _word(said: Sequence[str], at: int, named: Collection[int], mark: bool) -> bool:
    if at >= len(said) or said[at] not in _WORDS:
        return False
    word, after = said[at], said[at + 1 : at + 2]
    if word == "when":
        return _verb_first(said, at + 1, named)
    if mark or (word in _SURE and at == 0):
        return True
    return bool(after) and (after[0] in _AUX or after[0] == "'s" or _late(said, at + 1, named))


def _within(said: Sequence[str], at: int, named: Collection[int]) -> bool:
    """Whether a question begins in the midst of a clause; "the one who did it" asks nothing."""
    if said[at] != "who":
        return _verb_first(said, at + 1, named)
    after = said[at + 1 : at + 3]
    return len(after) > 1 and after[0] in _AUX and after[1] in _PRONOUNS and after[1] != "it"


def _late(said: Sequence[str], at: int, named: Collection[int]) -> bool:
    """Whether a verb before its subject comes at last: "what kind of medicine is that"."""
    if said[at] in _EXCLAIMED:
        return False
    if said[at - 1] == "what" and said[at].endswith("s") and at + 1 < len(said):
        return True  # "what keeps you here"
    return any(w in _AUX and _subject(said, i + 1, named) for i, w in enumerate(said) if i > at)


def _verb_first(said: Sequence[str], at: int, named: Collection[int]) -> bool:
    """Whether a verb stands before its subject soon behind a word that asks."""
    for i in range(at, min(at + _REACH, len(said))):
        if said[i] in _AUX:
            return _subject(said, i + 1, named)
        if said[i] in _PRONOUNS:
            return False  # "that's how we do it"
    return False


def _subject(said: Sequence[str], at: int, named: Collection[int]) -> bool:
    if at < len(said) and said[at] == "not":
        at += 1
    return at < len(said) and (said[at] in _SUBJECTS or at in named)


def _turned(said: Sequence[str], at: int, named: Collection[int], mark: bool) -> bool:
    if at >= len(said):
        return False
    if said[at] in (_BARE if mark else _BARELY) and (mark or len(said) <= _BRIEF):
        return True
    if said[at] not in _AUX or at + 1 == len(said):
        return False
    if said[at] in _ORDERS and not mark:  # "have it your way", "do the other one"
        return said[at + 1] in _PRONOUNS and said[at + 1] != "it"
    return mark or _subject(said, at + 1, named)


def _tagged(said: Sequence[str], mark: bool, breaks: Collection[int]) -> bool:
    """Whether a statement ends in "have you", "isn't it" or "right?"."""
    if len(said) > 2 and said[-1] in _PRONOUNS:
        verb = said[-3] if said[-2] == "not" else said[-2]
        set_off = mark or said[-2] == "not" or said[-1] == "you" or len(said) - 2 in breaks
        if verb in _AUX and set_off:
            return True
    return bool(said) and said[-1] in _TAGS and (mark or len(said) - 1 in breaks) and len(said) > 2


def _run(said: Sequence[str], at: int) -> bool:
    return any(
        tuple(said[at : at + len(run)]) == run and said[at - 1 : at] not in (["not"], ["never"])
        and not (at and said[at - 1] in _BESIDE)
        for run in _RUNS
    )  # fmt: skip
