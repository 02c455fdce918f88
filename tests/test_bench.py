"""The benches still run; no figure of theirs is judged here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from bench.dialogues import sample
from bench.talks import dates_of, focus_of, talk_of

ROOT = Path(__file__).parents[1]
FIGURES = {
    "fit": ("design_r10", "fitted_r10", "shipped_r10"),
    "journal": ("journal_ratio", "replay_per_cpu_s"),
    "memory_peers": ("ours_add_us_300", "ours_query_us_300", "ours_lexical_query_us_300"),
    "start": ("first_reply_s", "rss_mb", "npc_bytes_ratio"),
    "turn": ("turn_p50_us", "turn_p99_us"),
    "voice": (
        "trait_r_20",
        "grounding",
        "unanswerable_f1",
        "distinct_2",
        "realised",
        "turn_p50_us",
    ),
    "wire": ("ingest_ratio", "durable_ratio", "batch_ratio"),
}


@pytest.mark.parametrize("bench", sorted(FIGURES))
def test_a_bench_ends_with_its_figures(bench: str) -> None:
    figures = run(bench)
    for name in FIGURES[bench]:
        assert figures[name] > 0, name


def test_recall_is_measured_on_a_file_of_long_talks(tmp_path: Path) -> None:
    made = sample(5)
    made["qa"].append(
        {"question": "Who sank the moon?", "category": 5, "evidence": ["D1:2; D:2:03"]}
    )
    made["qa"].append({"question": "What was never said?", "category": 4, "evidence": []})
    file = tmp_path / "talks.json"
    file.write_text(json.dumps([made]), encoding="utf-8")
    figures = run("locomo", "--data", str(file))
    assert 30 < figures["r5"] < figures["r10"] < figures["r25"] <= 100
    assert figures["query_us"] > 0
    assert figures["index_bytes"] > 0
    assert figures["questions"] == len(made["qa"]) - 1


def test_invented_talks_are_the_same_for_a_seed_and_hold_their_answers() -> None:
    assert sample(3) == sample(3)
    assert sample(3) != sample(4)
    talk = talk_of(sample(3))
    assert len(talk.asked) > 80
    assert all(max(asked.evidence) < len(talk.happenings) for asked in talk.asked)
    assert not any("{" in talk.happenings[h].text for h in range(len(talk.happenings)))


def test_dates_and_what_is_asked_for_are_read() -> None:
    spans, rest = dates_of("what may odo do on 3 may 2023 and in july 2022?", 1.7e9)
    assert [last - first for first, last in spans] == [86_399.0, 31 * 86_400 - 1.0]
    assert rest.split() == ["what", "may", "odo", "do", "on", "and", "in", "?"]
    assert focus_of("when did he go?") == "time"
    assert focus_of("how did she feel about it?") == "feeling"
    assert focus_of("odo?") == ""


def run(bench: str, *options: str) -> dict[str, float]:
    """The figures of one bench, run as a person would."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{bench}", "--quick", *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures: dict[str, float] = orjson.loads(done.stdout.strip().splitlines()[-1])
    return figures
