"""Happen: what the game reports, who notices it, and what it does to them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import Happened, Held
from personagen_npc.errors import BadField, Unknown
from personagen_npc.mind.reading.naming import named
from personagen_npc.mind.scene import OWN_WORDS
from personagen_npc.words.tidy import tidy, without_slots
from personagen_npc.world.deeds.witness import Scope, Witness, awake, witnesses
from personagen_npc.world.outcome import Noted, Outcome, Said
from personagen_npc.world.people.feelings import LIKELIHOOD, Done, admit_likelihood, feel_deed
from personagen_npc.world.rumours.lie import make_up_mind
from personagen_npc.world.rumours.tales import hush
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.talking.talk import line_said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.pack import EventType, Reach
    from personagen_npc.world.world import World

SEEN = ("seen", "")
HEARD = ("overheard", f"{OWN_WORDS}I heard it, I did not see it")  # how one has it, and says so
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
    reach: Reach


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
    admit_likelihood(plain.get("facts") or {}, path)
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
        minds = noticed(world, event)
        unseen = event._replace(actor="", target="")
        whole = [w.npc for w in minds if not w.faceless]
        hearers = [w.npc for w in minds if w.faceless]
        _keep(world, event, whole, SEEN)
        if hearers:
            _keep(world, unseen, hearers, HEARD)
        noted |= {w.npc.id: Noted("npc", w.npc.id, {"event": event.type.id}) for w in minds}
        said += _reaction(world, event, whole) or _reaction(world, unseen, hearers)
    return Outcome(data={"happenings": len(events)}, said=tuple(said), noted=tuple(noted.values()))


def _keep(world: World, event: Event, minds: Sequence[Npc], how: tuple[str, str]) -> None:
    """What happened, stored once, and every mind that holds it so."""
    happening = len(world.happenings)
    names = tuple(str(v) for v in event.facts.values() if v in world.display)
    world.do(
        Happened(
            happening, _text(world, event), event.type.id, event.actor, event.target,
            event.place, world.now, event.importance, "", names,
        )
    )  # fmt: skip
    for npc in minds:
        _witness(world, npc, event, happening, how)
        if event.reach == "whisper":
            hush(world, npc, event.actor, happening)
        make_up_mind(world, npc, happening)


def noticed(world: World, event: Event) -> list[Witness]:
    """Who notices: those named by the game, else by reach and sense."""
    if event.witnesses is not None:
        return [Witness(n) for n in awake(world, event.witnesses)]
    involved = tuple(i for i in (event.actor, event.target) if i)
    return witnesses(world, Scope(event.place, event.reach, event.type.sense, involved))


def _witness(world: World, npc: Npc, event: Event, happening: int, how: tuple[str, str]) -> None:
    """One witness: feel it, hold it."""
    done = Done(event.type.id, event.actor, event.target, event.facts.get(LIKELIHOOD))
    emotion, intensity = feel_deed(world, npc, done)
    source, teller = how
    world.do(Held(npc.id, happening, source, teller, 0, 1.0, emotion, intensity, world.step, 0))


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
