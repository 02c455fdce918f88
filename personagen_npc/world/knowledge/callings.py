"""Callings: whom a trade means where one person follows it: "the ferryman", "your medic"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.form import LIGHT
from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.world.pack import Pack

STANDS_FOR: Final = 0.8  # from which share on a word is another word for the trade, see ``kindred``
_TABLE: Final = table("world/data/questions.yaml")["callings"]
_ENDS: Final = frozenset(_TABLE["ends"])  # behind these a role says where or for whom
_NONE: Final = frozenset(stem(w) for w in _TABLE["none"])


class Callings:
    """Who follows which trade; one that two of the pack's own people follow means neither."""

    __slots__ = ("_by", "_cast")

    def __init__(self, pack: Pack) -> None:
        self._cast = frozenset(pack.npcs)
        self._by: dict[str, list[str]] = {}
        for npc in pack.npcs.values():
            self.join(npc.id, npc.role)

    def join(self, npc: str, role: str) -> None:
        """Take up a person; twice is once."""
        trade = calling(role)
        if trade and npc not in self._by.setdefault(trade, []):
            self._by[trade].append(npc)

    def leave(self, npc: str) -> None:
        """Drop a person who is not of the pack."""
        for trade in [t for t, n in self._by.items() if npc in n and npc not in self._cast]:
            self._by[trade].remove(npc)
            if not self._by[trade]:
                del self._by[trade]

    def of(self, kin: Mapping[str, float]) -> str:
        """The one person whom a word means, given as what it stands for; "" for none or several.

        The pack's own people go before those who joined.
        """
        by = self._by
        found = [n for k, share in kin.items() if share >= STANDS_FOR and k in by for n in by[k]]
        known = [n for n in found if n in self._cast] or found
        return known[0] if len(set(known)) == 1 else ""


def calling(role: str) -> str:
    """The stem of the noun that a role comes down to: "smith" of "the smith at the forge"."""
    head = ""
    for word in tokens(role.split(",", 1)[0]):
        if word in _ENDS:
            break
        head = word
    key = stem(head) if head else ""
    return "" if key in _NONE or key in LIGHT else key
