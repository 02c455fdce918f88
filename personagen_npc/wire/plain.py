"""Bytes or text to one plain map, within limits, before any field is looked at.

msgpack and JSON give the same values here: arrays are tuples, keys are text. A map that names a key
twice keeps the last one, in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgpack
import orjson

from personagen_npc.errors import BadField, BadFrame, ClientFault, FrameTooBig, TooDeep
from personagen_npc.wire.faults import id_of, with_id
from personagen_npc.wire.fields import BATCH, DEPTH, TEXT

if TYPE_CHECKING:
    Bytes = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes, in bytes, characters and counts.

    Attributes:
        frame: bytes of one frame.
        text: characters of one text; fixed with the protocol, stated for clients, like the next.
        batch: events in one ``events``.
        depth: levels of nesting, the message itself is one.
        arrays: entries of one array; above ``batch``, so that a long batch is refused by name.
        maps: entries of one map.
        nodes: arrays and maps in one frame; a full batch of events has about 1,500.
        rate: messages a second that a session may send for long; admission enforces it [D].
        queue: bytes that may wait for a slow client before it is dropped; the server enforces it.
    """

    frame: int = 65536
    text: int = TEXT
    batch: int = BATCH
    depth: int = DEPTH
    arrays: int = 1000
    maps: int = 1000
    nodes: int = 4096
    rate: int = 2000
    queue: int = 1_000_000


DEFAULT: Final = Limits()
TRUSTED: Final = Limits(frame=2**31, depth=200, arrays=2**24, maps=2**24, nodes=2**31)
"""For what comes from our own server: little more than Python's own recursion bears."""


def read(data: Bytes | str, limits: Limits = DEFAULT) -> dict[str, Any]:
    """The plain map in a frame: bytes are msgpack, text is JSON.

    Raises:
        BadFrame: no msgpack, no JSON, not one map.
        FrameTooBig: over ``limits.frame``.
        TooDeep: JSON nested over ``limits.depth``; msgpack that nobody could mean. Other nesting
            is found by ``check_depth``, which ``frame`` calls when a message has a fault.
        BadField: more values than the limits allow; the field is ``frame``.
    """
    plain = _read_text(data, limits) if isinstance(data, str) else _read_bytes(data, limits)
    if type(plain) is not dict:
        raise BadFrame("a frame must hold one map", got=type(plain).__name__, allowed="a map")
    return plain


def check_depth(plain: dict[str, Any], most: int) -> None:
    """Raise TooDeep for what is nested deeper than ``most`` levels."""
    todo: list[tuple[Any, int]] = [(plain, 1)]
    while todo:
        value, depth = todo.pop()
        if depth > most:
            raise with_id(_too_deep(most), id_of(plain))
        inner = value.values() if type(value) is dict else value
        todo.extend((v, depth + 1) for v in inner if type(v) is dict or type(v) is tuple)


def _too_deep(most: int) -> TooDeep:
    return TooDeep("nested too deep", field="frame", got="deeper", allowed=f"{most} levels")


def _too_many(got: str, limits: Limits) -> BadField:
    allowed = f"{limits.arrays} entries of an array, {limits.maps} of a map, {limits.nodes} in all"
    return BadField("too many values in one frame", field="frame", got=got, allowed=allowed)


def _too_big(size: int, limits: Limits) -> FrameTooBig:
    return FrameTooBig("frame too big", field="frame", got=size, allowed=f"{limits.frame} bytes")


# msgpack

_HEADS: Final = bytes([*range(0x80, 0xA0), 0xDC, 0xDD, 0xDE, 0xDF])
"""First bytes of maps and arrays; they also occur inside text and numbers."""


