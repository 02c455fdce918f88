"""A world at one moment, as bytes: what a save holds, and what a journal's base row refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgpack
import orjson

from personagen_npc.changes import from_plain, to_plain
from personagen_npc.store.container import pack_save, read_save
from personagen_npc.store.rows import digest_of
from personagen_npc.world.state import blocks, snapshot
from personagen_npc.world.state.migrate import migrated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from personagen_npc.changes import Change
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World


class Still(NamedTuple):
    """A world's state in one of two ways; what there is not is empty.

    Attributes:
        state: canonical JSON.
        vectors: one raw block, beside such a state.
        save: the bytes of a save, without a pack.
        tape: what was changed since that save, see ``taped``.
    """

    state: bytes = b""
    vectors: bytes = b""
    save: bytes = b""
    tape: bytes = b""

    @classmethod
    def of(cls, world: World) -> Self:
        """A world as it is now."""
        return cls(snapshot.dump(world), world.vectors.to_block() if len(world.vectors) else b"")

    @classmethod
    def saved(cls, world: World) -> Self:
        """The same, packed; in any thread, as long as nobody changes the world."""
        where, made = blocks.take(world)
        return cls(save=pack_save({"world": world.name, **where}, made))

    @classmethod
    def fetched(cls, refs: Refs, blob: Callable[[str], bytes]) -> Self:
        """The still that ``refs`` name; ``blob`` gives bytes for a digest."""
        return cls(*(blob(digest) if digest else b"" for digest in refs))

    def world(self, pack: Pack) -> World:
        """The world again. Raises BadSave naming what is wrong."""
        if not self.save:
            return snapshot.load(self.state, pack, self.vectors)
        save = read_save(self.save)
        world = blocks.give(save.header | {"pack_same": False}, save.blocks, pack)
        if self.tape:
            step, changes = msgpack.unpackb(self.tape, use_list=False)
            world.replay(step, from_plain(changes))
        return world

    def tree(self) -> dict[str, Any]:
        """The state as plain values, of the version of today; what is on tape left out."""
        if not self.save:
            return migrated(orjson.loads(self.state))
        save = read_save(self.save)
        return migrated(blocks.as_tree(save.header, save.blocks))

    def refs(self) -> Refs:
        """Its digests."""
        return Refs(*(digest_of(part) if part else "" for part in self))

    def held(self) -> Held:
        """Both."""
        return self.refs(), self.blobs()

    def blobs(self) -> list[tuple[str, bytes]]:
        """Its parts by digest."""
        return [(d, part) for d, part in zip(self.refs(), self, strict=True) if d]


class Refs(NamedTuple):
    """Digests of a still; "" where there is nothing."""

    state: str = ""
    vectors: str = ""
    save: str = ""
    tape: str = ""


Held = tuple[Refs, list[tuple[str, bytes]]]  # a still's digests, and its parts by digest


def taped(step: int, changes: Sequence[Change]) -> bytes:
    """Changes up to a step, as a still has them; nothing for none."""
    packed: bytes = msgpack.packb([step, to_plain(changes)]) if changes else b""
    return packed
