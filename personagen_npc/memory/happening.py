"""What happened, stored once per world, in columns.

An id is a place in the columns and is never used twice. Stems, and the marks of how a text is told,
are derived when they are first asked for: after a load nothing is tokenised that nobody tries to
remember.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from personagen_npc.errors import BadSave, Unknown
from personagen_npc.events import TWISTS
from personagen_npc.memory.roots import Roots
from personagen_npc.memory.telling import read
from personagen_npc.memory.viewed import viewed
from personagen_npc.words.tokens import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

VERSION = 2
_NAMED = ("kind", "actor", "target", "place", "fact")  # columns of numbers into the name table
_PLAIN = ("at", "step", "importance", "parent", "twist")


class Happening(NamedTuple):
    """One happening as it was added; ``at`` in game seconds, ``importance`` in [0, 1].

    ``parent`` is the happening that it distorts (-1: none), ``twist`` how.
    """

    text: str
    kind: str
    actor: str
    target: str
    place: str
    at: float
    step: int
    importance: float
    fact: str
    names: tuple[str, ...]
    parent: int = -1
    twist: str = ""


class Happenings:
    """All happenings of one world; ids count up from 0 and stay when others are removed."""

    __slots__ = (
        "_clauses", "_flat", "_length", "_name_ids", "_names", "_start", "_tellings", "_who",
        "actor", "at", "fact", "importance", "kind", "marks", "parent", "place", "roots", "step",
        "target", "text", "twist", "vocabulary",
    )  # fmt: skip

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.vocabulary = Vocabulary() if vocabulary is None else vocabulary
        self.text: list[str | None] = []
        self.kind, self.actor, self.target = array("i"), array("i"), array("i")
        self.place, self.fact = array("i"), array("i")
        self.at, self.importance, self.step = array("d"), array("d"), array("q")
        self.parent, self.twist = array("i"), array("b")
        self._who: list[tuple[int, ...]] = []
        self._names: list[str] = [""]
        self._name_ids: dict[str, int] = {"": 0}
        self._flat, self._start, self._length = array("i"), array("i"), array("i")
        self._clauses = array("B")
        self.marks = array("H")  # how it is told (memory/telling.py), once its stems were asked for
        self.roots = Roots()
        self._tellings: dict[int, list[int]] = {}  # root -> what was made of it, derived

    def __len__(self) -> int:
        """Ids handed out so far, removed ones included: the next id."""
        return len(self.text)

    def add(  # noqa: PLR0913 - one for each column
        self,
        text: str,
        kind: str = "event",
        actor: str = "",
        target: str = "",
        place: str = "",
        at: float = 0.0,
        step: int = 0,
        importance: float = 0.5,
        fact: str = "",
        names: Sequence[str] = (),
        parent: int = -1,
        twist: str = "",
    ) -> int:
        """Store what happened; returns its id.

        Args:
            text: one sentence, may hold slots such as ``{actor}``.
            kind: ``event``, ``said``, ``performed``, ``told`` or another word of the world's.
            actor: id of who did or said it, "" if nobody.
            target: id of to whom, "" if nobody.
            place: id of where.
            at: game seconds.
            step: the world's step.
            importance: in [0, 1].
            fact: id of the fact that it carries, "" if none.
            names: ids of everybody and everything else that the text names.
            parent: the happening that this one is a distorted telling of, -1 if it is none.
            twist: how it is distorted, one of ``events.TWISTS``.
        """
        self.text.append(text)
        for column, value in zip(_NAMED, (kind, actor, target, place, fact), strict=True):
            getattr(self, column).append(self._name(value))
        self.at.append(at)
        self.step.append(step)
        self.importance.append(importance)
        self.parent.append(parent)
        self.twist.append(TWISTS.index(twist))
        self._who.append(tuple([self._name(n) for n in names]))
        self._start.append(-1)
        self._length.append(0)
        self.marks.append(0)
        if parent >= 0:
            self._tellings.setdefault(self.root(parent), []).append(len(self.text) - 1)
        return len(self.text) - 1

    def __contains__(self, happening: int) -> bool:
        return 0 <= happening < len(self.text) and self.text[happening] is not None

    def __getitem__(self, happening: int) -> Happening:
        """The happening behind an id; raises Unknown, also for a removed one."""
        text = self.text[happening] if 0 <= happening < len(self.text) else None
        if text is None:
            raise Unknown("no such happening", field="happening", got=happening)
        i, names, who = happening, self._names, self._who[happening]
        return Happening(
            text, names[self.kind[i]], names[self.actor[i]], names[self.target[i]],
            names[self.place[i]], self.at[i], self.step[i], self.importance[i],
            names[self.fact[i]], tuple([names[n] for n in who]) if who else (), self.parent[i],
            TWISTS[self.twist[i]],
        )  # fmt: skip

    def root(self, happening: int) -> int:
        """What really happened, behind however many distorted tellings of it."""
        while self.parent[happening] >= 0:
            happening = self.parent[happening]
        return happening

    def tellings(self, happening: int) -> list[int]:
        """The root of a happening and all distorted tellings of it, oldest first."""
        root = self.root(happening)
        return [h for h in (root, *self._tellings.get(root, ())) if h in self]

    def with_tellings(self, happenings: Iterable[int]) -> list[int]:
        """These happenings and every distorted telling made of any of them."""
        found = dict.fromkeys(happenings)
        for root in dict.fromkeys(self.root(h) for h in list(found)):
            for telling in self._tellings.get(root, ()):  # in order: a parent before what it became
                if self.parent[telling] in found:
                    found[telling] = None
        return list(found)

    def about(self, person: str) -> list[int]:
        """Every happening that somebody did, suffered or is named in."""
        number = self._name_ids.get(person, -1)
        if number < 0:
            return []
        return [i for i, a in enumerate(self.actor) if a == number or number in self.who(i)]

    def remove(self, happening: int) -> None:
        """Forget what it was; the id stays taken. Nothing happens if it is gone already."""
        if happening in self:
            self.text[happening] = None
            self._who[happening] = ()
            self._start[happening], self._length[happening], self.marks[happening] = 0, 0, 0
            for column in _NAMED:
                getattr(self, column)[happening] = 0

    def forget_name(self, name: str) -> None:
        """Let go of a name that no happening uses any more; one in use stays."""
        number = self._name_ids.get(name, 0)
        used = any(number in getattr(self, c) for c in _NAMED)
        if number and not used and not any(number in who for who in self._who):
            del self._name_ids[name]
            self._names[number] = ""

    def unheld(self, held: Iterable[Sequence[int]]) -> list[int]:
        """Every happening in none of the collections ``held``, nor what one of these is made of."""
        wanted = np.zeros(len(self.text), dtype=bool)
        for some in held:
            wanted[np.asarray(some, dtype=np.int32)] = True
        parent = np.asarray(self.parent, dtype=np.int32)
        fresh: NDArray[Any] = np.flatnonzero(wanted & (parent >= 0))
        while len(fresh):  # as often as tales were told on
            made_of = np.unique(parent[fresh])
            made_of = made_of[~wanted[made_of]]
            wanted[made_of] = True
            fresh = made_of[parent[made_of] >= 0]
        return [int(i) for i in np.flatnonzero(~wanted) if self.text[i] is not None]

    def stems(self, happening: int) -> array[int]:
        """Vocabulary numbers of its stems in order, repeats kept; none if it was removed."""
        start = self._read(happening)
        return self._flat[start : start + self._length[happening]]

    def clauses(self, happening: int) -> array[int]:
        """For each of its stems in which sentence it stands, as memory/telling.py has it."""
        start = self._read(happening)
        return self._clauses[start : start + self._length[happening]]

    def _read(self, happening: int) -> int:
        """Where its stems begin; derived now if they never were."""
        if self._start[happening] < 0:
            told = read(self.text[happening] or "")
            self._start[happening], self._length[happening] = len(self._flat), len(told.stems)
            self._flat.extend(self.vocabulary.intern(told.stems))
            self._clauses.frombytes(told.clauses)
            self.marks[happening] = told.marks
        return self._start[happening]

    def who(self, happening: int) -> tuple[int, ...]:
        """Name numbers of all it is about besides the actor: target first, then those named."""
        target = self.target[happening]
        return (target, *self._who[happening]) if target else self._who[happening]

    def name_number(self, name: str) -> int:
        """Number of a name, -1 if no happening ever had it. As changeable as the vocabulary's."""
        return self._name_ids.get(name, -1)

    @property
    def names_given(self) -> int:
        """Name numbers handed out so far: the next one."""
        return len(self._names)

    def name(self, number: int) -> str:
        """The name behind a number."""
        return self._names[number]

    def to_tree(self) -> dict[str, Any]:
        """Plain lists and dicts for a save, without what can be derived."""
        return self.rows_tree(0, len(self.text))

    def rows_tree(self, first: int, end: int) -> dict[str, Any]:
        """The same of some rows; the names are with the first row."""
        rows = slice(first, end)
        columns = {c: getattr(self, c)[rows].tolist() for c in (*_NAMED, *_PLAIN)}
        names = [] if first else self._names[:]
        who = [list(w) for w in self._who[rows]]
        return {"v": VERSION, "names": names, "text": self.text[rows], "who": who, **columns}

    def rows_view(self, first: int, end: int) -> dict[str, Any]:
        """As ``rows_tree``, but the columns are arrays over our own: to be let go at once."""
        rows = slice(first, end)
        columns = {c: viewed(getattr(self, c))[rows] for c in (*_NAMED, *_PLAIN)}
        names = [] if first else self._names
        return {"v": VERSION, "names": names, "text": self.text[rows], "who": self._who[rows],
                **columns}  # fmt: skip

    def still(self) -> Happenings:
        """A copy of what a save holds, which stays as it is; good for ``rows_tree`` only."""
        copy = Happenings()
        for column in (*_NAMED, *_PLAIN, "text", "_who", "_names"):
            setattr(copy, column, getattr(self, column)[:])
        return copy

    @classmethod
    def from_tree(cls, tree: dict[str, Any], vocabulary: Vocabulary | None = None) -> Happenings:
        """The inverse of ``to_tree``. Raises BadSave on another version or torn columns."""
        if tree.get("v") != VERSION:
            raise BadSave("happenings of another version", got=tree.get("v"), allowed=VERSION)
        self = cls(vocabulary)
        self.text, self._names = list(tree["text"]), list(tree["names"])
        self._name_ids = {}
        for number, name in enumerate(self._names):
            self._name_ids.setdefault(name, number)  # "" is 0, also where a name was forgotten
        self._who = [tuple(w) for w in tree["who"]]
        for column in (*_NAMED, *_PLAIN):
            getattr(self, column).extend(tree[column])
        self._check()
        for number, parent in enumerate(self.parent):
            if parent >= 0:
                self._tellings.setdefault(self.root(parent), []).append(number)
        self._start = array("i", [-1]) * len(self.text)
        self._length = array("i", [0]) * len(self.text)
        self.marks = array("H", [0]) * len(self.text)
        return self

    def _check(self) -> None:
        count, names = len(self.text), len(self._names)
        columns = [getattr(self, c) for c in _NAMED]
        sizes = {len(c) for c in (*columns, self._who, *(getattr(self, c) for c in _PLAIN))}
        numbers = [n for c in (*columns, *self._who) for n in c]
        if sizes != {count} or min(numbers, default=0) < 0 or max(numbers, default=0) >= names:
            raise BadSave("happenings: columns do not fit together", field="happenings")
        parents = all(-1 <= p < i for i, p in enumerate(self.parent))
        if not parents or not all(0 <= t < len(TWISTS) for t in self.twist):
            raise BadSave("happenings: a telling of nothing", field="happenings")
        if not all(0.0 <= i <= 1.0 for i in self.importance):
            raise BadSave("happenings: an importance that is none", field="happenings")
        texts = all(t is None or isinstance(t, str) for t in self.text)
        if not texts or not all(isinstance(n, str) for n in self._names):
            raise BadSave("happenings: a text that is none", field="happenings")

    def _name(self, name: str) -> int:
        number = self._name_ids.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
        return number
