"""Who holds it, how strongly: one NPC's memories as flat columns, in the order of holding."""

from __future__ import annotations

from array import array
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import BadSave
from personagen_npc.events import EMOTIONS, SOURCES
from personagen_npc.memory.viewed import viewed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from personagen_npc.memory.index import Index

VERSION = 2
LONER = -1  # episode of a memory that belongs to none
_FEELINGS = ("", *EMOTIONS)
_CODES = {
    "happening": "i", "source": "b", "hops": "h", "strength": "d", "step": "q", "emotion": "b",
    "intensity": "d", "episode": "i", "position": "i", "touched": "d", "times": "i",
}  # fmt: skip


class Memory(NamedTuple):
    """One held memory; ``strength`` and ``intensity`` in [0, 1], ``hops`` mouths it came through.

    ``episode`` groups what belongs together, ``position`` counts within it. ``touched`` is the game
    second at which it was last held or called up, ``times`` how often.
    """

    happening: int
    source: str
    teller: str
    hops: int
    strength: float
    step: int
    emotion: str
    intensity: float
    episode: int
    position: int
    touched: float
    times: int


class Memories:
    """The memories of one NPC. A happening is held once; holding it again changes the hold.

    The columns are public to read: row ``i`` of each is one memory, rows stay in holding order.
    """

    __slots__ = (
        "_rows", "emotion", "episode", "happening", "hops", "index", "intensity", "position",
        "source", "step", "strength", "teller", "times", "touched",
    )  # fmt: skip

    def __init__(self) -> None:
        self.happening, self.source, self.hops = array("i"), array("b"), array("h")
        self.strength, self.step, self.emotion = array("d"), array("q"), array("b")
        self.intensity, self.episode, self.position = array("d"), array("i"), array("i")
        self.touched, self.times = array("d"), array("i")
        self.teller: list[str] = []
        self.index: Index | None = None  # derived by memory/recall.py on first recall
        self._rows: dict[int, int] | None = None

    def __len__(self) -> int:
        return len(self.happening)

    def __contains__(self, happening: int) -> bool:
        return happening in self._row_of()

    def __iter__(self) -> Iterator[Memory]:
        return (self._memory(row) for row in range(len(self.happening)))

    def __getitem__(self, happening: int) -> Memory:
        """The hold on a happening; raises KeyError if it is not held."""
        return self._memory(self._row_of()[happening])

    def row(self, happening: int) -> int:
        """Row of a held happening, -1 if it is not held."""
        return self._row_of().get(happening, -1)

    def hold(  # noqa: PLR0913 - one for each column
        self,
        happening: int,
        source: str = "seen",
        teller: str = "",
        hops: int = 0,
        strength: float = 1.0,
        step: int = 0,
        emotion: str = "",
        intensity: float = 0.0,
        episode: int = LONER,
        position: int = 0,
        at: float = 0.0,
        times: int = 1,
    ) -> None:
        """Hold a happening from now on; held already, it becomes as strong as the stronger.

        Holding it again counts: ``times`` grows and ``touched`` becomes ``at``.

        Args:
            happening: its id.
            source: one of ``events.SOURCES``.
            teller: id of who told it, "" if nobody did.
            hops: mouths it came through.
            strength: in [0, 1].
            step: the world's step.
            emotion: one of ``events.EMOTIONS`` or "".
            intensity: of that emotion, in [0, 1].
            episode: what it belongs to; members of an episode are to be held in their order.
            position: its place in the episode.
            at: game seconds now.
            times: as how many times this counts; a summary stands for many.
        """
        rows = self._row_of()
        if happening in rows:
            row = rows[happening]
            self.strength[row] = max(strength, self.strength[row])
            self.touched[row], self.times[row] = at, self.times[row] + times
            return
        rows[happening] = len(self.happening)
        self.happening.append(happening)
        self.source.append(SOURCES.index(source))
        self.teller.append(teller)
        self.hops.append(hops)
        self.strength.append(strength)
        self.step.append(step)
        self.emotion.append(_FEELINGS.index(emotion))
        self.intensity.append(intensity)
        self.episode.append(episode)
        self.position.append(position)
        self.touched.append(at)
        self.times.append(times)

    def drop(self, happening: int) -> bool:
        """Let go of one happening; says whether it was held."""
        return self.drop_many((happening,)) == 1

    def drop_many(self, happenings: Iterable[int]) -> int:
        """Let go of several at once, which costs the index little more than one."""
        rows = sorted({self._row_of().get(h, -1) for h in happenings} - {-1}, reverse=True)
        for row in rows:
            for column in (*_CODES, "teller"):
                del getattr(self, column)[row]
        if rows:
            self._rows = None
            if self.index is not None:
                self.index.drop(rows)
        return len(rows)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save, the index left out."""
        columns = {name: getattr(self, name).tolist() for name in _CODES}
        return {"v": VERSION, "teller": self.teller[:], **columns}

    def view(self) -> dict[str, Any]:
        """As ``to_tree``, but the columns are arrays over our own: to be let go at once."""
        columns = {name: viewed(getattr(self, name)) for name in _CODES}
        return {"v": VERSION, "teller": self.teller, **columns}

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Memories:
        """The inverse of ``to_tree``. Raises BadSave on another version or torn columns."""
        if tree.get("v") != VERSION:
            raise BadSave("memories of another version", got=tree.get("v"), allowed=VERSION)
        self = cls()
        self.teller = list(tree["teller"])
        for name in _CODES:
            getattr(self, name).extend(tree[name])
        if {len(getattr(self, name)) for name in _CODES} != {len(self.teller)}:
            raise BadSave("memories: columns of different length", field="memories")
        self._check()
        return self

    def _check(self) -> None:
        lawful = (
            _within(self.source, 0, len(SOURCES) - 1)
            and _within(self.emotion, 0, len(_FEELINGS) - 1)
            and all(_within(column, 0.0, 1.0) for column in (self.strength, self.intensity))
            and all(_within(column, 0) for column in (self.happening, self.hops))
            and _within(self.times, 1)
            and len(set(self.happening)) == len(self.happening)
        )
        if not lawful:
            raise BadSave("memories: a value out of range", field="memories")

    def _row_of(self) -> dict[int, int]:
        if self._rows is None:  # built when first needed: an idle NPC costs nothing
            self._rows = {h: row for row, h in enumerate(self.happening)}
        return self._rows

    def _memory(self, row: int) -> Memory:
        return Memory(
            self.happening[row], SOURCES[self.source[row]], self.teller[row], self.hops[row],
            self.strength[row], self.step[row], _FEELINGS[self.emotion[row]],
            self.intensity[row], self.episode[row], self.position[row], self.touched[row],
            self.times[row],
        )  # fmt: skip


def _within(column: array[Any], least: float, most: float = inf) -> bool:
    """Whether every value of a column is in a range."""
    return not column or (min(column) >= least and max(column) <= most)
