"""Learning: reward as a share of what one who knows every taste would get, cumulative.

The world is ``bench/learning_world.py``. All learners live through the same occasions with the
same luck, in one run. Vowpal Wabbit, where it is installed (the extra ``peers``), is given the
same information: it sees NPC, archetype, player and context, and the authored weights where ours
does. Its settings are the best of 28 on a world that is not among the seeds.

``--seeds 0,1,2`` chooses the worlds. ``vw_best`` is, at each mark, the best of its settings.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.harness import finish, parser_for, percentile, table
from bench.learners import Dice, LinTs, LinUcb, LogProbOnly, Ours, Vowpal
from bench.learning_public import public_losses
from bench.learning_safety import rude_in_50
from bench.learning_world import NPCS, Truth, paid, rounds
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.learners import Learner, Played

MARKS = (10, 50, 200, 1_000)
CHANGE = 500  # turn at which tastes turn
PLAYTEST_NPCS, PLAYTEST_TURNS = 100, 200
VOWPALS = (  # explorer and learning rate
    "--squarecb --gamma_scale 100 -l 0.5",
    "--squarecb --gamma_scale 300 -l 0.5 --power_t 0",
    "--regcbopt --mellowness 0.001 -l 0.5",
    "--bag 5 --greedify -l 0.5",
)
TIMED_ARMS, TIMED_WIDTH = 40, 128  # a selection as large as the target names

Curve = dict[int, float]


def lived(learner: Learner, truth: Truth, seed: int, turns: int) -> Curve:
    """Share of the oracle's reward after each mark."""
    due: dict[int, list[tuple[Played, float]]] = {}
    got = best = 0.0
    curve: Curve = {}
    for turn, occasions in enumerate(rounds(truth, seed, turns)):
        for played, reward in due.pop(turn, ()):
            learner.hear(played, reward)
        for occasion in occasions:
            worth = truth.worth(occasion, late=turn >= CHANGE)
            kind = truth.kind(occasion.npc)
            played = learner.play(occasion, kind, truth.weights[kind])
            mean = float(worth[played.act])
            got, best = got + mean, best + float(worth.max())
            if occasion.delay >= 0:
                when = turn + 1 + occasion.delay
                due.setdefault(when, []).append((played, paid(mean, occasion)))
        if turn + 1 in MARKS:
            curve[turn + 1] = got / best
    return curve


def play_tested(seed: int) -> Policy:
    """What other NPCs learned with other players in the same world: the shared levels only."""
    truth = Truth(seed, npcs=PLAYTEST_NPCS, strangers=1)
    ours = Ours(authored=True)
    lived(ours, truth, seed + 1_000, PLAYTEST_TURNS)
    tree = ours.policy.to_tree()
    return Policy.from_tree(
        tree | {"npcs": [], "players": [], "noises": []}, len(tree["world"][0][1])
    )


def makers() -> dict[str, Callable[[int], Learner]]:
    """Every learner by name, made for a seed."""
    found: dict[str, Callable[[int], Learner]] = {
        "any act": lambda _: Dice(authored=False),
        "as authored": lambda _: Dice(authored=True),
        "log-probability only": LogProbOnly,
        "LinUCB per NPC": lambda _: LinUcb(NPCS),
        "LinTS per NPC": lambda _: LinTs(NPCS),
        "ours": lambda _: Ours(authored=False),
        "ours, authored": lambda _: Ours(authored=True),
        "ours, play-tested": lambda s: Ours(authored=True, policy=play_tested(s)),
    }
    if importlib.util.find_spec("vowpalwabbit") is None:
        print("Vowpal Wabbit is not installed (the extra `peers`): left out.")
        return found
    for setting in VOWPALS:
        name = setting.split(" ")[0].removeprefix("--")
        found[f"VW {name}"] = partial(Vowpal, setting, authored=False)
        found[f"VW {name}, authored"] = partial(Vowpal, setting, authored=True)
    return found


def one(job: tuple[str, int, int]) -> tuple[str, Curve]:
    """One learner's life in one world."""
    name, seed, turns = job
    return name, lived(makers()[name](seed), Truth(seed), seed, turns)


