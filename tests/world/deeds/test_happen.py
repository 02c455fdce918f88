"""What the game reports reaches those who could notice it, moves them, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import BadField, ClientFault, Unknown
from personagen_npc.host.commands import events as post_events
from personagen_npc.world import roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Standing
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

PLACES: dict[str, dict[str, Any]] = {
    "inn": {"near": ["yard"], "name": "the inn"}, "yard": {"near": ["inn"]}, "mill": {}
}  # fmt: skip
EVENTS: dict[str, dict[str, Any]] = {
    "theft": {
        "text": "{actor} stole {item} from {target} at {place}.", "benefit": -0.8,
        "praise": -0.8, "importance": 0.8,
    },
    "help": {"text": "{actor} helped {target}.", "benefit": 0.7, "praise": 0.6},
    "shout": {"text": "{actor} shouted.", "reach": "loud", "reactions": ["Quiet, {actor}!"]},
    "storm": {"text": "A storm broke.", "reach": "far", "goals": {"dry": -0.6}},
    "word": {"text": "{actor} whispered to {target}.", "reach": "whisper"},
}  # fmt: skip


@pytest.fixture
def world(hamlet: Callable[..., World], step: Step) -> World:
    """Ada and Bel at the inn, Cade in the yard, Dan at the mill; Ash plays, at the inn."""
    made = hamlet(
        places=PLACES, events=EVENTS, things={"ring": {"name": "the ring"}},
        npcs={"ada": {"place": "inn", "goals": [{"id": "dry", "utility": 0.9}]},
              "bel": {"place": "inn"}, "cade": {"place": "yard"}, "dan": {"place": "mill"}},
    )  # fmt: skip
    step(made, roster.set_player, "ash", {"name": "Ash", "place": "inn"})
    return made


@pytest.fixture
def post(step: Step) -> Callable[..., Any]:
    def take(world: World, kind: str, **fields: Any) -> Any:
        event = {"type": kind, **fields}
        return step(world, lambda w: happen(w, [admit_event(w, event, "event")]))

    return take


def _who_noticed(world: World) -> set[str]:
    return {n.id for n in world.npcs.values() if len(n.memories)}


def _standing(world: World, npc: str, other: str) -> Standing:
    return world.relations.get(world.npcs[npc].profile, other)


@pytest.mark.parametrize(
    ("kind", "noticed"),
    [
        ("word", {"bel"}),  # whispered: those who take part
        ("help", {"ada", "bel"}),  # said aloud: the place
        ("shout", {"ada", "bel", "cade"}),  # loud: the places near
        ("storm", {"ada", "bel", "cade", "dan"}),  # far: everybody
    ],
)
def test_how_far_it_reaches(
    world: World, post: Callable[..., Any], kind: str, noticed: set[str]
) -> None:
    outcome = post(world, kind, actor="ash", target="bel")
    assert _who_noticed(world) == noticed
    assert {n.id for n in outcome.noted} == noticed


def test_the_game_may_say_how_far_or_who(world: World, post: Callable[..., Any]) -> None:
    post(world, "help", actor="ash", target="bel", reach="far")
    assert _who_noticed(world) == {"ada", "bel", "cade", "dan"}
    post(world, "storm", witnesses=("cade",))
    assert [len(world.npcs[n].memories) for n in ("ada", "cade", "dan")] == [1, 2, 1]
    post(world, "storm", witnesses=())
    assert [len(world.npcs[n].memories) for n in ("ada", "cade", "dan")] == [1, 2, 1]


def test_a_witness_named_twice_saw_it_once(world: World, post: Callable[..., Any]) -> None:
    post(world, "help", actor="ash", target="ada", witnesses=("bel",))
    once = _standing(world, "bel", "ash")
    post(world, "help", actor="cade", target="ada", witnesses=("bel", "bel"))
    assert _standing(world, "bel", "cade") == once


@pytest.mark.parametrize("state", ["dead", "asleep", "unloaded"])
@pytest.mark.parametrize("fields", [{}, {"reach": "far"}, {"reach": "whisper"},
                                    {"witnesses": ("ada", "bel")}])  # fmt: skip
def test_who_is_not_awake_notices_nothing(
    world: World, step: Step, post: Callable[..., Any], state: str, fields: dict[str, Any]
) -> None:
    step(world, roster.set_npc, "bel", {"state": state})
    post(world, "help", actor="ash", target="bel", **fields)
    assert "bel" not in _who_noticed(world)


def test_who_is_elsewhere_does_not_know_that_it_was_robbed(
    world: World, post: Callable[..., Any]
) -> None:
    post(world, "theft", actor="ash", target="dan", place="inn", facts={"item": "ring"})
    assert _who_noticed(world) == {"ada", "bel"}
    assert _standing(world, "dan", "ash").affinity == 0.0


def test_busy_people_still_have_eyes(world: World, step: Step, post: Callable[..., Any]) -> None:
    step(world, roster.set_npc, "bel", {"state": "busy"})
    post(world, "help", actor="ash", target="ada")
    assert "bel" in _who_noticed(world)


def test_without_a_place_it_is_where_its_people_are(
    world: World, step: Step, post: Callable[..., Any]
) -> None:
    post(world, "help", actor="dan", target="cade")
    assert "dan" in _who_noticed(world)
    step(world, roster.set_player, "bob", {})  # a player of whom the game has said no place
    post(world, "help", actor="bob", target="cade")
    assert "cade" in _who_noticed(world)


def test_it_is_remembered_in_words_with_who_and_where(
    world: World, post: Callable[..., Any]
) -> None:
    post(world, "theft", actor="ash", target="ada", facts={"item": "ring"})
    (number,) = world.npcs["bel"].memories.happening
    held, what = world.npcs["bel"].memories[number], world.happenings[number]
    assert what.text == "{actor} stole the ring from {target} at the inn."
    assert (what.actor, what.target, what.place, what.names) == ("ash", "ada", "inn", ("ring",))
    assert (held.source, held.teller, held.hops, held.strength) == ("seen", "", 0, 1.0)
    assert what.importance == 0.8
    post(world, "theft", actor="ash", target="ada", facts={"item": "a pie"}, importance=0.1)
    assert world.happenings[1].importance == 0.1
    assert "a pie" in world.happenings[1].text


def test_the_victim_is_angry_the_witness_appalled(world: World, post: Callable[..., Any]) -> None:
    post(world, "theft", actor="ash", target="ada", facts={"item": "ring"})
    feelings = {n: {e.label for e in world.npcs[n].emotions} for n in ("ada", "bel", "cade")}
    assert "anger" in feelings["ada"]
    assert "reproach" in feelings["bel"]
    assert feelings["cade"] == set()
    assert _standing(world, "ada", "ash").affinity < _standing(world, "bel", "ash").affinity < 0
    assert _standing(world, "cade", "ash").affinity == 0.0


def test_a_friend_of_the_victim_pities_an_enemy_gloats(
    hamlet: Callable[..., World], post: Callable[..., Any]
) -> None:
    made = hamlet(
        places=PLACES, events={**EVENTS, "fall": {"text": "{target} fell.", "benefit": -0.9}},
        npcs={"ada": {"place": "inn"},
              "bel": {"place": "inn", "ties": {"ada": {"affinity": 0.9}}},
              "cade": {"place": "inn", "ties": {"ada": {"affinity": -0.9}}}},
    )  # fmt: skip
    post(made, "fall", target="ada")
    assert {e.label for e in made.npcs["bel"].emotions} == {"pity"}
    assert {e.label for e in made.npcs["cade"].emotions} == {"gloating"}


def test_a_blow_to_a_hope_is_felt_by_whom_it_is_the_hope_of(
    world: World, post: Callable[..., Any]
) -> None:
    post(world, "storm")
    assert world.npcs["ada"].goals["dry"] < 0.5
    assert [e.label for e in world.npcs["ada"].emotions] == ["fear"]
    assert world.npcs["bel"].emotions == []


def test_the_doer_remembers_it_without_thinking_worse_of_himself(
    world: World, post: Callable[..., Any]
) -> None:
    post(world, "theft", actor="bel", target="ada", facts={"item": "ring"})
    assert len(world.npcs["bel"].memories) == 1
    assert {e.label for e in world.npcs["bel"].emotions} == {"shame"}
    assert world.relations.known("bel") == []


def test_somebody_near_says_something_at_once(world: World, post: Callable[..., Any]) -> None:
    outcome = post(world, "shout", actor="bel")
    (line,) = outcome.said
    assert line.npc in {"ada", "cade"}
    assert (line.text, line.to) == ("Quiet, you!", "bel")
    assert line.act == "react_event"
    heard = {"ada": {"bel", "ash"}, "cade": set()}
    assert set(line.heard_by) == heard[line.npc]


def test_nobody_who_is_held_by_a_script_speaks_up(
    world: World, step: Step, post: Callable[..., Any]
) -> None:
    for npc in ("ada", "cade"):
        step(world, roster.set_npc, npc, {"locked": True})
    assert post(world, "shout", actor="bel").said == ()
    assert {"ada", "cade"} <= _who_noticed(world)


BAD = [
    ({"type": "murder"}, Unknown, "type"),
    ({"type": "help", "actor": "nobody", "target": "ada"}, Unknown, "actor"),
    ({"type": "help", "actor": "ash", "target": "nobody"}, Unknown, "target"),
    ({"type": "help", "actor": "ash", "target": "ada", "place": "moon"}, Unknown, "place"),
    ({"type": "help", "actor": "ash", "target": "ada", "witnesses": ("ada", "zed")}, Unknown,
     "witnesses.1"),
    ({"type": "help", "actor": "ash"}, BadField, "target"),
    ({"type": "theft", "actor": "ash", "target": "ada"}, BadField, "facts.item"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "kind", "field"), BAD)
def test_a_batch_is_refused_whole_with_the_place_of_the_mistake(
    world: World, event: dict[str, Any], kind: type[ClientFault], field: str
) -> None:
    good = {"type": "help", "actor": "ash", "target": "ada"}
    before = snapshot.dump(world)
    with pytest.raises(kind) as caught:
        post_events(world, {"events": (good, good, event, good)})
    assert caught.value.field == f"events.2.{field}"
    assert caught.value.allowed
    assert snapshot.dump(world) == before


def test_a_batch_happens_in_its_order(world: World, step: Step) -> None:
    batch = ({"type": "help", "actor": "ash", "target": "ada"}, {"type": "storm"})
    step(world, post_events, {"events": batch})
    kinds = [world.happenings[h].kind for h in world.npcs["ada"].memories.happening]
    assert kinds == ["help", "storm"]


def test_whom_it_names_must_be_of_this_world_what_it_names_need_not(
    world: World, post: Callable[..., Any]
) -> None:
    """Items of the game are no business of the pack: their names are kept as they come."""
    post(world, "theft", actor="ash", target="ada", facts={"item": "sword_of_a_thousand_truths"})
    assert "sword_of_a_thousand_truths" in world.happenings[0].text
    assert world.happenings[0].names == ()


def test_facts_cannot_smuggle_in_other_peoples_names(
    world: World, post: Callable[..., Any]
) -> None:
    from personagen_npc.mind.reading.naming import retell
    from personagen_npc.world.remembering.past import Remembered
    from personagen_npc.world.scenes import scene_for

    post(world, "theft", actor="bel", target="ada", facts={"item": "{actor} and {target}"})
    scene = scene_for(world, world.npcs["ada"], "ash", "t")
    past = Remembered(world.npcs["ada"], world.happenings, world.pack.events, {}, world.now)
    assert retell(scene, past.fresh(1)[0], "ada").count("Bel") == 1


def test_a_crowd_is_bounded(hamlet: Callable[..., World], post: Callable[..., Any]) -> None:
    made = hamlet(events=EVENTS, npcs={f"n{k}": {} for k in range(230)})
    post(made, "storm")
    assert len(_who_noticed(made)) == 200


@pytest.mark.parametrize("sure", [0.25, 1])
def test_what_the_game_is_not_sure_of_moves_less(
    world: World, post: Callable[..., Any], sure: float
) -> None:
    post(world, "storm", facts={"likelihood": sure})
    # the storm's congruence with the goal is -0.6
    assert world.npcs["ada"].goals["dry"] == pytest.approx(0.5 - 0.5 * 0.6 * sure)


@pytest.mark.parametrize("sure", [-0.1, 1.5, "likely", True])
def test_an_odd_likelihood_is_refused_by_field(
    world: World, post: Callable[..., Any], sure: Any
) -> None:
    with pytest.raises(BadField) as refused:
        post(world, "storm", facts={"likelihood": sure})
    assert refused.value.field == "event.facts.likelihood"
