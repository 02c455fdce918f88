"""Which stage of a turn takes how long: functions wrapped from outside, time counted once.

A stage's time is its own: what another stage does inside it counts there. The product knows nothing
of this; the wrappers are put in place by a bench and cost about a microsecond a call, so a figure
for a whole turn is never taken while they are on.
"""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

clock = time.thread_time_ns


class Stages:
    """A stack of stages under way and the nanoseconds of each, turn by turn."""

    def __init__(self) -> None:
        self.turns: list[dict[str, int]] = []
        self._now: dict[str, int] = {}
        self._stack: list[str] = []
        self._since = 0
        self._put_back: list[tuple[Any, str, Any]] = []

    def wrap(self, owner: Any, name: str, stage: str) -> None:
        """Count the calls of ``owner.name`` as ``stage`` until ``close``."""
        inner = getattr(owner, name)

        @wraps(inner)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.enter(stage)
            try:
                return inner(*args, **kwargs)
            finally:
                self.leave()

        self.replace(owner, name, timed)

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Put something in a name's place until ``close``."""
        self._put_back.append((owner, name, vars(owner).get(name, self)))
        setattr(owner, name, value)

    def wrap_all(self, plan: Iterable[tuple[Any, str, str]]) -> None:
        """``wrap`` each of (owner, name, stage)."""
        for owner, name, stage in plan:
            self.wrap(owner, name, stage)

    def enter(self, stage: str) -> None:
        """A stage begins inside the one under way."""
        now = clock()
        if self._stack:
            self._add(self._stack[-1], now - self._since)
        self._stack.append(stage)
        self._since = now

    def leave(self) -> None:
        """The stage under way ends."""
        now = clock()
        self._add(self._stack.pop(), now - self._since)
        self._since = now

    def next_turn(self) -> None:
        """What was counted so far is one turn."""
        self.turns.append(self._now)
        self._now = {}

    def forget(self) -> None:
        """What was counted since the last turn was none."""
        self._now = {}

    def close(self) -> None:
        """Take the wrappers off."""
        for owner, name, before in reversed(self._put_back):
            if before is self:  # it was its class's
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        self._put_back.clear()

    def micros(self, stage: str) -> list[float]:
        """Microseconds of a stage in each turn."""
        return [turn.get(stage, 0) / 1000 for turn in self.turns]

    def _add(self, stage: str, nanos: int) -> None:
        self._now[stage] = self._now.get(stage, 0) + nanos
