"""Train the leanings of words (``mind/reading/leaning.py``) on hand-written and templated lines.

``python -m bench.intents`` trains on ``tests/mind/data/lines.yaml``, ``tuning.yaml`` and on lines
made by ``bench/data/paraphrases.yaml`` with a fixed seed, and writes ``mind/data/leanings.bin``;
``--folds K`` prints the macro-F1 on each part of tuning.yaml that was left out instead. No line of
``unseen.yaml`` is trained on: what the others happen to share with it is left out of them.

The model is multinomial regression over lines; a line is the soft maximum of its sentences, so that
which sentence counts is learned too ("Hello. Where is the mill?"). Adam over the whole set.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import yaml

from bench.harness import finish
from bench.paraphrase import generate
from personagen_npc.events import INTENTS
from personagen_npc.mind.reading.hearing import Reader
from personagen_npc.mind.reading.leaning import COLUMN, UNIT, features, pack, said
from personagen_npc.mind.reading.lexicon import ELLIPSIS, Lexicon
from personagen_npc.mind.reading.names import Names
from personagen_npc.mind.statements.judging import CLEAR, Context, Judge, place
from personagen_npc.tables import table
from personagen_npc.words.senses import SCALE, senses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

HAND: Final = Path("tests/mind/data")
SHIPPED: Final = Path("personagen_npc/mind/data/leanings.bin")
TEMPLATES: Final = Path("bench/data/paraphrases.yaml")
EACH: Final = 480  # templated lines of an intent
SHARE: Final = 0.4  # weight of a templated line: in all what 0.6 of 320 each was, from --folds
PULL: Final = 1e-4  # weight decay; tuned by --folds
STEPS, RATE = 100, 0.08
WIDE: Final = 4.0  # how far meanings spread beside single words, tuned by --folds
BLIND: Final = 3  # each so manieth step goes without meanings, for those who have no table
RAREST: Final = 2  # lines that a feature must occur in
OFTEN: Final = 20  # lines that a proof must have been sure in, [D]
FEW: Final = 0.005  # share of them that may have been heard as something else, [D]
SLIGHT: Final = 0.25  # a feature no weight of which is larger is left out, tuned by --folds

WORLD: Final = (
    ("oswin", "npc", "Oswin"), ("mara", "npc", "Mara"), ("dex", "npc", "Dex"),
    ("duke", "npc", "the duke"), ("p1", "player", "Ash"), ("mill", "place", "the mill"),
    ("kettles", "place", "the Three Kettles"), ("reactor", "place", "the reactor"),
    ("company", "faction", "the Company"), ("kettle", "thing", "kettle"),
    ("lantern", "thing", "lantern"), ("knife", "thing", "knife"), ("bread", "thing", "bread"),
    ("horse", "thing", "horse"), ("coat", "thing", "coat"), ("ale", "thing", "ale"),
    ("map", "thing", "map"), ("boots", "thing", "boots"), ("rope", "thing", "rope"),
    ("battery", "thing", "battery"), ("room", "thing", "room"),
)  # fmt: skip


class Line(NamedTuple):
    """A labelled line: for each sentence its features, what patterns prove, and its words."""

    text: str
    label: str
    weight: float
    sentences: tuple[tuple[list[str], dict[str, float], str], ...]


class Matrix(NamedTuple):
    """Lines as arrays: features of sentences as runs in ``feature``, sentences of lines as runs."""

    feature: Ints
    sentence: Ints  # the sentence of each entry
    starts: Ints  # where each sentence's features start
    proven: Floats
    meant: Floats  # what each sentence means: zeros without a table of senses
    line: Ints  # the line of each sentence
    lines: Ints  # where each line's sentences start
    label: Ints
    weight: Floats
    order: Ints  # entries by feature
    runs: Ints
    touched: Ints


class Fitted(NamedTuple):
    """Weights as trained: one row a feature, one a number of meaning; what proofs are worth.

    ``centre`` is what a sentence of no meaning in particular means.
    """

    rows: dict[str, int]
    weights: Floats
    proved: Floats
    meant: Floats
    centre: Floats


class Maker:
    """Turns texts into lines by the rules that ship."""

    def __init__(self) -> None:
        lexicon = Lexicon(table("mind/data/intents.yaml"))
        self._reader = Reader(lexicon, Names(WORLD))
        self._judge = Judge(lexicon)

    def line(self, label: str, text: str, state: str, weight: float) -> Line:
        """One line; without sentences where it has no word."""
        context = Context(offer_pending=state == "offer", quest_pending=state == "quest")
        out = []
        sentences = self._reader.read(text)
        for i, s in enumerate(sentences):
            judged = self._judge.judge(s, context)
            names = features(s, place(i, len(sentences)), judged.intent)
            proven = {k: v for k, v in judged.proven.items() if k != ELLIPSIS}
            out.append((names, proven, said(s)))
        return Line(text, label, weight, tuple(out))


def plain(text: str) -> str:
    """A line without case and closing marks, to tell whether two are the same."""
    return text.lower().strip(" .!?")


def written(name: str) -> list[tuple[str, str, str]]:
    """(label, text, state) of a file of lines."""
    tree: dict[str, dict[str, list[Any]]] = yaml.safe_load((HAND / name).read_text("utf-8"))
    out = []
    for part in tree.values():
        for label, entries in part.items():
            for entry in entries:
                text, state = entry if isinstance(entry, list) else (entry, "")
                out.append((label, text, state))
    return out


def made(maker: Maker, apart: frozenset[str]) -> tuple[list[Line], list[Line]]:
    """(lines of tuning.yaml, all other lines to train on), none of them in ``apart``."""

    def lines(entries: Iterable[tuple[str, str, str]], weight: float) -> list[Line]:
        every = (maker.line(*e, weight) for e in entries if plain(e[1]) not in apart)
        return [x for x in every if x.sentences]

    templated = [(label, text, "") for label, text in generate(TEMPLATES, EACH)]
    others = lines(written("lines.yaml"), 1.0) + lines(templated, SHARE)
    return lines(written("tuning.yaml"), 1.0), others


def meanings(lines: Sequence[Line]) -> Floats:
    """The vectors of all sentences, of length 1."""
    known = senses()
    if known is None:
        raise SystemExit("there is no table of senses to train with: install wordllama")
    vectors = known.vectors([text for x in lines for _, _, text in x.sentences])
    return vectors / np.float32(SCALE)


def matrix(lines: Sequence[Line], rows: dict[str, int], centre: Floats) -> Matrix:
    """Lines as arrays, features that have no row left out."""
    feature: list[int] = []
    starts: list[int] = []
    line: list[int] = []
    counts: list[int] = []
    proven = np.zeros((sum(len(x.sentences) for x in lines), len(INTENTS)), np.float32)
    for n, one in enumerate(lines):
        for names, scores, _ in one.sentences:
            for intent, score in scores.items():
                proven[len(starts), COLUMN[intent]] = score
            known = [rows[f] for f in names if f in rows]  # never empty: its place is known
            starts.append(len(feature))
            counts.append(len(known))
            feature += known
            line.append(n)
    entries, owner = np.array(feature), np.array(line)
    order = np.argsort(entries, kind="stable")
    runs = _runs(entries[order])
    return Matrix(
        entries, np.repeat(np.arange(len(starts)), counts), np.array(starts), proven,
        (meanings(lines) - centre) * WIDE, owner,
        _runs(owner), np.array([COLUMN[x.label] for x in lines]),
        np.array([x.weight for x in lines], np.float32), order, runs, entries[order][runs],
    )  # fmt: skip


def _runs(values: Ints) -> Ints:
    """Where runs of equal values start."""
    return np.flatnonzero(np.r_[True, values[1:] != values[:-1]])


def forward(m: Matrix, weights: Floats, proved: Floats, meant: Floats) -> tuple[Floats, Floats]:
    """(log-odds of each line's intents, each sentence's share in them)."""
    z = np.add.reduceat(weights[m.feature], m.starts, axis=0) + m.proven * proved
    z += m.meant @ meant
    top = np.maximum.reduceat(z, m.lines, axis=0)
    raised = np.exp(z - top[m.line])
    total = np.add.reduceat(raised, m.lines, axis=0)
    return top + np.log(total), raised / total[m.line]


def fit(lines: Sequence[Line]) -> Fitted:
    """Train on lines."""
    seen = Counter(f for x in lines for f in {n for names, _, _ in x.sentences for n in names})
    rows = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= RAREST))}
    centre = meanings(lines).mean(axis=0)
    m = matrix(lines, rows, centre)
    weights = np.zeros((len(rows), len(INTENTS)), np.float32)
    proved = np.ones(len(INTENTS), np.float32)
    meant = np.zeros((len(centre), len(INTENTS)), np.float32)
    fitted: tuple[Floats, Floats, Floats] = (weights, proved, meant)
    moments = [(np.zeros_like(x), np.zeros_like(x)) for x in fitted]
    for step in range(1, STEPS + 1):
        without = step % BLIND == 0
        gradients = _gradients(m, weights, proved, meant * 0.0 if without else meant)
        if without:
            gradients = (*gradients[:2], np.zeros_like(meant))
        for x, g, (mean, square) in zip(fitted, gradients, moments, strict=True):
            mean += 0.1 * (g - mean)
            square += 0.01 * (g * g - square)
            size = np.sqrt(square / (1 - 0.99**step)) + 1e-8
            x -= RATE * mean / (1 - 0.9**step) / size
    return Fitted(rows, weights, proved, meant, centre)


def _gradients(
    m: Matrix, weights: Floats, proved: Floats, meant: Floats
) -> tuple[Floats, Floats, Floats]:
    odds, share = forward(m, weights, proved, meant)
    p = np.exp(odds - odds.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(m.label)), m.label] -= 1.0
    p *= (m.weight / m.weight.sum())[:, None]
    blame = p[m.line] * share
    out = PULL * weights
    out[m.touched] += np.add.reduceat(blame[m.sentence[m.order]], m.runs, axis=0)
    worth = (blame * m.proven).sum(axis=0) + 1e-3 * (proved - 1.0)
    return out, worth, m.meant.T @ blame + PULL * meant


def heard(fitted: Fitted, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """(label, intent) of each line by the trained model alone."""
    m = matrix(lines, fitted.rows, fitted.centre)
    odds, _ = forward(m, fitted.weights, fitted.proved, fitted.meant)
    return [(x.label, INTENTS[i]) for x, i in zip(lines, odds.argmax(axis=1), strict=True)]


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean over all labels of 2 tp / (2 tp + fp + fn)."""
    right = Counter(a for a, b in pairs if a == b)
    labelled, said = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    return sum(2 * right[i] / (labelled[i] + said[i]) for i in labelled) / len(labelled)


