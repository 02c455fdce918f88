"""Grounding's ranking model: trained here, on questions that pack authors and players would ask.

    python -m bench.grounding            what the model as shipped gets right
    python -m bench.grounding --train    fit what goes by sense anew, write world/data/ranking.yaml
    python -m bench.grounding --train words    fit what goes by words alone as well
    python -m bench.grounding --train decide   write whether the best answers at all, too

Two models are fitted: one that goes by words, and one that goes by sense as well, for questions to
which no words answer for certain.

Questions are those that the example packs list under ``asked`` (each asked of an index that does
not list it, so that nothing is found by having been written down), plain ones by topics and names,
and ``data/grounding_dev.yaml``. Each is also put with every fact that answers it taken away, when
nothing is right. The held-out questions of ``bench.voice`` are not among them.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bench import deciding
from bench.voice_cast import PACKS, join, personas, query_of, world_of
from personagen_npc.mind.reading.form import sought, wanted
from personagen_npc.mind.recall import of_oneself
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens
from personagen_npc.world.knowledge.deciding import BIAS, DECIDES, WEIGHTS, signs
from personagen_npc.world.knowledge.deciding import SIGNS as DECIDING
from personagen_npc.world.knowledge.entry import DEFINES
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.knowledge.lore import Lore
from personagen_npc.world.knowledge.ranking import CERTAIN, FAR, FEATURES, MODEL, SENSE, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.knowledge.lore import Seen
    from personagen_npc.world.knowledge.ranking import Model
    from personagen_npc.world.pack import Fact, Pack
    from personagen_npc.world.world import World

    Floats = NDArray[np.float64]

DEV = Path(__file__).with_name("data") / "grounding_dev.yaml"
OUT = Path(__file__).parent.parent / "personagen_npc" / "world" / "data" / "ranking.yaml"
FOLDS = 4
NEWCOMERS = 6
ASKERS = 1  # people to whom each question is put
TAKEN = 0.15  # weight of a question whose answer was taken away: a sister fact may answer it, [D]
RIDGE = 1.0
STRANGE = 0.3  # weight of a question from another world, [D]
THIN = 3  # of the plain and of the listed questions as they stand, one in so many is enough
UNLIKE = 0.3  # weight of a listed question: those are the farthest from the facts' own words, [D]
ASKING = frozenset({"who", "what", "where", "when", "why", "how", "whose", "which", "is", "are"})
_OF_ONE = frozenset({"you", "your", "yours", "yourself", "i", "my", "me"})
STEPS, RATE = 800, 0.05
MOST = {"importance": 0.5}  # what is never the reason why a fact answers, [D]
BAR = 0.5  # what is less likely is admitted


class Case(NamedTuple):
    """One question to one person: features of what was looked at, which of it is right."""

    text: str
    facts: list[str]
    x: Floats
    right: NDArray[np.bool_]
    weight: float
    taken: bool = False
    far: Case | None = None  # the same where those near in sense are looked at as well
    signs: Floats = np.zeros((0, 0))  # of whether each answers at all
    pack: str = ""

    def less(self) -> Case:
        """The case without the facts that answer."""
        left = [f for f, r in zip(self.facts, self.right, strict=True) if not r]
        kept = ~self.right
        far = self.far.less() if self.far is not None else None
        signs = self.signs[kept] if len(self.signs) else self.signs
        return self._replace(
            facts=left, x=self.x[kept], right=self.right[kept], weight=TAKEN * self.weight,
            taken=True, far=far, signs=signs,
        )  # fmt: skip

    def weighing(self, weight: float) -> Case:
        """The case with another weight."""
        far = self.far._replace(weight=weight) if self.far is not None else None
        return self._replace(weight=weight, far=far)

    def certain(self) -> bool:
        """Whether its words find something for certain."""
        z = MODEL.bias + self.x @ np.array(MODEL.weights)
        return len(z) > 0 and float(z.max()) >= math.log(CERTAIN / (1.0 - CERTAIN))


def cases() -> tuple[list[Case], list[Case]]:
    """(of the packs' own lists, of the development questions)."""
    listed: list[Case] = []
    dev: list[Case] = []
    for pack in PACKS:
        world = world_of(pack, 5)
        join(world, personas(NEWCOMERS, 5))
        for fold in range(FOLDS):
            left, asked = split(world.pack, fold)
            listed += _cases(world, _lore(world, left), asked, UNLIKE)
        easy = [*_cases(world, world.lore, topical(world.pack), 0.6),
                *_cases(world, world.lore, naming(world), 0.5),
                *_cases(world, world.lore, as_listed(world.pack), 0.3)]  # fmt: skip
        listed += (c for c in easy if c.right.any())
        rows = table(DEV)["rows"] if DEV.exists() else []
        mine = [(tuple(f.split("/")) if f else (), q) for p, f, q in rows if p == pack]
        dev += _cases(world, world.lore, mine, 2.0)
        strange = [
            ((), q) for other in PACKS if other != pack for q in foreign(world_of(other, 5).pack)
        ]
        listed += _cases(world, world.lore, strange, STRANGE)
    return listed, dev


def topical(pack: Pack) -> Iterator[tuple[tuple[str, ...], str]]:
    """Plain questions by the facts' topics: all that have the topic are right."""
    having: dict[str, list[str]] = {}
    for name, fact in pack.facts.items():
        for topic in fact.topics:
            having.setdefault(topic.lower(), []).append(name)
    for topic, facts in [*having.items()][::THIN]:
        plain = topic.split()[0] in ASKING
        yield tuple(facts), topic + "?" if plain else f"What about the {topic}?"


def naming(world: World) -> Iterator[tuple[tuple[str, ...], str]]:
    """Who or what each thing with a name is, and where it is found, where facts say so."""
    pack, lore = world.pack, world.lore
    for room, ask in ((pack.npcs, "Who"), (pack.places, "What"), (pack.things, "What"),
                      (pack.factions, "Who")):  # fmt: skip
        for id_, named in room.items():
            verb = "are" if room is pack.factions else "is"
            about = [f for f in pack.facts.values() if first_named(f) == id_]
            what = [f.id for f in about if DEFINES in lore.entry(f.id).foci]
            where = [f.id for f in about if "place" in {*lore.entry(f.id).forms}]
            yield tuple(what), f"{ask} {verb} {named.name}?"
            yield (*where, f"common.where.{id_}"), f"Where {verb} {named.name}?"


def foreign(pack: Pack) -> Iterator[str]:
    """Questions that nobody in another world can answer: of this one's matters, not of oneself."""
    for fact in pack.facts.values():
        for asked in fact.asked:
            if _OF_ONE.isdisjoint(tokens(asked)):
                yield asked


def first_named(fact: Fact) -> str:
    """What a fact is about before all else."""
    return fact.triple[0] if fact.triple is not None else (*fact.about, "")[0]


def as_listed(pack: Pack) -> Iterator[tuple[tuple[str, ...], str]]:
    """The listed questions themselves."""
    for name, fact in pack.facts.items():
        for asked in fact.asked[::THIN]:
            yield (name,), asked


def split(pack: Pack, fold: int) -> tuple[Pack, list[tuple[tuple[str, ...], str]]]:
    """The pack without a fold of its listed questions, and those questions."""
    facts: dict[str, Fact] = {}
    asked: list[tuple[tuple[str, ...], str]] = []
    for number, (name, fact) in enumerate(pack.facts.items()):
        mine = [q for i, q in enumerate(fact.asked) if (i + number) % FOLDS == fold]
        kept = tuple(q for q in fact.asked if q not in mine)
        facts[name] = fact.model_copy(update={"asked": kept})
        asked += [((name,), q) for q in mine]
    return pack.model_copy(update={"facts": facts}), asked


def _lore(world: World, pack: Pack) -> Lore:
    lore = Lore(pack)
    for npc in world.npcs.values():
        lore.join(npc.profile)
    return lore


def _cases(
    world: World, lore: Lore, asked: Iterable[tuple[tuple[str, ...], str]], weight: float
) -> Iterator[Case]:
    dice = Random(11)
    people = list(world.npcs.values())
    for facts, text in asked:
        able = [
            n for n in people
            if any(f in lore and lore.reaches(n, f, query_of(world, n, "nobody")) for f in facts)
        ]  # fmt: skip
        for npc in dice.sample(able or people, min(ASKERS, len(able or people))):
            case = _case(world, lore, npc, facts, text)
            if case is not None:
                yield case.weighing(weight)
                if case.right.any():
                    yield case.weighing(weight).less()


def _case(world: World, lore: Lore, npc: Npc, facts: tuple[str, ...], text: str) -> Case | None:
    heard = world.minds.perceiver.glance(text)
    names = tuple(i for i, _ in heard.entities)
    asked = Question(sought(heard), names, wanted(heard), of_oneself(heard), text)
    query = query_of(world, npc, "nobody")

    looked = lore.look(npc, asked)

    def case(looked_at: list[Seen], wide: int) -> Case:
        seen = [(f, x) for f, x in looked_at if lore.reaches(npc, f, query)]
        found = [f for f, _ in seen]
        right = np.array([f in facts for f in found], dtype=np.bool_)
        x = np.array([x for _, x in seen]).reshape(-1, wide)
        return Case(text, found, x, right, 1.0, pack=world.pack.id)

    far = case(lore.farther(npc, asked, looked) or [], len(FEATURES) + len(SENSE))
    if not far.facts:
        return None
    values = [signs(lore.entry(f), looked.question, text) for f in far.facts]
    return case(looked.seen, len(FEATURES))._replace(far=far._replace(signs=np.array(values)))


def train(data: list[Case], model: Model) -> Floats:
    """Weights and bias by which what is right, or nothing, is likeliest (softmax, Adam)."""
    more = len(model.weights) - len(FEATURES)
    x = np.concatenate([np.column_stack([c.x, np.ones(len(c.x))]) for c in data])
    right = np.concatenate([c.right for c in data])
    case = np.repeat(np.arange(len(data)), [len(c.x) for c in data])
    none = np.array([not c.right.any() for c in data])
    weight = np.array([c.weight for c in data])
    w = np.array([*model.weights, model.bias])
    m, v = np.zeros_like(w), np.zeros_like(w)
    low = np.array([*(0.0 if SIGNS[f] > 0 else -np.inf for f in FEATURES), *[0.0] * more, -np.inf])
    high = np.array([*(0.0 if SIGNS[f] < 0 else MOST.get(f, np.inf) for f in FEATURES),
                     *[np.inf] * more, np.inf])  # fmt: skip
    for step in range(1, STEPS + 1):
        z = np.exp(np.clip(x @ w, -30, 30))
        total = 1.0 + np.bincount(case, z, len(data))
        good = np.bincount(case, z * right, len(data)) + none
        slope = z / total[case] - np.where(right, z / good[case], 0.0)
        grad = x.T @ (slope * weight[case]) + RIDGE * np.append(w[:-1], 0.0)
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
        w = np.clip(
            w - RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-9), low, high
        )
    return w


