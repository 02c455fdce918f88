"""Rewards: what the game says of a turn, and what became of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.changes import ActionClosed, Happened, Held, PolicySet, Rewarded
from personagen_npc.errors import BadField, Conflict, Expired, Unknown
from personagen_npc.learn.credit import clipped
from personagen_npc.learn.inner import PREFIX, is_inner
from personagen_npc.mind.feel import Deed, feel
from personagen_npc.world.growth import FORMULA, decide, keep_still, note, start_afresh
from personagen_npc.world.outcome import Outcome
from personagen_npc.world.talking.talk import no_such_turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.learn.credit import Credits
    from personagen_npc.world.world import World

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
    if is_inner(kind):
        raise BadField("this kind is the NPC's own to give", field="kind", got=kind,
                       allowed=f"a kind that does not begin with {PREFIX}")  # fmt: skip
    if key and world.ledger.seen(key):
        return Outcome(data={"counted": False, "turns": 0})
    credits_ = _credits(world, turn, conversation, npc, player)
    world.do(Rewarded(credits_, clipped(value), kind, key, FORMULA))
    note(world, credits_, clipped(value), kind)
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


def set_policy(world: World, op: str, npc: str, act: str, value: Any = None) -> Outcome:
    """A designer's hand on learning.

    Args:
        world: whose.
        op: what to do.
        npc: with whom; "" for all.
        act: the act to pin.
        value: its pattern instead, by number; or whom to copy from; or which learner; or
            a proposal's id.
    """
    if npc:
        patterns = world.npc(npc).patterns
        if op in ("pin", "unpin") and value is not None:
            if value >= len(patterns):
                raise Unknown("no such pattern", field="pattern", got=value,
                              allowed=f"0 to {len(patterns) - 1}")  # fmt: skip
            act, value = patterns[value].act, None
    if op == "copy":
        world.npc(value, "source")
    if op in ("accept", "reject"):
        decide(world, npc, value, accept=op == "accept")
        return Outcome(data={"op": op, "npc": npc, "proposal": value})
    world.do(PolicySet(op, npc, act, value))
    keep_still(world)
    if op == "reset":
        start_afresh(world, npc)
    return Outcome(data={"op": op, "npc": npc, "act": act})