def folds(tuning: Sequence[Line], others: Sequence[Line], k: int) -> float:
    """Macro-F1 over all parts of tuning.yaml, each heard by a model that was not trained on it."""
    shuffled = [tuning[i] for i in np.random.default_rng(1).permutation(len(tuning))]
    pairs: list[tuple[str, str]] = []
    for i in range(k):
        out = shuffled[i::k]
        apart = {plain(x.text) for x in out}
        rest = [x for x in (*shuffled, *others) if plain(x.text) not in apart]
        pairs += heard(fit(rest), out)
    return macro_f1(pairs)


def sure(fitted: Fitted, lines: Sequence[Line]) -> dict[str, float]:
    """What patterns must prove of an intent, and clearly, for the model never to say otherwise."""
    seen: dict[str, list[tuple[float, int]]] = {}
    for line, (_, thought) in zip(lines, heard(fitted, lines), strict=True):
        ranked = sorted(((score, i) for i, score in line.sentences[0][1].items()), reverse=True)
        runner = ranked[1][0] if len(ranked) > 1 else 0.0
        if len(line.sentences) == 1 and ranked and ranked[0][0] - runner >= CLEAR:
            score, best = ranked[0]
            strict = line.weight == 1.0  # of a hand-written line the label counts, and each one
            same = line.label == best if strict else thought == best
            seen.setdefault(best, []).append((score, -1 if strict and not same else int(same)))
    return {i: least for i in sorted(seen) if (least := _least(seen[i])) is not None}


