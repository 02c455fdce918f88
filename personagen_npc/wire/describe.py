"""The tables of docs/protocol.md, made from the code that they describe.

``python -m personagen_npc.wire.describe docs/protocol.md`` rewrites what stands between
``<!-- generated: NAME -->`` and ``<!-- /generated -->``; everything else is left as it is.
"""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, PlainValidator

from personagen_npc import errors
from personagen_npc.wire import fields as rules
from personagen_npc.wire.fields import PATTERNS, SAFE
from personagen_npc.wire.messages import ALLOWED, EVENTS, REQUESTS, WRITES, Answer, Request, Welcome
from personagen_npc.wire.plain import DEFAULT, Limits
from personagen_npc.wire.session import CLOSES, State, close_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo

_BLOCK: Final = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)
_PLAIN: Final[dict[object, str]] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    bytes: "bytes",
    Any: "anything",
}
_OWN: Final[dict[object, str]] = {rules.facts: "facts", rules.tree: "map"}
_KINDS: Final = ("id", "who", "name", "handle", "text", "language tag")
_PATTERN_NAMES: Final = dict(zip(PATTERNS, _KINDS, strict=True))


def rewrite(text: str) -> str:
    """The document with every generated block made anew."""
    return _BLOCK.sub(lambda m: f"{m[1]}{BLOCKS[m[2]]()}\n{m[3]}", text)


def messages() -> str:
    """Every message and every record inside one, a table each."""
    parts = ["### From the client", *map(_section, REQUESTS.values())]
    parts += ["### From the server", *map(_section, EVENTS.values())]
    parts += ["### Records inside messages", *map(_section, records())]
    return "\n\n".join(parts)


def fault_table() -> str:
    """Every error code."""
    rows = [
        (f"`{e.code}`", _whose(e), "yes" if _closes(e) else "no", _first_line(e)) for e in _tree()
    ]
    return _table(("code", "whose", "closes", "meaning"), rows)


def closes() -> str:
    """Every close code."""
    rows = [(str(c.code), f"`{reason}`", c.text) for reason, c in CLOSES.items()]
    return _table(("code", "reason", "text"), rows)


def limits() -> str:
    """The limits as they are by default."""
    said = dict(re.findall(r"^    (\w+): (.+?)(?=^    \w+:|\Z)", _doc(Limits), re.M | re.S))
    rows = [
        (f"`{f.name}`", f"{getattr(DEFAULT, f.name):,}", " ".join(said[f.name].split()))
        for f in fields(Limits)
    ]
    return _table(("limit", "default", "what"), rows).replace("``", "`").replace(" [D]", "")


def values() -> str:
    """What the kinds of text look like."""
    rows = [(_PATTERN_NAMES[pattern], f"`{pattern}`", words) for pattern, words in PATTERNS.items()]
    return _table(("kind", "pattern", "in words"), rows)


def roles() -> str:
    """Which message is for whom."""
    rows = []
    for kind, cls in REQUESTS.items():
        may = ("yes" if cls in ALLOWED[role] else "" for role in ALLOWED)
        rows.append((f"`{kind}`", "never" if kind in WRITES else "may", *may))
    return _table(("message", "runs twice", *ALLOWED), rows)


BLOCKS: Final[Mapping[str, Callable[[], str]]] = {
    "messages": messages,
    "errors": fault_table,
    "closes": closes,
    "limits": limits,
    "values": values,
    "roles": roles,
}


def _section(cls: type[BaseModel]) -> str:
    kind = cls.model_fields["type"].default if cls in _messages() else cls.__name__
    rows = [
        (f"`{name}`", shape(f.annotation, f.metadata), _default(f), f.description or "")
        for name, f in cls.model_fields.items()
        if not (cls in _messages() and name in _common(cls))
    ]
    doc = " ".join(_doc(cls).split())
    table = _table(("field", "value", "when absent", "meaning"), rows) if rows else ""
    return f"#### `{kind}`\n\n{doc}\n\n{table}".rstrip()


def _common(cls: type[BaseModel]) -> tuple[str, ...]:
    """Fields that are said once for all messages of a kind."""
    if issubclass(cls, Answer):
        return ("type", "re") if cls is Welcome else ("type", "re", "seq")
    return ("type", "id") if issubclass(cls, Request) else ("type",)


