from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from personagen_npc import __version__
from personagen_npc.cli.app import COMMANDS, app

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HEAVY = ("torch", "faiss", "networkx", "ollama", "numpy", "pydantic", "websockets", "rich")


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_help_lists_every_command_and_loads_none() -> None:
    out = _python(
        "import sys\n"
        "from personagen_npc.cli.app import app\n"
        "import click\n"
        "print(app.get_help(click.Context(app)))\n"
        f"print('heavy:', [m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    for name, row in COMMANDS.items():
        assert name in out
        assert row.help in out
    assert "heavy: []" in out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_with_examples(run: Callable[..., Result], name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "personagen-npc" in result.output or name == "save"


def test_a_misspelt_command_is_guessed(run: Callable[..., Result]) -> None:
    result = run("dmeo")
    assert result.exit_code == 2
    assert "did you mean demo?" in result.output


def test_the_version_is_told(run: Callable[..., Result]) -> None:
    assert __version__ in run("--version").output


def test_what_cannot_be_done_is_said_in_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "personagen_npc", "serve", "--port", "70000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "command line: port" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("library", ["torch", "faiss", "networkx", "ollama"])
def test_nothing_heavy_is_loaded_on_the_way_to_an_answer(library: str) -> None:
    out = _python(
        "import asyncio, sys\n"
        "from personagen_npc.build import connect\n"
        "from personagen_npc.cli.talk import PORCH\n"
        "async def main():\n"
        "    async with await connect(f'local:{PORCH}', seed=1, player='ash') as game:\n"
        "        npc = await game.spawn(theme='a gruff old smith', place='porch')\n"
        "        print((await game.say(npc, 'Hello!')).text)\n"
        "asyncio.run(main())\n"
        f"print('loaded:', {library!r} in sys.modules)\n"
    )
    assert "loaded: False" in out


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_examples_stand_line_by_line(run: Callable[..., Result], name: str) -> None:
    found = app.get_command(click.Context(app), name)
    assert found is not None
    for part in ([], *([each] for each in getattr(found, "commands", ()))):
        page = run(name, *part, "--help").output
        assert "\\b" not in page
        if "Example" in page:
            shown = page.split("Example")[1].splitlines()[1:]
            assert shown[0].strip().startswith("personagen-npc ")
