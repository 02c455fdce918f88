"""A card as a pack's folder that ``check`` passes and ``chat`` can talk to, and back out of one.

``cards/NPC.json`` keeps the card as it came, for the way out; no room reads it, so nothing of it is
ever said. Files are written only when the whole card was found good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.authoring.cards.card import DATA, Card, card_of, tree_as
from personagen_npc.authoring.cards.file import bad, json_of, tree_of
from personagen_npc.authoring.cards.persona import Imported, person_of, profile_row
from personagen_npc.authoring.cards.png import MAX_BYTES
from personagen_npc.authoring.yamlfile import as_text
from personagen_npc.errors import Conflict
from personagen_npc.tables import table

if TYPE_CHECKING:
    from pathlib import Path

KEPT: Final = "cards"  # the folder of a pack that holds cards as they came
FIRST: Final = {  # a greeting of the card goes before those that everybody has
    "meetings": 0, "turns": 0, "knows_name": False, "rel.band": ["neutral", "like", "friend"],
    "hour": ">=0", "crowd": ">=0", "mood.pleasure": ">=-1", "mood.arousal": ">=-1",
}  # fmt: skip
PORCH: Final = {  # what a world of one person needs besides the person
    "calendar": {"start_hour": 10},
    "coin": {"name": "coin", "plural": "coins"},
    "variables": {"weather": {"default": "clear", "values": ["clear", "rain", "fog", "wind"]}},
}


def read_card(path: Path) -> Card:
    """The card in a file. Raises BadCard."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more than allowed, so that too much is seen
    except OSError as error:
        raise bad("file", f"{path.name} ({error.strerror})", "a file that can be read") from None
    return card_of(tree_of(data))


def write_pack(card: Card, out: Path, most: str = "mature") -> Imported:
    """Write the pack of a card. Raises BadCard, or Conflict where the folder holds something."""
    made = person_of(card, most)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Conflict("the folder is not empty", field="out", got=str(out), allowed="a new folder")
    for name, tree in _files(card, made).items():
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_text(tree), encoding="utf-8", newline="\n")
    kept = out / KEPT / f"{made.persona.id}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(json_of(tree_as(card, card.version)))
    return made


def _files(card: Card, made: Imported) -> dict[str, Any]:
    """Each file of the pack with what stands in it."""
    who = made.persona.id
    files: dict[str, Any] = {
        "world.yaml": _world(card, made),
        f"npcs/{who}.yaml": profile_row(made.persona),
    }
    if made.lore.facts:
        files["lore/card.yaml"] = [
            f.model_dump(mode="json", exclude_defaults=True) for f in made.lore.facts.values()
        ]
    rules = _rules(made)
    if rules:
        files[f"voice/{who}.yaml"] = {"defaults": {"npc": who}, "rules": rules}
    return files


def _world(card: Card, made: Imported) -> dict[str, Any]:
    who = made.persona.id
    world = {
        "id": f"card_{who}", "name": made.persona.name, "version": "1.0.0", "format": 1,
        "description": f"Made from a character card. Content rating: {made.rating}.",
        "time_scale": 60, **PORCH,
        "places": {"here": {"name": made.place, "kind": made.kind}},
    }  # fmt: skip
    if made.lore.things:
        world["things"] = {
            key: thing.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
            for key, thing in made.lore.things.items()
        }
    return world


def _rules(made: Imported) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if made.greetings:
        rows.append({"act": "greet", "when": FIRST, "order": "turn", "lines": list(made.greetings)})
    if made.smalltalk:
        rows.append({"act": "smalltalk", "lines": list(made.smalltalk)})
    return [*rows, *_shown(made)]


def _shown(made: Imported) -> list[dict[str, Any]]:
    """Lines by which traits of one's own are heard."""
    rows = []
    lines = table(DATA)["trait_lines"]
    for trait in made.persona.personality_traits:
        if trait.name in lines:
            up = trait.value > 0.5
            row = lines[trait.name]["up" if up else "down"]
            when = {f"trait.{trait.name}": ">0.5" if up else "<=0.5"}
            rows.append({"act": row["act"], "when": when, "lines": list(row["lines"])})
    return rows


def kept_card(pack: Path, npc: str) -> Card | None:
    """The card that a pack's person was made from, None where there is none. Raises BadCard."""
    file = pack / KEPT / f"{npc}.json"
    return read_card(file) if file.is_file() else None
