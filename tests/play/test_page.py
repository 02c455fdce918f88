from __future__ import annotations

from io import BytesIO, StringIO, TextIOWrapper

import orjson
import pytest

from personagen_npc.play.beats import (
    Beat,
    Did,
    Figures,
    Heading,
    Listed,
    Note,
    Overheard,
    Refused,
    Replied,
    Said,
    Walked,
)
from personagen_npc.play.page import Lines, Transcript, console_for

REPLIED = Replied(
    "b1.s2", "ida", "Ida", "Two brothers [dug] it, and only one came up.", "merry", "answer", 3,
    "ask_who", "memory", ("well_dug",), ("Ash saved Ida",),
    ({"id": "a", "name": "sell_item", "args": {"item": "pie"}},), 1.25,
)  # fmt: skip
BEATS: tuple[Beat, ...] = (
    Heading("Morning", "the inn", "1 Haymonth"),
    Note("It rains."),
    Walked("Ash goes to the well."),
    Said("Ash", "Ida", "Who dug [bold]the well[/bold]?"),
    REPLIED,
    Overheard("per", "Per", "Ida", "the well", "Halt.", "bark"),
    Did("event", "theft"),
    Listed("Ida remembers", (("seen", "0.90", "a theft"),)),
    Listed("nothing at all", ()),
    Refused("unknown", "nobody of that name"),
    Figures(1, 2, 3, 4, 5, 6, 7, 1.5, 2.5),
)


def _printed(encoding: str = "utf-8", width: int = 80, masked: bool = False) -> str:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding=encoding, newline="\n")
    page = Transcript(console_for(out, width), masked=masked)
    for beat in BEATS:
        page.show(beat)
    out.flush()
    return raw.getvalue().decode(encoding)


def test_a_transcript_says_who_spoke_how_and_why() -> None:
    text = _printed()
    for words in (
        "Morning", "the inn, 1 Haymonth", "Who dug [bold]the well[/bold]?", "brothers [dug] it",
        "merry", "answer (own pattern 3)", 'remembers: "Ash saved Ida"', "1.2ms",
        "asks the game: sell_item (item: pie)", "Per to Ida: Halt.", "[event] theft",
        "[unknown] nobody of that name", "1 lines answered among 2 people",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("width", [40, 80, 100])
def test_it_keeps_to_the_width_of_the_terminal(width: int) -> None:
    assert max(map(len, _printed(width=width).splitlines())) <= width


def test_without_a_terminal_there_are_no_colour_codes() -> None:
    assert "\x1b" not in _printed()


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
def test_an_old_console_gets_what_it_can_print(encoding: str) -> None:
    text = _printed(encoding)
    assert "Who dug" in text
    assert "merry" in text


def test_two_masked_transcripts_of_different_times_are_alike() -> None:
    assert "ms" in _printed(masked=True)
    assert "1.2" not in _printed(masked=True)


def test_each_beat_is_a_line_of_json_for_programs() -> None:
    out = StringIO()
    page = Lines(out)
    for beat in BEATS:
        page.show(beat)
    rows = [orjson.loads(line) for line in out.getvalue().splitlines()]
    assert [r["beat"] for r in rows] == [type(b).__name__.lower() for b in BEATS]
    assert rows[4]["memories"] == ["Ash saved Ida"]
