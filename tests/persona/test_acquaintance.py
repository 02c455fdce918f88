"""Somebody new knows two to four people, each in a way that both can tell."""

from __future__ import annotations

import re

from personagen_npc.dice import Dice
from personagen_npc.persona.acquaintance import acquaint, settled_in, told_by_both
from personagen_npc.persona.generate import generate
from personagen_npc.persona.profile import PersonaProfile, Ware

BREAD = {"bread": Ware(price=2, reserve=1)}
THERE = [
    PersonaProfile(id="berta", name="Berta Holloway", aliases=("Berta",), age=52,
                   archetype="innkeeper", place="inn", wares=BREAD),
    PersonaProfile(id="tobias", name="Tobias Reed", age=70, archetype="scholar", place="school"),
    PersonaProfile(id="edda", name="Edda Tarrant", age=38, archetype="smith", place="yard"),
]  # fmt: skip


def newcomer(seed: int) -> PersonaProfile:
    return generate("a weary cooper", 5, seed).model_copy(update={"place": "yard"})


def test_ties_are_of_people_there_and_no_kin() -> None:
    for seed in range(40):
        ties = acquaint(newcomer(seed), THERE, {"bread": "loaf of bread"}, Dice(seed, "a", "b"))
        assert 1 <= len(ties) <= 4
        assert len({t.other for t in ties}) == len(ties)
        assert {t.other for t in ties} <= {"berta", "tobias", "edda"}
        kinds = {(t.kind, t.other) for t in ties}
        assert kinds <= {("customer", "berta"), ("on the slate of", "berta"),
                         ("pupil", "tobias"), ("neighbour", "edda")}  # fmt: skip


def test_both_sides_name_each_other_and_every_line_is_whole() -> None:
    for seed in range(20):
        new = newcomer(seed)
        ties = acquaint(new, THERE, {"bread": "loaf of bread"}, Dice(seed, "a", "b"))
        who = settled_in(new, ties)
        for tie in ties:
            assert tie.name in tie.mine
            assert new.name.split()[0] in tie.theirs
            assert not re.search(r"[<>\[\]|]", tie.mine + tie.theirs)
            assert who.opinions[tie.other] == tie.mine
            assert who.ties[tie.other].kind == tie.kind
        assert who.home == "yard"
        told = [n.content for k, n in who.knowledge_graph.items() if k.startswith("friends")]
        assert told == [t.mine for t in ties]
        facts = list(told_by_both(new, ties))
        assert [f["who"]["npcs"] for f in facts] == [[t.other] for t in ties]


def test_the_same_numbers_give_the_same_ties() -> None:
    one, other = (acquaint(newcomer(3), THERE, {}, Dice(3, "a", "b")) for _ in range(2))
    assert one == other
