"""Happen: what the game reports, who notices it, and what it does to them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import Happened, Held, Related
from personagen_npc.errors import BadField, Unknown
from personagen_npc.mind.feel import Deed, feel, liked
from personagen_npc.mind.naming import named
from personagen_npc.words.tidy import tidy, without_slots
from personagen_npc.world.outcome import Noted, Outcome, Said
from personagen_npc.world.scenes import scene_for, standing_of
from personagen_npc.world.talk import line_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.pack import EventType
    from personagen_npc.world.world import World

WITNESSES = 200  # minds that one event reaches at most, [D]
STOCK = ("actor", "target", "place")  # slots of an event's text that are not its facts


class Event(NamedTuple):
    """One reported event, checked against the pack."""

    type: EventType
    actor: str
    target: str
    place: str
    facts: dict[str, Any]
    importance: float
    witnesses: tuple[str, ...] | None
    reach: str


def admit_event(world: World, plain: Mapping[str, Any], path: str) -> Event:
    """Check a reported event; raises BadField or Unknown naming the field under ``path``."""
    kind = world.pack.events.get(plain["type"])
    if kind is None:
        raise Unknown(
            f"the pack declares no event {plain['type']!r}", field=f"{path}.type",
            got=plain["type"], allowed=", ".join(sorted(world.pack.events)),
        )  # fmt: skip
    for role in ("actor", "target"):
        who = plain.get(role)
        if who and who not in world.npcs and who not in world.players:
            players = ", ".join(sorted(world.players)[:8]) or "none yet"
            raise Unknown(
                f"nobody is called {who!r} in this world", field=f"{path}.{role}", got=who,
                allowed=f"an NPC, or a player known to the world ({players})",
            )  # fmt: skip
    place = plain.get("place") or _place_of(world, plain.get("actor"), plain.get("target"))
    if place:
        world.place_known(place, f"{path}.place")
    witnesses = plain.get("witnesses")
    for k, npc in enumerate(witnesses or ()):
        world.npc(npc, f"{path}.witnesses.{k}")
    _check_slots(kind, plain, path)
    importance = plain.get("importance")
    return Event(
        kind, plain.get("actor") or "", plain.get("target") or "", place,
        dict(plain.get("facts") or {}), kind.importance if importance is None else importance,
        witnesses, plain.get("reach") or kind.reach,
    )  # fmt: skip


def happen(world: World, events: Sequence[Event]) -> Outcome:
    """Take admitted events in order; those who notice remember and feel them."""
    said: list[Said] = []
    noted: dict[str, Noted] = {}
    for event in events:
        happening = len(world.happenings)
        names = tuple(str(v) for v in event.facts.values() if v in world.display)
        world.do(
            Happened(
                happening, _text(world, event), event.type.id, event.actor, event.target,
                event.place, world.now, event.importance, "", names,
            )
        )  # fmt: skip
        minds = witnesses(world, event)
        for npc in minds:
            _witness(world, npc, event, happening)
            noted[npc.id] = Noted("npc", npc.id, {"event": event.type.id})
        said += _reaction(world, event, minds)
    return Outcome(data={"happenings": len(events)}, said=tuple(said), noted=tuple(noted.values()))


def witnesses(world: World, event: Event) -> list[Npc]:
    """Who notices: those named, else by reach; absent NPCs know nothing."""
    if event.witnesses is not None:
        return _awake(world, event.witnesses)
    if event.reach == "far":
        return _awake(world, world.npcs)[:WITNESSES]
    places = [event.place]
    if event.reach == "loud" and event.place in world.pack.places:
        places += world.pack.places[event.place].near
    taking_part = [
        n for n in _awake(world, (event.actor, event.target))
        if not event.place or n.place in places
    ]  # fmt: skip
    if event.reach == "whisper":
        return taking_part
    found = [n for p in places for n in world.present(p)]
    there = {n.id for n in found}
    return [*[n for n in taking_part if n.id not in there], *found][:WITNESSES]


def _awake(world: World, npcs: Iterable[str]) -> list[Npc]:
    """Those of them that are NPCs with open eyes, each once."""
    known = (world.npcs[i] for i in dict.fromkeys(npcs) if i in world.npcs)
    return [n for n in known if n.state in {"alive", "busy"}]


def _witness(world: World, npc: Npc, event: Event, happening: int) -> None:
    """One witness: appraise, feel, hold, and think better or worse of the actor."""
    kind = event.type
    towards = standing_of(world, npc, event.target) if event.target not in ("", npc.id) else None
    deed = Deed(
        cause=f"event:{kind.id}:{event.actor}",
        benefit=kind.benefit,
        praise=kind.praise,
        by_me=event.actor == npc.id,
        to_me=event.target == npc.id,
        liking=towards.affinity if towards else 0.0,
        goals=kind.goals,
    )
    feeling = feel(npc, deed, world.now, world.pack.time_scale)
    world.do_all(feeling.changes)
    emotion, intensity = max(feeling.emotions, key=lambda e: e[1], default=("", 0.0))
    world.do(Held(npc.id, happening, "seen", "", 0, 1.0, emotion, intensity, world.step, 0))
    if event.actor in ("", npc.id):
        return
    s = standing_of(world, npc, event.actor)
    world.do(
        Related(
            npc.id, event.actor, liked(s.affinity, feeling.affinity),
            liked(s.trust, feeling.trust), max(0.0, min(1.0, s.fear + feeling.fear)),
            s.familiarity, s.name, s.meetings, s.at,
        )
    )  # fmt: skip


def _reaction(world: World, event: Event, minds: Sequence[Npc]) -> list[Said]:
    """One witness says something at once, if the pack gave words for it."""
    free = [n for n in minds if n.id != event.actor and n.state == "alive" and not n.locked]
    if not event.type.reactions or not free:
        return []
    turn = f"{world.turn_id()}.r{len(world.recent)}"
    dice = world.dice(event.type.id, turn)
    weights = [1.2 + n.big5[2] + 2.0 * (n.id == event.target) for n in free]
    npc = free[dice.index("who", weights)]
    scene = scene_for(world, npc, event.actor, turn)
    ways = event.type.reactions
    text = named(scene, ways[dice.index("way", [1.0] * len(ways))], event.actor, event.target,
                 npc.id)  # fmt: skip
    heard = [n.id for n in world.present(npc.place) if n.id != npc.id]
    return [line_said(world, npc, turn, text, "react_event", event.actor, heard)]


def _text(world: World, event: Event) -> str:
    """The event's sentence with its facts filled in; actor and target stay slots."""
    text = event.type.text
    for name, value in event.facts.items():
        slot = f"{{{name}}}"
        if slot in text:
            shown = world.display.get(value, value) if isinstance(value, str) else value
            text = text.replace(slot, without_slots(str(shown)))
    if "{place}" in text:
        return _at_place(text, world.display.get(event.place, "here"))
    return text


@lru_cache(maxsize=2048)  # the same few sentences at the same few places
def _at_place(text: str, place: str) -> str:
    return tidy(text.replace("{place}", place))


def _check_slots(kind: EventType, plain: Mapping[str, Any], path: str) -> None:
    facts = plain.get("facts") or {}
    given = {*facts, "place"} | {r for r in ("actor", "target") if plain.get(r)}
    for slot in _slots(kind.text):
        if slot not in given:
            where = f"{path}.{slot}" if slot in STOCK else f"{path}.facts.{slot}"
            raise BadField(
                f"event {kind.id!r} needs {slot!r} for its text: {kind.text}", field=where, got="",
                allowed="a value",
            )  # fmt: skip


@lru_cache(maxsize=2048)
def _slots(text: str) -> tuple[str, ...]:
    return tuple([piece.partition("}")[0] for piece in text.split("{")[1:]])


def _place_of(world: World, *who: str | None) -> str:
    for person in who:
        known = world.npcs.get(person or "") or world.players.get(person or "")
        if known is not None and known.place:
            return known.place
    return ""
