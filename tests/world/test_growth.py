"""What comes of turns beyond the choice of acts: traits, patterns, rewards of one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import ClockMoved, NpcSet
from personagen_npc.errors import BadField, Unknown
from personagen_npc.host import reads
from personagen_npc.learn.drift import REACH
from personagen_npc.world import rewards, roster
from personagen_npc.world.growth import became
from personagen_npc.world.proposals import proposals
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]
    Hamlet = Callable[..., World]

NPC: dict[str, Any] = {
    "place": "inn", "archetype": "innkeeper", "elasticity": 0.5, "adaptation_score": 0.5,
    "personality_traits": [{"name": "agreeableness", "value": 0.42}],
    "behavioral_patterns": [
        {"trigger": "thank", "response_template": "Any time at all.", "frequency": 0.3},
        {"trigger": "thank", "response_template": "Hm, yes.", "frequency": 0.3},
    ],
}  # fmt: skip
TOWN: dict[str, Any] = {
    "places": {"inn": {"name": "the inn"}},
    "npcs": {"ada": NPC, "bel": {**NPC, "adaptation_score": 0.0}, "cy": {**NPC, "elasticity": 0.0}},
    "voice": [{"id": a, "act": a, "lines": [f"({a} {k})" for k in range(9)]}
              for a in ("welcome_thanks", "greet", "deflect", "admit_ignorance", "answer")],
}  # fmt: skip


@pytest.fixture
def town(hamlet: Hamlet) -> World:
    return hamlet(seed=5, **TOWN)


def thanked(world: World, step: Step, npc: str, player: str, value: float = 1.0) -> Any:
    """One round of thanks, paid for; hours later, so that no pattern is worn out."""
    step(world, lambda w: _later(w))
    reply = step(world, talk.say, [npc], player, "Thank you very much.").replies[0]
    step(world, rewards.reward, reply.turn, "", "", "", value, "liked", "")
    return reply


def _later(world: World) -> Any:
    world.do(ClockMoved(world.now + 9000.0))


def trait(world: World, npc: str) -> float:
    return float(world.npcs[npc].base["trait.agreeableness"])


def test_who_is_paid_for_kindness_grows_warmer_and_says_so(town: World, step: Step) -> None:
    for k in range(31):
        for npc in ("ada", "bel", "cy"):
            thanked(town, step, npc, f"p{k % 3}")
    assert (trait(town, "ada"), trait(town, "bel"), trait(town, "cy")) == (0.47, 0.42, 0.42)
    said = became(town, town.npcs["ada"])["traits"][0]["text"]
    assert said == "warmer than written: agreeableness 0.42 -> 0.47, from 29 kind outcomes"
    seen = reads.ask(town, {"what": "learning", "npc": "ada"})
    assert seen["became"]["ada"]["traits"][0]["text"] == said
    one = reads.npc_get(town, {"npc": "ada"})
    assert (one["traits"]["agreeableness"], one["became"][0]) == (0.42, said)
    assert reads.npc_get(town, {"npc": "bel"})["became"][:1] != [said]
    assert town.npcs["ada"].profile.personality_traits[0].value == 0.42


def test_no_trait_goes_farther_than_authored(town: World, step: Step) -> None:
    reach = REACH * NPC["adaptation_score"]
    rows = [["p", "harsh", 10**12, 10**6]]
    step(town, lambda w: w.do(NpcSet("ada", "outcomes", rows)))
    assert trait(town, "ada") == pytest.approx(0.42 - reach, abs=0.011)


def test_a_save_a_replay_and_a_freeze_keep_what_one_became(town: World, step: Step) -> None:
    for k in range(20):
        thanked(town, step, "ada", f"p{k % 2}")
    twin = snapshot.load(snapshot.dump(town), town.pack)
    assert snapshot.dump(twin) == snapshot.dump(town)
    ada = twin.npcs["ada"]
    assert (ada.base, ada.shares) == (town.npcs["ada"].base, town.npcs["ada"].shares)
    step(twin, rewards.set_policy, "freeze", "ada", "")
    assert (trait(twin, "ada"), ada.shares) == (0.42, {})
    assert snapshot.load(snapshot.dump(twin), twin.pack).npcs["ada"].drift == ()
    step(twin, rewards.set_policy, "thaw", "ada", "")
    assert trait(twin, "ada") == trait(town, "ada") > 0.42


def test_a_reset_takes_all_of_it_back(town: World, step: Step) -> None:
    fresh = json.loads(snapshot.dump(town))["npcs"]["ada"]
    for _ in range(20):
        thanked(town, step, "ada", "p")
    step(town, rewards.set_policy, "reset", "", "")
    after = json.loads(snapshot.dump(town))["npcs"]["ada"]
    assert (after["outcomes"], after["grown"]) == (fresh["outcomes"], fresh["grown"]) == ([], [])
    assert trait(town, "ada") == 0.42


def test_a_forgotten_player_leaves_nothing_of_his_outcomes(town: World, step: Step) -> None:
    for k in range(12):
        thanked(town, step, "ada", "stays", 0.1 * (k % 7) - 0.2)
    ada = town.npcs["ada"]
    before = (ada.outcomes.to_tree(), dict(ada.base), dict(ada.shares))
    for k in range(15):
        thanked(town, step, "ada", "goes", 0.9 - 0.13 * k)
    step(town, roster.drop_player, "goes", forget=True)
    assert (ada.outcomes.to_tree(), dict(ada.base), dict(ada.shares)) == before
    assert "goes" not in json.dumps(ada.outcomes.to_tree())


def lived(world: World, step: Step, npc: str = "ada") -> None:
    """Some weeks, in which the first way to take thanks was liked and the second was not."""
    rows = [["p", "#0", 15_000_000, 15], ["p", "#1", -9_000_000, 15], ["p", "all", 9_000_000, 60]]
    step(world, lambda w: w.do(NpcSet(npc, "outcomes", rows)))


def test_a_pattern_is_paid_for_its_own_lines(town: World, step: Step) -> None:
    said = [thanked(town, step, "ada", f"p{k}") for k in range(20)]
    used = [r.pattern for r in said]
    for pattern in (0, 1):
        assert town.npcs["ada"].outcomes.of(f"#{pattern}").times == used.count(pattern) > 0


def test_what_pays_grows_and_what_does_not_fades_within_the_act(town: World, step: Step) -> None:
    twin = snapshot.load(snapshot.dump(town), town.pack)
    lived(town, step)
    ada = town.npcs["ada"]
    assert ada.shares == {0: 2.557, 1: 0.41}
    words = [row["text"] for row in became(town, ada)["patterns"]]
    assert words[0].startswith('grows: "Any time at all." (thank), 2.56 times as often as written')
    assert words[1].startswith('fades: "Hm, yes." (thank), 0.41 times')

    def odds(world: World) -> tuple[dict[int, float], dict[str, float]]:
        reply = step(world, talk.say, ["ada"], "z", "Thank you very much.").replies[0]
        ways: dict[int, float] = {}
        acts: dict[str, float] = {}
        for act, k, _, p in reply.why["chosen"]["candidates"]:
            ways[k] = p
            acts[act] = acts.get(act, 0.0) + p
        return ways, acts

    (ways, acts), (before, written) = odds(town), odds(twin)
    assert acts == pytest.approx(written, abs=0.001)
    assert (ways[0] > 1.4 * before[0], ways[1] < 0.6 * before[1]) == (True, True)


def test_paid_words_are_proposed_and_nothing_comes_of_it_unasked(town: World, step: Step) -> None:
    lived(town, step)
    ada, bel, cy = (town.npcs[n] for n in ("ada", "bel", "cy"))
    assert [p.grown.id for p in proposals(town, ada)] == ["0:comfort"]  # where thanks are taken too
    assert proposals(town, bel) == []  # it has these words itself
    assert proposals(town, cy) == []  # of no elasticity
    told = proposals(town, ada)[0].text()
    assert told == (
        '0:comfort: on comfort, "Any time at all." (welcome_thanks): paid +1.00 against +0.15 in 15'
        " outcomes of ada"
    )
    assert len(ada.patterns) == 2
    step(town, rewards.set_policy, "accept", "ada", "", "0:comfort")
    assert [p.frequency for p in ada.patterns][2:] == [0.075]
    assert proposals(town, ada) == []
    twin = snapshot.load(snapshot.dump(town), town.pack)
    assert twin.npcs["ada"].patterns == ada.patterns
    step(town, rewards.set_policy, "reject", "ada", "", "0:comfort")
    assert [p.frequency for p in ada.patterns][2:] == [0.0]
    assert proposals(town, ada) == []
    with pytest.raises(Unknown, match="is proposed for ada"):
        step(town, rewards.set_policy, "accept", "ada", "", "7:greet")


def test_words_with_a_name_in_them_stay_whose_they_are(hamlet: Hamlet, step: Step) -> None:
    one = {"trigger": "thank", "response_template": "Thank Bel for it.", "frequency": 0.3}
    npcs = {"ada": {**NPC, "behavioral_patterns": [one, NPC["behavioral_patterns"][1]]}}
    world = hamlet(seed=5, **{**TOWN, "npcs": npcs})
    lived(world, step)
    assert proposals(world, world.npcs["ada"]) == []


def test_a_colleague_learns_the_words_that_pay(hamlet: Hamlet, step: Step) -> None:
    other = {**NPC, "behavioral_patterns": [NPC["behavioral_patterns"][1]]}
    world = hamlet(seed=5, **{**TOWN, "npcs": {"ada": NPC, "bel": other}})
    lived(world, step)
    assert [p.grown.id for p in proposals(world, world.npcs["bel"])] == ["ada:0"]


@pytest.mark.parametrize(("setting", "taken"), [("off", []), ("ask", []), ("auto", ["0:comfort"])])
def test_a_pack_says_how_patterns_come(
    hamlet: Hamlet, step: Step, setting: str, taken: list[str]
) -> None:
    world = hamlet(seed=5, **TOWN, evolution=setting)
    lived(world, step)
    for k in range(40):
        thanked(world, step, "ada", f"p{k}", 0.1)
    ada = world.npcs["ada"]
    assert [g.id for g in ada.grown if g.on] == taken
    assert bool(proposals(world, ada)) == (setting == "ask")


def test_inner_rewards_are_off_unless_wanted(town: World, step: Step) -> None:
    reply = step(town, talk.say, ["ada"], "p", "Thank you very much.").replies[0]
    assert "inner" not in reply.why
    assert town.ledger.paid(reply.turn) == ()
    with pytest.raises(BadField, match="the NPC's own"):
        step(town, rewards.reward, reply.turn, "", "", "", 1.0, "inner.fresh", "")


def test_inner_rewards_teach_apart_from_the_games(hamlet: Hamlet, step: Step) -> None:
    npcs = {**TOWN["npcs"], "dee": {**NPC, "inner": 0.0, "cares": {"liked": 0.5, "other": 0.0}}}
    world = hamlet(seed=5, **{**TOWN, "npcs": npcs}, inner=0.2)
    asked = step(world, talk.say, ["ada"], "p", "Where is the old mill?").replies[0]
    assert asked.why["inner"]["weight"] == 0.2
    assert {p.kind for p in world.ledger.paid(asked.turn)} >= {"inner.fresh"}
    step(world, rewards.reward, asked.turn, "", "", "", 0.5, "liked", "")
    why = reads.ask(world, {"what": "why", "turn": asked.turn})
    assert [p["kind"] for p in why["rewards"]] == ["liked"]
    assert all(p["weight"] == 0.2 for p in why["inner_rewards"])
    assert not step(world, talk.say, ["dee"], "p", "Thank you.").replies[0].why.get("inner")
    assert world.npcs["ada"].outcomes.of("all").times == 1  # they move no trait
