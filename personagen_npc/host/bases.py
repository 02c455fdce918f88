"""Base rows: the rows of a journal from which a world can be built without those before them.

An open, a load, a reload of packs hold the state as it was at their own number. A checkpoint is
made beside the running world: it holds the state of an earlier number, and the rows since then
come on top of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgpack

from personagen_npc.changes import from_plain
from personagen_npc.errors import JournalFailed
from personagen_npc.host.library import pack_from
from personagen_npc.host.still import Refs, Still

if TYPE_CHECKING:
    from typing import Self

    from personagen_npc.store.journal import Journal
    from personagen_npc.store.rows import Row
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World

CHECKPOINT: Final = "checkpoint"
BASES: Final = frozenset(
    {"world.open", "load", "load.undo", "load.at", "pack.reload", CHECKPOINT}
)  # fmt: skip
REWINDS: Final = frozenset({"load", "load.undo", "load.at"})
Tree = dict[str, Any]


class Base:
    """One base row and the state that it refers to.

    Attributes:
        seq: the row's own number.
        now: game seconds.
        came_from: branch and last step of what it goes on from; (0, 0) for a beginning.
        since: number of the row whose outcome the state is; those after it come on top.
    """

    def __init__(self, journal: Journal, row: Row) -> None:
        self._journal, self.row = journal, row
        self.refs: Tree = msgpack.unpackb(row.changes)
        self.seq, self.since = row.seq, int(self.refs.get("at", row.seq))
        self.now = float(self.refs.get("now", 0.0))
        branch, step = self.refs.get("from") or (0, 0)
        self.came_from = (int(branch), int(step))
        self.undo, self.packs = Refs(**self.refs["undo"]), tuple(self.refs["packs"])

    @classmethod
    def newest(cls, journal: Journal, until: int | None = None) -> Self:
        """The last base, or the last one up to a number. Raises JournalFailed if there is none."""
        row = journal.last_of(BASES, until)
        if row is None:
            raise JournalFailed("journal has no base to start from", field="kind", allowed=BASES)
        return cls(journal, row)

    def pack(self) -> Pack:
        """The pack of its time."""
        return pack_from(self._journal.blob(self.refs["pack"]))

    def world(self) -> World:
        """The world as the base has it."""
        return self._still().world(self.pack())

    def tree(self) -> Tree:
        """Its state as plain values, of the version of today."""
        return self._still().tree()

    def lived(self, until: int | None = None) -> World:
        """Its world, and every row after it up to a number."""
        world = self.world()
        for row in self._journal.rows(self.since, until=until):
            live(world, row)
        return world

    def _still(self) -> Still:
        refs = Refs(*(self.refs.get(part, "") for part in Refs._fields))
        return Still.fetched(refs, self._journal.blob)


def live(world: World, row: Row) -> None:
    """Apply what a row changed; a base row changes nothing of the world that runs up to it."""
    if row.kind not in BASES:
        world.replay(row.step, from_plain(msgpack.unpackb(row.changes, use_list=False)))
