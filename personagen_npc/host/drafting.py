"""Turns that an engine is writing: open between the step that hears and the step that answers.

The line that the NPC would say by itself is there before the engine is asked. What comes is read
sentence by sentence; the first that passes commits the reply to the draft, and whatever goes wrong
after it only ends the line there. The journal knows of an open turn by its ``say.open`` row; one
without its ``say`` is answered when the world is opened again.
"""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgpack

from personagen_npc.engines.engine import EngineFailed
from personagen_npc.engines.guarded import GaveUp, Wish
from personagen_npc.engines.prompt import World as About
from personagen_npc.engines.prompt import compose
from personagen_npc.errors import PersonagenError
from personagen_npc.host import translate
from personagen_npc.host.link import Link
from personagen_npc.mind.draft import Draft, Sent, gate_for
from personagen_npc.world.outcome import Outcome
from personagen_npc.world.talking.groups import Line
from personagen_npc.world.talking.opened import close_say, open_again, open_say

if TYPE_CHECKING:
    import asyncio

    from personagen_npc.engines.guarded import Guarded
    from personagen_npc.engines.switchboard import Switchboard
    from personagen_npc.guard.drafts import Gate
    from personagen_npc.host.room import Room
    from personagen_npc.world.talking.opened import Opening
    from personagen_npc.world.world import World

log = logging.getLogger(__name__)

OPEN, PART = "say.open", "say.part"  # kinds of rows, beside the `say` that closes a turn
KEPT: Final = ("npc", "player", "text", "place", "whisper", "max_chars", "facts", "stream", "why")
Plain = dict[str, Any]


@dataclass(slots=True, eq=False)
class _Turn:
    link: Link
    plain: Plain
    opening: Opening
    came: float
    said: list[str] = field(default_factory=list)
    made: Plain = field(default_factory=dict)  # how the draft came about
    task: asyncio.Task[None] | None = None


