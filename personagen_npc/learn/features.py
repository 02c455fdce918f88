"""What the learner sees of a turn: a fixed list of named numbers, made from the flat query."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMULA = 1  # raise it when a name, its place or its scale changes: stored rows then differ

DAY_S = 86_400.0
_INTENTS = {
    # What the player is after, coarsely; each group is one feature, intents of no group are none.
    "kind": frozenset({"greet", "thank", "apologise", "compliment", "comfort", "flirt", "agree"}),
    "hostile": frozenset({"insult", "threaten", "accuse", "attack", "disagree"}),
    "trade": frozenset({"trade", "haggle", "offer"}),
    "quest": frozenset({"quest_ask", "quest_accept", "quest_refuse", "quest_report", "ask_help"}),
    "chat": frozenset({"joke", "share_news", "confess", "introduce", "tell", "ask_wellbeing"}),
}
_DARK = frozenset({"night", "evening"})
_MOOD = ("pleasure", "arousal", "dominance")
_BIG_FIVE = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


class _Feature(NamedTuple):
    """``key`` of the query, what stands for a missing value, and value -> number in [-1, 1]."""

    name: str
    key: str
    missing: object
    scale: Callable[[object], float]


def _signed(value: object) -> float:
    number = _number(value)
    if number > 1.0:
        return 1.0
    return number if number >= -1.0 else -1.0


def _trait(value: object) -> float:
    return _signed(2.0 * _number(value) - 1.0)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _half_at(middle: float) -> Callable[[object], float]:
    """Counts and times: 0 at 0, a half at ``middle``, towards 1 for ever."""

    def scale(value: object) -> float:
        number = max(0.0, _number(value))
        return number / (number + middle) if number < 1e18 else 1.0

    return scale


def _among(words: frozenset[str]) -> Callable[[object], float]:
    return lambda value: 1.0 if value in words else 0.0


_FEATURES: tuple[_Feature, ...] = (
    *(_Feature(f"trait.{t}", f"trait.{t}", 0.5, _trait) for t in _BIG_FIVE),
    *(_Feature(f"mood.{a}", f"mood.{a}", 0.0, _signed) for a in _MOOD),
    *(_Feature(f"rel.{a}", f"rel.{a}", 0.0, _signed) for a in ("affinity", "trust", "fear")),
    _Feature("rel.familiarity", "rel.familiarity", 0.0, _signed),
    *(_Feature(f"intent.{g}", "intent", "", _among(words)) for g, words in _INTENTS.items()),
    _Feature("asks", "intent", "", lambda v: float(isinstance(v, str) and v.startswith("ask_"))),
    _Feature("emotion", "emotion.intensity", 0.0, _signed),
    _Feature("topic", "has.topic", False, _signed),
    _Feature("turns", "turns", 0, _half_at(6.0)),
    _Feature("meetings", "meetings", 0, _half_at(4.0)),
    _Feature("since", "since", 1e18, _half_at(DAY_S)),
    _Feature("repeated", "repeated", 0, _half_at(1.0)),
    _Feature("crowd", "crowd", 0, _half_at(2.0)),
    _Feature("dark", "time", "", _among(_DARK)),
)  # fmt: skip

NAMES: tuple[str, ...] = ("one", *(f.name for f in _FEATURES))
WIDTH = len(NAMES)


def features(query: Mapping[str, object]) -> tuple[float, ...]:
    """Numbers in [-1, 1], the first always 1, in the order of ``NAMES``.

    Args:
        query: the flat query (``trait.NAME``, ``mood.pleasure``, ``rel.trust``, ``intent``, ...);
            names that are missing count as ordinary.
    """
    get = query.get
    return (1.0, *[scale(get(key, missing)) for _, key, missing, scale in _FEATURES])
