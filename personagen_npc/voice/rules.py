"""Rules: which lines fit an act now, the most specific first.

Partitioned by (act, NPC or archetype) and sorted by the most a rule can score, so that a search
stops when the rest cannot win (Ruskin, GDC 2012). A rule's score, all its criteria holding, is
fixed: their number, and more for a rule written for one NPC, one archetype or one culture, or for
a mood that is far from the speaker's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from personagen_npc.criteria import Criteria, Spans, When
from personagen_npc.errors import BadField
from personagen_npc.voice.grammar import MAX_DEPTH, compile_line, needs_of, symbols_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

OWN_LINE: Final = 3.0  # a rule for this very NPC outdoes three criteria; tuned
OWN_KIND: Final = 1.5  # a rule for its archetype outdoes one criterion, not two; tuned
OWN_PEOPLE: Final = 1.5  # the same for a rule that asks for the speaker's culture
OUT_OF_SORTS: Final = 3.0  # a rule for one far from his usual mood goes before his own lines
WINDOW: Final = 1.0  # rules this far below the best take part, lest one-liners repeat; tuned
ORDERS: Final = ("spread", "turn", "first")


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
    def follow(self) -> str:
        """Act whose line may come after; with "!" behind it, must come after."""


class Line:
    """One line, ready to be said. ``key`` is stable as long as its rule keeps its order.

    ``plain``: it is a slot and nothing else, so it never wears out: its content does.
    """

    __slots__ = ("key", "needs", "plain", "program", "symbols", "template")

    def __init__(self, template: str, key: str, where: str) -> None:
        self.template = template
        self.key = key
        self.program = compile_line(template, where)
        self.needs = needs_of(self.program)
        self.plain = template == "".join(f"{{{need}}}" for need in self.needs)
        self.symbols = symbols_of(self.program)


class Rule:
    """One rule, compiled. ``spec`` is its score when its criteria hold."""

    __slots__ = (
        "act", "archetype", "criteria", "follow", "id", "lines", "must", "npc", "once", "order",
        "respeak", "spec", "weight",
    )  # fmt: skip

    def __init__(self, source: RuleSource) -> None:
        where = f"voice rule {source.id}"
        self.id = source.id
        self.act = source.act
        self.npc = source.npc
        self.archetype = source.archetype
        self.criteria = Criteria.parse(source.when, where)
        self.weight = source.weight
        self.respeak = source.respeak
        self.once = source.once
        self.order = source.order
        self.must = source.follow.endswith("!")
        self.follow = source.follow.rstrip("!")
        self.lines = tuple(
            Line(text, f"{source.id}#{i}", f"{where}, line {i + 1}")
            for i, text in enumerate(source.lines)
        )
        self.spec = (
            self.criteria.count
            + (OWN_LINE if source.npc else 0.0)
            + (OWN_KIND if source.archetype else 0.0)
            + (OWN_PEOPLE if "culture" in self.criteria.names else 0.0)
            + (OUT_OF_SORTS if "mood.off" in self.criteria.names else 0.0)
        )
        if source.order not in ORDERS:
            raise BadField(
                f"{where}: unknown order", field="order", got=source.order, allowed=ORDERS
            )


# a rule with those of its criteria that are looked at first
_Entry = tuple[Rule, "tuple[str, object] | None", Spans]


class RuleBook:
    """All rules of a world. Build it with ``compile``; it never changes afterwards."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        by_id = {rule.id: rule for rule in rules}
        self.rules = tuple(by_id[name] for name in sorted(by_id))
        self._npc: dict[tuple[str, str], list[Rule]] = {}
        self._kind: dict[tuple[str, str], list[Rule]] = {}
        for rule in self.rules:
            if rule.npc:
                self._npc.setdefault((rule.act, rule.npc), []).append(rule)
            else:
                self._kind.setdefault((rule.act, rule.archetype), []).append(rule)
        self._merged: dict[tuple[str, str, str], tuple[_Entry, ...]] = {}
        self.acts = frozenset(rule.act for rule in self.rules)

    @classmethod
    def compile(cls, rules: Iterable[RuleSource]) -> RuleBook:
        """Compile and check rules.

        Raises:
            BadField: a line or criterion that cannot be read, a symbol that has no rule, or symbols
                that lead back to themselves; the rule, and the line or symbol, are named.
        """
        book = cls(Rule(source) for source in rules)
        _check_symbols(book.rules)
        return book

    def match(  # noqa: C901 - one hot loop; a call for each rule costs more than all it does
        self,
        act: str,
        npc: str,
        archetype: str,
        query: Mapping[str, object],
        keep: Callable[[Rule], bool] | None = None,
    ) -> list[Rule]:
        """Rules that fit, best first: the most specific, and those within ``WINDOW`` of it.

        Args:
            act: the act, or ``#symbol``.
            npc: id of the speaker.
            archetype: archetype of the speaker.
            query: the flat query.
            keep: asked for each rule that fits; a rule it turns down counts as not there.
        """
        found: list[Rule] = []
        floor = -1.0
        get = query.get
        for rule, gate, spans in self._scan(act, npc, archetype):
            if rule.spec < floor:
                break
            if gate is not None and get(gate[0]) != gate[1]:
                continue  # most rules end here, or at a span, before anything is called
            for name, low, high in spans:
                value = get(name)
                if value.__class__ is float:
                    if not low <= value <= high:
                        break
                elif value is None:
                    break
            else:
                if _fits(rule, query, keep):
                    floor = floor if found else rule.spec - WINDOW
                    found.append(rule)
        return found

    def _scan(self, act: str, npc: str, archetype: str) -> tuple[_Entry, ...]:
        """Rules of a partition, highest possible score first; merged once, then remembered."""
        own = self._npc.get((act, npc))
        key = (act, npc if own else "", archetype)
        merged = self._merged.get(key)
        if merged is None:
            rules = [r for r in own or () if r.archetype in {"", archetype}]
            for kind in ("", archetype) if archetype else ("",):
                rules += self._kind.get((act, kind), [])
            rules.sort(key=lambda r: (-r.spec, r.id))
            merged = tuple((r, r.criteria.gate, r.criteria.spans) for r in rules)
            self._merged[key] = merged
        return merged


