"""Our memory beside others: the same adds, the same queries, the same vectors, one run.

Against Concordia's associative memory bank, Chroma and LangGraph's in-memory store (the extra
``peers``), each through its own public calls, at 1,000 and 10,000 memories of one mind. Nobody pays
for embedding: all look the same vectors up in one table. Ours does more in a query (words, who is
named, episodes, neighbours, vectors; ``lexical`` is without the last); a peer that is not installed
is named and left out. Recall of the truth is not compared here: with the same vectors, vector
search finds the same.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from bench.harness import finish, options, percentile, table
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.recall import Query, recall
from personagen_npc.memory.vectors import Vectors
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

DIM = 256
K = 8
SIZES = (1_000, 10_000)
QUERIES = 60
BULK = 500  # entries that Chroma gets at once while it is filled; its add is timed one at a time
WHO = ("Mara", "Tobias", "Edda", "Joss", "Orle", "Wick", "Sabeth", "Corm", "Ysolt", "Rafe")
DID = ("mended", "sold", "carried", "lost", "found", "painted", "stole", "washed", "buried", "lent")
WHAT = ("kettle", "net", "lantern", "barrel", "saddle", "ledger", "rope", "ladder", "cloak", "oar",
        "plough", "whistle", "basket", "hinge", "candle", "sickle", "boot", "flute")  # fmt: skip
WHERE = ("by the river", "at the mill", "behind the chapel", "in the market", "under the bridge",
         "on the north road", "at the ferry", "in the loft", "near the forge")  # fmt: skip
WHY = ("before the rain came", "for his sister", "and told nobody", "because the frost was early",
       "to pay an old debt", "while the bells rang", "as the year turned", "")  # fmt: skip


class Data(NamedTuple):
    """Texts and questions, and a vector (float32, unit length) for each."""

    texts: list[str]
    questions: list[str]
    vectors: dict[str, NDArray[np.float32]]


class Store(Protocol):
    """One memory under measurement."""

    def add(self, number: int, text: str) -> None:
        """Remember one text."""
        ...

    def find(self, question: str) -> Sequence[object]:
        """The ``K`` that fit best."""
        ...


def sentences(count: int, questions: int) -> Data:
    """Distinct sentences of a village's days; every question is one of them in other words."""
    dice = np.random.default_rng(7)
    texts: list[str] = []
    for number in range(count):
        who, did, what, where, why = (
            x[dice.integers(len(x))] for x in (WHO, DID, WHAT, WHERE, WHY)
        )
        texts.append(f"{who} {did} the {what} {where} {why} on day {number}.".replace("  ", " "))
    asked = [f"Who {DID[i % 10]} the {WHAT[i % 18]} {WHERE[i % 9]}?" for i in range(questions)]
    drawn = dice.standard_normal((count + questions, DIM)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return Data(texts, asked, dict(zip((*texts, *asked), drawn, strict=True)))


class Ours:
    """Happenings, one mind's hold on them, and recall as a turn uses it."""

    def __init__(self, data: Data, *, lexical: bool = False) -> None:
        self._table = {t: np.round(v * 127).astype(np.int8) for t, v in data.vectors.items()}
        self._world, self._mind = Happenings(), Memories()
        self._vectors = None if lexical else Vectors("bench", DIM)

    def add(self, number: int, text: str) -> None:
        """Happened, Held, Embedded."""
        happening = self._world.add(text, "said", text.partition(" ")[0], at=float(number))
        self._mind.hold(happening, episode=number // 20, position=number % 20)
        if self._vectors is not None:
            self._vectors.put(happening, self._table[text])

    def find(self, question: str) -> Sequence[object]:
        """As ``world/remembering/past.py`` asks."""
        query = Query(stems(question), (), 1e6)
        if self._vectors is not None:
            query = query._replace(vector=self._table[question])
        words = self._world.vocabulary
        return recall(self._mind, self._world, words, query, K, vectors=self._vectors)


class Concordia:
    """``AssociativeMemoryBank`` of gdm-concordia."""

    def __init__(self, data: Data) -> None:
        bank = import_module("concordia.associative_memory.basic_associative_memory")
        self._bank = bank.AssociativeMemoryBank(data.vectors.__getitem__)

    def add(self, number: int, text: str) -> None:
        """One entry."""
        self._bank.add(text)

    def find(self, question: str) -> Sequence[object]:
        """By cosine."""
        found: Sequence[object] = self._bank.retrieve_associative(question, K)
        return found


class Chroma:
    """An in-process collection of chromadb."""

    def __init__(self, data: Data) -> None:
        chroma, settings = import_module("chromadb"), import_module("chromadb.config")
        client = chroma.EphemeralClient(settings.Settings(anonymized_telemetry=False))
        name = f"bench-{len(data.texts)}"
        self._table = data.vectors
        self._all = client.create_collection(
            name, embedding_function=None, metadata={"hnsw:space": "cosine"}
        )

    def add(self, number: int, text: str) -> None:
        """One entry."""
        self._all.add(ids=[str(number)], embeddings=[self._table[text]], documents=[text])

    def fill(self, texts: Sequence[str]) -> None:
        """Many at once, as its users are told to."""
        for first in range(0, len(texts), BULK):
            some = texts[first : first + BULK]
            ids = [str(first + k) for k in range(len(some))]
            vectors = [self._table[t] for t in some]
            self._all.add(ids=ids, embeddings=vectors, documents=list(some))

    def find(self, question: str) -> Sequence[object]:
        """By cosine, HNSW."""
        found = self._all.query(query_embeddings=[self._table[question]], n_results=K)
        rows: Sequence[object] = found["ids"][0]
        return rows


class LangGraph:
    """LangGraph's ``InMemoryStore`` with an index."""

    def __init__(self, data: Data) -> None:
        store = import_module("langgraph.store.memory")
        table = data.vectors
        index = {"dims": DIM, "embed": lambda texts: [table[t].tolist() for t in texts]}
        self._store = store.InMemoryStore(index={**index, "fields": ["text"]})

    def add(self, number: int, text: str) -> None:
        """One entry."""
        self._store.put(("npc",), str(number), {"text": text})

    def find(self, question: str) -> Sequence[object]:
        """By cosine."""
        found: Sequence[object] = self._store.search(("npc",), query=question, limit=K)
        return found


STORES: dict[str, tuple[str, Callable[[Data], Any]]] = {
    "ours": ("", Ours),
    "ours lexical": ("", lambda data: Ours(data, lexical=True)),
    "concordia": ("concordia", Concordia),
    "chroma": ("chromadb", Chroma),
    "langgraph": ("langgraph", LangGraph),
}


def laps(work: Callable[[int], object], times: int) -> list[float]:
    """CPU microseconds of the whole process for each call: some peers work in threads of theirs."""
    found = []
    for index in range(times):
        start = time.process_time_ns()
        work(index)
        found.append((time.process_time_ns() - start) / 1000)
    return found


def missing(module: str) -> bool:
    """Whether a peer is not installed here."""
    try:
        import_module(module or "json")
    except ImportError:
        return True
    return False


def filled(store: Store, texts: Sequence[str], timed: int) -> float:
    """Fill a store; microseconds of one of the ``timed`` last adds, the median."""
    before = len(texts) - timed
    if isinstance(store, Chroma):
        store.fill(texts[:before])
    else:
        for number in range(before):
            store.add(number, texts[number])
    return percentile(laps(lambda k: store.add(before + k, texts[before + k]), timed), 0.5)


def run(size: int, queries: int, timed: int) -> dict[str, tuple[float, float]]:
    """(add, query) in microseconds of each store that is here, the machine's noise shared."""
    data = sentences(size, queries)
    found: dict[str, tuple[float, float]] = {}
    for name, (module, make) in STORES.items():
        if missing(module):
            print(f"{name} is not installed (pip install 'personagen-npc[peers]')")
            continue
        store = make(data)
        add = filled(store, data.texts, timed)
        if len(store.find(data.questions[0])) != K:  # also builds what is built on first use
            raise SystemExit(f"{name} found too little")
        asked = laps(lambda k, s=store: s.find(data.questions[k]), queries)  # type: ignore[misc]
        found[name] = (add, percentile(asked, 0.5))
    return found


def main() -> None:
    """Print the table for each size; the last line has every figure."""
    quick = options(__doc__ or "").quick
    figures: dict[str, float] = {}
    for size in (300,) if quick else SIZES:
        found = run(size, 10 if quick else QUERIES, 20 if quick else 100)
        ours = found["ours"]
        rows = [
            [n, add / 1000, query / 1000, add / ours[0], query / ours[1]]
            for n, (add, query) in found.items()
        ]
        head = ["store", "add ms", "query ms", "add / ours", "query / ours"]
        table(f"{size:,} memories, {DIM} dimensions, k = {K}", head, rows)
        for name, (add, query) in found.items():
            key = name.replace(" ", "_")
            figures |= {f"{key}_add_us_{size}": add, f"{key}_query_us_{size}": query}
    finish(figures)


if __name__ == "__main__":
    main()
