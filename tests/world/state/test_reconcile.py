"""A pack that changed under a save: reconciled by its rules, told in full, nothing lost quietly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.cache import load_builtin_voice
from personagen_npc.authoring.reader import read_pack
from personagen_npc.changes import NpcSet
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.world import agenda, rewards
from personagen_npc.world.pack import Migrations
from personagen_npc.world.roster import populate, set_npc
from personagen_npc.world.state import snapshot
from personagen_npc.world.state.reconcile import reconciled
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from personagen_npc.world.pack import Pack

PACK = Path(__file__).resolve().parents[2] / "packs" / "good"


@pytest.fixture(scope="module")
def pack() -> Pack:
    read = read_pack(PACK)
    return read.model_copy(update={"voice": (*load_builtin_voice(), *read.voice)})


@pytest.fixture
def world(pack: Pack) -> World:
    """Some life: mara knows Ash, likes him, has said and learned something."""
    made = World("w", pack, 7)
    made.begin()
    populate(made)
    for text in ("My name is Ash.", "What do you sell?", "You are very kind."):
        made.begin()
        out = talk.say(made, ["mara"], "ash", text)
        rewards.reward(made, out.replies[0].turn, "", "", "", 0.5, "reward", "")
        made.end()
    made.begin()
    agenda.tick(made, 5000.0)
    made.end()
    return made


def _without(pack: Pack, *npcs: str, **migrations: object) -> Pack:
    held = {i: p for i, p in pack.npcs.items() if i not in npcs}
    rules = Migrations.model_validate(migrations)
    return pack.model_copy(update={"npcs": held, "migrations": rules})


def _renamed(pack: Pack, old: str, new: str) -> Pack:
    held = {
        new if i == old else i: p.model_copy(update={"id": new}) if i == old else p
        for i, p in pack.npcs.items()
    }
    return pack.model_copy(update={"npcs": held, "migrations": Migrations(renamed={old: new})})


def _asked(world: World, npc: str, text: str) -> str:
    world.begin()
    said = talk.say(world, [npc], "ash", text).replies[0].text
    world.end()
    return said


def test_the_same_pack_changes_nothing(world: World, pack: Pack) -> None:
    done = reconciled(world, pack)
    assert (done.report, done.changed) == ((), ())
    assert snapshot.dump(done.world) == snapshot.dump(world)


def test_somebody_removed_stays_as_a_stranger_and_is_told_of(world: World, pack: Pack) -> None:
    done = reconciled(world, _without(pack, "mara"))
    assert done.report == ("mara: no longer in the pack, stays as the save has it",)
    assert "Ash" in _asked(done.world, "mara", "What is my name?")


def test_somebody_gone_for_good_goes_and_is_told_of(world: World, pack: Pack) -> None:
    done = reconciled(world, _without(pack, "mara", gone=("mara",)))
    assert "mara" not in done.world.npcs
    assert done.report == ("mara: gone for good, as the pack says",)
    again = snapshot.load(snapshot.dump(done.world), done.world.pack)
    assert "mara" not in again.npcs


def test_somebody_renamed_keeps_everything(world: World, pack: Pack) -> None:
    before = world.npcs["mara"]
    memories, turns = before.memories.to_tree(), before.turns
    standing = world.relations.to_tree_of("mara")
    done = reconciled(world, _renamed(pack, "mara", "mara_smith"))
    assert "mara: is mara_smith now" in done.report
    assert not any("new in the pack" in line for line in done.report)
    assert "mara" not in done.world.npcs
    now = done.world.npcs["mara_smith"]
    assert (now.memories.to_tree(), now.turns) == (memories, turns)
    assert done.world.relations.to_tree_of("mara_smith") == standing
    assert "Ash" in _asked(done.world, "mara_smith", "What is my name?")
    assert b'"mara"' not in snapshot.dump(done.world)


def test_a_renaming_onto_somebody_who_lives_is_refused_by_name(world: World, pack: Pack) -> None:
    rules = Migrations(renamed={"mara": "tomas"})
    done = reconciled(world, pack.model_copy(update={"migrations": rules}))
    assert "mara: not renamed, because tomas is in the save as well" in done.report
    assert {"mara", "tomas"} <= set(done.world.npcs)


def test_a_newcomer_arrives_and_who_had_left_stays_away(world: World, pack: Pack) -> None:
    bel = PersonaProfile.model_validate({"id": "bel", "name": "Bel", "place": "forge"})
    wider = pack.model_copy(update={"npcs": {**pack.npcs, "bel": bel}})
    done = reconciled(world, wider)
    assert "bel: new in the pack, arrives" in done.report
    done.world.begin()
    from personagen_npc.world.roster import remove

    remove(done.world, "bel")
    done.world.end()
    again = reconciled(done.world, wider)
    assert "bel" not in again.world.npcs
    assert "bel: had left the world, stays away" in again.report


def test_what_the_game_set_stays_where_the_pack_did_not_change_it(world: World, pack: Pack) -> None:
    world.begin()
    set_npc(world, "mara", {"traits": {"greedy": 0.9}})
    world.end()
    mara = pack.npcs["mara"].model_copy(update={"age": 77})
    done = reconciled(world, pack.model_copy(update={"npcs": {**pack.npcs, "mara": mara}}))
    held = done.world.npcs["mara"].profile
    assert held.age == 77
    assert any(t.name == "greedy" and t.value == 0.9 for t in held.personality_traits)
    assert done.report == ("mara: age as the pack has it now",)
    world.begin()
    world.do(NpcSet("mara", "profile", world.npcs["mara"].profile.model_dump() | {"age": 20}))
    world.end()
    done = reconciled(world, pack.model_copy(update={"npcs": {**pack.npcs, "mara": mara}}))
    assert "mara: age had been changed in the game, which is overruled" in done.report


def test_nobody_stands_where_there_is_no_place_any_more(world: World, pack: Pack) -> None:
    where = world.npcs["mara"].place
    places = {i: p for i, p in pack.places.items() if i != where}
    home = next(iter(places))
    mara = pack.npcs["mara"].model_copy(update={"place": home, "home": home})
    changed = pack.model_copy(update={"places": places, "npcs": {**pack.npcs, "mara": mara}})
    done = reconciled(world, changed)
    assert f"mara: was at {where}, which is no more; is at {home}" in done.report
    assert done.world.npcs["mara"].place == home
    assert "mara" in done.world.by_place[home]


def test_a_variable_of_another_kind_and_a_stage_that_is_no_more_begin_anew(
    world: World, pack: Pack
) -> None:
    name, variable = "gate_open", pack.variables["gate_open"]
    other = variable.model_copy(update={"default": "words now"})
    changed = pack.model_copy(update={"variables": {**pack.variables, name: other}})
    done = reconciled(world, changed)
    assert done.world.variables[name] == "words now"
    assert any(line.startswith(f"variable {name}: ") for line in done.report)
    fewer = pack.model_copy(
        update={"variables": {i: v for i, v in pack.variables.items() if i != name}}
    )
    done = reconciled(world, fewer)
    assert name in done.world.variables
    assert any("no longer in the pack, stays" in line for line in done.report)


def test_what_was_learned_of_a_pattern_moves_with_it(world: World, pack: Pack) -> None:
    plain = {"trigger": "greeting", "response_template": "Well met.", "frequency": 0.5}
    profile = pack.npcs["mara"].model_dump(mode="json")
    first = PersonaProfile.model_validate(profile | {"behavioral_patterns": [
        plain, plain | {"response_template": "Good day to you."}]}, strict=False)  # fmt: skip
    second = PersonaProfile.model_validate(profile | {"behavioral_patterns": [
        plain | {"response_template": "Oho!"},
        plain | {"response_template": "Good day to you."}, plain]}, strict=False)  # fmt: skip
    third = PersonaProfile.model_validate(profile | {"behavioral_patterns": [plain]}, strict=False)
    under = reconciled(world, _with(pack, first)).world
    tree = snapshot.to_tree(under)
    tree["npcs"]["mara"]["patterns_used"] = {"0": 10.0, "1": 20.0}
    tree["npcs"]["mara"]["outcomes"] = [["", "#0", 500, 3], ["", "#1", -200, 2]]
    import orjson

    taught = snapshot.load(orjson.dumps(tree), under.pack)
    done = reconciled(taught, _with(pack, second))
    held = snapshot.to_tree(done.world)["npcs"]["mara"]
    assert held["patterns_used"] == {"2": 10.0, "1": 20.0}
    assert held["outcomes"] == [["", "#1", -200, 2], ["", "#2", 500, 3]]
    assert not any("forgotten" in line for line in done.report)
    done = reconciled(taught, _with(pack, third))
    assert snapshot.to_tree(done.world)["npcs"]["mara"]["outcomes"] == [["", "#0", 500, 3]]
    assert any("patterns #1, which changed, is forgotten" in line for line in done.report)


def _with(pack: Pack, profile: PersonaProfile) -> Pack:
    return pack.model_copy(update={"npcs": {**pack.npcs, profile.id: profile}})


def test_a_fact_that_is_no_more_is_told_of_and_kept(world: World, pack: Pack) -> None:
    from personagen_npc.world.roster import tell_fact

    fact = next(iter(pack.facts))
    world.begin()
    tell_fact(world, "tomas", fact, "", "", "")
    world.end()
    fewer = {i: f for i, f in pack.facts.items() if i != fact}
    done = reconciled(world, pack.model_copy(update={"facts": fewer}))
    assert any(line == f"tomas: still believes {fact}, no longer in the pack"
               for line in done.report)  # fmt: skip
    assert _asked(done.world, "tomas", "What do you know?")
