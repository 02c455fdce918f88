"""A persona file as the design has it loads unchanged; what is wrong in one is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from personagen_npc.mind.npc import born
from personagen_npc.persona.profile import PersonaProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

# every field of the design, none of ours, as a tool that knows only the design writes it
DESIGN = """{
  "id": "Elena_Smith-001",
  "name": "Elena the Blacksmith",
  "background": "Elena learned her trade from her father and has run the forge for ten years.",
  "personality_traits": [
    {"name": "extraversion", "value": 0.7, "description": "likes company"},
    {"name": "stubbornness", "value": 0.9, "description": "finishes what she begins"}
  ],
  "behavioral_patterns": [
    {"trigger": "greet", "response_template": "Well met, {player}.", "frequency": 0.8,
     "last_used": null},
    {"trigger": "sword, blade", "response_template": "Good steel takes time.", "frequency": 0.6,
     "last_used": "2024-01-15T10:30:00"}
  ],
  "knowledge_graph": {
    "forge_history": {"id": "forge_history", "content": "The forge is a hundred years old.",
      "connections": ["smithing"], "importance": 0.8, "last_accessed": null},
    "smithing": {"id": "smithing", "content": "Steel is folded, never poured.",
      "connections": [], "importance": 0.9, "last_accessed": "2024-01-15T10:30:00"}
  },
  "creation_date": "2024-01-15T10:30:00",
  "interaction_count": 12,
  "adaptation_score": 0.75
}"""


def test_a_file_of_the_design_loads_unchanged() -> None:
    profile = PersonaProfile.model_validate_json(DESIGN)
    written = json.loads(profile.model_dump_json())
    wanted = json.loads(DESIGN)
    patterns, graph = wanted.pop("behavioral_patterns"), wanted.pop("knowledge_graph")
    assert {k: written[k] for k in wanted} == wanted
    assert set(written["knowledge_graph"]) == set(graph)
    pairs = [(written["knowledge_graph"][key], graph[key]) for key in graph]
    pairs += zip(written["behavioral_patterns"], patterns, strict=True)
    for ours, theirs in pairs:
        assert {k: ours[k] for k in theirs} == theirs


def test_the_same_file_as_a_plain_tree() -> None:
    tree = json.loads(DESIGN)
    assert PersonaProfile.model_validate(tree, strict=False) == PersonaProfile.model_validate_json(
        DESIGN
    )


def test_such_a_persona_lives_answers_and_counts_on(
    hamlet: Callable[..., World], step: Callable[..., Any]
) -> None:
    from personagen_npc.world import roster
    from personagen_npc.world.talking import talk

    world = hamlet()
    step(world, roster.spawn, PersonaProfile.model_validate_json(DESIGN), "")
    assert world.npcs["Elena_Smith-001"].turns == 12
    reply = step(world, talk.say, ["Elena_Smith-001"], "ash", "Tell me about smithing.").replies[0]
    assert reply.text
    assert world.npcs["Elena_Smith-001"].turns == 13


def test_a_pattern_without_an_act_gets_one_from_its_trigger() -> None:
    npc = born(PersonaProfile.model_validate_json(DESIGN), "forge", 0.0)
    assert [p.act for p in npc.patterns] == ["greet", "smalltalk"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Elena Smith"),
        ("name", ""),
        ("personality_traits", [{"name": "extraversion", "value": 1.5}]),
        ("personality_traits", [{"name": "extraversion", "value": float("nan")}]),
        ("behavioral_patterns", [{"trigger": "greet", "frequency": -0.1}]),
        ("knowledge_graph", {"a": {"id": "a", "content": ""}}),
        ("interaction_count", -1),
        ("favourite_colour", "red"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        PersonaProfile.model_validate({**json.loads(DESIGN), field: value}, strict=False)
    assert caught.value.errors()[0]["loc"][0] == field
