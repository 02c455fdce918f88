from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.events import ACTS
from personagen_npc.voice.delivery import DeliveryTable, parts

TABLE = DeliveryTable.load()
CALM = (0.0, 0.0, 0.0, 0.0, 0.0)
trait = st.floats(-1.0, 1.0)


def mood(pleasure: float, arousal: float, dominance: float) -> dict[str, object]:
    return {"mood.pleasure": pleasure, "mood.arousal": arousal, "mood.dominance": dominance}


def test_a_roused_speaker_is_faster_louder_and_higher() -> None:
    calm, roused = (TABLE.hints("answer", CALM, mood(0, a, 0)) for a in (-0.5, 0.8))
    assert roused.pace > calm.pace
    assert roused.volume > calm.volume
    assert roused.pitch > calm.pitch
    assert roused.pause_ms < calm.pause_ms


def test_the_personas_own_bias_is_heard() -> None:
    assert TABLE.hints("greet", CALM, {}, pace=-0.5, pitch=0.4)[:2] == (-0.5, 0.4)


def test_what_is_thought_over_comes_later_than_what_is_blurted_out() -> None:
    thought, blurted = (TABLE.hints(a, CALM, {}).pause_ms for a in ("answer", "insult_back"))
    assert thought > blurted


def test_the_body_shows_relation_and_feeling() -> None:
    assert TABLE.hints("greet", CALM, {"rel.band": "friend"}).gesture == "wave"
    assert TABLE.hints("greet", CALM, {"rel.band": "hate"}).gesture == "turn_away"
    assert TABLE.hints("answer", CALM, mood(-0.5, 0.4, 0.3)).gesture == "cross_arms"
    assert TABLE.hints("answer", CALM, {"emotion": "shame"}).gaze == "down"
    assert TABLE.hints("answer", CALM, {}).gaze == "listener"


@settings(deadline=None)
@given(
    st.sampled_from(ACTS),
    st.tuples(trait, trait, trait, trait, trait),
    st.tuples(trait, trait, trait),
)
def test_hints_stay_in_range(
    act: str,
    big5: tuple[float, float, float, float, float],
    pad: tuple[float, float, float],
) -> None:
    hints = TABLE.hints(act, big5, mood(*pad), pace=big5[0], pitch=pad[0])
    assert all(-1.0 <= value <= 1.0 for value in hints[:3])
    assert 0 <= hints.pause_ms <= 1500
    assert hints.gaze


def test_a_line_falls_into_its_sentences() -> None:
    made = parts("Sit. That one's on the house... friend! “No.” Why?", "r#1", {"player": "Ansa"})
    assert [p.text for p in made] == [
        "Sit.",
        "That one's on the house...",
        "friend!",
        "“No.”",
        "Why?",
    ]
    assert [p.key for p in made] == [f"r#1/{i}" for i in range(5)]
    assert made[0].args == {"player": "Ansa"}
    assert made[1].ms > made[0].ms


def test_one_sentence_keeps_the_lines_key() -> None:
    assert [p.key for p in parts("North gate.", "r#1", {})] == ["r#1"]


def test_a_hurried_speaker_takes_less_time() -> None:
    text = "You'll hear him before you see him, and smell him before that."
    assert parts(text, "k", {}, pace=1.0)[0].ms < parts(text, "k", {}, pace=-1.0)[0].ms


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["North gate.", "Why?", "No!", "Well...", "he said", "“So.”"]), max_size=6
    )
)
def test_the_parts_together_are_the_line(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(p.text for p in parts(text, "k", {})) == text


def test_an_emotion_is_heard_and_seen_on_top_of_the_mood() -> None:
    level = mood(0.0, 0.0, 0.0)
    calm = TABLE.hints("answer", CALM, level)
    angry, sad = (
        TABLE.hints("answer", CALM, {**level, "emotion": e, "emotion.intensity": 0.8})
        for e in ("anger", "disappointment")
    )
    assert angry.volume > calm.volume > sad.volume
    assert angry.pace > calm.pace > sad.pace
    faint = TABLE.hints("answer", CALM, {**level, "emotion": "anger", "emotion.intensity": 0.1})
    assert calm.volume <= faint.volume < angry.volume
    assert TABLE.hints("answer", CALM, {**level, "emotion": "calm"}) == calm
