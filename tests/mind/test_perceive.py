"""A player's line: what it does, what it is about, in what tone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField
from personagen_npc.events import INTENTS, QUESTIONS
from personagen_npc.mind.perceive import Context, Heard, Names, Perceiver
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.tables import table

WHOLE = 0.85  # macro-F1 that is asked for on all lines
MISSED = 0.04  # share of held-out questions that may be heard as none; 0 of 56 when it was written
HELD_OUT = 0.85  # the same on unseen.yaml, which nothing was ever tuned on; the figure is printed

WORLD = (
    ("oswin", "npc", "Oswin"),
    ("mara", "npc", "Mara"),
    ("dex", "npc", "Dex"),
    ("duke", "npc", "the duke"),
    ("will", "npc", "Will"),
    ("p1", "player", "Ash"),
    ("mill", "place", "the mill"),
    ("kettles", "place", "the Three Kettles"),
    ("reactor", "place", "the reactor"),
    ("company", "faction", "the Company"),
    ("kettle", "thing", "kettle"),
    ("lantern", "thing", "lantern"),
)
SYNONYMS = {"forge": ("smithy", "smith"), "mend": ("repair",)}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(table("mind/data/intents.yaml"))


@pytest.fixture(scope="module")
def perceiver(lexicon: Lexicon) -> Perceiver:
    return Perceiver(lexicon, Names(WORLD), SYNONYMS)


Labelled = tuple[str, str, Context]


def lines(*parts: str, file: str = "lines.yaml") -> list[Labelled]:
    """(label, line, context) of the named parts of a file of lines, all if none is named."""
    path = Path(__file__).parent / "data" / file
    tree: dict[str, dict[str, list[Any]]] = yaml.safe_load(path.read_text("utf-8"))
    out = []
    for part in parts or tree:
        for label, entries in tree[part].items():
            for entry in entries:
                text, state = entry if isinstance(entry, list) else (entry, "")
                context = Context(offer_pending=state == "offer", quest_pending=state == "quest")
                out.append((label, text, context))
    return out


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean over all labels of 2 tp / (2 tp + fp + fn)."""
    right = Counter(a for a, b in pairs if a == b)
    labelled, said = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    return sum(2 * right[i] / (labelled[i] + said[i]) for i in labelled) / len(labelled)


def heard_as(perceiver: Perceiver, labelled: list[Labelled]) -> list[tuple[str, str]]:
    pairs = [(label, perceiver.perceive(text, c).intent) for label, text, c in labelled]
    for (label, got), (_, text, _) in zip(pairs, labelled, strict=True):
        if got != label:
            print(f"  {label:>14} heard as {got:<14} {text}")
    return pairs


def test_lines_are_many_varied_and_all_different() -> None:
    every = lines()
    assert len(every) >= 250
    assert {label for label, _, _ in every} == set(INTENTS)
    texts = Counter(text.lower().strip(" .!?") for _, text, c in every if c == Context())
    assert [t for t, n in texts.items() if n > 1 and t] == []


def test_no_line_was_copied_into_the_lexicon() -> None:
    written = " ".join(Path("personagen_npc/mind/data/intents.yaml").read_text("utf-8").split())
    for _, text, _ in lines():
        plain = " ".join(text.lower().strip(" .!?").split())
        assert len(plain.split()) < 5 or plain not in written


def test_all_lines_macro_f1(perceiver: Perceiver) -> None:
    f1 = macro_f1(heard_as(perceiver, lines()))
    print(f"intent macro-F1, all lines: {f1:.3f}")
    assert f1 >= WHOLE


def test_held_out_lines_macro_f1(perceiver: Perceiver) -> None:
    """Only the figure is looked at, never the lines: see the head of unseen.yaml."""
    pairs = [(label, perceiver.perceive(t, c).intent) for label, t, c in lines(file="unseen.yaml")]
    f1 = macro_f1(pairs)
    print(f"intent macro-F1, {len(pairs)} held-out lines: {f1:.3f}")
    assert f1 >= HELD_OUT


def test_questions_about_the_world_are_heard_as_questions(perceiver: Perceiver) -> None:
    """questions.yaml is held out: nothing of it was trained on."""
    asked = yaml.safe_load(Path("tests/mind/data/questions.yaml").read_text("utf-8"))
    missed = [t for t in asked if perceiver.glance(t).intent not in QUESTIONS]
    assert len(asked) >= 50
    assert len(missed) <= MISSED * len(asked), missed


def test_held_out_lines_are_many_and_of_every_intent() -> None:
    every = lines(file="unseen.yaml")
    assert len(every) >= 600
    assert min(Counter(label for label, _, _ in every).values()) >= 10
    assert {label for label, _, _ in every} == set(INTENTS)


