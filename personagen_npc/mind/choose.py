"""Choose: which act, realised by which pattern.

Authored first: the intent's menu of acts with weights, and the persona's patterns whose trigger
fits, each with the share of occasions that its ``frequency`` gives it. The learned part then moves
the odds within the persona's elasticity, and one roll draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.events import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.mind.npc import Npc, Pattern
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Scene

COOL_S = 1800.0  # game seconds after which a used pattern is half as likely again as at first, [D]
WORD_SHARE = 0.5  # share of a pattern's trigger words that must be in the line
# acts that only make sense with what recall found: a pattern may not push them aside
BOUND = frozenset({"answer", "keep_secret", "accept_deal", "counter_offer", "offer_quest",
                   "tell_source", "remember", "quest_done", "quest_wait"})  # fmt: skip
MUST = 8.0  # an act of this weight is what the line calls for: no pattern of another pushes in, [D]
OUT_OF_SORTS = 0.3  # distance from one's own mood that shows in what is said, [D]
UPSET = 0.2  # share of an everyday pattern's frequency that is left then: it was written for a day
# like any other, [D]
EVERYDAY = frozenset({"greet", "farewell", "wellbeing", "welcome_thanks", "smalltalk", "joke",
                      "complain", "take_compliment", "comply", "ask_back", "laugh"})  # fmt: skip
LEAST_PLAIN = 0.1  # what patterns leave to plain acts even when their frequencies sum to one, [D]


class Option(NamedTuple):
    """One line of the menu."""

    act: str
    weight: float
    criteria: Criteria


class Chosen(NamedTuple):
    """What was chosen, and the odds it had."""

    act: str
    pattern: int
    template: str
    propensity: float  # of the act, whichever pattern realises it
    candidates: tuple[tuple[str, int, float, float], ...]  # act, pattern, prior, probability
    features: tuple[float, ...]
    offset: float
    menu: tuple[tuple[str, float], ...] = ()  # act, authored share
    shares: tuple[tuple[str, float, float, float], ...] = ()  # act, prior, learned, probability
    roll: float = 0.0  # of the dice that drew the act


class Menu:
    """The authored table of acts by intent."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._by_intent = {
            intent: tuple(
                Option(o["act"], o["weight"], Criteria.parse(o.get("when", {}), f"acts.{intent}"))
                for o in options
            )
            for intent, options in table.items()
        }

    def occasions(self, act: str) -> list[str]:
        """Intents on whose menu an act stands, whatever else it asks for."""
        return [i for i, options in self._by_intent.items() if any(o.act == act for o in options)]

    def options(self, intent: str, query: Mapping[str, Any]) -> list[tuple[str, float]]:
        """Acts that fit with their weights; never empty."""
        key = intent if intent in self._by_intent else "question" if intent in QUESTIONS else "tell"
        fits: dict[str, float] = {}
        for option in self._by_intent[key]:
            if option.criteria.score(query) is not None:
                fits[option.act] = fits.get(option.act, 0.0) + option.weight
        return list(fits.items()) or [("deflect", 1.0)]


