"""A world at one moment, as bytes: what a save holds, and what a journal's base row refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.store.rows import digest_of
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World


class Still(NamedTuple):
    """State as canonical JSON and vectors as one raw block, empty when there are none."""

    state: bytes
    vectors: bytes = b""

    @classmethod
    def of(cls, world: World) -> Self:
        """A world as it is now."""
        return cls(snapshot.dump(world), world.vectors.to_block() if len(world.vectors) else b"")

    @classmethod
    def fetched(cls, refs: Refs, blob: Callable[[str], bytes]) -> Self:
        """The still that ``refs`` name; ``blob`` gives bytes for a digest."""
        return cls(blob(refs.state), blob(refs.vectors) if refs.vectors else b"")

    def world(self, pack: Pack) -> World:
        """The world again. Raises BadSave naming what is wrong."""
        return snapshot.load(self.state, pack, self.vectors)

    def refs(self) -> Refs:
        """Its digests."""
        return Refs(digest_of(self.state), digest_of(self.vectors) if self.vectors else "")

    def blobs(self) -> list[tuple[str, bytes]]:
        """Its parts by digest."""
        return [(d, part) for d, part in zip(self.refs(), self, strict=True) if d]


class Refs(NamedTuple):
    """Digests of a still; "" where there is nothing."""

    state: str = ""
    vectors: str = ""
