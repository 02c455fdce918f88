"""Which act: the authored menu, the persona's own patterns by their frequency, chance by dice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import personagen_npc.mind
from personagen_npc.events import ACTS, INTENTS
from personagen_npc.mind.choose import BOUND, COOL_S, Chosen, Menu, choose, just
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.npc import remember_line
from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.query import base_query, turn_query
from personagen_npc.mind.recall import Found
from personagen_npc.mind.telling.deal import Deal
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Scene

ROLLS = 3000  # a share of 0.3 then has a standard error of 0.8 %
TOLERANCE = 0.03
NOTHING = Found("none")


@pytest.fixture(scope="module")
def menu() -> Menu:
    return Menu(table(Path(personagen_npc.mind.__file__).parent / "data" / "acts.yaml"))


def _heard(intent: str, text: str = "") -> Heard:
    return Heard(text, intent, stems=tuple(stems(text)))


def _choose(npc: Npc, scene: Scene, menu: Menu, heard: Heard, found: Found = NOTHING) -> Chosen:
    query = turn_query(
        base_query(npc, scene, mood_now(npc, scene.now, scene.scale)), scene, heard, found, Deal(),
        None,
    )  # fmt: skip
    return choose(npc, scene, heard, found, menu, query)


def _rolled(
    make: Callable[..., Scene], npc: Npc, menu: Menu, heard: Heard, found: Found = NOTHING,
    **fields: Any,
) -> Iterator[Chosen]:  # fmt: skip
    for k in range(ROLLS):
        yield _choose(npc, make(turn=f"b1.s{k}", **fields), menu, heard, found)


def test_every_intent_calls_for_some_act_whatever_was_found(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    for intent in INTENTS:
        for kind in ("fact", "secret", "opinion", "memory", "source", "news", "none"):
            for npc in (ada(), ada(neuroticism=1.0, agreeableness=0.0), ada(agreeableness=1.0)):
                chosen = _choose(npc, scene(), menu, _heard(intent), Found(kind))
                assert chosen.act in ACTS, (intent, kind)
                assert 0.0 < chosen.propensity <= 1.0


def test_an_intent_nobody_wrote_a_menu_for_still_has_one(
    menu: Menu,
) -> None:
    assert menu.options("something_new", {})
    assert menu.options("ask_when", {"found": "fact", "again": False})[0][0] == "answer"


@pytest.mark.parametrize("frequency", [0.1, 0.3, 0.6, 0.85])
def test_a_pattern_is_used_as_often_as_its_frequency_says(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene], frequency: float
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "greet", "response_template": "Oh, it is you.", "frequency": frequency}
    ])  # fmt: skip
    used = sum(c.pattern == 0 for c in _rolled(scene, npc, menu, _heard("greet", "hello")))
    assert used / ROLLS == pytest.approx(frequency, abs=TOLERANCE)


def test_two_patterns_share_as_written(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "insult", "response_template": "Out.", "frequency": 0.5, "act": "warn"},
        {"trigger": "insult", "response_template": "Ha!", "frequency": 0.2, "act": "laugh"},
    ])  # fmt: skip
    got = [c.pattern for c in _rolled(scene, npc, menu, _heard("insult"))]
    assert got.count(0) / ROLLS == pytest.approx(0.5, abs=TOLERANCE)
    assert got.count(1) / ROLLS == pytest.approx(0.2, abs=TOLERANCE)
    assert got.count(-1) / ROLLS == pytest.approx(0.3, abs=TOLERANCE)


def test_what_is_said_to_have_been_likely_was_as_likely(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    """Learning stands on exact propensities: an average of their inverses counts the options."""
    got = list(_rolled(scene, ada(), menu, _heard("tell", "the sky is grey")))
    options = {c.act for c in got}
    assert len(options) > 2
    for act in options:
        share = sum(c.act == act for c in got) / ROLLS
        said = next(c.propensity for c in got if c.act == act)
        assert share == pytest.approx(said, abs=TOLERANCE)


def test_a_pattern_answers_to_its_words(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "swords, steel", "response_template": "Good steel takes time.",
         "frequency": 0.9, "act": "boast"}
    ])  # fmt: skip
    hit = _heard("tell", "a fine sword of steel")
    assert any(c.pattern == 0 for c in _rolled(scene, npc, menu, hit))
    miss = _heard("tell", "a fine loaf of bread")
    assert all(c.pattern == -1 for c in _rolled(scene, npc, menu, miss))


def test_a_pattern_just_used_rests_and_comes_back(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "greet", "response_template": "Oh, it is you.", "frequency": 0.8}
    ])  # fmt: skip
    hello = _heard("greet", "hello")

    def share(now: float) -> float:
        rolled = _rolled(scene, npc, menu, hello, now=now)
        return sum(c.pattern == 0 for c in rolled) / ROLLS

    npc.patterns_used[0] = 1000.0
    remember_line(npc, ("pattern#0",), "Oh, it is you.", 1000.0)
    assert share(1000.0) == 0.0
    assert share(1e6) == 0.0  # among its last lines it is not said again however late it is
    npc.spoken_keys.clear()
    soon, later = share(1000.0 + 60.0), share(1000.0 + COOL_S)
    assert 0.0 < soon < later < 0.8
    assert share(1000.0 + 20 * COOL_S) == pytest.approx(0.8, abs=TOLERANCE)


def test_a_habit_does_not_push_the_answer_aside(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "ask_where", "response_template": "Who wants to know?", "frequency": 1.0,
         "act": "ask_back"},
        {"trigger": "ask_where", "response_template": "Somewhere.", "frequency": 1.0,
         "act": "answer"},
    ])  # fmt: skip
    asked = _heard("ask_where", "where is the mill")
    for found in (Found("fact", known("mill.place")), Found("secret", known("mill.place"))):
        acts = {(c.act, c.pattern) for c in _rolled(scene, npc, menu, asked, found)}
        assert {a for a, _ in acts} <= BOUND
        assert {p for _, p in acts} == {-1}


def test_a_line_written_for_these_very_words_may_answer(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "mill", "response_template": "Don't speak to me of the mill.",
         "frequency": 0.5, "act": "complain"}
    ])  # fmt: skip
    asked = _heard("ask_where", "where is the mill")
    got = [c.pattern for c in _rolled(scene, npc, menu, asked, Found("fact", known("m")))]
    assert got.count(0) / ROLLS == pytest.approx(0.5, abs=TOLERANCE)


def test_what_has_its_answer_is_not_talked_past_by_the_way(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    npc = ada(behavioral_patterns=[
        {"trigger": "owe", "response_template": "I don't lend.", "frequency": 1.0,
         "act": "smalltalk"}
    ])  # fmt: skip
    asked = _heard("ask_why", "why mill owe baron")
    got = [c.pattern for c in _rolled(scene, npc, menu, asked, Found("fact", known("m")))]
    assert set(got) == {-1}


def test_the_same_dice_choose_the_same(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    heard = _heard("insult")
    once = [c.act for c in _rolled(scene, ada(), menu, heard)]
    again = [c.act for c in _rolled(scene, ada(), menu, heard)]
    assert once == again
    assert len(set(once)) > 1


def test_an_act_of_its_own_is_certain() -> None:
    assert just("bark") == Chosen("bark", -1, "", 1.0, (("bark", -1, 1.0, 1.0),), (), 0.0)


def test_somebody_without_traits_is_middling_not_mute(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    bare, middling = ada(), ada(**dict.fromkeys(("agreeableness", "neuroticism"), 0.5))
    for intent in ("insult", "threaten", "compliment"):
        got, wanted = (
            _choose(npc, scene(), menu, _heard(intent)).candidates for npc in (bare, middling)
        )
        assert got == wanted


def test_the_proud_hit_back_where_the_meek_object_or_give_way(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    def shares(npc: Npc, feeling: str) -> dict[str, float]:
        rolled = [_hurt(scene, npc, menu, feeling, k) for k in range(0, ROLLS, 3)]
        return {act: rolled.count(act) / len(rolled) for act in set(rolled)}

    proud = shares(ada(agreeableness=0.2, extraversion=0.9, pride=0.9), "anger")
    meek = shares(ada(agreeableness=0.9, extraversion=0.1, neuroticism=0.9), "distress")
    assert proud["insult_back"] > 0.5
    assert "insult_back" not in meek
    assert meek["object"] + meek["yield"] > 0.9


def _hurt(make: Callable[..., Scene], npc: Npc, menu: Menu, feeling: str, k: int) -> str:
    """The act with which an insult is answered by somebody who feels so."""
    scene, heard = make(turn=f"b1.s{k}"), _heard("insult")
    base = base_query(npc, scene, mood_now(npc, scene.now, scene.scale))
    query = turn_query(base, scene, heard, NOTHING, Deal(), None)
    query |= {"emotion": feeling, "emotion.intensity": 0.7}
    return choose(npc, scene, heard, NOTHING, menu, query).act


def test_the_sour_keep_their_grudge_while_they_are_hot(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    for traits, least, most in (({"agreeableness": 0.2}, 0.6, 1.0), ({"agreeableness": 0.9}, 0, 0)):
        grudges = 0
        for k in range(300):
            at, heard = scene(turn=f"b1.s{k}"), _heard("apologise")
            npc = ada(**traits)
            base = base_query(npc, at, mood_now(npc, at.now, at.scale))
            query = turn_query(base, at, heard, NOTHING, Deal(), None)
            query |= {"emotion": "anger", "emotion.intensity": 0.7}
            grudges += choose(npc, at, heard, NOTHING, menu, query).act == "grudge"
        assert least <= grudges / 300 <= most


def test_a_pattern_for_any_day_gives_way_when_one_is_not_oneself(
    menu: Menu, ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    pattern = {"trigger": "greet", "response_template": "Hello, hello.", "frequency": 0.5,
               "act": "greet"}  # fmt: skip
    npc = ada(behavioral_patterns=[pattern])
    usual = [c.pattern for c in _rolled(scene, npc, menu, _heard("greet"))].count(0) / ROLLS
    npc.mood, npc.mood_at = npc.mood._replace(pleasure=-0.7), 1000.0
    upset = [c.pattern for c in _rolled(scene, npc, menu, _heard("greet"))].count(0) / ROLLS
    assert usual == pytest.approx(0.5, abs=TOLERANCE)
    assert upset < 0.2
