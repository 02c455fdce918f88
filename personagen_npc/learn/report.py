"""What was learned, in numbers and words: rewards by day, findings, what policies are worth.

It reads the ledger's rewarded turns, so it looks back as far as they reach (``credit.LIMIT``).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from personagen_npc.learn.features import DAY_S, NAMES
from personagen_npc.learn.inner import is_inner
from personagen_npc.learn.offpolicy import Estimate, doubly_robust, ratios, snips
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.learn.credit import Ledger, Turn
    from personagen_npc.learn.policy import Policy

FEWEST = 8  # rewarded turns that a finding stands on, [D]
SURE = 2.0  # standard errors that it must lie from the rest, about 95 %
FINDINGS = 6  # of one NPC
_WORDS = table("learn/data/words.yaml")
_ACTS: Mapping[str, str] = _WORDS["acts"]
_GROUPS = [(name, NAMES.index(feature), low, high) for name, feature, low, high in _WORDS["groups"]]


class Lesson(NamedTuple):
    """A turn and the weighted mean of its rewards, within [-1, 1]."""

    turn: Turn
    reward: float


class Finding(NamedTuple):
    """An act that pays better or worse than the rest of what this NPC does there.

    Attributes:
        act: what it does.
        group: on what occasions, in words; "" for all.
        gain: mean reward beyond that of its other acts on such occasions.
        deals: how many rewarded turns it stands on.
        share: how often it does so now, over how often it was written, 1 where nothing changed.
    """

    act: str
    group: str
    gain: float
    deals: int
    share: float

    def text(self) -> str:
        """As in "haggles with strangers: +0.21 from 38, now 1.4 times as often as written"."""
        doing = " ".join(filter(None, (_ACTS.get(self.act, self.act), self.group)))
        often = f", now {self.share:.1f} times as often as written" if self.share != 1.0 else ""
        return f"{doing}: {self.gain:+.2f} from {self.deals}{often}"


class Value(NamedTuple):
    """What a policy would have earned, by two estimators."""

    policy: str
    snips: Estimate
    robust: Estimate


class Told(NamedTuple):
    """One NPC's report.

    Attributes:
        npc: its id.
        turns: that the ledger holds; ``rewarded`` of them had a reward.
        mean: of the rewards; 0 without any.
        days: (game day from 0, rewarded turns, mean reward), oldest first.
        kinds: (kind of reward, how many, mean), by name; the game's.
        inner: the same of the NPC's own (``learn.inner``), which count nowhere else here.
        findings: what it has learned, clearest first.
        values: of the policy as written and as it is now; empty with too few turns to tell.
    """

    npc: str
    turns: int
    rewarded: int
    mean: float
    days: tuple[tuple[int, int, float], ...]
    kinds: tuple[tuple[str, int, float], ...]
    inner: tuple[tuple[str, int, float], ...]
    findings: tuple[Finding, ...]
    values: tuple[Value, ...]


def report(
    ledger: Ledger, policy: Policy, elasticities: Mapping[str, float], npcs: Sequence[str]
) -> list[Told]:
    """A report of each of ``npcs``, in their order.

    Args:
        ledger: what was done and what it was paid.
        policy: what came of it.
        elasticities: of each NPC, for what it would do now.
        npcs: ids.
    """
    turns: dict[str, list[Turn]] = {npc: [] for npc in npcs}
    for turn in ledger:
        if turn.npc in turns:
            turns[turn.npc].append(turn)
    return [_told(n, turns[n], ledger, policy, elasticities.get(n, 0.5)) for n in npcs]


def _told(npc: str, turns: list[Turn], ledger: Ledger, policy: Policy, elasticity: float) -> Told:
    lessons = [Lesson(t, _reward(ledger, t.id)) for t in turns if t.x and _weight(ledger, t.id) > 0]
    now = [_odds(policy, lesson.turn, elasticity) for lesson in lessons]
    return Told(
        npc, len(turns), len(lessons), _mean([lesson.reward for lesson in lessons]),
        tuple(_days(lessons)), tuple(_kinds(ledger, turns, inner=False)),
        tuple(_kinds(ledger, turns, inner=True)), _findings(lessons, now),
        _values(lessons, policy, now),
    )  # fmt: skip


def _weight(ledger: Ledger, turn: str) -> float:
    return sum(p.weight for p in ledger.paid(turn) if not is_inner(p.kind))


def _reward(ledger: Ledger, turn: str) -> float:
    paid = [p for p in ledger.paid(turn) if not is_inner(p.kind)]
    return sum(p.value * p.weight for p in paid) / sum(p.weight for p in paid)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _days(lessons: list[Lesson]) -> Iterable[tuple[int, int, float]]:
    days: dict[int, list[float]] = {}
    for turn, reward in lessons:
        days.setdefault(int(turn.at // DAY_S), []).append(reward)
    return [(day, len(rewards), _mean(rewards)) for day, rewards in sorted(days.items())]


def _kinds(ledger: Ledger, turns: list[Turn], *, inner: bool) -> list[tuple[str, int, float]]:
    kinds: dict[str, list[float]] = {}
    for turn in turns:
        for paid in ledger.paid(turn.id):
            if is_inner(paid.kind) == inner:
                kinds.setdefault(paid.kind, []).append(paid.value)
    return [(kind, len(values), _mean(values)) for kind, values in sorted(kinds.items())]


def _odds(policy: Policy, turn: Turn, elasticity: float) -> dict[str, tuple[float, float]]:
    """(share as written, share now) of each act that was on this turn's menu."""
    if not turn.menu:
        return {turn.act: (turn.p, turn.p)}
    acts, shares = zip(*turn.menu, strict=True)
    fit = [max(s, 1e-6) for s in shares]
    choice = policy.choose(
        turn.npc, turn.archetype, turn.player, acts, fit, turn.x, 0.0, elasticity
    )
    return {a: (w, p) for a, w, p in zip(acts, choice.prior, choice.propensities, strict=True)}


