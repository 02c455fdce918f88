"""The transcripts under docs/transcripts are what the command makes of the parts, word for word.

docs/transcripts/README.md has the commands that make them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc.cli.ask import asked
from personagen_npc.cli.rehearse import played
from personagen_npc.play.part import read_part

ROOT = Path(__file__).parents[2]
PARTS = sorted((ROOT / "examples").glob("*/parts/*.txt"))
KEPT = ROOT / "docs" / "transcripts"
TURNS = 40  # an evening
SCRIPTS = 2  # with each NPC, of different minds
PEOPLE = 6
ASKED = {
    "emberfall": "berta,garrick,edda,wick,tobias,joss",
    "outpost": "caulk,dace,pim,wren,ivo,sefton",
}
SEED = 7  # what the command `ask` takes too


def test_six_people_have_two_evenings_each() -> None:
    evenings = [read_part(p).npc for p in PARTS]
    assert len(set(evenings)) >= PEOPLE
    assert {evenings.count(npc) for npc in evenings} == {SCRIPTS}
    assert min(read_part(p).said for p in PARTS) >= TURNS


@pytest.mark.parametrize("file", PARTS, ids=lambda p: p.stem)
async def test_a_transcript_is_what_the_command_makes(file: Path) -> None:
    text = await played(file, read_part(file))
    kept = KEPT / f"{file.stem}.md"
    assert kept.read_text("utf-8") == text, "make it anew: see the top of this file"


@pytest.mark.parametrize("pack", ASKED)
async def test_six_people_side_by_side_are_what_the_command_makes(pack: str) -> None:
    questions = [q for q in (KEPT / "questions.txt").read_text("utf-8").splitlines() if q]
    text = await asked(questions, ASKED[pack], str(ROOT / "examples" / pack), SEED)
    kept = KEPT / f"side_by_side_{pack}.md"
    assert kept.read_text("utf-8") == text, "make it anew: docs/transcripts/README.md"
