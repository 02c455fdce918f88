"""Build the scene of one turn: the world, narrowed to what one NPC may know now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.learn.features import features
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.scene import (
    Known,
    Person,
    Scene,
    Standing,
    Talk,
)
from personagen_npc.world.knowledge.grounds import EVERYTHING, Held
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.people.ties import add_ties
from personagen_npc.world.remembering.meaning import Meanings
from personagen_npc.world.remembering.past import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.learn.policy import Choice
    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.knowledge.lore import Lore
    from personagen_npc.world.world import World

TALK_LASTS_S = 120.0  # scene seconds of silence after which a talk is a new conversation, [D]
NO_TALK = Talk()


class Reach:
    """The ``Knowledge`` of one scene: lore, narrowed to one NPC now."""

    __slots__ = ("_lore", "_npc", "_query")

    def __init__(self, lore: Lore, npc: Npc, query: Mapping[str, Any]) -> None:
        self._lore, self._npc, self._query = lore, npc, query

    def search(
        self, stems: Sequence[str], names: Sequence[str], focus: str, me: bool, k: int,
        text: str = "",
    ) -> list[Known]:  # fmt: skip
        """See ``Lore.search``."""
        asked = Question(stems, names, focus, me, text)
        return self._lore.search(self._npc, self._query, asked, k)

    def fact(self, fact: str) -> Known | None:
        """One fact by its id, None if it is out of reach."""
        lore, npc, query = self._lore, self._npc, self._query
        try:
            return lore.known(npc, fact, 1.0, query) if lore.reaches(npc, fact, query) else None
        except KeyError:
            return None  # a belief of a fact that the pack has no more

    def own(self, skip: frozenset[str]) -> list[Known]:
        """See ``Lore.own``."""
        return self._lore.own(self._npc, self._query, skip)

    def personal(
        self, nodes: Sequence[str], ties: Sequence[str], topics: frozenset[str]
    ) -> list[Known]:
        """See ``Lore.personal``."""
        return self._lore.personal(self._npc, self._query, (nodes, ties, topics))

    def news(self, about: str, skip: frozenset[str]) -> list[Known]:
        """See ``Lore.news``."""
        return self._lore.news(self._npc, self._query, about, skip)

    def during(self, first: float, last: float) -> list[Known]:
        """Facts of a span of game seconds that are no secrets, weightiest first."""
        lore, npc, query = self._lore, self._npc, self._query
        of_it = (f for f in lore.dates.during(first, last) if lore.fact(f).trust is None)
        return [lore.known(npc, f, 1.0, query) for f in of_it if lore.reaches(npc, f, query)]


class Learner:
    """The ``Learned`` of one scene: the world's learner, asked as this NPC with this listener."""

    __slots__ = ("_archetype", "_elasticity", "_learner", "_npc", "_player", "_policy", "by")

    def __init__(self, world: World, npc: Npc, player: str) -> None:
        self._learner, self._policy = world.learner, world.policy
        self.by = world.learns_by or world.pack.learner
        self._npc, self._player = npc.id, player
        self._archetype, self._elasticity = npc.profile.archetype, npc.profile.elasticity

    def choose(
        self, arms: Sequence[str], weights: Sequence[float], query: Mapping[str, Any], u: float
    ) -> tuple[Choice, tuple[float, ...]]:
        """See ``learn.policy.Policy.choose``; also the features it was chosen on."""
        x = features(query)
        npc, held = self._npc, self._policy
        choice = self._learner.choose(
            npc, self._archetype, self._player, arms, weights, x, u, self._elasticity,
            held.frozen(npc), held.pinned(npc),
        )  # fmt: skip
        return choice, x