def test_only_what_everybody_says_is_both_held_out_and_tuned_on() -> None:
    held, tuned = (
        {t.lower().strip(" .!?") for _, t, _ in lines(file=f)}
        for f in ("unseen.yaml", "tuning.yaml")
    )
    assert [t for t in held & tuned if len(t.split()) > 5] == []
    assert len(held & tuned) <= 15


def test_every_intent_can_be_reached(perceiver: Perceiver) -> None:
    assert {got for _, got in heard_as(perceiver, lines())} == set(INTENTS)


# --- what stands in the air


@pytest.mark.parametrize(
    ("text", "context", "intent"),
    [
        ("yes", Context(), "agree"),
        ("yes", Context(quest_pending=True), "quest_accept"),
        ("no", Context(), "disagree"),
        ("no", Context(quest_pending=True), "quest_refuse"),
        ("no", Context(offer_pending=True), "disagree"),
        ("deal", Context(offer_pending=True), "agree"),
        ("thirty-two", Context(offer_pending=True), "haggle"),
    ],
)
def test_a_short_answer_is_heard_by_what_was_asked(
    perceiver: Perceiver, text: str, context: Context, intent: str
) -> None:
    assert perceiver.perceive(text, context).intent == intent


ASKED = Context("the smith", (("oswin", "npc"),), "ask_where", "answer")


def test_a_question_cut_short_is_the_last_question_again(perceiver: Perceiver) -> None:
    heard = perceiver.perceive("and his brother?", ASKED)
    assert heard.intent == "ask_where"
    assert heard.entities == (("oswin", "npc"),)
    assert heard.topic == "Oswin's brother"
    assert heard.stems == ("brother",)
    heard = perceiver.perceive("What about Mara?", ASKED)
    assert (heard.intent, heard.entities) == ("ask_where", (("mara", "npc"),))
    assert perceiver.glance("What about Mara?").intent == "ask_what"


def test_a_pronoun_means_whom_we_spoke_of(perceiver: Perceiver) -> None:
    heard = perceiver.perceive("When did he leave?", ASKED)
    assert heard.entities == (("oswin", "npc"),)
    assert heard.topic == "Oswin"
    assert perceiver.glance("When did he leave?").entities == ()
    place = Context("the mill", (("oswin", "npc"), ("mill", "place")), "ask_what")
    assert perceiver.perceive("Who lives there?", place).entities == (("mill", "place"),)


def test_a_bare_why_asks_about_the_last_topic(perceiver: Perceiver) -> None:
    heard = perceiver.perceive("Why?", ASKED)
    assert (heard.intent, heard.focus, heard.topic) == ("ask_why", "reason", "Oswin")
    loose = perceiver.perceive("But why?", Context(last_topic="the old bridge"))
    assert loose.topic == "the old bridge"
    assert "bridg" in loose.stems or "bridge" in loose.stems


# --- what it is about


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Tell me about the mill fire.", "the mill fire"),
        ("what do you know about my brother's ring", "your brother's ring"),
        ("where is oswin", "Oswin"),
        ("where is oswyn?", "Oswin"),
        ("WHERE IS THE REACTOR", "the reactor"),
        ("Is the Company's ship here?", "the Company's ship"),
        ("Where can I get this blade mended?", "that blade"),
        ("Do you know who lives in the tower?", "the tower"),
        ("How did the fire start?", "the fire"),
        ("What's the price of salt?", "salt"),
        ("How are you?", ""),
        ("Why?", ""),
    ],
)
def test_topic_is_what_the_listener_would_call_it(
    perceiver: Perceiver, text: str, topic: str
) -> None:
    assert perceiver.glance(text).topic == topic


def test_entities_come_in_order_without_the_one_addressed(perceiver: Perceiver) -> None:
    heard = perceiver.glance("Mara, did Oswin leave the Three Kettles with the duke?")
    assert heard.addressed == "mara"
    assert heard.entities == (("oswin", "npc"), ("kettles", "place"), ("duke", "npc"))
    assert heard.amount is None
    assert perceiver.glance("Where is Oswin, Mara?").addressed == "mara"
    assert perceiver.glance("hey dex").addressed == "dex"
    assert perceiver.glance("Oswin is late").addressed == ""


def test_possessives_and_plurals_are_the_same_name(perceiver: Perceiver) -> None:
    assert perceiver.glance("Where are Oswin's tools?").entities == (("oswin", "npc"),)
    assert perceiver.glance("two kettles please").entities == (("kettle", "thing"),)


def test_a_name_that_is_a_common_word_needs_its_capital(perceiver: Perceiver) -> None:
    assert perceiver.glance("when will the bridge open").entities == ()
    assert perceiver.glance("have you met Will lately?").entities == (("will", "npc"),)


