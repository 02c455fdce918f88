"""Which fact answers: by its own questions, by what is named, by what is asked for; or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from personagen_npc.mind.reading.form import sought, wanted
from personagen_npc.mind.telling.fitting import ENOUGH
from personagen_npc.persona.profile import MOST_ASKED
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.knowledge.ranking import FEATURES, MODEL, SIGNS
from personagen_npc.world.pack import Fact

if TYPE_CHECKING:
    from personagen_npc.world.world import World

PACK: dict[str, Any] = {
    "places": {"inn": {"name": "the inn"}, "dam": {"name": "the dam"}},
    "npcs": {
        "ada": {"place": "inn", "role": "the innkeeper"},
        "bel": {"place": "dam", "role": "the ferryman at the dam", "pronouns": "he"},
    },
    "facts": {
        "leak": {"text": "The dam has leaked since the thaw.", "who": {"all": True},
                 "about": ["dam"], "asked": ["is the dam safe", "why is the meadow wet"]},
        "built": {"text": "The dam was built by the monks.", "who": {"all": True},
                  "triple": ("dam", "made_by", "monks"), "asked": ["who built the dam"]},
        "boots": {"text": "Bel never takes off his boots.", "who": {"all": True},
                  "about": ["bel"], "topics": ["boots"]},
        "plain": {"text": "The cellar holds nine barrels of pears.", "who": {"all": True}},
    },
}  # fmt: skip


Told = Callable[[str], tuple[str, ...]]


@pytest.fixture
def told(hamlet: Callable[..., World]) -> Told:
    world = hamlet(**PACK)

    def likely(text: str) -> tuple[str, ...]:
        heard = world.minds.perceiver.glance(text)
        names = tuple(i for i, _ in heard.entities)
        asked = Question(sought(heard), names, wanted(heard))
        found = world.lore.search(world.npcs["ada"], world.query(), asked, 5)
        return tuple(f.id for f in found if f.score >= ENOUGH)

    return likely


def test_every_sign_has_a_weight_of_the_way_it_counts() -> None:
    for name, weight in zip(FEATURES, MODEL.weights, strict=True):
        assert weight * SIGNS[name] >= 0.0, name


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Who built the dam?", "built"),
        ("Is the dam safe?", "leak"),
        ("Why is the meadow so wet?", "leak"),
        ("How many barrels of pears are in the cellar?", "plain"),
        ("What about the ferryman's boots?", "boots"),
        ("What about the boatman's boots?", "boots"),
    ],
)
def test_the_fact_that_answers_comes_first(told: Told, text: str, fact: str) -> None:
    assert told(text)[:1] == (fact,)


@pytest.mark.parametrize(
    "text", ["Who runs the casino?", "Where did the comet land?", "How much is a silk dress?"]
)
def test_what_nothing_known_answers_is_not_answered(told: Told, text: str) -> None:
    assert told(text) == ()


def test_a_fact_lists_so_many_questions_and_no_more() -> None:
    asked = [f"is it {n}" for n in range(MOST_ASKED)]
    Fact.model_validate({"id": "a", "text": "A.", "asked": asked}, strict=False)
    with pytest.raises(ValidationError):
        Fact.model_validate({"id": "a", "text": "A.", "asked": [*asked, "one more"]}, strict=False)


def test_who_has_to_do_with_what_is_named_answers_who_does_it(hamlet: Callable[..., World]) -> None:
    facts = {
        "tends": {"text": "Bel minds the dam.", "who": {"all": True},
                  "triple": ("bel", "is_warden_of", "dam"), "asked": ["who is the dam's warden"]},
        "what": {"text": "The dam holds the lake.", "who": {"all": True}, "about": ["dam"]},
    }  # fmt: skip
    world = hamlet(**(PACK | {"facts": facts}))
    heard = world.minds.perceiver.glance("Who repairs the dam?")
    asked = Question(sought(heard), ("dam",), wanted(heard))
    found = world.lore.search(world.npcs["ada"], world.query(), asked, 5)
    assert found[0].id == "tends"


def test_a_fact_states_what_its_words_state(hamlet: Callable[..., World]) -> None:
    facts = {
        "why": {"text": "The inn is shut because the roof leaks.", "who": {"all": True}},
        "ill": {"text": "Bel is ill.", "who": {"all": True}},
    }
    world = hamlet(**(PACK | {"facts": facts}))
    assert "reason" in world.lore.entry("why").foci
    assert "state" in world.lore.entry("ill").foci
