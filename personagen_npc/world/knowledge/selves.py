"""Selves: what people can say of themselves and of each other without anybody having written it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from personagen_npc.tables import table
from personagen_npc.words.inflect import lowered, number_in_words
from personagen_npc.words.person import to_third
from personagen_npc.world.pack import Fact, Who

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import KnowledgeNode, PersonaProfile
    from personagen_npc.world.pack import Pack

TIE = ".self.tie."  # in the id of every fact about what one is to another
KEPT = 0.5  # trust that it takes to be told what a person counts among its own secrets, [D]
NUMBERS = (2, 3, 4)  # nodes that go on where one ends: food, food_2
SELVES = Path(__file__).parents[1] / "data" / "selves.yaml"


def common(pack: Pack) -> Iterable[Fact]:
    """What everybody in a small world knows anyway: who people are, where they are found."""
    everyone = Who(all=True)
    for npc in pack.npcs.values():
        if npc.role:
            yield Fact(
                id=f"common.who.{_short(npc.id)}", text=f"{npc.name} is {npc.role}.", who=everyone,
                triple=(npc.id, "is", npc.role), importance=0.3,
            )  # fmt: skip
        if npc.appearance:
            yield look(npc, everyone)
        place = pack.places.get(npc.place)
        if place is not None:
            yield Fact(
                id=f"common.where.{_short(npc.id)}",
                text=f"You'll mostly find {npc.name} at {place.name}.",
                who=everyone, triple=(npc.id, "located_at", place.id), importance=0.25,
                topics=("find", "where"),
            )  # fmt: skip
    for place in pack.places.values():
        yield Fact(
            id=f"common.here.{place.id}", text=f"This is {place.name}.", who=everyone,
            triple=(place.id, "is", "place"), importance=0.2, when={"place": place.id},
            topics=("name of this place", "what is this place", "where am i", "called"),
            says=tuple(_filled(w, {"place": place.name}) for w in table(SELVES)["here"]["ways"]),
        )  # fmt: skip


def look(npc: PersonaProfile, who: Who) -> Fact:
    """How somebody looks, to those who know it."""
    return Fact(
        id=look_id(npc.id), text=f"{npc.name}: {lowered(npc.appearance)}",
        says=(npc.appearance,), who=who, about=(npc.id,), importance=0.2,
        topics=tuple(table(SELVES)["look"]["topics"]),
    )  # fmt: skip


def look_id(npc: str) -> str:
    """The id of that fact."""
    return f"common.look.{_short(npc)}"


def look_of_newcomer(npc: PersonaProfile) -> Fact | None:
    """The same of one whom the pack does not have: known to those it knows."""
    return look(npc, Who(npcs=(npc.id, *sorted(npc.ties)))) if npc.appearance else None


def names(pack: Pack) -> Iterable[tuple[str, tuple[str, ...]]]:
    """(id, every name) of all that has one."""
    for npc in pack.npcs.values():
        yield npc.id, (npc.name, *npc.aliases)
    for room in (pack.places, pack.factions, pack.things):
        for entity in room.values():
            yield entity.id, (entity.name, *entity.aliases)


def openings(named: Iterable[str]) -> tuple[str, ...]:
    """How a text begins that is about something of these names."""
    return tuple(f"{n[:1].upper()}{n[1:]}" for n in named)


def self_facts(profile: PersonaProfile, places: Mapping[str, str]) -> Iterable[Fact]:
    """What a person can say of age, work and home without anybody having written it."""
    slots = {
        "age": number_in_words(profile.age), "role": profile.role,
        "home": places.get(profile.home, ""), "name": profile.name,
    }  # fmt: skip
    for matter, slot in (("age", "age"), ("work", "role"), ("home", "home")):
        if slots[slot]:
            row = table(SELVES)[matter]
            ways = tuple(_filled(way, slots) for way in row["ways"])
            yield Fact(
                id=f"{_short(profile.id)}.self.{matter}", text=ways[0], says=ways,
                topics=tuple(row["topics"]), about=(profile.id,), importance=row["importance"],
                who=Who(npcs=(profile.id,)),
            )  # fmt: skip


def own_facts(
    profile: PersonaProfile, places: Mapping[str, str], taken: Container[str]
) -> Iterator[Fact]:
    """Everything that nobody but this person has: of age, work, home, and its knowledge nodes."""
    yield from self_facts(profile, places)
    for node in profile.knowledge_graph.values():
        yield _own_node(profile, node, taken)


def _own_node(profile: PersonaProfile, node: KnowledgeNode, taken: Container[str]) -> Fact:
    return Fact(
        id=node_id(profile.id, node.id, taken), text=node.content,
        about=(profile.id, *(c for c in node.connections if c != node.id)),
        topics=(node.id.replace("_", " "),), asked=node.asked, importance=node.importance,
        who=Who(npcs=(profile.id,)), trust=KEPT if node.id in profile.secrets else None,
    )  # fmt: skip


def of_oneself(fact: Fact, npc: Npc) -> tuple[str, ...]:
    """The common facts about a person, as that person says them."""
    for matter in ("who", "where", "look"):
        if fact.id == f"common.{matter}.{_short(npc.id)}":
            return tuple(
                _filled(w, {"name": npc.profile.name}) for w in table(SELVES)[matter]["ways"]
            )
    return ()


def of_another(fact: Fact, owner: str) -> tuple[str, ...]:
    """What somebody said of his own life, as anybody else tells it."""
    if TIE in fact.id:
        return (fact.text,)
    return (f"{owner} says {lowered(to_third(fact.text))}",)


def _filled(way: str, slots: Mapping[str, str]) -> str:
    for slot, value in slots.items():
        way = way.replace(f"{{{slot}}}", value)
    return way[:1].upper() + way[1:]


def numbered(npc: str, node: str, own: Sequence[str]) -> list[str]:
    """Ids of one's own facts of a node: itself, those numbered after it, what is said without one.

    A name with a star at its end stands for every node whose name begins so.
    """
    head = f"{_short(npc)}."
    if node.endswith("*"):
        return [f for f in own if f.startswith(head + node[:-1])]
    found = [f for f in (head + node, *(f"{head}{node}_{k}" for k in NUMBERS)) if f in own]
    return found or [f for f in (f"{head}self.{node}",) if f in own]


def of_ties(rows: Sequence[str]) -> frozenset[str]:
    """Relations of statements about oneself, for rows of ``ties.yaml``."""
    kinds = table(SELVES.with_name("ties.yaml"))["kinds"]
    return frozenset(f"is_{_tie(k)}_of" for row in rows for k in kinds[row]["kinds"])


def _tie(kind: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in kind.lower())


def node_id(npc: str, node: str, taken: Container[str]) -> str:
    """Id of a knowledge node as a fact; nodes are named freely, and no two may be one fact."""
    head, slug = _short(npc), _slug(node)
    plain = f"{head}.{_short(slug, 63 - len(head))}"
    if plain not in taken:
        return plain
    return f"{head}.{_short(slug, 54 - len(head))}-{_digest(node)}"


def _slug(text: str) -> str:
    kept = "".join(c if _plain(c) else "_" for c in text.lower()).strip("_.-:")
    return kept or "node"


def _plain(letter: str) -> bool:
    return letter in "_-:." or (letter.isascii() and letter.isalnum())


def _short(text: str, room: int = 40) -> str:
    """Text that fits into a part of an id; what is cut is told apart by a digest."""
    return text if len(text) <= room else f"{text[: room - 9]}-{_digest(text)}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
