"""Asking: a sentence is known for a question by its form, and a statement is not."""

from __future__ import annotations

import pytest

from personagen_npc.mind.perceive import NOTHING, Perceiver
from personagen_npc.mind.reading.asking import BEGUN, MARK, TAG, TURNED, WORD
from personagen_npc.mind.reading.hearing import Reader
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.mind.reading.names import Names
from personagen_npc.tables import table

LEXICON = Lexicon(table("mind/data/intents.yaml"))
NAMES = Names((("rafe", "npc", "Rafe"), ("mill", "place", "the mill")))

FORMS = {
    WORD: (
        "so who's in charge", "I'm bleeding, who do I see and where", "what scares you",
        "if I need a horse shod who should I see", "hey, what kind of medicine is that",
        "excuse me, which settlement have I stumbled into",
    ),
    TURNED: ("is it always this quiet", "did Rafe do it", "any news", "Is that all?"),
    TAG: ("you haven't seen it, have you", "you know Rafe, right"),
    BEGUN: ("I'd like to know about the mill", "tell me about Rafe", "any idea, Rafe"),
    MARK: ("Friends again?",),
    "": (
        "How lovely.", "What a dump.", "Have it your way.", "That's how we do it.", "I did it.",
        "no wonder he left", "I think he was the one who did it.", "When he came, it rained.",
        "Do the other one.", "I'm looking for my brother.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asking", "text"), [(a, t) for a, ts in FORMS.items() for t in ts])
def test_a_question_is_known_by_its_form(asking: str, text: str) -> None:
    found = Reader(LEXICON, NAMES).read(text)[0].asking
    assert found == asking or (asking in (BEGUN, TAG) and found == TURNED)


@pytest.mark.parametrize("text", [t for a in (WORD, TURNED) for t in FORMS[a] if "shod" not in t])
def test_what_asks_is_no_comfort_no_flirting_and_no_confession(text: str) -> None:
    heard = Perceiver(LEXICON, NAMES, {}).perceive(text, NOTHING)
    assert heard.intent.startswith("ask_"), heard


def test_a_line_can_be_read_as_the_question_that_it_is() -> None:
    perceiver = Perceiver(LEXICON, NAMES, {})
    heard = perceiver.glance("I burned my hand. Where is the mill?")
    asked = perceiver.asked(heard, NOTHING)
    assert asked is not None
    assert asked.intent == "ask_where"
    assert ("mill", "place") in asked.entities
    assert perceiver.asked(perceiver.glance("I burned my hand."), NOTHING) is None
