from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.tables import table
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.recast import calling, clipped, halting, in_full, turns
from personagen_npc.voice.style import Big5, Style

STYLE = Style.load()


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("It's by the gate, and I've no time.", "It is by the gate, and I have no time."),
        ("It's been cold.", "It's been cold."),  # has, not is
        ("That isn't so, isn't it?", "That is not so, isn't it?"),
        ("I can't tell. They won't go.", "I cannot tell. They will not go."),
        ("Don't you know?", "Don't you know?"),
        ("I'd say so.", "I'd say so."),  # had or would
        ("Edda's forge.", "Edda's forge."),
    ],
)
def test_short_forms_are_written_out_where_one_can_be_sure(text: str, full: str) -> None:
    assert in_full(text) == full


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("It's by the gate. That's the reeve.", "By the gate. The reeve."),
        ("I don't know him well.", "Don't know him well."),
        ("That's that. I'm tired.", "That's that. I'm tired."),
        ("It's cold, isn't it?", "It's cold, isn't it?"),
    ],
)
def test_the_terse_leave_out_what_can_be_left_out(text: str, short: str) -> None:
    assert clipped(text) == short


def test_a_pause_and_a_call_come_once_and_only_with_room() -> None:
    assert halting("Below the weir, past the stage, and on.") == (
        "Below the weir... past the stage, and on."
    )
    assert halting("No, sir.") == "No, sir."
    assert calling("Good. That's one thing clear.") == "Good! That's one thing clear."
    assert calling("Good.") == "Good."


def test_rarer_words_keep_their_capital() -> None:
    bookish = turns(table("voice/data/style.yaml"))["bookish"]
    assert bookish("Maybe she wants to, sometimes.") == "Perhaps she wishes to, occasionally."


@given(st.text(max_size=120))
def test_any_text_can_be_recast(text: str) -> None:
    for turn in turns(table("voice/data/style.yaml")).values():
        assert isinstance(turn(text), str)


def test_the_careful_speak_in_full_and_the_sour_in_short() -> None:
    text = "It's by the gate, and it's old."
    often = {"formal": 0, "clipped": 0}
    people: dict[str, Big5] = {
        "formal": (0.3, 1.0, -0.3, 0.3, 0),
        "clipped": (0, -0.5, -0.7, -1, 0),
    }
    for name, five in people.items():
        for turn in range(200):
            done = STYLE.recast(text, five, Chance(Dice(1, "a", str(turn)), "style"))[1]
            often[name] += name in done
    assert min(often.values()) > 100
