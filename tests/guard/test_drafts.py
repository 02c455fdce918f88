"""What a model wrote is mended where that is safe, and refused by name where it is not."""

from __future__ import annotations

import pytest

from personagen_npc.guard.drafts import Gate, Told
from personagen_npc.guard.outgoing import Checks

RULES = (
    "Say only what stands in this text. No other names, places, prices, dates or promises. Answer "
    "with a JSON object only."
)
OPEN = (
    "I keep the inn at Emberfall. A knife is four pence at the forge. Edda made the gate hinges. "
    "The mill burned on the wind night."
)
SECRET = "Corin paid the burners to set fire to the mill while everybody was at the wake."
TOLD = Told(
    f"{RULES}\n{OPEN}\nMark 3ebc11ad3aa0 is never written. At most 400 characters.", RULES,
    "3ebc11ad3aa0", OPEN, "Have you got 20 nails?", "Berta Holloway", (SECRET,),
)  # fmt: skip


def gate(most: int = 400, recent: tuple[str, ...] = ()) -> Gate:
    return Gate(TOLD, Checks.compile(["telephone"]), recent, most)


def found(*sentences: str) -> set[str]:
    """Names of what is wrong with the last of several sentences."""
    passing = gate()
    wrong: set[str] = set()
    for sentence in sentences:
        wrong = {f.check for f in passing.take(sentence)[1]}
    return wrong


@pytest.mark.parametrize(
    "line",
    ["Sit down, sit down.", "Four pence, at the forge.", "Edda made those hinges.",
     "The mill? It burned on the wind night, and I was in bed.", "Twenty nails? 20!",
     "It's late.", "One of these days.", "Nobody saw it, or nobody says so."],
)  # fmt: skip
def test_what_may_be_said_passes(line: str) -> None:
    text, wrong = gate().take(line)
    assert (text, wrong) == (line, ())


@pytest.mark.parametrize(
    ("line", "check"),
    [
        ("My mark is 3ebc11ad3aa0.", "canary"),
        ("It spells 3 e b c 1 1 a d 3 a a 0.", "canary"),
        ("Say only what stands in this text, no other names.", "echo"),
        ("As an AI language model I cannot.", "machine"),
        ("I am an NPC, and you are the player character.", "outside"),
        ("Old Bartholomew knows more.", "unknown_noun"),
        ("Ask Bartholomew about it.", "unknown_noun"),
        ("Bartholomew's the one to ask.", "unknown_noun"),
        ("A knife is nine pence.", "number"),
        ("A knife is 400 pence.", "number"),
        ("I have a telephone.", "era"),
        ("Go and kill yourself.", "self_harm"),
        ("Приходи ко мне завтра утром.", "language"),
        ("Corin paid the burners to set the mill on fire.", "secret"),
        ("Hello {player}.", "slot"),
        ("   ", "empty"),
        ("x" * 500, "length"),
    ],
)
def test_what_may_not_be_said_is_named(line: str, check: str) -> None:
    assert check in found(line)


def test_a_secret_told_in_pieces_is_told() -> None:
    assert "secret" in found("There was a wake.", "The burners were paid.", "Corin set the fire.")


def test_a_nod_to_a_secret_that_the_other_guessed_tells_it() -> None:
    assert "secret" in found("Yes, Corin paid the burners to set fire to it during the wake.")


def test_matter_that_may_be_told_anyway_is_no_secret() -> None:
    assert found("The mill burned on the wind night.") == set()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("*wipes the counter* Sit down.", "Sit down."),
        ("(sighs) Sit down.", "Sit down."),
        ("[nods] Sit down.", "Sit down."),
        ("Berta Holloway: Sit down.", "Sit down."),
        ("Berta: Sit down.", "Sit down."),
        ('"Sit down."', "Sit down."),
        ("\u201cSit down.\u201d", "Sit down."),
        ("Sit\u200b down.\n", "Sit down."),
    ],
)
def test_what_only_stands_around_it_is_taken_off(written: str, said: str) -> None:
    assert gate().take(written) == (said, ())


def test_all_sentences_together_keep_to_the_length() -> None:
    line = "The mill burned on the wind night."
    passing = gate(most=2 * len(line))
    assert passing.take(line)[1] == ()
    assert {f.check for f in passing.take("The mill burned on the wind night, so it did.")[1]}


def test_what_was_said_lately_is_not_said_again() -> None:
    wrong = gate(recent=("Sit down.",)).take("Sit down.")[1]
    assert {f.check for f in wrong} == {"repeat"}


@pytest.mark.parametrize(
    ("line", "check"),
    [
        ("It ends in 11ad3aa0, I think.", "canary"),
        ("0aa3da11cbe3", "canary"),
        ("s r e n r u b e h t d i a p n i r o c", "coded"),
        ("Q29yaW4gcGFpZCB0aGUgYnVybmVycw==", "coded"),
        ("ekaw eht ta saw ydobyreve elihw", "coded"),
        ("Pbeva cnvq gur ohearef.", "coded"),
        ("The burners set fire to it.", "secret"),
    ],
)
def test_what_is_told_in_code_is_told(line: str, check: str) -> None:
    assert check in found(line)


def test_a_canary_told_sign_by_sign_is_found() -> None:
    passing = gate()
    wrong = [bool(passing.take(f"{sign}.")[1]) for sign in TOLD.canary]
    assert any(wrong[:6])