def settled(data: list[Case], w: Floats) -> Floats:
    """The weights with the bias at which most questions are rightly answered or admitted."""
    z = [c.x @ w[:-1] for c in data]
    rows = [(float(v.max()), bool(c.right[np.argmax(v)]), bool(c.right.any()), c.weight)
            for c, v in zip(data, z, strict=True) if len(v) and not c.taken]  # fmt: skip

    def gain(bias: float) -> float:
        told = [(right, able, k) for top, right, able, k in rows if top + bias >= 0.0]
        left = [(able, k) for top, _, able, k in rows if top + bias < 0.0]
        return sum(k for right, _, k in told if right) + sum(k for able, k in left if not able)

    best = max((-v.max() for v in z if len(v)), key=gain)
    return np.append(w[:-1], best)


def judged(data: list[Case], near: Floats, far: Floats | None = None) -> str:
    """Right first, false admissions, and wrongly told, in shares."""
    right = admitted = told = answerable = nothing = 0
    sure_z = math.log(CERTAIN / (1.0 - CERTAIN))
    for one in data:
        c, z = one, one.x @ near[:-1] + near[-1]
        if far is not None and one.far is not None and not (len(z) and z.max() >= sure_z):
            c, z = one.far, one.far.x @ far[:-1] + far[-1]
        best = int(np.argmax(z)) if len(z) else -1
        sure = best >= 0 and 1.0 / (1.0 + np.exp(-z[best])) >= BAR
        if (one.far or one).right.any():
            answerable += 1
            right += bool(sure and c.right[best])
            admitted += not sure
        elif not c.taken:
            nothing += 1
            told += bool(sure)
    return (f"{answerable} questions: right {right / max(1, answerable):.3f}, admitted "
            f"{admitted / max(1, answerable):.3f}; {nothing} without an answer: told "
            f"{told / max(1, nothing):.3f}")  # fmt: skip


