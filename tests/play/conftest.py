"""A small pack on disk, and a stage on a world of it inside this program."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from personagen_npc.build import connect
from personagen_npc.play.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from personagen_npc.play.beats import Beat

T = TypeVar("T")
HAMLET = Path(__file__).parent / "data" / "hamlet"


class Kept:
    """A page that keeps what it is shown."""

    def __init__(self) -> None:
        self.beats: list[Beat] = []

    def show(self, beat: Beat) -> None:
        self.beats.append(beat)

    def of(self, kind: type[T]) -> list[T]:
        return [b for b in self.beats if isinstance(b, kind)]


@pytest.fixture
def page() -> Kept:
    """Everything that was shown in this test."""
    return Kept()


@pytest.fixture
def on_stage(page: Kept) -> Callable[..., AbstractAsyncContextManager[Stage]]:
    """``async with on_stage() as stage``: player `ash` in a fresh hamlet with a fixed seed."""

    @asynccontextmanager
    async def made(seed: int = 5) -> AsyncIterator[Stage]:
        async with (
            await connect(f"local:{HAMLET}", seed=seed) as game,
            Stage(game, page, "ash", "Ash") as stage,
        ):
            yield stage

    return made
