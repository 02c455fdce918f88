from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.play.beats import Did, Listed, Note, Refused, Replied
from personagen_npc.play.chat import COMMANDS, Chat

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from personagen_npc.play.stage import Stage
    from tests.play.conftest import Kept

    OnStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def test_what_is_typed_is_said_to_whom_one_stands_before(
    on_stage: OnStage, page: Kept
) -> None:
    async with on_stage() as stage:
        chat = Chat(stage, "ida")
        await chat.begin()
        await chat.handle("Good morning!")
        await chat.handle("/go per")
        await chat.handle("Good morning!")
    assert [r.npc for r in page.of(Replied)] == ["ida", "per"]
    assert page.of(Note)[-1].text.startswith("the well. Here: Per Stone")


async def test_a_visit_with_every_command(on_stage: OnStage, page: Kept) -> None:
    lines = (
        "/help", "/npcs", "/go well", "/go ida", "What happened at the well?", "/why",
        "/reward +1", "/save", "/event theft target=ida witnesses=per", "/memories", "/tick 2h",
        "/rumour theft from ida",
        "/set gate_open false", "/set stage.bucket found", "/set weather rain",
        "How much is an eel pie?", "Ten pence.", "/result done", "/load", "/undo", "/quit",
    )  # fmt: skip
    async with on_stage() as stage:
        chat = Chat(stage)
        await chat.begin()
        for line in lines:
            assert not chat.over
            await chat.handle(line)
    assert chat.over
    assert not page.of(Refused)
    assert {line[1:].split()[0] for line in lines if line[0] == "/"} == set(COMMANDS)
    done = [d.what for d in page.of(Did)]
    assert done.count("world") == 3
    assert done.count("load") == 2
    assert len(page.of(Listed)) == 5


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/rewrad 1", "did you mean reward?"),
        ("/go nowhere", "no NPC or place nowhere"),
        ("/reward lots", "no number"),
        ("/reward 1", "nobody has said anything"),
        ("/event", "a kind of event"),
        ("/event flood", "theft"),
        ("/event theft target", "not k=v"),
        ("/tick soon", "no span of time"),
        ("/load nothing", "nothing"),
        ("/why", "nobody has said anything"),
        ("/set gate_open", "what and to what"),
        ('/go "ida', "quotation"),
    ],
)
async def test_a_mistake_is_told_and_the_talk_goes_on(
    on_stage: OnStage, page: Kept, line: str, told: str
) -> None:
    async with on_stage() as stage:
        chat = Chat(stage, "ida")
        await chat.begin()
        await chat.handle(line)
        await chat.handle("Good morning!")
    assert told in page.of(Refused)[0].text
    assert len(page.of(Replied)) == 1