def _least(seen: Sequence[tuple[float, int]]) -> float | None:
    """The least proof from which on hardly a line is heard as something else."""
    best, wrong = None, 0
    for n, (score, same) in enumerate(sorted(seen, key=lambda x: (-x[0], x[1])), 1):
        if same < 0:
            break
        wrong += not same
        if n >= OFTEN and wrong <= FEW * n:
            best = round(score, 3)
    return best


def shipped(fitted: Fitted, sure: Mapping[str, float]) -> bytes:
    """The file: whole-number weights, rows that hardly say anything left out."""
    kept = [f for f, i in fitted.rows.items() if np.abs(fitted.weights[i]).max() >= SLIGHT]
    rows = fitted.weights[[fitted.rows[f] for f in kept]]
    whole = np.clip(np.rint(rows * UNIT), -127, 127).astype(np.int8)
    meant = np.clip(np.rint(fitted.meant * (WIDE * UNIT)), -127, 127).astype(np.int8)
    level = [round(float(x), 2) for x in fitted.centre @ meant.astype(np.float32)]
    proved = [round(float(x) * UNIT, 2) for x in fitted.proved]
    return pack(kept, whole, proved, sure, meant, level)


def main() -> None:
    """Train, or measure what training brings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0, help="measure on K parts of tuning.yaml")
    args = parser.parse_args()
    tuning, others = made(Maker(), frozenset(plain(t) for _, t, _ in written("unseen.yaml")))
    print(f"{len(tuning)} lines of tuning.yaml, {len(others)} others")
    if args.folds:
        finish({"folds": args.folds, "tuning_f1": round(folds(tuning, others, args.folds), 4)})
        return
    fitted = fit([*tuning, *others])
    data = shipped(fitted, sure(fitted, [*tuning, *others]))
    SHIPPED.write_bytes(data)
    finish({"bytes": len(data), "lines": len(tuning) + len(others)})


if __name__ == "__main__":
    main()
