"""Every name of a world, found in a line: people, players, places, factions, things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
PEOPLE: Final = frozenset({"npc", "player"})
_KINDS: Final = ("place", "faction", "thing", "npc", "player")
_OWNED: Final = re.compile(r"('s)$")
_ARTICLES: Final = frozenset({"the", "a", "an"})
_DOES: Final = frozenset({"do", "does", "did", "to", "can", "will", "could", "would", "must"})


class Found(NamedTuple):
    """A name at ``words[start:end]``; ``text`` is the name as its owner writes it."""

    start: int
    end: int
    id: str
    kind: str
    text: str


class Name(NamedTuple):
    """One name or alias, cut into lower-case words without its article."""

    words: tuple[str, ...]
    id: str
    kind: str
    text: str


def name_words(name: str) -> tuple[str, ...]:
    """Lower-case words of a name, a leading article left out unless it is all there is."""
    words = tuple(w.lower().replace("\u2019", "'") for w in _WORD.findall(name))
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def singular(word: str) -> str:
    """A plain plural or possessive without its ending; other words come back unchanged."""
    if word.endswith("'s"):
        return word[:-2]
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "zes", "sses")):
        return word[:-2]
    return word[:-1]


class Names:
    """Index of names by first word, longest first. Grows and shrinks as people come and go.

    People's names that are also everyday words ("Will", "Grant") count only with a capital letter
    inside a sentence; ``common`` says which those are.
    """

    __slots__ = ("_by_id", "_first", "_people", "common", "pronouns", "version")

    def __init__(self, entries: Iterable[tuple[str, str, str]] = ()) -> None:
        """Take (id, kind, name or alias) entries; the first name of an id is its proper one."""
        self._first: dict[str, list[Name]] = {}
        self._by_id: dict[str, list[Name]] = {}
        self.common: frozenset[str] = frozenset()
        self.pronouns: dict[str, str] = {}
        self.version = 0
        self._people: tuple[int, frozenset[str]] = (-1, frozenset())
        for id_, kind, name in entries:
            self.add(id_, kind, name)

    def add(self, id_: str, kind: str, name: str) -> None:
        """Add one name or alias; a name that is there already is not added twice."""
        words = name_words(name)
        self._put(Name(words, id_, kind, name.strip()))
        apart = tuple(p for w in words[:-1] for p in _OWNED.split(w) if p) + words[-1:]
        if apart != words:  # as a sentence is cut: "Rook's End" is heard as rook, 's, end
            self._put(Name(apart, id_, kind, name.strip()))

    def _put(self, entry: Name) -> None:
        words, own = entry.words, self._by_id.setdefault(entry.id, [])
        if not words or any(n.words == words for n in own):
            return
        own.append(entry)
        bucket = self._first.setdefault(words[0], [])
        bucket.append(entry)
        bucket.sort(key=_rank)
        self.version += 1

    def remove(self, id_: str) -> None:
        """Forget every name of ``id_``; unknown ids are no error."""
        self.pronouns.pop(id_, None)
        for name in self._by_id.pop(id_, ()):
            bucket = [n for n in self._first.get(name.words[0], ()) if n.id != id_]
            if bucket:
                self._first[name.words[0]] = bucket
            else:
                self._first.pop(name.words[0], None)
        self.version += 1

    def text(self, id_: str) -> str:
        """The proper name of ``id_``, or an empty string."""
        own = self._by_id.get(id_)
        return own[0].text if own else ""

    def kind(self, id_: str) -> str:
        """What kind of entity ``id_`` is, or an empty string."""
        own = self._by_id.get(id_)
        return own[0].kind if own else ""

    def pronoun(self, id_: str) -> str:
        """What somebody goes by: he, she or they; an empty string where nobody said."""
        return self.pronouns.get(id_, "")

    def firsts(self) -> Iterable[str]:
        """The lower-case words that names begin with, in the order in which they came."""
        return self._first

    def starts(self, word: str) -> bool:
        """Whether some name begins with this lower-case word or its singular."""
        return word in self._first or singular(word) in self._first

    def find(self, words: Sequence[str]) -> list[Found]:
        """Names in a sentence given as its words, in order; longest match first, no overlaps."""
        lower = [w.lower() for w in words]
        out: list[Found] = []
        i = 0
        while i < len(lower):
            found = self.at(lower, words, i)
            if found is None:
                i += 1
            else:
                out.append(found)
                i = found.end
        return out

    def without(self, text: str) -> str:
        """The words of a text but for proper names: people's, and what is written with a capital.

        "the mill" stays, it says what a place is; "Hangerwood" goes. Of people every part of the
        name goes, also where it would not do to know them by, unless it is an everyday word.
        """
        words = _WORD.findall(text)
        gone = {
            i
            for f in self.find(words)
            if f.kind in PEOPLE or f.text != f.text.lower()
            for i in range(f.start, f.end)
        }
        parts = self._parts_of_people()
        kept = [w for i, w in enumerate(words) if i not in gone and not self._is_part(w, parts)]
        return " ".join(kept)

    def _is_part(self, word: str, parts: frozenset[str]) -> bool:
        low = word.lower().replace("\u2019", "'")
        if low not in parts and singular(low) not in parts:
            return False
        return word[:1].isupper() or low not in self.common

    def _parts_of_people(self) -> frozenset[str]:
        """Lower-case words of everybody's names."""
        version, parts = self._people
        if version != self.version:
            own = (n for names in self._by_id.values() for n in names if n.kind in PEOPLE)
            parts = frozenset(w for n in own for w in n.words if w not in _ARTICLES)
            self._people = (self.version, parts)
        return parts

    def at(self, lower: Sequence[str], surface: Sequence[str], i: int) -> Found | None:
        """The longest name that begins at word ``i``."""
        bucket = self._first.get(lower[i]) or self._first.get(singular(lower[i]))
        for name in bucket or ():
            n = len(name.words)
            if i + n <= len(lower) and _same(name.words, lower, i, n):
                common = n == 1 and name.kind in PEOPLE and lower[i] in self.common
                if common and not _proper(surface, i):
                    continue
                if n == 1 and name.text != name.text.lower() and _as_verb(name, lower, surface, i):
                    continue
                return Found(i, i + n, name.id, name.kind, name.text)
        return None


def _rank(name: Name) -> tuple[int, int, str]:
    """Longest first, then by kind and id: never by who came first, which no load would know."""
    rank = _KINDS.index(name.kind) if name.kind in _KINDS else len(_KINDS)
    return (-len(name.words), rank, name.id)


def _same(name: tuple[str, ...], words: Sequence[str], i: int, n: int) -> bool:
    """Whether ``words[i:i+n]`` is the name; the last word may be a plural or possessive."""
    last = words[i + n - 1]
    if last != name[-1] and singular(last) != name[-1]:
        return False
    return n == 1 or tuple(words[i : i + n - 1]) == name[:-1]


def _proper(surface: Sequence[str], i: int) -> bool:
    """Whether the word is written as a name: capital letter, and not just a sentence's first."""
    return i > 0 and surface[i][:1].isupper() and not surface[i].isupper()


def _as_verb(name: Name, lower: Sequence[str], surface: Sequence[str], i: int) -> bool:
    """Whether a word that would be a name, "the Catch", is what somebody does: "does it catch"."""
    if not name.text.startswith(("the ", "The ")) or surface[i][:1].isupper():
        return False
    return i > 1 and lower[i - 1] not in _ARTICLES and not _DOES.isdisjoint(lower[:i])
