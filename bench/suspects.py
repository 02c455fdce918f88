"""Train how far kinds of words make an attack: ``python -m bench.suspects`` writes the weights.

Logistic regression on the development half of ``attacks.yaml`` and ``harmless.yaml``, and on plain
lines that are written for other tests. ``--folds`` measures instead, each fifth left out in turn.
The weights are whole hundredths of log-odds.
"""

from __future__ import annotations

import argparse
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import yaml

from bench.harness import finish
from personagen_npc.guard.incoming import read_ways
from personagen_npc.guard.suspicion import features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DATA: Final = Path("bench/data")
SHIPPED: Final = Path("personagen_npc/guard/data/suspicion.yaml")
PLAIN: Final = ("tests/mind/data/lines.yaml", "tests/mind/data/tuning.yaml")
MORE: Final = DATA / "more_suspects.yaml"
UNIT: Final = 100
PULL: Final = 1.0  # weight decay, tuned by --folds
ENOUGH: Final = 2.5  # log-odds from which on a text is an attack, tuned by --folds
WORTH: Final = 3.0  # of an attack beside a plain line: there are many more of these
RAREST: Final = 2  # lines that a word must occur in to have a weight of its own
STEPS, RATE, PARTS = 250, 0.05, 5
HEAD: Final = """\
# How much kinds of words (suspects.yaml) make an attack, in hundredths of log-odds: alone, in
# pairs, and single words (=). Trained by `python -m bench.suspects`; `enough` is what a text must
# come to.

"""


class Fitted(NamedTuple):
    """Weights by feature, and where they start from."""

    of: dict[str, float]
    start: float

    def score(self, found: set[str]) -> float:
        """Log-odds of an attack."""
        return self.start + sum(self.of.get(f, 0.0) for f in found)


def is_held_out(text: str) -> bool:
    """Whether a line is kept for measuring; by its hash, so that new lines move no old ones."""
    return blake2b(text.encode(), digest_size=1).digest()[0] % 2 == 1


def lines(name: str, *, held_out: bool) -> list[tuple[str, str]]:
    """(kind, text) of one half of ``attacks`` or ``harmless``."""
    tree: dict[str, list[str]] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    every = [(kind, text) for kind, texts in tree.items() for text in texts]
    return [(k, t) for k, t in every if is_held_out(t) == held_out]


def plain() -> list[str]:
    """Lines of ordinary play, those labelled as attacks aside."""
    out: list[str] = []
    for path in PLAIN:
        tree: dict[str, dict[str, list[Any]]] = yaml.safe_load(Path(path).read_text("utf-8"))
        for part in tree.values():
            for label, entries in part.items():
                if label not in {"attack", "out_of_world"}:
                    out += [e if isinstance(e, str) else e[0] for e in entries]
    return list(dict.fromkeys(out))


def found_in(text: str) -> set[str]:
    """Features of the reading of a text that has most."""
    ways = [features(way) for way in read_ways(text)]
    most = max(ways, key=len)
    return set(most)


def fit(attacks: Sequence[set[str]], others: Sequence[set[str]]) -> Fitted:
    """Regression with weight decay, by Adam over the whole set."""
    seen = Counter(f for found in (*attacks, *others) for f in found)
    names = sorted(f for f, n in seen.items() if n >= RAREST or not f.startswith("="))
    column = {f: i for i, f in enumerate(names)}
    x = np.zeros((len(attacks) + len(others), len(names) + 1))
    x[:, -1] = 1.0
    for row, found in enumerate((*attacks, *others)):
        x[row, [column[f] for f in found if f in column]] = 1.0
    label = np.repeat([1.0, 0.0], [len(attacks), len(others)])
    w = _descend(x, label, np.where(label > 0, WORTH, 1.0))
    return Fitted(dict(zip(names, w[:-1].tolist(), strict=True)), float(w[-1]))


def _descend(x: Floats, label: Floats, worth: Floats) -> Floats:
    w = np.zeros(x.shape[1])
    w[-1] = -2.0
    pull = np.full(len(w), PULL)
    pull[-1] = 0.0
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        p = 1.0 / (1.0 + np.exp(-(x @ w)))
        g = x.T @ (worth * (p - label)) + pull * w
        mean += 0.1 * (g - mean)
        square += 0.01 * (g * g - square)
        w -= RATE * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return w


def material() -> tuple[list[str], list[str]]:
    """(attacks, other lines) to train on."""
    attacks = [t for _, t in lines("attacks", held_out=False)]
    harmless = [t for _, t in lines("harmless", held_out=False)]
    more: dict[str, list[str]] = yaml.safe_load(MORE.read_text("utf-8"))
    return [*attacks, *more["attacks"]], [*harmless, *more["harmless"], *plain()]


def folds() -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """Log-odds of attacks and of others, each by weights that it was not trained on."""
    texts = material()
    found = [[found_in(t) for t in side] for side in texts]
    out: tuple[list[tuple[float, str]], list[tuple[float, str]]] = ([], [])
    for part in range(PARTS):
        kept = [[f for i, f in enumerate(side) if i % PARTS != part] for side in found]
        fitted = fit(kept[0], kept[1])
        for scores, side, said in zip(out, found, texts, strict=True):
            rows = range(part, len(side), PARTS)
            scores += [(fitted.score(side[i]), said[i]) for i in rows]
    return out


def main() -> None:
    """Train, or measure what training brings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", action="store_true", help="measure on parts left out")
    args = parser.parse_args()
    if args.folds:
        attacks, others = folds()
        for least in (0.0, 0.5, 1.0, ENOUGH, 1.6, 2.0):
            seen, alarms = (sum(s >= least for s, _ in side) for side in (attacks, others))
            print(f"{least:4}: {seen} of {len(attacks)} attacks, {alarms} of {len(others)} others")
        return
    texts = material()
    fitted = fit(*([found_in(t) for t in side] for side in texts))
    weights = {f: round(w * UNIT) for f, w in fitted.of.items() if round(w * UNIT)}
    tree = {"start": round(fitted.start * UNIT), "enough": round(ENOUGH * UNIT), "weights": weights}
    SHIPPED.write_text(HEAD + yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    finish({"weights": len(weights), "attacks": len(texts[0]), "others": len(texts[1])})


if __name__ == "__main__":
    main()
