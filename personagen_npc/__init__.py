"""Minds for game characters: NPCs that remember, feel, learn and answer in character.

``connect`` is the door for programs: ``async with await personagen_npc.connect(...) as game``. It
is loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.version import __version__

if TYPE_CHECKING:
    from personagen_npc.build import connect

__all__ = ["__version__", "connect"]


def __getattr__(name: str) -> object:
    if name == "connect":
        from personagen_npc.build import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
