"""Recall on long conversations: of what answers a question, how much is among the first 5, 10, 25.

``python -m bench.locomo --data FILE`` reads LoCoMo's format (bench/talks.py) and asks through the
memory that a turn uses. With ``--vectors FOLDER`` static vectors join in. Categories 1-4 count;
5 (questions that have no answer, with the turns that tempt) is shown apart. Nothing in the product
was fitted to LoCoMo: the weights come from ``bench.fit``, which only sees ``bench.dialogues``.
"""

from __future__ import annotations

import argparse
import json
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.harness import finish, laps, percentile, table, verdict
from bench.talks import Talk, talk_of, without
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.recall import GAME, LEXICAL, Weights, recall
from personagen_npc.memory.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.talks import Asked, Embed

CUTS = (5, 10, 25)
KINDS = {1: "several places", 2: "when", 3: "by inference", 4: "one place", 5: "(unanswerable)"}
COUNTED = (1, 2, 3, 4)
FULL = 1000  # memories of the one who is timed
LEXICAL_AIM, VECTOR_AIM = (71.0, 79.0), (74.0, 81.0)
QUERY_US, QUERY_VECTORS_US, INDEX_BYTES = 500.0, 2000.0, 450.0


class Mind(NamedTuple):
    """A talk held in memory, with the vectors of its turns if there are any."""

    talk: Talk
    vectors: Vectors | None


def minds_of(path: Path, embedder: Embedder | None) -> list[Mind]:
    """Every conversation of a file."""
    minds = []
    for sample in json.loads(path.read_text(encoding="utf-8")):
        talk = talk_of(sample, embedder.embed if embedder else None)
        people = [sample["conversation"][f"speaker_{x}"] for x in "ab"]
        minds.append(Mind(talk, embedder.vectors(talk.happenings, people) if embedder else None))
    return minds


class Embedder:
    """Static vectors from a folder."""

    def __init__(self, folder: str) -> None:
        from personagen_npc.engines.static import StaticEmbedder

        self._static = StaticEmbedder.load(Path(folder))
        self.embed: Embed = self._static.embed

    def vectors(self, happenings: Happenings, people: Sequence[str]) -> Vectors:
        """Of every turn, names left out."""
        texts = [without(happenings[h].text, people) for h in range(len(happenings))]
        vectors = Vectors(self._static.source, self._static.dim)
        for happening, vector in enumerate(self._static.embed(texts)):
            vectors.put(happening, vector)
        return vectors


def shares(mind: Mind, asked: Asked, weights: Weights) -> list[float]:
    """Share of a question's evidence among the first 5, 10, 25."""
    happenings = mind.talk.happenings
    found = recall(
        mind.talk.memories, happenings, happenings.vocabulary, asked.query, max(CUTS), weights,
        mind.vectors,
    )  # fmt: skip
    ids = [r.happening for r in found]
    return [len(asked.evidence.intersection(ids[:k])) / len(asked.evidence) for k in CUTS]


def scores(minds: Sequence[Mind], weights: Weights) -> dict[int, list[list[float]]]:
    """Shares of every question by category."""
    found: dict[int, list[list[float]]] = {}
    for mind in minds:
        for asked in mind.talk.asked:
            found.setdefault(asked.category, []).append(shares(mind, asked, weights))
    return found


