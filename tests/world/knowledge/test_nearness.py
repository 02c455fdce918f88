"""What no word finds is found by its sense, as far as there is a table of senses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.words.senses import PACKAGE, senses
from personagen_npc.world.knowledge import nearness
from personagen_npc.world.knowledge.entry import Called, compiled
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.knowledge.nearness import UNTOLD, Nearness
from personagen_npc.world.pack import Fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.world import World

needed = pytest.mark.skipif(senses() is None, reason=f"{PACKAGE} is not installed here")
EVERYBODY = frozenset({"bread", "boat"})
NOBODY = Called({}, {}, {}, frozenset())
PACK: dict[str, Any] = {
    "npcs": {"ada": {"role": "the innkeeper"}},
    "facts": {
        "medic": {"text": "Old Wenna sews people up in the boathouse.", "who": {"all": True},
                  "asked": ["where's the doctor", "where do I get bandaged"]},
        "pears": {"text": "The cellar holds nine barrels of pears.", "who": {"all": True},
                  "asked": ["what fruit have you got", "anything sweet to eat"]},
    },
}  # fmt: skip
FAR = "where's the physician"


def _entry(id_: str, *asked: str, owner: str = "") -> Entry:
    return compiled(Fact(id=id_, text="Nothing much is said.", asked=asked), owner, NOBODY)


def _found(world: World, text: str) -> list[str]:
    asked = Question(("around",), (), "", False, text)
    return [f.id for f in world.lore.search(world.npcs["ada"], world.query(), asked, 2)]


@needed
def test_a_question_that_shares_no_word_finds_the_fact_it_means(
    hamlet: Callable[..., World],
) -> None:
    world = hamlet(**PACK)
    assert _found(world, "") == []
    assert _found(world, FAR)[0] == "medic"


def test_without_the_table_words_decide(
    hamlet: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearness, "senses", lambda: None)
    assert _found(hamlet(**PACK), FAR) == []


@needed
def test_facts_come_and_go() -> None:
    facts = Nearness()
    facts.add(_entry("bread", "who bakes"))
    facts.lay()
    first = facts.to("baker", EVERYBODY)
    facts.add(_entry("boat", "who rows"))
    both, other = facts.to("baker", EVERYBODY), facts.to("rowing", EVERYBODY)
    assert first is not None
    assert both is not None
    assert other is not None
    assert [*first.first(5)] == ["bread"]
    assert [*both.first(5)] == ["bread", "boat"]
    assert [*other.first(5)] == ["boat", "bread"]
    facts.lose("bread")
    left = facts.to("baker", EVERYBODY)
    assert left is not None
    assert [*left.first(5)] == ["boat"]


@needed
def test_a_name_says_nothing_of_what_is_asked_about_its_bearer() -> None:
    entry = _entry("who", "where does Berta Quill sleep")
    facts = Nearness(["Berta Quill", "the landlady"])
    facts.add(entry)
    named = facts.to("where does Berta sleep", frozenset({"who"}))
    bare = facts.to("where does sleep", frozenset({"who"}))
    assert named is not None
    assert bare is not None
    assert named.of(entry) == bare.of(entry)


@needed
def test_what_only_its_owner_can_say_has_no_vector_without_questions() -> None:
    mine, listed = _entry("mine", owner="ada"), _entry("listed", "who bakes", owner="ada")
    facts = Nearness()
    facts.add(mine)
    facts.add(listed)
    near = facts.to("who bakes", frozenset(), ("mine", "listed"))
    assert near is not None
    assert near.of(mine) == UNTOLD
    assert near.of(listed)[0] > 0.9
