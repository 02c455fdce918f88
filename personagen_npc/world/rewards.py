"""Rewards: what the game says of a turn, and what became of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.changes import ActionClosed, Happened, Held, PolicySet, Rewarded
from personagen_npc.errors import Conflict, Expired, Unknown
from personagen_npc.learn.credit import clipped
from personagen_npc.mind.feel import Deed, feel
from personagen_npc.world.outcome import Outcome
from personagen_npc.world.talking.talk import no_such_turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.learn.credit import Credits
    from personagen_npc.world.world import World

FORMULA = 1  # version of the update that `Rewarded` is applied by
ENDS = {
    # result -> how it is remembered and how it feels (benefit); [D]
    "done": ("It was done: {what}.", 0.25),
    "failed": ("It did not work out: {what}.", -0.2),
    "refused": ("It was refused: {what}.", -0.1),
}


def reward(
    world: World, turn: str, conversation: str, npc: str, player: str, value: float, kind: str,
    key: str,
) -> Outcome:  # fmt: skip
    """Credit turns with a value in [-1, 1]. A key counts once; Unknown or Expired say why not."""
    if key and world.ledger.seen(key):
        return Outcome(data={"counted": False, "turns": 0})
    credits_ = _credits(world, turn, conversation, npc, player)
    world.do(Rewarded(credits_, clipped(value), kind, key, FORMULA))
    return Outcome(data={"counted": True, "turns": len(credits_)})


def _credits(world: World, turn: str, conversation: str, npc: str, player: str) -> Credits:
    if turn:
        try:
            return world.ledger.by_turn(turn)
        except (Unknown, Expired):
            raise no_such_turn(world, turn) from None
    if conversation:
        return world.ledger.by_conversation(conversation)
    world.npc(npc)
    return world.ledger.by_pair(npc, player)


def action_result(
    world: World, action: str, result: str, text: str, facts: Mapping[str, Any]
) -> Outcome:
    """The game's word on an action: memory and feeling of the one who asked for it."""
    asked = world.actions.get(action)
    if asked is None:
        raise Unknown(f"no action {action!r} was asked for", field="action", got=action,
                      allowed="id of an action in a reply")  # fmt: skip
    if asked.status != "open":
        raise Conflict(f"action {action!r} is closed", field="action", got=asked.status,
                       allowed="open")  # fmt: skip
    world.do(ActionClosed(action, result, text))
    npc = world.npcs.get(asked.npc)
    if npc is None:
        return Outcome(data={"action": action})
    pattern, benefit = ENDS[result]
    feeling = feel(npc, Deed(f"action:{asked.name}:{result}", benefit=benefit), world.now,
                   world.pack.time_scale)  # fmt: skip
    world.do_all(feeling.changes)
    declared = world.pack.actions.get(asked.name)
    what = text or (declared.description.rstrip(".") if declared else asked.name)
    happening = len(world.happenings)
    sentence = text if text else pattern.replace("{what}", what[:1].lower() + what[1:])
    names = tuple(str(v) for v in asked.args.values() if v in world.display)
    world.do(Happened(happening, sentence, "action", asked.player, asked.npc, npc.place, world.now,
                      0.4, "", names))  # fmt: skip
    world.do(Held(npc.id, happening, "seen", "", 0, 1.0, "", 0.0, world.step, 0))
    return Outcome(data={"action": action, "name": asked.name, "facts": dict(facts)})


def set_policy(world: World, op: str, npc: str, act: str) -> Outcome:
    """A designer's hand on learning."""
    if npc:
        world.npc(npc)
    world.do(PolicySet(op, npc, act))
    return Outcome(data={"op": op, "npc": npc, "act": act})
