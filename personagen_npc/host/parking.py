"""Parking: lines said to an NPC that is held wait here, in order, until it is free.

A script holds it, or an answer that an engine is still writing.

What waits is no step and stands in no journal, so a save does not hold it and a killed server loses
it; its session sends it again, as every write that was not answered. It runs as a step of its own
once the script lets go. Taken back by its session's ``cancel``; given up when its deadline passes,
when the world is loaded, and when its session or the server ends.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import Conflict, Expired, PersonagenError
from personagen_npc.host import translate
from personagen_npc.world.talking.talk import admit, held_by_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.host.link import Link
    from personagen_npc.world.world import World

PER_NPC = 16  # lines that wait for one NPC at most, [D]
PER_WORLD = 256  # lines that wait in one world at most, [D]
Plain = dict[str, Any]


class Parked(NamedTuple):
    """One ``say`` that waits; ``run`` carries it out, ``timer`` ends its deadline."""

    link: Link
    request: Plain
    run: Callable[[], object]
    timer: asyncio.TimerHandle | None

    @property
    def npcs(self) -> tuple[str, ...]:
        """To whom it is said."""
        return addressed(self.request)


class Parking:
    """Everything that waits in one world, in the order in which it came."""

    def __init__(self, busy: Callable[[str], bool] = lambda _: False) -> None:
        self._busy = busy  # whether an NPC is answering somebody else still
        self._waiting: list[Parked] = []
        self._releasing = False

    def __len__(self) -> int:
        return len(self._waiting)

    def park(
        self, world: World, link: Link, request: Plain, came: float, run: Callable[[], object]
    ) -> bool:
        """Let a ``say`` wait if a script holds whom it is said to; False if it need not.

        Raises what the ``say`` would be refused with anyway, and Conflict when too many wait.
        ``came``: when it came, in the loop's seconds.
        """
        npcs = addressed(request)
        held = self._held(world, npcs)
        if not held:
            return False
        admit(world, npcs, request["player"], request.get("place") or "")
        self._refuse_crowd(held, "to" if request.get("to") else "npc")
        timer = None
        if "deadline_ms" in request and request["deadline_ms"] is not None:
            loop = asyncio.get_running_loop()
            at = came + request["deadline_ms"] / 1000.0
            timer = loop.call_at(at, self._late, link, request["id"])
        link.under_way.add(request["id"])
        self._waiting.append(Parked(link, request, run, timer))
        return True

    def _held(self, world: World, npcs: tuple[str, ...]) -> list[str]:
        return [*held_by_script(world, npcs), *filter(self._busy, npcs)]

    def _refuse_crowd(self, held: list[str], field: str) -> None:
        if len(self._waiting) >= PER_WORLD:
            raise Conflict("too much waits for scripts here", field=field, got=len(self._waiting),
                           allowed=f"at most {PER_WORLD} lines")  # fmt: skip
        for npc in held:
            waits = sum(npc in p.npcs for p in self._waiting)
            if waits >= PER_NPC:
                raise Conflict(f"too much waits for {npc} already", field=field, got=waits,
                               allowed=f"at most {PER_NPC} lines")  # fmt: skip

    def release(self, world: Callable[[], World]) -> None:
        """Carry out what need wait no longer, in order; what that sets free too."""
        if self._releasing or not self._waiting:
            return
        self._releasing = True
        try:
            while (free := self._next(world())) is not None:
                self._out(free)
                free.run()
        finally:
            self._releasing = False

    def _next(self, world: World) -> Parked | None:
        """The first whom no script holds, and who does not wait behind another for the same NPC."""
        behind: set[str] = set()
        for parked in self._waiting:
            if behind.isdisjoint(parked.npcs) and not self._held(world, parked.npcs):
                return parked
            behind.update(parked.npcs)
        return None

    def take(self, link: Link, re: int) -> Parked | None:
        """Take back what a session let wait under an id; None if it does not wait (any more)."""
        for parked in self._waiting:
            if parked.link is link and parked.request["id"] == re:
                self._out(parked)
                return parked
        return None

    def turn_away(self, fault: PersonagenError, link: Link | None = None) -> None:
        """Answer all that waits, or all of one session, with a fault."""
        for parked in [p for p in self._waiting if link in (None, p.link)]:
            self._out(parked)
            parked.link.put([translate.error(parked.request["id"], fault)])

    def _late(self, link: Link, re: int) -> None:
        if self.take(link, re) is not None:
            fault = Expired("a script held it until the deadline", field="deadline_ms",
                            allowed="a later deadline, or none")  # fmt: skip
            link.put([translate.error(re, fault)])

    def _out(self, parked: Parked) -> None:
        self._waiting.remove(parked)
        parked.link.under_way.discard(parked.request["id"])
        if parked.timer is not None:
            parked.timer.cancel()


def addressed(request: Plain) -> tuple[str, ...]:
    """To whom a ``say`` is said."""
    return tuple(request.get("to") or (request["npc"],))
