"""Sleep: what nights do to a memory, seen from the world; none of it is left to chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.changes import Asserted, Dropped, Held
from personagen_npc.mind.remember import SUMMARY
from personagen_npc.world import agenda, roster
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.deeds import happen
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.remembering.sleep import OFTEN, SPARE, all_slept, budget_of, evidence
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.changes import Change
    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

TRADE = {"type": "trade_done", "actor": "ash", "target": "berta", "place": "drowned_bell"}
RESCUE = {"type": "rescue", "actor": "ash", "target": "wick", "place": "drowned_bell"}


def events(world: World, *plain: dict[str, Any]) -> None:
    world.begin()
    happen.happen(world, [happen.admit_event(world, p, "event") for p in plain])
    world.end()


def pass_days(world: World, days: float, every: float = 1.0) -> list[Change]:
    """Let days pass, in ticks of ``every`` day, until nothing is due; gives all changes."""
    changes: list[Change] = []
    for at in [world.now + every * DAY_S * k for k in range(1, max(1, round(days / every)) + 1)]:
        while True:
            world.begin()
            outcome = agenda.tick(world, at)
            changes += world.end()
            if not (outcome.data or {})["due"]:
                break
    return changes


@pytest.fixture
def village(village: World, step: Step) -> World:
    """Emberfall, and a stranger at the inn."""
    step(village, roster.set_player, "ash", {"name": "Ash", "place": "drowned_bell"})
    return village


def customer(world: World, days: int) -> None:
    """Somebody buys from the innkeeper day after day."""
    for _ in range(days):
        events(world, TRADE)
        pass_days(world, 1)


def summaries(world: World, npc: str) -> list[Triple]:
    return [t for t in world.npcs[npc].graph if t.relation.startswith(OFTEN)]


def asked(world: World, step: Step, npc: str, text: str, player: str = "ash") -> str:
    text = step(world, talk.say, [npc], player, text).replies[0].text
    assert "{" not in text
    return text


def live(world: World) -> int:
    return sum(t is not None for t in world.happenings.text)


# --- what is left of much that was little ---------------------------------------------------------


def test_many_visits_come_down_to_one_sentence_that_can_be_asked_for(
    village: World, step: Step
) -> None:
    customer(village, 40)
    pass_days(village, 15)
    (habit,) = [t for t in summaries(village, "berta") if t.subject == "ash"]
    assert (habit.relation, habit.object, habit.source) == (
        f"{OFTEN}trade_done",
        "berta",
        "inferred",
    )
    berta = village.npcs["berta"]
    trades = [h for h in berta.memories.happening if village.happenings[h].kind == "trade_done"]
    assert len(trades) < 6
    assert set(habit.evidence) <= set(berta.memories.happening)
    assert berta.memories[habit.evidence[0]].times >= 35
    told = asked(village, step, "berta", "How often did I buy from you?")
    assert "bought from me" in told
    assert "a score of times" in told
    assert "autumn" in told


def test_what_mattered_is_told_word_for_word_after_a_year(village: World, step: Step) -> None:
    events(village, RESCUE)
    customer(village, 60)
    pass_days(village, 300, every=30.0)
    berta = village.npcs["berta"]
    kinds = [village.happenings[h].kind for h in berta.memories.happening]
    assert kinds.count("rescue") == 1
    asked(village, step, "berta", "Do you remember me?")
    saved = [h for h in berta.memories.happening if village.happenings[h].kind == "rescue"]
    assert f"mem#{saved[0]}" in berta.lines or saved[0] in village.talks["berta", "ash"].mentioned


def test_a_summary_grows_instead_of_having_a_brother(village: World) -> None:
    customer(village, 30)
    before = summaries(village, "berta")
    customer(village, 60)
    after = [t for t in summaries(village, "berta") if t.subject == "ash"]
    assert len(before) == len(after) == 1
    assert after[0].since == before[0].since
    held = village.npcs["berta"].memories
    kinds = [village.happenings[h].kind for h in held.happening]
    assert kinds.count(SUMMARY) == len(summaries(village, "berta"))
    assert held[after[0].evidence[0]].times > 60


def test_what_was_told_in_confidence_is_in_no_summary(village: World, step: Step) -> None:
    for k in range(60):
        step(village, talk.say, ["berta"], "ash", f"I stole {k} hens from Orle and I am sorry.")
        pass_days(village, 1)
    pass_days(village, 40)
    for triple in summaries(village, "berta"):
        assert "stole" not in triple.text
        assert "confess" not in triple.relation


def test_a_forgotten_player_is_in_no_summary(village: World, step: Step) -> None:
    customer(village, 40)
    pass_days(village, 15)
    assert summaries(village, "berta")
    step(village, roster.drop_player, "ash", forget=True)
    assert not summaries(village, "berta")
    assert b'"ash"' not in snapshot.dump(village)


# --- nights ---------------------------------------------------------------------------------------


def test_everybody_sleeps_once_a_night_and_once_over_years(village: World) -> None:
    night = village.dates.night(village.now)
    assert {n.slept for n in village.npcs.values()} == {night}
    pass_days(village, 1)
    assert {n.slept for n in village.npcs.values()} == {night + 1}
    changes = pass_days(village, 4000, every=4000)
    slept = [c for c in changes if type(c).__name__ == "NpcSet"]
    assert len(slept) == len(village.npcs)
    assert all_slept(village)


def test_the_dead_do_not_sleep_and_hold_nobody_up(village: World, step: Step) -> None:
    step(village, roster.set_npc, "orle", {"state": "dead"})
    night = village.npcs["orle"].slept
    pass_days(village, 3)
    assert village.npcs["orle"].slept == night
    assert all_slept(village)


def test_the_world_lets_go_of_what_nobody_holds(village: World) -> None:
    customer(village, 120)
    pass_days(village, 2)
    held = {h for n in village.npcs.values() for h in n.memories.happening}
    assert live(village) < 0.6 * len(village.happenings)
    assert all(h in village.happenings for h in held)
    loose = [
        h for h in range(len(village.happenings))
        if h in village.happenings and h not in held
        and not any(h in t.evidence for n in village.npcs.values() for t in n.graph)
    ]  # fmt: skip
    parents = {village.happenings.parent[h] for h in held}
    assert set(loose) <= parents


def test_lines_about_what_was_let_go_are_let_go_too(village: World, step: Step) -> None:
    customer(village, 40)
    asked(village, step, "berta", "Hello.")
    pass_days(village, 30)
    berta = village.npcs["berta"]
    told = [int(k.partition("#")[2]) for k in berta.lines if k.startswith("mem#")]
    assert all(h in berta.memories for h in told)


# --- the budget -----------------------------------------------------------------------------------

SMALL = {"memory_budget": 20}
EVENTS = {
    "buy": {"text": "{actor} bought from {target}.", "importance": 0.3},
    "slap": {"text": "{actor} slapped {target}.", "importance": 0.6, "benefit": -0.7,
             "praise": -0.6},
    "save": {"text": "{actor} saved {target}.", "importance": 0.95, "benefit": 1.0, "praise": 0.9,
             "reach": "far"},
}  # fmt: skip
PEOPLE = {k: {"place": "inn"} for k in ("ada", "bel", "cade")}
LINES = [
    {"id": a, "act": a, "lines": ["Hm.", "Aye.", "{npc} says so."]} for a in ("bark", "deflect")
]
LINES += [{"id": "remember", "act": "remember", "lines": ["{memory}"]}]


@pytest.fixture(scope="session")
def inn(hamlet: Callable[..., World]) -> Callable[[], World]:
    """Three people who can hold twenty memories each."""
    return lambda: hamlet(
        seed=3, places={"inn": {}}, events=EVENTS, npcs=PEOPLE, voice=LINES, **SMALL
    )


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("event"), st.sampled_from(sorted(EVENTS)), st.integers(0, 8)),
        st.tuples(st.just("say"), st.sampled_from(sorted(PEOPLE)), st.integers(0, 8)),
        st.tuples(st.just("tick"), st.sampled_from(["0.3", "1", "9", "400"]), st.integers(0, 0)),
        st.tuples(st.just("prove"), st.sampled_from(sorted(PEOPLE)), st.integers(0, 8)),
    ),
    max_size=40,
)
SAID = (
    "I sold {k} hens at the mill.", "Do you remember me?", "You ugly goat!", "My boat sank.",
    "The bell of {k} villages rang all night.", "What has Ada been doing?", "Hello.",
)  # fmt: skip


def play(world: World, moves: list[tuple[str, str, int]]) -> list[list[Change]]:
    """Carry out moves, a step each; gives each step's changes."""
    steps = []
    for verb, what, k in moves:
        world.begin()
        _MOVES[verb](world, what, k)
        steps.append(world.end())
    return steps