def test_names_come_and_go(lexicon: Lexicon) -> None:
    names = Names(WORLD)
    perceiver = Perceiver(lexicon, names, {})
    assert perceiver.glance("Who is Ysolde?").entities == ()
    names.add("ysolde", "npc", "Ysolde")
    names.add("ysolde", "npc", "the grey lady")
    assert perceiver.glance("Who is Ysolde?").entities == (("ysolde", "npc"),)
    assert perceiver.glance("who is the grey lady").entities == (("ysolde", "npc"),)
    names.remove("ysolde")
    names.remove("never there")
    assert perceiver.glance("Who is Ysolde?").entities == ()


def test_longest_name_wins_and_text_is_the_owners_own() -> None:
    names = Names([*WORLD, ("old", "place", "Three Kettles Lane")])
    found = names.find(["Meet", "me", "at", "THREE", "kettles", "lane", "or", "the", "mill"])
    assert [(f.id, f.start, f.end) for f in found] == [("old", 3, 6), ("mill", 8, 9)]
    assert names.text("kettles") == "the Three Kettles"
    assert names.text("nobody") == ""


def test_stems_leave_the_frame_of_the_question_out(perceiver: Perceiver) -> None:
    assert perceiver.glance("Can you tell me anything about wolves?").stems == ("wolf",)
    assert "tell" not in perceiver.glance("tell me about the bridge").stems


def test_small_words_alone_prove_little(perceiver: Perceiver) -> None:
    """A pattern of which only "what is the" or "I had a" is met must not outweigh the rest."""
    assert perceiver.glance("What's the big feast about?").intent == "ask_what"
    assert perceiver.glance("I had a horse once, he ate my hat.").intent == "tell"
    assert perceiver.glance("Why are you still here?").intent == "ask_why"


def test_good_day_opens_a_talk_and_closes_one(perceiver: Perceiver) -> None:
    assert perceiver.glance("Good day, sir.").intent == "greet"
    talking = Context(last_intent="ask_where", last_act="answer")
    assert perceiver.perceive("Good day, sir.", talking).intent == "part"


@pytest.mark.parametrize("text", ["Nice weather today.", "Is it always this wet?", "It's raining."])
def test_small_talk_of_the_weather_has_one_topic(perceiver: Perceiver, text: str) -> None:
    after = Context(last_topic="the mill", last_entities=(("mill", "place"),))
    assert perceiver.perceive(text, after).topic == "the weather"
    assert perceiver.perceive(text, after).entities == ()


def test_somebodys_father_is_not_the_one_called_father() -> None:
    names = Names([*WORLD, ("odo", "npc", "Odo"), ("odo", "npc", "father")])
    perceiver = Perceiver(Lexicon(table("mind/data/intents.yaml")), names, {})
    assert perceiver.glance("What was your father like?").entities == ()
    assert perceiver.glance("What is Father Odo like?").entities == (("odo", "npc"),)


def test_a_question_that_names_something_is_about_that(perceiver: Perceiver) -> None:
    heard = perceiver.glance("I came by the reactor. Where is the mill?")
    assert heard.entities == (("mill", "place"),)


def test_synonyms_lead_to_the_packs_word(perceiver: Perceiver) -> None:
    stems = perceiver.glance("Where is the smithy?").stems
    assert stems[0].startswith("smith")
    assert stems[-1].startswith("forg")


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("Who rules here?", "person"),
        ("Where is the mill?", "place"),
        ("When do you close?", "time"),
        ("Why do you weep?", "reason"),
        ("How does it work?", "manner"),
        ("What is in the crate?", "thing"),
        ("Is it safe?", "yesno"),
        ("Good morning.", ""),
    ],
)
def test_focus(perceiver: Perceiver, text: str, focus: str) -> None:
    assert perceiver.glance(text).focus == focus


# --- numbers, goods, claims, names


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("I'll give you forty.", 40),
        ("thirty-two and no more", 32),
        ("I offer two hundred credits", 200),
        ("two hundred and five coins, final offer", 205),
        ("how about 1,500?", 1500),
        ("I can pay 12 crowns", 12),
        ("three thousand credits", 3000),
        ("no one goes there", None),
        ("I'd like to buy two kettles", None),
        ("hello", None),
    ],
)
def test_amount(perceiver: Perceiver, text: str, amount: int | None) -> None:
    assert perceiver.glance(text).amount == amount


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("I'd like to buy a kettle.", "kettle"),
        ("How much is the lantern?", "lantern"),
        ("Do you sell fishing nets?", "fishing net"),
        ("Give me the key, please.", "key"),
        ("Do you have anything for sale?", ""),
    ],
)
def test_item(perceiver: Perceiver, text: str, item: str) -> None:
    assert perceiver.glance(text).item == item


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm Ash.", "Ash"),
        ("Hi, I'm Ash Varn. Where is the inn?", "Ash Varn"),
        ("my name is ash", "Ash"),
        ("They call me the Fox.", "the Fox"),
        ("Allow me to introduce myself. Vesna, from the north.", "Vesna"),
        ("I'm hungry", ""),
        ("I'm looking for Oswin", ""),
        ("I'm from the north", ""),
        ("I'm not sure", ""),
    ],
)
def test_a_name_is_taken_only_when_given(perceiver: Perceiver, text: str, name: str) -> None:
    assert perceiver.glance(text).name == name


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Have you heard? The mill burned down!", "The mill burned down"),
        ("guess what, Oswin got married", "Oswin got married"),
        ("My brother works in the mines.", "My brother works in the mines"),
        ("Mara, I came here by ship.", "I came here by ship"),
        ("I have a confession to make. I stole the duke's ring.", "I stole the duke's ring"),
        ("Where is Oswin?", ""),
    ],
)
def test_claim_is_the_statement_in_the_players_words(
    perceiver: Perceiver, text: str, claim: str
) -> None:
    assert perceiver.glance(text).claim == claim


