"""A character card: the fields of the specifications V2 and V3, each checked once.

What the specifications do not name is kept as it came and goes out again under ``extensions``, so
import, export, import changes nothing that a card carries.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.errors import BadCard, shown
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DATA: Final = "authoring/data/cards.yaml"
OURS: Final = "personagen_npc"  # our corner of ``extensions``
MORE: Final = "more"  # in it: fields that this version of the card has no place for
VERSIONS: Final = {"v2": ("chara_card_v2", "2.0"), "v3": ("chara_card_v3", "3.0")}
MOST: Final = 20  # mistakes that a refusal lists, [D]

_EMPTY: Final[dict[str, Any]] = {"text": "", "texts": [], "map": {}}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a lorebook; ``more`` are fields beyond the ones that we read."""

    keys: tuple[str, ...]
    content: str
    enabled: bool = True
    order: float = 0.0
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def secondary(self) -> tuple[str, ...]:
        """The keys of which one is needed as well; none where the entry is not selective."""
        return tuple(self.fields.get("secondary_keys", ())) if self.fields.get("selective") else ()

    @property
    def constant(self) -> bool:
        """Whether it always applies, whatever is talked of."""
        return bool(self.fields.get("constant"))

    @property
    def own(self) -> Mapping[str, Any]:
        """Our corner of its extensions."""
        own = self.fields.get("extensions", {}).get(OURS)
        return own if isinstance(own, dict) else {}


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it was read: ``version`` is v2 or v3, ``data`` all fields, ``entries`` its lore."""

    version: str
    data: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()

    def text(self, name: str) -> str:
        """A text field, "" where it is left out."""
        return str(self.data.get(name, ""))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list field."""
        return tuple(self.data.get(name, ()))

    @property
    def called(self) -> str:
        """What {{char}} stands for: the nickname where there is one (V3), else the name."""
        return self.text("nickname") or self.text("name")


