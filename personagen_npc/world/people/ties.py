"""Ties: what one person is to another (brother, creditor, sworn to), since when and until when.

A persona's own ties are authored and stay in its profile; what the game makes or ends while it runs
stands as ``tie.KIND`` statements in the NPC's graph and goes before them. ``Bonds`` is derived from
both. A tie that is over is kept, so that the NPC can say that it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.changes import Asserted, Happened, Held
from personagen_npc.errors import BadField, Conflict, Unknown
from personagen_npc.memory.graph import ALWAYS
from personagen_npc.tables import table
from personagen_npc.words.tidy import without_slots
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.outcome import Noted, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Standing
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.world import World

PREFIX: Final = "tie."
TABLE: Final = Path(__file__).parents[1] / "data" / "ties.yaml"
ENDINGS: Final = 64  # ties running out that one tick lets be noticed: bounds its work, [D]
MATTERS: Final = 0.5  # importance of a tie begun or ended: brought up once on meeting again, [D]


class Bond(NamedTuple):
    """One tie of one NPC: it is ``kind`` to the other from ``since`` until ``until``."""

    kind: str
    since: float = 0.0
    until: float = ALWAYS
    note: str = ""
    made: bool = False


class Bonds:
    """Every tie that the game made, by NPC and other; derived, never saved."""

    def __init__(self) -> None:
        self._made: dict[str, dict[str, tuple[Bond, ...]]] = {}
        self._ending: dict[str, list[tuple[float, str, str]]] = {}  # npc -> (until, other, kind)

    def take(self, npc: Npc) -> None:
        """Read an NPC's ties anew."""
        made: dict[str, list[Bond]] = {}
        for _, t in _stated(npc):
            bond = Bond(t.relation.removeprefix(PREFIX), t.since, t.until, t.text, made=True)
            made.setdefault(t.object, []).append(bond)
        self.drop(npc.id)
        if made:
            self._made[npc.id] = {o: tuple(reversed(bonds)) for o, bonds in made.items()}
        ending = [(b.until, o, b.kind) for o, b in self.of(npc.profile) if b.until < ALWAYS]
        if ending:
            self._ending[npc.id] = sorted(ending)

    def drop(self, npc: str) -> None:
        """Let go of an NPC's ties."""
        self._made.pop(npc, None)
        self._ending.pop(npc, None)

    def forget(self, person: str) -> None:
        """Nobody has any tie to a person any more."""
        for npc in [n for n, made in self._made.items() if person in made]:
            del self._made[npc][person]
        for npc, rows in self._ending.items():
            self._ending[npc] = [r for r in rows if r[1] != person]

    def between(self, who: PersonaProfile, other: str) -> tuple[Bond, ...]:
        """What one is, was or will be to another: newest first, the authored ones last."""
        mine = self._made.get(who.id)
        made = mine.get(other, ()) if mine is not None else ()
        tie = who.ties.get(other)
        if tie is None:
            return made
        newer = {b.kind for b in made}
        return (
            *made,
            *(
                Bond(b.kind, 0.0, ALWAYS if b.days is None else b.days * DAY_S, b.note)
                for b in tie.bonds()
                if b.kind not in newer
            ),
        )

    def of(self, who: PersonaProfile) -> list[tuple[str, Bond]]:
        """(other, tie) of everything that one is to anyone, by the other's id."""
        others = sorted({*who.ties, *self._made.get(who.id, ())})
        return [(o, b) for o in others for b in self.between(who, o)]

    def ending(self, after: float, upto: float) -> list[tuple[float, str, str, str]]:
        """(until, npc, other, kind) of what runs out in a span of game seconds, in that order."""
        return sorted(
            (until, npc, other, kind)
            for npc, rows in self._ending.items()
            for until, other, kind in rows
            if after < until <= upto
        )


def meaning(kind: str) -> dict[str, Any] | None:
    """What is known of a kind of tie; None for a word of the game's own."""
    rows: dict[str, dict[str, Any]] = table(TABLE)["kinds"]
    low = kind.lower()
    return next((row for row in rows.values() if low in row["kinds"]), None)


def counterpart(kind: str, pronouns: str) -> str:
    """What the other is then: the debtor of a creditor, the sister or brother of a brother."""
    row = meaning(kind)
    if row is None or "other" not in row:
        return kind
    words = row["other"]
    return str(words.get(pronouns) or words["they"]) if isinstance(words, dict) else str(words)


def deeds() -> dict[str, dict[str, Any]]:
    """How a tie's beginning and end are brought up: rows as in ``mind/data/deeds.yaml``."""
    rows: dict[str, dict[str, Any]] = table(TABLE)["kinds"]
    return {
        f"{PREFIX}{name}.{when}": row[when]
        for name, row in rows.items()
        for when in ("begun", "ended", "lapsed")
        if when in row
    }


def arrived(profile: PersonaProfile, now: float) -> PersonaProfile:
    """A profile whose ties count their days from game second ``now``."""
    if now <= 0.0 or not any(b.days for t in profile.ties.values() for b in t.bonds()):
        return profile
    late = now / DAY_S
    ties = {
        other: tie.model_copy(
            update={
                "days": tie.days and tie.days + late,
                "also": tuple(
                    b.model_copy(update={"days": b.days and b.days + late}) for b in tie.also
                ),
            }
        )
        for other, tie in profile.ties.items()
    }
    return profile.model_copy(update={"ties": ties})


class Terms(NamedTuple):
    """How the game wants a tie: until a game second or for so many game days, or ended now.

    ``both``: the other, an NPC, is bound as well. ``note``: what is said of it, a whole sentence.
    ``quiet``: it has been so for a while, and nothing is remembered of how it began.
    """

    until: float | None = None
    days: float | None = None
    end: bool = False
    both: bool = False
    note: str = ""
    quiet: bool = False


