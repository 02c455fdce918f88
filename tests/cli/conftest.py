"""Commands run in this process, as far as they need no process of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from personagen_npc.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

Run = "Callable[..., Result]"


@pytest.fixture
def run() -> Callable[..., Result]:
    """``run("check", "path", typed="...")``: one command, its output and how it ended."""

    def made(*args: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, args, input=typed, prog_name="personagen-npc")

    return made
