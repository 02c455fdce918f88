"""Checks of what the parts of a pack say about each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.authoring.conditions import check_knowable, check_when
from personagen_npc.authoring.cultures import check_belonging, check_cultures
from personagen_npc.authoring.lines import check_line, check_pattern, slots_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.authoring.look import Look
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact, Who


def check_references(look: Look) -> None:
    """Everything but voice: world, people, quests, actions, events, lore."""
    for check in CHECKS:
        check(look)


def _check_world(look: Look) -> None:
    pack = look.pack
    for name, place in pack.places.items():
        look.refer_all("place", place.near, ("places", name, "near"))
        for i, near in enumerate(place.near):
            other = look.whole.places.get(near)
            if near == name:
                look.say(("places", name, "near", i), f"{name} is near itself", "warning")
            elif other is not None and name not in other.near:
                text = f"{near} does not name {name} in its own near"
                look.say(("places", name, "near", i), text, "warning")
        look.refer_all("place", place.sees, ("places", name, "sees"))
    for name, faction in pack.factions.items():
        look.refer_all("faction", faction.attitudes, ("factions", name, "attitudes"))
    for name, variable in pack.variables.items():
        if variable.values and variable.default not in variable.values:
            text = f'default "{variable.default}" is none of its values'
            look.say(("variables", name, "default"), text)
    _check_calendar(look)


def _check_calendar(look: Look) -> None:
    calendar = look.pack.calendar
    count = len(calendar.months)
    if not 1 <= calendar.start_month <= count:
        text = f"{calendar.start_month} is not allowed (1 to {count}, there are {count} months)"
        look.say(("calendar", "start_month"), text)
        return
    month = calendar.months[calendar.start_month - 1]
    if calendar.start_day > month.days:
        text = f"{calendar.start_day} is not allowed (1 to {month.days}, the days of {month.name})"
        look.say(("calendar", "start_day"), text)
    months = {m.name: m.days for m in calendar.months}
    for name, on in calendar.feasts.items():
        day, _, of = on.partition(" ")
        known = on in calendar.weekdays or (day.isdigit() and 1 <= int(day) <= months.get(of, 0))
        if not known:
            text = f'"{on}" is not allowed (a weekday, or a day such as "30 {month.name}")'
            look.say(("calendar", "feasts", name), text)


def _check_quests(look: Look) -> None:
    for name, quest in look.pack.quests.items():
        loc = ("quests", name)
        look.refer("npc", quest.giver, (*loc, "giver"))
        check_when(look, quest.when, (*loc, "when"))
        if len(set(quest.stages)) < len(quest.stages):
            look.say((*loc, "stages"), "a stage stands twice")
        if not quest.offer:
            look.say(loc, "has no offer, so nobody can say what it is about", "warning")
        for field in ("offer", "waiting", "done"):
            for i, line in enumerate(getattr(quest, field)):
                check_line(look, line, slots_for(""), (*loc, field, i))


def _check_actions(look: Look) -> None:
    for name, action in look.pack.actions.items():
        loc = ("actions", name)
        check_when(look, action.when, (*loc, "when"))
        look.refer_all("npc", action.npcs, (*loc, "npcs"))
        for i, act in enumerate(action.on):
            look.act(act, (*loc, "on", i))
        for i, kind in enumerate(action.archetypes):
            here = (*loc, "archetypes", i)
            look.one_of("archetype", kind, look.archetypes(), here, "warning")
        for arg_name, arg in action.args.items():
            if arg.min is not None and arg.max is not None and arg.min > arg.max:
                look.say((*loc, "args", arg_name), f"min {arg.min:g} is above max {arg.max:g}")


OFTEN_SLOTS = ("actor", "target", "place", "times", "span")  # what a summary of deeds can say


def _check_events(look: Look) -> None:
    wanted = {goal.id: None for npc in look.whole.npcs.values() for goal in npc.goals}
    for name, event in look.pack.events.items():
        loc = ("events", name)
        for goal in event.goals:
            look.one_of("goal", goal, wanted, (*loc, "goals", goal), "warning")
        look.refer_all("event", event.grows, (*loc, "grows"))
        check_line(look, event.text, (), (*loc, "text"))
        for field in ("to_actor", "to_others", "reactions"):
            for i, line in enumerate(getattr(event, field)):
                check_line(look, line, (), (*loc, field, i))
        for i, line in enumerate(event.often):
            check_line(look, line, OFTEN_SLOTS, (*loc, "often", i))


def _check_people(look: Look) -> None:
    for name, npc in look.pack.npcs.items():
        _check_station(look, name, npc)
        _check_nature(look, name, npc)
        _check_belongings(look, name, npc)
        for i, pattern in enumerate(npc.behavioral_patterns):
            check_pattern(look, pattern, ("npcs", name, "behavioral_patterns", i))


def _check_station(look: Look, name: str, npc: PersonaProfile) -> None:
    loc = ("npcs", name)
    if npc.faction:
        look.refer("faction", npc.faction, (*loc, "faction"))
    check_belonging(look, name, npc)
    for field in ("place", "home"):
        if getattr(npc, field):
            look.refer("place", getattr(npc, field), (*loc, field))
    if not npc.place:
        look.say(loc, "has no place, so nobody meets them until the game says where", "warning")
    for other in npc.ties:
        look.refer("npc", other, (*loc, "ties", other))
        if other == name:
            look.say((*loc, "ties", other), "a tie to themselves", "warning")


def _check_nature(look: Look, name: str, npc: PersonaProfile) -> None:
    loc = ("npcs", name)
    traits = [t.name for t in npc.personality_traits]
    for i, trait in enumerate(traits):
        if trait in traits[:i]:
            look.say((*loc, "personality_traits", i, "name"), f"{trait} stands twice")
    for i, secret in enumerate(npc.secrets):
        if secret not in npc.knowledge_graph:
            look.refer("fact", secret, (*loc, "secrets", i))
    for key, node in npc.knowledge_graph.items():
        for i, other in enumerate(node.connections):
            here = (*loc, "knowledge_graph", key, "connections", i)
            known = [*npc.knowledge_graph, *look.entities(), *look.known("fact")]
            look.one_of("knowledge or id", other, known, here, "warning")


def _check_belongings(look: Look, name: str, npc: PersonaProfile) -> None:
    loc = ("npcs", name)
    for thing, ware in npc.wares.items():
        look.refer("thing", thing, (*loc, "wares", thing))
        if ware.reserve > ware.price:
            text = f"reserve {ware.reserve} is above price {ware.price}"
            look.say((*loc, "wares", thing, "reserve"), text)
    for i, quest in enumerate(npc.quests):
        look.refer("quest", quest, (*loc, "quests", i))
        given = look.whole.quests.get(quest)
        if given is not None and given.giver != name:
            text = f"the giver of {quest} is {given.giver}, not {name}"
            look.say((*loc, "quests", i), text, "warning")


def _check_link(look: Look, fact: Fact, link: str, loc: tuple[str, ...]) -> None:
    other = getattr(fact, link)
    if not other:
        return
    look.refer("fact", other, (*loc, link))
    if other == fact.id:
        look.say((*loc, link), "a fact cannot hang on itself")


def _check_lore(look: Look) -> None:
    entities = look.entities()
    for name, fact in look.pack.facts.items():
        loc = ("facts", name)
        check_when(look, fact.when, (*loc, "when"))
        check_knowable(look, fact.when, (*loc, "when"))
        _check_who(look, fact, loc)
        for i, other in enumerate(fact.about):
            look.one_of("entity", other, entities, (*loc, "about", i), "warning")
        look.refer_all("fact", fact.contradicts, (*loc, "contradicts"))
        for link in ("because", "but", "so"):
            _check_link(look, fact, link, loc)
        _check_ways(look, fact, loc)
        if fact.trust is not None and fact.who.all:
            text = "a secret (trust) that is granted to all is none"
            look.say((*loc, "trust"), text, "warning")
        if not (fact.topics or fact.about or fact.triple):
            text = "can be asked for only by the words of its text; give it topics"
            look.say(loc, text, "warning")


def _check_ways(look: Look, fact: Fact, loc: tuple[str, str]) -> None:
    """The ways in which a fact is told, by all and by some."""
    for i, line in enumerate(fact.says):
        check_line(look, line, slots_for("answer"), (*loc, "says", i))
    for npc, lines in fact.said_by.items():
        look.refer("npc", npc, (*loc, "said_by", npc))
        for i, line in enumerate(lines):
            check_line(look, line, slots_for("answer"), (*loc, "said_by", npc, i))


def _check_who(look: Look, fact: Fact, loc: tuple[str, str]) -> None:
    who = fact.who
    here = (*loc, "who")
    look.refer_all("npc", who.npcs, (*here, "npcs"))
    look.refer_all("npc", who.not_npcs, (*here, "not_npcs"))
    look.refer_all("faction", who.factions, (*here, "factions"))
    look.refer_all("place", who.places, (*here, "places"))
    for i, kind in enumerate(who.archetypes):
        look.one_of("archetype", kind, look.archetypes(), (*here, "archetypes", i), "warning")
    holders = [n for n, npc in look.whole.npcs.items() if knows(who, npc)]
    if not look.complete or who.places:  # whoever comes to the place knows it
        return
    if not holders:
        look.say(loc, "nobody knows it: who names nobody", "warning")
    for npc in fact.said_by:
        if npc in look.whole.npcs and npc not in holders:
            text = f"{npc} has words for it, but does not know it (see who)"
            look.say((*loc, "said_by", npc), text, "warning")


def knows(who: Who, npc: PersonaProfile) -> bool:
    """Whether a grant reaches a person where they first stand."""
    if npc.id in who.not_npcs:
        return False
    return (
        who.all
        or npc.id in who.npcs
        or npc.archetype in who.archetypes
        or npc.faction in who.factions
        or npc.place in who.places
    )


def _check_names(look: Look) -> None:
    """The same name for two things: the player cannot mean one of them."""
    first: dict[str, str] = {}
    for section in ("places", "factions", "things", "npcs"):
        for name, entity in getattr(look.whole, section).items():
            words = (entity.name, *entity.aliases)
            for word in dict.fromkeys(w.lower().removeprefix("the ") for w in words):
                owner = first.setdefault(word, name)
                if owner != name and name in getattr(look.pack, section):
                    text = f'"{word}" also names {owner}'
                    look.say((section, name), text, "warning")


CHECKS: Final[tuple[Callable[[Look], None], ...]] = (
    _check_world,
    _check_quests,
    _check_actions,
    _check_events,
    check_cultures,
    _check_people,
    _check_lore,
    _check_names,
)