def scene_for(
    world: World, npc: Npc, listener: str, turn: str, *, max_chars: int = 400,
    extra: Mapping[str, Any] | None = None,
) -> Scene:  # fmt: skip
    """The scene in which ``npc`` hears ``listener`` (a player or another NPC)."""
    standing = standing_of(world, npc, listener)
    if listener in world.npcs:  # people of one world know what each other are called
        standing = standing._replace(name=called(world.npcs[listener].profile))
    place = world.pack.places.get(npc.place)
    query = _query(world, npc, listener, standing, extra)
    return Scene(
        turn=turn,
        now=world.now,
        scale=world.pack.time_scale,
        dice=world.dice(npc.id, turn),
        query=query,
        place_name=place.name if place else "here",
        listener=_person(world, listener, standing),
        standing=standing,
        talk=talk_of(world, npc, listener),
        knowledge=Reach(world.lore, npc, query),
        past=Remembered(
            npc,
            world.happenings,
            world.pack.events,
            world.minds.deeds,
            world.now,
            listener,
            Meanings(world),
        ),
        learned=Learner(world, npc, listener),
        calendar=world.dates,
        names=namer(world, npc),
        nouns=world.nouns,
        forbidden=world.forbidden,
        strangers=world.pack.strangers,
        coin=(world.pack.coin.name, world.pack.coin.plural),
        offers=world.offers.actions(npc.profile, query),
        quests=world.offers.quests(npc.id, query),
        wares=world.offers.wares(npc.id),
        crowd=world.crowd,
        origins=world.minds.origins,
        times=world.dates,
        met=acquaintances(world, npc),
        stands=lambda who: standing_of(world, npc, who),
        near=lambda: world.offers.near(npc.profile, query),
        grounds=grounds_for(world, npc, query, standing.trust),
        max_chars=max_chars,
        next_happening=len(world.happenings),
        next_conversation=f"c.{npc.id}.b{world.branch}s{world.step}",
    )


def standing_of(world: World, npc: Npc, other: str) -> Standing:
    """How an NPC stands to somebody now."""
    return world.relations.get(npc.profile, other, world.faction_of(other), world.now)


def grounds_for(
    world: World, npc: Npc, query: Mapping[str, Any], trust: float = EVERYTHING
) -> Held:
    """What an NPC weighs statements against now; ``trust``: in whoever listens."""
    return Held(
        world.rivals, world.lore, npc, query, lambda who: standing_of(world, npc, who).trust, trust
    )


def query_for(world: World, npc: Npc, listener: str) -> dict[str, Any]:
    """The facts of world, place and relation that decide what an NPC may know before somebody."""
    return _query(world, npc, listener, standing_of(world, npc, listener), None)


def talk_of(world: World, npc: Npc, listener: str) -> Talk:
    """The conversation under way, or a fresh one if the last is over."""
    talk = world.talks.get((npc.id, listener), NO_TALK)
    if (world.now - talk.at) / world.pack.time_scale <= TALK_LASTS_S:
        return talk
    return Talk(asked=talk.asked) if talk.asked else NO_TALK


def namer(world: World, npc: Npc) -> Callable[[str], str]:
    """What this NPC calls anyone and anything: a player's name only if it knows it."""

    def name(who: str) -> str:
        if who in world.players:
            return world.relations.name_of(npc.id, who) or "a stranger"
        return world.display.get(who, "")

    return name


def acquaintances(world: World, npc: Npc) -> Callable[[str], str]:
    """The player whom this NPC knows by a name, or by its first word; "" for a strange name."""

    def met(name: str) -> str:
        for other in world.relations.known(npc.id):
            if other in world.players:
                known = world.relations.name_of(npc.id, other)
                if name in (known, known.partition(" ")[0]):
                    return other
        return ""

    return met


def called(profile: PersonaProfile) -> str:
    """What people call one of their own: by one word of the name, if that is an alias."""
    words = profile.name.split()
    return next((a for a in profile.aliases if a in words), profile.name)


def _person(world: World, who: str, standing: Standing) -> Person:
    if who in world.npcs:
        return Person(who, world.npcs[who].profile.name, "npc")
    return Person(who, standing.name, "player")


def _query(
    world: World, npc: Npc, listener: str, standing: Standing, extra: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The flat query as far as the world knows it; relations too, since facts are gated by them."""
    place = world.pack.places.get(npc.place)
    here = world.by_place.get(npc.place, ())
    crowd = len(here) - (npc.id in here) - (listener != npc.id and listener in here)
    query = {
        **world.query(), **npc.base, "now": world.now, "place": npc.place,
        "place.kind": place.kind if place else "",
        "crowd": crowd, "alone": crowd == 0, "rel.affinity": standing.affinity,
        "rel.trust": standing.trust, "rel.fear": standing.fear,
        "rel.familiarity": standing.familiarity, "rel.tie": standing.tie,
        "rel.band": band(standing.affinity), "knows_name": bool(standing.name),
        "meetings": standing.meetings, "listener": "npc" if listener in world.npcs else "player",
    }  # fmt: skip
    add_ties(query, world.relations.bonds.between(npc.profile, listener), standing, world.now)
    player = world.players.get(listener)
    if player is not None:
        for name, value in player.facts.items():
            query[f"player.{name}"] = value
        query["player.faction"] = player.faction
    for name, value in (extra or {}).items():
        query.setdefault(f"var.{name}", value)  # the game's word on this moment, never over its own
    return query
