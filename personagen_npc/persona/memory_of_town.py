"""What a town knows of itself: its history from several sides, quarrels, debts, trade, errands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.persona.prose import Prose
from personagen_npc.persona.sightings import sightings
from personagen_npc.tables import table
from personagen_npc.words.inflect import list_in_words, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.persona.bonds import Matter
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.persona.town import Plan

TABLE: Final = "persona/data/town.yaml"
REMEMBERS: Final = 6  # years: who was younger then remembers nothing of it, [D]
HISTORY: Final = 0.25  # importance: what is long past is told to who asks, not as news, [D]
DEBT_TRUST: Final = 0.4  # trust that it takes to be told of a debt, [D]


def lore(
    plan: Plan, people: Mapping[str, PersonaProfile], matters: Sequence[Matter]
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, Any]]]:
    """Facts by file, and quests by id."""
    prose = _prose(plan)
    facts = {
        "history": [_history(plan, row, prose) for row in plan.row["history"]],
        "people": [_matter(m) for m in matters],
        "sightings": sightings(plan),
        "trade": [f for p in people.values() if (f := _trade(plan, p)) is not None],
    }
    quests: dict[str, dict[str, Any]] = {}
    for row in plan.row["quests"]:
        busy = {q["giver"] for q in quests.values()}
        giver = next((p for p in people.values() if p.archetype in row["giver"] and p.age >= 18
                      and p.id not in busy), None)  # fmt: skip
        if giver is not None:
            quests[row["id"]] = _quest(row, giver.id, prose)
    return facts, quests


def _prose(plan: Plan) -> Prose:
    places = {f"place_{key}": place["name"] for key, place in plan.places.items()}
    return Prose(plan.dice, {"town": plan.name, **places})


def _said(text: str, prose: Prose) -> str:
    """A sentence of the town's tables; ``<place:inn>`` is that place's name."""
    return prose.line("", [text.replace("<place:", "<place_")])


def _history(plan: Plan, row: Mapping[str, Any], prose: Prose) -> dict[str, Any]:
    """Something that happened: known to all who were there, each of some with a side of it."""
    low, high = row["ago"]
    ago = low + int(plan.dice.roll(f"ago:{row['id']}") * (high - low + 1))
    there = [m for m in plan.members if m.local and m.age >= ago + REMEMBERS]
    if not there:
        there = [max(plan.members, key=lambda m: m.age)]
    tellers = sorted(there, key=lambda m: plan.dice.roll(f"{row['id']}:{m.index}"))
    ways = [_said(w, prose) for w in row["ways"]]
    said = {m.id: [way] for m, way in zip(tellers, ways, strict=False)}
    return {
        "id": row["id"], "text": _said(row["text"], prose),
        "ago": "1 year" if ago == 1 else f"{ago} years", "topics": row["topics"],
        "about": row.get("about", []), "who": {"npcs": [m.id for m in there]},
        "importance": HISTORY,
        "said_by": said, "source": "I was here when it happened",
    }  # fmt: skip


def _matter(matter: Matter) -> dict[str, Any]:
    pair = [m.id for m, _ in matter.sides] or [m.id for m in matter.knows]
    knows = dict.fromkeys([*pair, *(m.id for m in matter.knows)])
    fact: dict[str, Any] = {
        "id": matter.id, "text": matter.text, "topics": list(matter.topics), "about": pair,
        "who": {"npcs": list(knows)}, "importance": 0.5,
    }  # fmt: skip
    if matter.sides:
        fact["said_by"] = {m.id: [line] for m, line in matter.sides}
    if matter.secret:
        fact["trust"] = DEBT_TRUST
    return fact


def _trade(plan: Plan, person: PersonaProfile) -> dict[str, Any] | None:
    """Who sells what, and where; everybody knows it."""
    if not person.wares:
        return None
    names = {t: n for row in _rows().values() for t, n, _ in row.get("wares", ())}
    first = person.name.split()[0]
    things = list_in_words([plural(names[t]) for t in person.wares])
    place = plan.places[person.place]["name"]
    return {
        "id": f"sells_{person.id}", "text": f"{first} sells {things} at {place}.",
        "topics": ["buy", *person.topics[:4], *(names[t] for t in person.wares)],
        "about": [person.id, *person.wares],
        "who": {"all": True}, "importance": 0.4,
    }  # fmt: skip


def _rows() -> Mapping[str, Any]:
    rows: Mapping[str, Any] = table("persona/data/trades.yaml")["trades"]
    return rows


def _quest(row: Mapping[str, Any], giver: str, prose: Prose) -> dict[str, Any]:
    return {
        "title": row["title"], "giver": giver, "stages": ["unasked", "underway", "done"],
        **{k: [_said(line, prose) for line in row[k]] for k in ("offer", "waiting", "done")},
        "topics": row["topics"], "reward": "quest", "thing": row["thing"],
    }  # fmt: skip