def means(rows: Sequence[Sequence[float]]) -> list[float]:
    """Percent for each cut."""
    return [100.0 * sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else []


def report(minds: Sequence[Mind], weights: Weights, title: str) -> list[float]:
    """Print recall by category; those of 1-4 together are returned."""
    found = scores(minds, weights)
    rows: list[list[object]] = [
        [f"{category} {KINDS[category]}", len(found[category]), *means(found[category])]
        for category in COUNTED
        if found.get(category)
    ]
    counted = [row for category in COUNTED for row in found.get(category, ())]
    total = means(counted)
    rows.append(["1-4", len(counted), *total])
    if found.get(5):
        rows.append([f"5 {KINDS[5]}", len(found[5]), *means(found[5])])
    table(title, ["category", "questions", *(f"R@{k}" for k in CUTS)], rows)
    return total


def crowded(minds: Sequence[Mind]) -> Mind:
    """One head with a thousand memories: as many conversations as it takes, one after the other."""
    happenings, memories = Happenings(), Memories()
    source = minds[0].vectors
    vectors = None if source is None else Vectors(source.source, source.dim)
    step = 0
    while step < FULL:
        for number, mind in enumerate(minds):
            for held in mind.talk.memories:
                if step == FULL:
                    break
                old = mind.talk.happenings[held.happening]
                new = happenings.add(old.text, old.kind, old.actor, at=old.at, step=step)
                memories.hold(new, step=step, episode=number * FULL + held.episode)
                if vectors is not None and mind.vectors is not None:
                    vector = mind.vectors.get(held.happening)
                    if vector is not None:
                        vectors.put(new, vector)
                step += 1
    asked = [asked for mind in minds for asked in mind.talk.asked]
    return Mind(Talk("crowd", happenings, memories, asked), vectors)


def cost(minds: Sequence[Mind], *, quick: bool) -> tuple[float, float]:
    """CPU microseconds of a query (p50) and bytes of index a memory, at a thousand memories."""
    mind = crowded(minds)
    talk, questions = mind.talk, mind.talk.asked

    def ask(turn: int) -> None:
        query = questions[turn % len(questions)].query
        recall(
            talk.memories, talk.happenings, talk.happenings.vocabulary, query, 8, GAME,
            mind.vectors,
        )  # fmt: skip

    laps(ask, min(len(questions), 50))
    micros = laps(ask, 200 if quick else 2000)
    return percentile(micros, 0.5), index_bytes(talk) / len(talk.memories)


def index_bytes(talk: Talk) -> int:
    """Bytes of everything derived from the memories and their texts."""
    index, happenings = talk.memories.index, talk.happenings
    columns = [getattr(index, name) for name in index.__slots__] if index is not None else []
    columns += [happenings._flat, happenings._clauses, happenings._start, happenings._length]
    columns.append(happenings.marks)
    return sum(c.buffer_info()[1] * c.itemsize for c in columns if isinstance(c, array))


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall on LoCoMo's long conversations.")
    parser.add_argument("--data", required=True, type=Path, help="a file in LoCoMo's format")
    parser.add_argument("--vectors", default="", help="folder of static vectors")
    parser.add_argument("--quick", action="store_true", help="fewer rounds of timing")
    options = parser.parse_args()
    minds = minds_of(options.data, Embedder(options.vectors) if options.vectors else None)
    total = report(minds, LEXICAL, "Recall, % of the evidence, weights for plain text")
    report(minds, GAME, "The same with a game's weights")
    micros, size = cost(minds, quick=options.quick)
    aims = VECTOR_AIM if options.vectors else LEXICAL_AIM
    allowed = QUERY_VECTORS_US if options.vectors else QUERY_US
    table(
        "Where it stands",
        ["what", "value", "target"],
        [
            ["r5: recall@5, categories 1-4", total[0], verdict(total[0], aims[0])],
            ["r10", total[1], verdict(total[1], aims[1])],
            ["r25", total[2], ""],
            [f"query_us: CPU of a query at {FULL} memories, p50", micros,
             verdict(micros, allowed, at_most=True)],
            ["index_bytes: a memory beside its text", size,
             verdict(size, INDEX_BYTES, at_most=True)],
        ],
    )  # fmt: skip
    finish({
        "r5": total[0], "r10": total[1], "r25": total[2], "query_us": micros, "index_bytes": size,
        "questions": sum(len(m.talk.asked) for m in minds), "vectors": bool(options.vectors),
    })  # fmt: skip


if __name__ == "__main__":
    main()