def choose(
    npc: Npc, scene: Scene, heard: Heard, found: Found, menu: Menu, query: Mapping[str, Any]
) -> Chosen:
    """Draw one act, and the pattern that realises it or -1."""
    plain = menu.options(heard.intent, query)
    bound = plain[0][0] in BOUND or any(a in BOUND and w >= 3.0 for a, w in plain)
    must = {a for a, w in plain if w >= MUST}
    upset = UPSET if query.get("mood.off", 0.0) >= OUT_OF_SORTS else 1.0
    acts = must or {a for a, _ in plain}
    patterns = _fitting(npc, scene, heard, bound or bool(must), acts, upset)
    if query.get("squarely"):  # a question that has its answer is not talked past by the way
        said = set(heard.stems)
        patterns = [(p, w) for p, w in patterns if p.act in acts or said <= p.words]
    ways = _weigh(plain, patterns)
    menu_: dict[str, float] = {}
    for act, _, weight in ways:
        menu_[act] = menu_.get(act, 0.0) + weight
    roll = scene.dice.roll("choose")
    choice, features = scene.learned.choose(list(menu_), list(menu_.values()), query, roll)
    odds = dict(zip(menu_, choice.propensities, strict=True))
    act = list(menu_)[choice.index]
    if npc.shares:
        ways = _grown(ways, menu_, npc.shares)
    index = _way([(k, w) for a, k, w in ways if a == act], scene)
    total = sum(menu_.values())
    return Chosen(
        act,
        index,
        npc.patterns[index].template if index >= 0 else "",
        float(odds[act]),
        tuple((a, k, round(w / total, 4), round(odds[a] * w / menu_[a], 4)) for a, k, w in ways),
        features,
        float(choice.offset),
        tuple((a, round(w / total, 4)) for a, w in menu_.items()),
        tuple(zip(menu_, choice.prior, choice.learned, choice.propensities, strict=True)),
        roll,
    )


def _grown(
    ways: list[tuple[str, int, float]], acts: Mapping[str, float], shares: Mapping[int, float]
) -> list[tuple[str, int, float]]:
    """The ways as they pay: each act as often as before, by other ways of it."""
    now = [(act, k, w * shares.get(k, 1.0)) for act, k, w in ways]
    total: dict[str, float] = {}
    for act, _, weight in now:
        total[act] = total.get(act, 0.0) + weight
    return [(act, k, w * acts[act] / total[act]) for act, k, w in now]


def _way(ways: list[tuple[int, float]], scene: Scene) -> int:
    """The pattern, or -1 for none, that realises the act."""
    if len(ways) == 1:
        return ways[0][0]
    return ways[scene.dice.index("choose.way", [w for _, w in ways])][0]


def just(act: str) -> Chosen:
    """An act that was not chosen from a menu: the NPC's own, or the game's wish."""
    return Chosen(act, -1, "", 1.0, ((act, -1, 1.0, 1.0),), (), 0.0)


def _fitting(
    npc: Npc, scene: Scene, heard: Heard, bound: bool, acts: set[str], upset: float
) -> list[tuple[Pattern, float]]:
    said = set(heard.stems)
    fitting = []
    for pattern in npc.patterns:
        by_intent = heard.intent in pattern.intents
        by_words = _covers(pattern.words, said)
        if bound and not (by_words and pattern.template) and pattern.act not in acts:
            continue
        if bound and by_intent and not by_words and pattern.template and pattern.act in BOUND:
            continue  # a fixed line cannot say what recall found
        if by_intent or by_words:
            worth = pattern.frequency * _rested(npc, scene, pattern)
            fitting.append((pattern, worth * upset if pattern.act in EVERYDAY else worth))
    return [(p, w) for p, w in fitting if w > 0.0]


def _covers(words: frozenset[str], said: set[str]) -> bool:
    return bool(words) and len(words & said) >= max(1.0, WORD_SHARE * len(words))


def _rested(npc: Npc, scene: Scene, pattern: Pattern) -> float:
    if f"pattern#{pattern.number}" in npc.spoken_keys:
        return 0.0  # said within the last lines
    last = npc.patterns_used.get(pattern.number)
    if last is None:
        return 1.0
    return float(1.0 - 2.0 ** (-max(0.0, scene.now - last + 60.0) / COOL_S))


def _weigh(
    plain: list[tuple[str, float]], patterns: list[tuple[Pattern, float]]
) -> list[tuple[str, int, float]]:
    """(act, pattern or -1, weight): patterns take their frequencies, plain acts what is left."""
    taken = sum(w for _, w in patterns)
    scale = min(1.0, (1.0 - LEAST_PLAIN) / taken) if taken else 1.0
    left = 1.0 - taken * scale
    total = sum(w for _, w in plain)
    ways = [(p.act, p.number, w * scale) for p, w in patterns]
    return ways + [(a, -1, left * w / total) for a, w in plain]
