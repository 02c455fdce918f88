"""Kept: the vectors of a pack's texts in the user's cache folder, worked out once for all worlds.

As with other tables the cache is only ever a shortcut: what is missing, torn or of another table is
worked out again. Worlds of one process that know the same texts share one array.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from personagen_npc.tables import cache_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from personagen_npc.words.senses import Senses

FORM: Final = 1  # raise it when the same texts get other vectors
OPEN: Final = 8  # packs whose vectors stay in memory: 20 MB, [D]
FILES: Final = 32  # of packs in the folder before the oldest go: 40 MB, [D]
FEW: Final = 200  # texts that are worked out as quickly as they are read, [D]
DIGEST: Final = 32  # bytes of the hash that a file starts with

_open: dict[bytes, NDArray[np.float32]] = {}


def kept_vectors(table: Senses, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts as the table gives them; not to be written to."""
    key = sha256("\0".join((str(FORM), table.mark, *texts)).encode("utf-8", "surrogatepass"))
    rows = _open.get(key.digest())
    if rows is None:
        if len(_open) >= OPEN:
            _open.pop(next(iter(_open)))
        rows = _open[key.digest()] = _read(table, texts, key.hexdigest())
        rows.flags.writeable = False
    return rows


def _read(table: Senses, texts: Sequence[str], key: str) -> NDArray[np.float32]:
    folder = cache_folder()
    if folder is None or len(texts) < FEW:
        return table.vectors(texts)
    place = folder / "senses" / f"{key}.i16"
    try:
        data = place.read_bytes()
        whole = len(data) == DIGEST + 2 * table.dim * len(texts)
        if whole and data[:DIGEST] == sha256(memoryview(data)[DIGEST:]).digest():
            found = np.frombuffer(data, "<i2", offset=DIGEST)
            return found.astype(np.float32).reshape(-1, table.dim)
    except OSError:
        pass
    rows = table.vectors(texts)
    _write(place, rows.astype("<i2").tobytes())
    return rows


def _write(place: Path, data: bytes) -> None:
    """Keep it, and of all that is kept the newest; nothing where that cannot be done."""
    fresh = place.with_suffix(f".{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(sha256(data).digest() + data)
        fresh.replace(place)
        files = sorted(place.parent.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)
        for old in files[FILES:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
