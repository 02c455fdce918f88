"""Checks of ``when:``: names that nobody asks for, values that can never be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.authoring.look import Look, rows
from personagen_npc.authoring.problem import listed, nearest
from personagen_npc.criteria import Criteria
from personagen_npc.errors import BadField
from personagen_npc.events import ACTS, EMOTIONS, INTENTS
from personagen_npc.mind.feeling.mood import OCTANTS
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from personagen_npc.authoring.look import Step
    from personagen_npc.authoring.problem import Level
    from personagen_npc.world.pack import When

QUERY: Final = "authoring/data/query.yaml"
BIG_FIVE: Final = (
    "openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism",
)  # fmt: skip

# What decides whether a fact is within reach: the world, the place, the two who talk.
KNOWABLE: Final = frozenset(
    ("place", "place.kind", "time", "hour", "season", "weather", "day", "now", "npc", "archetype",
     "faction", "culture", "age", "knows_name", "meetings", "alone", "crowd", "listener")
)  # fmt: skip
KNOWN_HEADS: Final = frozenset({"trait", "rel", "tie", "stage", "var", "player"})

_RANGE = re.compile(r"\s*(?:[<>]=?|[-+.\d]+\s*\.\.)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_SLIP = re.compile(r"=[<>]|[<>=]=?\s*$|==")


class Asked(NamedTuple):
    """One value of one criterion.

    Attributes:
        kind: what the query table says its value is.
        one_of: the lawful values, for labels that the table lists.
        tail: what stands for NAME: a quest, a variable, a trait.
        value: as written; ``bare`` without ``!``.
    """

    kind: str
    one_of: tuple[str, ...]
    tail: str
    value: Any
    here: Sequence[Step]

    @property
    def bare(self) -> Any:
        """The value that is compared with."""
        return self.value[1:].strip() if self.barred else self.value

    @property
    def barred(self) -> bool:
        """Whether it is ``"!x"``."""
        return isinstance(self.value, str) and self.value.startswith("!")

    @property
    def ranged(self) -> bool:
        """Whether it is ``">=2"`` or ``"2..4"``."""
        return isinstance(self.value, str) and _RANGE.match(self.value) is not None

    def never(self, look: Look, why: str, level: Level = "error") -> None:
        """Notes that the criterion cannot hold."""
        look.say(self.here, f'"{self.value}" can never be ({why})', level)


def check_when(look: Look, when: When, loc: Sequence[Step]) -> None:
    """Every criterion of one condition."""
    for name, value in when.items():
        here = (*loc, name)
        try:
            Criteria.parse({name: value}, "when")
        except BadField as error:
            look.say(here, f"{error.got} cannot be read (allowed: {error.allowed})")
            continue
        entry, tail = _entry(look, name, here)
        if entry is None:
            continue
        kinds = tuple(entry.get("one_of", ()))
        for one in rows(value):
            _check_value(look, Asked(entry.get("is", "label"), kinds, tail, one, here))


def check_knowable(look: Look, when: When, loc: Sequence[Step]) -> None:
    """No criterion of a fact asks for what only a line that is heard brings, such as its topic."""
    for name in when:
        head = name.partition(".")[0]
        asked = name in table(QUERY) or f"{head}.NAME" in table(QUERY)
        if asked and name not in KNOWABLE and head not in KNOWN_HEADS:
            text = f"{name} is not known before a line is heard, so no fact can depend on it"
            look.say((*loc, name), text)


def _entry(look: Look, name: str, here: Sequence[Step]) -> tuple[dict[str, Any] | None, str]:
    """The query table's entry of a name, and what stands for NAME in it."""
    query: dict[str, Any] = table(QUERY)
    if name in query:
        return query[name], ""
    head, dot, tail = name.partition(".")
    if dot and f"{head}.NAME" in query:
        _check_named(look, head, tail, here)
        return query[f"{head}.NAME"], tail
    hint = nearest(name, [n for n in query if not n.endswith(".NAME")])
    guess = hint if hint.startswith("did") else f"allowed: {listed(query)}"
    if name in look.whole.variables:
        guess = f"did you mean var.{name}?"
    look.say(here, f"there is nothing called {name} to ask for ({guess})")
    return None, ""


