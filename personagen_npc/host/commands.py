"""One handler for each message that is a step: plain request in, the world's command called.

A new message is a model in ``wire/requests.py``, a row here, a golden frame, and ten lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.authoring.newcomer import newcomer
from personagen_npc.errors import Unknown
from personagen_npc.world import agenda, rewards, roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.outcome import Outcome
from personagen_npc.world.people.ties import Terms, set_tie
from personagen_npc.world.talking import chatter, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

Plain = dict[str, Any]


def say(world: World, r: Plain) -> Outcome:
    to = r.get("to") or (r["npc"],)
    return talk.say(
        world, to, r["player"], r["text"], place=r.get("place") or "",
        whisper=r.get("whisper", False), max_chars=r.get("max_chars") or 400,
        facts=r.get("facts"),
    )  # fmt: skip


def perform(world: World, r: Plain) -> Outcome:
    return talk.perform(world, r["npc"], r["text"], r.get("player") or "",
                        whisper=r.get("whisper", False))  # fmt: skip


def event(world: World, r: Plain) -> Outcome:
    outcome = happen(world, [admit_event(world, r["event"], "event")])
    return outcome._replace(data={"witnesses": len(outcome.noted)})


def events(world: World, r: Plain) -> Outcome:
    """Taken whole or refused whole: every event is admitted before the first one happens."""
    admitted = [admit_event(world, e, f"events.{k}") for k, e in enumerate(r["events"])]
    return happen(world, admitted)._replace(data={"taken": len(admitted)})


def reward(world: World, r: Plain) -> Outcome:
    return rewards.reward(
        world, r.get("turn") or "", r.get("conversation") or "", r.get("npc") or "",
        r.get("player") or "", r["value"], r.get("kind", "reward"), r.get("key") or "",
    )  # fmt: skip


def action_result(world: World, r: Plain) -> Outcome:
    return rewards.action_result(world, r["action"], r["result"], r.get("text", ""),
                                 r.get("facts") or {})  # fmt: skip


def shown(world: World, r: Plain) -> Outcome:
    return talk.shown(world, r["turn"], r["text"])


def tick(world: World, r: Plain) -> Outcome:
    return agenda.tick(world, r["time"])


def bark(world: World, r: Plain) -> Outcome:
    return agenda.bark_asked(world, r["npc"], r["situation"], r.get("player") or "")


def converse(world: World, r: Plain) -> Outcome:
    return chatter.converse(world, r["npc"], r["with_npc"], r.get("topic") or "")


def world_set(world: World, r: Plain) -> Outcome:
    return roster.set_world(world, r.get("variables") or {}, r.get("quests") or {},
                            r.get("weather"))  # fmt: skip


def npc_spawn(world: World, r: Plain) -> Outcome:
    if r.get("entry"):
        profile = world.pack.npcs.get(r["entry"])
        if profile is None:
            raise Unknown("no such NPC in the open packs", field="entry", got=r["entry"],
                          allowed=", ".join(world.pack.npcs))  # fmt: skip
        if r.get("npc"):
            profile = profile.model_copy(update={"id": r["npc"]})
    elif r.get("theme"):
        return _spawn_newcomer(world, r)
    else:
        profile = roster.profile_from(r["profile"], r.get("npc"))
    return roster.spawn(world, profile, r.get("place") or "")


def _spawn_newcomer(world: World, r: Plain) -> Outcome:
    """Somebody made from a few words, whom people of the world know from now on."""
    there = [n.profile for n in world.npcs.values() if n.state == "alive"]
    seed = r.get("seed")
    chance = world.seed ^ world.step if seed is None else seed
    profile, ties = newcomer(world.pack, there, r["theme"], r.get("complexity"), chance)
    free = r.get("npc") or _free_id(world, profile.id)
    out = roster.spawn(world, profile.model_copy(update={"id": free}), r.get("place") or "")
    for tie in ties:
        set_tie(world, tie.other, free, tie.back, Terms(note=tie.theirs, quiet=True))
    return out


def _free_id(world: World, wanted: str) -> str:
    names = (wanted, *(f"{wanted}-{k}" for k in range(2, len(world.npcs) + 3)))
    return next(n for n in names if n not in world.npcs)


def npc_remove(world: World, r: Plain) -> Outcome:
    return roster.remove(world, r["npc"])


def npc_set(world: World, r: Plain) -> Outcome:
    names = ("place", "state", "locked", "goals", "traits")
    return roster.set_npc(world, r["npc"], {k: r.get(k) for k in names})


def tie(world: World, r: Plain) -> Outcome:
    terms = Terms(r.get("until"), r.get("days"), r.get("end", False), r.get("both", False),
                  r.get("note") or "")  # fmt: skip
    return set_tie(world, r["npc"], r["other"], r["kind"], terms)


def player_set(world: World, r: Plain) -> Outcome:
    names = ("name", "place", "pronouns", "faction", "locale", "facts")
    return roster.set_player(world, r["player"], {k: r.get(k) for k in names})


def player_remove(world: World, r: Plain) -> Outcome:
    return roster.drop_player(world, r["player"], forget=False)


def player_forget(world: World, r: Plain) -> Outcome:
    return roster.drop_player(world, r["player"], forget=True)


def pause(world: World, r: Plain) -> Outcome:
    return roster.pause(world, r["on"])


def fact_tell(world: World, r: Plain) -> Outcome:
    return roster.tell_fact(world, r["npc"], r.get("fact") or "", r.get("text") or "",
                            r.get("teller") or "", r.get("source") or "")  # fmt: skip


def policy(world: World, r: Plain) -> Outcome:
    brought = ("pattern", "source", "learner", "proposal")
    value = next((r[n] for n in brought if r.get(n) is not None), None)
    return rewards.set_policy(world, r["op"], r.get("npc") or "", r.get("act") or "", value)


def cancel(world: World, r: Plain) -> Outcome:
    """A turn is over before its cancellation can arrive, unless it waited for a script."""
    return Outcome(data={"target": r["target"], "cancelled": r.get("waited", False)})


COMMANDS: dict[str, Callable[[World, Plain], Outcome]] = {
    "say": say, "perform": perform, "event": event, "events": events, "reward": reward,
    "action.result": action_result, "shown": shown, "tick": tick, "bark": bark,
    "converse": converse, "world.set": world_set, "npc.spawn": npc_spawn,
    "npc.remove": npc_remove, "npc.set": npc_set, "tie": tie, "player.set": player_set,
    "player.remove": player_remove, "player.forget": player_forget, "pause": pause,
    "fact.tell": fact_tell, "policy": policy, "cancel": cancel,
}  # fmt: skip
