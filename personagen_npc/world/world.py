"""The state of one world, and the one way in which it changes.

A step: ``begin()``, a command function of this package decides and calls ``do`` with each change,
``end()`` hands the changes out for the journal row. ``do`` is apply and record at once, so a later
decision of the same step sees what an earlier one changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.dice import Dice
from personagen_npc.errors import Conflict, Unknown
from personagen_npc.learn.credit import Ledger
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.learner import NETWORK
from personagen_npc.learn.network import Network
from personagen_npc.learn.policy import Policy
from personagen_npc.learn.prior import levels
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.vectors import Vectors
from personagen_npc.mind.telling.ways import NO_WAYS
from personagen_npc.world import apply
from personagen_npc.world.dates.calendar import Dates
from personagen_npc.world.deeds.witness import views
from personagen_npc.world.faculties import Faculties, entries, faculties, nouns_of, nouns_of_person
from personagen_npc.world.knowledge.lore import Lore
from personagen_npc.world.knowledge.offers import Offers
from personagen_npc.world.knowledge.rivals import Rivals
from personagen_npc.world.knowledge.sayings import Sayings
from personagen_npc.world.knowledge.verify import settle
from personagen_npc.world.people import kin
from personagen_npc.world.people.relations import Relations
from personagen_npc.world.remembering.sleep import hold_budgets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.changes import Change
    from personagen_npc.learn.learner import Learner
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Talk
    from personagen_npc.world.entities import Action, Player
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.remembering.meaning import Embedder
    from personagen_npc.world.state.capture import Capture, Tape


class World:
    """Everything of one world. Fields up to ``crowd`` are saved, the rest is derived."""

    def __init__(self, name: str, pack: Pack, seed: int) -> None:
        self.name, self.seed = name, seed
        self.branch, self.step = 1, 0
        self.ancestry: list[tuple[int, int]] = []  # (branch, its last step that counts)
        self.now = 0.0
        self.paused = False
        self.variables: dict[str, Any] = {}
        self.npcs: dict[str, Npc] = {}
        self.players: dict[str, Player] = {}
        self.happenings = Happenings()
        self.relations = Relations(pack.factions, pack.relation_half_life_days)
        self.talks: dict[tuple[str, str], Talk] = {}
        self.actions: dict[str, Action] = {}
        self.policy = Policy()
        self.network = Network(WIDTH)
        self.learns_by = ""  # which learner moves the odds, where it is another than the pack says
        self.ledger = Ledger()
        self.crowd: dict[str, int] = {}
        self.vectors = Vectors()
        self.embedder: Embedder | None = None  # makes vectors of one source; the host's to give
        self.captures: tuple[Capture | Tape, ...] = ()  # saves, to be told before a change
        self.recent: list[Change] = []
        self.whys: dict[str, dict[str, Any]] = {}  # latest turns laid open, for `ask why`
        self.equip(pack)
        if pack.learned is not None:
            self.policy.adopt(levels(pack.learned))

    def equip(self, pack: Pack) -> None:
        """Take a pack as the world's own and compile what minds think with."""
        sayings = Sayings(pack)
        self.pack = pack = sayings.filled(pack)
        self.dates = Dates(pack.calendar)
        self.offers = Offers(pack)
        self.views = views(pack.places)
        self.lore = Lore(pack, sayings)
        self.rivals = Rivals(pack)
        self.relations.settle(pack.factions, pack.relation_half_life_days)
        self.minds: Faculties = faculties(pack)
        self.display = dict(_display(pack))
        self._pack_nouns = self.nouns = nouns_of(pack)
        self._spoken: dict[str, frozenset[str]] = {}  # names that an NPC's own story speaks of
        self.forbidden = frozenset(w.lower() for w in pack.forbidden_words)
        for name, variable in pack.variables.items():
            self.variables.setdefault(name, variable.default)
        for quest in pack.quests.values():
            self.variables.setdefault(f"stage.{quest.id}", quest.stages[0])
        self._query: dict[str, Any] | None = None
        self.by_place: dict[str, list[str]] = {}
        for npc in self.npcs.values():
            self.enter(npc)
        for player in self.players.values():
            self.name_player(player)

    @property
    def learner(self) -> Learner:
        """What moves the odds of acts."""
        by = self.learns_by or self.pack.learner
        return self.network if by == NETWORK else self.policy

    # --- a step ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the next numbered step."""
        self.step += 1
        self.recent = []

    def do(self, change: Change) -> None:
        """Apply a change and record it for this step's journal row."""
        self.apply(change)
        self.recent.append(change)

    def do_all(self, changes: Iterable[Change]) -> None:
        """``do`` each in order."""
        for change in changes:
            self.do(change)

    def end(self) -> list[Change]:
        """The step's changes, in order."""
        settle(self, tuple(self.recent))
        hold_budgets(self)
        changes, self.recent = self.recent, []
        return changes

    def replay(self, step: int, changes: Iterable[Change]) -> None:
        """Apply the changes of a journal row as they were recorded."""
        self.step = step
        for change in changes:
            self.apply(change)

    def apply(self, change: Change) -> None:
        """The only way in which a world changes: one short function for each kind of change."""
        for capture in self.captures:
            capture.before(change)
        apply.APPLY[type(change)](self, change)

    # --- looking up -----------------------------------------------------------------------------

    def npc(self, npc: str, field: str = "npc") -> Npc:
        """An NPC by id; raises Unknown with the ids that there are."""
        found = self.npcs.get(npc)
        if found is None:
            raise Unknown(
                f"no NPC {npc!r} in this world",
                field=field, got=npc, allowed=", ".join(sorted(self.npcs)[:12]),
            )  # fmt: skip
        return found

    def living(self, npc: str, field: str = "npc") -> Npc:
        """An NPC that can talk once no script holds it; raises Unknown or Conflict."""
        found = self.npc(npc, field)
        if found.state != "alive":
            raise Conflict(
                f"{found.profile.name} is {found.state}",
                field=field, got=found.state, allowed="alive",
            )  # fmt: skip
        return found

    def awake(self, npc: str, field: str = "npc") -> Npc:
        """An NPC that can talk now; raises Unknown or Conflict."""
        found = self.living(npc, field)
        if found.locked:
            raise Conflict(
                f"{found.profile.name} is held by a script",
                field=field, got="locked", allowed="not locked",
            )  # fmt: skip
        return found

    def place_known(self, place: str, field: str = "place") -> str:
        """A place id of the pack; raises Unknown. Packs without places take any."""
        if self.pack.places and place not in self.pack.places:
            raise Unknown(
                f"no place {place!r} in this world",
                field=field, got=place, allowed=", ".join(self.pack.places),
            )  # fmt: skip
        return place

    def turn_id(self) -> str:
        """A turn id of this step; never repeats, also not across branches."""
        count = sum(type(c).__name__ == "TurnTaken" for c in self.recent)
        return f"b{self.branch}.s{self.step}" + (f"-{count}" if count else "")

    def dice(self, npc: str, turn: str) -> Dice:
        """Dice for one NPC in one turn."""
        return Dice(self.seed, npc, turn)

    def present(self, place: str) -> list[Npc]:
        """NPCs at a place who notice what goes on, in order of arrival."""
        held = (self.npcs[i] for i in self.by_place.get(place, ()))
        return [n for n in held if n.state in {"alive", "busy"}]

    def faction_of(self, who: str) -> str:
        """Faction of an NPC or player, "" for anyone else."""
        npc = self.npcs.get(who)
        if npc is not None:
            return npc.profile.faction
        player = self.players.get(who)
        return player.faction if player is not None else ""

    # --- derived, kept up by apply --------------------------------------------------------------

    def enter(self, npc: Npc) -> None:
        """Take an NPC into what is derived: place index, lore, names."""
        self.by_place.setdefault(npc.place, []).append(npc.id)
        self.introduce(npc)

    def introduce(self, npc: Npc) -> None:
        """Let the world know an NPC by its profile: lore, wares, names; it lives by its culture."""
        npc.live_by(self.minds.ways.get(npc.profile.culture, NO_WAYS))
        self.lore.join(npc.profile)
        kin.introduce(self, npc)
        self.offers.stock(npc.profile)
        self.display[npc.id] = npc.profile.name
        self.minds.perceiver.names.add(npc.id, "npc", npc.profile.name)
        for alias in npc.profile.aliases:
            self.minds.perceiver.names.add(npc.id, "npc", alias)
        self.minds.perceiver.names.pronouns[npc.id] = npc.profile.pronouns
        self._spoken[npc.id] = nouns_of_person(npc.profile)
        self.nouns |= self._spoken[npc.id]

    def part(self, npc: str) -> None:
        """The opposite of ``introduce``: what is derived is as if the NPC had never been."""
        self.lore.leave(npc)
        self.relations.bonds.drop(npc)
        self.offers.drop(npc)
        self._spoken.pop(npc, None)
        self.unname(npc)

    def name_player(self, player: Player) -> None:
        """Let minds recognise a player's name in a line."""
        names = self.minds.perceiver.names
        if names.text(player.id) not in ("", player.name):
            self.unname(player.id)
        if player.name:
            names.add(player.id, "player", player.name)
            self.nouns |= _words(player.name)

    def unname(self, who: str) -> None:
        """Forget what somebody is called, but for what the pack calls so."""
        names = self.minds.perceiver.names
        names.remove(who)
        for entity, kind, name in entries(self.pack):
            if entity == who:
                names.add(entity, kind, name)
        self.display.pop(who, None)
        self.display |= {i: n for i, n in _display(self.pack) if i == who}
        spoken = (words for i, words in self._spoken.items() if i != who)
        called = (_words(p.name) for p in self.players.values() if p.id != who)
        self.nouns = self._pack_nouns.union(*spoken, *called)

    def touch(self) -> None:
        """Time, variables or stages moved: the shared part of the flat query is stale."""
        self._query = None

    def query(self) -> dict[str, Any]:
        """The flat query's shared part: time, weather, variables, quest stages."""
        if self._query is None:
            date = self.dates.date(self.now)
            query: dict[str, Any] = {
                "time": self.dates.part_of_day(self.now), "hour": date.hour, "day": date.day,
                "season": date.season, "weather": self.variables.get("weather", ""),
                "now": self.now,
            }  # fmt: skip
            for name, value in self.variables.items():
                query[name if name.startswith("stage.") else f"var.{name}"] = value
            self._query = query
        return self._query


def _words(name: str) -> frozenset[str]:
    return frozenset(name.lower().split())


def _display(pack: Pack) -> Iterable[tuple[str, str]]:
    for room in (pack.places, pack.factions, pack.things, pack.npcs):
        for entity in room.values():
            yield entity.id, entity.name
