"""Any bytes give a message or a fault of the client; nothing else, and nothing big."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField, BadFrame, ClientFault, FrameTooBig, TooDeep
from personagen_npc.wire.frame import (
    Limits,
    decode,
    decode_event,
    encode,
    encode_plain,
    encode_request,
    plain_of,
    re_of,
)
from personagen_npc.wire.messages import (
    Feeling,
    Happening,
    NpcSpawn,
    Ok,
    Part,
    PostEvents,
    Reply,
    Request,
    SaveImport,
    Say,
    Spoke,
)
from personagen_npc.wire.plain import read

SCALE = 5 if os.environ.get("PERSONAGEN_TEST_SCALE") == "full" else 1
GOLDEN = Path(__file__).parents[1] / "golden"
FRAMES = [
    bytes.fromhex("".join(lines[2:]))
    for path in sorted(GOLDEN.glob("*.hex"))
    if (lines := path.read_text("utf-8").splitlines())[0].startswith("# client")
]
FIELDS = sorted({name for frame in FRAMES for name in msgpack.unpackb(frame)})

many = settings(deadline=None, derandomize=True, max_examples=2500 * SCALE)
some = settings(deadline=None, derandomize=True, max_examples=300 * SCALE)

ids = st.from_regex(r"\A[a-z0-9][a-z0-9_.:-]{0,20}\Z")
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
shares = st.floats(0, 1)
scalars = (
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
facts = st.dictionaries(texts.filter(bool), scalars, max_size=5)
plain_values = st.recursive(
    st.none() | scalars | st.binary(max_size=20) | st.floats() | st.integers(-(2**63), 2**64 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
says = st.builds(
    Say,
    id=st.integers(1, 2**53 - 1),
    npc=ids,
    player=st.just("P1"),
    text=texts,
    place=st.none() | ids,
    whisper=st.booleans(),
    deadline_ms=st.none() | st.integers(1, 600_000),
    facts=facts,
)
happenings = st.builds(
    Happening,
    type=ids,
    actor=st.none() | ids,
    facts=facts,
    importance=st.none() | shares,
    witnesses=st.none() | st.lists(ids, max_size=3).map(tuple),
)
batches = st.builds(
    PostEvents,
    id=st.integers(1, 2**53 - 1),
    events=st.lists(happenings, min_size=1, max_size=5).map(tuple),
)
imports = st.binary(max_size=50).map(
    lambda data: SaveImport(id=1, name="a", offset=0, total=len(data), data=data, last=True)
)
requests: st.SearchStrategy[Request] = says | batches | imports


def take(data: bytes | str) -> Request | None:
    """The message, None after a fault of the client; anything else is an error of ours."""
    try:
        return decode(data)
    except ClientFault as caught:
        fault = caught
    assert fault.message
    assert len(fault.field) <= 200
    assert 0 <= re_of(fault) <= 2**53 - 1
    return None


def said(**fields: Any) -> bytes:
    """A `say` as msgpack, with these fields changed; None leaves one out."""
    plain = {"type": "say", "id": 5, "npc": "mara", "player": "P1", "text": "hello", **fields}
    packed: bytes = msgpack.packb({k: v for k, v in plain.items() if v is not ...})
    return packed


def fault_of(data: bytes | str) -> ClientFault:
    with pytest.raises(ClientFault) as caught:
        decode(data)
    return caught.value


# any bytes: 4 x 2,500 frames


@many
@given(st.binary(max_size=200))
def test_any_bytes_give_a_message_or_a_client_fault(data: bytes) -> None:
    take(data)


@many
@given(st.sampled_from(FRAMES), st.integers(0, 400), st.binary(max_size=6), st.integers(0, 6))
def test_damaged_frames_give_a_message_or_a_client_fault(
    frame: bytes, at: int, put: bytes, cut: int
) -> None:
    at %= len(frame)
    request = take(frame[:at] + put + frame[at + cut :])
    if request is not None:
        assert decode(encode_request(request)) == request


@many
@given(st.sampled_from(FRAMES), st.sampled_from([*FIELDS, "unknown", "\0"]), plain_values)
def test_any_value_in_any_field_gives_a_message_or_a_client_fault(
    frame: bytes, field: str, value: object
) -> None:
    plain = msgpack.unpackb(frame)
    take(msgpack.packb({**plain, field: value}))


@many
@given(st.text(max_size=100) | plain_values.map(lambda v: json.dumps(v, default=repr)))
def test_any_text_gives_a_message_or_a_client_fault(text: str) -> None:
    take(text)
    take(f'{{"type":"say","id":1,"npc":"mara","player":"P","text":{text}}}')


# round trips


@some
@given(requests)
def test_what_is_written_is_read_as_it_was(request_: Request) -> None:
    frame = encode_request(request_)
    assert decode(frame) == request_
    assert encode_request(decode(frame)) == frame


@some
@given(requests)
def test_json_and_msgpack_mean_the_same(request_: Request) -> None:
    assert decode(encode_request(request_, text=True)) == request_


@some
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), shares, st.integers(0, 9))
def test_server_messages_come_back_as_they_were(text: str, share: float, seq: int) -> None:
    reply = Reply(
        re=1, seq=seq, turn="1-1", conversation="c", npc="mara", player="P1", text=text,
        act="answer", parts=(Part(text=text, args={"n": seq}),),
        emotion=Feeling(label="joy", intensity=share),
    )  # fmt: skip
    for as_text in (False, True):
        assert decode_event(encode(reply, as_text)) == reply
        assert encode_plain(plain_of(reply), as_text) == encode(reply, as_text)


def test_an_absent_field_is_left_out_and_a_default_is_not() -> None:
    spoke = msgpack.unpackb(encode(Spoke(turn="1-1", npc="a", text="Hm.", act="bark")))
    assert "to" not in spoke
    assert spoke["heard_by"] == []


def test_a_client_ignores_what_it_does_not_know() -> None:
    newer = {"type": "reply", "re": 1, "seq": 2, "turn": "t", "conversation": "c", "npc": "a",
             "player": "P", "text": "Hm.", "act": "bark", "new": {"x": 1},
             "parts": [{"text": "Hm.", "visemes": [1, 2]}]}  # fmt: skip
    reply = decode_event(msgpack.packb(newer))
    assert isinstance(reply, Reply)
    assert reply.parts == (Part(text="Hm."),)
    assert decode_event(msgpack.packb({"type": "sang", "tune": 3})) is None


def test_a_client_is_told_of_a_broken_server_message() -> None:
    with pytest.raises(BadField, match="ok: re"):
        decode_event(b"\x82\xa4type\xa2ok\xa2re\xa1x")
    with pytest.raises(BadFrame):
        decode_event(b"\x01")


# what is refused, and in which words


@pytest.mark.parametrize(
    ("fields", "field", "allowed"),
    [
        ({"text": "x" * 2001}, "text", "at most 2000 characters"),
        ({"text": "a\0b"}, "text", "text without NUL"),
        ({"text": 5}, "text", "a valid string"),
        ({"text": ...}, "text", "a value"),
        ({"npc": "Mara Miller"}, "npc", "an id: 1 to 64 of A-Z a-z"),
        ({"npc": ...}, "npc", "exactly one of npc, to"),
        ({"to": ["odo"]}, "to", "exactly one of npc, to"),
        ({"player": ""}, "player", "an id of 1 to 64 printable"),
        ({"volume": 3}, "volume", "one of the fields type, id, npc"),
        ({"whisper": 1}, "whisper", "a valid boolean"),
        ({"deadline_ms": 1.5}, "deadline_ms", "a valid integer"),
        ({"deadline_ms": float("nan")}, "deadline_ms", "a valid integer"),
        ({"facts": {"gold": float("nan")}}, "facts.gold", "a finite number"),
        ({"facts": {"gold": 2**53}}, "facts.gold", "an integer within 2^53-1"),
        ({"facts": {"bag": ["axe"]}}, "facts.bag", "text, a number, true or false"),
        ({"facts": {"at": msgpack.Timestamp(1)}}, "facts.at", "text, a number, true or false"),
        ({"facts": {"a\0": 1}}, "facts", "a key of 1 to 64 characters"),
        ({"facts": {str(i): i for i in range(65)}}, "facts", "at most 64 entries"),
        ({"facts": 3}, "facts", "a map"),
        ({"id": 2**53}, "id", "less than or equal to 9007199254740991"),
        ({"id": 0}, "id", "greater than or equal to 1"),
        ({"id": True}, "id", "a valid integer"),
        ({"type": "shout"}, "type", "hello, ping"),
        ({"type": ...}, "type", "hello, ping"),
        ({"type": {"x": 1}}, "type", "hello, ping"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(
    fields: dict[str, Any], field: str, allowed: str
) -> None:
    fault = fault_of(said(**fields))
    assert isinstance(fault, BadField)
    assert fault.field == field
    assert fault.allowed.startswith(allowed)
    assert re_of(fault) == (0 if "id" in fields else 5)


@pytest.mark.parametrize("name", ["../up", "a/b", "C:", "Upper", "a.", ".a", "", "a\\b", "x" * 65])
def test_a_name_cannot_be_a_path(name: str) -> None:
    fault = fault_of(msgpack.packb({"type": "load", "id": 1, "name": name}))
    assert (fault.field, fault.allowed[:6]) == ("name", "a name")


def test_a_batch_is_refused_with_the_index_of_what_is_wrong() -> None:
    good = {"type": "theft", "importance": 0.5}
    plain = {"type": "events", "id": 3, "events": [good, good, {**good, "importance": 2.0}, good]}
    assert fault_of(msgpack.packb(plain)).field == "events.2.importance"
    plain["events"] = [good] * 501
    fault = fault_of(msgpack.packb(plain))
    assert (fault.field, fault.got) == ("events", "501 entries")
    plain["events"] = [good] * 500
    assert take(msgpack.packb(plain)) is not None


def test_a_fault_deep_in_a_profile_is_named() -> None:
    traits = [{"name": "calm", "value": 0.5}, {"name": "kind", "value": float("inf")}]
    plain = {"type": "npc.spawn", "id": 1, "profile": {"id": "a", "personality_traits": traits}}
    assert fault_of(msgpack.packb(plain)).field == "profile.personality_traits.1.value"
    plain["profile"] = {"id": "a", "note": b"\x00"}
    assert fault_of(msgpack.packb(plain)).field == "profile.note"


def test_a_key_given_twice_keeps_the_last_value_in_both_forms() -> None:
    twice = decode(
        b"\x86\xa4type\xa3say\xa2id\x01\xa3npc\xa1a\xa6player\xa1P\xa4text\xa1x\xa4text\xa1y"
    )
    assert twice == decode('{"type":"say","id":1,"npc":"a","player":"P","text":"x","text":"y"}')
    assert isinstance(twice, Say)
    assert twice.text == "y"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xc1", b"\xc0", b"\x90", b"\x80\x80", b"\x81\xa1\xff\x01", b"\x81\x01\x02",
        b"\x82\xa4type\xa3say", b"\xdd\xff\xff\xff\xff", b"\xc7\x05\xff12345",
        "", "{", "[]", "NaN", '{"a":NaN}', '{"a":1e999}', "{} {}", "\ud800", "{'a':1}",
    ],
)  # fmt: skip
def test_what_is_no_message_at_all_is_a_bad_frame(data: bytes | str) -> None:
    assert type(fault_of(data)) in (BadFrame, BadField)
    assert re_of(fault_of(data)) == 0


def test_a_frame_over_the_limit_is_refused_by_its_size() -> None:
    assert isinstance(fault_of(said(text="x" * 70_000)), FrameTooBig)
    assert isinstance(fault_of('"' + "ä" * 40_000 + '"'), FrameTooBig)
    with pytest.raises(FrameTooBig):
        decode(said(), Limits(frame=20))


def test_bytes_come_as_base64_in_json() -> None:
    text = '{"type":"save.import","id":7,"name":"a","offset":0,"total":3,"data":%s,"last":true}'
    request = decode(text % '"AAH/"')
    assert isinstance(request, SaveImport)
    assert request.data == b"\x00\x01\xff"
    fault = fault_of(text % '"AA!/"')
    assert (fault.field, fault.allowed, re_of(fault)) == ("data", "base64", 7)
    assert json.loads(encode(Ok(re=1, data={"data": b"\x00\x01\xff"}), text=True))["data"] == {
        "data": "AAH/"
    }


# nesting and number


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [17, 300, 5000])
def test_deep_nesting_is_refused_in_both_forms(levels: int) -> None:
    head = b"\x82\xa2id\x05\xa1x"
    assert isinstance(fault_of(head + b"\x91" * levels + b"\x01"), TooDeep | BadField)
    text = '{"id":5,"x":' + "[" * levels + "1" + "]" * levels + "}"
    assert isinstance(fault_of(text), TooDeep | BadField | BadFrame)


def test_too_deep_names_the_request() -> None:
    for data in (said(text=nested(17)), json.dumps({"type": "say", "id": 5, "x": nested(17)})):
        fault = fault_of(data)
        assert isinstance(fault, TooDeep)
        assert re_of(fault) == 5


def test_a_profile_may_nest_up_to_the_limit() -> None:
    def spawn(levels: int) -> bytes:
        profile = {"id": "a", "x": nested(levels)}
        packed: bytes = msgpack.packb({"type": "npc.spawn", "id": 1, "profile": profile})
        return packed

    assert isinstance(decode(spawn(14)), NpcSpawn)  # with the message and the profile: 16
    assert isinstance(fault_of(spawn(15)), TooDeep)


WIDE = b"\xdc\x01\xf4" + (b"\xdc\x01\xf4" + b"\x80" * 500) * 130


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x91" * 65536,
        b"\x81\xa1a" * 21845,
        b"\xdc\x03\xe8" * 21845,
        b"\xdc\xff\xff" * 21845,
        b"\xdd\xff\xff\xff\xff" * 13107,
        b"\xdc\x03\xe8" * 1000,
        WIDE,
        "[" * 65536,
        "[" + "[]," * 21000 + "[]]",
        '{"a":' * 1000 + "1" + "}" * 1000,
    ],
    ids=["arrays", "maps", "claims", "big-claims", "bigger-claims", "few-claims", "wide", "json",
         "json-wide", "json-maps"],
)  # fmt: skip
def test_a_small_frame_cannot_take_much_memory(bomb: bytes | str) -> None:
    tracemalloc.start()
    try:
        fault = fault_of(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(fault, ClientFault)
    assert peak < 10_000_000


def test_text_that_looks_like_many_arrays_is_taken() -> None:
    # continuation bytes of Cyrillic and brackets in JSON strings are no arrays
    cyrillic = {"type": "theft", "facts": {"a": "АБВГ" * 50}}
    plain = {"type": "events", "id": 1, "events": [cyrillic] * 100}
    assert take(msgpack.packb(plain)) is not None
    brackets = {"type": "theft", "facts": {"a": '[{"' * 60}}
    text = json.dumps({"type": "events", "id": 1, "events": [brackets] * 100})
    assert take(text) is not None


# the world's own collection of msgpack, when it is at hand


def test_every_encoding_of_the_msgpack_test_suite_is_read() -> None:
    folder = os.environ.get("PERSONAGEN_DATA", "")
    path = Path(folder) / "msgpack-test-suite.json"
    if not folder or not path.is_file():
        pytest.skip("PERSONAGEN_DATA names no folder with msgpack-test-suite.json")
    count = 0
    for group in json.loads(path.read_text("utf-8")).values():
        for case in group:
            count += _hold(case)
    assert count >= 200


def _hold(case: dict[str, Any]) -> int:
    frames = [bytes.fromhex(e.replace("-", "")) for e in case["msgpack"]]
    if "ext" in case or "timestamp" in case:  # read, but no field takes them
        for frame in frames:
            assert fault_of(b"\x83\xa4type\xa4ping\xa2id\x01\xa1v" + frame).field == "v"
        return len(frames)
    kind, value = next((k, v) for k, v in case.items() if k != "msgpack")
    value = _value(kind, value)
    for frame in frames:
        assert read(b"\x81\xa1v" + frame)["v"] == value
    assert encode_plain({"v": value})[3:] in frames
    return len(frames)


def _value(kind: str, value: Any) -> object:
    if kind == "binary":
        return bytes.fromhex(value.replace("-", ""))
    if kind == "bignum":
        return int(value)
    return _tuples(value)


def _tuples(value: Any) -> object:
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return {k: _tuples(v) for k, v in value.items()} if isinstance(value, dict) else value
