"""What NPCs can offer: the pack's actions, quests and wares, compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.moves.plea import LEAN
from personagen_npc.mind.scene import Near, Offer, QuestView, WareView
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Action, Pack, Quest


_NOBODY = frozenset({"player", "npc"})  # words of an id that say nothing of what is done


class _Action(NamedTuple):
    offer: Offer
    npcs: frozenset[str]
    archetypes: frozenset[str]
    when: Criteria


class _Quest(NamedTuple):
    quest: Quest
    topics: tuple[str, ...]
    when: Criteria


class Offers:
    """Everything on offer in one world."""

    def __init__(self, pack: Pack) -> None:
        self._actions = tuple(_compiled(a) for a in pack.actions.values())
        self._quests: dict[str, list[_Quest]] = {}
        for quest in pack.quests.values():
            when = Criteria.parse(quest.when, f"quest {quest.id}")
            row = _Quest(quest, _words(quest.topics), when)
            self._quests.setdefault(quest.giver, []).append(row)
        self._things = pack.things
        self._wares: dict[str, tuple[WareView, ...]] = {}

    def actions(self, profile: PersonaProfile, query: Mapping[str, Any]) -> tuple[Offer, ...]:
        """Actions that this NPC may ask the game for now."""
        return tuple([
            a.offer
            for a in self._actions
            if (not a.npcs or profile.id in a.npcs)
            and (not a.archetypes or profile.archetype in a.archetypes)
            and a.when.score(query) is not None
        ])  # fmt: skip

    def quests(self, giver: str, query: Mapping[str, Any]) -> tuple[QuestView, ...]:
        """The quests that this NPC gives, at the stage that the game says."""
        return tuple(_view(row, query) for row in self._quests.get(giver, ()))

    def near(self, profile: PersonaProfile, query: Mapping[str, Any]) -> Near:
        """What could be asked for, and would be given out, by one liked and trusted a bit more."""
        affinity = query["rel.affinity"] + LEAN
        leant = {**query, "rel.affinity": affinity, "rel.trust": query["rel.trust"] + LEAN,
                 "rel.band": band(affinity)}  # fmt: skip
        quests = tuple(q.id for q in self.quests(profile.id, leant) if q.open)
        return Near(self.actions(profile, leant), quests)

    def stock(self, profile: PersonaProfile) -> None:
        """Take up what an NPC sells."""
        views = []
        for item, ware in profile.wares.items():
            thing = self._things.get(item)
            names = (thing.name, *thing.aliases) if thing else (item.replace("_", " "),)
            views.append(WareView(item, names[0], _single(names), ware.price, ware.reserve))
        self._wares[profile.id] = tuple(views)

    def drop(self, npc: str) -> None:
        """Forget what an NPC sold."""
        self._wares.pop(npc, None)

    def wares(self, npc: str) -> tuple[WareView, ...]:
        """What an NPC sells."""
        return self._wares.get(npc, ())


def _compiled(action: Action) -> _Action:
    args = tuple((name, arg.type, arg.required) for name, arg in action.args.items())
    words = frozenset(_words((action.id.replace("_", " "), *action.topics))) - _NOBODY
    return _Action(
        Offer(action.id, action.on, args, words),
        frozenset(action.npcs),
        frozenset(action.archetypes),
        Criteria.parse(action.when, f"action {action.id}"),
    )


def _view(row: _Quest, query: Mapping[str, Any]) -> QuestView:
    quest, topics, when = row
    stage = query.get(f"stage.{quest.id}", quest.stages[0])
    step = quest.stages.index(stage) if stage in quest.stages else 0
    fits = step == 0 and when.score(query) is not None
    return QuestView(
        quest.id, quest.title, stage, step, len(quest.stages) - 1, fits, quest.offer,
        quest.waiting, quest.done, topics,
    )  # fmt: skip


def _single(names: Iterable[str]) -> tuple[str, ...]:
    """Stems of the names of one word: a part of a longer one ("toll token") names it not."""
    return tuple(dict.fromkeys(s[0] for name in names if len(s := stems(name)) == 1))


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for text in texts for s in stems(text)))
