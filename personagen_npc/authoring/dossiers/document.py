"""The exchange document: what designers read and change of a save, as plain values.

``docs/save-export.schema.json`` is made of the models here:
``python -m personagen_npc.authoring.dossiers.document docs/save-export.schema.json``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import Field

from personagen_npc.events import EMOTIONS, SOURCES
from personagen_npc.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

FORMAT: Final = "personagen-npc/save-export"
VERSION: Final = 1
Plain = dict[str, Any]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Mark = Annotated[str, Field(pattern=r"^h[0-9]+$")]
Scalar = bool | int | float | str
Evidence = Annotated[str, Field(json_schema_extra={"enum": [*SOURCES]})]
Feeling = Annotated[str, Field(json_schema_extra={"enum": ["", *EMOTIONS]})]


class Origin(Frozen):
    """Which save it is; read only."""

    world: str
    packs: tuple[str, ...]
    seed: int
    branch: int
    step: int
    time: float
    date: str
    note: str


class Playing(Frozen):
    """A player; read only."""

    name: str
    place: str
    pronouns: str
    faction: str


class Occurrence(Frozen):
    """What happened, once for all who hold it. ``text`` and ``importance`` may be changed."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    importance: Share
    kind: str
    actor: str
    target: str
    place: str
    at: float
    date: str
    fact: str
    names: tuple[str, ...]
    tells: str  # the occurrence that this one is a distorted telling of
    twist: str


class Moods(Frozen):
    """Mood as it last was set; it goes back to rest from there."""

    pleasure: Signed
    arousal: Signed
    dominance: Signed


class Stands(Frozen):
    """How one stands to another, as it last was set; it wears off from there."""

    affinity: Signed = 0.0
    trust: Signed = 0.0
    fear: Share = 0.0
    familiarity: Share = 0.0
    name: Annotated[str, Field(max_length=200)] = ""  # by which it knows the other
    meetings: Count = 0


class Remembers(Frozen):
    """How one holds an occurrence; taken out, it is forgotten."""

    strength: Share = 1.0
    emotion: Feeling = ""
    intensity: Share = 0.0
    source: Evidence = "seen"
    teller: str = ""
    hops: Annotated[int, Field(ge=0, le=1000)] = 0
    times: Annotated[int, Field(ge=1, le=2**31 - 1)] = 1


class Believes(Frozen):
    """How one holds a fact of the pack that it learned."""

    source: Evidence = "told"
    teller: str = ""
    hops: Annotated[int, Field(ge=0, le=1000)] = 1
    strength: Share = 1.0
    at: Annotated[float, Field(ge=0.0)] = 0.0
    origin: Annotated[str, Field(max_length=500)] = ""


class Noted(Frozen):
    """A note that a line left behind; ``until`` in game seconds, 0 for good."""

    value: Scalar
    until: Annotated[float, Field(ge=0.0)] = 0.0


class Person(Frozen):
    """One NPC. Everything but the first four may be changed."""

    name: str
    role: str
    place: str
    state: str
    mood: Moods
    goals: dict[str, Share]
    relations: dict[str, Stands]
    beliefs: dict[str, Believes]
    memories: dict[Mark, Remembers]
    notes: dict[str, dict[str, Noted]]


class Export(Frozen):
    """A save as a document. People and occurrences may be left out; what is left out stays."""

    format: Literal["personagen-npc/save-export"]
    version: Literal[1]
    save: Origin
    variables: dict[str, Scalar]
    players: dict[str, Playing]
    happenings: dict[Mark, Occurrence]
    npcs: dict[str, Person]


def document(
    world: World,
    header: Mapping[str, Any],
    npcs: Collection[str] | None = None,
    done: Callable[[], object] = lambda: None,
) -> Plain:
    """A save as the plain values of an ``Export``.

    Args:
        world: the save's.
        header: the save's.
        npcs: whose minds, None for all; then only what these hold is in it.
        done: called after each person.
    """
    people = {}
    for npc in world.npcs.values():
        if npcs is None or npc.id in npcs:
            people[npc.id] = _person(world, npc)
            done()
    held = {mark for person in people.values() for mark in person["memories"]}
    marks = [f"h{n}" for n in range(len(world.happenings)) if n in world.happenings]
    return {
        "format": FORMAT, "version": VERSION, "save": _origin(world, header),
        "variables": dict(world.variables),
        "players": {p.id: {"name": p.name, "place": p.place, "pronouns": p.pronouns,
                           "faction": p.faction} for p in world.players.values()},
        "happenings": {m: _occurrence(world, int(m[1:])) for m in marks
                       if npcs is None or m in held},
        "npcs": people,
    }  # fmt: skip


def schema() -> Plain:
    """The JSON Schema of an export."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Export.model_json_schema(mode="serialization"),
    }


def _origin(world: World, header: Mapping[str, Any]) -> Plain:
    return {
        "world": world.name, "packs": list(header.get("packs", [])), "seed": world.seed,
        "branch": world.branch, "step": world.step, "time": world.now,
        "date": str(world.dates.date(world.now)), "note": str(header.get("note", "")),
    }  # fmt: skip


def _occurrence(world: World, number: int) -> Plain:
    h = world.happenings[number]
    return {
        "text": h.text, "importance": h.importance, "kind": h.kind, "actor": h.actor,
        "target": h.target, "place": h.place, "at": h.at, "date": str(world.dates.date(h.at)),
        "fact": h.fact, "names": list(h.names), "tells": f"h{h.parent}" if h.parent >= 0 else "",
        "twist": h.twist,
    }  # fmt: skip


def _person(world: World, npc: Npc) -> Plain:
    held = world.relations.to_tree_of(npc.id)
    return {
        "name": npc.profile.name, "role": npc.profile.role, "place": npc.place, "state": npc.state,
        "mood": dict(zip(("pleasure", "arousal", "dominance"), npc.mood, strict=True)),
        "goals": dict(npc.goals),
        "relations": {o: dict(zip(Stands.model_fields, row, strict=False))
                      for o, row in held.items()},
        "beliefs": {b.fact: {"source": b.source, "teller": b.teller, "hops": b.hops,
                             "strength": b.strength, "at": b.at, "origin": b.origin}
                    for b in npc.beliefs},
        "memories": {f"h{m.happening}": {"strength": m.strength, "emotion": m.emotion,
                                         "intensity": m.intensity, "source": m.source,
                                         "teller": m.teller, "hops": m.hops, "times": m.times}
                     for m in npc.memories},
        "notes": {w: {n: {"value": v, "until": until} for n, (v, until) in rows.items()}
                  for w, rows in npc.notes.items()},
    }  # fmt: skip


if __name__ == "__main__":
    text = orjson.dumps(schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    Path(sys.argv[1]).write_bytes(text)
