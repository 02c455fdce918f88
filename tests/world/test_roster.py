"""Who is in the world, what the game says of them, and that whoever is forgotten is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import BadField, ClientFault, Conflict, Unknown
from personagen_npc.world import agenda, rewards, roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import chatter, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.world import World

    Step = Callable[..., Any]
    Persona = Callable[..., PersonaProfile]


def _refused(world: World, fault: type[ClientFault], command: Any, *args: Any) -> ClientFault:
    """The fault of a command that must be refused and change nothing."""
    before = snapshot.dump(world)
    with pytest.raises(fault) as caught:
        command(world, *args)
    assert snapshot.dump(world) == before
    return caught.value


# --- NPCs ----------------------------------------------------------------------------------------


def test_who_enters_is_there_and_can_be_spoken_to(
    village: World, step: Step, persona: Persona
) -> None:
    outcome = step(village, roster.spawn, persona("ned", role="the fowler"), "forge")
    assert outcome.data == {"npc": "ned", "name": "Ned", "place": "forge"}
    assert "ned" in [n.id for n in village.present("forge")]
    assert step(village, talk.say, ["ned"], "ash", "Who are you?").replies[0].text
    reply = step(village, talk.say, ["edda"], "ash", "Do you know Ned?").replies[0]
    assert ("ned", "npc") in reply.why["perceived"]["entities"]


def test_an_id_is_taken_once(village: World, step: Step, persona: Persona) -> None:
    assert _refused(village, Conflict, roster.spawn, persona("edda"), "").field == "npc"
    step(village, roster.set_player, "ash", {})
    assert _refused(village, Conflict, roster.spawn, persona("ash"), "").field == "npc"


def test_a_place_must_be_one_of_the_worlds(village: World, persona: Persona) -> None:
    assert _refused(village, Unknown, roster.spawn, persona("ned"), "moon").field == "place"
    assert _refused(village, Unknown, roster.spawn, persona("ned", place="moon"), "")
    assert _refused(village, Unknown, roster.set_npc, "edda", {"place": "moon"}).field == "place"


def test_who_leaves_is_gone_from_everywhere(village: World, step: Step) -> None:
    step(village, talk.say, ["edda"], "ash", "Hello.")
    place = village.npcs["edda"].place
    step(village, roster.remove, "edda")
    assert "edda" not in village.npcs
    assert "edda" not in [n.id for n in village.present(place)]
    assert not [pair for pair in village.talks if pair[0] == "edda"]
    _refused(village, Unknown, talk.say, ["edda"], "ash", "Hello.")
    _refused(village, Unknown, roster.remove, "edda")
    step(village, agenda.tick, 86400.0)  # nobody stumbles over the gap


def test_what_a_dead_mind_learned_does_not_come_back_with_its_name(
    village: World, step: Step
) -> None:
    profile = village.npcs["edda"].profile
    turn = step(village, talk.say, ["edda"], "ash", "You fool!").replies[0].turn
    step(village, rewards.reward, turn, "", "", "", 1.0, "reward", "")
    step(village, roster.remove, "edda")
    step(village, roster.spawn, profile, "forge")
    npc = village.npcs["edda"]
    assert (len(npc.memories), npc.turns, npc.spoken) == (0, profile.interaction_count, [])
    assert village.relations.get(profile, "ash").affinity == 0.0
    with pytest.raises(ClientFault):
        rewards.reward(village, "", "", "edda", "ash", 1.0, "reward", "")
    assert "edda" not in dict(village.policy.to_tree()["npcs"])


def test_the_game_sets_where_and_how_somebody_is(village: World, step: Step) -> None:
    outcome = step(village, roster.set_npc, "edda", {"place": "ferry_stage", "state": "busy"})
    assert village.npcs["edda"].place == "ferry_stage"
    assert "edda" in [n.id for n in village.present("ferry_stage")]
    assert outcome.noted[0].fields == {"place": "ferry_stage", "state": "busy"}
    assert "busy" in _refused(village, Conflict, talk.say, ["edda"], "ash", "Hello.").message
    step(village, roster.set_npc, "edda", {"state": "alive", "locked": True})
    _refused(village, Conflict, talk.say, ["edda"], "ash", "Hello.")
    step(village, roster.set_npc, "edda", {"locked": False})
    assert step(village, talk.say, ["edda"], "ash", "Hello.").replies


def test_new_traits_show_in_temper_and_old_ones_stay(village: World, step: Step) -> None:
    npc = village.npcs["edda"]
    kept = {t.name: t.value for t in npc.profile.personality_traits} | {"neuroticism": 0.0}
    step(village, roster.set_npc, "edda", {"traits": {"neuroticism": 0.0, "courage": 0.9}})
    got = {t.name: t.value for t in npc.profile.personality_traits}
    assert got == kept | {"courage": 0.9}
    assert npc.big5[4] == -1.0
    assert npc.base["trait.courage"] == 0.9


def test_goals_are_replaced_whole_and_known_likelihoods_stay(village: World, step: Step) -> None:
    goals = [{"id": "a", "utility": 0.5}, {"id": "b", "utility": -0.5, "likelihood": 0.2}]
    step(village, roster.set_npc, "edda", {"goals": goals})
    assert village.npcs["edda"].goals == {"a": 0.5, "b": 0.2}
    village.npcs["edda"].goals["a"] = 0.9
    step(village, roster.set_npc, "edda", {"goals": goals[:1]})
    assert village.npcs["edda"].goals == {"a": 0.9}


def test_all_or_nothing(village: World) -> None:
    fields = {"place": "forge", "state": "dead", "traits": {"neuroticism": 2.0}}
    assert _refused(village, BadField, roster.set_npc, "edda", fields).field.startswith("profile")
    _refused(village, Unknown, roster.set_npc, "edda", {"place": "moon", "state": "dead"})


def test_a_profile_from_outside_names_its_mistake() -> None:
    with pytest.raises(BadField) as caught:
        roster.profile_from({"id": "ned", "name": "Ned", "age": "old"}, None)
    assert caught.value.field == "profile.age"
    with pytest.raises(BadField) as caught:
        roster.profile_from({"name": "Ned", "colour": "red"}, "ned")
    assert caught.value.field == "profile.colour"
    assert roster.profile_from({"name": "Ned", "id": "x"}, "ned").id == "ned"


def test_a_world_is_full_at_some_point(
    hamlet: Callable[..., World], step: Step, persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "NPCS", 2)
    world = hamlet(npcs={"ada": {}, "bel": {}})
    assert _refused(world, Conflict, roster.spawn, persona("cade"), "").allowed == "2"


# --- the world's own ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "quests", "field"),
    [
        ({"tol": 3}, {}, "variables.tol"),
        ({"toll": "dear"}, {}, "variables.toll"),
        ({"toll": True}, {}, "variables.toll"),
        ({"gate_open": 1}, {}, "variables.gate_open"),
        ({"toll": 3}, {"no_quest": "done"}, "quests.no_quest"),
        ({"toll": 3}, {"mill_fire": "half"}, "quests.mill_fire"),
    ],
)
def test_only_declared_variables_and_stages_and_all_or_nothing(
    village: World, variables: dict[str, Any], quests: dict[str, Any], field: str
) -> None:
    fault = _refused(village, ClientFault, roster.set_world, variables, quests, None)
    assert fault.field == field
    assert fault.allowed


def test_what_the_game_sets_holds(village: World, step: Step) -> None:
    stage = village.pack.quests["mill_fire"].stages[1]
    step(village, roster.set_world, {"toll": 5}, {"mill_fire": stage}, "snow")
    query = village.query()
    assert (query["var.toll"], query["stage.mill_fire"], query["weather"]) == (5, stage, "snow")


# --- players -----------------------------------------------------------------------------------


def test_a_player_is_known_by_what_the_game_says_last(village: World, step: Step) -> None:
    step(village, roster.set_player, "ash", {"name": "Ash", "place": "forge"})
    step(village, roster.set_player, "ash", {"place": "ferry_stage"})
    ash = village.players["ash"]
    assert (ash.name, ash.place) == ("Ash", "ferry_stage")
    _refused(village, Conflict, roster.set_player, "edda", {"name": "Ash"})
    _refused(village, Unknown, roster.set_player, "ash", {"place": "moon"})
    _refused(village, Unknown, roster.set_player, "ash", {"faction": "pirates"})


def test_nobody_knows_a_players_name_before_it_was_given(village: World, step: Step) -> None:
    step(village, roster.set_player, "p1", {"name": "Quentin", "place": "forge"})
    said = [step(village, talk.say, ["edda"], "p1", t).replies[0].text
            for t in ("Hello.", "How are you?", "Goodbye.")]  # fmt: skip
    assert not [t for t in said if "Quentin" in t]
    step(village, talk.say, ["edda"], "p1", "My name is Quentin.")
    assert village.relations.get(village.npcs["edda"].profile, "p1").name == "Quentin"
    reply = step(village, talk.say, ["edda"], "p1", "What is my name?").replies[0]
    assert "Quentin" in reply.text


def test_who_only_leaves_is_remembered(village: World, step: Step) -> None:
    step(village, talk.say, ["edda"], "p1", "My name is Quentin.")
    step(village, roster.drop_player, "p1", forget=False)
    assert "p1" not in village.players
    assert village.relations.get(village.npcs["edda"].profile, "p1").name == "Quentin"
    assert len(village.npcs["edda"].memories)
    _refused(village, Unknown, lambda w: roster.drop_player(w, "p1", forget=False))
    step(village, talk.say, ["edda"], "p1", "Hello again.")  # and may come back


def _a_life(village: World, step: Step, player: str, name: str) -> None:
    """Everything that a player may leave traces by."""

    def post(**event: Any) -> None:
        plain = {"type": "theft", "facts": {}, **event}
        step(village, lambda w: happen(w, [admit_event(w, plain, "event")]))

    step(village, roster.set_player, player, {
        "name": name, "place": "forge", "facts": {"hat": "red"}, "pronouns": "she",
    })  # fmt: skip
    at = village.npcs["edda"].place
    step(village, roster.set_npc, "wick", {"place": at})
    step(village, roster.set_npc, "joss", {"place": at})
    for text in (
        f"My name is {name}.", "I come from the far side of the hills.", "You stupid old goat!",
        "I'm sorry.", "What happened at the mill?", "I confess that I stole a hen.",
        "Can you help me?", "What do you sell?", "Goodbye.",
    ):  # fmt: skip
        for npc in ("edda", "wick"):
            reply = step(village, talk.say, [npc], player, text).replies[0]
            step(village, rewards.reward, reply.turn, "", "", "", 0.5, "liked", "")
            for action in reply.actions:
                step(village, rewards.action_result, action.id, "done", f"{name} paid.", {})
    post(actor=player, target="edda", place=at)
    post(type="help", actor="joss", target=player, place=at)
    step(village, talk.perform, "edda", f"I will remember you, {name}!", player, whisper=False)
    step(village, roster.tell_fact, "edda", "", f"{name} is not to be trusted.", player, "")
    fact = next(iter(village.pack.facts))
    step(village, roster.tell_fact, "wick", fact, "", player, "")
    step(village, talk.say, ["joss"], "other", f"Do you know {name}?")
    step(village, talk.say, ["joss"], "other", f"I think {name} is a thief.")
    step(village, agenda.bark_asked, "edda", "sees_player", player)
    for hour in range(1, 40):
        step(village, agenda.tick, village.now + 3600.0)
        if hour % 9 == 0:
            step(village, chatter.converse, "edda", "wick", "")
            step(village, chatter.converse, "wick", "joss", "")
    step(village, talk.say, ["edda"], player, "Hello.")


def _traces(data: bytes, *words: str) -> list[str]:
    """Where a word still stands in a snapshot, as paths."""
    import orjson

    found: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if any(w in key for w in words):
                    found.append(f"{path}/{key}")
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for k, value in enumerate(node):
                walk(value, f"{path}/{k}")
        elif isinstance(node, str) and any(w.lower() in node.lower() for w in words):
            found.append(f"{path}={node}")

    walk(orjson.loads(data), "")
    return found


def test_who_is_forgotten_leaves_no_trace(village: World, step: Step) -> None:
    _a_life(village, step, "player-xq71", "Quentiva")
    assert len(_traces(snapshot.dump(village), "xq71", "Quentiva")) > 20
    outcome = step(village, roster.drop_player, "player-xq71", forget=True)
    assert outcome.data["erased"] > 5
    left = _traces(snapshot.dump(village), "xq71", "Quentiva")
    assert left == [], "\n".join(left)


def test_and_the_minds_are_sound_after_it(village: World, step: Step) -> None:
    _a_life(village, step, "player-xq71", "Quentiva")
    step(village, talk.say, ["edda"], "other", "My name is Rosamund.")
    step(village, roster.drop_player, "player-xq71", forget=True)
    again = snapshot.load(snapshot.dump(village), village.pack)
    for world in (village, again):
        for npc in ("edda", "wick", "joss"):
            for text in ("Do you know Quentiva?", "Who is Quentiva?", "Any news?",
                         "Do you remember me?", "Who told you that?"):  # fmt: skip
                reply = step(world, talk.say, [npc], "other", text).replies[0]
                assert "xq71" not in reply.text
                assert "quentiva" not in str(reply.why["recalled"]).lower()
        step(world, agenda.tick, world.now + 40000.0)
    assert village.relations.get(village.npcs["edda"].profile, "other").name == "Rosamund"


def test_the_forgotten_is_a_stranger_when_he_comes_back(village: World, step: Step) -> None:
    _a_life(village, step, "player-xq71", "Quentiva")
    step(village, roster.drop_player, "player-xq71", forget=True)
    reply = step(village, talk.say, ["edda"], "player-xq71", "Do you remember me?").replies[0]
    assert reply.why["recalled"]["kind"] == "none"
    assert village.relations.get(village.npcs["edda"].profile, "player-xq71").meetings == 1


def test_a_fact_is_from_where_the_game_said(village: World, step: Step) -> None:
    fact = next(f.id for f in village.pack.facts.values() if not f.who.all and f.trust is None)
    step(village, roster.tell_fact, "wick", fact, "", "", "the letter you read me")
    assert village.lore.known(village.npcs["wick"], fact).origin == "the letter you read me"


def test_a_sentence_is_from_where_the_game_said(village: World, step: Step) -> None:
    text = "The bridge at Dunmarrow has fallen."
    step(village, roster.tell_fact, "wick", "", text, "", "the letter you read me")
    told = step(village, talk.say, ["wick"], "ash", "What has fallen at Dunmarrow?").replies[0]
    assert "fallen" in told.text
    said = step(village, talk.say, ["wick"], "ash", "Who told you that?").replies[0]
    assert "letter you read me" in said.text.lower()


def test_a_group_stands_at_one_place(village: World) -> None:
    apart = [n.id for n in village.npcs.values() if n.place != village.npcs["edda"].place][:1]
    fault = _refused(village, Conflict, talk.say, ["edda", *apart], "ash", "Hello, both.")
    assert fault.field == "to.1"