def _check_named(look: Look, head: str, tail: str, here: Sequence[Step]) -> None:
    if head == "stage":
        look.refer("quest", tail, here)
    elif head == "var":
        look.refer("variable", tail, here)
    elif head == "trait":
        look.one_of("trait", tail, _traits(look), here, "warning")
    elif head == "said":
        look.one_of("note", tail, [name for r in look.whole.voice for name in r.set], here)


def _traits(look: Look) -> list[str]:
    own = [t.name for npc in look.whole.npcs.values() for t in npc.personality_traits]
    return list(dict.fromkeys([*BIG_FIVE, *own]))


def _check_value(look: Look, asked: Asked) -> None:
    if isinstance(asked.value, str) and _SLIP.search(asked.value):
        asked.never(look, 'ranges are written ">=0.5" or "0.2..0.6"')
        return
    check = _CHECKS.get(asked.kind)
    if check is not None:
        check(look, asked)
    elif asked.ranged:
        asked.never(look, "this is a word, not a number")
    elif asked.kind in REFERENCES:
        if asked.bare:
            look.refer(asked.kind, str(asked.bare), asked.here)
    else:
        _check_label(look, asked)


def _check_number(look: Look, asked: Asked) -> None:
    number = isinstance(asked.value, int | float) and not isinstance(asked.value, bool)
    if not (number or asked.ranged or (asked.barred and _NUMBER.fullmatch(asked.bare))):
        asked.never(look, 'a number, ">=2" or "2..4"')


def _check_boolean(look: Look, asked: Asked) -> None:
    if not (isinstance(asked.value, bool) or (asked.barred and asked.bare in ("true", "false"))):
        asked.never(look, "true or false, without quotes")


def _check_variable(look: Look, asked: Asked) -> None:
    variable = look.whole.variables.get(asked.tail)
    if variable is None:
        return
    if isinstance(variable.default, bool):
        _check_boolean(look, asked)
    elif not isinstance(variable.default, str):
        _check_number(look, asked)
    elif asked.ranged:
        asked.never(look, f"var.{asked.tail} is a word, not a number")
    elif variable.values and asked.bare not in variable.values:
        asked.never(look, nearest(str(asked.bare), [str(v) for v in variable.values]))


def _check_note(look: Look, asked: Asked) -> None:
    """Whatever a rule may set."""


def _check_label(look: Look, asked: Asked) -> None:
    if asked.kind == "stage":
        quest = look.whole.quests.get(asked.tail)
        names = list(quest.stages) if quest else []
    else:
        known = LABELS.get(asked.kind)
        names = list(known(look) if known else asked.one_of)
    if asked.bare and names and asked.bare not in names:
        level: Level = "warning" if asked.kind in SOFT else "error"
        asked.never(look, nearest(str(asked.bare), names), level)


def _weathers(look: Look) -> list[str]:
    variable = look.whole.variables.get("weather")
    return [str(v) for v in variable.values] if variable else []


LABELS: Final[dict[str, Callable[[Look], Iterable[str]]]] = {
    "intent": lambda _: INTENTS,
    "act": lambda _: ACTS,
    "emotion": lambda _: EMOTIONS,
    "mood": lambda _: [word for words in OCTANTS.values() for word in words],
    "weather": _weathers,
    "season": lambda look: [m.season for m in look.whole.calendar.months if m.season],
    "place_kind": lambda look: [p.kind for p in look.whole.places.values() if p.kind],
    "archetype": Look.archetypes,
    "culture": lambda look: [
        *look.known("culture"),
        *(p.culture for p in look.whole.npcs.values() if p.culture),
    ],
    "taboo": lambda look: [t for c in look.whole.cultures.values() for t in c.taboos],
}
SOFT: Final = ("archetype", "culture", "place_kind")  # people made while the game runs may have it
REFERENCES: Final = ("place", "npc", "faction", "quest", "event")
_CHECKS: Final[dict[str, Callable[[Look, Asked], None]]] = {
    "number": _check_number,
    "boolean": _check_boolean,
    "variable": _check_variable,
    "note": _check_note,
}