def write(near: Floats, far: Floats, told: Floats) -> None:
    """The weights as the product reads them."""
    rows = "\n".join(f"  {name}: {value:.3f}" for name, value in zip(FEATURES, near, strict=False))
    more = "\n".join(
        f"    {name}: {v:.3f}" for name, v in zip((*FEATURES, *SENSE), far, strict=False)
    )
    rest = "\n".join(f"    {name}: {v:.3f}" for name, v in zip(DECIDING, told, strict=False))
    last = ("# whether the first of those answers at all (world/knowledge/deciding.py)\n"
            f"answers:\n  bias: {told[-1]:.3f}\n  weights:\n{rest}\n")  # fmt: skip
    OUT.write_text(
        "# How much each sign that a fact answers a question counts (world/knowledge/ranking.py).\n"
        "# Written by `python -m bench.grounding --train`: do not edit by hand.\n"
        f"bias: {near[-1]:.3f}\nweights:\n{rows}\n"
        "# where words find nothing for certain, and how near in sense a fact is counts as well\n"
        f"far:\n  bias: {far[-1]:.3f}\n  weights:\n{more}\n"
        + last * ("decide" in sys.argv), "utf-8",
    )  # fmt: skip


def fitted(listed: list[Case], dev: list[Case], model: Model) -> Floats:
    """Weights, and the bias that suits the development questions: lists are not what is asked."""
    return settled(dev, train([*listed, *dev], model))


