"""Statements in one form: packs name relations as they like, minds compare what they mean.

``(joss, is_cause_of, mill)`` and ``(mill, is_caused_by, joss)`` are one statement. Every name of a
relation, its direction and whether it allows one object stand in ``data/relations.yaml``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.tables import table
from personagen_npc.words.stem import stem

if TYPE_CHECKING:
    from collections.abc import Iterable

FLAGS: Final = ("functional", "symmetric", "transitive", "deed", "changes")
ASKED: Final = ("asked", "asked_back")
NOT: Final = "not "  # in front of a relation: that it does not hold
_IS: Final = "is_"
MOST_FORMS: Final = 4096  # spellings of relations that are remembered, [D]


class Statement(NamedTuple):
    """Subject, relation, object, in the table's own words and direction."""

    subject: str
    relation: str
    object: str


class Relation(NamedTuple):
    """What the table says of a relation; see the comments there."""

    name: str
    functional: bool = False
    symmetric: bool = False
    transitive: bool = False
    deed: bool = False
    changes: bool = False
    through: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class Relations:
    """``data/relations.yaml``, compiled."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._names: dict[str, tuple[str, bool]] = {}
        self._forms: dict[str, tuple[str, bool]] = {}  # of names as they were met
        self._known: dict[str, Relation] = {}
        self.verbs: dict[str, str] = {}  # stem of a verb -> relation whose doer it names first
        self.asked: dict[str, tuple[str, bool]] = {}  # stem -> relation asked for, its subject?
        for name, row in tree["relations"].items():
            self._take(name, row)
        named = {w for row in tree["relations"].values() for k in ASKED for w in row.get(k, ())}
        self.asking = frozenset(named | {f"{w}s" for w in named})  # as they are said
        self._nobody = frozenset(tree["nobody"])
        self.chains = {(first, second): made for first, second, made in tree["chains"]}
        self.shared: dict[str, str] = dict(tree["shared"])
        self.kinds = {stem(w): kind for kind in ("he", "she") for w in tree[kind]}
        self.kin = frozenset(self.kinds) | {stem(w) for w in tree["kin"]}
        self.by_word = tuple(tree["by_word"])

    def _take(self, name: str, row: dict[str, Any]) -> None:
        flag = {k: bool(row.get(k)) for k in FLAGS}
        through, says = tuple(row.get("through", ())), tuple(row.get("says", ()))
        self._known[name] = Relation(
            name, flag["functional"], flag["symmetric"], flag["transitive"], flag["deed"],
            flag["changes"], through, says,
        )  # fmt: skip
        for other in (name, *row.get("same", ())):
            self._names[other] = (name, False)
        for other in row.get("inverse", ()):
            self._names[other] = (name, True)
        for verb in row.get("active", ()):
            self.verbs.setdefault(stem(verb), name)
        for word in row.get("asked", ()):
            self.asked.setdefault(stem(word), (name, False))
        for word in row.get("asked_back", ()):
            self.asked.setdefault(stem(word), (name, True))

    def of(self, relation: str) -> Relation:
        """What is known of a relation in its own form; of one never heard of, nothing."""
        return self._known.get(relation) or Relation(relation)

    def plain(self, subject: str, relation: str, object_: str) -> Statement:
        """A triple as the statement that it makes."""
        known = self._forms.get(relation)
        if known is None:
            known = self._form(relation)
            if len(self._forms) < MOST_FORMS:
                self._forms[relation] = known
        name, turned = known
        return Statement(object_, name, subject) if turned else Statement(subject, name, object_)

    def _form(self, relation: str) -> tuple[str, bool]:
        """(own form, whether it is read from the other side) of a relation as a pack writes it."""
        if relation.startswith(NOT):
            name, turned = self._form(relation.removeprefix(NOT))
            return NOT + name, turned
        low = relation.lower().replace("-", "_").replace(" ", "_")
        bare = low.removeprefix(_IS) or low
        return self._names.get(low) or self._names.get(bare) or (low, False)

    def opposed(self, one: Statement, other: Statement, ids: Iterable[str] = ()) -> bool:
        """Whether two statements cannot both be so.

        ``ids``: what has a name in the world. "By a brazier" and "by Joss" are no rivals: one is
        a word, the other somebody.
        """
        if one.relation.removeprefix(NOT) != other.relation.removeprefix(NOT):
            return False
        if one.subject != other.subject:
            return False
        denied = one.relation.startswith(NOT) != other.relation.startswith(NOT)
        if denied or one.relation.startswith(NOT):
            return denied and one.object == other.object
        if one.object == other.object or not self.of(one.relation).functional:
            return False
        if {one.object, other.object} & self._nobody:
            return False
        return not ids or (one.object in ids) == (other.object in ids)


@cache
def relations() -> Relations:
    """The table, read once."""
    return Relations(table("mind/data/relations.yaml"))
