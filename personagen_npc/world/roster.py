"""Roster: who is in the world, what the game sets of them, of players and of the world's facts."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from personagen_npc.changes import (
    Believed,
    DueSet,
    Happened,
    Held,
    NpcRemoved,
    NpcSet,
    NpcSpawned,
    Paused,
    PlayerGone,
    VariableSet,
)
from personagen_npc.errors import BadField, Conflict, Unknown
from personagen_npc.mind.scene import OWN_WORDS
from personagen_npc.mind.turn import hear
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.world.agenda import next_due
from personagen_npc.world.entities import Player
from personagen_npc.world.outcome import Noted, Outcome
from personagen_npc.world.people.ties import arrived
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.talking.talk import player_set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.world.world import World

NPCS = 5000  # NPCs in one world at most, [D]


def populate(world: World) -> None:
    """Spawn every NPC of the world's pack."""
    for profile in world.pack.npcs.values():
        spawn(world, profile, profile.place)


def spawn(world: World, profile: PersonaProfile, place: str) -> Outcome:
    """An NPC enters the world. Raises Conflict if its id is taken, Unknown for its place."""
    if profile.id in world.npcs or profile.id in world.players:
        raise Conflict(f"{profile.id!r} is taken", field="npc", got=profile.id, allowed="a free id")
    if len(world.npcs) >= NPCS:
        raise Conflict("the world is full", field="npc", got=len(world.npcs), allowed=NPCS)
    place = place or profile.place or profile.home or next(iter(world.pack.places), "")
    if place:
        world.place_known(place)
    profile = arrived(profile, world.now)
    world.do(NpcSpawned(profile.id, profile.model_dump(mode="json"), place))
    world.do(DueSet(profile.id, next_due(world, profile.id)))
    return Outcome(
        data={"npc": profile.id, "name": profile.name, "place": place},
        noted=(Noted("npc", profile.id, {"place": place, "state": "alive"}),),
    )


def profile_from(plain: Mapping[str, Any], npc: str | None) -> PersonaProfile:
    """A profile from the wire; raises BadField naming the field inside ``profile``."""
    tree = {**plain, "id": npc} if npc else dict(plain)
    try:
        return PersonaProfile.model_validate(tree, strict=False)
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        path = ".".join(str(p) for p in ("profile", *first["loc"]))
        raise BadField(first["msg"], field=path, got=first.get("input", ""),
                       allowed="see docs/world-pack.md") from None  # fmt: skip


def remove(world: World, npc: str) -> Outcome:
    """An NPC leaves for good."""
    world.npc(npc)
    world.do(NpcRemoved(npc))
    return Outcome(data={"npc": npc}, noted=(Noted("npc", npc, {"state": "removed"}),))


def set_npc(world: World, npc: str, fields: Mapping[str, Any]) -> Outcome:
    """Set place, state, locked, goals or traits of an NPC, all or nothing."""
    person = world.npc(npc)
    if fields.get("place") is not None:
        world.place_known(fields["place"])
    profile = _new_profile(person.profile, fields)
    for name in ("place", "state", "locked"):
        if fields.get(name) is not None:
            world.do(NpcSet(npc, name, fields[name]))
    if profile is not None:
        world.do(NpcSet(npc, "profile", profile.model_dump(mode="json")))
    shown = {k: v for k, v in fields.items() if v is not None}
    return Outcome(data={"npc": npc}, noted=(Noted("npc", npc, shown),))


def _new_profile(profile: PersonaProfile, fields: Mapping[str, Any]) -> PersonaProfile | None:
    plain = profile.model_dump(mode="json")
    if fields.get("traits") is None and fields.get("goals") is None:
        return None
    traits = dict(fields.get("traits") or {})
    for trait in plain["personality_traits"]:
        trait["value"] = traits.pop(trait["name"].lower(), trait["value"])
    plain["personality_traits"] += [{"name": n, "value": v} for n, v in traits.items()]
    if fields.get("goals") is not None:
        plain["goals"] = list(fields["goals"])
    return profile_from(plain, None)


def set_player(world: World, player: str, fields: Mapping[str, Any]) -> Outcome:
    """The game says who a player is and where; only the fields given change."""
    if player in world.npcs:
        raise Conflict(f"{player!r} is an NPC", field="player", got=player,
                       allowed="a free id")  # fmt: skip
    given = {k: v for k, v in fields.items() if v is not None}
    if given.get("place"):
        world.place_known(given["place"])
    if given.get("faction") and given["faction"] not in world.pack.factions:
        raise Unknown("the pack has no such faction", field="faction", got=given["faction"],
                      allowed=", ".join(world.pack.factions))  # fmt: skip
    known = world.players.get(player) or Player(player)
    world.do(player_set(known._replace(**given)))
    return Outcome(data={"player": player}, noted=(Noted("player", player, given),))


