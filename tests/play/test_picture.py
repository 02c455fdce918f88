"""Curves as a picture: with matplotlib, which is an extra; without it, a word on how to get it."""

from __future__ import annotations

import struct
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import PersonagenError
from personagen_npc.play.picture import DPI, INCHES, picture

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {"Berta": {"learning": [0.1, 0.3], "frozen": [0.1, 0.0]}, "Orle": {"learning": [0.2]}}


def test_without_matplotlib_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    with pytest.raises(PersonagenError, match=r"pip install 'personagen-npc\[plot\]'"):
        picture(tmp_path / "x.png", ROWS, across="time", up="reward")


class Canvas:
    """Stands in for matplotlib: notes what it is asked to draw."""

    drawn: list[tuple[str, tuple[Any, ...], dict[str, Any]]]

    def __init__(self, *_: Any, **__: Any) -> None:
        Canvas.drawn = []

    def add_subplot(self, *_: int) -> Canvas:
        return self

    def savefig(self, file: Path, **_: Any) -> None:
        file.write_bytes(b"drawn")

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **fields: Canvas.drawn.append((name, args, fields))


def test_each_title_has_its_curves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure, agg = ModuleType("matplotlib.figure"), ModuleType("matplotlib.backends.backend_agg")
    figure.Figure, agg.FigureCanvasAgg = Canvas, lambda _: None  # type: ignore[attr-defined]
    for name in ("matplotlib", "matplotlib.backends"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "matplotlib.figure", figure)
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", agg)
    picture(tmp_path / "x.png", ROWS, across="time", up="reward")
    assert (tmp_path / "x.png").read_bytes() == b"drawn"
    curves = [(list(a[1]), f["label"]) for name, a, f in Canvas.drawn if name == "plot"]
    assert curves == [([0.1, 0.3], "learning"), ([0.1, 0.0], "frozen"), ([0.2], "learning")]
    assert [f["title"] for name, _, f in Canvas.drawn if name == "set"] == ["Berta", "Orle"]
    with pytest.raises(PersonagenError, match="could not be written"):
        picture(tmp_path / "no" / "x.png", ROWS, across="time", up="reward")


def test_a_picture_is_really_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    file = tmp_path / "curves.png"
    picture(file, ROWS, across="turns", up="reward", every=50)
    data = file.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (width, height) == (round(INCHES[0] * DPI), round(2 * INCHES[1] * DPI))
    assert len(data) > 10_000
