"""Formats: a save as JSON, YAML, tables or a graph; and documents that were edited, read again."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

import orjson
import yaml

from personagen_npc.errors import BadSave
from personagen_npc.memory.graph import drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from personagen_npc.authoring.dossiers.dossier import Dossier

Plain = dict[str, Any]
MOST: Final = 512 << 20  # bytes of an edited file; 1,000 NPCs with 200 memories have 45 MB, [D]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet knows one (OWASP, CSV)
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Once(_LOADER):  # type: ignore[misc]
    """A loader for which a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """A mapping; a key that is there twice is refused."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise BadSave(f"line {key.start_mark.line + 1}: {key.value} is there twice",
                              field=str(key.value), got="twice", allowed="once")  # fmt: skip
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def as_json(document: Plain) -> str:
    """Indented, in the document's order; numbers exact."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=option).decode()


def as_yaml(document: Plain, done: Callable[[], object] = lambda: None) -> str:
    """Blocks in the document's order; ``done`` is called after each person."""
    parts = [_yaml({k: v for k, v in document.items() if k != "npcs"}), "npcs:"]
    if not document["npcs"]:
        parts[-1] += " {}\n"
        return "".join(parts)
    parts[-1] += "\n"
    for who, person in document["npcs"].items():
        parts += [f"  {line}\n" for line in _yaml({who: person}).splitlines()]
        done()
    return "".join(parts)


def _yaml(tree: Plain) -> str:
    wide = 1 << 30  # no line is broken, so that what is indented reads the same
    return str(yaml.dump(tree, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=wide))


def read(file: Path) -> Any:
    """An edited document. Raises BadSave where it is no JSON (``.json``) or YAML."""
    if file.stat().st_size > MOST:
        raise BadSave("the file is too big", field="document", allowed=f"{MOST >> 20} MiB")
    try:
        text = file.read_text("utf-8-sig")
        if file.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(text, Loader=_LOADER)):
            raise BadSave("aliases are not taken: write it out", field="document", got="*")
        return yaml.load(text, Loader=_Once)  # a safe loader's child
    except (UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError, RecursionError) as fault:
        raise BadSave(f"cannot be read: {fault}", field="document") from None


def _once(pairs: list[tuple[str, Any]]) -> Plain:
    found: Plain = {}
    for key, value in pairs:
        if key in found:
            raise BadSave(f"{key} is there twice", field=key, got="twice", allowed="once")
        found[key] = value
    return found


def _no_number(word: str) -> float:
    raise BadSave(f"{word} is no number", field="document", got=word, allowed="numbers")


def tables(document: Plain, people: Sequence[Dossier]) -> dict[str, str]:
    """CSV text by the name of its file."""
    made = {"people": _people(people), "relations": _relations(people)}
    for part in ("memories", "beliefs", "goals"):
        rows = [{"npc": d.id, **row._asdict()} for d in people for row in getattr(d, part)]
        made[part] = _csv(rows)
    happenings = [
        {"id": mark, **row, "names": " ".join(row["names"])}
        for mark, row in document["happenings"].items()
    ]
    made["happenings"] = _csv(happenings)
    made["variables"] = _csv([{"name": k, "value": v} for k, v in document["variables"].items()])
    return {f"{name}.csv": text for name, text in made.items()}


def _people(people: Sequence[Dossier]) -> str:
    return _csv([
        {"npc": d.id, "name": d.name, "role": d.role, "place": d.place, "state": d.state,
         "mood": d.mood, "pleasure": d.axes[0], "arousal": d.axes[1], "dominance": d.axes[2],
         "memories": len(d.memories), "turns": d.turns}
        for d in people
    ])  # fmt: skip


def _relations(people: Sequence[Dossier]) -> str:
    return _csv(
        [
            {"npc": d.id, **r._asdict(), "ties": ", ".join(r.ties)}
            for d in people
            for r in d.relations
        ]
    )


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    risky = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if risky else value


def graphml(people: Iterable[Dossier]) -> str:
    """Who stands how to whom, as GraphML for yEd, Gephi and the like."""
    nodes: dict[str, Plain] = {}
    edges = []
    for d in people:
        nodes[d.id] = {"name": d.name, "kind": "npc", "role": d.role, "place": d.place,
                       "mood": d.mood, "pleasure": d.axes[0]}  # fmt: skip
        for r in d.relations:
            row = {k: getattr(r, k) for k in ("affinity", "trust", "fear", "familiarity")}
            edges.append((d.id, r.other, {**row, "ties": ", ".join(r.ties), "text": r.text}))
    for d in people:
        for r in d.relations:
            kind = "player" if r.player else "npc"
            nodes.setdefault(r.other, {"name": r.name, "kind": kind})
    return drawn(nodes.items(), edges)
