"""Programs of other languages, compiled once for all tests that drive them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
CORE: Final = ROOT / "clients/unity/com.personagen.npc/Runtime/Core"
# the subset that what is shipped keeps to, so that what is shipped is what is tested
STRICT: Final = ("-langversion:7.2", "-warn:4", "-warnaserror")


@pytest.fixture(scope="session")
def unity_runner(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The command that starts the console runner around the Unity client's Core."""
    return _built(tmp_path_factory.mktemp("unity"))


@pytest.fixture(scope="session")
def unity_web_runner(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The same as Unity compiles it for web pages."""
    return _built(tmp_path_factory.mktemp("unity-web"), "-define:UNITY_WEBGL")


def _built(folder: Path, *options: str) -> tuple[str, ...]:
    mcs, mono = shutil.which("mcs"), shutil.which("mono")
    if mcs is None or mono is None:
        pytest.skip("needs Mono's compiler: apt-get install mono-devel")
    runner = folder / "runner.exe"
    sources = sorted([*CORE.rglob("*.cs"), *Path(__file__).parent.glob("unity/*.cs")])
    command = [mcs, *STRICT, *options, "-debug", f"-out:{runner}", *map(str, sources)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return mono, "--debug", str(runner)
