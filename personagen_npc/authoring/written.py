"""Written: what was generated, as the files that a designer would have written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.authoring.newcomer import newcomer
from personagen_npc.authoring.yamlfile import as_text
from personagen_npc.errors import Conflict
from personagen_npc.persona.acquaintance import told_by_both

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.persona.town import Town
    from personagen_npc.world.pack import Pack


def as_yaml(persona: PersonaProfile) -> str:
    """The persona as ``npcs/ID.yaml`` of a pack: only what differs from the defaults."""
    plain = persona.model_dump(mode="json", exclude_defaults=True)
    plain["knowledge_graph"] = {
        key: {k: v for k, v in node.items() if k != "id"}
        for key, node in plain.get("knowledge_graph", {}).items()
    }
    return as_text(plain)


def write_newcomer(pack: Pack, folder: Path, theme: str, complexity: int, seed: int) -> list[Path]:
    """A person for a pack, as a file of his own, and one of what others there say of him.

    Raises:
        Conflict: there is a file of that name.
        OSError: it cannot be written.
    """
    there = [pack.npcs[name] for name in sorted(pack.npcs)]
    made, ties = newcomer(pack, there, theme, complexity, seed)
    texts = {folder / "npcs" / f"{made.id}.yaml": as_yaml(made)}
    if ties:
        facts = [_bare(f) for f in told_by_both(made, ties)]
        texts[folder / "lore" / f"{made.id}.yaml"] = as_text(facts)
    for path, text in texts.items():
        if path.exists():
            raise Conflict("there is such a file already", field="world", got=str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def write_town(town: Town, folder: Path) -> list[Path]:
    """A town as a pack's folder; the files written.

    Raises:
        Conflict: there is something in the folder already.
        OSError: it cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("there is something in this folder already", field="out", got=str(folder))
    texts = {"world.yaml": as_text(_bare(town.world))}
    texts |= {f"npcs/{p.id}.yaml": as_yaml(p) for p in town.people}
    texts |= {f"lore/{name}.yaml": as_text(_bare(facts)) for name, facts in town.lore.items()}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]


def _bare(tree: Any) -> Any:
    """A copy in which nothing is shared (YAML would write it as an alias) and nothing is empty."""
    if isinstance(tree, dict):
        return {k: _bare(v) for k, v in tree.items() if v not in ([], {}, ())}
    if isinstance(tree, list | tuple):
        return [_bare(v) for v in tree]
    return tree
