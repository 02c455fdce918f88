"""The game's word on what was good: credited once, to the turns that are still there to credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import BadField, ClientFault, Conflict, Expired, Unknown
from personagen_npc.world import agenda, rewards, roster
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

LINE = "Nice weather today."  # several acts answer it: there is something to learn


def _say(world: World, step: Step, text: str = LINE, npc: str = "edda", player: str = "ash"
         ) -> Reply:  # fmt: skip
    reply: Reply = step(world, talk.say, [npc], player, text).replies[0]
    return reply


def _reward(world: World, step: Step, value: float = 1.0, **to: str) -> dict[str, Any]:
    fields = {"turn": "", "conversation": "", "npc": "", "player": "", "key": "", **to}
    key = fields.pop("key")
    outcome = step(world, rewards.reward, *fields.values(), value, "reward", key)
    data: dict[str, Any] = outcome.data
    return data


def _refused(world: World, fault: type[ClientFault], **to: str) -> ClientFault:
    before = snapshot.dump(world)
    f = {"turn": "", "conversation": "", "npc": "", "player": "", **to}
    with pytest.raises(fault) as caught:
        rewards.reward(
            world, f["turn"], f["conversation"], f["npc"], f["player"], 1.0, "reward", ""
        )
    assert snapshot.dump(world) == before
    return caught.value


def test_a_turn_a_conversation_or_the_latest_can_be_rewarded(village: World, step: Step) -> None:
    first, second = _say(village, step), _say(village, step, "The river is high, they say.")
    assert _reward(village, step, turn=first.turn) == {"counted": True, "turns": 1}
    got = _reward(village, step, conversation=second.conversation)
    assert got == {"counted": True, "turns": 2}
    assert _reward(village, step, npc="edda", player="ash")["turns"] == 2


def test_what_is_praised_is_done_more_often(village: World, step: Step) -> None:
    step(village, roster.set_npc, "edda", {"traits": {"openness": 0.5}})

    def odds(act: str) -> float:
        twin = snapshot.load(snapshot.dump(village), village.pack)
        for k in range(30):
            reply = _say(twin, step, player=f"probe{k}")
            found = [p for a, _, _, p in reply.why["chosen"]["candidates"] if a == act]
            if found:
                return float(sum(found))
        raise AssertionError(f"{act} is never on the menu")

    act = _say(village, step).act
    before = odds(act)
    for k in range(40):
        reply = _say(village, step, player=f"p{k}")
        _reward(village, step, 1.0 if reply.act == act else -1.0, turn=reply.turn)
    assert odds(act) > before + 0.02


def test_the_same_key_counts_once(village: World, step: Step) -> None:
    turn = _say(village, step).turn
    assert _reward(village, step, turn=turn, key="sale-1")["counted"]
    state = village.policy.to_tree()
    assert _reward(village, step, turn=turn, key="sale-1") == {"counted": False, "turns": 0}
    assert village.policy.to_tree() == state
    assert _reward(village, step, turn=turn, key="sale-2")["counted"]
    assert village.policy.to_tree() != state


def test_a_key_counts_once_also_after_a_save(village: World, step: Step) -> None:
    turn = _say(village, step).turn
    _reward(village, step, turn=turn, key="sale-1")
    again = snapshot.load(snapshot.dump(village), village.pack)
    assert not _reward(again, step, turn=turn, key="sale-1")["counted"]


@pytest.mark.parametrize("turn", ["nonsense", "b1.s99", "b1.sx", "b.s1"])
def test_a_turn_that_never_was_is_unknown(village: World, step: Step, turn: str) -> None:
    _say(village, step)
    assert _refused(village, Unknown, turn=turn).field == "turn"


def test_unknown_conversations_and_pairs_say_so(village: World, step: Step) -> None:
    _say(village, step)
    assert _refused(village, Unknown, conversation="c.edda.b1s999").field == "conversation"
    _refused(village, Unknown, npc="nobody", player="ash")
    _refused(village, Unknown, npc="wick", player="ash")


def test_what_is_too_long_ago_has_expired(village: World, step: Step) -> None:
    village.ledger.limit = 3
    turns = [_say(village, step, player=f"p{k}").turn for k in range(6)]
    assert _refused(village, Expired, turn=turns[0]).field == "turn"
    assert _reward(village, step, turn=turns[-1])["counted"]
    assert village.ledger.limit == 3


def test_a_turn_of_an_abandoned_branch_is_refused_by_name(village: World, step: Step) -> None:
    before = _say(village, step)
    saved = snapshot.dump(village)
    lost = _say(village, step)
    back = snapshot.load(saved, village.pack)  # as the host's load does
    back.ancestry = [*back.ancestry, (back.branch, back.step)]
    back.branch, back.step = 2, back.step + 1
    assert "branch" in _refused(back, Unknown, turn=lost.turn).message or "never" in (
        _refused(back, Unknown, turn=lost.turn).message
    )
    assert _reward(back, step, turn=before.turn)["counted"]  # an ancestor counts
    here = _say(back, step)
    assert here.turn.startswith("b2.")
    further = snapshot.load(saved, village.pack)  # the first save once more: branch 2 is left
    further.ancestry = [*further.ancestry, (further.branch, further.step)]
    further.branch, further.step = 3, further.step + 1
    assert "branch" in _refused(further, Expired, turn=here.turn).message


def test_a_mind_that_is_frozen_stays_as_it_is(village: World, step: Step) -> None:
    step(village, rewards.set_policy, "freeze", "edda", "")
    turn = _say(village, step).turn
    state = village.policy.to_tree()
    _reward(village, step, turn=turn)
    assert village.policy.to_tree() == state
    step(village, rewards.set_policy, "thaw", "edda", "")
    _reward(village, step, turn=_say(village, step).turn)
    assert village.policy.to_tree() != state


def test_a_reward_may_come_long_after(village: World, step: Step) -> None:
    turn = _say(village, step).turn
    step(village, agenda.tick, 90 * 86400.0)
    assert _reward(village, step, turn=turn)["counted"]


def test_a_value_that_is_no_number_is_refused(village: World, step: Step) -> None:
    turn = _say(village, step).turn
    with pytest.raises(BadField):
        rewards.reward(village, turn, "", "", "", float("nan"), "reward", "")


# --- what became of an action --------------------------------------------------------------------


def _asked(world: World, step: Step) -> tuple[str, str]:
    """(action, NPC) of the first action that anybody asks the game for."""
    for npc in world.npcs.values():
        for item in npc.profile.wares:
            for text in (f"I want to buy the {item.replace('_', ' ')}.", "Agreed, I'll take it."):
                reply = _say(world, step, text, npc.id)
                if reply.actions:
                    return reply.actions[0].id, npc.id
    raise AssertionError("nobody sells anything")


@pytest.mark.parametrize(("result", "sign"), [("done", 1), ("failed", -1), ("refused", -1)])
def test_how_an_action_ended_is_remembered_and_felt(
    village: World, step: Step, result: str, sign: int
) -> None:
    action, npc = _asked(village, step)
    held = len(village.npcs[npc].memories)
    mood = village.npcs[npc].mood.pleasure
    step(village, rewards.action_result, action, result, "The sword broke.", {})
    assert village.actions[action].status == result
    assert len(village.npcs[npc].memories) == held + 1
    newest = village.happenings[village.npcs[npc].memories.happening[-1]]
    assert (newest.text, newest.actor, newest.target) == ("The sword broke.", "ash", npc)
    moved = village.npcs[npc].mood.pleasure - mood
    assert moved * sign > 0 or (result == "refused" and moved == 0.0)  # hardly worth a frown


def test_an_action_ends_once(village: World, step: Step) -> None:
    action, _ = _asked(village, step)
    step(village, rewards.action_result, action, "done", "", {})
    before = snapshot.dump(village)
    with pytest.raises(Conflict) as caught:
        rewards.action_result(village, action, "failed", "", {})
    assert caught.value.field == "action"
    with pytest.raises(Unknown):
        rewards.action_result(village, "b1.s1.a7", "done", "", {})
    assert snapshot.dump(village) == before


def test_the_end_of_an_action_of_somebody_gone_does_no_harm(village: World, step: Step) -> None:
    action, npc = _asked(village, step)
    step(village, roster.remove, npc)
    happened = len(village.happenings)
    step(village, rewards.action_result, action, "done", "", {})
    assert village.actions[action].status == "done"
    assert len(village.happenings) == happened  # nobody is left to remember it
