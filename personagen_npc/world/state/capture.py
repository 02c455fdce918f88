"""A world as it stood at one step, taken a little at a time while it goes on.

What is small or changes as a whole is copied at once; people and vectors are taken one after the
other, and whoever is about to change is taken before that (``World.apply`` tells). So the blocks
are those of the step at which the capture was made, however long it takes.
"""

from __future__ import annotations

from array import array
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from personagen_npc import changes as c
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from personagen_npc.changes import Change
    from personagen_npc.learn.credit import Ledger
    from personagen_npc.memory.happening import Happenings
    from personagen_npc.world.world import World

    Made = Callable[[], bytes]
    Block = tuple[str, Made]

REST, POLICY, LEDGER, HAPPENINGS, NPCS, VECTORS = "WRLD", "POLI", "LEDG", "HAPP", "NPCS", "VECS"
WHERE: Final = ("branch", "step", "ancestry")  # in the header: a load changes them
BLOCK_BYTES: Final = 256 << 10  # of people in a block at least: tuned, smaller packs worse
ROWS: Final = 4096  # happenings, vectors in a block: tuned, 1 ms of work
TURNS: Final = 1024  # of a ledger in a block: tuned, 1 ms of work
SHORT: Final = 256  # rows of what was learned to a dump: tuned, 0.3 ms
# what touches nobody's mind and no vector; whatever is not named in a table touches everything
_ASIDE: Final = frozenset({
    c.ClockMoved, c.VariableSet, c.NpcSpawned, c.PlayerSet, c.Happened, c.Related, c.Conversed,
    c.ActionAsked, c.ActionClosed, c.Paused,
})  # fmt: skip
_ONE: Final = frozenset({
    c.NpcSet, c.Held, c.Believed, c.Asserted, c.Retracted, c.Felt, c.GoalMoved, c.TurnTaken,
    c.DueSet,
})  # fmt: skip
_LEARNT: Final = frozenset({c.TurnTaken, c.Rewarded, c.PolicySet})
_SORTED: Final = orjson.OPT_SORT_KEYS


class Capture:
    """A world at the step at which this is made. Used up by ``blocks``, or let go by ``close``."""

    def __init__(self, world: World) -> None:
        self._world = world
        tree = snapshot.rest_tree(world)
        self.where = {k: tree.pop(k) for k in WHERE}
        self._rest = orjson.dumps(tree, option=_SORTED)
        self._learners: dict[str, Any] = {}  # taken so far
        self._happenings = world.happenings.still()
        self._order = dict.fromkeys(world.npcs)
        self._people: dict[str, bytes] = {}  # taken so far
        self._vectors = list(world.vectors.parts(ROWS))
        self._left = 0  # vectors' parts taken so far
        world.captures = (*world.captures, self)

    def close(self) -> None:
        """The world need not tell any more. Twice does no harm."""
        self._world.captures = tuple(x for x in self._world.captures if x is not self)

    def blocks(self) -> Iterator[Block]:
        """Every block in order, as its type and what makes its bytes (in any thread)."""
        for block in self.units():
            if block is not None:
                yield block

    def units(self) -> Iterator[Block | None]:
        """The same, but giving way (None) after each person: the work between is below 1 ms."""
        yield REST, lambda: self._rest
        self._take_learner(POLICY)
        yield POLICY, partial(_learnt, self._learners[POLICY])
        yield None
        self._take_learner(LEDGER)
        ledger = self._learners[LEDGER]
        for first in range(0, max(1, len(ledger)), TURNS):
            yield LEDGER, partial(_turns, ledger, first)
        for first in range(0, max(1, len(self._happenings)), ROWS):
            yield HAPPENINGS, _rows(self._happenings, first)
        yield from self._npcs()
        for part in range(len(self._vectors)):
            self._take_vectors(part)
            yield VECTORS, _kept(self._vectors[part]())
        self.close()

    def before(self, change: Change) -> None:
        """Take what a change is about to touch."""
        kind = type(change)
        if kind in _ASIDE:
            return
        if kind in _LEARNT:
            self._take_learners()
        if kind in _ONE:
            self._take(change.npc)  # type: ignore[union-attr]
        elif isinstance(change, c.Dropped) and change.npc:
            self._take(change.npc)
        elif isinstance(change, c.Embedded | c.Dropped):
            self._take_vectors(len(self._vectors) - 1)
        elif kind not in _LEARNT and (not isinstance(change, c.PlayerGone) or change.forget):
            self._take_all()

    def _npcs(self) -> Iterator[Block | None]:
        held: list[bytes] = []
        size = 0
        for npc in self._order:
            self._take(npc)
            held.append(b"%b:%b" % (orjson.dumps(npc), self._people[npc]))
            size += len(held[-1])
            self._people[npc] = b""  # written: not to be taken again
            if size >= BLOCK_BYTES:
                yield NPCS, _object(held)
                held, size = [], 0
            yield None
        if held:
            yield NPCS, _object(held)

    def _take(self, npc: str) -> None:
        if npc in self._order and npc not in self._people:
            self._people[npc] = snapshot.npc_bytes(self._world.npcs[npc])

    def _take_learners(self) -> None:
        self._take_learner(POLICY)
        self._take_learner(LEDGER)

    def _take_learner(self, name: str) -> None:
        if name not in self._learners:
            world = self._world
            taken = _still(world.policy) if name == POLICY else world.ledger.still()
            self._learners[name] = taken

    def _take_vectors(self, last: int) -> None:
        while self._left <= last:
            self._vectors[self._left] = _kept(self._vectors[self._left]())
            self._left += 1

    def _take_all(self) -> None:
        self._take_learners()
        for npc in self._order:
            self._take(npc)
        self._take_vectors(len(self._vectors) - 1)


