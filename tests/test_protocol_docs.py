"""docs/protocol.md says what the code does, and nothing is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

from personagen_npc.wire import describe
from personagen_npc.wire.frame import decode, decode_event
from personagen_npc.wire.messages import EVENTS, REQUESTS
from personagen_npc.wire.session import CLOSES

PATH = Path(__file__).parents[1] / "docs" / "protocol.md"
TEXT = PATH.read_text("utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    assert describe.rewrite(TEXT) == TEXT, "run: python -m personagen_npc.wire.describe " + str(
        PATH
    )


def test_every_block_is_in_the_document() -> None:
    assert set(re.findall(r"<!-- generated: (\w+) -->", TEXT)) == set(describe.BLOCKS)


def test_every_message_and_close_code_is_described() -> None:
    headings = set(re.findall(r"^#### `(.+)`$", TEXT, re.MULTILINE))
    assert headings >= {*REQUESTS, *EVENTS}
    assert all(str(close.code) in TEXT for close in CLOSES.values())


def test_every_field_has_its_sentence() -> None:
    for cls in (*REQUESTS.values(), *EVENTS.values(), *describe.records()):
        for name, field in cls.model_fields.items():
            assert name == "type" or field.description, f"{cls.__name__}.{name}"


def test_the_examples_are_messages() -> None:
    lines = re.findall(r"^([<>]) (\{.*\})$", TEXT, re.MULTILINE)
    assert len(lines) >= 6
    for way, text in lines:
        assert decode(text) if way == ">" else decode_event(text)


def test_a_stale_table_is_rewritten_and_prose_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- generated: closes -->\nold\n<!-- /generated -->\nafter\n", "utf-8"
    )
    describe.main([str(page)])
    made = page.read_text("utf-8")
    assert made.startswith("before\n<!-- generated: closes -->\n| code | reason | text |\n")
    assert made.endswith("\n<!-- /generated -->\nafter\n")
    assert "old" not in made
