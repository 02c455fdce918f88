"""A dossier: one person of a save in words, as a page or a screen shows it.

The reader sees all: names are those of the pack and the game, not what the NPC calls somebody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.learn.features import NAMES
from personagen_npc.learn.report import report
from personagen_npc.mind.feel import feelings_now, mood_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.feeling.mood import label
from personagen_npc.mind.npc import written
from personagen_npc.mind.reading.naming import spanned
from personagen_npc.tables import table
from personagen_npc.world.growth import in_words
from personagen_npc.world.people.ties import PREFIX
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.learn.report import Told
    from personagen_npc.memory.episodes import Memory
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Talk
    from personagen_npc.persona.traits import Mood
    from personagen_npc.world.world import World

_WORDS: Final[dict[str, Any]] = table("authoring/dossiers/data/dossier.yaml")
_SLOT: Final = re.compile(r"\{(actor|target)(?:\.(\w+))?\}")
_PLEASED: Final = NAMES.index("mood.pleasure")
_ASIDE: Final = (PREFIX, "tale.", "done_by")  # ties are told apart, the others keep books
LAST: Final = 60  # turns that a line of moods goes back, [D]


class Trait(NamedTuple):
    """A trait as written and as it is now, in [0, 1]."""

    name: str
    written: float
    now: float


class Relation(NamedTuple):
    """How it stands to somebody now; ``ties`` is what it is to the other, ``text`` all in words."""

    other: str
    name: str
    player: bool
    affinity: float
    trust: float
    fear: float
    familiarity: float
    meetings: int
    ties: tuple[str, ...]
    text: str


class Recollection(NamedTuple):
    """A memory: what, how it came by it, how long ago, how well it is kept."""

    mark: str
    text: str
    source: str
    ago: str
    date: str
    kept: str
    strength: float
    importance: float
    emotion: str
    at: float


class Conviction(NamedTuple):
    """What it came to believe: a fact of the pack by its id, or a statement of its own."""

    key: str
    text: str
    source: str
    sure: float


class Aim(NamedTuple):
    """A goal: how much it is wanted (below 0: feared), how likely it seems."""

    id: str
    text: str
    utility: float
    likelihood: float


class Dossier(NamedTuple):
    """One NPC.

    Attributes:
        rest: the mood it goes back to.
        feelings: (emotion, intensity) not yet faded.
        moods: pleasure at its last turns, oldest first, in [-1, 1].
        moved: what outcomes made of it, in sentences.
        learned: what it does because it pays, in sentences.
        open: promises, quests, deals and questions that wait for an end.
        notes: what its lines left behind.
    """

    id: str
    name: str
    role: str
    archetype: str
    age: int
    place: str
    state: str
    background: str
    mood: str
    axes: tuple[float, float, float]
    rest: str
    feelings: tuple[tuple[str, float], ...]
    moods: tuple[float, ...]
    turns: int
    traits: tuple[Trait, ...]
    moved: tuple[str, ...]
    relations: tuple[Relation, ...]
    memories: tuple[Recollection, ...]
    beliefs: tuple[Conviction, ...]
    goals: tuple[Aim, ...]
    learned: tuple[str, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]


def dossiers(world: World, npcs: Sequence[str]) -> Iterator[Dossier]:
    """Those of some people at the world's game time, in their order, each made when asked for."""
    elasticities = {i: n.profile.elasticity for i, n in world.npcs.items()}
    told = report(world.ledger, world.policy, elasticities, npcs)
    moods: dict[str, list[float]] = {}
    for turn in world.ledger:
        if len(turn.x) > _PLEASED:
            moods.setdefault(turn.npc, []).append(round(turn.x[_PLEASED], 3))
    for who, learned in zip(npcs, told, strict=True):
        yield _dossier(world, world.npc(who), learned, moods.get(who, [])[-LAST:])


