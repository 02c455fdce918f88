from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.tables import table
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.recast import (
    calling,
    clipped,
    faltering,
    fearing,
    gentler,
    halting,
    in_full,
    joined,
    parted,
    running_on,
    slurring,
    terse,
    turns,
)
from personagen_npc.voice.style import Style

if TYPE_CHECKING:
    from personagen_npc.voice.share import Big5

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
        ("I'd rather not. I shan't.", "I would rather not. I shall not."),
        ("Haven't seen him.", "Haven't seen him."),  # who drops "I" drops the rest too
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
    assert calling("A letter I sent. It came back.") == "A letter I sent. It came back."
    assert halting("You'd know that, would you? Say how.") == "You'd know that, would you? Say how."


def test_two_sentences_are_joined_only_where_the_second_has_its_own_subject() -> None:
    text = "Dame Ysolt is the reeve. She counts what is owed."
    assert joined(text) == "Dame Ysolt is the reeve; she counts what is owed."
    assert running_on(text) == "Dame Ysolt is the reeve, and she counts what is owed."
    assert joined("Master Orle keeps the shop. Salt and cloth.").endswith("shop. Salt and cloth.")
    assert joined("Hm. It's by the gate.") == "Hm. It's by the gate."


def test_a_long_sentence_is_parted_and_a_second_one_left_away() -> None:
    assert parted("The gate is shut at dusk, but you can knock.") == (
        "The gate is shut at dusk. But you can knock."
    )
    assert parted("If you are late, and they know you, knock.").startswith("If you are late, and")
    assert terse("The forge is by the weir. Follow the hammer.") == "The forge is by the weir."
    assert terse("That's her. Don't step on the carpet.") == "That's her. Don't step on the carpet."


def test_the_uneasy_guess_falter_and_are_afraid_but_not_of_their_own_lives() -> None:
    ways = turns(table("voice/data/style.yaml"))
    told = ways["hedging"]("The Brown Winter was ninety years back. It came in the night.")
    assert told.endswith(". It came in the night.")
    assert told.startswith("The Brown Winter was ninety years back, ")
    mine = "The house was my father's once."
    assert ways["hedging"](mine) == mine
    assert ways["unsure"]("It's down by the water.") == "I think it's down by the water."
    assert ways["unsure"]("It's not worth much to you.") == "It's not worth much to you."
    assert faltering("It's by the gate.") == "It's, it's by the gate."
    assert fearing("I can't help you.") == "I'm afraid I can't help you."


def test_the_careless_clip_small_words() -> None:
    slack = slurring({"don't know": "dunno", "of course": "'course"})
    assert slack("She notches them, one and all.") == "She notches 'em, one and all."
    assert slack("Of course. I don't know.") == "'Course. I dunno."


def test_an_order_becomes_advice_where_it_can_be_one() -> None:
    assert gentler("Try the mill.") == "You might try the mill."
    assert gentler("The weir. Ask for Edda.") == "The weir. You might ask for Edda."
    assert gentler("Go away.") == "Go away."


def test_another_word_takes_its_own_article() -> None:
    rarer = turns({**table("voice/data/style.yaml"), "bookish": {"odd": "peculiar"}})["bookish"]
    assert rarer("It's an odd thing.") == "It's a peculiar thing."
    assert rarer("Odd, that.") == "Peculiar, that."


def test_a_child_is_not_bookish_and_a_scholar_does_not_slur() -> None:
    assert "bookish" in STYLE.barred({"age": 9})
    assert "slack" in STYLE.barred({"age": 50, "archetype": "scholar"})
    assert STYLE.barred({"age": 50}) == ()


def test_a_fact_that_stands_alone_is_recast_otherwise_than_a_written_line() -> None:
    text = "Dame Ysolt is the reeve. She counts what is owed."
    exact: Big5 = (0.3, 1.0, -0.3, 0.3, 0)
    dice = [Chance(Dice(1, "a", str(turn)), "style") for turn in range(60)]
    assert any("joined" in STYLE.recast(text, exact, d, plain=True)[1] for d in dice)
    assert not any("joined" in STYLE.recast(text, exact, d)[1] for d in dice)


def test_who_always_uses_short_forms_is_never_made_formal() -> None:
    exact: Big5 = (0.5, 1.0, -0.5, 0.3, 0)
    for turn in range(60):
        chance = Chance(Dice(1, "a", str(turn)), "style")
        assert (
            "formal" not in STYLE.recast("It's by the gate.", exact, chance, barred=("formal",))[1]
        )


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