def _event(world: World, what: str, k: int) -> None:
    talk.meet_player(world, f"p{k}", "inn")
    plain = {"type": what, "actor": f"p{k}", "target": sorted(PEOPLE)[k % 3], "place": "inn"}
    happen.happen(world, [happen.admit_event(world, plain, "event")] * (1 + 3 * k))


def _say(world: World, what: str, k: int) -> None:
    talk.say(world, [what], f"p{k}", SAID[k % len(SAID)].replace("{k}", str(k)))


def _tick(world: World, what: str, _: int) -> None:
    agenda.tick(world, world.now + float(what) * DAY_S)


def _prove(world: World, what: str, k: int) -> None:
    """Something held becomes the evidence of a tie."""
    npc = world.npcs[what]
    held = npc.memories.happening
    if held:
        world.do(
            Asserted(what, npc.graph.next, what, "tie.debt", f"p{k}", 1.0, "seen", "", 0, world.now,
                     1e18, 0.5, world.now, "", (held[k % len(held)],))
        )  # fmt: skip


_MOVES = {"event": _event, "say": _say, "tick": _tick, "prove": _prove}


@settings(max_examples=60)
@given(MOVES)
def test_no_life_makes_a_memory_outgrow_its_budget(
    inn: Callable[[], World], moves: list[tuple[str, str, int]]
) -> None:
    world = inn()
    for move in moves:
        proved = {n.id: evidence(n) & set(n.memories.happening) for n in world.npcs.values()}
        play(world, [move])
        for npc in world.npcs.values():
            assert len(npc.memories) <= 20 + 20 // SPARE
            if len(proved[npc.id]) <= 20:
                assert proved[npc.id] <= set(npc.memories.happening)
            _whole(world, npc)


