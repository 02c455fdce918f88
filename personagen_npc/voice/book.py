"""The rule book: which rules fit an act now, the most specific first.

Partitioned by (act, NPC or archetype) and sorted by the most a rule can score, so that a search
stops when the rest cannot win (Ruskin, GDC 2012). What never changes for a speaker (traits,
culture, age) is settled once: his book holds no rule that can never be his.
"""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Final

from personagen_npc.criteria import NONE
from personagen_npc.errors import BadField
from personagen_npc.voice.grammar import MAX_DEPTH
from personagen_npc.voice.rules import Rule, RuleSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from personagen_npc.criteria import Criteria

WINDOW: Final = 1.0  # rules this far below the best take part, lest one-liners repeat; tuned
FIXED: Final = frozenset({"npc", "archetype", "faction", "culture", "age"})  # and every trait
KEPT: Final = 1024  # speakers whose own books are kept; then it starts anew

_NAN: Final = math.nan  # lies in no span
# gate and value, a span's name and ends (no name: no such test), what else to ask, the rule
_Entry = tuple[str, object, str, float, float, "Criteria | None", Rule]
_Levels = list[tuple[float, list[_Entry]]]
# asking for all; what is asked of the speaker for good; asking for the rest
_Row = tuple[_Entry, "Criteria", _Entry]


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
        self.voiced = frozenset(npc for _, npc in self._npc)  # who has rules of his own
        self._entries = {rule.id: _entries(rule) for rule in self.rules}
        self._merged: dict[tuple[str, str, str], list[_Row]] = {}
        self._levels: dict[tuple[str, str, str], _Levels] = {}
        self._own: dict[str, tuple[Mapping[str, object], dict[str, _Levels]]] = {}
        self.acts = frozenset(rule.act for rule in self.rules)
        self.noting = {rule.id: rule for rule in self.rules if rule.set}

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

    def match(  # noqa: C901 - one hot loop; a call for each rule costs more than it does
        self,
        act: str,
        npc: str,
        archetype: str,
        query: Mapping[str, object],
        keep: Callable[[Rule], bool] | None = None,
        base: Mapping[str, object] | None = None,
    ) -> list[Rule]:
        """Rules that fit, best first: the most specific, and those within ``WINDOW`` of it.

        Args:
            act: the act, or ``#symbol``.
            npc: id of the speaker.
            archetype: archetype of the speaker.
            query: the flat query.
            keep: asked for each rule that fits; a rule it turns down counts as not there.
            base: what of the query stands for good for this speaker (``FIXED`` and his traits), the
                same object at each call; a new object stands for new values.
        """
        found: list[Rule] = []
        floor = -1.0
        get = query.get
        for spec, entries in self._scan(act, npc, archetype, base):
            if spec < floor:
                break
            for gate, wanted, name, low, high, rest, rule in entries:
                if gate and get(gate) != wanted:
                    continue  # most rules end here or at the span, before anything is called
                if name:
                    try:
                        if not low <= get(name, _NAN) <= high:  # type: ignore[operator]
                            continue
                    except TypeError:  # a text where a number was asked for
                        continue
                if rest is not None and rest.score(query) is None:
                    continue
                if keep is None or keep(rule):
                    if not found:
                        floor = spec - WINDOW
                    found.append(rule)
        return found

    def _scan(
        self, act: str, npc: str, archetype: str, base: Mapping[str, object] | None
    ) -> _Levels:
        """Rules of a partition, highest possible score first; worked out once, then remembered."""
        key = (act, npc if (act, npc) in self._npc else "", archetype)
        if base is None:
            levels = self._levels.get(key)
            if levels is None:
                levels = self._levels[key] = _by_score([whole for whole, _, _ in self._rows(key)])
            return levels
        known = self._own.get(npc)
        if known is None or known[0] is not base:
            if len(self._own) >= KEPT:
                self._own.clear()
            known = self._own[npc] = (base, {})
        levels = known[1].get(act)
        if levels is None:
            rows = self._rows(key)
            fits = [e for _, fixed, e in rows if fixed is NONE or fixed.score(base) is not None]
            levels = known[1][act] = _by_score(fits)
        return levels

    def _rows(self, key: tuple[str, str, str]) -> list[_Row]:
        """A partition's rules, highest score first; all without rules of their own share one."""
        rows = self._merged.get(key)
        if rows is None:
            act, npc, archetype = key
            rules = [r for r in self._npc.get((act, npc), ()) if r.archetype in {"", archetype}]
            for kind in ("", archetype) if archetype else ("",):
                rules += self._kind.get((act, kind), ())
            rules.sort(key=_rank)
            rows = self._merged[key] = [self._entries[rule.id] for rule in rules]
        return rows


def _rank(rule: Rule) -> tuple[float, str]:
    return -rule.spec, rule.id


def _by_score(entries: Iterable[_Entry]) -> _Levels:
    return [(score, list(group)) for score, group in groupby(entries, _score)]


def _score(entry: _Entry) -> float:
    return entry[6].spec


def _is_fixed(name: str) -> bool:
    return name in FIXED or name.startswith("trait.")


def _entries(rule: Rule) -> _Row:
    fixed, rest = rule.criteria.split(_is_fixed)
    whole = _entry(rule, rule.criteria)
    return whole, fixed, whole if fixed is NONE else _entry(rule, rest)


def _entry(rule: Rule, criteria: Criteria) -> _Entry:
    gate, wanted = criteria.gate or ("", None)
    name, low, high = criteria.spans[0] if criteria.spans else ("", 0.0, 0.0)
    return (gate, wanted, name, low, high, criteria.behind(), rule)


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
