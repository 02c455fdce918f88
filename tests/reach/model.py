"""Who may know which marker word: an independent model of reach, by who was where and heard what.

It is the most that anybody could know. It reads where people are and how they stand to each other,
for those are inputs; it never asks the code under test who knows what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.reach.worlds import PLACES, marks_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.world.world import World

AWAKE: Final = frozenset({"alive", "busy"})
BANDS: Final = ((-0.6, "hate"), (-0.35, "enemy"), (-0.12, "dislike"))
KINDER: Final = ((0.3, "friend"), (0.12, "like"))


class Model:
    """What each NPC may hold, marker by marker."""

    def __init__(self, written: dict[str, dict[str, Any]]) -> None:
        self.written = written
        self.held: dict[str, set[str]] = {}
        self.named: set[tuple[str, str]] = set()  # (player, marker) that the player said himself
        self.of_player: dict[str, set[str]] = {}  # whose words a marker was

    def copy(self) -> tuple[Any, ...]:
        """Everything that a save keeps."""
        return ({n: set(h) for n, h in self.held.items()}, set(self.named),
                {p: set(m) for p, m in self.of_player.items()})  # fmt: skip

    def back(self, kept: tuple[Any, ...]) -> None:
        """What a load brings back."""
        held, named, of_player = kept
        self.held = {n: set(h) for n, h in held.items()}
        self.named = set(named)
        self.of_player = {p: set(m) for p, m in of_player.items()}

    # --- what comes in --------------------------------------------------------------------------

    def learn(self, npcs: Iterable[str], marks: Iterable[str]) -> None:
        """Those people heard, saw or were told something."""
        for npc in npcs:
            self.held.setdefault(npc, set()).update(marks)

    def heard(self, world: World, place: str, text: str, also: Iterable[str] = ()) -> None:
        """A line was said aloud somewhere: all who are there, and whom it was said to."""
        self.learn([*here(world, place), *also], marks_in(text))

    def forget(self, player: str) -> set[str]:
        """A player is forgotten: his words are gone from every mind."""
        gone = self.of_player.pop(player, set())
        for held in self.held.values():
            held -= gone
        self.named = {(p, m) for p, m in self.named if p != player}
        return gone

    # --- what may be known ----------------------------------------------------------------------

    def allowed(self, world: World, npc: str, listener: str = "") -> set[str]:
        """Every marker that an NPC may have in mind, while it speaks to somebody."""
        return self.held.get(npc, set()) | self.authored(world, npc, listener)

    def authored(self, world: World, npc: str, listener: str) -> set[str]:
        """Markers of the facts that are written for an NPC under conditions that hold now."""
        person = world.npcs[npc].profile
        return {
            mark
            for mark, fact in self.written.items()
            if _granted(fact, npc, person)
            and all(_holds(world, npc, listener, n, v) for n, v in fact["when"].items())
        }

    def untold(self, world: World, npc: str, listener: str) -> set[str]:
        """Markers of secrets that an NPC does not tell somebody whom it trusts so little."""
        trust = standing(world, npc, listener).trust
        return {
            mark
            for mark, fact in self.written.items()
            if "trust" in fact and trust < fact["trust"] and (listener, mark) not in self.named
        }


def here(world: World, place: str) -> list[str]:
    """Who has ears at a place."""
    return [n.id for n in world.npcs.values() if n.place == place and n.state in AWAKE]


def witnesses(world: World, event: dict[str, Any]) -> list[str]:
    """Who may notice an event."""
    if event.get("witnesses") is not None:
        return [*event["witnesses"]]
    if event["reach"] == "far":
        return [n.id for n in world.npcs.values() if n.state in AWAKE]
    near = [event["place"]]
    if event["reach"] == "loud":
        near += PLACES[event["place"]]["near"]
    there = [n for p in near for n in here(world, p)]
    if event["reach"] == "whisper":
        return [n for n in there if n in (event["actor"], event["target"])]
    return there


def standing(world: World, npc: str, listener: str) -> Any:
    """How one stands to another: an input of the rules of reach."""
    return world.relations.get(
        world.npcs[npc].profile, listener, world.faction_of(listener), world.now
    )


def _granted(fact: dict[str, Any], npc: str, person: Any) -> bool:
    who = fact["who"]
    if npc in who.get("not_npcs", ()):
        # who is barred by name has it neither by group nor as a keeper: `secrets` names him anew
        return npc in fact["keepers"]
    return bool(
        who.get("all")
        or npc in who.get("npcs", ())
        or person.archetype in who.get("archetypes", ())
        or (person.faction and person.faction in who.get("factions", ()))
        or {person.place, person.home} & set(who.get("places", ()))
        or npc in fact["keepers"]
    )


def _holds(world: World, npc: str, listener: str, name: str, wanted: Any) -> bool:
    value = _value(world, npc, listener, name)
    if isinstance(wanted, list):
        return value in wanted
    if isinstance(wanted, str) and wanted.startswith("!"):
        return bool(value != wanted[1:])
    if isinstance(wanted, str) and wanted.startswith(">="):
        return bool(value >= float(wanted[2:]))
    if isinstance(wanted, str) and wanted.startswith("<"):
        return bool(value < float(wanted[1:]))
    return bool(value == wanted)


def _value(world: World, npc: str, listener: str, name: str) -> Any:
    head, _, tail = name.partition(".")
    person = world.npcs[npc]
    if head in {"rel", "tie", "meetings"}:
        return _related(world, npc, listener, head, tail)
    if head == "trait":
        traits = {t.name: t.value for t in person.profile.personality_traits}
        return traits[tail]
    if head in {"var", "stage"}:
        return world.variables[tail if head == "var" else name]
    if head == "listener":
        return "npc" if listener in world.npcs else "player"
    if head == "weather":
        return world.variables["weather"]
    return person.place if head == "place" else getattr(person.profile, head)


def _related(world: World, npc: str, listener: str, head: str, tail: str) -> Any:
    s = standing(world, npc, listener)
    ties = world.npcs[npc].profile.ties
    tie = ties[listener].kind if listener in ties else ""
    if head == "meetings":
        return s.meetings
    if head == "tie":
        return True if tie == tail else None
    if tail == "band":
        low = next((b for limit, b in BANDS if s.affinity <= limit), None)
        return low or next((b for limit, b in KINDER if s.affinity >= limit), "neutral")
    return tie if tail == "tie" else getattr(s, tail)
