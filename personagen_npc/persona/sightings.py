"""Sightings: what each of a town has seen of others and nobody else has: none is an echo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.persona.prose import Prose
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.persona.town import Plan

TABLE: Final = "persona/data/sightings.yaml"
EACH: Final = 2  # of everybody: enough to be asked twice, [D]
DAYS: Final = (2, 12)  # ago, [D]
IMPORTANCE: Final = 0.5  # as a quarrel's: it is news


def sightings(plan: Plan) -> list[dict[str, Any]]:
    """Facts for a town's lore, two for each of its people, each about another one."""
    worn: dict[str, int] = {}
    return [fact for one in plan.members for fact in _of(plan, one.index, worn)]


def _of(plan: Plan, who: int, worn: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Of one: first of whom it knows, never twice of the same person or in the same way."""
    prose = Prose(plan.dice.again(who + 1), {}, (), worn)
    known = plan.bonds.known(who)
    others = [m.index for m in plan.members if m.index != who and m.index not in known]
    seen = prose.some("seen whom", [str(o) for o in known], EACH)
    seen += prose.some("seen besides", [str(o) for o in others], EACH - len(seen))
    for other in seen:
        row = _sight(other, prose)
        prose.take(row["id"])
        prose.take(f"{row['id']}:{other}")
        yield _fact(plan, who, int(other), row, prose)


def _sight(other: str, prose: Prose) -> dict[str, Any]:
    """What is seen of somebody: the least told of what nobody tells of him yet."""
    rows: list[dict[str, Any]] = table(TABLE)["sightings"]
    new = [r for r in rows if not prose.wear(f"{r['id']}:{other}")] or rows
    least = min(prose.wear(r["id"]) for r in new)
    kept = [r for r in new if prose.wear(r["id"]) == least]
    return kept[int(prose.dice.roll(f"sight:{other}") * len(kept))]


def _fact(plan: Plan, who: int, other: int, row: dict[str, Any], prose: Prose) -> dict[str, Any]:
    them, me = plan.members[other], plan.members[who]
    place = prose.one(f"where:{other}", [p["name"] for p in plan.places.values()])
    own = prose.among({"b": them.first, "place": place})
    low, high = DAYS
    days = low + int(prose.dice.roll(f"ago:{row['id']}") * (high - low + 1))
    return {
        "id": f"seen_{row['id']}_{me.id}", "text": own.line("seen", [row["text"]]),
        "ago": f"{days} days", "topics": row["topics"], "about": [them.id],
        "who": {"npcs": [me.id]}, "importance": IMPORTANCE,
        "said_by": {me.id: [own.line("seen said", row["says"])]}, "source": "I saw it myself",
    }  # fmt: skip
