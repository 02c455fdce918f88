"""A light English stemmer, written for matching what was said with what is remembered.

It undoes plurals, tenses, `-ly`, `-ness`, `-ment`, `-ful`, `-less` and `-ion`, folds irregular
forms into the plain one (`data/stems.yaml`), and drops the final `e` of longer words so that
`change` meets `changing`. A stem is a key, not a word: never show it.
"""

from __future__ import annotations

from functools import cache, lru_cache

from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

CACHED = 16_384  # words remembered with their stem; ours and a long game's players', about 3 MB
LINES = 64  # texts remembered with their stems: a line is looked at several times in its turn
SHORT = 3  # words up to this length have no ending worth undoing
_VOWELS = frozenset("aeiouy")
_SIBILANT = ("ss", "sh", "ch", "x", "zz")
# Derivational endings: (ending, shortest word to take it from). Tuned by eye on village talk.
_ENDINGS = (("ness", 7), ("ment", 7), ("ful", 6), ("less", 7))


@cache
def stop_words() -> frozenset[str]:
    """Words that are no stems of anything, from ``data/stop_words.yaml``."""
    return frozenset(w for group in table("words/data/stop_words.yaml").values() for w in group)


@lru_cache(maxsize=CACHED)
def stem(word: str) -> str:
    """The key that all forms of a word share; ``word`` in any case, never empty for a word."""
    word = word.lower().replace("’", "'").removesuffix("'s").strip("'")
    if len(word) <= SHORT and word not in _plain_forms():
        return word
    word = _plain_forms().get(word) or _uninflected(word)
    return word[:-1] if len(word) > SHORT + 1 and word[-1] == "e" and word[-2] != "e" else word


@lru_cache(maxsize=LINES)
def stems(text: str) -> tuple[str, ...]:
    """Stems of a text in order, stop words and single letters left out, repeats kept."""
    return tuple([s for s in map(_kept, tokens(text)) if s])


@lru_cache(maxsize=CACHED)
def _kept(token: str) -> str:
    if token in stop_words() or (len(token) == 1 and not token.isdigit()):
        return ""
    return stem(token)


@cache
def _plain_forms() -> dict[str, str]:
    data = table("words/data/stems.yaml")
    forms = {form: plain for plain, forms in data["irregular"].items() for form in forms}
    return forms | {word: word for word in [*data["keep"], *data["irregular"]]}


def _uninflected(word: str) -> str:
    word = _underived(_singular(word))
    known = _plain_forms().get(word)
    if known:
        return known
    word = _present(word)
    return word[:-1] + "y" if word[-1] == "i" else word


def _singular(word: str) -> str:
    if word[-1] != "s" or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > SHORT + 1 else word[:-1]
    if word.endswith("es") and word[:-2].endswith(_SIBILANT):
        return word[:-2]
    return word[:-1]


def _underived(word: str) -> str:
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    for ending, shortest in _ENDINGS:
        if word.endswith(ending) and len(word) >= shortest:
            return word[: -len(ending)]
    if word.endswith(("tion", "sion")) and len(word) > 5:
        return word[:-3]
    return word


def _present(word: str) -> str:
    if word.endswith("eed"):
        return word
    if word.endswith("ied") and len(word) > SHORT + 1:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 1 and not _VOWELS.isdisjoint(rest):
            return _undoubled(rest)
    return word


def _undoubled(word: str) -> str:
    """What stood before `-ing` or `-ed`: `stopp` was `stop`, `mak` was `make`."""
    if len(word) > SHORT and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    lost_e = len(word) == SHORT and [c in _VOWELS for c in word] == [False, True, False]
    return word + "e" if lost_e and word[-1] not in "wxy" else word