def _findings(
    lessons: list[Lesson], now: list[dict[str, tuple[float, float]]]
) -> tuple[Finding, ...]:
    """What stands out, most first; of one act only that of its occasions on which it does most."""
    found: dict[str, tuple[float, Finding]] = {}
    for group, rows in _occasions(lessons):
        for act in sorted({lessons[i].turn.act for i in rows}):
            ours = [i for i in rows if lessons[i].turn.act == act]
            rest = [i for i in rows if lessons[i].turn.act != act]
            if min(len(ours), len(rest)) < FEWEST:
                continue
            gain, least = _beyond(lessons, ours, rest)
            if least > found.get(act, (0.0,))[0]:
                share = _often(act, [now[i] for i in rows])
                found[act] = (least, Finding(act, group, gain, len(ours), share))
    ranked = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].act))
    return tuple(finding for _, finding in ranked[:FINDINGS])


def _occasions(lessons: list[Lesson]) -> Iterable[tuple[str, list[int]]]:
    yield "", list(range(len(lessons)))
    for name, feature, low, high in _GROUPS:
        yield name, [i for i, s in enumerate(lessons) if low <= s.turn.x[feature] <= high]
    for player in sorted({s.turn.player for s in lessons}):
        yield f"with {player}", [i for i, s in enumerate(lessons) if s.turn.player == player]


def _beyond(lessons: list[Lesson], ours: list[int], rest: list[int]) -> tuple[float, float]:
    """(gain, how large it is at least) of some turns over others, by Welch's standard error."""
    here = np.array([lessons[i].reward for i in ours])
    there = np.array([lessons[i].reward for i in rest])
    error = sqrt(float(here.var(ddof=1)) / len(here) + float(there.var(ddof=1)) / len(there))
    gain = float(here.mean() - there.mean())
    return gain, abs(gain) - SURE * error


def _often(act: str, odds: list[dict[str, tuple[float, float]]]) -> float:
    """How often the act is done now over how often it was written, where it was on the menu."""
    pairs = [row[act] for row in odds if act in row]
    written = sum(w for w, _ in pairs)
    return round(sum(p for _, p in pairs) / written, 2) if written > 0.0 else 1.0


def _values(
    lessons: list[Lesson], policy: Policy, now: list[dict[str, tuple[float, float]]]
) -> tuple[Value, ...]:
    if len(lessons) < FEWEST:
        return ()
    rewards = [s.reward for s in lessons]
    logged = [s.turn.p for s in lessons]
    both = list(zip(lessons, now, strict=True))
    hopes = [{act: _hope(policy, lesson.turn, act) for act in row} for lesson, row in both]
    said = [hope[s.turn.act] for s, hope in zip(lessons, hopes, strict=True)]
    found = []
    for name, which in (("as written", 0), ("as learned", 1)):
        ratio = ratios([row[lesson.turn.act][which] for lesson, row in both], logged)
        hoped = [
            sum(odds[which] * hope[act] for act, odds in row.items())
            for row, hope in zip(now, hopes, strict=True)
        ]
        found.append(Value(name, snips(rewards, ratio), doubly_robust(rewards, ratio, said, hoped)))
    return tuple(found)


def _hope(policy: Policy, turn: Turn, act: str) -> float:
    """What the model expects of an act on this occasion, [-1, 1]."""
    return min(1.0, max(-1.0, policy.expected(turn.npc, turn.archetype, turn.player, act, turn.x)))
