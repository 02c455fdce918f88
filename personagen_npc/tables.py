"""Tables and texts that ship with the package: YAML read once, remembered as JSON.

PyYAML parses about 1 MB a second, orjson about 300: so a parsed file is kept in the user's cache
folder under the hash of its bytes, and the next start does not parse YAML at all. The cache is only
ever a shortcut: when it is missing, torn, foreign or not writable, the YAML is read.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

PACKAGE = Path(__file__).resolve().parent
FORMAT = 1  # of a cached file: raise it when what is kept for the same YAML changes

_read: dict[Path, Any] = {}


def table(package_file: str | Path) -> Any:
    """What a YAML data file holds; the same object each time, so treat it as frozen.

    Args:
        package_file: path below the package (``"words/data/stop_words.yaml"``) or absolute.

    Raises:
        OSError: there is no such file.
        yaml.YAMLError: it is not YAML.
    """
    path = PACKAGE / package_file
    if path not in _read:
        _read[path] = _load(path.read_bytes(), path.stem)
    return _read[path]


def cache_folder() -> Path | None:
    """The user's cache folder for this package (not created here); None if there is none."""
    for variable in ("PERSONAGEN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        named = os.environ.get(variable, "")
        if named and Path(named).is_absolute():
            return Path(named) / "personagen-npc"
    try:
        home = Path.home()
    except RuntimeError:  # no home: a container with an unknown user
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "personagen-npc"


def _load(source: bytes, stem: str) -> Any:
    folder = cache_folder()
    if folder is None:
        return _parse(source)
    kept = folder / "tables" / f"{stem}-{FORMAT}-{sha256(source).hexdigest()}.json"
    found, value = _from_cache(kept)
    if not found:
        value = _parse(source)
        _to_cache(kept, value)
    return value


def _parse(source: bytes) -> Any:
    import yaml  # 20 ms that a start with a warm cache does not pay

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(source, Loader=loader)


def _from_cache(kept: Path) -> tuple[bool, Any]:
    """(found, value). The first 64 bytes are the hash of the rest, so a torn file is not found."""
    try:
        data = kept.read_bytes()
        if data[:64] == _digest(data[64:]):
            return True, orjson.loads(data[64:])
    except (OSError, ValueError):
        pass
    return False, None


def _to_cache(kept: Path, value: Any) -> None:
    """Keep what JSON can hold without loss; silently nothing where that cannot be done."""
    try:
        data = orjson.dumps(value)
        if orjson.loads(data) != value:  # dates, for instance, would come back as text
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}.tmp")
        fresh.write_bytes(_digest(data) + data)
        fresh.replace(kept)
    except (OSError, TypeError, ValueError):  # TypeError: keys that are no text, ints over 64 bits
        return


def _digest(data: bytes) -> bytes:
    return sha256(data).hexdigest().encode()
