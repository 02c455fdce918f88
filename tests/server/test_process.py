"""The server as a process: its ready line, its owner, its end, its quiet log."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc import build, connect
from personagen_npc.server.process import THREADS, calm_maths, owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PACKS = Path(__file__).parents[1] / "packs"

SCRIPT = f"""
import sys
import time
from pathlib import Path
from personagen_npc import build
from personagen_npc.config import Settings
pid = int(sys.argv[2]) or None
packs = (Path({str(PACKS)!r}),)
build.serve(Settings(packs=packs, store=Path(sys.argv[1]), port=0, owner_pid=pid))
"""

SLEEPER = "import sys; sys.stdin.read()"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    processes: list[subprocess.Popen[str]] = []

    def start(owner_pid: int = 0) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path / "store"), str(owner_pid)]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdout=pipe, stderr=pipe, env=env, text=True)
        processes.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        return process, json.loads(line)

    yield start
    for process in processes:
        process.kill()
        process.communicate()


async def wait_for(process: subprocess.Popen[str]) -> int:
    async with asyncio.timeout(20):
        return await asyncio.to_thread(process.wait)


async def test_one_line_says_all_that_a_client_needs(started: Callable[..., Any]) -> None:
    process, ready = started()
    assert ready.keys() == {"url", "token_file", "pid", "protocol", "version"}
    assert ready["pid"] == process.pid
    async with await connect(ready["url"], token=Path(ready["token_file"])) as game:
        assert game.welcome.version == ready["version"]
        await game.open("w", packs=["good"], seed=1)
        await game.say("mara", "Hello!", player="P1")
        await game.shutdown()
    assert await wait_for(process) == 0
    out, err = process.communicate()
    assert (out, "Traceback" in err) == ("", False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_and_commits(started: Callable[..., Any], number: int) -> None:
    process, ready = started()
    token = Path(ready["token_file"])
    async with await connect(ready["url"], token=token, patience_s=0) as game:
        await game.open("w", packs=["good"], seed=1)
        await game.say("mara", "Hello!", player="P1")
        process.send_signal(number)
        assert await wait_for(process) == 0
    process, ready = started()
    async with await connect(ready["url"], token=token) as game:
        await game.open("w")
        assert (await game.ask("stats"))["turns"] == 1


async def test_it_ends_with_its_owner(started: Callable[..., Any]) -> None:
    pipe = subprocess.PIPE
    game = await asyncio.create_subprocess_exec(sys.executable, "-c", SLEEPER, stdin=pipe)
    process, _ = started(game.pid)
    assert process.poll() is None
    game.kill()
    assert await wait_for(process) == 0
    await game.wait()


def test_an_owner_is_seen_to_go() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdin=subprocess.PIPE) as game:
        gone = owner(game.pid)
        assert not gone()
        game.kill()
        if hasattr(os, "pidfd_open"):
            while not gone():  # nobody has waited for it yet: dead counts before it is buried
                time.sleep(0.01)
        game.communicate()
        assert gone()
    assert not owner(os.getpid())()


def test_a_second_server_on_a_store_is_refused(started: Callable[..., Any]) -> None:
    started()
    with pytest.raises(AssertionError, match="StoreLocked"):
        started()


def test_maths_is_single_threaded_unless_chosen() -> None:
    environ = {THREADS[0]: "4"}
    calm_maths(environ)
    assert environ == {**dict.fromkeys(THREADS, "1"), THREADS[0]: "4"}


async def test_clients_that_vanish_are_one_short_log_line_each(
    served: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    port = int(served.url.rsplit(":", 1)[1])
    for garbage in (b"", b"GET / HTTP/1.1\r\nHo", b"\x16\x03\x01" * 100, b"nonsense\r\n\r\n"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(garbage)
        await writer.drain()
        writer.transport.abort()
    for say_hello in (False, True):
        async with served.hand() as hand:
            if say_hello:
                await hand.into_world()
            hand.socket.transport.abort()
    async with served.hand() as hand:
        await hand.hello()
        await asyncio.sleep(0.1)
    ours = [r for r in caplog.records if r.name.startswith("personagen_npc")]
    assert ours
    assert all(r.exc_info is None and r.levelno < logging.WARNING for r in ours)
    assert all(len(r.getMessage()) < 400 and "\n" not in r.getMessage() for r in ours)


async def test_the_port_that_was_taken_is_the_one_told(settings: Any) -> None:
    async with build.running(settings) as server:
        assert not server.ready.url.endswith(":0")
        assert server.ready.token_file is None