def farther(data: list[Case]) -> list[Case]:
    """What the second model is asked: nothing for which words are enough."""
    return [c.far for c in data if c.far is not None and not c.certain()]


def whether(listed: list[Case], dev: list[Case], near: Floats, far: Floats) -> Floats:
    """The model of whether the first answers at all."""
    rows = [deciding.best(c, near, far) for c in (*listed, *dev)]
    return deciding.fitted(rows, [deciding.best(c, near, far) for c in dev])


def across(listed: list[Case], dev: list[Case], near: Floats) -> Iterator[str]:
    """What is fitted on one pack judged on the other: (rightly answered, F1 of admitting)."""
    for pack in PACKS:
        mine = [c for c in listed if c.pack == pack]
        known, asked = ([c for c in dev if (c.pack == pack) == own] for own in (True, False))
        far = fitted(farther(mine), farther(known), FAR)
        told = whether(mine, known, near, far)
        rows = [deciding.best(c, near, far) for c in asked]
        plain = np.array([1.0, *[0.0] * len(DECIDING)])
        both = [" ".join(f"{v:.3f}" for v in deciding.shares(rows, w)) for w in (plain, told)]
        yield f"fitted on {pack}, judged on the other: ranking {both[0]}, deciding {both[1]}"


def main() -> None:
    """Measure, or train and measure."""
    listed, dev = cases()
    near, far = (np.array([*m.weights, m.bias]) for m in (MODEL, FAR))
    told = np.array([*WEIGHTS, BIAS] if DECIDES else [1.0, *[0.0] * len(DECIDING)])
    for name, data in (("listed", listed), ("development", dev)):
        print(f"{name}, by words:  ", judged(data, near))
        print(f"{name}, by sense:  ", judged(data, near, far))
        rows = [deciding.best(c, near, far) for c in data]
        print(f"{name}, decided:   ", *(f"{v:.3f}" for v in deciding.shares(rows, told)))
    if "--train" not in sys.argv:
        return
    print(*across(listed, dev, near), sep="\n")
    if "words" in sys.argv:
        near = fitted(listed, dev, MODEL)
    far = fitted(farther(listed), farther(dev), FAR)
    told = whether(listed, dev, near, far)
    print("development, trained:   ", judged(dev, near, far))
    for name, value in zip((*FEATURES, *SENSE, "bias"), far, strict=True):
        print(f"  {name:16}{value:8.3f}")
    for name, value in zip((*DECIDING, "bias"), told, strict=True):
        print(f"  {name:16}{value:8.3f}")
    write(near, far, told)


if __name__ == "__main__":
    main()
