"""Rewards in any order, as often as you like: the state stays lawful, a key counts once, replay is
bit-identical, and what cannot be rewarded is refused by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen_npc.changes import from_plain, to_plain
from personagen_npc.errors import BadField, Unknown
from personagen_npc.learn.character import bounds
from personagen_npc.world import rewards
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.changes import Change
    from personagen_npc.world.world import World

SAID = ("Thank you.", "You fool!", "The sky is grey today.", "Where is the mill?")
NPC: dict[str, Any] = {
    "place": "inn", "archetype": "innkeeper", "adaptation_score": 0.8, "elasticity": 0.4,
    "cares": {"trade": 1.0, "other": 0.4}, "inner": 0.1,
    "behavioral_patterns": [
        {"trigger": "thank, tell, insult", "response_template": "So you say.", "frequency": 0.3,
         "act": "joke"},
    ],
}  # fmt: skip
TOWN: dict[str, Any] = {
    "places": {"inn": {"name": "the inn"}}, "npcs": {"ada": NPC, "bel": {**NPC, "inner": 0.0}},
    "voice": [{"id": a, "act": a, "lines": [f"({a} {k})" for k in range(5)]}
              for a in ("welcome_thanks", "deflect", "hear_out", "stand_firm", "object", "joke")],
}  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "turn", "turn", "conversation", "pair", "lost", "freeze", "thaw"]),
        st.integers(0, 11), st.floats(-2.0, 2.0), st.sampled_from(["trade", "liked", "combat"]),
        st.sampled_from(["", "a", "b", "c"]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


class Life:
    """A world that takes steps, and every change of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.changes: list[tuple[int, list[Change]]] = []
        self.turns: list[Any] = []
        self.keys: set[str] = set()

    def step(self, what: Callable[..., Any], *args: Any) -> Any:
        self.world.begin()
        try:
            return what(self.world, *args)
        finally:
            self.changes.append((self.world.step, self.world.end()))

    def live(self, kind: str, k: int, value: float, what: str, key: str) -> None:
        npc, player = ("ada", "bel")[k % 2], f"p{k % 3}"
        if kind == "say" or not self.turns:
            said = self.step(talk.say, [npc], player, SAID[k % len(SAID)])
            self.turns.append(said.replies[0])
        elif kind in ("freeze", "thaw"):
            self.step(rewards.set_policy, kind, npc, "")
        else:
            self.reward(kind, self.turns[k % len(self.turns)], value, what, key)

    def reward(self, kind: str, turn: Any, value: float, what: str, key: str) -> None:
        to = {
            "turn": (turn.turn, "", "", ""), "conversation": ("", turn.conversation, "", ""),
            "pair": ("", "", turn.npc, turn.player), "lost": ("b1.s99999", "", "", ""),
        }[kind]  # fmt: skip
        if kind == "lost" and not (key and key in self.keys):
            with pytest.raises(Unknown, match="never was"):
                self.step(rewards.reward, *to, value, what, key)
            return
        got = self.step(rewards.reward, *to, value, what, key).data
        assert got["counted"] == (key not in self.keys or not key)
        if key:
            self.keys.add(key)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_rewards_leave_a_lawful_state(hamlet: Callable[..., World], steps: list[Any]) -> None:
    life, twin = Life(hamlet(seed=5, **TOWN)), hamlet(seed=5, **TOWN)
    for one in steps:
        life.live(*one)
    world = life.world
    for step, changes in life.changes:
        twin.replay(step, from_plain(to_plain(changes)))
    assert snapshot.dump(twin) == snapshot.dump(world)
    again = snapshot.load(snapshot.dump(world), world.pack)
    assert snapshot.dump(again) == snapshot.dump(world)
    after = [talk.say(w, ["ada"], "p0", SAID[2]).replies[0] for w in (world, twin, again)]
    assert after[0] == after[1] == after[2]
    _, times = bounds(NPC["elasticity"])
    for row in world.ledger:
        menu = dict(row.menu)
        assert row.act not in menu or row.p <= times * menu[row.act] + 1e-3


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(8)), st.lists(st.floats(-1.0, 1.0), min_size=8, max_size=8))
def test_what_comes_of_outcomes_does_not_depend_on_their_order(
    hamlet: Callable[..., World], order: list[int], values: list[float]
) -> None:
    found = []
    for places in (list(range(8)), order):
        life = Life(hamlet(seed=5, **TOWN))
        said = [life.step(talk.say, ["bel"], f"p{k % 3}", SAID[k % 4]).replies[0] for k in range(8)]
        for k in places:
            life.step(rewards.reward, said[k].turn, "", "", "", values[k], "liked", f"k{k}")
            life.step(rewards.reward, said[k].turn, "", "", "", -1.0, "liked", f"k{k}")
        bel = life.world.npcs["bel"]
        found.append((bel.outcomes.to_tree(), bel.drift, bel.shares))
    assert found[0] == found[1]


def test_a_reward_that_is_no_number_is_refused(hamlet: Callable[..., World]) -> None:
    life = Life(hamlet(seed=5, **TOWN))
    turn = life.step(talk.say, ["ada"], "p0", SAID[0]).replies[0].turn
    with pytest.raises(BadField, match="no number"):
        life.step(rewards.reward, turn, "", "", "", float("nan"), "liked", "")
