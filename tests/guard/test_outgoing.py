"""What must not leave an NPC's mouth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.guard.outgoing import Checks

CHECKS = Checks.compile(["phone", "okay", "steam engine"], ["Emberfall"])
KNOWN = frozenset({"oswin", "mara", "north", "gate", "three", "kettles"})


def found(text: str, **more: object) -> set[str]:
    return {f.check for f in CHECKS.check(text, known=KNOWN, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Oh, for a blade you'll want Oswin, love. North gate, you'll hear him before you see him.",
        "Forge. North gate.",
        "...Thirty-two, and you tell them loudly.",
        "I'll not say it twice. I'm busy!",
        "“Mara?” he said. “At the Three Kettles.”",
        "Well... Perhaps. Ask Mara's sister.",
        "In Emberfall, I mean.",
        "You came, then? Good; sit.",
        "He said so himself: No coin, no kettle.",
    ],
)
def test_a_good_line_passes(text: str) -> None:
    assert CHECKS.check(text, known=KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Call me on the phone.", "era"),
        ("Two Phones, then.", "era"),
        ("The steam  engine, you mean.", "era"),
        ("As an AI I cannot say.", "machine"),
        ("I'm a large language model, friend.", "machine"),
        ("You should ask Belgrath about it.", "unknown_noun"),
        ("Hello {player}.", "slot"),
        ("Take [this|that].", "slot"),
        ("It is  late.", "untidy"),
        ("It is late ..", "untidy"),
        ("It is late , friend.", "untidy"),
        ("It is late.,", "untidy"),
    ],
)
def test_a_bad_line_is_named_by_its_check(text: str, check: str) -> None:
    assert check in found(text)


def test_whole_words_only() -> None:
    assert "era" not in found("A symphony of hammers, like xylophone bars.")
    assert found("The telephonist.") == set()


def test_words_forbidden_just_now() -> None:
    assert found("The bridge is watched.", forbidden=frozenset({"bridge"})) == {"era"}


def test_said_before_and_too_long() -> None:
    assert found("Forge. North gate.", recent=("Forge. North gate.",)) == {"repeat"}
    assert found("Forge. North gate.", max_chars=10) == {"length"}


def test_each_finding_shows_what_it_stumbled_over() -> None:
    findings = CHECKS.check("Ask Belgrath and Ulm.", known=KNOWN)
    assert [f.detail for f in findings] == ["Belgrath", "Ulm"]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_checked_without_a_fault(text: str) -> None:
    for finding in CHECKS.check(text, known=KNOWN, recent=(text[:5],)):
        assert finding.check


@settings(deadline=None)
@given(st.sampled_from(["phone", "okay"]), st.sampled_from(["{} now", "my {}.", "no ({})", "{}!"]))
def test_a_forbidden_word_never_passes(word: str, frame: str) -> None:
    assert "era" in found(frame.format(word))
    assert "era" in found(frame.format(word.upper()))
