from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.errors import BadField
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.style import Occasion, Style
from personagen_npc.words.tidy import tidy

if TYPE_CHECKING:
    from personagen_npc.voice.share import Big5

STYLE = Style.load()
CALM: Big5 = (0.0, 0.0, 0.0, 0.0, 0.0)
NAMES = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
LINES = (
    "The forge is by the north gate.",
    "Oswin keeps the forge.",
    "It's cold in here.",
    "Mara knows. Ask her at the well.",
    "I never saw the duke, and I never want to.",
    "Forge. North gate.",
    "What would you want with that?",
    "Who told you? It wasn't me.",
    "Nobody knows... or nobody says.",
    "By the north gate, if you like it done badly.",
    "No.",
    "He said “never”.",
    "Stop that!",
    "You're late, you know.",
    "Perhaps the mill, perhaps the weir.",
    "3 kettles stood there, and now there are two.",
    "That is odd.",
    "They left at dawn—",
)
ACTS = sorted({act for marker in STYLE.markers for act in marker.acts})
trait = st.floats(-1.0, 1.0)


def occasion(big5: Big5 = CALM, act: str = "answer", **more: Any) -> Occasion:
    query: dict[str, object] = {
        "intent": "ask_what",
        "rel.affinity": 0.5,
        "rel.band": "like",
        "rel.familiarity": 0.4,
        "archetype": "innkeeper",
        "age": 60,
        "common": True,
        "mood.pleasure": 0.0,
        "mood.arousal": 0.0,
        "mood.dominance": 0.0,
        **{f"trait.{n}": (x + 1) / 2 for n, x in zip(NAMES, big5, strict=True)},
        **more.get("query", {}),
    }
    slots = {"pet": "love", "oath": "ash and iron", "topic": "the weir", **more.get("slots", {})}
    recent = more.get("recent", ())
    return Occasion(act, big5, query, slots, recent, frozenset(), more.get("room", 400))


def dress(text: str, where: Occasion, turn: int = 0) -> tuple[str, tuple[str, ...]]:
    return STYLE.dress(text, where, Chance(Dice(3, "mara", str(turn)), "style"))


def share(where: Occasion, marker: str, text: str = LINES[0], turns: int = 400) -> float:
    return sum(marker in dress(text, where, turn)[1] for turn in range(turns)) / turns


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(LINES),
    st.sampled_from(ACTS),
    st.tuples(trait, trait, trait, trait, trait),
    st.tuples(trait, trait, trait),
    st.integers(0, 10**6),
)
def test_a_dressed_line_is_still_a_line(
    text: str, act: str, big5: Big5, mood: tuple[float, float, float], turn: int
) -> None:
    pleasure, arousal, dominance = mood
    query = {"mood.pleasure": pleasure, "mood.arousal": arousal, "mood.dominance": dominance}
    made, markers = dress(text, occasion(big5, act, query=query), turn)
    assert len(markers) <= 2
    assert len(set(markers)) == len(markers)
    assert (made == text) == (not markers)
    assert made[-1] in ".?!…—”"
    assert "  " not in made
    assert ",," not in made
    assert made == tidy(made)
    assert made.count("“") == made.count("”")
    assert made.count("?") - text.count("?") <= 2


def test_what_was_written_is_kept_word_for_word_but_for_the_place_of_the_marker() -> None:
    for turn in range(300):
        made, markers = dress(LINES[0], occasion((0.5, 0.0, 0.5, 1.0, 0.5)), turn)
        if "emphasiser" not in markers:
            assert "he forge is by the north gate" in made


@pytest.mark.parametrize(
    ("marker", "act", "more", "less", "text"),
    [
        ("acknowledge", "answer", (0, 1, 0, 1, 0), (0, -1, 0, -1, 0), LINES[0]),
        ("softener", "give_opinion", (0, 0, -1, 1, 1), (0, 0, 1, -1, -1), LINES[0]),
        ("emphasiser", "weather", (0, 0, 1, -1, 1), (0, 0, -1, 1, -1), LINES[2]),
        ("exclaim", "boast", (0, -1, 1, 0, 0), (0, 1, -1, 0, 0), LINES[0]),
        ("hesitation", "answer", (0, -1, -1, 0, 1), (0, 1, 1, 0, -1), LINES[0]),
        ("in_group", "answer", (0, -1, 1, 1, 0), (0, 1, -1, -1, 0), LINES[0]),
        ("expletive", "complain", (0, -1, 0, -1, 0), (0, 1, 0, 1, 0), LINES[0]),
        ("dismissive", "answer", (-1, 0, 0, -1, 0), (1, 0, 0, 1, 0), LINES[0]),
    ],
)
def test_traits_are_heard(marker: str, act: str, more: Big5, less: Big5, text: str) -> None:
    often = share(occasion(more, act), marker, text)
    assert often > 0.1
    assert often > 3 * share(occasion(less, act), marker, text)


def test_most_lines_of_most_people_stay_as_they_were_written() -> None:
    marked = [dress(text, occasion(), turn)[1] for turn in range(100) for text in LINES]
    assert sum(bool(m) for m in marked) / len(marked) < 0.45
    assert sum(len(m) == 2 for m in marked) / len(marked) < 0.1


