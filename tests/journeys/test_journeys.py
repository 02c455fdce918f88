"""Journeys: long conversations through the real host, played from their plans and read by people.

Each ``NAME.plan`` here holds what it expects; ``NAME.expected`` is the whole conversation as it was
read. ``personagen-npc plan tests/journeys [NAME] --keep`` makes it anew, ``--show`` prints it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc.cli.talk import example, local
from personagen_npc.play import golden
from personagen_npc.play.plan import read_plan, run_plan
from personagen_npc.play.stage import Stage

PLANS = sorted(Path(__file__).parent.glob("*.plan"))
SEED = 1  # what the command `plan` takes too


def test_there_are_journeys() -> None:
    assert PLANS


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
async def test_a_journey_comes_out_as_written(plan: Path) -> None:
    page = golden.GoldenPage()
    pack = golden.pack_of(plan, example())
    async with local(pack, SEED) as game, Stage(game, page, "player", "player") as stage:
        failures = await run_plan(stage, read_plan(plan))
    failures += golden.compare(plan, page.text)
    assert not failures, "\n".join(map(str, failures))
    assert golden.expected_of(plan).is_file(), "keep the conversation: see the top of this file"
