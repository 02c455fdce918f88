"""Facts that are a triple and nothing else, asked for in talk."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from personagen_npc.world.knowledge.sayings import Sayings
from personagen_npc.world.pack import Fact, Pack


def pack(**more: Any) -> Pack:
    people = {i: {"id": i, "name": i.title(), "place": "inn"} for i in ("edda", "zu")}
    tree = {
        "id": "p", "name": "P", "places": {"inn": {"id": "inn", "name": "the inn"}}, "npcs": people,
        "facts": {
            i: {"id": i, "triple": triple, "who": {"all": True}}
            for i, triple in {
                "a_bread": ("edda", "sells", "bread"), "b_ale": ("edda", "sells", "ale"),
                "c_pies": ("edda", "sells", "3 pies"), "d_zu": ("edda", "sworn_to", "zu"),
                "e_inn": ("edda", "located_at", "inn"),
            }.items()
        },
    } | more  # fmt: skip
    return Pack.model_validate(tree, strict=False)


def test_a_bare_fact_is_said_in_the_person_of_who_speaks() -> None:
    sayings = Sayings(pack())
    assert sayings.told("d_zu", "") == ("Edda is sworn to Zu.",)
    assert sayings.told("d_zu", "edda") == ("I am sworn to Zu.",)
    assert sayings.told("d_zu", "zu", "edda") == ("You are sworn to me.",)
    assert sayings.told("e_inn", "zu") == ("Edda is at the inn.",)


def test_several_of_one_relation_are_told_together_and_each_alone() -> None:
    sayings = Sayings(pack())
    assert sayings.told("a_bread", "edda") == ("I sell bread, ale and three pies.",)
    assert sayings.told("b_ale", "edda") == ("I sell ale.",)


def test_a_packs_own_wording_goes_first() -> None:
    own = pack(sayings={"sworn_to": "{subject} {has} given {object} an oath."})
    assert Sayings(own).told("d_zu", "edda") == ("I have given Zu an oath.",)
    with pytest.raises(ValidationError):
        pack(sayings={"sworn_to": "{subject.loud} {has} {object}."})


def test_every_fact_has_a_text_in_the_world_and_one_with_neither_is_refused() -> None:
    bare = pack()
    filled = Sayings(bare).filled(bare)
    assert filled.facts["b_ale"].text == "Edda sells ale."
    with pytest.raises(ValidationError, match="text is missing"):
        Fact(id="x")
