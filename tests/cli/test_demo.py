"""The demo from end to end: a server process, a real socket, the script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from personagen_npc.play.script import read_script

ROOT = Path(__file__).parents[2]
QUESTION = "Do you remember what I did for Wick?"


def _demo(*flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "personagen_npc", "demo", *flags],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def beats() -> list[dict[str, Any]]:
    done = _demo("--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def _answers(beats: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was said and what came back, in order."""
    said = [b for b in beats if b["beat"] == "said"]
    replied = [b for b in beats if b["beat"] == "replied"]
    assert len(said) == len(replied)
    return list(zip(said, replied, strict=True))


def _index(beats: list[dict[str, Any]], what: str) -> int:
    return next(k for k, b in enumerate(beats) if b["beat"] == "did" and b["what"] == what)


def test_every_step_of_the_script_is_played(beats: list[dict[str, Any]]) -> None:
    steps = [s for scene in read_script().scenes for s in scene.steps]
    figures = beats[-1]
    assert figures["beat"] == "figures"
    assert figures["turns"] == sum(s.verb == "say" for s in steps)
    assert figures["rewards"] == sum(s.verb == "reward" for s in steps)
    assert figures["overheard"] > 0


def test_a_deal_goes_well_and_one_goes_badly(beats: list[dict[str, Any]]) -> None:
    actions = [r for b in beats if b["beat"] == "replied" for r in b["actions"]]
    assert any(a["name"] == "sell_item" for a in actions)
    told = [b["text"] for b in beats if b["beat"] == "did" and b["what"] == "reward"]
    assert any(t.startswith("+1") for t in told)
    assert any(t.startswith("-1") for t in told)


def test_one_question_gets_different_answers_from_different_people(
    beats: list[dict[str, Any]],
) -> None:
    texts = {r["npc"]: r["text"] for s, r in _answers(beats) if s["text"] == "Who burned the mill?"}
    assert len(set(texts.values())) == len(texts) >= 4


def test_secrets_are_kept(beats: list[dict[str, Any]]) -> None:
    kept = [r for _, r in _answers(beats) if r["recalled"] == "secret"]
    assert {r["npc"] for r in kept} >= {"odo", "wick"}
    assert all("flint" not in r["text"] for r in kept)


def test_the_event_is_remembered_and_after_the_load_it_is_not(
    beats: list[dict[str, Any]],
) -> None:
    load, back = _index(beats, "load"), len(beats)
    loads = [k for k, b in enumerate(beats) if b["beat"] == "did" and b["what"] == "load"]
    assert len(loads) == 2
    load, back = loads
    spans = {
        "before": beats[_index(beats, "event") : load],
        "loaded": beats[load:back],
        "undone": beats[back:],
    }
    rescued = {name: _recalls_the_rescue(span) for name, span in spans.items()}
    assert rescued == {"before": True, "loaded": False, "undone": True}


def _recalls_the_rescue(span: list[dict[str, Any]]) -> bool:
    asked = False
    found = False
    for beat in span:
        if beat["beat"] == "said":
            asked = beat["text"] == QUESTION
        elif beat["beat"] == "replied" and asked:
            memories = beat["memories"][:1] if beat["recalled"] == "memory" else []
            found = found or any("saved Wick" in m for m in memories)
    return found


def test_on_paper_it_is_a_plain_transcript() -> None:
    done = _demo()
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr
    assert " ms a line (median)" in done.stdout.replace("\n", " ")
    assert max(map(len, done.stdout.splitlines())) <= 96


def test_the_kept_transcript_is_what_the_demo_prints(tmp_path: Path) -> None:
    file = tmp_path / "transcript.txt"
    assert _demo("--transcript", str(file)).returncode == 0
    kept = (ROOT / "docs" / "demo-transcript.txt").read_text("utf-8")
    assert file.read_text("utf-8") == kept, "CONTRIBUTING.md says how to keep a new transcript"
