"""The Godot client in a real Godot: its codec, and its connection to a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

from personagen_npc.client.faults import FINAL
from personagen_npc.wire.fields import SAFE
from personagen_npc.wire.messages import SUBPROTOCOL, WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS: Final = Path(__file__).parents[1]
CLIENT: Final = TESTS.parent / "clients" / "godot"
ADDON: Final = CLIENT / "addons" / "personagen_npc"
HAMLET: Final = TESTS / "play" / "data" / "hamlet"
FETCHED: Final = Path("~/.cache/personagen-npc/engines/bin/godot")  # by tools/get-engine
LIMIT_S: Final = 120  # seconds that a run may take before it counts as hung; it takes a few
# a machine without root certificates is told so by every start, whatever the project
NO_FAULT: Final = "X509CertificateMbedTLS"
FAULTS: Final = re.compile(r"^.*(?:SCRIPT ERROR|ERROR:|WARNING:|leaked).*$", re.MULTILINE)


@pytest.fixture(scope="session")
def godot() -> str:
    """A real Godot; skips where there is none."""
    found = os.environ.get("GODOT") or shutil.which("godot") or str(FETCHED.expanduser())
    if not Path(found).is_file():
        pytest.skip("no Godot: tools/get-engine godot, or install Godot 4.4 or later")
    return found


@pytest.fixture(scope="session")
def project(godot: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose scripts the editor has read, without one word of complaint."""
    folder = tmp_path_factory.mktemp("godot") / "project"
    shutil.copytree(CLIENT, folder, ignore=shutil.ignore_patterns(".godot"))
    _run(godot, folder, "--import")
    return folder


def _run(godot: str, folder: Path, *args: str) -> str:
    """What Godot prints. Nothing in it may look like a fault."""
    done = subprocess.run(
        [godot, "--headless", "--path", str(folder), *args],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        cwd=folder, timeout=LIMIT_S, text=True, errors="replace", check=False,
    )  # fmt: skip
    faults = [line for line in FAULTS.findall(done.stdout) if NO_FAULT not in line]
    assert not faults, done.stdout
    assert done.returncode == 0, done.stdout
    return done.stdout


def _test(godot: str, folder: Path, script: str, **given: object) -> str:
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    said = _run(godot, folder, "-s", f"res://tests/{script}.gd", "--", *words)
    assert re.search(r"^PASSED \d+ of \d+$", said, re.MULTILINE), said
    return said


def test_what_the_client_knows_of_the_protocol_is_true() -> None:
    text = (ADDON / "protocol.gd").read_text("utf-8")
    writes = re.search(r"const WRITES.*?= \[(.*?)\]", text, re.DOTALL)
    final = re.search(r"const FINAL.*?= \[(.*?)\]", text)
    assert writes is not None
    assert final is not None
    assert set(re.findall(r'"(.+?)"', writes[1])) == WRITES
    assert {int(code) for code in final[1].split(",")} == FINAL
    assert f'SUBPROTOCOL: String = "{SUBPROTOCOL}"' in text
    assert f"SAFE: int = {SAFE}" in text


def test_the_addon_carries_the_licence_and_the_ids_of_its_scripts() -> None:
    assert (ADDON / "LICENSE").read_text("utf-8") == (TESTS.parent / "LICENSE").read_text("utf-8")
    for script in CLIENT.rglob("*.gd"):
        uid = script.with_name(script.name + ".uid")
        assert re.fullmatch(r"uid://\w+\n", uid.read_text("utf-8")), uid


def test_an_empty_project_takes_the_addon_without_a_warning(godot: str, tmp_path: Path) -> None:
    shutil.copytree(CLIENT / "addons", tmp_path / "addons")
    shutil.copy(CLIENT / "project.godot", tmp_path)
    _run(godot, tmp_path, "--import")


def test_the_codec_reads_and_writes_every_golden_frame(godot: str, project: Path) -> None:
    golden = shutil.copytree(TESTS / "golden", project / "golden", dirs_exist_ok=True)
    said = _test(godot, project, "msgpack", golden=golden)
    assert f"golden frames: {len(list(golden.glob('*.hex')))}" in said


def test_the_codec_reads_the_msgpack_test_suite(godot: str, project: Path, tmp_path: Path) -> None:
    suite = Path(os.environ.get("PERSONAGEN_DATA", "")) / "msgpack-test-suite.json"
    if not suite.is_file():
        pytest.skip("PERSONAGEN_DATA names no folder with msgpack-test-suite.json")
    said = _test(godot, project, "msgpack", suite=shutil.copy(suite, tmp_path))
    assert "suite: 231 of 233 encodings" in said  # the two others are above 2^63-1


class Served:
    """A server that is started again, on its port and its store, when it is killed."""

    def __init__(self, store: Path) -> None:
        self._store, self._over = store, False
        self._process = self._start(0)
        self.first = self._process.pid
        ready = self._ready()
        self.url, self.token = ready["url"], Path(ready["token_file"]).read_text("utf-8").strip()
        self._watch = Thread(target=self._go_on)
        self._watch.start()

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "personagen_npc", "serve", "--port", str(port), "--packs",
             str(HAMLET), "--store", str(self._store), "--owner-pid", str(os.getpid())],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=TESTS.parent,
        )  # fmt: skip

    def _ready(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        with self._process.stdout as out:
            ready: dict[str, Any] = json.loads(out.readline())
        return ready

    def _go_on(self) -> None:
        while self._process.wait() and not self._over:
            self._process = self._start(urlsplit(self.url).port or 0)
            self._ready()

    def end(self) -> None:
        """No more servers."""
        self._over = True
        self._process.kill()
        self._watch.join()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "store")
    yield server
    server.end()


def test_the_client_keeps_up_a_session_with_a_real_server(
    godot: str, project: Path, served: Served
) -> None:
    _test(godot, project, "client", url=served.url, token=served.token, pid=served.first)