def set_tie(world: World, npc_id: str, other: str, kind: str, terms: Terms) -> Outcome:
    """The game makes, prolongs or ends a tie. Raises Unknown, BadField or Conflict."""
    npc = world.npc(npc_id)
    _check(world, npc, other, both=terms.both)
    terms = terms._replace(note=without_slots(terms.note))
    until = _until(world, terms)
    holds = kind in _kinds(world, npc, other)
    if terms.end and not holds:
        raise Conflict(
            f"{npc.profile.name} is no {kind} to {other}", field="kind", got=kind,
            allowed=", ".join(_kinds(world, npc, other)) or "no tie holds now",
        )  # fmt: skip
    sides = [(npc, other, kind)]
    if terms.both:
        back = counterpart(kind, world.npcs[other].profile.pronouns)
        sides.append((world.npcs[other], npc.id, back))
    happening = -1
    if (terms.end or not holds) and not terms.quiet:
        happening = _happening(world, npc, other, kind, "ended" if terms.end else "begun",
                               terms.note)  # fmt: skip
    for one, two, word in sides:
        _assert(world, one, (two, word, until, terms.note), happening)
    return Outcome(
        data={"kind": kind, "holds": not terms.end, "until": until if until < ALWAYS else None},
        noted=tuple(Noted("npc", one.id, {"tie": two, "kind": word}) for one, two, word in sides),
    )


def _until(world: World, terms: Terms) -> float:
    if terms.end:
        return world.now
    until = terms.until if terms.days is None else world.now + terms.days * DAY_S
    if until is not None and until <= world.now:
        raise BadField("a tie cannot be over before it begins", field="until", got=until,
                       allowed=f"above {world.now}")  # fmt: skip
    return ALWAYS if until is None else until


def _check(world: World, npc: Npc, other: str, *, both: bool) -> None:
    known = other in world.npcs or other in world.players
    if not known or other == npc.id:
        raise Unknown(
            f"nobody else is called {other!r} in this world", field="other", got=other,
            allowed="another NPC, or a player known to the world",
        )  # fmt: skip
    if both and other not in world.npcs:
        raise BadField("a player holds no ties", field="both", got=True, allowed="false")


def _kinds(world: World, npc: Npc, other: str) -> list[str]:
    bonds = world.relations.bonds.between(npc.profile, other)
    return [b.kind for b in bonds if b.since <= world.now < b.until]


def _assert(world: World, npc: Npc, tie: tuple[str, str, float, str], happening: int) -> None:
    """State a tie in an NPC's graph, in place of what it said of this kind, and remember it."""
    other, kind, until, note = tie
    old = next((s for s in _stated(npc) if s[1][1:3] == (PREFIX + kind, other)), None)
    number, was = old if old is not None else (npc.graph.next, None)
    since = world.now
    if kind in _kinds(world, npc, other):
        since = was.since if was is not None else 0.0  # an authored one holds from the first
    evidence = was.evidence if was is not None else ()
    if happening >= 0:
        evidence = (*evidence, happening)
    world.do(
        Asserted(
            npc.id, number, npc.id, PREFIX + kind, other, 1.0, "authored", "", 0, since, until,
            MATTERS, world.now, note or (was.text if was is not None else ""), evidence,
        )
    )  # fmt: skip
    if happening >= 0:
        world.do(Held(npc.id, happening, "seen", "", 0, 1.0, "", 0.0, world.step, 0))


def _stated(npc: Npc) -> Iterator[tuple[int, Triple]]:
    """(number, statement) of every tie in an NPC's graph, oldest first."""
    return ((n, t) for n, t in npc.graph.about(npc.id) if t.relation.startswith(PREFIX))


def _happening(world: World, npc: Npc, other: str, kind: str, when: str, note: str) -> int:
    """What is to be remembered of a tie's beginning or end; -1 if there are no words for it."""
    rows: dict[str, dict[str, Any]] = table(TABLE)["kinds"]
    name = next((n for n, row in rows.items() if kind.lower() in row["kinds"]), "")
    row = rows.get(name, {}).get(when)
    text = row["text"] if row is not None else note
    if not text:
        return -1
    happening = len(world.happenings)
    world.do(
        Happened(happening, text, f"{PREFIX}{name}.{when}" if row is not None else PREFIX + when,
                 other, npc.id, npc.place, world.now, MATTERS, "", ())
    )  # fmt: skip
    return happening


def run_out(world: World, before: float) -> None:
    """What NPCs notice of ties that ran out since game second ``before``, at most so many."""
    for _, npc_id, other, kind in world.relations.bonds.ending(before, world.now)[:ENDINGS]:
        npc = world.npcs[npc_id]
        if kind in _kinds(world, npc, other) or not (other in world.npcs or other in world.players):
            continue
        row = meaning(kind)
        if row is None or "lapsed" not in row:
            continue
        happening = _happening(world, npc, other, kind, "lapsed", "")
        world.do(Held(npc.id, happening, "seen", "", 0, 1.0, "", 0.0, world.step, 0))


def add_ties(
    query: dict[str, Any], bonds: tuple[Bond, ...], standing: Standing, now: float
) -> None:
    """What conditions may ask of ties: ``tie.KIND`` of each that holds, and what is over lately."""
    for kind in standing.ties:
        query[PREFIX + kind] = True
    met = standing.at
    ended = [(b.until, b.kind) for b in bonds if met >= 0.0 and met < b.until <= now]
    query["rel.ended"] = max(ended)[1] if ended else ""
