"""Compiled packs in the user's cache folder, so that an unchanged pack opens without YAML.

The key is the hash of every file's name and bytes, of this package's version and of the forms; a
cached pack that does not read back as itself is read from its folder again. Nothing here fails
for the cache's sake: without a writable folder every open is a first open.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from personagen_npc.authoring.files import files_of
from personagen_npc.tables import cache_folder
from personagen_npc.world.pack import PACK_FORMAT, Pack, VoiceRule

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

CACHE_FORM = 2  # raise it when reading gives another pack for the same files
KEPT = 64  # compiled packs in the folder before the oldest go; a few MB in all [D]
BUILT_IN_LINES = Path(__file__).parent.parent / "voice" / "data" / "lines"
DIGEST = 64  # hex characters of the hash that a cached file starts with


class Opened(NamedTuple):
    """A pack and the packs that must be opened before it."""

    pack: Pack
    extends: tuple[str, ...] = ()


_OPENED: TypeAdapter[Opened] = TypeAdapter(Opened)
_RULES: TypeAdapter[tuple[VoiceRule, ...]] = TypeAdapter(tuple[VoiceRule, ...])


def load_pack(path: Path, kept: Path | None = None) -> Pack:
    """The pack in a folder, from the cache when nothing in it changed.

    Args:
        path: the pack's folder.
        kept: the cache's folder; the user's own by default.

    Raises:
        BadPack: as ``read_pack``.
    """
    return open_pack(path, kept).pack


def open_pack(path: Path, kept: Path | None = None) -> Opened:
    """As ``load_pack``, with what the pack extends. Raises BadPack."""
    place = _place(path, kept)
    found = _read(place, _OPENED)
    if found is not None:
        return found
    from personagen_npc.authoring.reader import pack_of, read_folder  # YAML costs 20 ms to import

    folder = read_folder(path)
    opened = Opened(pack_of(folder), folder.extends)
    _write(place, _OPENED.dump_json(opened, exclude_unset=True))
    return opened


def load_packs(paths: Sequence[Path], kept: Path | None = None) -> Pack:
    """Several packs as one, in order.

    Raises:
        BadPack: as ``read_pack``, or a pack that another one extends is not opened before it.
    """
    from personagen_npc.authoring.merge import merge_packs
    from personagen_npc.errors import BadPack

    packs: list[Pack] = []
    for path in paths:
        opened = open_pack(path, kept)
        before = [p.id for p in packs]
        lacking = [name for name in opened.extends if name not in before]
        if lacking:
            names = ", ".join(lacking)
            raise BadPack(
                f"pack {opened.pack.id} extends {names}: open {names} before it",
                problems=(f"{path.name}/world.yaml: extends: {names} is not opened before",),
                field="packs",
                got=before,
                allowed=list(opened.extends),
            )
        packs.append(opened.pack)
    return merge_packs(packs)


def load_builtin_voice(
    lines: Path = BUILT_IN_LINES, kept: Path | None = None
) -> tuple[VoiceRule, ...]:
    """The lines that everyone has who has no better ones. Raises BadPack."""
    place = _place(lines, kept)
    found = _read(place, _RULES)
    if found is not None:
        return found
    from personagen_npc.authoring.reader import builtin_voice

    rules = builtin_voice(lines)
    _write(place, _RULES.dump_json(rules, exclude_unset=True))
    return rules


@cache
def _release() -> str:
    try:
        return version("personagen-npc")
    except PackageNotFoundError:  # run from a folder that is not installed
        return "0"


def _place(path: Path, kept: Path | None) -> Path | None:
    """Where the compiled form of a folder lies; None when there is no place or it is unreadable."""
    user = cache_folder()
    folder = kept if kept is not None else user / "packs" if user else None
    if folder is None:
        return None
    digest = sha256(f"{_release()}\0{CACHE_FORM}\0{PACK_FORMAT}\0{path.name}\0".encode())
    try:
        for file, name in files_of(path):
            digest.update(name.encode("utf-8", "surrogatepass") + b"\0")
            digest.update(sha256(file.read_bytes()).digest())
    except OSError:  # the reader will say which file and why
        return None
    return folder / f"{digest.hexdigest()}.json"


def _read(place: Path | None, form: TypeAdapter[T]) -> T | None:
    """A compiled form, None when there is none or it is torn."""
    if place is None:
        return None
    try:
        data = place.read_bytes()
        if data[:DIGEST] == sha256(data[DIGEST:]).hexdigest().encode():
            return form.validate_json(data[DIGEST:])
    except (OSError, ValidationError):
        pass
    return None


def _write(place: Path | None, data: bytes) -> None:
    if place is None:
        return
    fresh = place.with_suffix(f".{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(sha256(data).hexdigest().encode() + data)
        fresh.replace(place)
        _prune(place.parent)
    except OSError:
        return


def _prune(folder: Path) -> None:
    """Removes the oldest files beyond ``KEPT``, half-written ones of dead processes among them."""
    rows = sorted(folder.iterdir(), key=_age, reverse=True)
    for old in rows[KEPT:]:
        old.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # another process removed it
        return 0.0
