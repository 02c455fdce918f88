"""The checked-in frames: what clients in other languages are held against."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import NamedTuple

import pytest

from personagen_npc.wire.frame import decode, decode_event, encode, encode_request
from personagen_npc.wire.messages import EVENTS, REQUESTS

GOLDEN = Path(__file__).parents[1] / "golden"


class Golden(NamedTuple):
    side: str
    text: str
    frame: bytes


def read(path: Path) -> Golden:
    meaning, text, *digits = path.read_text("utf-8").splitlines()
    return Golden(
        meaning[2:].partition(":")[0], text.removeprefix("# "), bytes.fromhex("".join(digits))
    )


FILES = sorted(GOLDEN.glob("*.hex"))


@pytest.mark.parametrize("path", FILES, ids=[p.stem for p in FILES])
def test_a_frame_is_read_as_its_meaning_and_written_as_the_same_bytes(path: Path) -> None:
    golden = read(path)
    if golden.side == "client":
        request = decode(golden.frame)
        assert decode(golden.text) == request
        assert encode_request(request) == golden.frame
        assert encode_request(request, text=True) == golden.text
    else:
        event = decode_event(golden.frame)
        assert event is not None
        assert encode(event) == golden.frame
        assert encode(event, text=True) == golden.text


def test_every_message_has_a_golden_frame() -> None:
    frames = [read(path) for path in FILES]
    client = {decode(g.frame).type for g in frames if g.side == "client"}
    server = {e.type for g in frames if g.side == "server" and (e := decode_event(g.frame))}
    assert client == set(REQUESTS)
    assert server == set(EVENTS)


def test_the_files_are_what_make_writes() -> None:
    made = runpy.run_path(str(GOLDEN / "make.py"))["files"]()
    assert {p.name: p.read_text("utf-8") for p in FILES} == made


def test_other_lawful_encodings_of_the_same_message_are_taken() -> None:
    # Godot and Unity libraries choose other widths and orders than ours
    say = decode(read(GOLDEN / "say.hex").frame)
    assert (
        decode(
            b"\xde\x00\x05\xd9\x04text\xdb\x00\x00\x00\x1aWhat happened at the mill?"
            b"\xa6player\xc4\x02P1".replace(b"\xc4\x02", b"\xd9\x02")
            + b"\xa3npc\xda\x00\x04mara\xa2id\xd3\x00\x00\x00\x00\x00\x00\x00\x0f\xa4type\xa3say"
        )
        == say
    )
    assert decode(b"\x83\xa4type\xa4tick\xa2id\x1b\xa4time\xca\x3f\x00\x00\x00") == decode(
        '{"type":"tick","id":27,"time":0.5}'
    )
