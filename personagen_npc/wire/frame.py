"""Bytes to a message and back.

Binary frames are msgpack, text frames the same as JSON. Any bytes give a ``Request`` or a
``ClientFault`` that carries the request's id (``re_of``). This file knows no session: whether a
message may come now is ``session``'s.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, overload

import msgpack
import orjson
from pydantic import BaseModel, ValidationError

from personagen_npc.errors import BadField, ClientFault
from personagen_npc.wire.faults import bad_field, id_of, re_of, with_id
from personagen_npc.wire.messages import EVENTS, REQUESTS, Event, Request
from personagen_npc.wire.plain import DEFAULT, TRUSTED, Limits, check_depth, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from personagen_npc.wire.plain import Bytes

__all__ = [
    "DEFAULT",
    "Limits",
    "decode",
    "decode_event",
    "encode",
    "encode_plain",
    "encode_request",
    "plain_of",
    "re_of",
]

_VALIDATE: Final[dict[str, Callable[[object], Request]]] = {
    kind: cls.__pydantic_validator__.validate_python for kind, cls in REQUESTS.items()
}
_BYTES: Final = {
    kind: names
    for kind, cls in REQUESTS.items()
    if (names := tuple(n for n, f in cls.model_fields.items() if f.annotation is bytes))
}
"""Fields that are bytes, by message type: base64 in JSON."""


def decode(data: Bytes | str, limits: Limits = DEFAULT) -> Request:
    """The message in a frame from a client: bytes are msgpack, text is JSON.

    Raises:
        BadFrame: no msgpack, no JSON, not a map. The connection should be closed.
        FrameTooBig: over ``limits.frame``. The same.
        TooDeep: nested over ``limits.depth``.
        BadField: everything else; names the field with a dotted path such as ``events.3.type``.
    """
    plain = read(data, limits)
    kind = plain.get("type")
    validate = _VALIDATE.get(kind) if isinstance(kind, str) else None
    if validate is None:
        _refuse_type(plain, limits)
    try:
        if kind in _BYTES and isinstance(data, str):
            _from_base64(plain, _BYTES[str(kind)])
        return validate(plain)
    except ValidationError as wrong:
        # here and not before: only a free tree can be too deep and right, and it looks itself
        check_depth(plain, limits.depth)
        raise bad_field(wrong, REQUESTS[str(kind)], plain) from None
    except ClientFault as fault:
        raise with_id(fault, id_of(plain)) from None


def decode_event(data: Bytes | str) -> Event | None:
    """The message in a frame from the server; None for a type that this version does not know.

    Unknown fields are ignored, lengths are not limited: the server is trusted, and may be newer.
    """
    plain = read(data, TRUSTED)
    kind = plain.get("type")
    cls = EVENTS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        return None
    try:
        return cls.model_validate(plain, extra="ignore")
    except ValidationError as wrong:
        raise bad_field(wrong, cls, plain) from None


@overload
def encode(event: Event, text: Literal[False] = False) -> bytes: ...
@overload
def encode(event: Event, text: Literal[True]) -> str: ...
@overload
def encode(event: Event, text: bool) -> bytes | str: ...
def encode(event: Event, text: bool = False) -> bytes | str:
    """A server message as a frame, fields in the order of the model, absent ones left out."""
    return _dump(event, _present, text)


@overload
def encode_request(request: Request, text: Literal[False] = False) -> bytes: ...
@overload
def encode_request(request: Request, text: Literal[True]) -> str: ...
@overload
def encode_request(request: Request, text: bool) -> bytes | str: ...
def encode_request(request: Request, text: bool = False) -> bytes | str:
    """A client message as a frame, fields in the order of the model, defaults left out."""
    return _dump(request, _chosen, text)


@overload
def encode_plain(plain: Mapping[str, Any], text: Literal[False] = False) -> bytes: ...
@overload
def encode_plain(plain: Mapping[str, Any], text: Literal[True]) -> str: ...
@overload
def encode_plain(plain: Mapping[str, Any], text: bool) -> bytes | str: ...
def encode_plain(plain: Mapping[str, Any], text: bool = False) -> bytes | str:
    """A map of a message's fields as a frame; nothing is checked or left out."""
    return _dump(plain, _present, text)


def plain_of(event: Event) -> dict[str, Any]:
    """A server message as a plain map, as ``encode`` writes it; shares the values it holds."""
    return {n: _plain(v) for n, v in _present(event).items()}


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return {n: _plain(v) for n, v in _present(value).items()}
    if isinstance(value, tuple):
        return tuple([_plain(v) for v in value])
    return value


def _refuse_type(plain: dict[str, Any], limits: Limits) -> NoReturn:
    check_depth(plain, limits.depth)
    kind = plain.get("type", "")
    message = f"no such message: {kind!s:.40}" if kind else "type: expected a value"
    fault = BadField(message, field="type", got=kind, allowed=", ".join(REQUESTS))
    raise with_id(fault, id_of(plain))


def _from_base64(plain: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        value = plain.get(name)
        if isinstance(value, str):
            try:
                plain[name] = b64decode(value, validate=True)
            except (NotBase64, ValueError):
                message = f"{name}: expected base64"
                raise BadField(message, field=name, got=value, allowed="base64") from None


def _dump(value: object, default: Callable[[object], object], text: bool) -> bytes | str:
    if text:
        return orjson.dumps(value, default=lambda v: _json(v, default)).decode()
    packed: bytes = msgpack.packb(value, default=default)
    return packed


def _json(value: object, default: Callable[[object], object]) -> object:
    return b64encode(value).decode() if isinstance(value, bytes) else default(value)


def _present(value: object) -> dict[str, Any]:
    """Fields of a model that hold something, for the encoders."""
    if not isinstance(value, BaseModel):
        raise TypeError(f"nothing that goes into a message: {type(value).__name__}")
    return {n: v for n, v in value.__dict__.items() if v is not None}


def _chosen(value: object) -> dict[str, Any]:
    """Fields of a model that differ from their defaults, for the encoders."""
    if not isinstance(value, BaseModel):
        raise TypeError(f"nothing that goes into a message: {type(value).__name__}")
    usual = _defaults(type(value))
    return {n: v for n, v in value.__dict__.items() if n not in usual or v != usual[n]}


_DEFAULTS: Final[dict[type[BaseModel], dict[str, object]]] = {}


def _defaults(cls: type[BaseModel]) -> dict[str, object]:
    """What a left out field means; the type is always sent."""
    if cls not in _DEFAULTS:
        optional = {n: f.default for n, f in cls.model_fields.items() if not f.is_required()}
        # a Request's type has a default, so that code need not repeat it; Happening's has none
        _DEFAULTS[cls] = {n: v for n, v in optional.items() if n != "type"}
    return _DEFAULTS[cls]
