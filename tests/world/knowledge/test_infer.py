"""What follows from what is held: sound, bounded, and never from what is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.mind.statements.statement import Statement
from personagen_npc.world.knowledge.infer import DEEPEST, Premise, links
from personagen_npc.world.scenes import grounds_for, query_for
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from personagen_npc.world.world import World

FAMILY: dict[str, Any] = {
    "places": {"inn": {}, "yard": {}, "town": {}, "shire": {}, "realm": {}, "isles": {}},
    "things": {"cup": {}},
    "npcs": {
        "ada": {"place": "inn", "pronouns": "she"}, "bel": {"place": "inn", "pronouns": "she"},
        "cade": {"place": "inn", "pronouns": "he"}, "dan": {"place": "yard", "pronouns": "he"},
        "eve": {"place": "yard"},
    },
    "facts": {
        "a": {"text": "Cade is Ada's father.", "triple": ("cade", "father_of", "ada"),
              "who": {"npcs": ["bel", "eve"]}},
        "b": {"text": "Cade is Dan's son.", "triple": ("cade", "is_son_of", "dan"),
              "who": {"npcs": ["bel"]}, "trust": 0.6},
        "c": {"text": "Bel is Cade's sister.", "triple": ("bel", "sister_of", "cade"),
              "who": {"npcs": ["bel"]}},
        "d": {"text": "The cup is at the yard.", "triple": ("cup", "kept_at", "yard"),
              "who": {"all": True}},
        "e": {"text": "The yard is a part of town.", "triple": ("yard", "part_of", "town"),
              "who": {"all": True}},
    },
    "voice": [
        {"id": "answer", "act": "answer", "lines": ["{fact}"]},
        {"id": "admit", "act": "admit_ignorance", "lines": ["No idea."]},
        {"id": "deflect", "act": "deflect", "lines": ["Hm."]},
    ],
}  # fmt: skip


@pytest.fixture
def family(hamlet: Callable[..., World]) -> World:
    return hamlet(**FAMILY)


def asked(world: World, npc: str, about: str, word: str, trust: float = 1.0) -> str:
    who = world.npcs[npc]
    grounds = grounds_for(world, who, query_for(world, who, "ash"), trust)
    derived = grounds.infer(about, word)
    if derived is None:
        return ""
    return derived.subject if derived.object == about else derived.object


def test_a_relation_is_read_from_its_other_side(family: World) -> None:
    assert asked(family, "bel", "ada", "father") == "cade"
    assert asked(family, "bel", "cade", "daughter") == "ada"


def test_of_the_other_kind_nobody_is_meant(family: World) -> None:
    assert asked(family, "bel", "ada", "mother") == ""
    assert asked(family, "bel", "cade", "son") == ""


def test_two_steps_make_one(family: World) -> None:
    assert asked(family, "bel", "ada", "grandfather") == "dan"
    assert asked(family, "bel", "cade", "sister") == "bel"  # holds both ways


def test_nothing_follows_from_what_is_out_of_reach(family: World) -> None:
    assert asked(family, "eve", "ada", "father") == "cade"
    assert asked(family, "eve", "ada", "grandfather") == ""  # never heard whose son Cade is
    assert asked(family, "ada", "ada", "father") == ""


def test_what_follows_from_a_secret_is_one(family: World) -> None:
    assert asked(family, "bel", "ada", "grandfather", trust=0.5) == ""
    assert asked(family, "bel", "ada", "grandfather", trust=0.7) == "dan"


def test_it_is_said(family: World, step: Callable[..., Any]) -> None:
    reply = step(family, talk.say, ["bel"], "ash", "Who is Ada's father?").replies[0]
    assert reply.act == "answer"
    assert "Cade" in reply.text
    reply = step(family, talk.say, ["bel"], "ash", "Who is Ada's grandfather?").replies[0]
    assert "Dan" not in reply.text
    reply = step(family, talk.say, ["dan"], "ash", "Who is Ada's father?").replies[0]
    assert "Cade" not in reply.text


def test_chains_end() -> None:
    ring = [Premise(Statement(f"n{i}", "part_of", f"n{(i + 1) % 9}"), 0.9, f"f{i}")
            for i in range(9)]  # fmt: skip

    def about(name: str) -> Iterable[Premise]:
        return [p for p in ring if name in p.said]

    found = links(about, "n0", "part_of")
    assert [link.to for link in found] == ["n1", "n2", "n3"]
    assert found[-1].facts == ("f0", "f1", "f2")
    assert len(found) == DEEPEST
    assert found[0].confidence > found[1].confidence > found[2].confidence
