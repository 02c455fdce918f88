"""What a fact can be granted by, and depend on: each way opens it, and only that way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Related
from personagen_npc.host import reads
from personagen_npc.world import roster
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Hamlet = Callable[..., World]
    Step = Callable[..., Any]

PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"place": "inn", "home": "mill", "archetype": "smith", "faction": "red"},
    "bel": {"place": "inn", "archetype": "guard", "faction": "blue",
            "ties": {"ada": {"kind": "sister"}}},
}  # fmt: skip
ROOMS: dict[str, Any] = {
    "npcs": PEOPLE, "places": {"inn": {}, "mill": {}}, "factions": {"red": {}, "blue": {}},
    "quests": {"q": {"title": "A quest", "giver": "ada", "stages": ("begun", "found", "over")}},
    "variables": {"gate": {"default": False}},
    "voice": tuple(
        {"id": act, "act": act, "lines": (line,)}
        for act, line in (("answer", "{fact}"), ("keep_secret", "No."), ("deflect", "Hm."),
                          ("admit_ignorance", "I don't know."))
    ),
}  # fmt: skip


def _world(hamlet: Hamlet, **fact: Any) -> World:
    whole = {"text": "The jug is full of pearls.", "topics": ("jug", "pearls"), **fact}
    return hamlet(**ROOMS, facts={"jug": whole})


def _knows(world: World, npc: str, player: str = "ash") -> bool:
    asked = {"what": "beliefs", "npc": npc, "query": "jug", "player": player, "limit": 20}
    return bool(reads.ask(world, asked)["items"])


@pytest.mark.parametrize(
    "who",
    [{"npcs": ("ada",)}, {"archetypes": ("smith",)}, {"factions": ("red",)}, {"places": ("mill",)},
     {"all": True, "not_npcs": ("bel",)}],
    ids=lambda w: next(iter(w)),
)  # fmt: skip
def test_a_grant_reaches_those_it_names(hamlet: Hamlet, who: dict[str, Any]) -> None:
    world = _world(hamlet, who=who)
    assert _knows(world, "ada")
    assert not _knows(world, "bel")


def test_a_keeper_of_a_secret_has_it_by_his_profile(hamlet: Hamlet) -> None:
    people = {**PEOPLE, "ada": {**PEOPLE["ada"], "secrets": ("jug",)}}
    fact = {"text": "The jug is full of pearls.", "topics": ("jug",), "trust": 0.5}
    world = hamlet(**{**ROOMS, "npcs": people}, facts={"jug": fact})
    assert _knows(world, "ada")
    assert not _knows(world, "bel")


@pytest.mark.parametrize(
    ("when", "meet"),
    [
        ({"stage.q": "found"}, {"quest": "found"}),
        ({"stage.q": ["found", "over"]}, {"quest": "over"}),
        ({"var.gate": True}, {"gate": True}),
        ({"weather": "fog"}, {"weather": "fog"}),
        ({"place": "mill"}, {"place": "mill"}),
        ({"rel.trust": ">=0.4"}, {"trust": 0.5}),
        ({"rel.affinity": ">0.2"}, {"affinity": 0.5}),
        ({"rel.band": ["like", "friend"]}, {"affinity": 0.5}),
        ({"rel.fear": ">0.3"}, {"fear": 0.5}),
        ({"meetings": ">=2"}, {"meetings": 2}),
        ({"knows_name": True}, {"name": "Ash"}),
        ({"player.hat": "red"}, {"hat": "red"}),
    ],
    ids=lambda c: " ".join(c),
)
def test_a_condition_opens_a_fact_while_it_holds(
    hamlet: Hamlet, step: Step, when: dict[str, Any], meet: dict[str, Any]
) -> None:
    world = _world(hamlet, who={"npcs": ("ada",)}, when=when)
    step(world, roster.set_player, "ash", {"name": "Ash", "place": "inn"})
    assert not _knows(world, "ada")
    _meet(world, step, meet)
    assert _knows(world, "ada")
    _meet(world, step, {"quest": "begun", "gate": False, "weather": "rain", "place": "inn",
                        "hat": "blue", "trust": 0.0})  # fmt: skip
    assert not _knows(world, "ada"), "what no longer holds closes it again"


def _meet(world: World, step: Step, fields: dict[str, Any]) -> None:
    """Make a condition hold, each field by the command that the game has for it."""
    if "quest" in fields:
        step(world, roster.set_world, {}, {"q": fields["quest"]}, None)
    if "gate" in fields:
        step(world, roster.set_world, {"gate": fields["gate"]}, {}, None)
    if "weather" in fields:
        step(world, roster.set_world, {}, {}, fields["weather"])
    if "place" in fields:
        step(world, roster.set_npc, "ada", {"place": fields["place"]})
    if "hat" in fields:
        step(world, roster.set_player, "ash", {"facts": {"hat": fields["hat"]}})
    axes = ("affinity", "trust", "fear", "name", "meetings")
    if any(axis in fields for axis in axes):
        given = [fields.get(axis, 0 if axis != "name" else "") for axis in axes]
        affinity, trust, fear, name, meetings = given
        world.begin()
        world.do(Related("ada", "ash", affinity, trust, fear, 0.1, name, meetings, world.now))
        world.end()


def test_a_condition_may_ask_who_speaks_and_what_ties_them(hamlet: Hamlet) -> None:
    """Of two who are granted the same, each condition leaves one."""
    for who, value, knows in (
        ("archetype", "smith", "ada"), ("faction", "blue", "bel"), ("npc", "bel", "bel"),
    ):  # fmt: skip
        world = _world(hamlet, who={"all": True}, when={who: value})
        assert [n for n in world.npcs if _knows(world, n)] == [knows]
    ties: list[dict[str, Any]] = [{"rel.tie": "sister"}, {"tie.sister": True}]
    for when in ties:
        world = _world(hamlet, who={"all": True}, when=when)
        assert _knows(world, "bel", "ada"), "bel is ada's sister"
        assert not _knows(world, "bel", "ash")
        assert not _knows(world, "ada", "bel"), "a tie is one's own"


def test_a_relation_opens_a_fact_to_one_and_not_to_another(hamlet: Hamlet, step: Step) -> None:
    world = _world(hamlet, who={"npcs": ("ada",)}, when={"rel.band": "friend"})
    _meet(world, step, {"affinity": 0.7})
    assert "pearls" in step(world, talk.say, ["ada"], "ash", "What is in the jug?").replies[0].text
    reply = step(world, talk.say, ["ada"], "bea", "What is in the jug?").replies[0]
    assert "pearls" not in reply.text


@pytest.mark.parametrize(("trust", "told"), [(0.45, False), (0.55, True)])
def test_a_secret_is_told_from_its_threshold_on(
    hamlet: Hamlet, step: Step, trust: float, told: bool
) -> None:
    world = _world(hamlet, who={"npcs": ("ada",)}, trust=0.5)
    _meet(world, step, {"trust": trust, "affinity": 0.2})
    reply = step(world, talk.say, ["ada"], "ash", "What is in the jug?").replies[0]
    assert ("pearls" in reply.text) == told
    assert told or reply.act == "keep_secret"


def test_what_one_was_told_one_knows_whatever_the_condition(hamlet: Hamlet, step: Step) -> None:
    world = _world(hamlet, who={"npcs": ("ada",)}, when={"stage.q": "found"})
    step(world, roster.tell_fact, "bel", "jug", "", "", "")
    assert _knows(world, "bel")
    assert not _knows(world, "ada")