class Tape:
    """What is changed in a world from now on, until ``close``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.changes: list[Change] = []
        world.captures = (*world.captures, self)

    def before(self, change: Change) -> None:
        """Note a change."""
        self.changes.append(change)

    def close(self) -> None:
        """Hear no more."""
        self._world.captures = tuple(x for x in self._world.captures if x is not self)


def _kept(data: bytes) -> Made:
    return lambda: data


def _object(members: list[bytes]) -> Made:
    return lambda: b"{%b}" % b",".join(members)


def _rows(happenings: Happenings, first: int) -> Made:
    def made() -> bytes:
        tree = happenings.rows_view(first, first + ROWS)
        tree["first"] = first
        return orjson.dumps(tree, option=_SORTED | orjson.OPT_SERIALIZE_NUMPY)

    return made


def _turns(ledger: Ledger, first: int) -> bytes:
    return orjson.dumps(ledger.part(first, first + TURNS), option=_SORTED)


def _learnt(learner: Any) -> bytes:
    """As one dump would be, but in short ones: each holds the interpreter's lock while it lasts."""
    tree = learner.to_tree()
    return b"{%b}" % b",".join(b'"%b":%b' % (k.encode(), _dumped(tree[k])) for k in sorted(tree))


def _dumped(value: Any) -> bytes:
    if not isinstance(value, list) or len(value) <= SHORT:
        return orjson.dumps(value, option=_SORTED)
    parts = (value[at : at + SHORT] for at in range(0, len(value), SHORT))
    return b"[%b]" % b",".join(orjson.dumps(part, option=_SORTED)[1:-1] for part in parts)


_CONSTANT: Final = (str, int, float, bool, bytes, tuple, frozenset, type(None))


def _still(thing: Any) -> Any:
    """A copy that stays as it is: of lists, dicts, arrays and objects of them.

    Tuples are taken for constant. It knows no class, so what a learner keeps may become another.
    """
    if isinstance(thing, _CONSTANT) or callable(thing):
        return thing
    if isinstance(thing, dict):
        return {k: v if isinstance(v, _CONSTANT) else _still(v) for k, v in thing.items()}
    if isinstance(thing, list):
        return [v if isinstance(v, _CONSTANT) else _still(v) for v in thing]
    if isinstance(thing, array | set):
        return thing.copy() if isinstance(thing, set) else thing[:]
    if isinstance(thing, np.ndarray):
        return thing.copy()
    copy = object.__new__(type(thing))
    kind: type = type(thing)
    for name in (*_slots(kind), *getattr(thing, "__dict__", ())):
        if hasattr(thing, name):
            object.__setattr__(copy, name, _still(getattr(thing, name)))
    return copy


@cache
def _slots(kind: type) -> tuple[str, ...]:
    names: list[str] = []
    for part in kind.__mro__:
        slots = getattr(part, "__slots__", ())
        names += (slots,) if isinstance(slots, str) else slots
    return tuple(names)
