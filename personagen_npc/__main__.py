"""``python -m personagen_npc``: the same as the command ``personagen-npc``."""

from __future__ import annotations

from personagen_npc.cli import main

if __name__ == "__main__":
    main()
