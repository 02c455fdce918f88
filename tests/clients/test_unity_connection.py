"""The Unity client's connection against a real server: what a game lives through, cuts and all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
TOKEN: Final = "secret"
PATIENCE_S: Final = 120  # seconds for one case, on the slowest machine [D]
STEADY: Final = (
    *("refused", "nobody", "protocol", "say", "stream", "many", "saves", "events", "oversize"),
    *("cancelled", "disposed", "pushes", "closed", "handler", "group", "late", "cut"),
)


class Served:
    """A server process of its own, which may be killed and started again where it was."""

    def __init__(self, store: Path) -> None:
        self.store, self.port = store, 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "personagen_npc", "serve", "--port", str(self.port)]
        command += ["--packs", str(ROOT / "tests/packs"), "--store", str(self.store)]
        command += ["--token", TOKEN, "--log-level", "error"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        self.url = str(ready["url"])
        self.port = int(self.url.rstrip("/").rsplit(":", 1)[1])

    def kill(self) -> None:
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def steady(
    unity_runner: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("unity-server"))
    yield served
    served.kill()


@pytest.fixture
def mortal(unity_runner: tuple[str, ...], tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "store")
    yield served
    served.kill()


def case(runner: tuple[str, ...], name: str, served: Served) -> subprocess.Popen[str]:
    pipe: Any = subprocess.PIPE
    command = [*runner, name, served.url, TOKEN, name]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def held(process: subprocess.Popen[str]) -> str:
    """What the case said, once it held."""
    try:
        out, err = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    assert process.returncode == 0, out + err
    return out


@pytest.mark.parametrize("name", STEADY)
def test_a_game_with_a_server_that_stays(
    unity_runner: tuple[str, ...], steady: Served, name: str
) -> None:
    assert "held" in held(case(unity_runner, name, steady))


def test_a_web_page_is_told_that_it_has_no_sockets(
    unity_web_runner: tuple[str, ...], steady: Served
) -> None:
    assert "held" in held(case(unity_web_runner, "web", steady))


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def answer(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("done\n")
    process.stdin.flush()


def test_a_killed_server_that_comes_back_loses_and_doubles_nothing(
    unity_runner: tuple[str, ...], mortal: Served
) -> None:
    game = case(unity_runner, "killed", mortal)
    assert heard(game) == "kill"
    mortal.kill()
    answer(game)
    assert heard(game) == "start"
    mortal.start()
    answer(game)
    assert "held" in held(game)


def test_a_server_that_forgot_the_session_is_gone_on_with(
    unity_runner: tuple[str, ...], mortal: Served
) -> None:
    game = case(unity_runner, "forgotten", mortal)
    assert heard(game) == "kill"
    mortal.kill()
    shutil.rmtree(mortal.store)
    answer(game)
    assert heard(game) == "start"
    mortal.start()
    answer(game)
    assert "held" in held(game)


def test_a_server_that_does_not_come_back_ends_every_wait(
    unity_runner: tuple[str, ...], mortal: Served
) -> None:
    game = case(unity_runner, "gone", mortal)
    assert heard(game) == "kill"
    mortal.kill()
    answer(game)
    assert "held" in held(game)
