"""YAML and JSON as a tree that knows the line of every key and value.

YAML 1.2's core rules for plain words: only ``true`` and ``false`` are booleans, ``no`` and ``on``
stay words. Anchors, aliases, tags, merge keys and duplicate keys are refused, size, depth and
count are bounded, so a file can cost no more than its bytes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import yaml

from personagen_npc.errors import BadPack

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2 * 1024 * 1024  # [D] a novel is 1 MiB; no pack file is one
MAX_DEPTH = 24  # [D] the deepest lawful value of a pack is at 7
MAX_VALUES = 100_000  # [D] bounds memory to some 20 MiB a file
BIGGEST = 2**53 - 1  # integers beyond it do not survive the wire's JSON

NO_NUL = "text may not hold the character NUL"

Plain = bool | int | float | str

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ODD = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

_QUOTE_BRACKETS = "text that starts with { or [ needs quotes"
HINTS = (  # what libyaml says -> what a designer can do
    ("a tab character", "indent with spaces, not with tabs"),
    (
        "cannot start any token",
        "indent with spaces, no tabs; text that starts with @ ` % needs quotes",
    ),
    (
        "mapping values are not allowed",
        'text that holds ": " needs quotes; or the indentation is off',
    ),
    ("did not find expected ',' or", _QUOTE_BRACKETS),
    ("did not find expected <document start>", "the indentation ends the file's first value here"),
    ("did not find expected '-'", f"check the indentation; {_QUOTE_BRACKETS}"),
    ("did not find expected key", f"check indentation and open quotes; {_QUOTE_BRACKETS}"),
    ("could not find expected ':'", "a key needs a colon and a space after it"),
    ("unexpected end of stream", "a quote is opened and never closed"),
    ("control characters", "the text holds a control character"),
)


class BadText(BadPack):
    """A file that is no tree; ``line`` counts from 1, 0 is unknown."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(slots=True)
