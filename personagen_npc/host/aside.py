"""Long work beside the loop: in a thread that gives way often, without the collector.

A thread holds the interpreter's lock for 5 ms at a time when somebody waits for it. While a world
is packed or made that is a tenth of it; and a full collection, in whichever thread it falls due,
stops them all for a tenth of a second.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from personagen_npc.host.collector import at_rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")
TURN_S: Final = 0.0005  # that a thread keeps the lock: tuned, costs 1 % of a load
_usual: list[float] = []  # what it was before, once for each who shortened it


async def aside(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What ``work`` gives; the loop goes on meanwhile."""
    with short_turns(), at_rest():
        return await asyncio.to_thread(work, *args, **named)


@contextmanager
def short_turns() -> Iterator[None]:
    """While this lasts, threads change places ten times as often."""
    _usual.append(sys.getswitchinterval() if not _usual else _usual[0])
    sys.setswitchinterval(TURN_S)
    try:
        yield
    finally:
        usual = _usual.pop()
        if not _usual:
            sys.setswitchinterval(usual)


def let_go(held: list[Any]) -> None:
    """Drop things one after the other: a world of a thousand minds at once takes a while."""
    while held:
        held.pop()
        sleep(0)
