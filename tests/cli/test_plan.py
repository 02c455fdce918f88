from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(HAMLET, tmp_path / "hamlet")
    (tmp_path / "hamlet" / "tests").mkdir(exist_ok=True)
    return tmp_path / "hamlet"


def test_plans_that_hold_end_with_0(run: Callable[..., Result], pack: Path) -> None:
    plan = 'say ida "What happened at the well?"\nexpect text contains "brothers"\n'
    (pack / "tests" / "well.plan").write_text(plan, encoding="utf-8")
    result = run("plan", str(pack), "--show")
    assert result.exit_code == 0, result.output
    assert "well: ok" in result.output
    assert "Two brothers" in result.output


def test_what_fails_is_named_and_ends_with_1(run: Callable[..., Result], pack: Path) -> None:
    (pack / "tests" / "good.plan").write_text('say ida "Hello."\n', encoding="utf-8")
    (pack / "tests" / "bad.plan").write_text('say ida "Hello."\nexpect act x\n', encoding="utf-8")
    result = run("plan", str(pack))
    assert result.exit_code == 1
    assert "bad: 1 not as expected" in result.output
    assert "tests/bad.plan:2: expected act x" in result.output
    assert run("plan", str(pack), "good").exit_code == 0


def test_a_pack_without_plans_is_said_so(run: Callable[..., Result], pack: Path) -> None:
    result = run("plan", str(pack), "nothing")
    assert result.exit_code == 2
    assert "no plans" in result.output