def drop_player(world: World, player: str, *, forget: bool) -> Outcome:
    """A player leaves; with ``forget`` every trace of him goes, also if he left before."""
    if player not in world.players and not (forget and _left_traces(world, player)):
        raise Unknown(f"no player {player!r} in this world", field="player", got=player,
                      allowed=", ".join(sorted(world.players)[:12]))  # fmt: skip
    held = world.happenings.about(player) if forget else []
    world.do(PlayerGone(player, forget))
    return Outcome(
        data={"player": player, "erased": len(held)},
        noted=(Noted("player", player, {"gone": True}),),
    )


def _left_traces(world: World, player: str) -> bool:
    """Whether anything is left of a player who is not in the world any more."""
    if not player or player in world.npcs:
        return False
    known = any(player in world.relations.known(npc) for npc in world.npcs)
    return known or bool(world.happenings.about(player))


def set_world(
    world: World, variables: Mapping[str, Any], quests: Mapping[str, Any], weather: str | None
) -> Outcome:
    """The game moves what it owns: variables, quest stages, weather; all or nothing."""
    new: dict[str, Any] = {}
    for name, value in variables.items():
        new[name] = _variable(world, name, value)
    for quest, stage in quests.items():
        new[f"stage.{quest}"] = _stage(world, quest, stage)
    if weather is not None:
        new["weather"] = weather
    for name, value in new.items():
        world.do(VariableSet(name, value))
    return Outcome(data={}, noted=(Noted("world", world.name, new),))


def _variable(world: World, name: str, value: Any) -> Any:
    declared = world.pack.variables.get(name)
    if declared is None:
        raise Unknown(f"the pack declares no variable {name!r}", field=f"variables.{name}",
                      got=name, allowed=", ".join(world.pack.variables))  # fmt: skip
    same_kind = isinstance(value, type(declared.default)) or (
        isinstance(declared.default, float) and isinstance(value, int)
    )
    if not same_kind or isinstance(value, bool) != isinstance(declared.default, bool):
        raise BadField("wrong type", field=f"variables.{name}", got=value,
                       allowed=type(declared.default).__name__)  # fmt: skip
    if declared.values and value not in declared.values:
        raise BadField("not one of its values", field=f"variables.{name}", got=value,
                       allowed=", ".join(map(str, declared.values)))  # fmt: skip
    return value


def _stage(world: World, quest: str, stage: Any) -> str:
    declared = world.pack.quests.get(quest)
    if declared is None:
        raise Unknown(f"the pack declares no quest {quest!r}", field=f"quests.{quest}", got=quest,
                      allowed=", ".join(world.pack.quests))  # fmt: skip
    if stage not in declared.stages:
        raise BadField("not one of its stages", field=f"quests.{quest}", got=stage,
                       allowed=", ".join(declared.stages))  # fmt: skip
    return str(stage)


def pause(world: World, on: bool) -> Outcome:
    """Stop or go on; a paused world takes no ticks."""
    world.do(Paused(on))
    return Outcome(data={"on": on}, noted=(Noted("world", world.name, {"paused": on}),))


def tell_fact(world: World, npc_id: str, fact: str, text: str, teller: str, source: str) -> Outcome:
    """Grant knowledge: a fact of the pack, or a sentence of the game's own."""
    npc = world.npc(npc_id)
    if fact:
        if fact not in world.lore:
            raise Unknown(f"no fact {fact!r} in this world", field="fact", got=fact,
                          allowed="a fact id of the pack")  # fmt: skip
        known = world.lore.reaches(npc, fact, world.query())
        held = Believed(npc.id, fact, "told", teller, int(bool(teller)), 1.0, world.now, source)
        world.do(held)
        return Outcome(data={"known": known})
    past = Remembered(npc, world.happenings, world.pack.events, world.minds.deeds, world.now)
    happening = past.again("told", text, teller, frozenset(), -inf)
    if happening < 0:  # told again it is no second memory
        happening = len(world.happenings)
        names = tuple(i for i, _ in hear(world.minds, text).entities)
        world.do(
            Happened(happening, text, "told", teller, "", npc.place, world.now, 0.5, "", names)
        )
    kind = "told" if teller or source else "seen"
    by = teller or (OWN_WORDS + source if source else "")
    world.do(Held(npc.id, happening, kind, by, int(bool(teller)), 1.0, "", 0.0, world.step, 0))
    return Outcome(data={"known": False})
