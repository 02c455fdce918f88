"""Cultures as a player meets them: what is minded, what is offered, what is not spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import ClockMoved
from personagen_npc.host.reads import npc_get
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.pack import Pack
from personagen_npc.world.people.cultures import rules, tags_of
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking.talk import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

CULTURES: dict[str, Any] = {
    "hill": {
        "name": "the hill folk",
        "regards": {"#honour": {"times": 1.5}, "#hospitality": {"times": 1.5}},
        "taboos": {"dead": {"words": ["the dead", "grave"], "lines": ["We do not name them."]},
                   "wolf": {"words": ["wolf"], "refuse": False, "lines": ["Say the grey one."]}},
        "hosting": ["Have bread."], "refused": ["Then you are no guest."], "taken": ["Eat slow."],
        "says": {"farewell": ["Go low and go dry."]}, "oaths": ["turf and ember"],
    },
    "court": {
        "name": "the old houses",
        "regards": {"flirt": {"benefit": -0.6, "praise": -0.4}},
        "ungreeted": ["One begins with good day."],
    },
}  # fmt: skip
ROOMS: dict[str, Any] = {
    "places": {"inn": {"name": "the inn"}},
    "cultures": CULTURES,
    "events": {
        "gift": {"text": "{actor} gave {target} a gift.", "benefit": 0.5, "praise": 0.3,
                 "tags": ["hospitality"]},
    },
    "facts": {"grave": {"text": "There is a grave at the ford.", "who": {"all": True}},
              "wolf": {"text": "The wolf is lame.", "who": {"all": True}}},
    "npcs": {
        "hilda": {"place": "inn", "culture": "hill"},
        "cate": {"place": "inn", "culture": "court"},
        "nell": {"place": "inn"},
    },
}  # fmt: skip


@pytest.fixture
def town(hamlet: Callable[..., World], voice: Any) -> World:
    return hamlet(seed=3, voice=voice, **ROOMS)


@pytest.fixture
def heard(town: World, step: Callable[..., Any]) -> Callable[..., Reply]:
    """``heard("hilda", "Hello.")``: what somebody answers to Ash."""

    def talk(who: str, text: str, player: str = "ash") -> Reply:
        reply: Reply = step(town, say, [who], player, text, whisper=True).replies[0]
        return reply

    return talk


def _later(world: World, seconds: float) -> None:
    world.begin()
    world.do(ClockMoved(world.now + seconds))
    world.end()


def test_the_same_word_weighs_more_where_honour_is_dear(heard: Callable[..., Reply]) -> None:
    felt = {w: heard(w, "You stupid oaf.").why["felt"] for w in ("hilda", "nell")}
    assert felt["hilda"]["benefit"] == pytest.approx(1.5 * felt["nell"]["benefit"], abs=0.01) or (
        felt["hilda"]["benefit"] == -1.0
    )
    assert (felt["hilda"]["culture"], felt["nell"]["culture"]) == ("hill", "")
    assert felt["hilda"]["cause"] == "said:ash:insult"


def test_what_pleases_one_people_offends_another(heard: Callable[..., Reply]) -> None:
    for who, sign in (("nell", 1), ("cate", -1)):
        heard(who, "Hello.")
        felt = heard(who, "You have beautiful eyes, my love.").why["felt"]
        assert felt["benefit"] * sign > 0, who


def test_events_are_taken_by_their_tags(town: World, step: Callable[..., Any]) -> None:
    glad = {}
    for who in ("hilda", "nell"):
        step(town, say, [who], "ash", "Hello.", whisper=True)
        event = {"type": "gift", "actor": "ash", "target": who, "reach": "whisper"}
        step(town, happen, [admit_event(town, event, "event")])
        glad[who] = npc_get(town, {"npc": who})["intensity"]
    assert glad["hilda"] == pytest.approx(1.5 * glad["nell"], abs=0.01)


def test_whoever_asks_before_he_greets_is_told_so_once(
    town: World, heard: Callable[..., Reply]
) -> None:
    rude = heard("cate", "Where is the grave?")
    assert rude.text.startswith("One begins with good day. ")
    assert len(rude.text) > len("One begins with good day. ")  # and is answered all the same
    assert (rude.why["felt"]["custom"], rude.why["felt"]["culture"]) == ("ungreeted", "court")
    assert rude.why["felt"]["affinity_moved"] < 0
    assert "good day" not in heard("cate", "What is there at the ford?").text
    assert "good day" not in heard("nell", "Where is the grave?", "bo").text
    _later(town, 6 * 3600.0)
    assert heard("cate", "Where is the grave?").text.startswith("One begins")


@pytest.mark.parametrize(
    "first", ["Hello.", "Hello, where is the grave?", "I am Ash. Who are you?"]
)
def test_a_greeting_in_the_line_is_enough(heard: Callable[..., Reply], first: str) -> None:
    assert "good day" not in heard("cate", first).text


def test_bread_is_offered_taken_and_refused(town: World, heard: Callable[..., Reply]) -> None:
    assert heard("hilda", "Hello.", "ash").text.endswith("Have bread.")
    taken = heard("hilda", "Thank you, gladly.", "ash")
    assert (taken.text, taken.act) == ("Eat slow.", "accept")
    assert heard("hilda", "Hello.", "bo").text.endswith("Have bread.")
    refused = heard("hilda", "No thanks, I ate before.", "bo")
    assert (refused.text, refused.act) == ("Then you are no guest.", "object")
    assert refused.why["felt"]["affinity_moved"] < 0 < taken.why["felt"]["affinity_moved"]
    # once a day, and not to somebody else's people
    assert "bread" not in heard("hilda", "Hello.", "ash").text
    assert "bread" not in heard("nell", "Hello.", "ash").text


def test_what_is_not_spoken_of_is_not_answered(heard: Callable[..., Reply]) -> None:
    heard("hilda", "Hello.")
    hush = heard("hilda", "Is there a grave at the ford?")
    assert (hush.text, hush.act, hush.told) == ("We do not name them.", "refuse", ())
    assert hush.why["felt"]["custom"] == "dead"
    assert "reproach" in dict(hush.why["felt"]["emotions"])
    assert "grave" in heard("nell", "Is there a grave at the ford?").text


def test_what_is_only_not_said_so_is_rebuked_and_answered(heard: Callable[..., Reply]) -> None:
    heard("hilda", "Hello.")
    said = heard("hilda", "What is it about the wolf?")
    assert said.text.startswith("Say the grey one. ")
    assert said.told == ("wolf",)


def test_a_peoples_sayings_are_theirs_alone(town: World, heard: Callable[..., Reply]) -> None:
    said: dict[str, set[str]] = {"hilda": set(), "nell": set()}
    for day in range(6):
        for who in said:
            heard(who, "Hello.", f"p{day}")
            said[who].add(heard(who, "Goodbye.", f"p{day}").text)
        _later(town, 90000.0)
    assert any("Go low and go dry" in line for line in said["hilda"])
    assert not any("Go low and go dry" in line for line in said["nell"])


def test_a_friendly_saying_is_not_for_enemies(town: World, heard: Callable[..., Reply]) -> None:
    for _ in range(4):
        heard("hilda", "You are a filthy liar and a thief.")
    assert "Go low" not in heard("hilda", "Goodbye.").text


def test_a_culture_is_shown_and_outlives_a_save_and_a_reload(town: World) -> None:
    shown = npc_get(town, {"npc": "hilda"})
    assert (shown["culture"], shown["culture_name"]) == ("hill", "the hill folk")
    again = snapshot.load(snapshot.dump(town), town.pack)
    assert again.npcs["hilda"].ways == town.npcs["hilda"].ways
    assert "turf and ember" in again.npcs["hilda"].words.oaths
    mild = town.pack.model_copy(update={"cultures": {}})
    town.equip(mild)
    assert npc_get(town, {"npc": "hilda"})["culture_name"] == ""
    assert town.npcs["hilda"].words.oaths == ()


def test_lines_have_their_tags_and_events_theirs() -> None:
    pack = Pack.model_validate(
        {"id": "x", "name": "X",
         "events": {"gift": {"id": "gift", "text": "G.", "tags": ["hospitality"]}}},
        strict=False,
    )  # fmt: skip
    tags = tags_of(pack.events)
    assert tags["gift"] == ("hospitality",)
    assert tags["insult"] == ("honour",)
    assert tags["accuse"] == ("honour", "candour")
    assert tags["ask_where"] == ()


def test_every_line_of_a_culture_is_a_rule_of_its_own(emberfall: Pack) -> None:
    made = list(rules(emberfall.cultures))
    assert len({rule.id for rule in made}) == len(made)
    assert {rule.when["culture"] for rule in made} == set(emberfall.cultures)
    assert len(emberfall.cultures) >= 3
    assert {npc.culture for npc in emberfall.npcs.values()} <= set(emberfall.cultures)