def _dossier(world: World, npc: Npc, told: Told, moods: Sequence[float]) -> Dossier:
    p, mood = npc.profile, mood_now(npc, world.now, world.pack.time_scale)
    felt = feelings_now(npc, world.now, world.pack.time_scale)
    axes = _rounded(mood)
    return Dossier(
        npc.id, p.name, p.role, p.archetype, p.age, named(world, npc.place), npc.state,
        p.background, label(mood), axes, label(npc.rest),
        tuple((e, round(i, 3)) for e, i, _ in felt), (*moods, axes[0]) if moods else (),
        npc.turns, _traits(npc), tuple(in_words(world, npc)), tuple(_relations(world, npc)),
        _memories(world, npc), tuple(_beliefs(world, npc)), _goals(npc), _learned(told),
        tuple(_open(world, npc)), tuple(_notes(world, npc)),
    )  # fmt: skip


def named(world: World, who: str) -> str:
    """Somebody or something by its name, else by its id."""
    player = world.players.get(who)
    return (player.name if player is not None else "") or world.display.get(who, who)


def said_of(world: World, happening: int) -> str:
    """What happened, with names in it."""
    h = world.happenings[happening]

    def name(slot: re.Match[str]) -> str:
        who = named(world, h.actor if slot[1] == "actor" else h.target)
        return f"{who}'s" if slot[2] == "poss" else who

    return spanned(_SLOT.sub(name, h.text), world.dates, world.now)


def _rounded(mood: Mood) -> tuple[float, float, float]:
    p, a, d = (round(x, 3) for x in mood)
    return p, a, d


def _traits(npc: Npc) -> tuple[Trait, ...]:
    by = {m.trait: m.by for m in npc.drift}
    names = [t.name for t in npc.profile.personality_traits]
    names += [t for t in by if t not in {n.lower() for n in names}]
    rows = ((n, written(npc.profile, n.lower())) for n in names)
    return tuple(Trait(n, w, round(w + by.get(n.lower(), 0.0), 4)) for n, w in rows)


def _relations(world: World, npc: Npc) -> Iterator[Relation]:
    others = dict.fromkeys([*world.players, *world.relations.known(npc.id),
                            *(o for o, _ in world.relations.bonds.of(npc.profile))])  # fmt: skip
    for other in others:
        s = standing_of(world, npc, other)
        if not (s.ties or s.meetings or other in world.relations.known(npc.id)):
            continue
        parts = [band(s.affinity), *s.ties]
        parts += filter(None, (_axis(n, getattr(s, n)) for n in _WORDS["standing"]))
        yield Relation(
            other, named(world, other), other in world.players, round(s.affinity, 3),
            round(s.trust, 3), round(s.fear, 3), round(s.familiarity, 3), s.meetings, s.ties,
            ", ".join(dict.fromkeys(parts)),
        )  # fmt: skip


def _axis(name: str, value: float) -> str:
    rows = _WORDS["standing"][name]
    return next((word for least, word in rows if value >= least), "")


def _source(world: World, source: str, teller: str, hops: int, origin: str = "") -> str:
    if origin:
        return f'"{origin}"'
    told = _WORDS["sources"][source] if teller or source != "told" else _WORDS["untold"]
    words: str = told.replace("{teller}", named(world, teller.lstrip("~")))
    return words + (_WORDS["through"].replace("{hops}", str(hops)) if hops > 1 else "")


def _memories(world: World, npc: Npc) -> tuple[Recollection, ...]:
    """Strongest first: by how well it is kept and how much it matters."""
    rows = [_memory(world, m) for m in npc.memories]
    return tuple(sorted(rows, key=lambda r: (-r.strength * (0.5 + r.importance), -r.at, r.mark)))


