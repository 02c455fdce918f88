from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import BadField
from personagen_npc.play import golden
from personagen_npc.play.beats import Note, Said
from personagen_npc.play.plan import read_plan, run_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from personagen_npc.play.stage import Stage
    from tests.play.conftest import Kept

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
expect odds accept_deal > 0
expect odds greet == 0
reward 1 trade if accept_deal counter_offer
reward -1 trade if insult_back
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

LOOKS = """
player ash "Ash"
go well
move per well
move ida well
say ida,per "Good day to you both." as bea
expect by ida per
whisper ida "I saw a heron in the well."
expect memory ida contains "heron"
expect memory per lacks "heron"
expect memories ida >= 1
expect relation ida ash meetings >= 1
expect relation per ash band neutral
tell per well_dug
expect belief per well_dug
expect not belief per no_such_fact
expect belief ida well_dug with ash
expect npc ida place well
expect npc ida pleasure > -1
expect ask beliefs npc=ida query=well_dug contains "two brothers"
expect ask beliefs npc=ida items >= 1
expect ask stats npcs == 2
tick to 21:00
tick to day 3 06:30
expect ask stats time == 163800
spawn bran place=well theme="a gruff old smith"
expect ask stats npcs 3
lock ida
unlock ida
perform ida "Mind the step."
bark ida idle
repeat 3 say ida "Is it the {n}. day?"
repeat 4 over lines.txt
  say per "{line} {n}" as guest{n}
end
expect memory per lacks "{line}"
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


async def test_a_plan_looks_into_minds_and_turns_the_clock(
    tmp_path: Path, on_stage: OnStage, page: Kept
) -> None:
    (tmp_path / "lines.txt").write_text("# what they say\nA fine day\nRain again\n", "utf-8")
    async with on_stage() as stage:
        failures = await run_plan(stage, read_plan(_plan(tmp_path, LOOKS)))
    assert failures == []
    said = [s.text for s in page.of(Said)]
    assert "Is it the 1. day?" in said
    assert "Is it the 2. day?" not in said, "only the first round is shown"
    assert any("4 times" in note.text for note in page.of(Note))


async def test_what_was_found_instead_is_told(tmp_path: Path, on_stage: OnStage) -> None:
    plan = """say ida "Good day."
expect memory ida contains "heron"
expect memories ida > 900
expect relation ida player trust > 0.9
expect npc ida mood furious
expect belief ida no_such_fact
expect ask stats npcs > 100
expect heard contains "bridge"
repeat 2 expect act insult_back
"""
    async with on_stage() as stage:
        failures = await run_plan(stage, read_plan(_plan(tmp_path, plan)))
    lines = [int(f.where.rpartition(":")[2]) for f in failures]
    assert lines == [2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert "trust is" in failures[2].text
    assert "ida does not know no_such_fact" in failures[4].text


async def test_a_kept_conversation_is_compared_line_by_line(
    tmp_path: Path, on_stage: OnStage
) -> None:
    plan = _plan(tmp_path, 'say ida "What happened at the well?"\n')
    page = golden.GoldenPage()
    async with on_stage() as stage:
        stage.page = page
        assert await run_plan(stage, read_plan(plan)) == []
    assert golden.compare(plan, page.text) == [], "nothing is kept yet"
    golden.keep(plan, page.text)
    assert golden.compare(plan, page.text) == []
    file = golden.expected_of(plan)
    file.write_text(file.read_text("utf-8").replace("well", "pump"), "utf-8")
    (failure,) = golden.compare(plan, page.text)
    assert "first.expected:1: was" in str(failure)


def test_a_plan_names_its_pack(tmp_path: Path) -> None:
    (tmp_path / "mill").mkdir()
    assert golden.pack_of(_plan(tmp_path, "say ida hello\n"), tmp_path) == tmp_path
    assert golden.pack_of(_plan(tmp_path, "# pack: mill\n"), tmp_path) == tmp_path / "mill"
    with pytest.raises(BadField, match="no pack at nowhere"):
        golden.pack_of(_plan(tmp_path, "# pack: nowhere\n"), tmp_path)


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
        ("repeat lots", r"first\.plan:1: reads repeat N"),
        ("repeat 0 say ida Hello", r"first\.plan:1: reads repeat N"),
        ("repeat 2\nsay ida Hello", r"first\.plan:1: no end"),
        ("say ida Hello\nend", r"first\.plan:2: end without"),
        ("repeat 2 over none.txt\nend", r"first\.plan:1: no file"),
        ("repeat 2 sya ida", r"first\.plan:1: no statement sya"),
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
        ("reward 1 trade if", "if ACT"),
        ("reward if greet", "reward VALUE"),
        ("save", "save NAME"),
        ("set weather", "set NAME VALUE"),
        ("move ida", "move NPC PLACE"),
        ("converse ida", "converse NPC NPC"),
        ("player", "player ID"),
        ("tick", "span of time"),
        ("result well", "no such result"),
        ("tick to noon", "no such moment"),
        ("tick to day 0", "no such moment"),
        ("whisper ida", "whisper NPC"),
        ("go", "go PLACE"),
        ("tell ida", "tell NPC"),
        ("tell ida well_dug by=per", "tell NPC"),
        ("spawn bran", "spawn NPC"),
        ("lock", "lock NPC"),
        ("bark ida", "bark NPC"),
        ("expect memory ida holds x", "contains|lacks"),
        ("expect npc ida hat >= 1", "no such field"),
        ("expect npc ida mood > 1", "not to be compared"),
        ("expect relation ida", "expect relation NPC"),
    ],
)
async def test_a_statement_that_cannot_be_read_says_how_it_reads(
    tmp_path: Path, on_stage: OnStage, text: str, told: str
) -> None:
    talk = 'say ida "How much is an eel pie?"\nsay ida "Ten pence."\n' if "result" in text else ""
    async with on_stage() as stage:
        failures = await run_plan(stage, read_plan(_plan(tmp_path, talk + text)))
    assert told in failures[-1].text
