"""Every command, flag, setting, statement and message is documented; decisions are short."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from personagen_npc.cli import describe
from personagen_npc.cli.app import COMMANDS, app
from personagen_npc.config import Settings, variable
from personagen_npc.play.chat import COMMANDS as TYPED
from personagen_npc.play.expected import EXPECTED, LOOKED_UP
from personagen_npc.play.plan import VERBS
from personagen_npc.store.container import READS_FROM, WRITES
from personagen_npc.wire.messages import EVENTS, OLDEST_PROTOCOL, PROTOCOL, REQUESTS
from personagen_npc.world.pack import OLDEST_PACK_FORMAT, PACK_FORMAT

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGE = DOCS / "command-line.md"
COMMAND_LINE = PAGE.read_text("utf-8")
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
LONGEST = 25  # lines of a decision: context, choice, cost, way back


def test_the_tables_of_the_command_line_are_those_of_the_code() -> None:
    assert describe.rewrite(COMMAND_LINE) == COMMAND_LINE, (
        "run: python -m personagen_npc.cli.describe docs/command-line.md"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_flag_is_documented(name: str) -> None:
    with click.Context(app) as ctx:
        command = app.get_command(ctx, name)
    assert command is not None
    commands = command.commands.values() if isinstance(command, click.Group) else [command]
    for one in commands:
        assert one.help
        for flag in (p for p in one.params if isinstance(p, click.Option)):
            assert flag.help, f"{name} {flag.name} has no help"
            assert f"`{flag.opts[0]}`" in COMMAND_LINE, flag.opts[0]


def test_every_setting_is_documented() -> None:
    for name in Settings.model_fields:
        assert f"`{variable(name)}`" in COMMAND_LINE


def test_every_command_at_the_prompt_is_documented() -> None:
    for name in TYPED:
        assert f"`/{name}" in COMMAND_LINE


def test_every_statement_of_a_plan_is_documented() -> None:
    for name in VERBS:
        assert f"`{name} " in COMMAND_LINE or f"`{name}`" in COMMAND_LINE, name
    for name in (*EXPECTED, *LOOKED_UP):
        assert f"`expect {name} " in COMMAND_LINE, name


def test_every_message_is_documented() -> None:
    text = (DOCS / "protocol.md").read_text("utf-8")
    for name in (*REQUESTS, *EVENTS):
        assert f"#### `{name}`" in text


def test_every_command_is_named_where_a_newcomer_looks() -> None:
    pages = (ROOT / "README.md").read_text("utf-8") + (ROOT / "CHANGELOG.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"`{name}`" in pages or f"personagen-npc {name}" in pages


def test_the_changelog_names_the_versions_that_are_written_and_read() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"Wire protocol {PROTOCOL} (oldest spoken: {OLDEST_PROTOCOL})" in text
    assert f"Save format {WRITES} (oldest read: {READS_FROM})" in text
    assert f"Pack format {PACK_FORMAT} (oldest read: {OLDEST_PACK_FORMAT})" in text


@pytest.mark.parametrize("page", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_is_short_and_says_how_to_take_it_back(page: Path) -> None:
    text = page.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert text.startswith(f"# {page.name[:4]}: ")
    for part in ("**Context.**", "**Choice.**", "**Cost.**", "**Way back.**"):
        assert part in text, part


def test_decisions_are_numbered_once() -> None:
    numbers = [p.name[:4] for p in DECISIONS]
    assert len(set(numbers)) == len(numbers)
