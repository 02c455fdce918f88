"""Asked of themselves, people say what is so of them; what nobody wrote is evaded, not invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.persona.generate import generate
from personagen_npc.persona.setting import Setting
from personagen_npc.world import roster
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

PACK = Path(__file__).parents[2] / "examples" / "emberfall"
LINES = {
    "Are you married?": "married", "Do you have any children?": "children",
    "Do you have a brother?": "siblings", "What was your father?": "father",
    "Where were you born?": "born", "What is your favourite food?": "food",
    "What do you dream of?": "dream", "What do you hate?": "hates", "How old are you?": "self.age",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    loaded = load_packs([PACK])
    made = World("t", loaded.model_copy(update={"voice": load_builtin_voice()}), 7)
    made.begin()
    roster.populate(made)
    made.end()
    return made


def asked(world: World, npc: str, line: str) -> tuple[str, list[str]]:
    """What was recalled, and the facts, best first."""
    world.begin()
    reply = talk.say(world, [npc], "ash", line, whisper=True).replies[0]
    world.end()
    recalled = reply.why["recalled"]
    return recalled["kind"], [f[0] for f in recalled["facts"]]


@pytest.mark.parametrize("theme", ["a bitter locksmith who lost a son", "a shy child", "a thief"])
def test_a_generated_person_answers_from_the_profile(world: World, theme: str) -> None:
    who = generate(theme, 5, 3, Setting(taken=set(world.npcs)))
    world.begin()
    roster.spawn(world, who, "trivet")
    world.end()
    for line, node in LINES.items():
        kind, facts = asked(world, who.id, line)
        assert kind == "fact", line
        assert facts[0] == f"{who.id}.{node}", line


def test_asked_on_a_second_node_follows_the_first(world: World) -> None:
    who = generate("a talkative smith", 10, 4, Setting(taken=set(world.npcs)))
    world.begin()
    roster.spawn(world, who, "trivet")
    world.end()
    said = []
    for line in ("What do you like?", "What else do you like?"):
        world.begin()
        said.append(talk.say(world, [who.id], "ash", line, whisper=True).replies[0].text)
        world.end()
    nodes = [n.content for k, n in who.knowledge_graph.items() if k.startswith("likes")]
    assert len(nodes) >= 2
    assert said[0] != said[1]


def test_an_authored_person_answers_from_what_was_written(world: World) -> None:
    assert asked(world, "berta", "Are you married?")[1][0] == "berta_kin"
    assert asked(world, "edda", "Who are your enemies?")[1][0].startswith("edda.self.tie.crispin")


def test_what_nobody_wrote_of_a_person_is_not_made_up(world: World) -> None:
    for npc in ("berta", "joss", "garrick"):
        kind, _ = asked(world, npc, "What is your mother's name?")
        assert kind in {"none", "secret", "opinion"}, npc