def _messages() -> set[type[BaseModel]]:
    return {*REQUESTS.values(), *EVENTS.values()}


def records() -> list[type[BaseModel]]:
    """Every record inside a message, in the order in which they come up."""
    found: dict[type[BaseModel], None] = {}
    todo: list[Any] = [*REQUESTS.values(), *EVENTS.values()]
    while todo:
        cls = todo.pop(0)
        for f in cls.model_fields.values():
            inner = [m for m in _models(f.annotation) if m not in found]
            found.update(dict.fromkeys(inner))
            todo.extend(inner)
    return list(found)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for arg in get_args(annotation):
        yield from _models(arg)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.default
    if value is None or value in ((), {}, ""):
        return "nothing"
    if isinstance(value, BaseModel):
        return "its defaults"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def shape(annotation: object, metadata: Sequence[Any] = ()) -> str:
    """What a field takes, in a few words."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return shape(inner, [*more, *metadata])
    metadata = [m for item in metadata for m in getattr(item, "metadata", None) or [item]]
    own = next((_OWN[m.func] for m in metadata if isinstance(m, PlainValidator)), None)
    if own:
        return own
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    made_of = _MADE_OF.get(get_origin(annotation))
    return made_of(get_args(annotation), metadata) if made_of else _scalar(annotation, metadata)


def _either(args: tuple[object, ...], metadata: Sequence[Any]) -> str:
    return " or ".join(shape(a, metadata) for a in args if a is not NoneType)


def _array(args: tuple[object, ...], metadata: Sequence[Any]) -> str:
    return f"array of {shape(args[0])}{_bounds(metadata, 'items')}"


def _map(args: tuple[object, ...], metadata: Sequence[Any]) -> str:
    return f"map of {shape(args[0])} to {shape(args[1])}{_bounds(metadata, 'entries')}"


_MADE_OF: Final[Mapping[object, Callable[[tuple[Any, ...], Sequence[Any]], str]]] = {
    Union: _either,
    UnionType: _either,
    Literal: lambda args, _: ", ".join(f"`{a}`" for a in args),
    tuple: _array,
    dict: _map,
}


def _scalar(annotation: object, metadata: Sequence[Any]) -> str:
    pattern = next((p for m in metadata if (p := getattr(m, "pattern", None))), None)
    if pattern:
        name = _PATTERN_NAMES[pattern]
        return name + (_bounds(metadata, "characters") if name == "text" else "")
    return _PLAIN[annotation] + _bounds(metadata, "bytes" if annotation is bytes else "")


def _bounds(metadata: Sequence[Any], unit: str) -> str:
    low = _meta(metadata, "min_length" if unit else "ge")
    high = _meta(metadata, "max_length" if unit else "le")
    if low is None and high is None:
        return ""
    top = "2^53-1" if high == SAFE else f"{high:,}" if isinstance(high, int) else f"{high:g}"
    bottom = "-(2^53-1)" if low == -SAFE else f"{low or 0:g}"
    return f", {bottom} to {top} {unit}".rstrip()


def _meta(metadata: Sequence[Any], name: str) -> Any:
    return next((v for m in metadata if (v := getattr(m, name, None)) is not None), None)


def _tree() -> list[type[errors.PersonagenError]]:
    """Every error with a code of its own, in the order of errors.py."""
    return [
        e
        for e in vars(errors).values()
        if isinstance(e, type)
        and issubclass(e, errors.PersonagenError)
        and e is not errors.PersonagenError
    ]


def _whose(error: type[errors.PersonagenError]) -> str:
    if issubclass(error, errors.ClientFault):
        return "client"
    return "server" if issubclass(error, errors.ServerFault) else "made by the client itself"


def _closes(error: type[errors.PersonagenError]) -> bool:
    return close_for(error(""), State.READY) is not None


def _first_line(thing: type) -> str:
    return _doc(thing).split("\n\n")[0].replace("\n", " ").replace("``", "`")


def _doc(thing: type) -> str:
    return cleandoc(thing.__doc__ or "")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", r"\|") for c in row) + " |" for row in lines)


def main(paths: list[str]) -> None:
    """Rewrite the generated blocks of these files."""
    for path in map(Path, paths):
        path.write_text(rewrite(path.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
