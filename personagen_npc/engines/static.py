"""Vectors of texts from a table: each token has one, a text is their weighted mean.

The table is a folder that ``embeddings build`` makes (``engines/distil.py``). Needs numpy and, when
a table is opened, ``tokenizers``; no model runs. The same text gives the same bytes, alone or among
others.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np
import orjson

from personagen_npc.errors import NoVectors
from personagen_npc.memory.vectors import MOST_DIM, quantise
from personagen_npc.tables import cache_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NAME: Final = "all-MiniLM-L6-v2"  # what `embeddings build` distils
FORMAT: Final = 1  # of the folder, written and read
META, TOKENS, VECTORS, WEIGHTS = "meta.json", "tokenizer.json", "vectors.npy", "weights.npy"
FILES: Final = (TOKENS, VECTORS, WEIGHTS)
MOST_CHARS: Final = 2000  # of a text that are looked at, [D]: more is no line
INSTALL: Final = "pip install 'personagen-npc[semantic]'"


class Table(NamedTuple):
    """A folder of static vectors, checked.

    Attributes:
        folder: where it lies.
        name: of the model it was distilled from.
        source: name and digest; vectors of two sources are never compared.
        dim: components of a vector.
        tokens: how many tokens have one.
        meta: everything that ``meta.json`` says.
    """

    folder: Path
    name: str
    source: str
    dim: int
    tokens: int
    meta: dict[str, Any]


def built_folder() -> Path | None:
    """Where ``embeddings build`` puts its table: in the user's cache folder; None without one."""
    cache = cache_folder()
    return cache / "embeddings" / NAME if cache is not None else None


def look(folder: Path) -> Table:
    """What a folder holds. Raises NoVectors naming the file that is missing or changed."""
    try:
        meta = orjson.loads((folder / META).read_bytes())
        written, name, dim = meta["format"], str(meta["name"]), int(meta["dim"])
        kept = {f: str(meta["files"][f]) for f in FILES}
        found = {f: digest(folder / f) for f in FILES}
        tokens = int(meta["tokens"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _bad(folder, f"no static vectors: {type(fault).__name__}: {fault}") from None
    if written != FORMAT or not 0 < dim <= MOST_DIM:
        raise _bad(folder, f"static vectors of format {written} cannot be read")
    changed = [f for f in FILES if found[f] != kept[f]]
    if changed:
        raise _bad(folder, f"{changed[0]} is not the file that was built")
    whole = hashlib.sha256("".join(kept[f] for f in FILES).encode()).hexdigest()
    return Table(folder, name, f"static:{name}@{whole[:12]}", dim, tokens, meta)


def digest(file: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


class StaticEmbedder:
    """Texts to vectors by a table. Made by ``load``.

    Attributes:
        source: name of the table.
        dim: components of a vector.
        quick: cheap enough to be asked within a turn.
    """

    quick: Final = True

    def __init__(
        self, table: Table, tokenizer: Any, vectors: NDArray[np.int8], weights: NDArray[np.float32]
    ) -> None:
        self.source, self.dim = table.source, table.dim
        self._tokenizer, self._vectors, self._weights = tokenizer, vectors, weights
        self._count = len(vectors)

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Open a folder, checking every file. Raises NoVectors."""
        folder = Path(folder)
        table = look(folder)
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise _bad(folder, f"static vectors need `tokenizers`: {INSTALL}") from None
        try:
            vectors = np.load(folder / VECTORS, allow_pickle=False)
            weights = np.load(folder / WEIGHTS, allow_pickle=False)
            tokenizer = Tokenizer.from_buffer((folder / TOKENS).read_bytes())
        except (OSError, ValueError) as fault:
            raise _bad(folder, f"cannot be read: {fault}") from None
        if (vectors.dtype, weights.dtype) != (np.int8, np.float32) or (
            vectors.shape != (table.tokens, table.dim) or weights.shape != (table.tokens,)
        ):
            raise _bad(folder, "tables of other shapes than it says")
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(table, tokenizer, vectors, weights)

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        """Vectors of texts, int8 (n, dim); zeros for a text without a known token."""
        sums = np.zeros((len(texts), self.dim))
        for row, text in enumerate(texts):
            encoded = self._tokenizer.encode(text[:MOST_CHARS], add_special_tokens=False)
            ids = np.array([i for i in encoded.ids if i < self._count], np.intp)
            if len(ids):
                sums[row] = self._weights.take(ids) @ self._vectors.take(ids, axis=0).astype(
                    np.float32
                )
        return quantise(sums)

    def at_once(self, text: str) -> NDArray[np.int8]:
        """The vector of one text, int8 (dim,)."""
        vector: NDArray[np.int8] = self.embed((text,))[0]
        return vector


def _bad(folder: Path, why: str) -> NoVectors:
    return NoVectors(
        f"{folder}: {why}", field="embeddings", got=str(folder),
        allowed="a folder that `personagen-npc embeddings build` made",
    )  # fmt: skip
