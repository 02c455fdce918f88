"""SIGKILL at random moments: what was told is there, once, in order. And a control that lies."""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.store import Journal, digest_of

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("killed_child.py")
KILLS = 200 if os.environ.get("PERSONAGEN_TEST_SCALE") == "full" else 20


def load_child() -> ModuleType:
    spec = importlib.util.spec_from_file_location("killed_child", CHILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


child: Any = load_child()


def told_before_kill(path: Path, mode: str, after_s: float) -> int:
    """Run the child, kill it ``after_s`` after it was ready; the last seq it told of."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def kill_later(process: subprocess.Popen[bytes]) -> None:
        time.sleep(after_s)
        process.kill()

    with subprocess.Popen(
        [sys.executable, str(CHILD), str(path), mode], stdout=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        killer = threading.Thread(target=kill_later, args=(process,))
        killer.start()
        lines = process.stdout.read().split(b"\n")
        killer.join()
    assert process.returncode != 0
    whole = [int(line) for line in lines[:-1]]  # the last piece may be torn by the kill
    assert whole == sorted(set(whole))
    return whole[-1] if whole else 0


def held(path: Path, since: int) -> int:
    """Check every row after ``since``: contiguous, none doubled, content and blobs whole."""
    with Journal.open(path) as journal:
        seq = since
        for seq, row in enumerate(journal.rows(since), since + 1):
            assert row == child.numbered(seq)
            if child.has_blob(seq):
                assert journal.blob(digest_of(row.input)) == row.input
        assert journal.last_seq == seq
        newest = journal.last()
        assert newest is None or newest == journal.answer(newest.session, newest.client_id)
        return seq


def test_nothing_told_is_lost_or_doubled_over_many_kills(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    dice = random.Random(20)
    there = told_ever = 0
    for _ in range(KILLS):
        told = told_before_kill(path, "honest", dice.uniform(0, 0.12))
        told_ever = max(told_ever, told)
        there = held(path, since=there)
        assert there >= told_ever
    assert told_ever > KILLS * 10


def test_a_control_that_tells_before_the_commit_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    dice = random.Random(21)
    there = 0
    for _ in range(10):
        told = told_before_kill(path, "early", dice.uniform(0.02, 0.1))
        there = held(path, since=there)
        if told > there:
            return
    pytest.fail("the control lost nothing, so the kill test could not have failed")
