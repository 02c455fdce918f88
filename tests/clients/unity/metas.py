"""Unity's ``.meta`` files: which are due, and those that are missing written.

``python -m tests.clients.unity.metas`` writes what is missing. A GUID once given is kept for ever,
because scenes name scripts by it; so existing files are never touched, also after a move.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[3] / "clients/unity/com.personagen.npc"

_FOLDER: Final = "folderAsset: yes\nDefaultImporter:\n  externalObjects: {}"
_SCRIPT: Final = (
    "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n"
    "  executionOrder: 0\n  icon: {instanceID: 0}"
)
_IMPORTERS: Final = {
    ".cs": _SCRIPT,
    ".asmdef": "AssemblyDefinitionImporter:\n  externalObjects: {}",
    ".md": "TextScriptImporter:\n  externalObjects: {}",
    "package.json": "PackageManifestImporter:\n  externalObjects: {}",
}
_TAIL: Final = "\n  userData: \n  assetBundleName: \n  assetBundleVariant: \n"


def seen() -> list[Path]:
    """What Unity imports: all but hidden things and folders whose name ends in ``~``."""
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        hidden = any(part.startswith(".") or part.endswith("~") for part in parts)
        if not hidden and path.suffix != ".meta":
            found.append(path)
    return found


def meta_of(path: Path) -> Path:
    """Where the meta file of a file or folder lies."""
    return path.with_name(path.name + ".meta")


def write(path: Path) -> None:
    """A first meta file; the GUID comes from the path, so that two people make the same."""
    named = f"com.personagen.npc/{path.relative_to(PACKAGE).as_posix()}"
    guid = hashlib.md5(named.encode(), usedforsecurity=False).hexdigest()
    default = "DefaultImporter:\n  externalObjects: {}"
    kind = _IMPORTERS.get(path.name) or _IMPORTERS.get(path.suffix, default)
    importer = _FOLDER if path.is_dir() else kind
    text = f"fileFormatVersion: 2\nguid: {guid}\n{importer}{_TAIL}"
    meta_of(path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    for asset in seen():
        if not meta_of(asset).exists():
            write(asset)
