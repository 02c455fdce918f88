"""The tables of ``docs/world-pack.md``, made from the models and their data files.

``python -m personagen_npc.authoring.guide docs/world-pack.md`` writes them into the guide.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagen_npc.authoring.shape import ID_WORDS, WHEN_WORDS, allowed, field_slot
from personagen_npc.events import ACTS, INTENTS
from personagen_npc.persona import culture, profile
from personagen_npc.tables import table
from personagen_npc.world import pack

if TYPE_CHECKING:
    from pydantic import BaseModel

FIELDS = "authoring/data/fields.yaml"
HIDDEN = {"Pack": {"sources", "npcs", "facts", "voice"}}  # filled from the rooms' own files
_MARK = re.compile(r"<!-- (\w+) (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def model_of(name: str) -> type[BaseModel]:
    """A model of a pack, a culture or a persona by its name."""
    found: type[BaseModel] = next(
        getattr(room, name) for room in (pack, culture, profile) if hasattr(room, name)
    )
    return found


def fields_table(name: str) -> str:
    """A model's fields: name, what it is for, what is allowed, the default."""
    words: dict[str, str] = table(FIELDS)[name]
    rows = ["| field | what it is for | allowed | when left out |", "|---|---|---|---|"]
    model = model_of(name)
    for field in model.model_fields:
        if field not in HIDDEN.get(name, ()):
            rule = _rule(model, field)
            rows.append(f"| `{field}` | {words[field]} | {rule} | {_default(model, field)} |")
    return "\n".join(rows)


def _rule(model: type[BaseModel], field: str) -> str:
    """What is allowed; a field that holds other models names their table."""
    rule = allowed(field_slot(model, field)).replace("|", "\\|").replace(ID_WORDS, "an id")
    if WHEN_WORDS in rule:
        return "[conditions](#conditions)"
    inner = re.search(r"the fields .*", rule)
    if inner is None:
        return rule
    known = (n for n in table(FIELDS) if inner[0].endswith(", ".join(model_of(n).model_fields)))
    name = next(known, "")
    return rule[: inner.start()] + f"the fields of [{name}](#{name.lower()})"


def _default(model: type[BaseModel], field: str) -> str:
    info = model.model_fields[field]
    if info.is_required():
        filled = str(table(FIELDS)[model.__name__][field]).startswith("filled")
        return "filled in" if filled else "**needed**"
    value = info.default
    if value in ("", (), {}, None):
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(getattr(v, "name", str(v)) for v in value)
    return str(value).lower() if isinstance(value, bool | int | float | str) else "see there"


def query_table() -> str:
    """The names that a condition may ask for."""
    rows = ["| name | what it is | value |", "|---|---|---|"]
    query: dict[str, dict[str, Any]] = table("authoring/data/query.yaml")
    for name, entry in query.items():
        value = ", ".join(entry.get("one_of", ())) or str(entry["is"]).replace("_", " ")
        rows.append(f"| `{name}` | {entry['says']} | {value} |")
    return "\n".join(rows)


def slots_table() -> str:
    """The slots that a line may use, by act."""
    slots: dict[str, Any] = table("authoring/data/slots.yaml")
    rows = ["| act | slots |", "|---|---|", f"| every act | {_slots(slots['always'])} |"]
    grouped: dict[str, list[str]] = {}
    for act, own in (*slots["acts"].items(), *slots["symbols"].items()):
        if own:
            grouped.setdefault(_slots(own), []).append(f"`{act}`")
    rows += [f"| {', '.join(acts)} | {text} |" for text, acts in grouped.items()]
    return "\n".join(rows)


def _slots(rows: dict[str, str]) -> str:
    return "; ".join(f"`{{{name}}}` {says}" for name, says in rows.items())


def acts_table() -> str:
    """All acts and intents."""
    return (
        f"Acts: {', '.join(f'`{a}`' for a in ACTS)}.\n\n"
        f"Intents: {', '.join(f'`{i}`' for i in INTENTS)}."
    )


def written(text: str) -> str:
    """A guide with its tables made anew, between ``<!-- table NAME -->`` and ``<!-- end -->``."""
    makers = {"query": query_table, "slots": slots_table, "acts": acts_table}

    def make(match: re.Match[str]) -> str:
        kind, name = match.groups()
        body = fields_table(name) if kind == "fields" else makers[name]()
        return f"<!-- {kind} {name} -->\n{body}\n<!-- end -->"

    return _MARK.sub(make, text)


def main(path: Path) -> None:
    """Writes the tables of one guide."""
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
