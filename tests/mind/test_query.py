"""The flat query: what a designer's condition may ask for, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.query import NEVER, base_query, turn_query
from personagen_npc.mind.recall import Found
from personagen_npc.mind.scene import QuestView, Standing, Talk
from personagen_npc.mind.telling.deal import Deal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Memory, Scene

# every name that docs/world-pack.md promises for a turn, but place, time and world names, which
# are the world's to give
PROMISED = {
    "npc", "archetype", "faction", "culture", "age", "mood", "mood.pleasure", "mood.arousal",
    "mood.dominance", "emotion", "emotion.intensity", "rel.affinity", "rel.trust", "rel.fear",
    "rel.familiarity", "rel.band", "rel.tie", "knows_name", "intent", "topic", "has.topic",
    "turns", "meetings", "since", "last_act", "repeated", "hops", "quest", "sold", "price",
    "again", "listener",
}  # fmt: skip


NONE, NO_DEAL = Found("none"), Deal()


def _query(
    npc: Npc, scene: Scene, heard: Heard, found: Found = NONE, deal: Deal = NO_DEAL,
    quest: QuestView | None = None,
) -> dict[str, Any]:  # fmt: skip
    base = base_query(npc, scene, mood_now(npc, scene.now, scene.scale))
    return turn_query(base, scene, heard, found, deal, quest)


def test_every_promised_name_is_there(ada: Callable[..., Npc], scene: Callable[..., Scene]) -> None:
    query = _query(ada(), scene(), Heard("Hello.", "greet"))
    assert set(query) >= PROMISED
    assert query["since"] == NEVER
    assert (query["knows_name"], query["meetings"], query["listener"]) == (False, 0, "player")


@pytest.mark.parametrize(
    ("affinity", "name"),
    [
        (-1.0, "hate"), (-0.6, "hate"), (-0.59, "enemy"), (-0.35, "enemy"), (-0.34, "dislike"),
        (-0.12, "dislike"), (-0.11, "neutral"), (0.0, "neutral"), (0.11, "neutral"),
        (0.12, "like"), (0.29, "like"), (0.3, "friend"), (1.0, "friend"),
    ],
)  # fmt: skip
def test_bands_of_liking(affinity: float, name: str) -> None:
    assert band(affinity) == name


def test_one_insult_makes_nobody_an_enemy_for_life(ada: Callable[..., Npc]) -> None:
    from personagen_npc.mind.feel import Deed, feel, liked

    npc = ada(neuroticism=1.0, agreeableness=0.0)
    lost = feel(npc, Deed("said", benefit=-0.75, praise=-0.6), 0.0, 1.0).affinity
    assert band(liked(0.0, lost)) in {"neutral", "dislike"}


def test_how_long_ago_one_last_met(ada: Callable[..., Npc], scene: Callable[..., Scene]) -> None:
    met = scene(standing=Standing(meetings=2, at=400.0))
    query = _query(ada(), met, Heard("Hello.", "greet"))
    assert (query["since"], query["meetings"]) == (600.0, 2)


def test_who_repeats_himself_is_noticed(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    heard = Heard("Where is the mill?", "ask_where", stems=("mill",))
    said = scene(talk=Talk(heard=("mill", "inn", "mill")))
    assert _query(ada(), said, heard)["repeated"] == 2
    assert _query(ada(), scene(talk=Talk(heard=("", ""))), Heard("Hm.", "tell"))["repeated"] == 0


def test_what_was_found_and_how_far_it_came(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known],
    memory: Callable[..., Memory],
) -> None:  # fmt: skip
    heard = Heard("What happened?", "ask_what")
    fact = _query(ada(), scene(), heard, Found("fact", known("a", hops=2), again=True))
    assert (fact["found"], fact["hops"], fact["again"]) == ("fact", 2, True)
    held = _query(ada(), scene(), heard, Found("memory", memory=memory(1, hops=3)))
    assert (held["found"], held["hops"], held["again"]) == ("memory", 3, False)


QUEST = QuestView("bell", "The Bell", "sunk", 0, 2, True, ("Help?",), (), (), ("bell",))


@pytest.mark.parametrize(
    ("quest", "talk", "state"),
    [
        (None, Talk(), "none"),
        (QUEST, Talk(), "open"),
        (QUEST, Talk(quest="bell"), "pending"),
        (QUEST._replace(open=False), Talk(), "none"),
        (QUEST._replace(step=1, stage="raised"), Talk(), "waiting"),
        (QUEST._replace(step=2, stage="hung"), Talk(), "done"),
    ],
)
def test_where_a_quest_stands(
    ada: Callable[..., Npc], scene: Callable[..., Scene], quest: QuestView | None, talk: Talk,
    state: str,
) -> None:  # fmt: skip
    query = _query(ada(), scene(talk=talk), Heard("Any work?", "quest_ask"), quest=quest)
    assert query["quest.state"] == state


def test_a_deal_shows_what_is_asked_never_what_would_be_taken(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    deal = Deal("met", "kettle", "kettle", 40, 23, 35, 1)
    query = _query(ada(), scene(), Heard("Thirty-five.", "haggle"), deal=deal)
    assert (query["sold"], query["price"], query["rounds"]) == (True, 40, 1)
    assert 23 not in [v for v in query.values() if not isinstance(v, float)]


def test_the_game_cannot_overrule_the_mind(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    query = _query(ada(), scene(query={"npc": "mayor", "rel.trust": 1.0}), Heard("Hi.", "greet"))
    assert (query["npc"], query["rel.trust"]) == ("ada", 0.0)
