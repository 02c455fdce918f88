"""What is answered to who names a time, or asks for one; in a village, by its own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Happened, Held
from personagen_npc.mind.remembering.timed import filled
from personagen_npc.world import agenda
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

DAY_H, DAY_S = 24.0, 86_400.0


@pytest.fixture
def berta(village: World, step: Step) -> Callable[..., Reply]:
    """``berta("What happened?")``: what the innkeeper answers; a number lets hours pass first."""

    def ask(line: str, hours: float = 0.0, player: str = "ash") -> Reply:
        if hours:
            step(village, agenda.tick, village.now + hours * 3600.0)
        reply: Reply = step(village, talk.say, ["berta"], player, line).replies[0]
        return reply

    return ask


def _happened(village: World, text: str, kind: str, actor: str, target: str, ago_h: float) -> None:
    """Something that Berta has seen, so many hours ago."""
    n = len(village.happenings)
    at = village.now - ago_h * 3600.0
    village.begin()
    village.do(Happened(n, text, kind, actor, target, "drowned_bell", at, 0.8, "", ()))
    village.do(Held("berta", n, "seen", "", 0, 1.0, "", 0.0, 0, 0))
    village.end()


def _a_week(village: World, step: Step) -> None:
    """Ten days on; a theft nine days ago, a brawl yesterday evening."""
    step(village, agenda.tick, village.now + 10 * DAY_S)
    _happened(
        village, "{actor} stole from {target} at the inn.", "theft", "rafe", "garrick", 9 * DAY_H
    )
    _happened(village, "There was a brawl, and {actor} was in it.", "brawl", "crispin", "", 14.0)


def test_a_question_after_a_day_is_answered_from_that_day(
    village: World, step: Step, berta: Callable[..., Reply]
) -> None:
    _a_week(village, step)
    assert "Crispin" in berta("What happened here yesterday?").text
    reply = berta("What happened nine days ago?")
    assert "Garrick" in reply.text
    assert "Crispin" not in reply.text


def test_of_a_day_on_which_nothing_was_one_says_so(
    village: World, step: Step, berta: Callable[..., Reply]
) -> None:
    _a_week(village, step)
    reply = berta("What happened four days ago?")
    assert reply.act == "admit_ignorance"
    assert reply.told == ()
    assert "four days ago" in reply.text.lower()


@pytest.mark.parametrize(
    "line", ["When was Garrick robbed?", "When did Rafe steal from Garrick?",
             "How long ago was the theft?", "When did somebody steal from Garrick?"],
)  # fmt: skip
def test_asked_when_one_says_when(
    village: World, step: Step, berta: Callable[..., Reply], line: str
) -> None:
    _a_week(village, step)
    assert "nine days ago" in berta(line).text.lower()


def test_an_event_that_one_remembers_tells_the_time(
    village: World, step: Step, berta: Callable[..., Reply]
) -> None:
    _a_week(village, step)
    assert "Crispin" in berta("What has happened since the theft?").text
    before = berta("What happened before the brawl?")
    assert "Garrick" in before.text


def test_who_does_not_know_of_an_event_cannot_date_by_it(village: World, step: Step) -> None:
    _a_week(village, step)
    reply = step(village, talk.say, ["marit"], "ash", "What happened before the brawl?").replies[0]
    assert "Garrick" not in reply.text


def test_what_was_said_on_a_day_is_told_back(
    village: World, step: Step, berta: Callable[..., Reply]
) -> None:
    berta("I saw Orle hide a crate of pepper under the ferry.")
    reply = berta("What did I tell you yesterday?", hours=26.0)
    assert "pepper" in reply.text
    assert "pepper" not in berta("What did I tell you three days ago?").text
    assert "pepper" not in berta("What did I tell you yesterday?", player="bea").text


def test_two_who_talk_know_since_when(village: World, berta: Callable[..., Reply]) -> None:
    assert berta("Good morning, I am Ash.").act == "meet"
    assert "nine days" in berta("How long have you known me?", hours=9 * DAY_H).text.lower()
    assert "nine days ago" in berta("When did we first meet?").text.lower()
    assert "days ago" not in berta("When did we first meet?", player="bea").text


def test_a_fact_that_says_when_it_was_is_dated_and_dates(
    village: World, step: Step, berta: Callable[..., Reply]
) -> None:
    """The mill burned eight days before the first morning; Emberfall's lore says so."""
    assert "eight days ago" in berta("When did the mill burn?").text.lower()
    step(village, agenda.tick, village.now + 2 * DAY_S)
    assert "ten days ago" in berta("How long ago did the mill burn?").text.lower()


def test_the_same_day_is_answered_as_ever(berta: Callable[..., Reply]) -> None:
    assert berta("What do you sell today?").act != "admit_ignorance"


def test_a_way_to_say_when_takes_its_time() -> None:
    assert filled("{then.cap}, {long}.", "nine days ago, at noon", "nine days ago") == (
        "Nine days ago, at noon, nine days."
    )
    assert filled("{long}", "this morning", "this morning") == "since this morning"
