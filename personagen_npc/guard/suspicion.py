"""Suspicion: how much a text reads like an attack, by the kinds of words that meet in it.

Single words say nothing: a captain gives instructions, a healer is prompt. What is weighed is which
kinds of words stand together; the weights are whole numbers learned from lines (``bench.safety``).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from itertools import combinations
from typing import Any, Final, NamedTuple

from personagen_npc.tables import table

SHORTEST, LONGEST = 4, 11  # letters of a beginning that tells a word's kind; fits suspects.yaml
ENDINGS: Final = ("", "s", "d", "ed", "ing")  # of words that may be written backwards
JUMBLED: Final = 6  # letters of a word that is still known with some of them swapped, [D]
STRONG: Final = frozenset(
    {"undo", "rules", "prompt", "computing", "tell", "escape", "before", "user"}
)
_WORD: Final = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")


class _Kinds(NamedTuple):
    """``suspects.yaml``, ready to look up: kinds of whole words, of beginnings, of jumbled ones."""

    whole: dict[str, str]
    begins: dict[str, str]
    jumbled: dict[str, str]
    turned: dict[str, str]
    inside: tuple[tuple[str, str], ...]
    within: re.Pattern[str]
    stretch: int
    openings: frozenset[str]


class _Weights(NamedTuple):
    of: dict[str, int]
    start: int
    enough: int


def suspicion(low: str) -> float:
    """How much a text in lower case is like an attack: 0 not more than plain talk, 1 surely one."""
    weights = _weights()
    score = weights.start + sum([weights.of.get(f, 0) for f in features(low)])
    return min(max(score / weights.enough, 0.0), 1.0)


def is_suspect(low: str) -> bool:
    """Whether enough words of a text could belong to an attack to weigh it at all."""
    kinds = _kinds()
    few = 0
    for word in _WORD.findall(low):
        if word in kinds.whole or word[:4] in kinds.openings or len(word) >= kinds.stretch:
            few += 1
    return few > 1 or any(w in kinds.turned for w in _WORD.findall(low))


def features(low: str) -> list[str]:
    """Kinds of words in a text, in pairs too, and the words that have a kind."""
    kinds = _kinds()
    found: dict[str, str] = {}
    for word in _WORD.findall(low):
        if len(word) >= kinds.stretch:
            for part in kinds.within.findall(word):
                found[part] = kinds.begins.get(part) or kinds.whole[part]
        kind = _kind(kinds, word)
        if kind is not None:
            found[word] = kind
    if not low.isascii():
        found |= {part: kind for part, kind in kinds.inside if part in low}
    named = sorted(set(found.values()))
    pairs = [f"{a}+{b}" for a, b in combinations(named, 2)]
    return [*named, *pairs, *_often(found), *[f"={w}" for w in found]]


def _often(found: dict[str, str]) -> list[str]:
    """Kinds that several words are of."""
    of = list(found.values())
    return [f"{k}+{k}" for k in dict.fromkeys(of) if of.count(k) > 1]


def other_readings(low: str) -> list[str]:
    """The text as it reads backwards or thirteen letters on, where that is how it was written."""
    turned = _kinds().turned
    ways = {turned[w] for w in _WORD.findall(low) if w in turned}
    out = []
    if "rot13" in ways:
        out.append(codecs.encode(low, "rot13"))
    if "backwards" in ways:
        out.append(low[::-1])
    return out


def _kind(kinds: _Kinds, word: str) -> str | None:
    kind = kinds.whole.get(word)
    if kind is not None or len(word) < SHORTEST:
        return kind
    for n in range(SHORTEST, min(len(word), LONGEST) + 1):
        kind = kinds.begins.get(word[:n])
        if kind is not None:
            return kind
    return kinds.jumbled.get(_jumble(word)) if len(word) >= JUMBLED else None


def _jumble(word: str) -> str:
    return word[0] + "".join(sorted(word[1:]))


@cache
def _kinds() -> _Kinds:
    data: dict[str, Any] = table("guard/data/suspects.yaml")
    whole: dict[str, str] = {}
    begins: dict[str, str] = {}
    for kind, words in data["words"].items():
        for word in map(_bare, words):
            place = begins if word.endswith("*") else whole
            place.setdefault(word.rstrip("*"), kind)
    plain = {w: k for w, k in {**whole, **begins}.items() if w.isascii() and k in STRONG}
    long = [w for w in plain if len(w) >= JUMBLED - 1]
    forms = [f"{w}{e}" for w in long for e in ENDINGS]
    turned = {codecs.encode(f, "rot13"): "rot13" for f in forms}
    turned |= {f[::-1]: "backwards" for f in forms}
    known = {f: plain[w] for w in long for e in ENDINGS for f in (f"{w}{e}", f"{w}e")}
    jumbled = {_jumble(f): k for f, k in known.items() if len(f) >= JUMBLED}
    inside = [(_bare(p), kind) for kind, parts in data["inside"].items() for p in parts]
    openings = frozenset(w[:SHORTEST] for w in (*begins, *known))
    within = "|".join(sorted(long, key=lambda w: (-len(w), w)))
    return _Kinds(whole, begins, jumbled, {t: w for t, w in turned.items() if t not in whole},
                  tuple(inside), re.compile(within), int(data["stretch"]), openings)  # fmt: skip


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


@cache
def _weights() -> _Weights:
    data: dict[str, Any] = table("guard/data/suspicion.yaml")
    return _Weights(dict(data["weights"]), int(data["start"]), int(data["enough"]))
