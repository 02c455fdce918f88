from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.mind.reading.when import Moment, Names, TimeWords

NAMES = Names(
    ("Rakemonth", "Highsun", "June", "May"), ("Eelday", "Tollday"),
    ("winter", "autumn", "summer", "spring"), ("market day", "Raking Night"),
)  # fmt: skip
WORDS = TimeWords(NAMES)


@pytest.mark.parametrize(
    ("line", "said", "moment"),
    [
        ("What happened here yesterday?", "yesterday", Moment("day", 1)),
        ("Who came by three days ago?", "three days ago", Moment("day", 3, ago=True)),
        ("Who came by 3 days ago?", "3 days ago", Moment("day", 3, ago=True)),
        ("What did I tell you last night?", "last night", Moment("day", 1, part="night")),
        ("This morning you said so.", "this morning", Moment("day", part="morning", this=True)),
        ("The day before yesterday, then?", "the day before yesterday", Moment("day", 2)),
        ("and the night before last?", "the night before last", Moment("day", 2, part="night")),
        ("Yesterday evening I saw it", "yesterday evening", Moment("day", 1, part="evening")),
        ("Anything last week?", "last week", Moment("week", 1)),
        ("a couple of weeks ago", "a couple of weeks ago", Moment("week", 2, slack=1, ago=True)),
        ("a fortnight ago", "a fortnight ago", Moment("week", 2, ago=True)),
        ("twenty five years ago", "twenty five years ago", Moment("year", 25, ago=True)),
        ("two harvests ago", "two harvests ago", Moment("season", 1, name="autumn")),
        ("last winter", "last winter", Moment("season", -1, name="winter")),
        ("this summer", "this summer", Moment("season", 0, name="summer", this=True)),
        ("in the winter", "in the winter", Moment("season", name="winter")),
        ("What was sold on market day?", "on market day", Moment("feast", name="market day")),
        ("Who danced on Raking Night?", "on Raking Night", Moment("feast", name="Raking Night")),
        ("last Eelday", "last Eelday", Moment("weekday", -1, name="Eelday")),
        ("Eelday evening", "Eelday evening", Moment("weekday", name="Eelday", part="evening")),
        ("on the third of Highsun", "on the third of Highsun",
         Moment("month", name="Highsun", monthday=3)),
        ("On 7 May 2023 we met.", "on 7 May 2023",
         Moment("month", name="May", monthday=7, year=2023)),
        ("May 7, 2023", "May 7, 2023", Moment("month", name="May", monthday=7, year=2023)),
        ("in June 2023", "in June 2023", Moment("month", name="June", year=2023)),
        ("Back in 2021?", "back in 2021", Moment("year", year=2021)),
        ("the other day", "the other day", Moment("day", 3, slack=2)),
    ],
)  # fmt: skip
def test_a_time_is_heard(line: str, said: str, moment: Moment) -> None:
    heard = WORDS.heard(line)
    assert heard is not None
    assert (heard.said, heard.moment, heard.side) == (said, moment, "")


@pytest.mark.parametrize(
    ("line", "side", "anchor"),
    [
        ("What was it like before the fire?", "before", ("the", "fire")),
        ("Who came after the raid?", "after", ("the", "raid")),
        ("Who left the day after the wedding?", "after", ("the", "wedding")),
        ("What has happened since the flood?", "since", ("the", "flood")),
        ("Where were you when the mill burned?", "", ("the", "mill", "burned")),
        ("What did you see on the night of the fire?", "", ("the", "fire")),
        ("When I first came, what did you think?", "", ("i", "first", "came")),
    ],
)
def test_an_event_may_tell_the_time(line: str, side: str, anchor: tuple[str, ...]) -> None:
    heard = WORDS.heard(line)
    assert heard is not None
    assert (heard.side, heard.anchor, heard.moment) == (side, anchor, None)


def test_a_side_goes_with_a_moment_too() -> None:
    heard = WORDS.heard("Anything new since yesterday?")
    assert heard is not None
    assert (heard.side, heard.moment, heard.said) == ("since", Moment("day", 1), "since yesterday")


@pytest.mark.parametrize(
    "line",
    ["When did we first meet?", "Have we met before?", "Is the bridge open tomorrow?",
     "What time is it?", "Good day to you.", "I'll come back.", "How long have you known me?",
     "The last of the bread is mine.", "When do you open?", ""],
)  # fmt: skip
def test_no_time_gone_by_is_heard_where_none_is_said(line: str) -> None:
    assert WORDS.heard(line) is None


def test_the_words_of_a_time_are_told_apart_from_those_of_the_matter() -> None:
    heard = WORDS.heard("Who was robbed three days ago at the well?")
    assert heard is not None
    assert heard.words == {"three", "days", "ago"}


@given(st.text(max_size=80))
def test_any_line_can_be_heard(line: str) -> None:
    heard = WORDS.heard(line)
    assert heard is None or (heard.moment is None) == bool(heard.anchor)
