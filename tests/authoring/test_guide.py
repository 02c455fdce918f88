"""The designers' guide names everything, is up to date, and its example works as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from personagen_npc.authoring import guide
from personagen_npc.authoring.check import check_pack
from personagen_npc.authoring.reader import read_pack
from personagen_npc.events import ACTS, INTENTS
from personagen_npc.persona import profile
from personagen_npc.tables import table
from personagen_npc.world import pack

GUIDE = Path(__file__).parent.parent.parent / "docs" / "world-pack.md"
TEXT = GUIDE.read_text(encoding="utf-8")

MODELS = [
    model
    for module in (pack, profile)
    for model in vars(module).values()
    if isinstance(model, type)
    and issubclass(model, BaseModel)
    and model.__module__ == module.__name__
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_field_is_explained(model: type[BaseModel]) -> None:
    words = table(guide.FIELDS)[model.__name__]
    shown = set(model.model_fields) - guide.HIDDEN.get(model.__name__, set())
    assert set(words) == shown
    section = TEXT.split(f"<!-- fields {model.__name__} -->")[1].split("<!-- end -->")[0]
    for name in shown:
        assert f"| `{name}` |" in section


def test_the_tables_are_those_of_the_code() -> None:
    """Run `python -m personagen_npc.authoring.guide docs/world-pack.md` after a change."""
    assert guide.written(TEXT) == TEXT


def test_every_act_intent_name_and_slot_is_named() -> None:
    slots = table("authoring/data/slots.yaml")
    names = [*ACTS, *INTENTS, *table("authoring/data/query.yaml")]
    names += [f"{{{slot}}}" for rows in (slots["always"], *slots["acts"].values()) for slot in rows]
    assert [name for name in names if f"`{name}`" not in TEXT] == []
    assert set(slots["acts"]) <= set(ACTS)


def test_the_five_minute_example_works(tmp_path: Path) -> None:
    section = TEXT.split("## Your first person")[1].split("\n## ")[0]
    blocks = [
        "\n".join(line[3:] for line in block.splitlines())
        for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    ]
    assert len(blocks) == 5
    files = {
        "world.yaml": "id: mypack\nname: Mine\nplaces: {ferry: {name: the ferry}}\n"
        "variables: {weather: {default: rain, values: [rain, clear]}}\n",
        "npcs/ilse.yaml": "\n".join(blocks[:3]),
        "lore/river.yaml": blocks[3],
        "voice/ilse.yaml": blocks[4],
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert check_pack(tmp_path).problems == ()
    ilse = read_pack(tmp_path).npcs["ilse"]
    assert len(ilse.behavioral_patterns) == 2
    assert "raft" in ilse.knowledge_graph


def test_the_messages_that_the_guide_shows_are_the_real_ones() -> None:
    report = (Path(__file__).parent.parent / "packs" / "bad.report").read_text(encoding="utf-8")
    shown = re.findall(r"^    (\S+\.yaml:\d+: .*)$", TEXT, re.MULTILINE)
    assert len(shown) == 3
    for line in shown[1:]:
        assert line.split(": ", 1)[1] in report
