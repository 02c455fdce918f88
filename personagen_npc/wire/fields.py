"""What a value on the wire may be: ids, text, numbers, facts, free trees.

A fault found here says where inside the value it sits (``at``) and what is allowed; ``frame`` turns
that into a ``BadField``.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

from pydantic import Field, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterator

SAFE: Final = 2**53 - 1  # largest integer that JSON readers and Godot's floats keep exactly
TEXT: Final = 2000  # characters of one text; as long as a spoken line may sensibly be [D]
BATCH: Final = 500  # events in one frame; at ~100 bytes each they fill a 64 KiB frame [D]
FACTS: Final = 64  # facts beside one line or event [D]
KEY: Final = 64  # characters of a name of a fact, as of an id
DEPTH: Final = 16  # nesting of one message; the deepest profile needs 5 [D]
CHUNK: Final = 32768  # bytes of a save in one frame: as base64 it still fits into 64 KiB
TIME: Final = 1e12  # game seconds, about 31,700 years: float64 keeps them to 0.1 ms

Scalar = bool | int | float | str

_ID: Final = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"
_WHO: Final = r"^[^\x00-\x1f\x7f]{1,64}$"
_NAME: Final = r"^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_-])?$"  # a file name on every system
_HANDLE: Final = r"^[!-~]{1,96}$"
_TEXT: Final = r"^[^\x00]*$"
_LOCALE: Final = r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$"

PATTERNS: Final = {
    _ID: "an id: 1 to 64 of A-Z a-z 0-9 _ . : -, first a letter or digit",
    _WHO: "an id of 1 to 64 printable characters",
    _NAME: "a name: 1 to 64 of a-z 0-9 _ . -, first a letter or digit, last no dot",
    _HANDLE: "a name that the server gave: 1 to 96 printable ASCII characters",
    _TEXT: "text without NUL",
    _LOCALE: "a language tag such as en or pt-BR",
}
"""What each pattern means, for errors and documentation."""

Id = Annotated[str, StringConstraints(pattern=_ID)]
"""Id of an NPC, place, faction, fact, event type or act."""
Who = Annotated[str, StringConstraints(pattern=_WHO)]
"""A player's id, or whoever may stand where players and NPCs may: chosen by the game."""
Name = Annotated[str, StringConstraints(pattern=_NAME)]
"""Name of a world, pack or save: never a path."""
Handle = Annotated[str, StringConstraints(pattern=_HANDLE)]
"""What the server named: turn, conversation, session, action asked for."""
Text = Annotated[str, StringConstraints(pattern=_TEXT, max_length=TEXT)]
Line = Annotated[str, StringConstraints(pattern=_TEXT, min_length=1, max_length=TEXT)]
Short = Annotated[str, StringConstraints(pattern=_TEXT, min_length=1, max_length=200)]
Locale = Annotated[str, StringConstraints(pattern=_LOCALE)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
Count = Annotated[int, Field(ge=0, le=SAFE)]
Whole = Annotated[int, Field(ge=-SAFE, le=SAFE)]
Seconds = Annotated[float, Field(ge=0.0, le=TIME)]


def refuse(at: str, got: object, allowed: str) -> NoReturn:
    """Raise the fault that ``frame`` turns into a ``BadField`` below the field's own path."""
    raise PydanticCustomError("wire", "{allowed}", {"at": at, "got": got, "allowed": allowed})


def _scalar(value: object) -> str:
    """What is wrong with a scalar, "" when nothing is."""
    kind = type(value)
    if kind is str:
        return _text(value)  # type: ignore[arg-type]
    if kind is int:
        return "" if -SAFE <= value <= SAFE else "an integer within 2^53-1"  # type: ignore[operator]
    if kind is float:
        return "" if isfinite(value) else "a finite number"  # type: ignore[arg-type]
    return "" if kind is bool else "text, a number, true or false"


def _text(value: str) -> str:
    if "\0" in value:
        return "text without NUL"
    return "" if len(value) <= TEXT else f"at most {TEXT} characters"


def _key(value: object) -> str:
    fits = type(value) is str and 0 < len(value) <= KEY and "\0" not in value
    return "" if fits else f"a key of 1 to {KEY} characters"


def facts(value: object) -> dict[str, Scalar]:
    """A flat map of scalars; one Python loop is faster than a union per value."""
    if type(value) is not dict:
        refuse("", value, "a map of text, numbers, true or false")
    if len(value) > FACTS:
        refuse("", len(value), f"at most {FACTS} entries")
    for key, item in value.items():
        wrong = _key(key)
        if wrong:
            refuse("", key, wrong)
        wrong = _scalar(item)
        if wrong:
            refuse(key, item, wrong)
    return value


def tree(value: object) -> dict[str, Any]:
    """A map of plain values, nested up to ``DEPTH``; its meaning is checked by who knows it."""
    if type(value) is not dict:
        refuse("", value, "a map")
    todo: list[tuple[str, object, int]] = [("", value, 2)]  # the message itself is level 1
    while todo:
        at, item, depth = todo.pop()
        if type(item) is dict or type(item) is tuple:
            if depth > DEPTH:
                refuse(at, "deeper", f"at most {DEPTH} levels")
            todo.extend((f"{at}.{k}" if at else str(k), v, depth + 1) for k, v in _inside(at, item))
        elif item is not None and (wrong := _scalar(item)):
            refuse(at, item, wrong)
    return value


def _inside(at: str, item: dict[Any, Any] | tuple[Any, ...]) -> Iterator[tuple[object, object]]:
    if type(item) is tuple:
        yield from enumerate(item)
        return
    for key, value in item.items():  # type: ignore[union-attr]
        if type(key) is not str or len(key) > TEXT or "\0" in key:
            refuse(at, key, "keys of text without NUL")
        yield key, value


Facts = Annotated[dict[str, Scalar], PlainValidator(facts)]
Tree = Annotated[dict[str, Any], PlainValidator(tree)]


class _Nothing(dict[str, Scalar]):
    """No facts. It can be hashed, so pydantic shares it instead of deep-copying it each time."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


NO_FACTS: Final = _Nothing()
