from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


@pytest.fixture
def store(run: Callable[..., Result], tmp_path: Path) -> Path:
    """A store with one save in it."""
    folder = tmp_path / "store"
    run("chat", str(HAMLET), "--seed", "5", "--store", str(folder), typed="/save evening\n")
    return folder


def test_saves_are_listed_with_world_and_game_time(run: Callable[..., Result], store: Path) -> None:
    result = run("save", "list", str(store))
    assert result.exit_code == 0
    assert "evening" in result.output
    assert "hamlet" in result.output
    assert "Haymonth" in result.output


def test_a_save_shows_what_it_holds(run: Callable[..., Result], store: Path) -> None:
    file = next(store.rglob("*.npcsave"))
    assert "hamlet" in run("save", "show", str(file)).output
    row = orjson.loads(run("save", "show", "--json", str(file)).output)
    assert (row["world"], row["seed"], row["packs"]) == ("hamlet", 5, ["hamlet"])


def test_a_damaged_save_is_told(run: Callable[..., Result], store: Path) -> None:
    file = next(store.rglob("*.npcsave"))
    data = bytearray(file.read_bytes())
    data[-10] ^= 255
    file.write_bytes(data)
    result = run("save", "show", str(file))
    assert result.exit_code == 1
    assert "damaged" in result.output
    file.write_bytes(b"nothing")
    assert "cut off" in run("save", "list", str(store)).output


def test_a_whole_save_is_checked_and_a_damaged_one_repaired(
    run: Callable[..., Result], store: Path
) -> None:
    file = next(store.rglob("*.npcsave"))
    checked = run("save", "check", str(file))
    assert (checked.exit_code, "whole, 2 NPCs" in checked.output) == (0, True)
    data = bytearray(file.read_bytes())
    data[data.index(b"NPCS", 20) + 40] ^= 1
    file.write_bytes(data)
    assert run("save", "check", str(file)).exit_code == 1
    repaired = run("save", "repair", str(file))
    assert repaired.exit_code == 0
    assert "whole mind" in repaired.output
    other = file.with_suffix(".repaired.npcsave")
    assert "whole, 0 NPCs" in run("save", "check", str(other)).output
    assert file.read_bytes() == data
    file.write_bytes(b"nothing")
    assert run("save", "repair", str(file)).exit_code == 1


def test_an_empty_folder_is_said_so(run: Callable[..., Result], tmp_path: Path) -> None:
    assert "no saves" in run("save", "list", str(tmp_path)).output
