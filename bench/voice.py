"""The voice without any language model: all that can be computed of how it sounds.

One file for each kind of measure (``voice_traits``, ``voice_knowledge``, ``voice_talk``,
``voice_patterns``, ``voice_affect``, ``voice_cost``), each with its method and its control.
Personas are generated, unseen; questions and what players say are hand-written in ``bench/data``
and ``bench/lines.txt``. Every figure is the worst of the packs, where it is measured in several.

``--show`` prints the questions that were answered wrongly and the lines said twice.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.harness import finish, parser_for, table, verdict
from bench.voice_affect import affect
from bench.voice_cast import ROOT, packs, world_of
from bench.voice_cost import cost
from bench.voice_knowledge import Exam, exam, f1, share
from bench.voice_patterns import fidelity
from bench.voice_talk import TURNS, Evening, Variety, chorus, evening, variety
from bench.voice_traits import NAMES, SEEN, UNSEEN, cast_heard, recovered
from personagen_npc.mind.perceive import Context
from personagen_npc.tables import table as rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.world.world import World

AIMS: dict[str, tuple[float, bool]] = {  # figure -> aim, whether at most
    "trait_r_20": (0.85, False), "trait_r_10": (0.75, False), "grounding": (0.97, False),
    "grounding_paraphrased": (0.90, False), "unanswerable_f1": (0.95, False),
    "unknown_nouns": (0, True), "contradiction": (0.001, True), "distinct_2": (0.60, False),
    "self_bleu_4": (0.40, True), "duplicates": (0.01, True), "chorus": (0, True),
    "intent_f1": (0.85, False),
    "realised": (0.99, False), "frequency_error": (0.05, True), "cooldown_breaches": (0, True),
    "affect_sign": (0.97, False), "half_life_error": (0.05, True), "speak_p50_us": (100, True),
    "speak_p99_us": (1000, True), "lines_per_s": (3000, False), "match_p50_us": (20, True),
    "match_p99_us": (200, True),
}  # fmt: skip
KEYS = (
    "trait_r_20", "trait_r_10", "grounding", "grounding_paraphrased", "unanswerable_f1",
    "unknown_nouns", "contradiction", "distinct_2", "self_bleu_4", "duplicates", "intent_f1",
    "realised", "frequency_error", "turn_p50_us", "turn_p99_us",
)  # fmt: skip
IDLE_US = 400.0  # what the control of the speed measures takes longer
UNSEEN_LINES = ROOT / "tests" / "mind" / "data" / "unseen.yaml"


class Size(NamedTuple):
    """How much of everything."""

    seen: int
    unseen: int
    turns: int
    rounds: int
    cast: int
    laps: int


FULL, QUICK = Size(400, 80, TURNS, 400, 20, 6000), Size(40, 20, 40, 20, 4, 600)


def traits(pack: str, size: Size) -> dict[str, float]:
    """R over 20 and 10 lines, mean and each."""
    seen, unseen = cast_heard(pack, size.seen, SEEN), cast_heard(pack, size.unseen, UNSEEN)
    by_20, by_10 = recovered(seen, unseen, 20), recovered(seen, unseen, 10)
    control = recovered(seen, unseen, 20, shuffled=True)
    rows = [[name, *r] for name, *r in zip(NAMES, by_20, by_10, control, strict=True)]
    table(f"Traits read back, r, {size.unseen} unseen personas, {pack}",
          ["trait", "20 lines", "10 lines", "control"], rows)  # fmt: skip
    return {"trait_r_20": sum(by_20) / 5, "trait_r_10": sum(by_10) / 5}


def knowledge(pack: str, *, show: bool) -> dict[str, float]:
    """Grounding, admitting, names."""
    asked = exam(pack)
    if show:
        _show(asked)
    return {
        "grounding": share(asked.direct), "grounding_paraphrased": share(asked.other),
        "unanswerable_f1": f1(asked), "unknown_nouns": len(asked.nouns),
    }  # fmt: skip


def _show(asked: Exam) -> None:
    for kind, rows in (("direct", asked.direct), ("other words", asked.other)):
        for a in rows:
            if not a.right:
                print(f"{kind}: {a.npc}: {a.text} | {a.said} {a.told}")
    for a in asked.unknown:
        if not a.admitted:
            print(f"unanswerable: {a.npc}: {a.text} | {a.said} {a.told}")
    for noun in asked.nouns:
        print(f"unknown noun: {noun}")


def talk(pack: str, size: Size, *, show: bool) -> dict[str, float]:
    """Contradiction and diversity."""
    came = evening(pack, size.turns)
    kinds = {npc: variety(texts) for npc, texts in came.said.items()}
    table(f"{size.turns} lines of one NPC, {pack}", ["who", *Variety._fields],
          [[npc, *v] for npc, v in kinds.items()])  # fmt: skip
    if show:
        _show_again(came)
    mean = Variety(*(sum(v) / len(kinds) for v in zip(*kinds.values(), strict=True)))
    share_ = len(came.conflicts) / max(1, came.claims)
    world = world_of(pack)
    alike = chorus(world, list(world.npcs.values()))
    if show:
        print(*alike, sep="\n")
    return {"contradiction": share_, **mean._asdict(), "chorus": len(alike)}


def _show_again(came: Evening) -> None:
    for conflict in came.conflicts:
        print(f"conflict: {conflict}")
    for npc, texts in came.said.items():
        for at, text in enumerate(texts):
            if text in texts[:at]:
                print(f"again: {npc}: {text}")


def intents(world: World) -> float:
    """Macro-F1 on the hand-written lines that are kept apart from all tuning.

    Controls: what was heard dealt out anew among the lines, and the most frequent intent for all.
    """
    pairs = [
        (intent, _heard(world, entry))
        for part in rows_of(UNSEEN_LINES).values()
        for intent, entries in part.items()
        for entry in entries
    ]
    said, heard = [a for a, _ in pairs], [b for _, b in pairs]
    dealt = list(zip(said, Random(1).sample(heard, len(heard)), strict=True))
    often = max(sorted(set(said)), key=said.count)
    found = macro_f1(pairs)
    table(f"Intents, macro-F1, {len(pairs)} held-out lines", ["measured", "control", "majority"],
          [[found, macro_f1(dealt), macro_f1([(a, often) for a in said])]])  # fmt: skip
    return found


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the intents that lines have."""
    names = sorted({intent for intent, _ in pairs})
    return sum(_f1(pairs, name) for name in names) / len(names)


