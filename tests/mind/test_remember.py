"""What a conversation leaves behind: what one would keep, once, and how one stands after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import personagen_npc.mind
from personagen_npc.changes import Change, Happened, Held
from personagen_npc.mind.feel import Deed, Feeling, feel
from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.remember import (
    FAMILIAR,
    keep_line,
    names_in,
    relate,
    said_back,
    told_again,
    turned,
)
from personagen_npc.mind.scene import Standing, Talk
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Memory, Scene

DEEDS: dict[str, Any] = table(Path(personagen_npc.mind.__file__).parent / "data" / "deeds.yaml")
CLAIM = "The bridge is down since morning."


def _calm(npc: Npc) -> Feeling:
    return feel(npc, Deed("nothing"), 0.0, 1.0)


def _kept(npc: Npc, scene: Scene, heard: Heard) -> list[Change]:
    return keep_line(npc, scene, heard, _calm(npc), DEEDS)


@pytest.mark.parametrize(
    "intent", ["greet", "part", "ask_what", "trade", "haggle", "thank", "agree", "silence"]
)
def test_small_change_is_not_kept(
    ada: Callable[..., Npc], scene: Callable[..., Scene], intent: str
) -> None:
    assert _kept(ada(), scene(), Heard("Hello.", intent, claim="Hello.")) == []


@pytest.mark.parametrize("intent", ["tell", "share_news", "confess"])
def test_a_statement_is_kept_in_the_players_words(
    ada: Callable[..., Npc], scene: Callable[..., Scene], intent: str
) -> None:
    heard = Heard(CLAIM, intent, claim=CLAIM, entities=(("bridge", "place"),))
    happened, held = _kept(ada(), scene(next_happening=7), heard)
    assert isinstance(happened, Happened)
    assert isinstance(held, Held)
    assert CLAIM in happened.text
    assert (happened.id, held.happening) == (7, 7)
    assert (happened.actor, happened.target, happened.names) == ("ash", "ada", ("bridge",))
    assert (held.npc, held.source, held.hops, held.strength) == ("ada", "said", 0, 1.0)


def test_a_players_braces_name_nobody(ada: Callable[..., Npc], scene: Callable[..., Scene]) -> None:
    claim = "My {target} is {actor} and {fact}."
    happened = _kept(ada(), scene(), Heard(claim, "tell", claim=claim))[0]
    assert isinstance(happened, Happened)
    assert happened.text.count("{") == 1  # the one who said it


def test_a_statement_of_a_word_or_two_is_not_worth_it(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    assert _kept(ada(), scene(), Heard("Well well.", "tell", claim="Well well.")) == []


def test_what_was_said_before_is_the_same_memory(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    heard = Heard(CLAIM, "tell", claim=CLAIM)
    first = _kept(ada(), scene(), heard)[0]
    assert isinstance(first, Happened)
    same = memory(4, text=first.text, actor="ash")
    (again,) = _kept(ada(), scene(held=(same,)), heard)
    assert isinstance(again, Held)
    assert (again.happening, again.strength) == (4, 1.0)
    assert _kept(ada(), scene(held=(same._replace(actor="bel"),)), heard)  # another said it
    assert _kept(ada(), scene(held=(same,)), Heard("", "tell", claim="The bridge is up again."))


def test_a_deed_is_the_same_one_within_a_day_and_a_new_one_after(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    insult = Heard("You fool!", "insult")
    text = DEEDS["insult"]["text"]
    done = memory(4, text=text, kind="insult", actor="ash", at=1000.0)
    soon = _kept(ada(), scene(now=50_000.0, held=(done,)), insult)
    assert [type(c) for c in soon] == [Held]
    later = _kept(ada(), scene(now=200_000.0, held=(done,)), insult)
    assert [type(c) for c in later] == [Happened, Held]


def test_the_npcs_own_words_given_back_to_it_are_not_kept(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada()
    npc.spoken = ["The bridge has been down since morning, you'd better swim."]
    assert (
        _kept(npc, scene(), Heard(CLAIM, "tell", claim="So the bridge is down, better swim.")) == []
    )
    mine = "I broke the bridge down this morning, so I swim."
    assert _kept(npc, scene(), Heard(mine, "tell", claim=mine))


def test_a_memory_that_was_told_is_touched_while_it_is_held(
    ada: Callable[..., Npc], memory: Callable[..., Memory]
) -> None:
    npc = ada()
    assert told_again(npc, memory(3)) == []
    npc.memories.hold(3, "seen", strength=0.5)
    (touch,) = told_again(npc, memory(3))
    assert isinstance(touch, Held)
    assert touch.happening == 3
    assert 0.5 < touch.strength < 1.0


def test_names_in_a_kept_line_are_its_speakers_own() -> None:
    assert names_in("{actor} said: I look for my sister Maud, near Low Fen.") == (
        "I", "Maud", "Low", "Fen",
    )  # fmt: skip


def test_how_it_felt_is_kept_with_it(ada: Callable[..., Npc], scene: Callable[..., Scene]) -> None:
    npc = ada()
    hurt = feel(npc, Deed("said", benefit=-0.75, praise=-0.6), 0.0, 1.0)
    held = keep_line(npc, scene(), Heard("You fool!", "insult"), hurt, DEEDS)[1]
    assert isinstance(held, Held)
    assert held.emotion == "anger"
    assert held.intensity > 0.5


def test_lines_of_one_talk_belong_together_in_order(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    heard = Heard(CLAIM, "tell", claim=CLAIM)
    first = _kept(ada(), scene(next_conversation="c.ada.b1s12"), heard)[1]
    later = _kept(ada(), scene(talk=Talk(id="c.ada.b1s12", turns=3)), heard)[1]
    assert isinstance(first, Held)
    assert isinstance(later, Held)
    assert (first.episode, first.position) == (12, 0)
    assert (later.episode, later.position) == (12, 3)


def test_every_kept_kind_can_be_brought_up_again() -> None:
    for deed in DEEDS.values():
        text = deed["text"].replace("{claim}", "I saw you at the mill.")
        to_actor, to_others = said_back(deed, text)
        assert to_actor
        for way in (*to_actor, *to_others):
            assert "{claim" not in turned(way, text)


def test_a_claim_is_said_back_turned_round() -> None:
    text = "{actor} said: I will mend my boat."
    (way,), _ = said_back(DEEDS["tell"], text)
    assert turned(way, text) == "You told me you will mend your boat."


def test_a_first_talk_makes_one_familiar_the_rest_of_it_no_more(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada()
    first = relate(npc, scene(), Heard("Hello.", "greet"), _calm(npc))
    assert (first.familiarity, first.meetings) == (FAMILIAR, 1)
    stands = Standing(familiarity=first.familiarity, meetings=first.meetings)
    more = relate(npc, scene(standing=stands, talk=Talk(turns=1)), Heard("", "tell"), _calm(npc))
    assert (more.familiarity, more.meetings) == (FAMILIAR, 1)
    again = relate(npc, scene(standing=stands), Heard("", "greet"), _calm(npc))
    assert FAMILIAR < again.familiarity < 2 * FAMILIAR
    assert again.meetings == 2


def test_a_name_that_was_given_is_known_from_then_on(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada()
    got = relate(npc, scene(), Heard("I am Ash.", "introduce", name="Ash"), _calm(npc))
    assert got.name == "Ash"
    assert relate(npc, scene(name="Ash"), Heard("Hello.", "greet"), _calm(npc)).name == "Ash"


def test_fear_wears_off_where_nothing_feeds_it(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada()
    afraid = scene(standing=Standing(fear=0.8))
    assert relate(npc, afraid, Heard("Hello.", "greet"), _calm(npc)).fear < 0.8
    threat = feel(npc, Deed("t", benefit=-0.6, praise=-0.6, threat=0.6), 0.0, 1.0)
    assert relate(npc, afraid, Heard("Or else!", "threaten"), threat).fear > 0.8


def test_a_bad_word_costs_liking_and_trust(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc = ada()
    hurt = feel(npc, Deed("said", benefit=-0.75, praise=-0.6), 0.0, 1.0)
    got = relate(npc, scene(), Heard("You fool!", "insult"), hurt)
    assert got.affinity < 0
    assert got.trust < 0
    assert got.at == 1000.0