def all_lives(seeds: Sequence[int], turns: int, workers: int) -> dict[str, list[Curve]]:
    """Every learner in every world, side by side in processes."""
    jobs = [(name, seed, turns) for name in makers() for seed in seeds]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        found: dict[str, list[Curve]] = {}
        for name, curve in pool.imap(one, jobs):
            found.setdefault(name, []).append(curve)
    return found


def mean(curves: Sequence[Curve]) -> Curve:
    """Mark by mark."""
    return {mark: float(np.mean([c[mark] for c in curves])) for mark in curves[0]}


def best(curves: dict[str, Curve], *, authored: bool) -> Curve:
    """The best Vowpal Wabbit at each mark; empty without one."""
    rivals = [c for n, c in curves.items()
              if n.startswith("VW") and n.endswith("authored") == authored]  # fmt: skip
    return {mark: max(c[mark] for c in rivals) for mark in rivals[0]} if rivals else {}


def costs() -> tuple[float, float]:
    """Microseconds of a selection (40 acts, 128 features, bound included) and of an update."""
    rng = np.random.default_rng(1)
    policy = Policy(TIMED_WIDTH)
    acts = tuple(f"act{a}" for a in range(TIMED_ARMS))
    weights = tuple(rng.uniform(0.2, 2.0, TIMED_ARMS).tolist())
    selects, updates = [], []
    for lap in range(4_000):
        x = (1.0, *rng.uniform(-1, 1, TIMED_WIDTH - 1).tolist())
        npc, player = f"n{lap % 20}", f"p{lap % 7}"
        start = time.perf_counter_ns()
        choice = policy.choose(npc, "k", player, acts, weights, x, (lap * 0.377) % 1, 0.5)
        middle = time.perf_counter_ns()
        row = Turn("", npc, "k", player, "", acts[choice.index], 0.1, x, choice.offset)
        before = time.perf_counter_ns()
        policy.learn(row, 1.0 if choice.index % 2 else -1.0)
        selects.append((middle - start) / 1e3)
        updates.append((time.perf_counter_ns() - before) / 1e3)
    return percentile(selects, 0.5), float(np.mean(updates))


def figures(curves: dict[str, Curve]) -> dict[str, Any]:
    """What the last line says."""
    named = {
        "ours": curves["ours"], "ours_authored": curves["ours, authored"],
        "ours_playtest": curves["ours, play-tested"],
        "vw_best": best(curves, authored=False), "vw_best_authored": best(curves, authored=True),
    }  # fmt: skip
    rounded = {
        name: {str(mark): round(share, 4) for mark, share in curve.items()}
        for name, curve in named.items()
    }
    select, update = costs()
    return rounded | {"select_us": round(select, 1), "update_us": round(update, 1)}


def main() -> None:
    parser = parser_for("How fast NPCs learn what pays, beside other learners.")
    parser.add_argument("--seeds", default="0,1,2", help="worlds, as 0,1,2")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side")
    asked = parser.parse_args()
    turns = 50 if asked.quick else MARKS[-1]
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    curves = {n: mean(c) for n, c in all_lives(seeds, turns, asked.workers).items()}
    marks = [m for m in MARKS if m <= turns]
    table(f"Share of the oracle's reward, {len(seeds)} worlds", ["learner", *map(str, marks)],
          [[name, *(round(c[m], 3) for m in marks)] for name, c in curves.items()])  # fmt: skip
    losses = public_losses(quick=asked.quick)
    if losses:
        table("Public data as bandits, progressive loss", ["data", *next(iter(losses.values()))],
              [[name, *row.values()] for name, row in losses.items()])  # fmt: skip
    table("A polite innkeeper and a player who rewards rudeness: rude acts in 50 lines",
          ["elasticity", "rude"], [[e, rude_in_50(e)] for e in (0.0, 0.3, 0.5, 1.0)])  # fmt: skip
    finish(figures(curves))


if __name__ == "__main__":
    main()
