"""Leaving a world for another state of it: what was left is kept, so that it can be gone back to.

It is taken beside the running world, as for a save; what is done until it is left goes on a tape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.host import saving
from personagen_npc.host.aside import aside
from personagen_npc.host.compacting import Memory
from personagen_npc.host.still import Refs, Still, taped
from personagen_npc.store.rows import digest_of
from personagen_npc.world.state.capture import Capture, Tape

if TYPE_CHECKING:
    from personagen_npc.host.room import Room
    from personagen_npc.host.still import Held
    from personagen_npc.world.world import World


class Left(NamedTuple):
    """A world that is about to be left, and what was done in it since it was taken."""

    world: World
    save: bytes
    digest: str
    tape: Tape

    def end(self) -> Held:
        """It is left now: what to find it by, and its bytes."""
        self.tape.close()
        tape = taped(self.world.step, self.tape.changes)
        refs = Refs(save=self.digest, tape=digest_of(tape) if tape else "")
        return refs, [(self.digest, self.save), *([(refs.tape, tape)] if tape else [])]


async def leaving(room: Room) -> Left:
    """Take a room's world, to leave it when all is ready."""
    while True:
        world, memory = room.world, Memory()
        tape, capture = Tape(world), Capture(world)
        try:
            header = {"world": room.name, **capture.where}
            await saving.write(memory, "", header, lambda: b"{}", capture)
            digest = await aside(digest_of, memory.data)
        except BaseException:
            tape.close()
            raise
        if room.world is world:
            return Left(world, memory.data, digest, tape)
        tape.close()  # another one has come meanwhile: that is left


async def arriving(world: World) -> Held:
    """The same of a world that nobody is in yet."""
    return await aside(lambda: Still.saved(world).held())
