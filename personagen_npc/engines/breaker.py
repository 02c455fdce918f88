"""A circuit breaker: a model that fails again and again is left alone for a while, then probed.

Closed: everything passes. Open: nothing does. Half open, after the pause: one request passes, and
its end decides. Nygard, Release It!, 2007, names the states.
"""

from __future__ import annotations

from typing import Final, Literal

FAILURES: Final = 3  # in a row before it opens, [D]
PAUSE_S: Final = 1.0  # the first pause; each failed probe doubles it, [D]
LONGEST_S: Final = 60.0
State = Literal["closed", "open", "half_open"]


class Breaker:
    """Counts failures in a row; times are in any seconds that only grow."""

    def __init__(self) -> None:
        self._failures = 0
        self._pause = PAUSE_S
        self._opened: float | None = None
        self._probing = False

    def state(self, now: float) -> State:
        """Where it stands."""
        if self._opened is None:
            return "closed"
        return "open" if now < self._opened + self._pause else "half_open"

    def passes(self, now: float) -> bool:
        """Whether a request may go now; in half open only one at a time, which thereby goes."""
        state = self.state(now)
        if state == "half_open" and not self._probing:
            self._probing = True
            return True
        return state == "closed"

    def succeeded(self) -> None:
        """A request gave what was asked for."""
        self._failures, self._pause = 0, PAUSE_S
        self._opened, self._probing = None, False

    def failed(self, now: float) -> None:
        """A request did not."""
        self._failures += 1
        if self._probing:
            self._pause = min(2 * self._pause, LONGEST_S)
            self._opened, self._probing = now, False
        elif self._failures >= FAILURES and self._opened is None:
            self._opened = now

    def given_up(self) -> None:
        """A request was taken back: it says nothing about the model, a probe may go again."""
        self._probing = False
