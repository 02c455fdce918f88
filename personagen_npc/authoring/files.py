"""Which files make a pack."""

from __future__ import annotations

import os
from pathlib import Path

ENDINGS = (".yaml", ".yml", ".json")


def files_of(path: Path, room: str = "") -> list[tuple[Path, str]]:
    """The files of a folder or one room of it, in name order, with their names in the pack.

    Links that lead out of the folder, hidden files and other endings are left out.
    """
    top = path.resolve()
    rows: list[tuple[Path, str]] = []
    for where, folders, names in os.walk(path / room if room else path):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            file = Path(where, name)
            if name.startswith(".") or file.suffix.lower() not in ENDINGS:
                continue
            if not file.is_symlink() or file.resolve().is_relative_to(top):
                rows.append((file, file.relative_to(path).as_posix()))
    return rows


# the world's own file
