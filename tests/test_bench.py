"""The benches still run; no figure of theirs is judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[1]
FIGURES = {
    "journal": ("journal_ratio", "replay_per_cpu_s"),
    "start": ("first_reply_s", "rss_mb", "npc_bytes_ratio"),
    "turn": ("turn_p50_us", "turn_p99_us"),
    "wire": ("ingest_ratio", "durable_ratio", "batch_ratio"),
}


@pytest.mark.parametrize("bench", sorted(FIGURES))
def test_a_bench_ends_with_its_figures(bench: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{bench}", "--quick"],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = orjson.loads(done.stdout.strip().splitlines()[-1])
    for name in FIGURES[bench]:
        assert figures[name] > 0, name
