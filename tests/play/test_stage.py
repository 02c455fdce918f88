from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import Conflict
from personagen_npc.play.beats import Did, Listed, Overheard, Replied

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from personagen_npc.play.stage import Stage
    from tests.play.conftest import Kept

    OnStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def test_an_answer_is_shown_with_what_it_went_by(on_stage: OnStage, page: Kept) -> None:
    async with on_stage() as stage:
        await stage.say("ida", "What happened at the well?")
    reply = page.of(Replied)[-1]
    assert (reply.name, reply.act, reply.recalled) == ("Ida", "answer", "fact")
    assert "well_dug" in reply.facts
    assert "brothers" in reply.text


async def test_what_was_done_is_remembered_by_name_and_not_after_a_load(
    on_stage: OnStage, page: Kept
) -> None:
    async with on_stage() as stage:
        await stage.save("before")
        await stage.move("ida", "well")
        await stage.event("rescue", {"actor": "ash", "target": "ida", "place": "well"})
        await stage.tick(86400)
        await stage.say("ida", "Do you remember me?")
        await stage.load("before")
        await stage.say("ida", "Do you remember me?")
    kept, lost = page.of(Replied)
    assert kept.recalled == "memory"
    assert any("Ida Brook out of the well" in m for m in kept.memories)
    assert not any("out of the well" in m for m in lost.memories)


async def test_lines_of_others_are_shown_where_the_player_is(on_stage: OnStage, page: Kept) -> None:
    async with on_stage() as stage:
        for place in ("inn", "well"):
            await stage.go(place)
            await stage.game.bark("ida", "idle")
            await stage.game.bark("per", "idle")
            await stage.overhear()
    assert [b.name for b in page.of(Overheard)] == ["Ida", "Per"]


async def test_a_deal_ends_with_its_result_and_its_reward(on_stage: OnStage, page: Kept) -> None:
    async with on_stage() as stage:
        await stage.say("ida", "How much is an eel pie?")
        await stage.say("ida", "Ten pence.")
        await stage.result("done")
        await stage.reward(1, "trade")
        with pytest.raises(Conflict):
            await stage.result("done")
        figures = await stage.figures()
    action = page.of(Replied)[-1].actions[0]
    assert (action["name"], action["args"]["item"]) == ("sell_item", "pie")
    assert [d.what for d in page.of(Did)] == ["action", "reward"]
    assert (figures.turns, figures.actions, figures.rewards) == (2, 1, 1)


async def test_without_an_action_there_is_no_result(on_stage: OnStage) -> None:
    async with on_stage() as stage:
        await stage.say("per", "Good morning.")
        with pytest.raises(Conflict):
            await stage.result("done")


async def test_one_can_look_into_a_mind(on_stage: OnStage, page: Kept) -> None:
    async with on_stage() as stage:
        await stage.event("theft", {"actor": "ash", "target": "ida", "witnesses": ["per"]})
        await stage.memories("per")
        await stage.say("per", "What happened at the well?")
        await stage.why()
    memories, why = page.of(Listed)
    assert "stole from Ida Brook" in memories.rows[0][-1]
    assert {row[0] for row in why.rows} >= {"perceived", "recalled", "felt", "chosen", "spoken"}
