"""The garbage collector and worlds: they are made without it, and then lie out of its sight.

A full collection looks at every object there is: 150 ms with 1,000 NPCs, in the middle of a game.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def at_rest() -> Iterator[None]:
    """While a world is made: no collection, and none will look at what was made.

    Leaves a collector alone that whoever embeds us has switched off.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.freeze()
            gc.enable()


def awake() -> None:
    """A world was closed: what was out of sight may be garbage now."""
    gc.unfreeze()
