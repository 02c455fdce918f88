"""Which facts of a pack cannot both be so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.world.knowledge.rivals import Rivals
from personagen_npc.world.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Mapping


def rivals(**facts: Mapping[str, Any]) -> Rivals:
    tree = {
        "id": "p", "name": "P", "places": {"mill": {"id": "mill", "name": "mill"}},
        "npcs": {i: {"id": i, "name": i.title(), "pronouns": "she"} for i in ("ada", "bel")},
        "quests": {"q": {"id": "q", "title": "Q", "giver": "ada", "stages": ["a", "b", "c"]}},
        "facts": {i: {"id": i, "text": f"Text of {i}.", **f} for i, f in facts.items()},
    }  # fmt: skip
    return Rivals(Pack.model_validate(tree, strict=False))


def test_one_relation_under_any_name_and_from_any_side_has_one_object() -> None:
    found = rivals(
        one={"triple": ("mill", "is_burned_by", "ada")},
        two={"triple": ("bel", "is_cause_of", "mill")},
        three={"triple": ("mill", "is_caused_by", "a brazier")},
        four={"triple": ("mill", "is_burned_by", "nobody")},
        five={"triple": ("mill", "near", "ada")},
        six={"triple": ("mill", "near", "bel")},
    )
    assert found.of("one") == ("two",)
    assert found.of("two") == ("one",)
    assert [found.of(f) for f in ("three", "four", "five", "six", "none")] == [()] * 5


def test_a_pack_may_say_so_on_either_side() -> None:
    found = rivals(one={"contradicts": ["two"]}, two={}, three={"contradicts": ["two"]})
    assert found.of("two") == ("one", "three")
    assert found.of("three") == ("two",)


def test_what_a_stage_replaces_was_so_before() -> None:
    about = {"about": ["ada"], "topics": ["ada"]}
    found = rivals(
        hurt={**about, "when": {"stage.q": ["a", "b"]}},
        well={**about, "when": {"stage.q": "c"}},
        also={**about, "when": {"stage.q": "!a"}},
        else_={"about": ["ada"], "topics": ["pie"], "when": {"stage.q": "c"}},
    )
    assert found.before("well") == ("hurt",)
    assert found.before("hurt") == ("well",)
    assert found.before("also") == ()
    assert found.before("else_") == ()
