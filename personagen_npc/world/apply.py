"""Apply: one short function for each kind of change, and no other code that changes a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc import changes as c
from personagen_npc.learn.credit import Paid, Turn
from personagen_npc.learn.inner import counted
from personagen_npc.learn.network import Network
from personagen_npc.learn.policy import Policy
from personagen_npc.memory.graph import Triple
from personagen_npc.memory.vectors import Vectors, int8
from personagen_npc.mind.feel import felt
from personagen_npc.mind.npc import born, remember_line
from personagen_npc.mind.remembering.notes import put
from personagen_npc.mind.scene import Talk
from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.persona.traits import Mood
from personagen_npc.world.entities import Action, Player
from personagen_npc.world.people.kin import introduce
from personagen_npc.world.people.ties import PREFIX
from personagen_npc.world.state.forget import forget

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

ACTIONS_KEPT = 2000  # actions asked for that still take a result, oldest dropped first, [D]


def clock_moved(world: World, change: c.ClockMoved) -> None:
    world.now = change.at
    world.touch()


def variable_set(world: World, change: c.VariableSet) -> None:
    world.variables[change.name] = change.value
    world.touch()


def npc_spawned(world: World, change: c.NpcSpawned) -> None:
    profile = PersonaProfile.model_validate(change.profile, strict=False)
    world.npcs[change.npc] = npc = born(profile, change.place, world.now)
    npc.slept = world.dates.night(world.now)
    world.enter(npc)


def npc_removed(world: World, change: c.NpcRemoved) -> None:
    npc = world.npcs.pop(change.npc)
    world.by_place[npc.place].remove(change.npc)
    world.part(change.npc)
    world.policy.forget_npc(change.npc)
    world.network.forget_npc(change.npc)
    world.ledger.forget_npc(change.npc)
    for pair in [p for p in world.talks if p[0] == change.npc]:
        del world.talks[pair]
    world.relations.forget(change.npc)
    for other in world.npcs.values():
        other.notes.pop(change.npc, None)


def npc_set(world: World, change: c.NpcSet) -> None:
    npc = world.npcs[change.npc]
    if change.field == "place":
        world.by_place[npc.place].remove(npc.id)
        npc.place = change.value
        world.by_place.setdefault(npc.place, []).append(npc.id)
    elif change.field == "profile":
        world.part(npc.id)
        npc.profile = PersonaProfile.model_validate(change.value, strict=False)
        npc.compile()
        world.introduce(npc)
        npc.goals = {g.id: npc.goals.get(g.id, g.likelihood) for g in npc.profile.goals}
    elif change.field in _GROWS:
        _GROWS[change.field](npc, change.value)
    else:
        setattr(npc, change.field, change.value)


def _noted(npc: Npc, rows: list[list[str | int]] | None) -> None:
    if rows is None:
        npc.outcomes.clear()
    else:
        npc.outcomes.note(rows)
    npc.mature()


def _held_still(npc: Npc, on: bool) -> None:
    npc.still = on
    npc.mature()


_GROWS: dict[str, Callable[[Npc, Any], None]] = {
    "outcomes": _noted, "still": _held_still, "grown": lambda npc, rows: npc.grow(rows),
}  # fmt: skip


def player_set(world: World, change: c.PlayerSet) -> None:
    player = Player(change.player, **change.fields)
    world.players[change.player] = player
    world.name_player(player)


def player_gone(world: World, change: c.PlayerGone) -> None:
    known = world.players.pop(change.player, None)
    world.unname(change.player)
    for pair in [p for p in world.talks if p[1] == change.player]:
        del world.talks[pair]
    if change.forget:
        forget(world, change.player, known.name if known else "")


def happened(world: World, change: c.Happened) -> None:
    world.happenings.add(
        change.text, change.kind, change.actor, change.target, change.place, change.at, world.step,
        change.importance, change.fact, change.names, change.parent, change.twist,
    )  # fmt: skip


def embedded(world: World, change: c.Embedded) -> None:
    if (change.source, change.dim) != (world.vectors.source, world.vectors.dim):
        world.vectors = Vectors(change.source, change.dim)
    for happening, vector in zip(change.happenings, change.data, strict=True):
        if happening in world.happenings:
            world.vectors.put(happening, int8(vector))


def held(world: World, change: c.Held) -> None:
    world.npcs[change.npc].memories.hold(
        change.happening, change.source, change.teller, change.hops, change.strength, world.step,
        change.emotion, change.intensity, change.episode, change.position, world.now, change.times,
    )  # fmt: skip


def dropped(world: World, change: c.Dropped) -> None:
    if not change.npc:
        for happening in change.happenings:
            world.happenings.remove(happening)
            world.vectors.remove(happening)
        return
    npc = world.npcs[change.npc]
    npc.memories.drop_many(change.happenings)
    for happening in change.happenings:
        npc.lines.pop(f"mem#{happening}", None)  # nothing is left that could be brought up again


def believed(world: World, change: c.Believed) -> None:
    if change.strength <= 0.0:
        world.npcs[change.npc].beliefs.forget(change.fact)
        return
    world.npcs[change.npc].beliefs.hold(
        change.fact,
        change.source,
        change.teller,
        change.hops,
        change.strength,
        change.at,
        change.origin,
    )


def asserted(world: World, change: c.Asserted) -> None:
    triple = Triple(*change[2:])
    world.npcs[change.npc].graph.put(
        change.number, triple._replace(evidence=tuple(change.evidence))
    )
    if change.relation.startswith(PREFIX):
        introduce(world, world.npcs[change.npc])


def retracted(world: World, change: c.Retracted) -> None:
    npc = world.npcs[change.npc]
    gone = [npc.graph[number] for number in change.numbers]
    for number in change.numbers:
        npc.graph.remove(number)
    if any(t is not None and t.relation.startswith(PREFIX) for t in gone):
        introduce(world, npc)


def felt_(world: World, change: c.Felt) -> None:
    mood = Mood(change.pleasure, change.arousal, change.dominance)
    npc = world.npcs[change.npc]
    felt(npc, change.emotion, change.intensity, change.cause, change.at, mood)


def goal_moved(world: World, change: c.GoalMoved) -> None:
    world.npcs[change.npc].goals[change.goal] = change.likelihood


def related(world: World, change: c.Related) -> None:
    world.relations.set(change, world.now)


def turn_taken(world: World, change: c.TurnTaken) -> None:
    npc = world.npcs[change.npc]
    remember_line(npc, change.keys, change.text, change.at)
    put(npc, change.notes)
    npc.turns += 1
    if change.pattern >= 0:
        npc.patterns_used[change.pattern] = change.at
    for key in change.keys:
        world.crowd[key] = world.crowd.get(key, 0) + 1
    if change.player in world.npcs:
        return
    world.ledger.record(
        Turn(
            change.turn, change.npc, npc.profile.archetype, change.player, change.conversation,
            change.act, change.propensity, tuple(change.features), change.offset, change.at,
            change.menu, change.pattern,
        )
    )  # fmt: skip


def conversed(world: World, change: c.Conversed) -> None:
    talk = world.talks.setdefault((change.npc, change.player), Talk())
    for name, value in change.fields.items():
        setattr(talk, name, value)


def action_asked(world: World, change: c.ActionAsked) -> None:
    world.actions[change.action] = Action(
        change.action, change.turn, change.npc, change.player, change.name, change.args, "open"
    )
    if len(world.actions) > ACTIONS_KEPT:
        del world.actions[next(iter(world.actions))]


def action_closed(world: World, change: c.ActionClosed) -> None:
    asked = world.actions[change.action]
    world.actions[change.action] = asked._replace(status=change.status)


def rewarded(world: World, change: c.Rewarded) -> None:
    for turn, weight in change.credits:
        row = world.ledger.get(turn)
        npc = world.npcs.get(row.npc)
        counts = counted(change.kind, weight, npc.profile.cares if npc is not None else {})
        # without features nothing was chosen, so there is nothing to choose better
        taught = bool(row.x) and world.policy.learn(row, change.value, counts)
        world.ledger.pay(turn, Paid(change.value, counts, change.kind), taught=taught)
    world.ledger.count(change.key)


def policy_set(world: World, change: c.PolicySet) -> None:
    whole = _WHOLE.get(change.op)
    if whole is not None:
        whole(world, change.value)
        return
    if change.op in {"reset", "copy"}:
        world.ledger.bar()
        for npc in [change.npc] if change.npc else list(world.npcs):
            for learner in (world.policy, world.network):
                if change.op == "reset":
                    learner.reset(npc)
                else:
                    learner.copy(change.value, npc)
        return
    for npc in [change.npc] if change.npc else list(world.npcs):
        _POLICY[change.op](world.policy, npc, change.act)


def _refitted(world: World, fit: dict[str, Any]) -> None:
    """What was fitted to all that was learned up to a number, and on top what came after it."""
    later = [(turn, p.value, p.weight) for turn, p in world.ledger.later(fit["number"])]
    world.policy.adopt(fit["levels"], later, fit["heard"])
    if fit["network"] is not None:
        world.network = Network.from_tree(fit["network"])
    world.ledger.bar(fit["number"])


def _adopted(world: World, learned: dict[str, Any]) -> None:
    """What was learned elsewhere, whole, in place of all that was learned here."""
    world.policy = Policy.from_tree(learned["policy"])
    world.network = Network.from_tree(learned["network"])
    world.ledger.bar()


def _learning_by(world: World, learner: str) -> None:
    world.learns_by = learner


_WHOLE: dict[str, Callable[[World, Any], None]] = {
    "refit": _refitted, "adopt": _adopted, "learner": _learning_by,
}  # fmt: skip


_POLICY: dict[str, Callable[[Policy, str, str], None]] = {
    "freeze": lambda policy, npc, _: policy.freeze(npc),
    "thaw": lambda policy, npc, _: policy.freeze(npc, on=False),
    "pin": lambda policy, npc, act: policy.pin(npc, act),
    "unpin": lambda policy, npc, act: policy.pin(npc, act, on=False),
}


def due_set(world: World, change: c.DueSet) -> None:
    world.npcs[change.npc].due = change.at


def paused(world: World, change: c.Paused) -> None:
    world.paused = change.on


APPLY: dict[type, Callable[[World, Any], None]] = {
    c.ClockMoved: clock_moved, c.VariableSet: variable_set, c.NpcSpawned: npc_spawned,
    c.NpcRemoved: npc_removed, c.NpcSet: npc_set, c.PlayerSet: player_set,
    c.PlayerGone: player_gone, c.Happened: happened, c.Embedded: embedded, c.Held: held,
    c.Dropped: dropped, c.Believed: believed, c.Asserted: asserted, c.Retracted: retracted,
    c.Felt: felt_, c.GoalMoved: goal_moved, c.Related: related, c.TurnTaken: turn_taken,
    c.Conversed: conversed, c.ActionAsked: action_asked, c.ActionClosed: action_closed,
    c.Rewarded: rewarded, c.PolicySet: policy_set, c.DueSet: due_set, c.Paused: paused,
}  # fmt: skip