def test_no_friendly_word_comes_in_a_furious_mood() -> None:
    furious = {"mood.pleasure": -0.7, "mood.arousal": 0.8, "mood.dominance": 0.4}
    warm = (0.0, 0.0, 1.0, 1.0, -1.0)
    for turn in range(300):
        for act in ("answer", "greet", "weather"):
            markers = dress(LINES[0], occasion(warm, act, query=furious), turn)[1]
            assert not {"in_group", "acknowledge", "tag", "filler"} & set(markers)


def test_no_pet_word_for_those_who_are_not_liked() -> None:
    warm = (0.0, -1.0, 1.0, 1.0, -1.0)
    assert share(occasion(warm), "in_group") > 0.1
    assert share(occasion(warm, query={"rel.affinity": -0.2}), "in_group") == 0.0


def test_what_was_heard_just_now_is_not_heard_again() -> None:
    warm = (0.0, -1.0, 1.0, 1.0, -1.0)
    just = ["You'll want Oswin, love.", "North gate.", "Mind the step."]
    assert share(occasion(warm, recent=just), "in_group") == 0.0
    long_ago = [*just, *["Something else."] * 9]
    assert share(occasion(warm, recent=long_ago), "in_group") > 0.1


def test_a_marker_does_not_begin_the_line_as_another_began() -> None:
    where = occasion((0.0, 1.0, -0.5, 1.0, 0.0))
    firsts = {dress(LINES[0], where, turn)[0].split()[0].strip(",.?") for turn in range(400)}
    assert "Mm" in firsts
    barred = where._replace(openers=frozenset({"mm"}))
    firsts = {dress(LINES[0], barred, turn)[0].split()[0].strip(",.?") for turn in range(400)}
    assert "Mm" not in firsts


def test_no_marker_makes_a_line_longer_than_there_is_room() -> None:
    warm = (0.5, -1.0, 1.0, 1.0, 0.5)
    for turn in range(200):
        made = dress(LINES[0], occasion(warm, room=len(LINES[0]) + 3), turn)[0]
        assert len(made) <= len(LINES[0]) + 3


def test_questions_take_no_tail_and_hedged_lines_no_second_hedge() -> None:
    soft = (0.0, 0.5, -1.0, 1.0, 1.0)
    for turn in range(300):
        assert "softener" not in dress(LINES[6], occasion(soft, "give_opinion"), turn)[1]
        assert "softener" not in dress(LINES[14], occasion(soft, "give_opinion"), turn)[1]
        assert "softener" not in dress(LINES[13], occasion(soft, "give_opinion"), turn)[1]


def test_nobody_says_that_everybody_knows_what_not_everybody_knows() -> None:
    sour = (-1.0, 0.0, 0.0, -1.0, 0.0)
    assert share(occasion(sour), "dismissive") > 0.1
    assert share(occasion(sour, query={"common": False}), "dismissive") == 0.0


def test_markers_touch_what_is_said_and_not_what_was_written_around_it() -> None:
    soft = (0.0, 1.0, -1.0, 1.0, 1.0)
    fact = {"fact": "The mill burned nine days ago."}
    before = "Sit down first. The mill burned nine days ago."
    behind = "The mill burned nine days ago. Go and look, the beams are still there."
    assert share(occasion(soft, slots=fact), "acknowledge", before) == 0.0
    assert share(occasion(soft, slots=fact), "acknowledge", behind) > 0.1
    assert share(occasion(soft, "gossip", slots=fact), "softener", before) > 0.05
    assert share(occasion(soft, "gossip", slots=fact), "softener", behind) == 0.0


def test_names_keep_their_capital_behind_a_marker() -> None:
    kind = (0.0, 1.0, 0.0, 1.0, 0.0)
    for turn in range(300):
        made = dress(LINES[1], occasion(kind), turn)[0]
        assert "Oswin keeps the forge" in made


def test_a_tag_agrees_with_its_sentence() -> None:
    kind = (1.0, 0.0, 0.5, 1.0, 0.0)
    said = {dress("That is odd.", occasion(kind, "weather"), turn) for turn in range(400)}
    tagged = {text for text, markers in said if markers == ("tag",)}
    assert tagged == {"That is odd, isn't it?"}


def test_lines_are_weighed_by_the_traits_their_features_speak_of() -> None:
    curt, gentle = (0.0, 0.0, -1.0, -1.0, 0.0), (0.0, 0.0, 1.0, 1.0, 0.0)
    short = STYLE.mask("North gate.")
    long = STYLE.mask("You'll want the forge, good friend, by the north gate over there.")
    assert STYLE.persona(curt).lean(short) > STYLE.persona(curt).lean(long)
    assert STYLE.persona(gentle).lean(short) < STYLE.persona(gentle).lean(long)


def test_a_line_for_a_temper_is_the_likelier_the_stronger_the_temper() -> None:
    open_minds = (1, 0, 0, 0, 0)
    some, much = (STYLE.persona((o, 0.0, 0.0, 0.0, 0.0)).fit(open_minds) for o in (0.5, 0.9))
    assert STYLE.persona((STYLE.middle[0], 0.0, 0.0, 0.0, 0.0)).fit(open_minds) == 1.0 < some < much
    assert STYLE.persona((-0.5, 0.0, 0.0, 0.0, 0.0)).fit(open_minds) < 1.0


def test_an_unknown_place_is_refused_by_name() -> None:
    tree = yaml.safe_load("{base: 0.1, traits: {}, mood: [0, 0, 0], place: nowhere, say: []}")
    whole = {"slope": 1.0, "markers": {"odd": tree}}
    with pytest.raises(BadField, match="odd"):
        Style(whole)
