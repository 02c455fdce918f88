"""Exporting what one NPC of a save knows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


@pytest.fixture
def save(run: Callable[..., Result], tmp_path: Path) -> Path:
    """A save in which somebody was talked with."""
    folder = tmp_path / "store"
    run("chat", str(HAMLET), "--seed", "5", "--store", str(folder), typed="/save evening\n")
    return next(folder.rglob("*.npcsave"))


def _somebody() -> str:
    return min(f.stem for f in (HAMLET / "npcs").glob("*.yaml"))


def test_json_and_graphml_hold_the_same(
    run: Callable[..., Result], save: Path, tmp_path: Path
) -> None:
    npc = _somebody()
    result = run("graph", str(save), "--npc", npc)
    assert result.exit_code == 0, result.output
    tree = orjson.loads(result.output)
    assert tree["npc"] == npc
    assert tree["items"]
    out = tmp_path / "mind.graphml"
    assert (
        run("graph", str(save), "--npc", npc, "--to", "graphml", "--out", str(out)).exit_code == 0
    )
    assert ET.fromstring(out.read_text()).findall(".//{*}edge")


def test_a_stranger_is_told_who_there_is(run: Callable[..., Result], save: Path) -> None:
    result = run("graph", str(save), "--npc", "nobody")
    assert result.exit_code == 2
    assert _somebody() in result.output
