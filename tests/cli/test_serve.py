"""The server as a game starts it: one line when ready, gone with its owner or when told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from personagen_npc.build import connect
from personagen_npc.cli.child import server
from personagen_npc.errors import ServerFault

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


def _serve(store: Path, *flags: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "personagen_npc", "serve", "--port", "0", "--packs", str(HAMLET),
         "--store", str(store), *flags],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process at once there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_and_ends_cleanly_on_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    with _serve(tmp_path, "--log-format", "json") as process:
        assert process.stdout is not None
        ready = orjson.loads(process.stdout.readline())
        process.send_signal(number)
        rest, errors = process.communicate(timeout=30)
    assert ready["url"].startswith("ws://127.0.0.1:")
    assert Path(ready["token_file"]).is_file()
    assert (process.returncode, rest) == (0, "")
    for line in errors.splitlines():
        assert orjson.loads(line)["level"] in {"info", "debug"}


async def test_a_client_can_use_it_and_end_it(tmp_path: Path) -> None:
    with server(["--packs", str(HAMLET)]) as listening:
        game = await connect(listening.url, token=listening.token, player="ash")
        await game.open("w", packs=["hamlet"], seed=5)
        assert "brothers" in (await game.say("ida", "What happened at the well?")).text
        await game.shutdown()


def test_a_server_that_cannot_start_says_why(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ServerFault), server(["--tls-cert", "nothing.pem"]):
        pass
    assert "tls_cert and tls_key belong together" in capfd.readouterr().err
