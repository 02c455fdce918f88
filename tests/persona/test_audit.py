"""The audit names what contradicts itself, can never happen or is never seen, and little else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.persona.audit import Around, Finding, audit
from personagen_npc.persona.generate import generate
from personagen_npc.persona.profile import PersonaProfile

RUDE = [
    {"trigger": "greet", "response_template": "Get lost, fool.", "frequency": 0.5},
    {"trigger": "thank", "response_template": "Shut up and go away.", "frequency": 0.5},
    {"trigger": "part", "response_template": "Good riddance, you idiot.", "frequency": 0.5},
]
ALONE = Around()


def person(**fields: Any) -> PersonaProfile:
    return PersonaProfile.model_validate_json(_json({"id": "ann", "name": "Ann", **fields}))


def _json(tree: Any) -> bytes:
    import orjson

    return orjson.dumps(tree)


def found(around: Around = ALONE, **fields: Any) -> list[Finding]:
    return list(audit(person(**fields), around))


def places(rows: list[Finding]) -> list[str]:
    return [".".join(map(str, f.at)) for f in rows]


def trait(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value, "description": "quietly so"}


def test_a_plain_person_is_left_alone() -> None:
    assert found() == []
    assert found(behavioral_patterns=RUDE, personality_traits=[trait("agreeableness", 0.2)]) == []


def test_kindness_that_only_insults_is_a_contradiction() -> None:
    rows = found(behavioral_patterns=RUDE, personality_traits=[trait("agreeableness", 0.9)])
    assert places(rows) == ["personality_traits.0.value"]
    assert "3 of 3 lines are rude" in rows[0].what
    assert "Get lost" in rows[0].hint


@pytest.mark.parametrize(("age", "doubts"), [(19, 1), (60, 0)])
def test_years_must_fit_into_a_life(age: int, doubts: int) -> None:
    rows = found(age=age, background="She has kept the ferry for thirty-one years.")
    assert len(rows) == doubts
    old = "The bridge has stood for three hundred years, and the mill for ninety years before it."
    assert found(age=19, knowledge_graph={"bridge": {"id": "bridge", "content": old}}) == []


def test_a_trait_that_nothing_shows_is_named_and_one_that_a_rule_reads_is_not() -> None:
    greedy = [trait("greed", 0.9)]
    assert places(found(personality_traits=greedy)) == ["personality_traits.0"]
    assert found(Around(reads={"greed"}), personality_traits=greedy) == []
    assert found(Around(lines=["It's only greed, dear."]), personality_traits=greedy) == []


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ({"trigger": "the, of", "response_template": "Yes?"}, "trigger"),
        ({"trigger": "greet", "response_template": "Yes?", "frequency": 0.0}, "frequency"),
        ({"trigger": "eels"}, ""),
        ({"trigger": "eels", "response_template": "By the {oath}, no."}, "response_template"),
    ],
)
def test_a_pattern_that_can_never_come_up_is_named(pattern: dict[str, Any], field: str) -> None:
    rows = places(found(behavioral_patterns=[pattern]))
    assert rows == [f"behavioral_patterns.0{'.' if field else ''}{field}"]


def test_a_pattern_behind_one_that_always_answers_is_named() -> None:
    first = {"trigger": "greet", "response_template": "Good day to you all.", "frequency": 1.0}
    second = {"trigger": "greet", "response_template": "What do you want?", "frequency": 0.5}
    assert places(found(behavioral_patterns=[first, second])) == ["behavioral_patterns.1.trigger"]
    assert found(behavioral_patterns=[first | {"frequency": 0.9}, second]) == []


def test_a_line_that_stands_twice_is_named() -> None:
    one = {"trigger": "greet", "response_template": "Mind the wet nets on the step, {player}."}
    two = {"trigger": "part", "response_template": "Mind the wet nets on the step, {player}!"}
    assert places(found(behavioral_patterns=[one, two])) == [
        "behavioral_patterns.1.response_template"
    ]


def test_knowledge_that_nothing_reaches_is_named() -> None:
    node = {"content": "It is what it is."}
    assert places(found(knowledge_graph={"note_1": {"id": "note_1", **node}})) == [
        "knowledge_graph.note_1"
    ]
    assert found(knowledge_graph={"raft": {"id": "raft", **node}}) == []
    linked = {"id": "note_1", "connections": ["ferry"], **node}
    assert found(knowledge_graph={"note_1": linked}) == []


def test_one_matter_has_one_value() -> None:
    graph = {
        "kin": {"id": "kin", "content": "My mother was Ilse, and she sold eels."},
        "eels": {"id": "eels", "content": "My mother is Berta."},
    }
    assert places(found(knowledge_graph=graph)) == ["knowledge_graph.eels.content"]


def test_ties_that_cannot_both_be_are_named() -> None:
    bob = {"id": "bob", "name": "Bob", "age": 9, "ties": {"ann": {"kind": "brother"}}}
    around = Around(people={"bob": PersonaProfile.model_validate_json(_json(bob))})
    assert places(found(around, ties={"bob": {"kind": "mother"}})) == ["ties.bob.kind"]
    assert found(around, ties={"bob": {"kind": "sister"}}) == []
    assert found(around, ties={"bob": {"kind": "patient"}}) == []  # a word that nobody knows


def test_words_of_another_era_and_unsafe_ones_are_named() -> None:
    around = Around(forbidden={"laser"}, unsafe=lambda text: "bomb" in text)
    rows = found(around, background="She owns a laser.", opinions={"x": "Build a bomb."})
    assert places(rows) == ["background", "opinions.x"]


def test_a_mother_younger_than_her_son_and_a_married_child_are_named() -> None:
    bob = {"id": "bob", "name": "Bob", "age": 25, "ties": {"ann": {"kind": "son"}}}
    around = Around(people={"bob": PersonaProfile.model_validate_json(_json(bob))})
    assert places(found(around, age=30, ties={"bob": {"kind": "mother"}})) == ["ties.bob.kind"]
    assert found(around, age=50, ties={"bob": {"kind": "mother"}}) == []
    bob["ties"] = {"ann": {"kind": "husband"}}
    around = Around(people={"bob": PersonaProfile.model_validate_json(_json(bob))})
    assert places(found(around, age=11, ties={"bob": {"kind": "wife"}})) == ["ties.bob.kind"]


def test_who_says_there_is_nobody_has_no_such_tie() -> None:
    graph = {"married": {"id": "married", "content": "No. I never married."}}
    rows = found(knowledge_graph=graph, ties={"bob": {"kind": "wife"}})
    assert places(rows) == ["knowledge_graph.married.content"]
    assert found(knowledge_graph=graph, ties={"bob": {"kind": "neighbour"}}) == []


def test_a_year_not_lived_yet_and_a_wrong_pronoun_are_named() -> None:
    assert places(found(age=30, background="At forty-one, she lost the mill.")) == ["background"]
    assert found(age=50, background="At forty-one, she lost the mill.") == []
    text = "She came late. Nobody asked her why."
    assert places(found(pronouns="he", background=text)) == ["pronouns"]


def test_forbidden_words_are_found_wherever_they_can_be_said() -> None:
    around = Around(forbidden={"laser", "bus stop"})
    rows = found(
        around, goals=[{"id": "g", "utility": 0.5, "description": "own a laser"}],
        voice={"oaths": ["by the bus stop"]}, role="the laser smith",
    )  # fmt: skip
    assert sorted(places(rows)) == ["goals.0.description", "role", "voice.oaths.0"]


@given(st.sampled_from(["a gruff old smith", "a shy young healer", "a bard"]), st.integers(0, 500))
def test_any_person_is_audited_the_same_way_twice(theme: str, seed: int) -> None:
    persona = generate(theme, seed=seed)
    rows = audit(persona, ALONE)
    assert rows == audit(persona, ALONE)
    assert not [f for f in rows if f.at[0] not in ("personality_traits", "background")]