def _memory(world: World, m: Memory) -> Recollection:
    h = world.happenings[m.happening]
    kept = next(word for least, word in _WORDS["strength"] if m.strength >= least)
    source = _source(world, m.source, m.teller, m.hops) + _WORDS["twists"].get(h.twist, "")
    return Recollection(
        f"h{m.happening}", said_of(world, m.happening), source, world.dates.ago(h.at, world.now),
        str(world.dates.date(h.at)), kept, round(m.strength, 3), round(h.importance, 3),
        m.emotion, h.at,
    )  # fmt: skip


def _beliefs(world: World, npc: Npc) -> Iterator[Conviction]:
    for b in npc.beliefs:
        text = world.lore.fact(b.fact).text if b.fact in world.lore else b.fact
        yield Conviction(b.fact, text, _source(world, b.source, b.teller, b.hops, b.origin),
                         round(b.strength, 3))  # fmt: skip
    for t in npc.graph:
        if t.relation.startswith(_ASIDE) or t.subject[:1] == "#" or not t.holds(world.now):
            continue
        said = f"{named(world, t.subject)} {t.relation.replace('_', ' ')} {named(world, t.object)}"
        if t.source == "said":  # then the teller is who heard it from this NPC
            source = f"said so to {named(world, t.teller)}" if t.teller else "said so"
        else:
            source = _source(world, t.source, t.teller, t.hops)
        yield Conviction(":".join(t[:3]), said, source, round(t.confidence, 3))


def _goals(npc: Npc) -> tuple[Aim, ...]:
    return tuple(
        Aim(g.id, g.description or g.id, g.utility, round(npc.goals.get(g.id, g.likelihood), 3))
        for g in npc.profile.goals
    )


def _learned(told: Told) -> tuple[str, ...]:
    if not told.rewarded:
        return ()
    head = f"{told.rewarded} of {told.turns} turns rewarded, {told.mean:+.2f} on average"
    return (head, *(finding.text() for finding in told.findings))


def _open(world: World, npc: Npc) -> Iterator[str]:
    words = _WORDS["open"]
    for quest in world.pack.quests.values():
        stage = world.variables.get(f"stage.{quest.id}", quest.stages[0])
        if quest.giver == npc.id and stage not in (quest.stages[0], quest.stages[-1]):
            yield words["stage"].format(title=quest.title, stage=stage)
    for action in world.actions.values():
        if action.npc == npc.id and action.status == "open":
            args = ", ".join(f"{k}: {named(world, str(v))}" for k, v in action.args.items())
            yield words["action"].format(name=action.name, args=args,
                                         player=named(world, action.player))  # fmt: skip
    for (who, player), talk in sorted(world.talks.items()):
        if who == npc.id:
            yield from _in_talk(world, talk, named(world, player))
    yield from _promises(world, npc)


def _in_talk(world: World, talk: Talk, player: str) -> Iterator[str]:
    words = _WORDS["open"]
    if talk.deal is not None:
        row = {k: talk.deal[k] for k in ("asking", "bid", "reserve")}
        yield words["deal"].format(player=player, item=talk.deal["name"], **row)
    if talk.quest:
        known = world.pack.quests.get(talk.quest)
        yield words["quest"].format(player=player, quest=known.title if known else talk.quest)
    if talk.plea is not None and talk.plea["tries"]:
        yield words["plea"].format(player=player, about=talk.plea["matter"] or talk.plea["about"],
                                   tries=talk.plea["tries"])  # fmt: skip


def _promises(world: World, npc: Npc) -> Iterator[str]:
    for m in npc.memories:
        h = world.happenings[m.happening]
        if h.kind in _WORDS["promises"] and npc.id in (h.actor, h.target):
            yield _WORDS["open"]["promise"].format(
                text=said_of(world, m.happening), ago=world.dates.ago(h.at, world.now)
            )


def _notes(world: World, npc: Npc) -> Iterator[str]:
    for who, rows in npc.notes.items():
        of = f"on {named(world, who)}" if who else "of itself"
        for name, (value, until) in rows.items():
            if not until or until > world.now:
                yield f"{of}: {name} = {value}"
