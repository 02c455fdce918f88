"""Rules: lines for an act under criteria, compiled.

A rule's score, all its criteria holding, is fixed: their number, and more for a rule written for
one NPC, one archetype or one culture, or for a mood that is far from the speaker's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from personagen_npc.criteria import Criteria
from personagen_npc.errors import BadField
from personagen_npc.voice.grammar import compile_line, needs_of, symbols_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.criteria import Scalar, When

OWN_LINE: Final = 6.0  # a rule for this very NPC outdoes what fits his temper; tuned on both packs
OWN_KIND: Final = 1.5  # a rule for its archetype outdoes one criterion, not two; tuned
OWN_PEOPLE: Final = 1.5  # the same for a rule that asks for the speaker's culture
OUT_OF_SORTS: Final = 6.0  # a rule for one far from his usual mood goes before his own lines
STANDS: Final = 3.0  # how a line stands to what was said goes before an NPC's own lines, [D]
ORDERS: Final = ("spread", "turn", "first")
BIG_FIVE: Final = (
    "openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism",
)  # fmt: skip


class RuleSource(Protocol):
    """A voice rule as a pack or a data file holds it; see docs/world-pack.md for the fields."""

    @property
    def id(self) -> str:
        """Unique name; a later rule of the same name takes an earlier one's place."""

    @property
    def act(self) -> str:
        """An act, or ``#symbol``."""

    @property
    def npc(self) -> str:
        """Whose rule it is, "" for everyone."""

    @property
    def archetype(self) -> str:
        """For which archetype, "" for all."""

    @property
    def when(self) -> When:
        """Criteria over the flat query."""

    @property
    def weight(self) -> float:
        """Share among rules that fit equally well."""

    @property
    def respeak(self) -> float:
        """Game seconds before a line of it may be said again."""

    @property
    def once(self) -> bool:
        """Whether each line is for one time only."""

    @property
    def order(self) -> str:
        """``spread``, ``turn`` or ``first``."""

    @property
    def lines(self) -> Sequence[str]:
        """The lines."""

    @property
    def first(self) -> str:
        """The line that goes before the others, "" for none."""

    @property
    def last(self) -> str:
        """The line that comes when all others have been said, "" for none."""

    @property
    def set(self) -> Mapping[str, Scalar]:
        """Facts noted when a line of it is said, by name."""

    @property
    def set_for(self) -> float:
        """Game seconds that they last, 0 for good."""

    @property
    def follow(self) -> str:
        """Act whose line may come after; with "!" behind it, must come after."""


class Line:
    """One line, ready to be said. ``key`` is stable as long as its rule keeps its order.

    ``plain``: it is a slot and nothing else, so it never wears out: its content does. ``mask``: its
    features by the world's style (``Style.mask``), -1 until they are first wanted.
    """

    __slots__ = ("key", "mask", "needs", "plain", "program", "symbols", "template")

    def __init__(self, template: str, key: str, where: str) -> None:
        self.template = template
        self.key = key
        self.program = compile_line(template, where)
        self.needs = needs_of(self.program)
        self.plain = template == "".join(f"{{{need}}}" for need in self.needs)
        self.symbols = symbols_of(self.program)
        self.mask = -1


class Rule:
    """One rule, compiled. ``spec`` is its score when its criteria hold.

    ``lines`` holds them all, ``plain`` all but ``first`` and ``last``, which open and close a
    round; ``sorts``: whether it matters in which order they come.
    """

    __slots__ = (
        "act", "archetype", "criteria", "first", "follow", "id", "last", "lines", "must", "npc",
        "once", "order", "plain", "respeak", "set", "set_for", "sorts", "spec", "tempers", "weight",
    )  # fmt: skip

    def __init__(self, source: RuleSource) -> None:
        where = f"voice rule {source.id}"
        self.id = source.id
        self.act = source.act
        self.npc = source.npc
        self.archetype = source.archetype
        self.criteria = Criteria.parse(source.when, where)
        self.respeak = source.respeak
        self.once = source.once
        self.order = source.order
        self.must = source.follow.endswith("!")
        self.follow = source.follow.rstrip("!")
        self.plain = tuple(
            Line(text, f"{source.id}#{i}", f"{where}, line {i + 1}")
            for i, text in enumerate(source.lines)
        )
        self.first, self.last = (
            Line(text, f"{source.id}#{name}", f"{where}, {name}") if text else None
            for name, text in (("first", source.first), ("last", source.last))
        )
        ends = [line for line in (self.first, self.last) if line is not None]
        self.lines = (*self.plain, *ends)
        self.sorts = bool(ends) or (self.order != "spread" and len(self.lines) > 1)
        self.set, self.set_for = dict(source.set), source.set_for
        self.weight = source.weight
        self.spec = (
            self.criteria.count
            + (OWN_LINE if source.npc else 0.0)
            + (OWN_KIND if source.archetype else 0.0)
            + (OWN_PEOPLE if "culture" in self.criteria.names else 0.0)
            + (OUT_OF_SORTS if "mood.off" in self.criteria.names else 0.0)
            + (STANDS if "stance" in self.criteria.names else 0.0)
        )
        self.tempers = _tempers(self.criteria)
        if source.order not in ORDERS:
            raise BadField(
                f"{where}: unknown order", field="order", got=source.order, allowed=ORDERS
            )


def _tempers(criteria: Criteria) -> tuple[int, ...]:
    """Which way its criteria want O, C, E, A, N: 1 high, -1 low, 0 either; () when none matters."""
    wants = {name: (low > -1.0) - (high < 1.0) for name, low, high in criteria.spans}
    found = tuple(wants.get(f"trait.{name}", 0) for name in BIG_FIVE)
    return found if any(found) else ()
