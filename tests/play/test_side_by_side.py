from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import Unknown
from personagen_npc.play.markdown import Markdown
from personagen_npc.play.side_by_side import ask_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from personagen_npc.play.stage import Stage

    OnStage = Callable[..., AbstractAsyncContextManager[Stage]]


async def test_everybody_answers_every_question(on_stage: OnStage) -> None:
    page = Markdown()
    async with on_stage() as stage:
        names = [stage.names[npc] for npc in stage.where]
        await ask_all(stage, page, ["Hello!", "What happened at the well?"], "all")
    first, second = page.text.split("## ")[1:]
    assert first.startswith("Hello!")
    assert second.startswith("What happened at the well?")
    for half in (first, second):
        assert [half.count(f"**{name}:**") for name in names] == [1] * len(names)
    assert "You:" not in page.text, "the question stands once, above the answers"


async def test_a_wrong_name_is_guessed_at(on_stage: OnStage) -> None:
    async with on_stage() as stage:
        with pytest.raises(Unknown, match="did you mean ida"):
            await ask_all(stage, Markdown(), ["Hello!"], "ida,idaa")