def _read_bytes(data: Bytes, limits: Limits) -> object:
    if len(data) > limits.frame:
        raise _too_big(len(data), limits)
    data = bytes(data)
    if len(data) - len(data.translate(None, _HEADS)) > limits.nodes:
        _count_nodes(data, limits)
    try:
        # a fresh decoder each time: an Unpacker that is used again after an error reads freed
        # memory (CVE-2026-57585)
        return msgpack.unpackb(
            data, use_list=False, max_array_len=limits.arrays, max_map_len=limits.maps
        )
    except msgpack.StackError:
        raise _too_deep(limits.depth) from None
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException) as wrong:
        if "exceeds max_" in str(wrong):
            raise _too_many(str(wrong), limits) from None
        raise BadFrame("not one msgpack value", got=str(wrong), allowed="msgpack") from None


def _count_nodes(data: bytes, limits: Limits) -> None:
    """Refuse too many arrays and maps before any is built; stops at the first one too many.

    Only asked of frames that may hold so many. Wrong msgpack is left to the decoder.
    """
    at, nodes, end = 0, 0, len(data)
    while at < end:
        head = data[at]
        step = _STEP[head]
        if step < 0:
            nodes += 1
            if nodes > limits.nodes:
                raise _too_many(f"over {limits.nodes} arrays and maps", limits)
            step = -step
        elif step == 0:
            step = _counted(data, at, head)
        at += step


def _counted(data: bytes, at: int, head: int) -> int:
    """Bytes of a value that states its own length: bin, ext, str of 1, 2 or 4 length bytes."""
    width = 1 << (head - _COUNTED[head])
    kind = 1 if 0xC7 <= head <= 0xC9 else 0  # ext has a byte for its kind
    return 1 + width + kind + int.from_bytes(data[at + 1 : at + 1 + width], "big")


_COUNTED: Final = {h: first for first in (0xC4, 0xC7, 0xD9) for h in range(first, first + 3)}


def _steps() -> tuple[int, ...]:
    """Bytes from each head to the next value; minus for arrays and maps, 0 for counted ones."""
    step = [1] * 256
    step[0x80:0xA0] = [-1] * 32
    step[0xA0:0xC0] = [1 + n for n in range(32)]
    for heads, size in (
        (tuple(_COUNTED), 0),
        ((0xCC, 0xD0), 2),
        ((0xCD, 0xD1, 0xD4), 3),
        ((0xD5,), 4),
        ((0xCA, 0xCE, 0xD2), 5),
        ((0xD6,), 6),
        ((0xCB, 0xCF, 0xD3), 9),
        ((0xD7,), 10),
        ((0xD8,), 18),
        ((0xDC, 0xDE), -3),
        ((0xDD, 0xDF), -5),
    ):
        for head in heads:
            step[head] = size
    return tuple(step)


_STEP: Final = _steps()


# JSON

_QUOTED: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def _read_text(text: str, limits: Limits) -> object:
    if len(text) > limits.frame:  # a character is at least a byte: refused before it is copied
        raise _too_big(len(text), limits)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise BadFrame("text holds half a character", allowed="UTF-8") from None
    if len(data) > limits.frame:
        raise _too_big(len(data), limits)
    if data.count(b"[") + data.count(b"{") > limits.nodes:
        _count_brackets(data, limits)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as wrong:
        raise BadFrame("not one JSON value", got=str(wrong), allowed="JSON") from None
    try:
        return _frozen(value, 1, limits.depth)
    except ClientFault as fault:
        raise with_id(fault, id_of(value)) from None


def _count_brackets(data: bytes, limits: Limits) -> None:
    bare = _QUOTED.sub(b"", data)
    if bare.count(b"[") + bare.count(b"{") > limits.nodes:
        raise _too_many(f"over {limits.nodes} arrays and maps", limits)


def _frozen(value: Any, depth: int, most: int) -> object:
    """Lists to tuples, as strict models want them."""
    kind = type(value)
    if kind is not dict and kind is not list:
        return value
    if depth > most:
        raise _too_deep(most)
    if kind is list:
        return tuple([_frozen(v, depth + 1, most) for v in value])
    return {k: _frozen(v, depth + 1, most) for k, v in value.items()}
