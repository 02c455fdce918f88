"""Personal: what somebody is asked about himself, by a word behind "your" or beside "you"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.perceive import Heard

REACH: Final = 5  # words behind "your" among which the noun stands, tuned on "your oldest son"
_YOUR: Final = frozenset({"your", "yer"})
_YOU: Final = frozenset({"you", "ye", "yourself", *_YOUR})


class Matter(NamedTuple):
    """A matter of somebody's own: nodes, kinds of ties and topics of facts that answer it."""

    name: str
    nodes: tuple[str, ...]
    ties: tuple[str, ...]
    topics: frozenset[str]
    only: bool


class Matters:
    """All matters, found by one look at the words of a line."""

    __slots__ = ("_by_word", "_rows")

    def __init__(self, rows: dict[str, dict[str, Any]]) -> None:
        self._rows = [_Row(name, row) for name, row in rows.items()]
        self._by_word: dict[str, list[int]] = {}
        for i, row in enumerate(self._rows):
            for word in sorted(row.marks):
                self._by_word.setdefault(word, []).append(i)

    def of(self, said: Sequence[str]) -> Matter | None:
        """The matter that a line asks about, given as its words in lower case."""
        words = frozenset(said)
        if words.isdisjoint(_YOU):
            return None
        by = self._by_word
        for i in sorted({i for w in said if w in by for i in by[w]}):
            if self._rows[i].fits(said, words):
                return self._rows[i].matter
        return None


class _Row:
    """One matter, compiled."""

    __slots__ = ("_not", "_you", "_your", "marks", "matter")

    def __init__(self, name: str, row: dict[str, Any]) -> None:
        nodes, ties, topics = (row.get(k, ()) for k in ("nodes", "ties", "topics"))
        self.matter = Matter(
            name, tuple(nodes), tuple(ties), frozenset(topics), bool(row.get("only"))
        )
        nouns = row.get("your", ())
        self._your = Runs(nouns)
        self._you = [
            [frozenset(group.split("|")) for group in groups.split()]
            for groups in row.get("you", ())
        ]
        self._not = frozenset(row.get("not", ()))
        rarest = (groups[-1] for groups in self._you)
        self.marks = frozenset(n.split()[0] for n in nouns).union(*rarest)

    def fits(self, said: Sequence[str], words: frozenset[str]) -> bool:
        """Whether the line asks for it."""
        for i, word in enumerate(said):
            if word in _YOUR and self._your.within(said[i + 1 : i + 1 + REACH]):
                return True
        if not self._not.isdisjoint(words):
            return False
        return any(all(not g.isdisjoint(words) for g in groups) for groups in self._you)


MATTERS: Final = Matters(table("mind/data/personal.yaml")["matters"])
ASKING: Final = QUESTIONS - {"ask_rumour", "ask_source", "ask_name", "ask_wellbeing"}
_OTHERWISE: Final = frozenset({"tell", "request", "ask_help"})  # "tell me about your family"


def asked_of(heard: Heard) -> Matter | None:
    """What one is asked of oneself; None where somebody is named, who then is meant."""
    if heard.intent not in ASKING | _OTHERWISE:
        return None
    said = tokens(heard.text)
    if heard.entities and "here" not in said:
        return None
    if heard.intent in _OTHERWISE and "?" not in heard.text and _INVITING.isdisjoint(said):
        return None
    return MATTERS.of(said)


_INVITING: Final = frozenset({"tell", "speak", "talk", "about"})