class Node:
    """A value with its place. ``raw`` is unquoted text as it was written, "" where it was quoted.

    ``label`` starts the path that mistakes show from here on ("" shows none of what is above);
    None lets the path run on from the parent.
    """

    value: Plain | list[Node] | dict[str, Node] | None
    file: str = ""
    line: int = 0
    key_line: int = 0
    raw: str = ""
    label: str | None = None

    @property
    def at(self) -> int:
        """The line to show: the key's where there is one."""
        return self.key_line or self.line

    def child(self, step: str | int) -> Node | None:
        """The value under a key or index, None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def fresh(self, value: Plain | list[Node] | dict[str, Node] | None) -> Node:
        """Another value at the same place."""
        return Node(value, self.file, self.line, self.key_line)

    def plain(self) -> Any:
        """The bare data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def read_tree(path: Path, name: str) -> tuple[Node, list[BadText]]:
    """One file's tree and the duplicate keys in it.

    Args:
        path: the file.
        name: how mistakes name it, relative to the pack.

    Raises:
        BadText: not UTF-8, too big, too deep, or not YAML (JSON for ``.json``).
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadText(0, f"cannot be read: {error.strerror}") from None
    if path.suffix.lower() == ".json":
        return json_tree(data, name)
    return yaml_tree(data, name)


def decoded(data: bytes) -> str:
    """The text of a file. Raises BadText when too big or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise BadText(0, f"the file is too big (at most {MAX_BYTES // 1024} KiB)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadText(line, "not UTF-8 text; save the file as UTF-8") from None


def yaml_tree(data: bytes, name: str) -> tuple[Node, list[BadText]]:
    """Tree of YAML text, and its duplicate keys. Raises BadText."""
    builder = _Builder(name)
    try:
        for event in yaml.parse(decoded(data), Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadText(mark.line + 1 if mark is not None else 0, _friendly(error)) from None
    except yaml.YAMLError as error:
        raise BadText(0, _friendly(error)) from None
    return builder.root or Node(None, name, 1), builder.twice


def _friendly(error: yaml.YAMLError) -> str:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    hint = next((hint for mark, hint in HINTS if mark in said), "")
    return f"not YAML: {said}" + (f" ({hint})" if hint else "")


def json_tree(data: bytes, name: str) -> tuple[Node, list[BadText]]:
    """Tree of JSON text; with lines where the text is YAML of the same meaning, as most is."""
    text = decoded(data)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadText(error.lineno, f"not JSON: {error.msg}") from None
    bare = _from_data(value, name, 1)
    try:
        tree, twice = yaml_tree(data, name)
    except BadText:
        return bare, []
    return (tree, twice) if twice or tree.plain() == value else (bare, [])


def _from_data(value: Any, name: str, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise BadText(0, f"nested too deep (at most {MAX_DEPTH} levels)")
    if isinstance(value, dict):
        return Node({k: _from_data(v, name, depth + 1) for k, v in value.items()}, name)
    if isinstance(value, list):
        return Node([_from_data(v, name, depth + 1) for v in value], name)
    if isinstance(value, str) and "\0" in value:
        raise BadText(0, NO_NUL)
    return Node(value, name)


class _Builder:
    """Takes libyaml's events one by one; the stack holds open lists and mappings."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Node | None = None
        self.twice: list[BadText] = []
        self._open: list[Node] = []
        self._keys: list[tuple[str, int] | None] = []
        self._count = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """One event. Raises BadText for what a pack may not hold."""
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise BadText(line, "a second document; a file holds one (remove the ---)")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        self._refuse(event, line)
        if isinstance(event, yaml.ScalarEvent):
            if self._is_key():
                self._key(event, line)
            else:
                self._place(self._scalar(event, line))
            return
        if self._is_key():
            raise BadText(
                line, "a list or mapping as a key; text that starts with { or [ needs quotes"
            )
        if len(self._open) >= MAX_DEPTH:
            raise BadText(line, f"nested too deep (at most {MAX_DEPTH} levels)")
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], self.name, line)
        self._place(node)
        self._open.append(node)
        self._keys.append(None)

    def _refuse(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise BadText(
                line, f"*{event.anchor}: aliases are not allowed; text with * needs quotes"
            )
        if event.anchor is not None:
            raise BadText(
                line, f"&{event.anchor}: anchors are not allowed; text with & needs quotes"
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise BadText(line, f"{tag}: tags are not allowed; text with ! needs quotes")
        self._count += 1
        if self._count > MAX_VALUES:
            raise BadText(line, f"too many values in one file (at most {MAX_VALUES})")

    def _is_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._keys[-1]

    def _key(self, event: yaml.ScalarEvent, line: int) -> None:
        if event.value == "<<" and event.implicit[0]:
            raise BadText(line, "merge keys (<<) are not allowed")
        if not event.value:
            raise BadText(line, "a key with no name")
        self._keys[-1] = (event.value, line)

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        holder = self._open[-1].value
        if isinstance(holder, list):
            holder.append(node)
            return
        key = self._keys[-1]
        self._keys[-1] = None
        if isinstance(holder, dict) and key:
            self._add(holder, key, node)

    def _add(self, holder: dict[str, Node], key: tuple[str, int], node: Node) -> None:
        name, node.key_line = key
        if name in holder:
            first = holder[name].key_line
            self.twice.append(
                BadText(node.key_line, f"{name} stands twice (first in line {first})")
            )
            return
        holder[name] = node

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Node:
        text: str = event.value
        if "\0" in text:
            raise BadText(line, NO_NUL)
        if not event.implicit[0]:
            return Node(text, self.name, line)
        if text in _WORDS:
            return Node(_WORDS[text], self.name, line, raw=text)
        if text[0] in "-+.0123456789":
            return self._number(text, line)
        return Node(text, self.name, line, raw=text)

    def _number(self, text: str, line: int) -> Node:
        if _ODD.fullmatch(text):
            raise BadText(line, f"{text} is not allowed (a finite number; quotes make it text)")
        if len(text) > 40 or not (_INT.fullmatch(text) or _FLOAT.fullmatch(text)):
            return Node(text, self.name, line, raw=text)
        value = _value_of(text)
        if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > 1e300:
            raise BadText(line, f"{text} is too big for a number (quotes make it text)")
        if isinstance(value, int) and abs(value) > BIGGEST:
            raise BadText(line, f"{text} is too big (at most {BIGGEST}; quotes make it text)")
        return Node(value, self.name, line, raw=text)


def _value_of(number: str) -> int | float:
    if _INT.fullmatch(number):
        base = {"0o": 8, "0x": 16}.get(number[:2], 10)
        return int(number, base)
    return float(number)


def as_text(tree: Any) -> str:
    """Plain values as a designer would write them: blocks, keys in the order given."""
    return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100))
