"""Packs by name under configured roots; never by a path from the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.errors import Unknown
from personagen_npc.world.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Library:
    """The packs that this server may open."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)

    def names(self) -> list[str]:
        """Every pack name under the roots, sorted."""
        found = {f.parent.name for root in self._roots for f in root.glob("*/world.*")}
        found |= {root.name for root in self._roots if _is_pack(root)}
        return sorted(found)

    def pack(self, names: Sequence[str]) -> Pack:
        """Several packs merged in order over the built-in voice; blocking, some milliseconds.

        Raises:
            Unknown: no pack of that name under the roots.
            BadPack: a pack with mistakes, each named by file and line.
        """
        if not names:
            return Pack(id="empty", name="an empty world", voice=load_builtin_voice())
        return of_folders([self._find(n, k) for k, n in enumerate(names)])

    def _find(self, name: str, index: int) -> Path:
        for root in self._roots:
            if root.name == name and _is_pack(root):
                return root
            if _is_pack(root / name):
                return root / name
        raise Unknown(
            f"no pack {name!r} under the server's pack folders",
            field=f"packs.{index}", got=name, allowed=", ".join(self.names()) or "none is there",
        )  # fmt: skip


def of_folders(folders: Sequence[Path]) -> Pack:
    """Packs of some folders, merged over the built-in voice. Raises BadPack."""
    pack = load_packs(list(folders))
    return pack.model_copy(update={"voice": (*load_builtin_voice(), *pack.voice)})


def _is_pack(folder: Path) -> bool:
    return any((folder / f"world.{end}").is_file() for end in ("yaml", "yml", "json"))


def pack_bytes(pack: Pack) -> bytes:
    """A pack as JSON in its authors' order: the journal's, so that a world reopens as it was."""
    return orjson.dumps(pack.model_dump(mode="json", exclude_defaults=True))


def pack_from(data: bytes) -> Pack:
    """The inverse of ``pack_bytes``."""
    return Pack.model_validate_json(data)
