"""Agenda: what NPCs do on their own as game time passes, and only then.

Each NPC has one due moment. A tick does at most ``PER_TICK`` due items in order of (moment, id),
fewer where full memories have a night to sleep over; the rest stays due. After a jump of years
everyone acts once, not once for every hour missed.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from personagen_npc.changes import ClockMoved, Conversed, DueSet, TurnTaken
from personagen_npc.errors import BadField, Conflict
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.query import base_query
from personagen_npc.mind.remembering.notes import marks
from personagen_npc.mind.turn import own_line
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.outcome import Outcome, Said
from personagen_npc.world.people.ties import run_out
from personagen_npc.world.remembering.sleep import all_slept, burden, clear_out, sleep
from personagen_npc.world.rumours.gossip import listener_for, readiness
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.talking.chatter import exchange
from personagen_npc.world.talking.talk import line_said

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

PER_TICK = 64  # due items done in one tick, [D]
EVERY_S = 5400.0  # scene-free game seconds between an NPC's own doings, times 0.5 to 1.5, [D]
LONGEST_S = 400 * 365.0 * DAY_S  # game time that one tick may move, in game seconds
GREET_SHARE = 0.5  # of doings near a player not talked with lately that are a greeting, [D]
GREET_AGAIN_S = 14400.0  # game seconds after which somebody is greeted anew, [D]
GOSSIP_SHARE = 0.65  # of doings in company that are gossip if there is something to tell, [D]


def tick(world: World, at: float) -> Outcome:
    """Move game time to ``at``; NPCs whose moment has come act, and first sleep over a night."""
    if at < world.now:
        raise Conflict("game time never runs backwards", field="time", got=at,
                       allowed=f"at least {world.now}")  # fmt: skip
    if at - world.now > LONGEST_S:
        raise BadField("too far ahead for one tick", field="time", got=at,
                       allowed=f"at most {world.now + LONGEST_S}")  # fmt: skip
    if world.paused:
        raise Conflict("the world is paused", field="time", got=at, allowed="pause off first")
    before = world.now
    world.do(ClockMoved(at))
    run_out(world, before)
    due = sorted((n.due, n.id) for n in world.npcs.values() if 0 <= n.due <= at)
    said: list[Said] = []
    rested = False
    now_due = _share(world, [npc_id for _, npc_id in due])
    for npc_id in now_due:
        npc = world.npcs[npc_id]
        rested |= sleep(world, npc)
        said += act_alone(world, npc)
        world.do(DueSet(npc_id, next_due(world, npc_id)))
    if rested and all_slept(world):
        clear_out(world)
    left = len(due) - len(now_due)
    return Outcome(data={"time": at, "done": len(due) - left, "due": left}, said=tuple(said))


def _share(world: World, due: list[str]) -> list[str]:
    """Whom of those due one tick serves, at least the first: a full memory's night weighs more."""
    spent = 0
    for k, npc_id in enumerate(due):
        spent += 1 + burden(world, world.npcs[npc_id])
        if spent > PER_TICK and k:
            return due[:k]
    return due


def next_due(world: World, npc: str) -> float:
    """When an NPC next does something on its own."""
    dice = world.dice(npc, f"due.{world.branch}.{world.step}")
    return world.now + EVERY_S * (0.5 + dice.roll("when"))


def act_alone(world: World, npc: Npc) -> list[Said]:
    """Gossip with somebody near, or a bark to nobody."""
    if npc.state != "alive" or npc.locked:
        return []
    turn = f"{world.turn_id()}.{npc.id}"
    dice = world.dice(npc.id, turn)
    unmet = _unmet(world, npc)
    if unmet and dice.roll("greet") < GREET_SHARE:
        return bark(world, npc, turn, "sees_player", unmet)
    hearer = listener_for(world, npc, turn)
    if hearer is not None and dice.roll("gossip") < GOSSIP_SHARE * readiness(npc):
        told = exchange(world, npc, hearer, turn)
        if told:
            return told
    return bark(world, npc, turn, "idle", "")


def _unmet(world: World, npc: Npc) -> str:
    """A player here with whom the NPC has not talked for hours, "" if there is none."""
    for player in world.players.values():
        last = world.talks.get((npc.id, player.id))
        if player.place == npc.place and (last is None or world.now - last.at > GREET_AGAIN_S):
            return player.id
    return ""


def bark(world: World, npc: Npc, turn: str, situation: str, player: str) -> list[Said]:
    """A short line for a situation, to a player or to nobody."""
    scene = scene_for(world, npc, player or npc.id, turn)
    query = base_query(npc, scene, mood_now(npc, world.now, world.pack.time_scale))
    query |= {"situation": situation, "intent": "", "found": "none"}
    acts = _ACTS.get(situation, ("bark",))
    act = acts[scene.dice.index("act", [1.0, 0.7, 0.4][: len(acts)])]
    line = own_line(world.minds, npc, scene, act, query)
    if line.key == "silence":
        return []
    world.do(TurnTaken(turn, npc.id, player, "", act, -1, 1.0, (), 0.0, line.keys, line.text,
                       world.now, marks(npc, player, line.notes, world.now)))  # fmt: skip
    if player:
        over = {} if scene.talk.turns else asdict(scene.talk)  # nothing of an old talk revives
        world.do(Conversed(npc.id, player, over | {"said": line.text, "at": world.now}))
    heard = [n.id for n in world.present(npc.place) if n.id != npc.id]
    return [line_said(world, npc, turn, line.text, act, player, heard, line.key)]


_ACTS = {"idle": ("bark", "work", "weather"), "sees_player": ("greet", "bark")}


def bark_asked(world: World, npc_id: str, situation: str, player: str) -> Outcome:
    """The game asks for a bark."""
    npc = world.awake(npc_id)
    turn = world.turn_id()
    return Outcome(data={"turn": turn}, said=tuple(bark(world, npc, turn, situation, player)))
