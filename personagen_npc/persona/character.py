"""Character: the traits of somebody, from priors, trade, what the theme says and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.persona.profile import PersonalityTrait
from personagen_npc.persona.traits import BIG_FIVE
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.persona.life import Event
    from personagen_npc.persona.prose import Prose

TEMPER: Final = "persona/data/temper.yaml"
WIDE, NARROW = 0.5, 0.25  # spread of a trait on [-1, 1]: nobody's, and an archetype's (Ryan et al.)
SAID: Final = (
    0.8  # weight of a theme's adjective against everything else, tuned: it shows in 9 of 10
)
LOW, HIGH = 0.4, 0.65  # below and above these a trait shows, tuned on reading
LEAST, MOST = 0.03, 0.97
FEWEST, OTHERS = 2, 5  # traits beside the Big Five at complexity 1 and 10
MARKED: Final = 0.3  # a trait beside the five is there because it shows: it keeps off the middle


class Character(NamedTuple):
    """Values in [0, 1] by trait, in order, and the weight of each tone."""

    values: Mapping[str, float]
    tones: Mapping[str, float]
    causes: Mapping[str, Event]

    def side(self, trait: str) -> str:
        """``low``, ``high`` or ``""`` in the middle."""
        value = self.values.get(trait, 0.5)
        return "low" if value < LOW else "high" if value >= HIGH else ""


def character(
    words: Sequence[str], trade: Mapping[str, Any], events: Sequence[Event], complexity: int,
    dice: Dice,
) -> Character:  # fmt: skip
    """The Big Five and some others: those that theme, trade and life name go first."""
    data = table(TEMPER)
    named = [data["adjectives"][w] for w in words if w in data["adjectives"]]
    count = FEWEST + round((OTHERS - FEWEST) * (complexity - 1) / 9)
    told = [t for row in named for t in row]
    lived = [t for e in events for t in e.row.get("shifts", {})]
    rest = sorted(data["shows"], key=lambda t: dice.roll(f"extra:{t}"))
    trades = [trade["extra"]] if "extra" in trade else []
    wanted = dict.fromkeys((*told, *trades, *lived, *rest))
    extras = [t for t in wanted if t in data["shows"]][:count]
    values = {t: _value(t, named, trade, events, dice) for t in (*BIG_FIVE, *extras)}
    causes = {t: e for e in events for t in e.row.get("shifts", {}) if "since" in e.row}
    return Character(values, _tones(values), causes)


def _value(
    trait: str, named: Sequence[Mapping[str, float]], trade: Mapping[str, Any],
    events: Sequence[Event], dice: Dice,
) -> float:  # fmt: skip
    mean = table(TEMPER)["means"].get(trait, 0.0) + trade["shifts"].get(trait, 0.0)
    mean += sum(e.row.get("shifts", {}).get(trait, 0.0) for e in events)
    said = [row[trait] for row in named if trait in row]
    if said:  # what the theme says outweighs what the persona might have been
        mean = SAID * sum(said) / len(said) ** 0.5 + (1.0 - SAID) * mean
    rolls = sum(dice.roll(f"{trait}{i}") for i in range(4))
    bell = (rolls - 2.0) * 3.0**0.5  # four rolls have spread 1/sqrt(3); now it is 1
    value = float(mean) + (NARROW if trade["shifts"] or said else WIDE) * bell
    if trait not in BIG_FIVE and abs(value) < MARKED:
        value = MARKED + 0.05 if value >= 0.0 else -MARKED
    return round(float(min(MOST, max(LEAST, (value + 1.0) / 2.0))), 2)


def _tones(values: Mapping[str, float]) -> dict[str, float]:
    """Weight of each tone: how much the traits pull that way, the strongest counting most."""
    weights = {}
    for tone, pulls in table(TEMPER)["tones"].items():
        pull = sum(w * (2 * values.get(t, 0.5) - 1) for t, w in pulls.items())
        weights[tone] = max(0.02, pull / sum(abs(w) for w in pulls.values())) ** 2
    return weights


def described(made: Character, prose: Prose) -> tuple[PersonalityTrait, ...]:
    """The traits with how each shows and, where something that happened made it so, since when."""
    return tuple(
        PersonalityTrait(name=name, value=value, description=_description(name, made, prose))
        for name, value in made.values.items()
    )


def _description(name: str, made: Character, prose: Prose) -> str:
    texts = table(TEMPER)["traits"][name]
    side = made.side(name)
    shown = texts[0 if side == "low" else 2 if side == "high" else 1]
    text = shown if isinstance(shown, str) else prose.one(f"shows:{name}", shown)
    cause = made.causes.get(name)
    if cause is None or not side or (cause.row["shifts"][name] > 0) != (side == "high"):
        return text
    since = prose.among(cause.fill).phrase(f"since:{name}", [cause.row["since"]])
    return f"{text.removesuffix('.')}, ever since {since}."