class Drafting:
    """The open turns of one room."""

    def __init__(self, room: Room, engines: Switchboard | None) -> None:
        self._room, self._engines = room, engines
        self._turns: dict[str, _Turn] = {}  # by NPC: one at a time each

    def engine_for(self, world: World, plain: Plain) -> Guarded | None:
        """The engine that is to write the answer to a ``say``; None if none is."""
        if self._engines is None or self._engines.off or plain.get("to"):
            return None
        npc = world.npcs.get(plain["npc"])
        if npc is None:
            return None
        return self._engines.engine(self._room.name, npc.profile.archetype, npc.id)

    def busy(self, npc: str) -> bool:
        """Whether a turn of this NPC is open."""
        return npc in self._turns

    def stats(self) -> Plain:
        """How the engines stand, for ``ask stats``."""
        off = self._engines is None or self._engines.off
        return {} if off or self._engines is None else {"engines": self._engines.stats()}

    # --- opening --------------------------------------------------------------------------------

    def open(self, link: Link, plain: Plain, came: float, engine: Guarded) -> None:
        """Hear a line as one step, and set the engine to its answer."""
        room, opened = self._room, list[Any]()
        _, changes = room.decide(lambda world: _opened(world, plain, opened))
        (opening,) = opened
        row: Plain = {"type": OPEN, "id": 0, "re": plain["id"], "turn": opening.turn}
        row |= {k: plain[k] for k in KEPT if k in plain}
        room.write(link, row, changes, [])
        link.under_way.add(plain["id"])
        within = self._within(plain)
        turn = _Turn(link, {**plain, "deadline_ms": within * 1000.0}, opening, came)
        self._turns[opening.npc] = turn
        if opening.wants_words:
            turn.task = room.background(self._write(turn, engine, came + within))
        else:
            room.post(lambda: self._close(turn))

    def _within(self, plain: Plain) -> float:
        """Seconds that a reply may take."""
        asked = plain.get("deadline_ms")
        default = self._engines.deadline_s if self._engines is not None else 0.0
        return default if asked is None else asked / 1000.0

    # --- writing --------------------------------------------------------------------------------

    async def _write(self, turn: _Turn, engine: Guarded, deadline: float) -> None:
        """Have the engine write, as far as what it writes may be said."""
        world, npc = self._room.world, self._room.world.npcs[turn.opening.npc]
        about = About(world.pack.description, world.seed)
        prompt = compose(turn.opening.brief, about, engine.engine.name.partition(":")[2])
        sent = Sent(prompt.text, prompt.rules, prompt.canary)
        gate = gate_for(npc, turn.opening.brief, sent, world.minds.checks)
        turn.made["engine"] = engine.engine.name
        try:
            async with aclosing(engine.draft(Wish(prompt.ask, deadline, 0, self._room.name))) as it:
                async for part in it:
                    if isinstance(part, dict) or not self._says(turn, gate, part):
                        break
        except EngineFailed as fault:
            turn.made["failed"] = fault.cause if isinstance(fault, GaveUp) else fault.message
        finally:
            self._room.post(lambda: self._close(turn))

    def _says(self, turn: _Turn, gate: Gate, sentence: str) -> bool:
        """Whether a sentence may be said; it is on its way then."""
        text, wrong = gate.take(sentence)
        if wrong:
            turn.made["refused"] = [f"{w.check}: {w.detail}" for w in wrong]
            return False
        turn.said.append(text)
        if turn.plain.get("stream"):
            self._deliver(turn, text)
        return True

    def _deliver(self, turn: _Turn, text: str) -> None:
        """A sentence goes out once its row is durable."""
        room, link, index = self._room, turn.link, len(turn.said) - 1
        re = turn.plain["id"]
        row = {"type": PART, "id": 0, "re": re, "text": text}
        seq = room.write(link, row, msgpack.packb([]), [])
        delta = {
            "type": "delta", "re": re, "seq": seq, "turn": turn.opening.turn,
            "npc": turn.opening.npc, "index": index, "text": text if index == 0 else f" {text}",
        }  # fmt: skip
        room.after_commit(link, re, lambda: link.put([delta]))

    # --- closing --------------------------------------------------------------------------------

    def _close(self, turn: _Turn) -> None:
        """The second step: the NPC says what was written, or its own line."""
        if self._turns.get(turn.opening.npc) is not turn:
            return  # taken back, or its world is gone
        del self._turns[turn.opening.npc]
        room, link, plain = self._room, turn.link, turn.plain
        cut = "failed" in turn.made or "refused" in turn.made
        draft = None
        if turn.said:
            draft = Draft(" ".join(turn.said), str(turn.made["engine"]), truncated=cut)
        told = bool(plain.get("stream")) and draft is not None
        request = plain | {"stream": bool(plain.get("stream")) and not told}
        request["opened"] = turn.opening.turn
        if draft is not None:
            request["draft"] = draft._asdict()
        try:
            room.step(link, request, turn.came,
                      lambda world: close_say(world, turn.opening, draft, turn.made))  # fmt: skip
        except PersonagenError as fault:
            link.under_way.discard(plain["id"])
            link.put([translate.error(plain["id"], fault)])
        room.parking.release(lambda: room.world)

    def take(self, link: Link, re: int) -> Plain | None:
        """Take back an open turn of which nothing was heard; its request, None if there is none.

        One that is being heard ends there: it cannot be taken back, but it says no more.
        """
        for npc, turn in self._turns.items():
            if turn.link is link and turn.plain["id"] == re:
                self._stop(turn)
                if turn.said and turn.plain.get("stream"):
                    turn.made["failed"] = "cancelled"
                    self._close(turn)
                    return None
                del self._turns[npc]
                return turn.plain
        return None

    def turn_away(self, fault: PersonagenError, link: Link | None = None) -> None:
        """End all open turns, or answer those of one session at once, which nobody waits for."""
        for turn in [t for t in self._turns.values() if link in (None, t.link)]:
            self._stop(turn)
            if link is not None:
                self._close(turn)
                continue
            del self._turns[turn.opening.npc]
            turn.link.under_way.discard(turn.plain["id"])
            turn.link.put([translate.error(turn.plain["id"], fault)])

    def _stop(self, turn: _Turn) -> None:
        if turn.task is not None:
            turn.task.cancel()

    # --- after a crash --------------------------------------------------------------------------

    def recover(self) -> None:
        """Answer what was open when the server ended: with what was heard of it, or its own line.

        Whoever asked sends the line again, and gets this answer.
        """
        journal, branch = self._room.journal, self._room.world.branch
        opened: dict[tuple[str, int], Plain] = {}
        for row in journal.rows_of(frozenset({OPEN})):
            request = msgpack.unpackb(row.input)
            if row.branch == branch and journal.answer(row.session, request["re"]) is None:
                opened[row.session, request["re"]] = request
        said: dict[tuple[str, int], list[str]] = {}
        for row in journal.rows_of(frozenset({PART})) if opened else ():
            part = msgpack.unpackb(row.input)
            said.setdefault((row.session, part["re"]), []).append(part["text"])
        for key, request in opened.items():
            self._answer(key, request, said.get(key, []))

    def _answer(self, key: tuple[str, int], request: Plain, said: list[str]) -> None:
        session, re = key
        link = Link(session, "game", "")
        draft = Draft(" ".join(said), "", truncated=True) if said else None

        def close(world: World) -> Outcome:
            line = Line(request["player"], request["text"], request.get("max_chars") or 400,
                        request.get("facts"))  # fmt: skip
            opening = open_again(world, request["npc"], line, request["turn"],
                                 whisper=bool(request.get("whisper")))  # fmt: skip
            return close_say(world, opening, draft, {"failed": "the server ended"})

        plain: Plain = {"type": "say", "id": re, "opened": request["turn"]}
        plain |= {k: request[k] for k in KEPT if k in request}
        try:
            self._room.step(link, plain, 0.0, close)
        except PersonagenError as fault:
            log.warning("world %s: an open turn of %s cannot be answered: %s", self._room.name,
                        request["npc"], fault.message)  # fmt: skip


def _opened(world: World, r: Plain, into: list[Opening]) -> Outcome:
    """The step that hears; what it opened is left in ``into``."""
    line = Line(r["player"], r["text"], r.get("max_chars") or 400, r.get("facts"))
    into.append(open_say(world, r["npc"], line, place=r.get("place") or "",
                         whisper=r.get("whisper", False)))  # fmt: skip
    return Outcome()