def test_tone_has_the_sign_that_a_listener_would_feel(perceiver: Perceiver) -> None:
    def tone(text: str) -> float:
        return perceiver.glance(text).polarity

    assert tone("I hate you, you stupid oaf") < tone("You're wrong.") < 0
    assert tone("You are a wonderful cook") > tone("Thanks") > 0
    assert tone("Where is the mill?") == 0


def test_a_greeting_before_a_question_is_its_second_intent(perceiver: Perceiver) -> None:
    heard = perceiver.glance("Good evening! Where is the mill?")
    assert (heard.intent, heard.second) == ("ask_where", "greet")


# --- any text


@settings(deadline=None)
@given(st.text(max_size=300), st.booleans(), st.booleans())
def test_any_text_is_understood_as_something(offer: str, pending: bool, quest: bool) -> None:
    perceiver = _shared()
    heard = perceiver.perceive(offer, Context("x", (("oswin", ""),), "ask_who", "", pending, quest))
    assert heard.intent in INTENTS
    assert heard.second in (*INTENTS, "")
    assert 0.0 <= heard.confidence <= 1.0
    assert -1.0 <= heard.polarity <= 1.0
    assert heard.text == offer


ROW = (
    "who is the mill fire oswin mara and his brother why you are a fool thirty coins i am ash not "
    "give me please hello , . ? ! my kettles company's tell about where from"
)
WORDS = st.sampled_from(ROW.split())


@settings(deadline=None)
@given(st.lists(WORDS, max_size=14))
def test_any_row_of_words_gives_the_same_twice(row: list[str]) -> None:
    text = " ".join(row)
    first: Heard = _shared().perceive(text, ASKED)
    assert first == _shared().perceive(text, ASKED)
    assert first.intent in INTENTS


_kept: list[Perceiver] = []


def _shared() -> Perceiver:
    """One perceiver for all examples of hypothesis, which takes no fixture of narrower scope."""
    if not _kept:
        _kept.append(Perceiver(table("mind/data/intents.yaml"), Names(WORLD), SYNONYMS))
    return _kept[0]


# --- the words themselves


@pytest.mark.parametrize("word", ["flour", "moon", "stall", "black", "torch", "plant"])
def test_a_word_spelt_right_is_not_mended_into_another(lexicon: Lexicon, word: str) -> None:
    assert lexicon.corrected(word) == ""


@pytest.mark.parametrize(
    ("text", "intent"),
    [("My favourite food is plum cake.", "tell"), ("Can I swim?", "ask_yesno")],
)
def test_a_plain_line_is_no_talk_of_another_world(
    perceiver: Perceiver, text: str, intent: str
) -> None:
    assert perceiver.glance(text).intent == intent


# --- the lexicon itself


def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = dict(table("mind/data/intents.yaml"))
    return tree


@pytest.mark.parametrize(
    "patterns",
    [{"gret": {"sure": "hello"}}, {"greet": {"surely": "hello"}}, {"greet": {"sure": "@nosuch"}}],
)
def test_a_mistake_in_the_lexicon_is_named(patterns: dict[str, Any]) -> None:
    with pytest.raises(BadField) as raised:
        Lexicon({**_tree(), "patterns": patterns})
    assert raised.value.field.startswith("patterns.")
    assert raised.value.got


def test_no_strong_pattern_rests_on_one_small_word(lexicon: Lexicon) -> None:
    small = lexicon.classes["@stop"] - {"sorry", "thank", "thanks", "nobody", "everybody"}
    for pattern in lexicon.book.patterns:
        fixed = [e for e in pattern.elements if e.keys and not e.optional]
        if pattern.proof.weight >= 3.0 and not pattern.proof.when and not pattern.opens:
            assert len(fixed) > 1 or not (fixed and fixed[0].keys & small), pattern
