"""Shade: whether what is stated or confessed is a sorrow or a guilt.

Both are told in the same words ("I lost my brother", "I killed a man") and want different answers.
"""

from __future__ import annotations

import re
from typing import Final

from personagen_npc.tables import table

STATING: Final = frozenset({"tell", "confess", "share_news", "ask_help", "apologise"})
_SHADES: Final = {
    name: re.compile("|".join(f"(?:{run})" for run in runs))
    for name, runs in table("mind/data/shades.yaml").items()
}


def shade(text: str, intent: str) -> str:
    """``sorrow``, ``guilt``, or nothing."""
    if intent not in STATING:
        return ""
    low = text.lower().replace("\u2019", "'")
    return next((name for name, told in _SHADES.items() if told.search(low)), "")
