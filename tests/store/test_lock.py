from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from personagen_npc.errors import StoreLocked
from personagen_npc.store import StoreLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, pathlib
from personagen_npc.store import StoreLock
lock = StoreLock.take(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_opener_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    with StoreLock.take(tmp_path / "store"):
        with pytest.raises(StoreLocked, match=f"process {os.getpid()}") as refused:
            StoreLock.take(tmp_path / "store")
        assert str(os.getpid()) in refused.value.got
        StoreLock.take(tmp_path / "other").release()
    lock = StoreLock.take(tmp_path / "store")
    lock.release()
    lock.release()


def test_a_killed_owner_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match=f"process {owner.pid}"):
            StoreLock.take(tmp_path)
        owner.kill()
    with StoreLock.take(tmp_path):
        pass


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"[]", b'{"pid": "x", "locked": 1}', b"9" * 500]
)
def test_an_unreadable_owner_is_still_an_owner(tmp_path: Path, text: bytes) -> None:
    with StoreLock.take(tmp_path):
        (tmp_path / "store.lock").write_bytes(text)
        with pytest.raises(StoreLocked, match="unknown"):
            StoreLock.take(tmp_path)


def test_a_stale_text_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "store.lock").write_bytes(b'{"pid": 1, "locked": "2020-01-01T00:00:00Z"}' * 9)
    with StoreLock.take(tmp_path), pytest.raises(StoreLocked, match=f"{os.getpid()}"):
        StoreLock.take(tmp_path)