def _whole(world: World, npc: Npc) -> None:
    """What is held exists; a summary and its statement go together."""
    assert all(h in world.happenings for h in npc.memories.happening)
    told = {t.evidence[0] for t in npc.graph if t.relation.startswith(OFTEN)}
    held = {
        m.happening for m in npc.memories
        if m.source == "inferred" and world.happenings[m.happening].kind == SUMMARY
    }  # fmt: skip
    assert told == held


@settings(max_examples=30)
@given(MOVES, MOVES)
def test_replay_is_what_was_lived_and_a_save_goes_on_as_the_world_does(
    inn: Callable[[], World], before: list[tuple[str, str, int]], after: list[tuple[str, str, int]]
) -> None:
    world, other = inn(), inn()
    for step, changes in enumerate(play(world, before), other.step + 1):
        other.replay(step, changes)
    saved = snapshot.dump(world)
    assert snapshot.dump(other) == saved
    loaded = snapshot.load(saved, world.pack)
    assert snapshot.dump(loaded) == saved
    play(world, after)
    play(loaded, after)
    assert snapshot.dump(loaded) == snapshot.dump(world)


def test_a_persona_may_hold_more_or_less_than_others(hamlet: Callable[..., World]) -> None:
    people: dict[str, Any] = {**PEOPLE, "ada": {"place": "inn", "memory_budget": 40}}
    world = hamlet(places={"inn": {}}, events=EVENTS, npcs=people, voice=LINES, **SMALL)
    assert budget_of(world, world.npcs["ada"]) == 40
    _full(world)
    assert len(world.npcs["ada"].memories) > 20 + 20 // SPARE >= len(world.npcs["bel"].memories)


def _full(world: World) -> None:
    for k in range(60):
        play(world, [("event", "slap", k % 9)])


def test_the_night_brings_a_memory_down_to_its_budget(inn: Callable[[], World]) -> None:
    world = inn()
    _full(world)
    play(world, [("tick", "1", 0)] * 3)
    assert max(len(n.memories) for n in world.npcs.values()) <= 20


def test_what_mattered_outlives_what_did_not(inn: Callable[[], World]) -> None:
    world = inn()
    play(world, [("event", "save", 0)])
    _full(world)
    for npc in world.npcs.values():
        kinds = [world.happenings[h].kind for h in npc.memories.happening]
        assert "save" in kinds


def test_what_is_told_is_touched(village: World, step: Step) -> None:
    events(village, RESCUE)
    pass_days(village, 3)
    berta = village.npcs["berta"]
    (saved,) = [h for h in berta.memories.happening if village.happenings[h].kind == "rescue"]
    before = berta.memories[saved]
    village.begin()
    talk.say(village, ["berta"], "ash", "Do you remember me?")
    touched = [c for c in village.end() if isinstance(c, Held) and c.happening == saved]
    after = berta.memories[saved]
    assert len(touched) == 1
    assert after.times == before.times + 1
    assert after.touched == village.now > before.touched


def test_a_line_performed_again_and_again_is_one_memory(village: World, step: Step) -> None:
    for _ in range(30):
        step(village, talk.perform, "berta", "Last orders!", "", whisper=False)
    for npc in village.present("drowned_bell"):
        assert len(npc.memories) == 1
        assert npc.memories[npc.memories.happening[0]].times == 30


def test_what_the_game_tells_twice_is_one_memory(village: World, step: Step) -> None:
    for _ in range(3):
        step(village, roster.tell_fact, "berta", "", "The ford is deep.", "orle", "")
    assert len(village.npcs["berta"].memories) == 1


def test_a_summary_says_when_by_the_day_it_is_told(village: World) -> None:
    customer(village, 30)
    berta = village.npcs["berta"]
    said = []
    for days in (0, 100, 500):
        pass_days(village, days, every=50.0)
        past = Remembered(berta, village.happenings, village.pack.events, village.minds.deeds, 0.0)
        (one,) = [m for m in past.with_person("ash", 9) if m.kind == SUMMARY]
        first, last = one.text.split("{span:")[1].split("}")[0].split(":")
        said.append(village.dates.span(float(first), float(last), village.now))
    assert len(set(said)) == 3


def test_dropping_is_said_in_the_journal(village: World) -> None:
    customer(village, 12)
    changes = pass_days(village, 8)
    dropped = [c for c in changes if isinstance(c, Dropped)]
    assert any(c.npc == "berta" for c in dropped)
    assert any(c.npc == "" for c in dropped)
