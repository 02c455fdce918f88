"""What is done to an NPC, or before its eyes, moves it the way it would move anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.changes import Felt, GoalMoved
from personagen_npc.mind.feel import (
    Deed,
    Feeling,
    feel,
    feeling_now,
    feelings_now,
    felt,
    liked,
    mood_now,
    showing,
)
from personagen_npc.persona.traits import MOOD_HALF_LIFE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc

INSULT = Deed("said:ash:insult", benefit=-0.75, praise=-0.6)


def _strongest(feeling: Feeling) -> str:
    return max(feeling.emotions, key=lambda e: e[1], default=("", 0.0))[0]


def _names(feeling: Feeling) -> set[str]:
    return {name for name, _ in feeling.emotions}


def test_an_insult_by_a_stranger_angers_and_costs_liking(ada: Callable[..., Npc]) -> None:
    npc = ada()
    got = feel(npc, INSULT, 10.0, 1.0)
    assert _strongest(got) == "anger"
    assert got.affinity < 0
    assert got.trust < 0
    assert got.mood.pleasure < npc.rest.pleasure
    assert got.mood.arousal > npc.rest.arousal


def test_an_apology_is_taken_kindly_but_weighs_less_than_the_insult(
    ada: Callable[..., Npc],
) -> None:
    npc = ada()
    sorry = feel(npc, Deed("said:ash:apologise", benefit=0.4, praise=0.35), 10.0, 1.0)
    assert _names(sorry) >= {"gratitude"}
    assert "anger" not in _names(sorry)
    assert 0 < sorry.affinity < -feel(npc, INSULT, 10.0, 1.0).affinity


def test_the_touchy_take_it_harder_than_the_calm(ada: Callable[..., Npc]) -> None:
    def anger(npc: Npc) -> float:
        return dict(feel(npc, INSULT, 0.0, 1.0).emotions)["anger"]

    assert anger(ada(neuroticism=1.0, agreeableness=0.0)) > anger(ada())
    assert anger(ada(neuroticism=0.0, agreeableness=1.0)) < anger(ada())


def test_a_threat_frightens(ada: Callable[..., Npc]) -> None:
    threat = Deed("said:ash:threaten", benefit=-0.6, praise=-0.6, threat=0.6)
    got = feel(ada(), threat, 0.0, 1.0)
    assert _names(got) >= {"fear", "anger"}
    assert got.fear > 0
    assert feel(ada(neuroticism=1.0), threat, 0.0, 1.0).fear > got.fear


@pytest.mark.parametrize(
    ("liking", "benefit", "emotion"),
    [(0.8, -0.9, "pity"), (-0.8, -0.9, "gloating"), (0.8, 0.9, "happy_for"),
     (-0.8, 0.9, "resentment")],
)  # fmt: skip
def test_what_befalls_others_is_felt_by_how_they_are_liked(
    ada: Callable[..., Npc], liking: float, benefit: float, emotion: str
) -> None:
    npc = ada()
    luck = Deed("event", benefit=benefit, to_me=False, liking=liking, caused=False)
    got = feel(npc, luck, 0.0, 1.0)
    assert _names(got) == {emotion}
    # OCC: gloating is pleasant; the published table of GAMYGDALA has its sign wrong
    better = got.mood.pleasure > npc.rest.pleasure
    assert better == (emotion in {"gloating", "happy_for"})


def test_harm_to_somebody_nobody_cares_for_leaves_one_cold(ada: Callable[..., Npc]) -> None:
    assert feel(ada(), Deed("event", benefit=-0.9, to_me=False), 0.0, 1.0).emotions == ()


def test_a_witnessed_wrong_costs_its_doer_liking_and_a_good_deed_earns_it(
    ada: Callable[..., Npc],
) -> None:
    wrong = feel(ada(), Deed("e", benefit=-0.5, praise=-0.8, to_me=False, liking=0.5), 0.0, 1.0)
    assert "reproach" in _names(wrong)
    assert wrong.affinity < 0
    good = feel(ada(), Deed("e", benefit=0.5, praise=0.8, to_me=False, liking=0.5), 0.0, 1.0)
    assert "admiration" in _names(good)
    assert good.affinity > 0


def test_ones_own_deeds_are_pride_or_shame_and_move_no_liking(ada: Callable[..., Npc]) -> None:
    ashamed = feel(ada(), Deed("e", benefit=-0.6, praise=-0.6, by_me=True, liking=0.7), 0.0, 1.0)
    assert _names(ashamed) == {"shame", "remorse"}
    proud = feel(ada(), Deed("e", benefit=0.6, praise=0.6, by_me=True, liking=0.7), 0.0, 1.0)
    assert _names(proud) == {"pride", "gratification"}
    for feeling in (ashamed, proud):
        assert (feeling.affinity, feeling.trust, feeling.fear) == (0.0, 0.0, 0.0)


def _suffered(npc: Npc, feeling: Feeling) -> None:
    """Apply what a feeling changed, as the world does."""
    for change in feeling.changes:
        if isinstance(change, Felt):
            mood = type(npc.mood)(change.pleasure, change.arousal, change.dominance)
            felt(npc, change.emotion, change.intensity, change.cause, change.at, mood)


def test_the_proud_are_angered_where_the_meek_are_hurt(ada: Callable[..., Npc]) -> None:
    proud = ada(extraversion=0.9, agreeableness=0.2, neuroticism=0.4)
    meek = ada(extraversion=0.1, agreeableness=0.9, neuroticism=0.9)
    assert _strongest(feel(proud, INSULT, 0.0, 1.0)) == "anger"
    assert _strongest(feel(meek, INSULT, 0.0, 1.0)) == "distress"


def test_bad_luck_angers_nobody_and_is_nobodys_merit(ada: Callable[..., Npc]) -> None:
    luck = Deed("event:storm:", benefit=-0.7, praise=-0.5, caused=False)
    assert _names(feel(ada(), luck, 0.0, 1.0)) == {"distress"}
    assert _names(feel(ada(), luck._replace(benefit=0.7), 0.0, 1.0)) == {"joy"}


def test_harm_to_somebody_loved_angers_on_his_behalf(ada: Callable[..., Npc]) -> None:
    harm = Deed("e", benefit=-0.9, to_me=False, liking=0.8)
    assert _names(feel(ada(), harm, 0.0, 1.0)) == {"pity", "anger"}
    kindness = feel(ada(), harm._replace(benefit=0.9), 0.0, 1.0)
    assert _names(kindness) == {"happy_for", "gratitude"}
    assert feel(ada(), harm, 0.0, 1.0).affinity < 0 < kindness.affinity


def test_a_kindness_hardly_reaches_who_dislikes_its_doer(ada: Callable[..., Npc]) -> None:
    kind = Deed("said:ash:thank", benefit=0.5, praise=0.2)
    warm, cold = (feel(ada(), kind._replace(doer=d), 0.0, 1.0) for d in (0.5, -0.9))
    assert dict(cold.emotions).get("gratitude", 0.0) < 0.6 * dict(warm.emotions)["gratitude"]


def test_the_sour_sulk_while_they_are_angry_and_the_kind_do_not(ada: Callable[..., Npc]) -> None:
    def share(npc: Npc, wait_s: float) -> float:
        """Gratitude for an apology after an insult, against that out of the blue."""
        sorry = Deed("said:ash:apologise", benefit=0.4, praise=0.35)
        fresh = dict(feel(npc, sorry, 0.0, 1.0).emotions)["gratitude"]
        _suffered(npc, feel(npc, INSULT, 0.0, 1.0))
        after = dict(feel(npc, sorry, wait_s, 1.0).emotions)
        return after.get("gratitude", 0.0) / fresh

    sour, kind = {"agreeableness": 0.1}, {"agreeableness": 0.95}
    assert share(ada(**sour), 0.0) < 0.5 < 0.9 < share(ada(**kind), 0.0)
    assert share(ada(**sour), 600.0) == pytest.approx(1.0)  # with time it passes


def test_what_shows_is_the_feeling_that_has_just_risen_or_a_stronger_old_one(
    ada: Callable[..., Npc],
) -> None:
    npc = ada()
    insult = feel(npc, INSULT, 0.0, 1.0)
    assert showing(npc, insult, 0.0, 1.0)[0] == "anger"
    _suffered(npc, insult)
    thanks = feel(npc, Deed("said:ash:thank", benefit=0.2), 1.0, 1.0)
    assert showing(npc, thanks, 1.0, 1.0)[0] == "anger"
    assert showing(npc, thanks, 100.0, 1.0)[0] == "gratitude"
    rows = feelings_now(npc, 1.0, 1.0)
    assert [r[0] for r in rows] == ["anger", "distress", "reproach"]
    assert [r[1] for r in rows] == sorted((r[1] for r in rows), reverse=True)
    assert {r[2] for r in rows} == {"said:ash:insult"}


@pytest.mark.parametrize("sure", [0.0, 0.3, 1.0])
def test_what_is_only_likely_moves_a_hope_by_so_much(ada: Callable[..., Npc], sure: float) -> None:
    npc = ada(goals=[GOAL])
    deed = Deed("e", to_me=False, goals={"bridge": 0.6}, likelihood=sure)
    moved = [c.likelihood for c in feel(npc, deed, 0.0, 1.0).changes if isinstance(c, GoalMoved)]
    # from an undecided 0.5 this is GAMYGDALA's (congruence * likelihood + 1) / 2
    assert moved == ([pytest.approx((0.6 * sure + 1.0) / 2.0)] if sure else [])


def test_good_news_never_lowers_a_high_hope(ada: Callable[..., Npc]) -> None:
    """GAMYGDALA's L' = (c * l + 1) / 2 would: from 0.9 a small good thing leads down to 0.6."""
    npc = ada(goals=[{"id": "bridge", "utility": 0.8, "likelihood": 0.9}])
    got = feel(npc, Deed("e", to_me=False, goals={"bridge": 0.2}), 0.0, 1.0)
    assert all(c.likelihood > 0.9 for c in got.changes if isinstance(c, GoalMoved))
    assert "fear" not in _names(got)


@pytest.mark.parametrize(
    ("before", "congruence", "emotion"),
    [(0.1, 1.0, "relief"), (0.9, 1.0, "satisfaction"), (0.9, -1.0, "disappointment"),
     (0.1, -1.0, "distress")],
)  # fmt: skip
def test_a_certain_event_decides_a_goal_wherever_it_stood(
    ada: Callable[..., Npc], before: float, congruence: float, emotion: str
) -> None:
    npc = ada(goals=[{"id": "bridge", "utility": 0.8, "likelihood": before}])
    got = feel(npc, Deed("e", to_me=False, goals={"bridge": congruence}), 0.0, 1.0)
    assert _names(got) == {emotion}


GOAL = {"id": "bridge", "utility": 0.8}


@pytest.mark.parametrize(
    ("before", "congruence", "utility", "emotion"),
    [
        # reached: what one had given up on is a relief, what one had counted on is a satisfaction
        (0.5, 1.0, 0.8, "relief"), (0.6, 1.0, 0.8, "satisfaction"),
        # lost: what one had counted on disappoints, what one never believed in only distresses
        (0.5, -1.0, 0.8, "disappointment"), (0.4, -1.0, 0.8, "distress"),
        # the same for what is dreaded
        (0.6, 1.0, -0.8, "fears_confirmed"), (0.5, 1.0, -0.8, "distress"),
        (0.5, -1.0, -0.8, "relief"), (0.4, -1.0, -0.8, "joy"),
        # on the way
        (0.3, 0.5, 0.8, "hope"), (0.6, -0.5, 0.8, "fear"), (0.3, 0.5, -0.8, "fear"),
        (0.6, -0.5, -0.8, "hope"),
    ],
)  # fmt: skip
def test_hopes_and_dreads_come_true_or_not(
    ada: Callable[..., Npc], before: float, congruence: float, utility: float, emotion: str
) -> None:
    npc = ada(goals=[{"id": "bridge", "utility": utility, "likelihood": before}])
    got = feel(npc, Deed("e", to_me=False, goals={"bridge": congruence}), 0.0, 1.0)
    assert _names(got) == {emotion}
    (moved,) = [c for c in got.changes if isinstance(c, GoalMoved)]
    assert (moved.likelihood - before) * congruence > 0


def test_relief_and_disappointment_can_be_reached_step_by_step(ada: Callable[..., Npc]) -> None:
    """In the published code of GAMYGDALA neither can ever happen."""
    for congruence, last in ((0.5, "satisfaction"), (-0.5, "distress")):
        npc = ada(goals=[GOAL])
        seen = set()
        for _ in range(4):
            got = feel(npc, Deed("e", to_me=False, goals={"bridge": congruence}), 0.0, 1.0)
            seen |= _names(got)
            npc.goals |= {c.goal: c.likelihood for c in got.changes if isinstance(c, GoalMoved)}
        assert last in seen
        assert npc.goals["bridge"] in {0.0, 1.0}


def test_an_event_that_bears_on_no_goal_of_ones_own_moves_none(ada: Callable[..., Npc]) -> None:
    got = feel(ada(goals=[GOAL]), Deed("e", to_me=False, goals={"other": 1.0}), 0.0, 1.0)
    assert (got.emotions, got.changes) == ((), ())


@given(
    affinity=st.floats(-1.0, 1.0), moves=st.lists(st.floats(-1.0, 1.0), max_size=20)
)  # fmt: skip
def test_liking_stays_on_its_scale_and_moves_the_right_way(
    affinity: float, moves: list[float]
) -> None:
    for move in moves:
        after = liked(affinity, move)
        assert -1.0 <= after <= 1.0
        assert (after - affinity) * move >= 0
        affinity = after


def test_the_last_step_to_an_extreme_is_the_hardest() -> None:
    assert liked(0.0, 0.1) == pytest.approx(0.1)
    assert liked(0.9, 0.1) - 0.9 == pytest.approx(0.01)
    assert liked(0.9, -0.1) == pytest.approx(0.8)  # falling from it is easy


DEEDS = st.builds(
    Deed, st.just("e"), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.booleans(),
    st.booleans(), st.floats(-1, 1), st.fixed_dictionaries({"bridge": st.floats(-1, 1)}),
)  # fmt: skip


@given(deeds=st.lists(DEEDS, max_size=12), traits=st.tuples(*[st.floats(0.0, 1.0)] * 5))
def test_no_life_however_hard_leaves_the_scales(
    ada: Callable[..., Npc], deeds: list[Deed], traits: tuple[float, ...]
) -> None:
    names = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
    npc = ada(goals=[GOAL], **dict(zip(names, traits, strict=True)))
    now = 0.0
    for deed in deeds:
        got = feel(npc, deed, now, 1.0)
        for change in got.changes:
            if isinstance(change, Felt):
                assert 0.1 <= change.intensity <= 1.0
                mood = type(npc.mood)(change.pleasure, change.arousal, change.dominance)
                felt(npc, change.emotion, change.intensity, change.cause, change.at, mood)
            elif isinstance(change, GoalMoved):
                assert 0.0 <= change.likelihood <= 1.0
                npc.goals[change.goal] = change.likelihood
        assert all(-1.0 <= x <= 1.0 for x in npc.mood)
        assert len(npc.emotions) <= 6
        now += 5.0


def test_an_idle_npc_comes_back_to_itself_and_forgets_its_anger(ada: Callable[..., Npc]) -> None:
    npc = ada()
    for change in feel(npc, INSULT, 0.0, 72.0).changes:
        if isinstance(change, Felt):
            mood = type(npc.mood)(change.pleasure, change.arousal, change.dominance)
            felt(npc, change.emotion, change.intensity, change.cause, change.at, mood)
    assert feeling_now(npc, 0.0, 72.0)[0] == "anger"
    # at 72 times real time a mood does not die between two lines that are spoken in a minute
    away = npc.mood.pleasure - npc.rest.pleasure
    soon = mood_now(npc, 72.0 * MOOD_HALF_LIFE_S, 72.0).pleasure - npc.rest.pleasure
    assert soon == pytest.approx(away / 2)
    assert mood_now(npc, 72.0 * 3600.0, 72.0) == pytest.approx(npc.rest)
    assert feeling_now(npc, 72.0 * 3600.0, 72.0) == ("", 0.0)
