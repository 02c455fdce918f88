"""Words of one family: `baker` and `baked` are not one stem, but they share a root.

Stems undo inflection and the commonest derivation; a root goes further and errs more, so what only
shares a root counts for less. Kinds work the same way: asked for a pet, a dog counts.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from personagen_npc.tables import table
from personagen_npc.words.stem import stem

if TYPE_CHECKING:
    from personagen_npc.words.tokens import Vocabulary

CACHED = 16_384  # stems remembered with their root, as many as stems are
# Derivational endings as stems have them (without a final e), longest first. Tuned by eye.
_ENDINGS = (
    "ational", "ability", "ibility", "ation", "ition", "ator", "itor", "ship", "hood", "ance",
    "ence", "able", "ible", "ical", "ist", "ism", "ian", "ity", "ant", "ent", "ary", "ery", "ory",
    "ous", "ive", "ize", "ise", "eer", "anc", "enc", "abl", "ibl", "iz", "at", "er", "or", "al",
    "ic", "en", "an", "y",
)  # fmt: skip
_SHORT = 3  # letters left by an ending of persons (bak-er, art-ist), others leave one more
_PERSONS = ("er", "or", "ist", "ian")


@lru_cache(maxsize=CACHED)
def root(word: str) -> str:
    """The root of a stem; often the stem itself."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT + (ending not in _PERSONS):
            word = word[: -len(ending)]
            break
    if len(word) > _SHORT and word[-1] in "aeiouy":
        word = word[:-1]
    if len(word) > _SHORT and word[-1] == word[-2]:
        word = word[:-1]
    return word


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """Stem -> stems of what it is a word for, and of what means nearly the same."""
    data = table("memory/data/kinds.yaml")
    found: dict[str, dict[str, None]] = {}
    for heads, members in data["kinds"].items():
        wanted = dict.fromkeys(map(stem, (heads + " " + members).split()))
        for head in map(stem, heads.split()):
            found.setdefault(head, {}).update(wanted)
    for line in data["alike"]:
        wanted = dict.fromkeys(map(stem, line.split()))
        for word in wanted:
            found.setdefault(word, {}).update(wanted)
    return {head: tuple(w for w in words if w != head) for head, words in found.items()}


class Roots:
    """Which words of one vocabulary share a root; derived, caught up when asked."""

    __slots__ = ("_families", "_seen")

    def __init__(self) -> None:
        self._families: dict[str, list[int]] = {}
        self._seen = 0

    def family(self, word: str, vocabulary: Vocabulary) -> list[int]:
        """Numbers of all words that share the root of ``word``, itself included."""
        for number in range(self._seen, len(vocabulary)):
            self._families.setdefault(root(vocabulary.word(number)), []).append(number)
        self._seen = len(vocabulary)
        return self._families.get(root(word), [])
