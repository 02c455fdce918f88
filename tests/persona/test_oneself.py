"""What people say of themselves agrees with what happened to them, and with their age and kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.reading.personal import MATTERS
from personagen_npc.persona.generate import generate
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile

ASKED = (
    "mother", "father", "siblings", "married", "children", "born", "food", "likes", "hates",
    "dream", "fear", "pastime", "calling", "day", "regret", "proud", "faith", "travels", "here",
    "friends", "enemies", "loved", "childhood",
)  # fmt: skip
THEMES = (
    "a smith", "an android on a station", "child beggar", "a pirate widow", "an old priest",
    "a modern nurse", "an elven healer", "a belt miner", "",
)  # fmt: skip


def says(who: PersonaProfile, node: str) -> str:
    return who.knowledge_graph[node].content


def test_everybody_has_an_answer_to_every_matter() -> None:
    for theme in THEMES:
        for seed in range(6):
            who = generate(theme, 1 + seed, seed)
            assert not [m for m in ASKED if m not in who.knowledge_graph], (theme, seed)


def test_every_matter_of_a_person_is_one_that_can_be_asked_for() -> None:
    asked = {n for row in table("mind/data/personal.yaml")["matters"].values()
             for n in row["nodes"]}  # fmt: skip
    assert set(ASKED) | {"wish", "fate"} <= asked


def test_who_lost_a_child_had_one_and_says_when() -> None:
    for seed in range(20):
        who = generate("a bitter dwarf locksmith who lost a son", 5, seed)
        assert re.search(r"\bson\b", says(who, "children"))
        name = re.search(r"[A-Z]\w+", says(who, "fate"))
        assert name is not None
        year = re.search(r"when I was ([a-z-]+)", says(who, "children"))
        if year is not None:
            assert f"t {year[1]}," in who.background or f"was {year[1]}" in who.background


def test_what_the_theme_says_of_a_family_is_so() -> None:
    for seed in range(15):
        widow = generate("a pirate widow", 4, seed)
        assert re.search(r"buried my|died|been dead", says(widow, "married"))
        monk = generate("an old hermit", 4, seed)
        assert re.search(r"[Nn]ever|[Nn]o\b|not\b", says(monk, "married"))


def test_who_was_promised_in_vain_is_not_married() -> None:
    found = 0
    for seed in range(150):
        who = generate("a baker", 6, seed)
        if "past_love_lost" in who.knowledge_graph:
            found += 1
            assert not re.search(r"\bwed\b|spoken for|my (wife|husband)", says(who, "married"))
    assert found > 10


def test_no_child_has_a_spouse_and_nobody_made_has_a_mother() -> None:
    for seed in range(30):
        child = generate("a girl", 5, seed)
        assert not re.search(r"my (wife|husband)|I buried", says(child, "married"))
        made = generate("an android on a station", 5, seed)
        assert not re.search(r"\bsister,|\bbrother,", says(made, "siblings"))
        assert "She" not in says(made, "mother")


def test_nobody_has_a_brother_of_his_own_name() -> None:
    found = 0
    for seed in range(40):
        who = generate("a farmer", 6, seed)
        names = re.findall(r"(?:brothers?|sisters?), ([A-Z]\w+)", says(who, "siblings"))
        found += bool(names)
        assert who.name.split()[0] not in names
    assert found > 10


@pytest.mark.parametrize(
    ("line", "matter"),
    [
        ("Do you have a brother?", "siblings"), ("Are you married?", "married"),
        ("Have you any children?", "children"), ("How old are you?", "age"),
        ("Where were you born?", "born"), ("What was your father?", "father"),
        ("Who are your enemies?", "enemies"), ("What happened to your son?", "children"),
        ("What do you dream of?", "dream"), ("What's your favourite food?", "favourite_food"),
        ("What do you hate?", "hates"), ("Do you like it here?", "here"),
        ("What do you do when you are not working?", "pastime"),
        ("Why did you become a smith?", "calling"), ("Do you regret anything?", "regret"),
        ("Tell me about your family.", "family"), ("Where do you live?", "home"),
        ("Have you ever been in love?", "loved"), ("Do you believe in the gods?", "faith"),
    ],
)  # fmt: skip
def test_what_one_is_asked_of_oneself_is_heard(line: str, matter: str) -> None:
    found = MATTERS.of(tokens(line))
    assert found is not None
    assert found.name == matter


@pytest.mark.parametrize(
    "line",
    ["Where is the mill?", "Would you sell me a knife?", "What do you think of the reeve?",
     "Can you mend this?", "Will you be my friend?", "How much do you want for it?",
     "What would you like?", "Do you like me?", "Did you see the fire?"],
)  # fmt: skip
def test_what_is_not_asked_of_oneself_is_no_matter(line: str) -> None:
    assert MATTERS.of(tokens(line)) is None
