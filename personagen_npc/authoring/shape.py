"""What the models allow, read off their annotations and said in words.

The same words stand in a designer's mistakes report and in the tables of ``docs/world-pack.md``.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from personagen_npc.world.pack import AGO, Scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.authoring.yamlfile import Plain

AGO_WORDS = 'a span of time such as "9 years", "3 weeks" or "2 years 1 month"'
ID_WORDS = "an id: letters, digits and _ . : -, at most 64, a letter or digit first"
WHEN_WORDS = 'a word, a number, true or false, text such as ">=0.5", or a list of these'
SCALAR_WORDS = "a word, a number, true or false"
SIMPLE = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class Slot(NamedTuple):
    """A place in a model where a value goes: its type and the constraints on it."""

    type: Any
    metadata: tuple[Any, ...] = ()


@cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def slot_of(annotation: Any, more: Sequence[Any] = ()) -> Slot:
    """A slot with ``Annotated`` and ``| None`` peeled off."""
    metadata = list(more)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *found = get_args(annotation)
            metadata += found
        elif NoneType in get_args(annotation):
            rest = [a for a in get_args(annotation) if a is not NoneType]
            annotation = rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007
        else:
            return Slot(annotation, tuple(metadata))


def field_slot(model: type[BaseModel], name: str) -> Slot:
    """The slot of one field of a model."""
    return slot_of(_hints(model)[name], model.model_fields[name].metadata)


def step_into(slot: Slot, step: str | int) -> Slot | None:
    """The slot under a field name, key or index; None where nothing of that name goes."""
    if isinstance(slot.type, type) and issubclass(slot.type, BaseModel):
        return field_slot(slot.type, str(step)) if step in slot.type.model_fields else None
    origin, args = get_origin(slot.type), get_args(slot.type)
    if origin is dict and isinstance(step, str):
        return slot_of(args[1])
    if origin is tuple and isinstance(step, int):
        if Ellipsis in args:
            return slot_of(args[0])
        return slot_of(args[step]) if step < len(args) else None
    return None


def fields_of(slot: Slot) -> tuple[str, ...]:
    """The field names of a model's slot, none for anything else."""
    if isinstance(slot.type, type) and issubclass(slot.type, BaseModel):
        return tuple(slot.type.model_fields)
    return ()


def choices_of(slot: Slot) -> tuple[Plain, ...]:
    """The values of a ``Literal`` slot."""
    return get_args(slot.type) if get_origin(slot.type) is Literal else ()


def allowed(slot: Slot) -> str:
    """What may stand in a slot, in words: "0 to 1", "a list of text, 1 to 200 characters"."""
    if slot.type in SIMPLE:
        return _simple(slot)
    if slot.type == Scalar:
        return SCALAR_WORDS
    origin, args = get_origin(slot.type), get_args(slot.type)
    if origin is Literal:
        return "one of " + ", ".join(str(a) for a in args)
    if origin is tuple:
        return _listing(slot, args)
    if origin is dict:
        inner = slot_of(args[1])
        return f"names, each with {allowed(inner)}"
    if origin in (Union, UnionType):
        return _union(args)
    return "the fields " + ", ".join(fields_of(slot))


def _listing(slot: Slot, args: tuple[Any, ...]) -> str:
    if Ellipsis not in args:
        return f"a list of exactly {len(args)}"
    low, _ = _bounds(slot.metadata)[1]
    least = f" of at least {low}" if low else ""
    return f"a list{least}, each {allowed(slot_of(args[0]))}"


def _union(args: tuple[Any, ...]) -> str:
    if any(get_origin(a) is tuple for a in args):
        return WHEN_WORDS
    return " or ".join(allowed(slot_of(a)) for a in args)


def _simple(slot: Slot) -> str:
    word = SIMPLE[slot.type]
    (low, high, open_end), (least, most) = _bounds(slot.metadata)
    if slot.type is str:
        patterns = [p for m in slot.metadata if (p := getattr(m, "pattern", None))]
        if patterns:
            return AGO_WORDS if AGO in patterns else ID_WORDS
        if most is None:
            return word
        return f"text, {least or 0} to {most} characters"
    if low is None and high is None:
        return word
    whole = "a whole number, " if slot.type is int else ""
    if high is None:
        return f"{whole}{low:g} or more"
    return f"{whole}{'above ' if open_end else ''}{low or 0:g} to {high:.12g}"


class _Range(NamedTuple):
    low: float | None = None
    high: float | None = None
    open_end: bool = False


def _bounds(metadata: Sequence[Any]) -> tuple[_Range, tuple[int | None, int | None]]:
    """Numbers' range and texts' or lists' lengths, from annotated-types and pydantic marks."""
    found: dict[str, Any] = {}
    for mark in metadata:
        parts = mark.metadata if isinstance(mark, FieldInfo) else (mark,)
        for part in parts:
            for key in ("ge", "gt", "le", "min_length", "max_length"):
                value = getattr(part, key, None)
                if value is not None:
                    found[key] = value
    low = found.get("ge", found.get("gt"))
    return (
        _Range(low, found.get("le"), "gt" in found),
        (found.get("min_length"), found.get("max_length")),
    )
