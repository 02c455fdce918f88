"""Acquaintance: what somebody new is to people who are there already, as both of them tell it.

Nobody's past is touched: one buys from somebody, lives next to him, is in his book, had lessons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.persona.oneself import IMPORTANCE
from personagen_npc.persona.profile import KnowledgeNode, Tie
from personagen_npc.persona.prose import Prose
from personagen_npc.tables import table
from personagen_npc.words.inflect import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.persona.profile import PersonaProfile

TABLE: Final = "persona/data/acquaintance.yaml"
FRIENDS: Final = "friends"  # the matter that a newcomer answers with those it knows
FEWEST, MOST = 2, 4  # ties of somebody who has just come: enough to be asked after, [D]


class Acquainted(NamedTuple):
    """One tie: what the newcomer is to the other and back, and what each says of it."""

    other: str
    name: str
    kind: str
    back: str
    mine: str
    theirs: str


def acquaint(
    new: PersonaProfile, others: Sequence[PersonaProfile], things: Mapping[str, str], dice: Dice
) -> list[Acquainted]:
    """Ties of a newcomer to people of a world, two to four, each to another one.

    Args:
        new: who comes; its place says whose neighbour it is.
        others: who is there.
        things: what wares are called, by id.
        dice: whose choice it is.
    """
    found: list[Acquainted] = []
    known: set[str] = set()
    wanted = FEWEST + int(dice.roll("acquaintances") * (MOST - FEWEST + 1))
    for row in sorted(table(TABLE)["ties"], key=lambda r: dice.roll(f"tie:{r['kind']}")):
        fits = [o for o in others if o.id not in known and _fits(row, new, o)]
        if fits and len(found) < wanted:
            other = fits[int(dice.roll(f"with:{row['kind']}") * len(fits))]
            known.add(other.id)
            found.append(_tie(row, new, other, things, dice))
    return found


def _fits(row: Mapping[str, Any], new: PersonaProfile, other: PersonaProfile) -> bool:
    if "age" in row and new.age < row["age"]:
        return False
    if row["of"] == "wares":
        return bool(other.wares)
    if row["of"] == "near":
        return bool(new.place) and new.place in {other.place, other.home}
    older = other.age - new.age >= row.get("older", -1000)
    return older and other.archetype in row["archetypes"]


def _tie(
    row: Mapping[str, Any], new: PersonaProfile, other: PersonaProfile, things: Mapping[str, str],
    dice: Dice,
) -> Acquainted:  # fmt: skip
    sold = [things.get(w, w.replace("_", " ")) for w in other.wares]
    ware = (
        plural(sold[int(dice.roll(f"ware:{other.id}") * len(sold))]) if sold else "a thing or two"
    )
    fill = {"a": new.name.split()[0], "b": _called(other), "ware": ware}
    prose = Prose(dice, fill)
    return Acquainted(
        other.id, fill["b"], row["kind"], row["back"],
        prose.line(f"mine:{row['kind']}", row["mine"]),
        prose.line(f"theirs:{row['kind']}", row["theirs"]),
    )  # fmt: skip


def _called(who: PersonaProfile) -> str:
    """What one calls somebody: by an alias that is part of the name, else in full."""
    return next((a for a in who.aliases if a in who.name), who.name)


def settled_in(new: PersonaProfile, ties: Sequence[Acquainted]) -> PersonaProfile:
    """A newcomer with ties, a word on each of those people, and a home."""
    own = {t.other: Tie(kind=t.kind, affinity=0.1, trust=0.1, familiarity=0.4) for t in ties}
    says = {t.other: t.mine for t in ties}
    graph = {k: n for k, n in new.knowledge_graph.items() if not k.startswith(FRIENDS)}
    for i, tie in enumerate(ties, 1):
        node = FRIENDS if i == 1 else f"{FRIENDS}_{i}"
        graph[node] = KnowledgeNode(
            id=node, content=tie.mine, connections=(tie.other,), importance=IMPORTANCE
        )
    return new.model_copy(
        update={
            "knowledge_graph": graph if ties else new.knowledge_graph,
            "ties": {**own, **new.ties}, "opinions": {**says, **new.opinions},
            "home": new.home or new.place,
        }
    )  # fmt: skip


def told_by_both(new: PersonaProfile, ties: Sequence[Acquainted]) -> Iterator[dict[str, Any]]:
    """The other side of it as facts of a pack, which those who are there may tell."""
    first = new.name.split()[0]
    for tie in ties:
        yield {
            "id": f"{new.id}_{tie.other}", "text": f"{first} and {tie.name} know each other.",
            "topics": [first], "about": [new.id, tie.other],
            "who": {"npcs": [tie.other]}, "importance": 0.3, "said_by": {tie.other: [tie.theirs]},
        }  # fmt: skip
