"""Vectors of texts from an Ollama server on this machine or another: the only door of ``ollama``.

A request takes milliseconds to seconds, so nothing waits for one within a turn: what happened is
embedded in the background, and a line that is asked of memory has a vector only if it was asked
before. The address is Ollama's own setting, ``OLLAMA_HOST``.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np

from personagen_npc.errors import NoVectors
from personagen_npc.memory.vectors import MOST_DIM, quantise
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

log = logging.getLogger(__name__)

SAFE: Final = (0, 17, 1)  # older servers have remote holes (CVE-2026-7482)
TIMEOUT_S: Final = 30.0  # of one request; the first one loads the model, [D]
BATCH: Final = 32  # texts of one request, [D]
MOST_CHARS: Final = 2000  # of a text, as with static vectors
KNOWN: Final = 256  # lines whose vectors are kept, oldest dropped first, [D]
ASKED: Final = 8  # lines that wait to be embedded beside the next batch, [D]


class Manner(NamedTuple):
    """What a model wants: see ``data/ollama.yaml``. ``dim`` 0 keeps its vectors whole."""

    document: str = ""
    query: str = ""
    dim: int = 0


def manner_of(model: str) -> Manner:
    """What is known of a model, by the longest beginning of its name."""
    rows = table("engines/data/ollama.yaml")["models"]
    name = model.rpartition("/")[2].partition(":")[0]
    known = max((k for k in rows if name.startswith(k)), key=len, default="")
    return Manner(**rows.get(known, {}))


class OllamaEmbedder:
    """Texts to vectors by a model that an Ollama server has. Made by ``open``.

    Attributes:
        source: the model, its digest, and how many numbers of its vectors are kept.
        dim: how many those are.
        quick: never cheap enough to be waited for within a turn.
    """

    quick: Final = False

    def __init__(self, client: Any, model: str, digest: str, width: int) -> None:
        self._client, self._model, self._width = client, model, width
        self._manner = manner_of(model)
        self.dim = min(self._manner.dim or width, width, MOST_DIM)
        self.source = f"ollama:{model}@{digest[:12]}/{self.dim}"
        self._known: dict[str, NDArray[np.int8]] = {}
        self._asked: deque[str] = deque(maxlen=ASKED)
        if self.dim < width and not self._manner.dim:
            log.warning("vectors of %s are cut from %d to %d numbers", model, width, self.dim)

    @classmethod
    def open(cls, model: str, host: str | None = None, timeout_s: float = TIMEOUT_S) -> Self:
        """Ask the server for the model, and for one vector to learn its width. Raises NoVectors."""
        import ollama

        client: Any = ollama.Client(host, timeout=timeout_s)
        _warn_if_old(_answer(lambda: client._request_raw("GET", "/api/version").json(), model))
        there = _answer(client.list, model).models
        named = {m.model: m.digest or "" for m in there if m.model}
        digest = named.get(model) or named.get(f"{model}:latest")
        if digest is None:
            raise NoVectors(
                f"Ollama has no model {model!r}: ollama pull {model}", field="embeddings",
                got=model, allowed=", ".join(sorted(named)) or "a model that was pulled",
            )  # fmt: skip
        return cls(client, model, digest, len(_vectors(client, model, ["width"])[0]))

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        """Vectors of texts, int8 (n, dim). Takes its time. Raises NoVectors."""
        made = self._made([self._manner.document + t for t in texts])
        asked = list(dict.fromkeys(self._asked))
        self._asked.clear()
        if asked:
            lines = self._made([self._manner.query + t for t in asked])
            self._known |= dict(zip(asked, lines, strict=True))
            while len(self._known) > KNOWN:
                del self._known[next(iter(self._known))]
        return made

    def at_once(self, text: str) -> NDArray[np.int8] | None:
        """The vector of a line that was asked before; one that was not will be known later."""
        known = self._known.get(text)
        if known is None and text:
            self._asked.append(text)
        return known

    def _made(self, texts: Sequence[str]) -> NDArray[np.int8]:
        rows: list[Sequence[float]] = []
        for first in range(0, len(texts), BATCH):
            batch = [t[:MOST_CHARS] for t in texts[first : first + BATCH]]
            rows += _vectors(self._client, self._model, batch)
        if any(len(row) != self._width for row in rows):
            raise NoVectors(f"{self._model} gave vectors of another width", field="embeddings")
        exact = np.array(rows, np.float64).reshape(-1, self._width)[:, : self.dim]
        if not np.isfinite(exact).all():
            raise NoVectors(f"{self._model} gave no numbers", field="embeddings")
        return quantise(exact)


def _vectors(client: Any, model: str, texts: list[str]) -> list[Sequence[float]]:
    given = _answer(lambda: client.embed(model=model, input=texts, truncate=True), model)
    found = list(given.embeddings)
    if len(found) != len(texts) or not all(len(row) for row in found):
        raise NoVectors(f"{model} gave no vector for each text", field="embeddings", got=len(found))
    return found


def _answer(request: Callable[[], Any], model: str) -> Any:
    """What a request gives, its failures told as ours."""
    import httpx
    import ollama

    try:
        return request()
    except ollama.ResponseError as fault:
        again = fault.status_code >= 500
        raise NoVectors(
            f"Ollama refused {model}: {fault.error}", passing=again, field="embeddings", got=model
        ) from None
    except (ConnectionError, httpx.HTTPError) as fault:
        raise NoVectors(
            f"Ollama does not answer ({type(fault).__name__}); is `ollama serve` running?",
            passing=True, field="embeddings", got=model,
        ) from None  # fmt: skip
    except ValueError as fault:  # no JSON, or JSON of another shape
        raise NoVectors(f"that is no Ollama server: {fault}", field="embeddings") from None


def older(answer: Any, than: tuple[int, ...]) -> bool:
    """Whether what ``/api/version`` says is a version 0.x before another; unreadable is not."""
    told = str(answer.get("version", "")) if isinstance(answer, dict) else ""
    numbers = told.partition("-")[0].split(".")
    return (
        numbers[0] == "0" and all(n.isdigit() for n in numbers) and tuple(map(int, numbers)) < than
    )


def _warn_if_old(answer: Any) -> None:
    if older(answer, SAFE):
        log.warning(
            "Ollama %s has holes that others in the network can use (CVE-2026-7482): update it to "
            "%s or newer", answer["version"], ".".join(map(str, SAFE)),
        )  # fmt: skip
