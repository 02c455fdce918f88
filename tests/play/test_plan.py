from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import BadField
from personagen_npc.play.plan import read_plan, run_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from personagen_npc.play.stage import Stage

    OnStage = Callable[..., AbstractAsyncContextManager[Stage]]

HOLDS = """
// people read this, and # this
player ash "Ash"
say ida "What happened at the well?"
expect act answer
expect one of answer gossip
expect intent ask_what
expect recalled well_dug
expect text contains "two brothers"
expect text lacks "sister"
expect not act refuse or deflect
say per "It's a fine day, isn't it?" as bea
expect not recalled memory
say ida "How much is an eel pie?"
say ida "Ten pence."
expect action sell_item item pie price 10
result done
reward 1 trade
save before
move ida well
event rescue actor=ash target=ida place=well
tick 1 day
say ida "Do you remember me?"
expect recalled memory
load before
set stage.bucket found
set weather rain
set gate_open false
undo
converse ida per
"""

FAILS = """say ida "What happened at the well?"
expect act greet
expect text contains "sister"
expect mood furious
expect action sell_item
say nobody "Hello?"
say ida "This is not reached."
expect act nothing
"""


def _plan(folder: Path, text: str) -> Path:
    file = folder / "first.plan"
    file.write_text(text, encoding="utf-8")
    return file


async def test_a_plan_that_holds_says_nothing(tmp_path: Path, on_stage: OnStage) -> None:
    async with on_stage() as stage:
        assert await run_plan(stage, read_plan(_plan(tmp_path, HOLDS))) == []


async def test_failures_are_told_with_file_and_line(tmp_path: Path, on_stage: OnStage) -> None:
    async with on_stage() as stage:
        failures = await run_plan(stage, read_plan(_plan(tmp_path, FAILS)))
    lines = [int(f.where.rpartition(":")[2]) for f in failures]
    assert lines == [2, 3, 4, 5, 6], "a failed expectation goes on, a refused statement ends it"
    assert "first.plan:2" in str(failures[0])
    assert "Ida said (answer" in str(failures[0])
    assert "refused" in failures[-1].text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\nsya ida", r"first\.plan:2: no statement sya \(did you mean say\?\)"),
        ('say ida "Hello', r"first\.plan:1: .*quotation"),
    ],
)
def test_a_mistake_is_named_when_it_is_read(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadField, match=told):
        read_plan(_plan(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("say ida", "say NPC"),
        ('say ida "Hello" to per', "say NPC"),
        ("expect act greet", "nothing was said"),
        ('say ida "Hello"\nexpect', "expect"),
        ('say ida "Hello"\nexpect act', "expect act WHAT"),
        ('say ida "Hello"\nexpect text has x', "contains|lacks"),
        ('say ida "Hello"\nexpect one from x', "one of"),
        ("event", "event TYPE"),
        ("event theft target", "name=value"),
        ("reward lots", "reward VALUE"),
        ("save", "save NAME"),
        ("set weather", "set NAME VALUE"),
        ("move ida", "move NPC PLACE"),
        ("converse ida", "converse NPC NPC"),
        ("player", "player ID"),
        ("tick", "span of time"),
        ("result well", "no such result"),
    ],
)
async def test_a_statement_that_cannot_be_read_says_how_it_reads(
    tmp_path: Path, on_stage: OnStage, text: str, told: str
) -> None:
    talk = 'say ida "How much is an eel pie?"\nsay ida "Ten pence."\n' if "result" in text else ""
    async with on_stage() as stage:
        failures = await run_plan(stage, read_plan(_plan(tmp_path, talk + text)))
    assert told in failures[-1].text
