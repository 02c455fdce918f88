"""An engine that cannot hurt: queued, bounded, cancelled for real, left alone while it is down.

Each wish has a deadline, after which nobody waits for it; what it would have improved is said as it
was. Direct speech goes before talk that nobody asked for, the oldest deadline first, and worlds
take turns.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.engines.breaker import Breaker
from personagen_npc.engines.engine import EngineFailed
from personagen_npc.engines.spoken import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from personagen_npc.engines.engine import Ask, Engine

SLOTS: Final = 2  # requests at the same time; llama.cpp's and Ollama's own defaults are small, [D]
WAITING: Final = 256  # wishes that wait at most; more is refused at once, [D]
TRIES: Final = 2  # of one wish, if the first one fails before anything was heard, [D]
SMOOTH: Final = 0.2  # of the running mean of the time to the first piece, [D]


class Wish(NamedTuple):
    """A line that somebody waits for.

    Attributes:
        ask: what the model is asked.
        deadline: until when it is of use, in the loop's seconds.
        rank: 0 for an answer to a player, more for what can go unsaid.
        world: whose it is; worlds take turns.
    """

    ask: Ask
    deadline: float
    rank: int = 0
    world: str = ""


class GaveUp(EngineFailed):
    """No answer came of a wish, for a reason that is not the model's text.

    Attributes:
        cause: ``late`` (the deadline), ``busy`` (too many wait), ``down`` (the breaker is open).
    """

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


@dataclass(slots=True, eq=False)
class _Job:
    wish: Wish
    parts: asyncio.Queue[str | dict[str, Any] | EngineFailed] = field(default_factory=asyncio.Queue)
    task: asyncio.Task[None] | None = None
    began: float = 0.0
    heard: bool = False  # a sentence of it is out: it cannot be begun again


class Guarded:
    """One engine with everything around it that makes it safe to ask.

    Args:
        engine: the model.
        slots: how many requests it is asked at a time.
    """

    def __init__(self, engine: Engine, slots: int = SLOTS) -> None:
        self.engine, self.slots = engine, slots
        self.breaker = Breaker()
        self.counts: Counter[str] = Counter()
        self._waiting: list[_Job] = []
        self._running: set[_Job] = set()
        self._served: Counter[str] = Counter()  # of each world since it last had nothing to ask
        self._first_s = 0.0

    async def draft(self, wish: Wish) -> AsyncGenerator[str | dict[str, Any]]:
        """The sentences of a line as they come, then the whole answer.

        Raises EngineFailed; GaveUp among them when the deadline passes. Ending it early takes the
        wish back, and frees the model if it had it.
        """
        loop = asyncio.get_running_loop()
        self._admit(loop.time())
        job = _Job(wish)
        self._waiting.append(job)
        self._fill()
        try:
            while True:
                part = await self._next(job)
                yield part
                if isinstance(part, dict):
                    self.counts["served"] += 1
                    return
        finally:
            self._let_go(job)

    def stats(self) -> dict[str, Any]:
        """Where it stands, as plain values: what waits and runs, what came of the rest."""
        now = asyncio.get_running_loop().time()
        return {
            "engine": self.engine.name, "breaker": self.breaker.state(now),
            "waiting": len(self._waiting), "running": len(self._running), "slots": self.slots,
            "first_ms": round(1000.0 * self._first_s, 1), **self.counts,
        }  # fmt: skip

    async def close(self) -> None:
        """End everything under way and let go of the engine."""
        tasks = [job.task for job in self._running if job.task is not None]
        for job in [*self._waiting, *self._running]:
            job.parts.put_nowait(GaveUp("down", "the engine is closed"))
            self._let_go(job)
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.engine.close()

    # --- waiting ------------------------------------------------------------------------------

    def _admit(self, now: float) -> None:
        if self.breaker.state(now) == "open":
            self.counts["down"] += 1
            raise GaveUp("down", f"{self.engine.name} failed lately and is left alone")
        if len(self._waiting) >= WAITING:
            self.counts["busy"] += 1
            raise GaveUp("busy", f"{len(self._waiting)} lines wait for {self.engine.name}")

    async def _next(self, job: _Job) -> str | dict[str, Any]:
        try:
            async with asyncio.timeout_at(job.wish.deadline):
                part = await job.parts.get()
        except TimeoutError:
            self.counts["late"] += 1
            raise GaveUp("late", f"{self.engine.name} was not done by the deadline") from None
        if isinstance(part, EngineFailed):
            self.counts["failed"] += 1
            raise part
        return part

    def _let_go(self, job: _Job) -> None:
        """Nobody waits for it any more; its slot is free once the request has really ended."""
        if job in self._waiting:
            self._waiting.remove(job)
        elif job.task is not None:
            job.task.cancel()

    def _fill(self) -> None:
        """Start what may start, in order."""
        while self._waiting and len(self._running) < self.slots:
            now = asyncio.get_running_loop().time()
            if not self.breaker.passes(now):
                return self._refuse()
            job = min(self._waiting, key=self._order)
            self._waiting.remove(job)
            self._running.add(job)
            self._served[job.wish.world] += 1
            job.began = now
            job.task = asyncio.create_task(self._serve(job))
            job.task.add_done_callback(partial(self._ended, job))
        return None

    def _order(self, job: _Job) -> tuple[int, int, float]:
        """Direct speech first; then the world that was served least; then who is due first."""
        return job.wish.rank, self._served[job.wish.world], job.wish.deadline

    def _refuse(self) -> None:
        """The model is down: who waits need not wait for his deadline."""
        if self.breaker.state(asyncio.get_running_loop().time()) != "open":
            return  # a probe is under way; its end decides
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            self.counts["down"] += 1
            job.parts.put_nowait(GaveUp("down", f"{self.engine.name} is left alone"))

    def _ended(self, job: _Job, _: object) -> None:
        self._running.discard(job)
        if not self._waiting and not self._running:
            self._served.clear()
        self._fill()

    # --- asking -------------------------------------------------------------------------------

    async def _serve(self, job: _Job) -> None:
        loop = asyncio.get_running_loop()
        try:
            for left in range(TRIES - 1, -1, -1):
                fault = await self._tried(job)
                if fault is None:
                    return self.breaker.succeeded()
                self.breaker.failed(loop.time())
                if not left or not self._again(job, fault, loop.time()):
                    return job.parts.put_nowait(fault)
                self.counts["again"] += 1
        except asyncio.CancelledError:
            self._given_up(job, loop.time())
            raise
        return None

    async def _tried(self, job: _Job) -> EngineFailed | None:
        """Ask once; what went wrong."""
        loop = asyncio.get_running_loop()
        answer, began = Answer(), loop.time()
        try:
            async with aclosing(self.engine.stream(job.wish.ask)) as pieces:
                async for piece in pieces:
                    if not answer.text:
                        self._first(loop.time() - began)
                    for sentence in answer.take(piece):
                        job.heard = True
                        job.parts.put_nowait(sentence)
            job.parts.put_nowait(answer.whole())
        except EngineFailed as fault:
            return fault
        return None

    def _given_up(self, job: _Job, now: float) -> None:
        """A model that had time and did not use it has failed; one told to stop has not."""
        had_time = job.wish.deadline - job.began > 2.0 * self._first_s
        if now >= job.wish.deadline and had_time:
            self.breaker.failed(now)
        else:
            self.breaker.given_up()

    def _again(self, job: _Job, fault: EngineFailed, now: float) -> bool:
        """Whether there is time and reason for another try."""
        return (
            fault.passing and not job.heard and self.breaker.state(now) == "closed"
            and now + 2.0 * self._first_s < job.wish.deadline
        )  # fmt: skip

    def _first(self, seconds: float) -> None:
        before = self._first_s or seconds
        self._first_s = before + SMOOTH * (seconds - before)
