"""Everything that is wrong with a pack, or only doubtful, with file and line.

A part that cannot be read is left out and the rest is checked all the same, so that one run names
every mistake; references to a part that is left out stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from personagen_npc.authoring.audits import check_people
from personagen_npc.authoring.cache import load_builtin_voice
from personagen_npc.authoring.files import ENDINGS
from personagen_npc.authoring.lines import check_commas, check_forbidden, check_voice
from personagen_npc.authoring.look import Look
from personagen_npc.authoring.merge import merge_packs
from personagen_npc.authoring.problem import Problem, nearest
from personagen_npc.authoring.reader import read_folder, salvaged
from personagen_npc.authoring.references import check_references
from personagen_npc.errors import BadPack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from personagen_npc.authoring.rooms import Folder
    from personagen_npc.world.pack import Pack, VoiceRule

ROOMS = ("npcs", "lore", "voice", "cultures", "tests", "parts", "cards")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of files and lines."""

    pack: str
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the pack from opening, or from meaning what it says."""
        return tuple(p for p in self.problems if p.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is lawful and probably not meant."""
        return tuple(p for p in self.problems if p.level == "warning")

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not self.errors

    def text(self) -> str:
        """One line a problem, then a line that counts them."""
        count = f"{self.pack}: {len(self.errors)} errors, {len(self.warnings)} warnings"
        return "\n".join([*map(str, self.problems), count])


def check_pack(path: Path, below: Sequence[Path] = ()) -> Report:
    """All mistakes of a pack's folder; never raises for what the folder holds.

    Args:
        path: the pack.
        below: packs that are opened before it; those it extends are looked for beside it.
    """
    folder = read_folder(path)
    problems = [*folder.problems, *_stray(path)]
    pack = folder.pack or salvaged(folder)
    if pack is not None:
        under, missing = _under(folder, path, below)
        problems += missing
        look = Look(
            pack,
            merge_packs([*under, pack]) if under else pack,
            folder.root,
            folder.spoilt,
            firm=not missing,
        )
        check_references(look)
        built_in = _built_in(problems)
        check_voice(look, built_in)
        check_people(look, built_in)
        check_forbidden(look, folder.root)
        check_commas(look, folder.root)
        problems += look.problems
    unique = dict.fromkeys(problems)
    return Report(folder.name, tuple(sorted(unique, key=lambda p: (p.file, p.line))))


def _built_in(problems: list[Problem]) -> tuple[VoiceRule, ...]:
    try:
        return load_builtin_voice()
    except BadPack as error:  # ours to mend, but the pack's own mistakes matter here
        problems.append(Problem("built-in voice", 0, "", error.message, "warning"))
        return ()


def _under(folder: Folder, path: Path, below: Sequence[Path]) -> tuple[list[Pack], list[Problem]]:
    """The packs that a pack stands on, and a warning for each that is not to be found."""
    found: dict[str, Pack] = {}
    for other in below:
        pack = read_folder(other).pack
        if pack is not None:
            found[pack.id] = pack
    missing: list[Problem] = []
    for name in folder.extends:
        if name in found:
            continue
        pack = read_folder(path.resolve().parent / name).pack
        if pack is not None and pack.id == name:
            found[name] = pack
        else:
            text = f"pack {name} is not beside this one, so ids from it cannot be checked"
            missing.append(Problem("world.yaml", 0, "extends", text, "warning"))
    return [p for p in found.values() if p.id != folder.name], missing


def _stray(path: Path) -> list[Problem]:
    """Files and folders whose names are nearly right, and which are therefore not read."""
    if not path.is_dir():
        return []
    rows = []
    for entry in sorted(path.iterdir()):
        if entry.name.startswith(".") or entry.name in ROOMS or entry.stem in ("world", "learned"):
            continue
        known = ROOMS if entry.is_dir() else ("world",) if entry.suffix in ENDINGS else ()
        hint = nearest(entry.stem, known)
        if hint.startswith("did") or (known and not entry.is_dir()):
            rows.append(Problem(entry.name, 0, "", f"is not read ({hint})", "warning"))
    return rows
