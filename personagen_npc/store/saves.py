"""Named saves in a folder: written whole or not at all, the one before kept beside it.

A name is never a path. A save appears by a rename of a finished file, so a kill at any moment
leaves the old save or the new one. Imports gather in a file of their own and become a save only
after they were read through. One process a folder (``lock``): what a kill left is swept at start.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from personagen_npc.errors import BadField, BadSave, Conflict, ServerFault, Unknown
from personagen_npc.store.container import MAX_HEADER, read_header, read_save, write_save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

T = TypeVar("T")

SUFFIX: Final = ".npcsave"
PREVIOUS: Final = ".npcsave.bak"
UNFINISHED: Final = ".unfinished"
# An Id, without the colon (Windows: another stream, or a drive) and not ending in a dot.
NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_-])?")
ALLOWED: Final = "1 to 64 of a-z 0-9 _ . - starting with a letter or digit, no device name"
# Names that Windows takes for devices whatever follows a dot (Microsoft: Naming Files, Paths).
DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
MAX_IMPORT: Final = 256 << 20  # [D] bytes of one import; a world of 1,000 x 200 memories has 138 MB
MAX_IMPORTS: Final = 4  # [D] at the same time
RETRIES: Final = 5  # Windows refuses a rename while a virus scanner reads the file


class SaveInfo(NamedTuple):
    """One line of a list of saves.

    Attributes:
        name: name of the slot.
        size: bytes of the file.
        modified: when it was written, seconds since 1970.
        header: the save's header; empty if it cannot be read.
        problem: why it cannot be read; empty if it can, as far as its header tells.
    """

    name: str
    size: int
    modified: float
    header: dict[str, Any]
    problem: str


class _Import:
    """Chunks of one import, on disk."""

    __slots__ = ("file", "name", "path", "size")

    def __init__(self, name: str, folder: Path) -> None:
        fd, path = tempfile.mkstemp(suffix=UNFINISHED, dir=folder)
        self.name = name
        self.path = Path(path)
        self.file = os.fdopen(fd, "wb")
        self.size = 0


class Saves:
    """The slots of one folder."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._imports: dict[str, _Import] = {}
        self._made = 0
        for leftover in root.glob(f"*{UNFINISHED}"):
            with suppress(OSError):
                leftover.unlink()

    def write(self, name: str, blob: bytes) -> SaveInfo:
        """Put a save into a slot; what was there stays readable as the previous one.

        Raises BadField for a bad name, ServerFault if the disk refuses; the old save stays then.
        """
        self._written(name, lambda file: file.write(blob))
        return self._info(name)

    def write_blocks(
        self, name: str, header: dict[str, Any], blocks: Iterable[tuple[str, bytes]]
    ) -> tuple[int, str]:
        """Put a save into a slot as its blocks come; returns its bytes and its id.

        Raises as ``write``, BadSave, and whatever ``blocks`` raises; the old save stays then.
        """
        digest = self._written(name, lambda file: write_save(file, header, blocks))
        return self._path(name).stat().st_size, digest

    def _written(self, name: str, write: Callable[[BinaryIO], T]) -> T:
        """A slot's file, written aside, flushed and only then put in its place."""
        path = self._path(name)
        try:
            fd, made = tempfile.mkstemp(suffix=UNFINISHED, dir=self._root)
            unfinished = Path(made)
            try:
                with os.fdopen(fd, "wb", buffering=1 << 20) as file:
                    told = write(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._install(unfinished, path)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as fault:
            raise _unwritten(name, fault) from fault
        return told

    def read(self, name: str, *, previous: bool = False) -> bytes:
        """The bytes of a slot, or those it had before the last write.

        Raises BadField for a bad name, Unknown for an empty slot.
        """
        path = self._previous(name) if previous else self._newest(name)
        try:
            return path.read_bytes()
        except FileNotFoundError as fault:
            raise Unknown(f"no save named {name}", field="name", got=name) from fault
        except OSError as fault:
            raise ServerFault(f"save {name} cannot be read", field="name", got=fault) from fault

    def list(self) -> tuple[SaveInfo, ...]:
        """All slots, by name. A save that cannot be read is listed with its problem."""
        names = set()
        for path in self._root.iterdir():
            for suffix in (SUFFIX, PREVIOUS):
                if path.name.endswith(suffix):
                    names.add(path.name[: -len(suffix)])
        return tuple(self._info(name) for name in sorted(names) if _is_name(name))

    def begin(self, name: str) -> str:
        """Start an import into a slot; the token names it in what follows.

        Raises BadField for a bad name, Conflict for more than ``MAX_IMPORTS`` at once.
        """
        self._path(name)
        if len(self._imports) >= MAX_IMPORTS:
            raise Conflict("too many imports at once", field="name", allowed=MAX_IMPORTS)
        try:
            started = _Import(name, self._root)
        except OSError as fault:
            raise _unwritten(name, fault) from fault
        self._made += 1
        token = f"import-{self._made}"
        self._imports[token] = started
        return token

    def append(self, token: str, chunk: bytes) -> int:
        """Add a chunk; gives the bytes so far. Raises BadSave over ``MAX_IMPORT``, ending it."""
        started = self._import(token)
        if started.size + len(chunk) > MAX_IMPORT:
            self.abort(token)
            raise BadSave("import is too big", field="data", allowed=MAX_IMPORT)
        try:
            started.file.write(chunk)
        except OSError as fault:
            self.abort(token)
            raise _unwritten(started.name, fault) from fault
        started.size += len(chunk)
        return started.size

    def finish(self, token: str) -> SaveInfo:
        """Read the import through and make it the slot's save. Raises BadSave; it is gone then."""
        started = self._import(token)
        try:
            with started.file as file:
                file.flush()
                os.fsync(file.fileno())
            read_save(started.path.read_bytes())
            self._install(started.path, self._path(started.name))
        except OSError as fault:
            raise _unwritten(started.name, fault) from fault
        finally:
            self.abort(token)
        return self._info(started.name)

    def abort(self, token: str) -> None:
        """Forget an import. An unknown token does no harm."""
        started = self._imports.pop(token, None)
        if started is not None:
            with suppress(OSError):
                started.file.close()
            started.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Forget every import that was not finished."""
        for token in list(self._imports):
            self.abort(token)

    def _import(self, token: str) -> _Import:
        if token not in self._imports:
            raise Unknown("no such import", field="token", got=token)
        return self._imports[token]

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise BadField("not a name for a save", field="name", got=name, allowed=ALLOWED)
        return self._root / (name + SUFFIX)

    def _previous(self, name: str) -> Path:
        return self._path(name).with_suffix(PREVIOUS)

    def _newest(self, name: str) -> Path:
        """The slot's file; the one before if a kill came between the two renames of a write."""
        path = self._path(name)
        return path if path.exists() else self._previous(name)

    def _install(self, finished: Path, path: Path) -> None:
        if path.exists():
            _rename(path, path.with_suffix(PREVIOUS))
        _rename(finished, path)
        _sync_folder(self._root)

    def _info(self, name: str) -> SaveInfo:
        header: dict[str, Any] = {}
        problem = ""
        size, modified = 0, 0.0
        try:
            with self._newest(name).open("rb") as file:
                status = os.fstat(file.fileno())
                size, modified = status.st_size, status.st_mtime
                header = read_header(file.read(MAX_HEADER + 1024))
        except (BadSave, OSError) as fault:
            problem = str(fault)
        return SaveInfo(name, size, modified, header, problem)


def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name.split(".")[0] not in DEVICES


def _unwritten(name: str, fault: OSError) -> ServerFault:
    return ServerFault(f"save {name} could not be written: {fault}", field="name", got=name)


def _rename(source: Path, target: Path) -> None:
    for attempt in range(RETRIES):
        try:
            source.replace(target)
        except PermissionError:
            if attempt == RETRIES - 1:
                raise
            time.sleep(0.02 * (attempt + 1))
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Make a rename outlive a power cut, where a folder can be opened (not on Windows)."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
