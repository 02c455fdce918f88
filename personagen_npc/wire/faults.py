"""What is wrong with a message, in the words of our own errors, with the id of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from personagen_npc.errors import BadField, ClientFault
from personagen_npc.wire.fields import PATTERNS, SAFE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

F = TypeVar("F", bound=ClientFault)

_PATH: Final = 200  # characters of a path that an error repeats: an unknown field may be long


def id_of(plain: object) -> int:
    """The id in a plain message, 0 when there is none that could be a request's."""
    value = plain.get("id") if isinstance(plain, dict) else None
    return value if type(value) is int and 1 <= value <= SAFE else 0


def with_id(fault: F, re: int) -> F:
    """The fault, as one of the request with this id."""
    vars(fault)["re"] = re
    return fault


def re_of(fault: BaseException) -> int:
    """The id of the request at fault, 0 when it could not be read."""
    return int(getattr(fault, "re", 0))


def bad_field(wrong: ValidationError, cls: type[BaseModel], plain: dict[str, Any]) -> BadField:
    """The first fault that pydantic found, as ours: dotted path, what was given, what is allowed.

    A string's or batch's length is given in place of the thing itself.
    """
    first = wrong.errors(include_url=False)[0]
    path = [str(p) for p in first["loc"] if p != "[key]"]
    at, got, allowed = _told(first, cls)
    field = ".".join([*path, at] if at else path)[:_PATH]
    message = f"{plain.get('type')}: {field}: expected {allowed}"
    return with_id(BadField(message, field=field, got=got, allowed=allowed), id_of(plain))


def _told(first: ErrorDetails, cls: type[BaseModel]) -> tuple[str, object, str]:
    """Rest of the path, what was given, what is allowed."""
    given, ctx = first["input"], first.get("ctx", {})
    match first["type"]:
        case "wire":
            return ctx["at"], "" if ctx["got"] is None else ctx["got"], ctx["allowed"]
        case "missing":
            return "", "", "a value"
        case "extra_forbidden":
            fields = ", ".join(_model_at(cls, first["loc"]).model_fields)
            return "", given, f"one of the fields {fields}"
        case "string_pattern_mismatch":
            return "", given, PATTERNS.get(ctx["pattern"], ctx["pattern"])
        case "string_too_long" | "too_long" | "bytes_too_long":
            unit = {"string_too_long": "characters", "bytes_too_long": "bytes"}
            kind = unit.get(first["type"], "entries")
            return "", f"{len(given)} {kind}", f"at most {ctx['max_length']} {kind}"
    should = first["msg"].partition(" should ")[2] or first["msg"]
    return "", given, should.removeprefix("be ").removeprefix("have ").partition(" after ")[0]


def _model_at(cls: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that holds the last name of a path."""
    for name in loc[:-1]:
        if isinstance(name, str) and name in cls.model_fields:
            cls = _model_in(cls.model_fields[name].annotation) or cls
    return cls


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a))), None)
