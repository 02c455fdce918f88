from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import BadField
from personagen_npc.voice.book import RuleBook

if TYPE_CHECKING:
    from personagen_npc.criteria import Scalar


@dataclass(frozen=True)
class Source:
    id: str
    act: str = "greet"
    npc: str = ""
    archetype: str = ""
    when: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    weight: float = 1.0
    respeak: float = 0.0
    once: bool = False
    order: str = "spread"
    lines: tuple[str, ...] = ("Hello.",)
    first: str = ""
    last: str = ""
    set: dict[str, Scalar] = field(default_factory=dict)
    set_for: float = 0.0
    follow: str = ""


def ids(
    book: RuleBook, query: dict[str, object], npc: str = "mara", kind: str = "smith"
) -> list[str]:
    return [rule.id for rule in book.match("greet", npc, kind, query)]


def test_the_most_specific_rule_comes_first_and_far_weaker_ones_not_at_all() -> None:
    book = RuleBook.compile(
        [
            Source("plain"),
            Source("one", when={"time": "night"}),
            Source("two", when={"time": "night", "weather": "rain"}),
            Source("three", when={"time": "night", "weather": "rain", "day": 9}),
        ]
    )
    assert ids(book, {"time": "night", "weather": "rain"}) == ["two", "one"]
    assert ids(book, {"time": "night"}) == ["one", "plain"]
    assert ids(book, {}) == ["plain"]


def test_a_rule_for_one_npc_outdoes_three_criteria_and_one_for_the_archetype_one() -> None:
    book = RuleBook.compile(
        [
            Source("own", npc="mara"),
            Source("kind", archetype="smith"),
            Source("one", when={"a": 1}),
            Source("two", when={"a": 1, "b": 1}),
        ]
    )
    query: dict[str, object] = {"a": 1, "b": 1}
    assert ids(book, query)[0] == "own"
    assert ids(book, query, npc="oswin")[:2] == ["two", "kind"]
    assert ids(book, {"a": 1}, npc="oswin")[:2] == ["kind", "one"]
    assert ids(book, query, npc="oswin", kind="guard") == ["two", "one"]


def test_a_rule_may_ask_for_npc_and_archetype_at_once() -> None:
    book = RuleBook.compile([Source("both", npc="mara", archetype="guard"), Source("plain")])
    assert ids(book, {}, kind="guard") == ["both"]
    assert ids(book, {}, kind="smith") == ["plain"]


def test_a_rule_that_is_turned_down_leaves_its_place_to_the_next() -> None:
    book = RuleBook.compile([Source("best", when={"a": 1, "b": 1}), Source("plain")])
    query = {"a": 1, "b": 1}
    found = book.match("greet", "mara", "smith", query, keep=lambda rule: rule.id != "best")
    assert [rule.id for rule in found] == ["plain"]


def test_other_acts_are_not_searched() -> None:
    book = RuleBook.compile([Source("bye", act="farewell")])
    assert ids(book, {}) == []


def test_the_order_of_the_files_does_not_matter() -> None:
    sources = [Source(f"r{i}", when={"a": 1} if i % 2 else {}) for i in range(9)]
    one, other = RuleBook.compile(sources), RuleBook.compile(sources[::-1])
    assert ids(one, {"a": 1}) == ids(other, {"a": 1})


def test_a_later_rule_of_the_same_name_takes_the_earlier_ones_place() -> None:
    book = RuleBook.compile([Source("r", lines=("Old.",)), Source("r", lines=("New.",))])
    assert [line.template for rule in book.rules for line in rule.lines] == ["New."]


def test_symbols_that_lead_back_to_themselves_are_refused_by_name() -> None:
    rules = [
        Source("say", lines=("{#a}",)),
        Source("ra", act="#a", lines=("x", "{#b}")),
        Source("rb", act="#b", lines=("[y|{#a}]",)),
    ]
    with pytest.raises(BadField) as caught:
        RuleBook.compile(rules)
    assert "#a -> #b -> #a" in caught.value.message
    assert "voice rule " in caught.value.message


def test_a_symbol_without_rules_is_refused_by_name() -> None:
    with pytest.raises(BadField) as caught:
        RuleBook.compile([Source("say", lines=("Hm. {#nowhere}",))])
    assert "say" in caught.value.message
    assert "{#nowhere}" in caught.value.message


@pytest.mark.parametrize(("depth", "ok"), [(8, True), (9, False), (3000, False)])
def test_symbols_may_lie_eight_deep_and_no_deeper(depth: int, ok: bool) -> None:
    rules = [Source("say", lines=("{#s1}",))]
    rules += [Source(f"r{i}", act=f"#s{i}", lines=(f"{{#s{i + 1}}}",)) for i in range(1, depth)]
    rules.append(Source(f"r{depth}", act=f"#s{depth}", lines=("end",)))
    if ok:
        RuleBook.compile(rules)
        return
    with pytest.raises(BadField, match="deeper"):
        RuleBook.compile(rules)


def test_bad_lines_and_orders_name_the_rule() -> None:
    with pytest.raises(BadField, match=r"voice rule r7, line 2"):
        RuleBook.compile([Source("r7", lines=("fine", "{broken"))])
    with pytest.raises(BadField, match="voice rule r8"):
        RuleBook.compile([Source("r8", order="random")])
    with pytest.raises(BadField, match="voice rule r9"):
        RuleBook.compile([Source("r9", when={"a": ">x"})])


def test_a_peoples_rule_stands_between_everybodys_and_ones_own() -> None:
    book = RuleBook.compile(
        [
            Source("own", npc="mara"),
            Source("people", when={"culture": "hill"}),
            Source("one", when={"time": "night"}),
        ]
    )
    query: dict[str, object] = {"culture": "hill", "time": "night"}
    assert ids(book, query) == ["own"], "until it is said; then comes the next"
    assert ids(book, query, npc="oswin")[0] == "people"


def test_who_is_out_of_sorts_speaks_so_and_not_as_on_any_day() -> None:
    book = RuleBook.compile(
        [
            Source("own", npc="mara", when={"time": "night"}),
            Source("upset", when={"mood.off": ">=0.3", "mood.pleasure": "<0", "time": "night"}),
        ]
    )
    query: dict[str, object] = {"time": "night", "mood.off": 0.1, "mood.pleasure": -0.5}
    assert ids(book, query) == ["own"]
    assert ids(book, {**query, "mood.off": 0.5}) == ["upset"]