def _heard(world: World, entry: Any) -> str:
    text, state = entry if isinstance(entry, list) else (entry, "")
    last = state.removeprefix("asked:") if state.startswith("asked:") else ""
    context = Context(
        offer_pending=state == "offer", quest_pending=state == "quest", last_intent=last
    )
    return world.minds.perceiver.perceive(text, context).intent


def _f1(pairs: Sequence[tuple[str, str]], name: str) -> float:
    hits = sum(a == b == name for a, b in pairs)
    either = sum(a == name for a, _ in pairs) + sum(b == name for _, b in pairs)
    return 2 * hits / max(1, either)


def behaviour(pack: str, size: Size) -> dict[str, float]:
    """Patterns and affect."""
    kept, felt = fidelity(pack, size.rounds), affect(pack, size.cast)
    wrong = fidelity(pack, max(4, size.rounds // 10), sabotaged=True)
    rows = [[*row, other[2]] for row, other in zip(kept.shares, wrong.shares, strict=True)]
    table(f"Patterns, {kept.triggered} used, {pack}",
          ["intent", "declared", "observed", "control"], rows)  # fmt: skip
    table(f"Controls, {pack}", ["figure", "measured", "control"], [
        ["realised", kept.realised, wrong.realised],
        ["frequency_error", kept.frequency_error, wrong.frequency_error],
        ["affect_sign", felt.signs, felt.signs_control],
        ["half_life_error", felt.half_life_error, felt.half_life_control],
    ])  # fmt: skip
    return {
        "realised": kept.realised, "frequency_error": kept.frequency_error,
        "cooldown_breaches": kept.breaches, "affect_sign": felt.signs,
        "half_life_error": felt.half_life_error,
    }  # fmt: skip


def speed(pack: str, size: Size) -> dict[str, float]:
    """Microseconds of a line, a turn, a match."""
    took = cost(pack, size.laps)
    slow = cost(pack, size.laps // 10, idle_us=IDLE_US)
    names = ("line_p50", "turn_p50", "lines_per_s")
    rows = [[f, getattr(took, f), getattr(slow, f)] for f in names]
    table(f"Each line {IDLE_US:.0f} us longer, {pack}", ["figure", "measured", "control"], rows)
    return {
        "turn_p50_us": took.turn_p50, "turn_p99_us": took.turn_p99,
        "speak_p50_us": took.line_p50, "speak_p99_us": took.line_p99,
        "lines_per_s": took.lines_per_s, "match_p50_us": took.match_p50,
        "match_p99_us": took.match_p99,
    }  # fmt: skip


def worst(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each figure the one that is furthest from its aim."""
    return {
        name: (max if AIMS.get(name, (0, True))[1] else min)(f[name] for f in found)
        for name in found[0]
    }


def measured(size: Size, *, show: bool) -> dict[str, float]:
    """Every figure, by name."""
    names = packs()
    figures = worst([traits(pack, size) for pack in names])
    figures |= worst([knowledge(pack, show=show) for pack in names])
    figures |= worst([talk(pack, size, show=show) for pack in names])
    figures["intent_f1"] = intents(world_of(names[0]))
    figures |= worst([behaviour(pack, size) for pack in names])
    return figures | speed(names[0], size)


def main() -> None:
    parser = parser_for("The embedded voice.")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    asked = parser.parse_args()
    figures = measured(QUICK if asked.quick else FULL, show=asked.show)
    rows = [[n, v, verdict(v, AIMS[n][0], at_most=AIMS[n][1]) if n in AIMS else ""]
            for n, v in figures.items()]  # fmt: skip
    table("The voice", ["figure", "value", "aim"], rows)
    finish({key: figures[key] for key in KEYS})


if __name__ == "__main__":
    main()