class Problems:
    """Mistakes of a card, gathered so that one refusal names them all."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, object, str]] = []

    def add(self, where: str, got: object, allowed: str) -> None:
        """Note one."""
        self.rows.append((where, got, allowed))

    def refuse(self) -> None:
        """Raise BadCard if there are any."""
        if not self.rows:
            return
        texts = [f"{w}: {shown(g)} is not allowed ({a})" for w, g, a in self.rows]
        where, got, allowed = self.rows[0]
        more = f" and {len(texts) - 1} more mistakes" if len(texts) > 1 else ""
        raise BadCard(
            f"the card is refused: {texts[0]}{more}", problems=tuple(texts[:MOST]),
            field=where, got=got, allowed=allowed,
        )  # fmt: skip


def card_of(tree: Mapping[str, Any]) -> Card:
    """The card in a JSON object. Raises BadCard that lists every field that is wrong."""
    version = _version(tree)
    rules = table(DATA)
    problems = Problems()
    data = tree.get("data")
    if not isinstance(data, dict):
        problems.add("data", _kind(data), "an object with the card's fields")
        problems.refuse()
    assert isinstance(data, dict)
    data = {k: v for k, v in _restored(data).items() if v is not None}
    known = rules["fields"] | rules["v3"]
    _check(data, known, "data", problems)
    entries = _entries(data.get("character_book"), rules, problems)
    problems.refuse()
    full = {n: _EMPTY[r["kind"]] for n, r in rules["fields"].items() if r["kind"] in _EMPTY}
    return Card(version, full | data, entries)


def _version(tree: Mapping[str, Any]) -> str:
    spec, number = tree.get("spec"), tree.get("spec_version")
    heads: dict[str, str] = table(DATA)["specs"]
    if not isinstance(spec, str) or spec not in heads:
        raise _refused("spec", spec, " or ".join(heads))
    if not isinstance(number, str) or not number.startswith(heads[spec]):
        raise _refused("spec_version", number, f"{heads[spec]}0 as text")
    return spec[-2:]


def _refused(where: str, got: object, allowed: str) -> BadCard:
    problems = Problems()
    problems.add(where, "nothing" if got is None else got, allowed)
    try:
        problems.refuse()
    except BadCard as error:
        return error
    raise AssertionError(where)


def _restored(data: Mapping[str, Any]) -> dict[str, Any]:
    """With the fields that an export put aside in our corner back in their places."""
    extensions = data.get("extensions")
    own = extensions.get(OURS) if isinstance(extensions, dict) else None
    more = own.get(MORE) if isinstance(own, dict) else None
    if not isinstance(extensions, dict) or not isinstance(own, dict) or not isinstance(more, dict):
        return dict(data)
    kept = {k: v for k, v in own.items() if k != MORE}
    rest = {k: v for k, v in extensions.items() if k != OURS} | ({OURS: kept} if kept else {})
    return {**data, **{k: v for k, v in more.items() if k not in data}, "extensions": rest}


def _check(row: Mapping[str, Any], rules: Mapping[str, Any], at: str, problems: Problems) -> None:
    for name, rule in rules.items():
        where = f"{at}.{name}"
        if name not in row:
            if rule.get("needed"):
                problems.add(where, "nothing", rule["kind"])
            continue
        test = _CHECKS.get(rule["kind"])
        if test is not None:
            test(row[name], rule, where, problems)
    if rules.get("name", {}).get("needed") and not str(row.get("name", "")).strip():
        problems.add(f"{at}.name", "nothing", "a name")


def _text(value: Any, rule: Mapping[str, Any], where: str, problems: Problems) -> None:
    if not isinstance(value, str):
        problems.add(where, _kind(value), "text")
    elif len(value) > rule["most"]:
        problems.add(where, f"{len(value)} characters", f"at most {rule['most']} characters")


def _texts(value: Any, rule: Mapping[str, Any], where: str, problems: Problems) -> None:
    if not isinstance(value, list) or len(value) > rule["rows"]:
        got = f"{len(value)} rows" if isinstance(value, list) else _kind(value)
        problems.add(where, got, f"a list of at most {rule['rows']} texts")
        return
    for i, one in enumerate(value, 1):
        _text(one, rule, f"{where}.{i}", problems)


def _number(value: Any, _: Mapping[str, Any], where: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        problems.add(where, _kind(value), "a number")


def _of(kind: type, what: str) -> Callable[[Any, Mapping[str, Any], str, Problems], None]:
    def test(value: Any, _: Mapping[str, Any], where: str, problems: Problems) -> None:
        if not isinstance(value, kind):
            problems.add(where, _kind(value), what)

    return test


_CHECKS: Final[dict[str, Callable[[Any, Mapping[str, Any], str, Problems], None]]] = {
    "text": _text, "texts": _texts, "number": _number,
    "flag": _of(bool, "true or false"), "map": _of(dict, "an object"),
    "list": _of(list, "a list"), "book": _of(dict, "a lorebook with entries"),
}  # fmt: skip


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), "a number")


def _entries(book: Any, rules: Mapping[str, Any], problems: Problems) -> tuple[Entry, ...]:
    if not isinstance(book, dict):
        return ()
    _check(book, rules["book"], "data.character_book", problems)
    rows = book.get("entries")
    if not isinstance(rows, list) or len(rows) > rules["entries"]:
        got = f"{len(rows)} rows" if isinstance(rows, list) else _kind(rows)
        allowed = f"a list of at most {rules['entries']} entries"
        problems.add("data.character_book.entries", got, allowed)
        return ()
    return tuple(
        _entry(row, rules["entry"], f"data.character_book.entries.{i}", problems)
        for i, row in enumerate(rows, 1)
    )


def _entry(row: Any, rules: Mapping[str, Any], where: str, problems: Problems) -> Entry:
    before = len(problems.rows)
    if isinstance(row, dict):
        _check(row, rules, where, problems)
    else:
        problems.add(where, _kind(row), "an object with keys and content")
    if len(problems.rows) > before:
        return Entry((), "")
    return Entry(
        tuple(row["keys"]), row["content"], row["enabled"], float(row["insertion_order"]), row
    )


def tree_as(card: Card, version: str) -> dict[str, Any]:
    """The card's JSON object in a version; what that version does not name goes to extensions."""
    rules = table(DATA)
    known = rules["fields"] | (rules["v3"] if version == "v3" else {})
    data = {n: v for n, v in card.data.items() if n in known}
    more = {n: v for n, v in card.data.items() if n not in known}
    if version == "v3":
        data.setdefault("group_only_greetings", [])
    extensions = dict(data.get("extensions", {}))
    if more:
        own = extensions.get(OURS)
        extensions[OURS] = {**(own if isinstance(own, dict) else {}), MORE: more}
    spec, number = VERSIONS[version]
    return {"spec": spec, "spec_version": number, "data": {**data, "extensions": extensions}}
