"""Kindred: for each word of a question the words of facts that may answer to it, and how well.

The pack's own synonyms count in full, words that stand for each other anywhere a little less, words
that go together less again. Worked out for a word when it is first asked, and kept.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.perceive import turned
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ASSOCIATIONS: Final = "mind/data/associations.yaml"
SAME, NEAR = 0.8, 0.45  # what a word counts that is meant instead, and one that goes with it; tuned
Kin = dict[str, float]


class Kindred:
    """What words of one world's questions stand for."""

    __slots__ = ("_kept", "_meant", "_own")

    def __init__(self, synonyms: Mapping[str, Sequence[str]]) -> None:
        self._own = turned(synonyms)
        self._meant = associations()
        self._kept: dict[str, Kin] = {}

    def of(self, word: str) -> Kin:
        """The stems that a stem may mean with what they count, itself first."""
        kin = self._kept.get(word)
        if kin is None:
            kin = self._found(word)
            if len(kin) > 1:  # words that stand in no table are not kept: there is no end of them
                self._kept[word] = kin
        return kin

    def own(self, word: str) -> tuple[str, ...]:
        """The pack's synonyms of a stem."""
        return self._own.get(word, ())

    def _found(self, word: str) -> Kin:
        kin: Kin = {word: 1.0, **dict.fromkeys(self._own.get(word, ()), 1.0)}
        for near in [*kin]:
            for other, share in self._meant.get(near, {}).items():
                kin[other] = max(share, kin.get(other, 0.0))
        return kin


@cache
def associations() -> dict[str, Kin]:
    """Stem -> stems that it may mean; of several words, each of those that say something."""
    data: dict[str, Any] = table(ASSOCIATIONS)
    out: dict[str, Kin] = {}
    for row in data["rows"]:
        keys = [_keys(w) for w in row]
        for i, mine in enumerate(keys):
            _join(out, mine, (k for j, others in enumerate(keys) if j != i for k in others), SAME)
    for head, *others in data.get("near", ()):
        for other in others:
            _join(out, _keys(other), _keys(head), NEAR)
            _join(out, _keys(head), _keys(other), NEAR)
    return out


def _keys(words: str) -> tuple[str, ...]:
    """The stem of one word; a phrase stands for nothing by its single words."""
    found = (stem(words),) if words.isalpha() else stems(words)
    return found if len(found) == 1 else ()


def _join(out: dict[str, Kin], mine: Iterable[str], others: Iterable[str], share: float) -> None:
    others = list(others)
    for key in mine:
        kin = out.setdefault(key, {})
        for other in others:
            if other != key:
                kin[other] = max(share, kin.get(other, 0.0))
