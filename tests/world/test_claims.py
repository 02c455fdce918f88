"""What an NPC said stays said; what it hears is held against what it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Believed, ClockMoved, Happened, Held, Related, VariableSet
from personagen_npc.mind.statements.claims import conflicts, made
from personagen_npc.world import roster
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.changes import Change
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

DAY = 90_000.0


@pytest.fixture
def say(village: World, step: Callable[..., Any]) -> Callable[..., Reply]:
    """``say(npc, text)``: what it answers Ash."""

    def to(npc: str, text: str, player: str = "ash") -> Reply:
        reply: Reply = step(village, talk.say, [npc], player, text).replies[0]
        return reply

    return to


def do(world: World, *changes: Change) -> None:
    world.begin()
    world.do_all(changes)
    world.end()


def trusting(npc: str, trust: float, player: str = "ash") -> Related:
    return Related(npc, player, 0.5, trust, 0.0, 0.6, "", 1, 0.0)


def stance(reply: Reply) -> str:
    """The stance that a line took, by the rule that it is from."""
    line = str(reply.why["spoken"]["line"])
    return line.partition(".stance.")[2].partition("#")[0].partition(".")[0]


def trust_in(world: World, npc: str, player: str = "ash") -> float:
    return world.relations.get(world.npcs[npc].profile, player, "", world.now).trust


def learn(world: World, npc: str, fact: str, teller: str, sure: float) -> None:
    do(world, Believed(npc, fact, "told", teller, 1, sure, world.now))


def test_what_is_told_is_a_claim_to_whoever_heard_it(
    village: World, say: Callable[..., Reply]
) -> None:
    say("garrick", "Who burned the mill?")
    graph, key = village.npcs["garrick"].graph, ("mill", "is_burned_by", "nobody")
    assert [t.source for _, t in made(graph, key, "ash", village.now)] == ["said"]
    assert not list(made(graph, key, "bo", village.now))
    for _ in range(3):
        say("garrick", "Who burned the mill?")
    assert len(graph.match(*key)) == 1  # said again it is no second claim


def test_a_changed_mind_is_said_aloud_and_the_old_claim_ends(
    village: World, say: Callable[..., Reply]
) -> None:
    learn(village, "garrick", "burners_did_it", "crispin", 0.5)
    assert say("garrick", "Did the burners burn the mill?").told == ("burners_did_it",)
    learn(village, "garrick", "burners_at_wake", "marit", 0.9)
    reply = say("garrick", "Did the burners burn the mill?")
    assert (reply.told, stance(reply)) == (("burners_at_wake",), "changed")
    old = village.npcs["garrick"].graph.match("mill", "is_burned_by", "burners")
    assert old[0].until <= village.now
    assert stance(say("garrick", "Did the burners burn the mill?")) != "changed"  # said once


def test_to_somebody_else_no_mind_was_changed(village: World, say: Callable[..., Reply]) -> None:
    learn(village, "garrick", "burners_did_it", "crispin", 0.5)
    say("garrick", "Did the burners burn the mill?")
    learn(village, "garrick", "burners_at_wake", "marit", 0.9)
    assert stance(say("garrick", "Did the burners burn the mill?", "bo")) == "torn"


def test_it_says_who_has_it_otherwise_and_why_it_is_not_believed(
    village: World, say: Callable[..., Reply]
) -> None:
    learn(village, "garrick", "burners_did_it", "crispin", 0.5)
    learn(village, "garrick", "burners_at_wake", "marit", 0.9)
    text = say("garrick", "Did the burners burn the mill?").text
    assert "Crispin Vole says the burners set the mill on fire" in text
    assert "wake" in text


def test_what_moved_on_is_told_as_news(village: World, say: Callable[..., Reply]) -> None:
    say("sabeth", "What is wrong with Hanno?")
    do(village, VariableSet("stage.feverwort", "brought"))
    reply = say("sabeth", "How is Hanno's fever?")
    assert (reply.told, stance(reply)) == (("hanno_mends",), "moved_on")


def test_a_lie_is_tagged_and_owned_to_once_there_is_trust(
    village: World, say: Callable[..., Reply]
) -> None:
    say("joss", "Who burned the mill?")
    lie = village.npcs["joss"].graph.match("mill", "is_burned_by", "burners")
    assert [t.source for t in lie] == ["lie"]
    do(village, trusting("joss", 0.95))
    reply = say("joss", "Who burned the mill?")
    assert (reply.told, stance(reply)) == (("mill_fire_cause",), "confessed")


def test_a_secret_kept_and_then_told_is_no_contradiction(
    village: World, say: Callable[..., Reply]
) -> None:
    assert say("odo", "Has the hearth ever gone out?").act == "keep_secret"
    do(village, trusting("odo", 0.95))
    reply = say("odo", "Has the hearth ever gone out?")
    assert (reply.told, stance(reply)) == (("hearth_went_out",), "opened")


def test_what_was_not_known_and_then_heard_is_told_so(
    village: World, say: Callable[..., Reply]
) -> None:
    asked = "Did anyone notice anything before the flames?"
    assert say("wick", asked).act == "admit_ignorance"
    do(village, ClockMoved(village.now + 600.0))
    learn(village, "wick", "fire_smell_grain", "marit", 0.9)
    assert stance(say("wick", asked)) == "learned"


def test_a_price_named_is_stood_by_for_the_day(village: World, say: Callable[..., Reply]) -> None:
    price = say("edda", "How much is a knife?").why
    asked = village.npcs["edda"].graph.match("belt_knife", "costs")
    say("edda", "Never mind.")
    say("edda", "Your knives are lovely work.")
    say("edda", "How much is a knife?")
    assert village.npcs["edda"].graph.match("belt_knife", "costs")[0].object == asked[0].object
    assert price["spoken"]["act"] == "offer_goods"


def test_a_player_who_contradicts_himself_is_noticed(say: Callable[..., Reply]) -> None:
    say("garrick", "I come from Harrow.")
    reply = say("garrick", "I'm from the coast.")
    assert (reply.act, stance(reply)) == ("doubt", "unsteady")
    assert "you come from Harrow" in reply.text
    assert stance(say("garrick", "I'm from the coast.")) != "unsteady"


@pytest.mark.parametrize(
    "line", ["I am a soldier.", "My name is Ash.", "I'm not from Harrow.", "I have a wife."]
)
def test_the_same_or_something_else_of_oneself_is_no_contradiction(
    say: Callable[..., Reply], line: str
) -> None:
    say("garrick", "I'm from the coast.")
    say("garrick", line)
    assert stance(say("garrick", line)) != "unsteady"


def test_a_word_that_comes_out_as_wrong_costs_trust_once_and_is_brought_up(
    village: World, say: Callable[..., Reply]
) -> None:
    say("garrick", "Rafe burned the mill.")
    before = trust_in(village, "garrick")
    do(village, VariableSet("stage.mill_fire", "settled"))
    assert trust_in(village, "garrick") == pytest.approx(before - 0.3, abs=0.01)
    assert "reproach" in {e.label for e in village.npcs["garrick"].emotions}
    do(village, VariableSet("stage.mill_fire", "settled"))
    assert trust_in(village, "garrick") == pytest.approx(before - 0.3, abs=0.01)
    do(village, ClockMoved(village.now + DAY))
    assert "You told me Rafe burned the mill" in say("garrick", "What is the toll?").text.replace(
        "You said Rafe", "You told me Rafe"
    )
    do(village, ClockMoved(village.now + DAY))
    assert "Rafe burned" not in say("garrick", "What is the toll?").text


def test_a_word_that_comes_true_earns_trust_once(village: World, say: Callable[..., Reply]) -> None:
    say("garrick", "Joss burned the mill.")
    before = trust_in(village, "garrick")
    for _ in range(2):
        do(village, VariableSet("stage.mill_fire", "settled"))
        assert trust_in(village, "garrick") == pytest.approx(before + 0.1, abs=0.01)


def test_a_secret_that_exposes_somebody_is_not_told_to_him(
    village: World, say: Callable[..., Reply]
) -> None:
    say("orle", "Crispin stole the salt.")
    learn(village, "orle", "salt_hidden_mill", "corm", 1.0)
    do(village, ClockMoved(village.now + DAY))
    text = say("orle", "Good morning.").text
    assert "Crispin stole the salt" in text
    assert "Rafe" not in text


def test_what_it_knows_better_is_not_taken_from_a_player(say: Callable[..., Reply]) -> None:
    reply = say("joss", "Rafe burned the mill.")
    assert stance(reply) == "disputed"


def test_a_forgotten_player_leaves_no_claim(village: World, say: Callable[..., Reply]) -> None:
    say("garrick", "Rafe burned the mill.")
    say("garrick", "Who burned the mill?")
    village.begin()
    roster.drop_player(village, "ash", forget=True)
    village.end()
    assert all("ash" not in t for t in village.npcs["garrick"].graph)


def test_conflicts_are_found_in_a_graph_whatever_a_pack_calls_the_relation(
    village: World, say: Callable[..., Reply]
) -> None:
    say("garrick", "Rafe burned the mill.")
    graph = village.npcs["garrick"].graph
    assert conflicts(graph, ("joss", "is_cause_of", "mill"), village.now)
    assert conflicts(graph, ("mill", "is_burned_by", "edda"), village.now)
    assert not conflicts(graph, ("rafe", "is_cause_of", "mill"), village.now)
    assert not conflicts(graph, ("mill", "is_burned_by", "nobody"), village.now)


SPOONS = "{actor} took the reeve's silver spoons."


def _theft(world: World, number: int, actor: str, **fields: Any) -> Happened:
    return Happened(
        number, SPOONS, "tale", actor, "ysolt", "vennor_house", world.now, 0.8, "", (), **fields
    )


def _told(happening: int, teller: str, hops: int, sure: float) -> Held:
    return Held("edda", happening, "told", teller, hops, sure, "", 0.0, 1, 0)


def test_of_two_tellings_it_says_which_it_trusts_and_why(
    village: World, say: Callable[..., Reply]
) -> None:
    first = len(village.happenings)
    do(
        village, _theft(village, first, "rafe"),
        _theft(village, first + 1, "joss", parent=first, twist="mutated"),
        _told(first, "marit", 1, 0.9), _told(first + 1, "crispin", 3, 0.4),
    )  # fmt: skip
    reply = say("edda", "Who took the silver spoons?")
    assert stance(reply) == "torn"
    assert "Rafe Sallow took the reeve's silver spoons" in reply.text
    assert "Crispin Vole says Joss Marl took the reeve's silver spoons" in reply.text


def test_a_telling_that_turns_out_otherwise_is_taken_back(
    village: World, say: Callable[..., Reply]
) -> None:
    first = len(village.happenings)
    do(
        village, _theft(village, first, "rafe"),
        _theft(village, first + 1, "joss", parent=first, twist="mutated"),
        _told(first + 1, "crispin", 3, 0.4),
    )  # fmt: skip
    assert "Joss" in say("edda", "Who took the silver spoons?").text
    do(village, _told(first, "marit", 1, 0.9), ClockMoved(village.now + DAY))
    reply = say("edda", "Who took the silver spoons?")
    assert stance(reply) == "changed"
    assert "Rafe Sallow took" in reply.text