def _fits(rule: Rule, query: Mapping[str, object], keep: Callable[[Rule], bool] | None) -> bool:
    return rule.criteria.score(query) is not None and (keep is None or keep(rule))


def _check_symbols(rules: Sequence[Rule]) -> None:
    """Every symbol has a rule, none leads back to itself, none lies too deep."""
    edges: dict[str, set[str]] = {}
    for rule in rules:
        names = {name for line in rule.lines for name in line.symbols}
        edges.setdefault(rule.act, set()).update(f"#{name}" for name in names)
    depths: dict[str, int] = {}
    for rule in rules:
        for line in rule.lines:
            for name in line.symbols:
                if f"#{name}" not in edges:
                    raise _bad_symbol(rule, name, "has no rule")
                if _depth(f"#{name}", edges, depths, (rule.act,), rule) > MAX_DEPTH:
                    raise _bad_symbol(rule, name, f"lies deeper than {MAX_DEPTH}")


def _depth(
    act: str, edges: dict[str, set[str]], depths: dict[str, int], path: tuple[str, ...], rule: Rule
) -> int:
    """How many symbols deep an act goes; raises where it meets itself on its own path."""
    if act in path:
        raise _bad_symbol(rule, act[1:], f"leads back to itself by {' -> '.join((*path, act))}")
    if len(path) > MAX_DEPTH + 1:
        raise _bad_symbol(rule, act[1:], f"lies deeper than {MAX_DEPTH}")
    if act not in depths:
        below = [
            _depth(name, edges, depths, (*path, act), rule) for name in sorted(edges.get(act, ()))
        ]
        depths[act] = 1 + max(below, default=0)
    return depths[act]


def _bad_symbol(rule: Rule, name: str, why: str) -> BadField:
    return BadField(
        f"voice rule {rule.id}: symbol {{#{name}}} {why}",
        field=f"voice rule {rule.id}",
        got=f"{{#{name}}}",
        allowed="a symbol with rules of its own that never leads back to itself",
    )
