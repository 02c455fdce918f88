"""What the README shows is true: its pack, its plan, its program, its session, its transcript."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from personagen_npc.cli.child import server
from personagen_npc.play import transcript

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
FILE = re.compile(r"^`(hollow/[\w./]+)`:.*?\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's pack in it, as somebody would have typed it."""
    folder = tmp_path_factory.mktemp("readme")
    for name, text in FILE.findall(TEXT):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def _run(folder: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_pack_is_whole_and_without_a_mistake(folder: Path) -> None:
    assert len(FILE.findall(TEXT)) == 4
    assert "0 errors, 0 warnings" in _run(folder, "-m", "personagen_npc", "check", "hollow")


def test_its_plan_holds(folder: Path) -> None:
    assert "first: ok" in _run(folder, "-m", "personagen_npc", "plan", "hollow")


def test_the_program_runs_and_its_deal_is_struck(folder: Path) -> None:
    code = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert len(code) == 1
    (folder / "game.py").write_text(code[0], encoding="utf-8")
    out = _run(folder, "game.py")
    assert out.count("Mara (") == 3
    assert "-> sell_item" in out
    assert "river" in out


def _session() -> list[tuple[str, Any]]:
    """The README's session: ('>' or '<', message), in order."""
    lines = re.findall(r"^([<>]) (\{.*\})$", TEXT, re.MULTILINE)
    return [(way, json.loads(line)) for way, line in lines]


def _shown(real: Any, shown: Any) -> Any:
    """What is really there of what is shown, so that the two can be compared."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return {k: _shown(real.get(k), v) for k, v in shown.items()}
    if isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
        return [_shown(r, s) for r, s in zip(real, shown, strict=True)]
    return real


async def _play(url: str) -> list[tuple[Any, Any]]:
    """Play the session; (shown, what really came) of each answer."""
    compared: list[tuple[Any, Any]] = []
    async with connect(url) as socket:
        for way, message in _session():
            if way == ">":
                await socket.send(json.dumps(message))
                continue
            real = json.loads(await socket.recv())
            while real.get("re") != message["re"]:
                real = json.loads(await socket.recv())
            compared.append((message, _shown(real, message)))
    return compared


def test_the_session_goes_as_it_is_written_down(folder: Path) -> None:
    with server(["--packs", str(folder), "--token", "s3cret"]) as listening:
        compared = asyncio.run(_play(listening.url))
    assert len(compared) >= 10
    for shown, real in compared:
        assert real == shown, f"the README shows {shown}, the server says {real}"


def test_the_transcript_is_the_one_that_was_kept() -> None:
    kept = (ROOT / "docs" / "demo-transcript.txt").read_text("utf-8")
    assert transcript.rewrite(TEXT, kept) == TEXT, "CONTRIBUTING.md says how to keep a new one"


def test_links_lead_somewhere() -> None:
    for page in (TEXT, (ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page)
        named = re.findall(r"`((?:docs|examples|tests|personagen_npc)/[\w./-]+)`", page)
        for target in (*links, *named):
            assert (ROOT / target).exists(), target
