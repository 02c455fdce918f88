from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import BadField
from personagen_npc.play.beats import Did, Refused, Replied, Said
from personagen_npc.play.part import SEED, play_part, read_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from personagen_npc.play.stage import Stage
    from tests.play.conftest import Kept


def written(folder: Path, text: str) -> Path:
    file = folder / "an_evening.txt"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_part_says_how_it_is_played(tmp_path: Path) -> None:
    text = (
        "# title: Rain\n# npc: ida\n# player: kim\n# seed: 3\n# it rains\n\nHello.\n/tick 1h\n...\n"
    )
    part = read_part(written(tmp_path, text))
    assert part[:4] == ("Rain", "ida", "kim", 3)
    assert part.lines == ("Hello.", "/tick 1h", "...")
    assert part.said == 2


def test_a_part_needs_no_head(tmp_path: Path) -> None:
    part = read_part(written(tmp_path, "Hello.\n"))
    assert part[:4] == ("an evening", "", "you", SEED)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "# seed: many\nHello.\n"])
def test_what_cannot_be_played_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadField):
        read_part(written(tmp_path, text))


async def test_lines_are_said_and_commands_done(
    on_stage: Callable[..., AbstractAsyncContextManager[Stage]], page: Kept, tmp_path: Path
) -> None:
    part = read_part(written(tmp_path, "# npc: ida\nHello.\n/tick 2h\n/result done\nBye.\n"))
    async with on_stage() as stage:
        await play_part(stage, part)
    assert [s.text for s in page.of(Said)] == ["Hello.", "Bye."]
    assert {r.npc for r in page.of(Replied)} == {"ida"}
    assert [d.what for d in page.of(Did)] == ["tick"]
    assert not page.of(Refused), "no deal, so no result, and nothing to complain of"


async def test_a_line_that_is_refused_is_named(
    on_stage: Callable[..., AbstractAsyncContextManager[Stage]], tmp_path: Path
) -> None:
    part = read_part(written(tmp_path, "# npc: ida\nHello.\n/event eclipse\n"))
    async with on_stage() as stage:
        with pytest.raises(BadField, match="/event eclipse: "):
            await play_part(stage, part)
