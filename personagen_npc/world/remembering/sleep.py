"""Sleep: what a night does to a memory. Small things go together, the least worthy are let go.

An NPC sleeps once for however many nights went by, when its next due moment comes after a dawn
(world/agenda.py), so a jump of years costs what one night does. What goes together becomes one
happening of kind ``summary`` that this NPC holds as inferred, and a statement in its own graph
(doer, ``often.CLASS``, to whom) that says the same and names its evidence: the summary first, then
what stayed word for word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.changes import Asserted, Dropped, Happened, Held, NpcSet, Retracted
from personagen_npc.memory.consolidate import Class, Group, groups
from personagen_npc.memory.fading import least_worthy
from personagen_npc.memory.graph import ALWAYS
from personagen_npc.mind.remember import PRIVATE, STATED, SUMMARY
from personagen_npc.words.inflect import list_in_words, number_in_words
from personagen_npc.words.tidy import tidy, without_slots
from personagen_npc.world.people.ties import PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

OFTEN: Final = "often."  # relations of summaries begin so
TALK: Final = "talk"  # class of all plain statements
DEED_DAYS, DEEDS, DEEDS_KEPT = 7.0, 4, 1  # age, how many, how many stay word for word, [D]
TALK_DAYS, SAYINGS, SAYINGS_KEPT = 30.0, 8, 3  # words are kept longer than deeds, [D]
TOPICS = 3  # names in a summary of talk, [D]
SURE = 2.0  # a habit seen n times is n / (n + SURE) sure, [D]
LIGHT = 256  # memories whose night takes about as long as an NPC's doing; measured: 1 ms
CLEARED = 16_384  # happenings let go of in one night at most: bounds its step, [D]
SPARE = 8  # a memory may be over its budget by a share of this before the night, [D]
SLEEPLESS = frozenset({"dead", "unloaded"})
_SLOT = re.compile(r"\{(?!actor\}|target\})[^{}]*\}")
_AT_PLACE = re.compile(r"(?: (?:at|in|by|near))? \{place\}")


def sleep(world: World, npc: Npc) -> bool:
    """Let an NPC sleep over the nights since it last did; says whether there was one."""
    night = world.dates.night(world.now)
    if npc.slept >= night or npc.state in SLEEPLESS:
        return False
    if len(npc.memories) > DEEDS:
        _consolidate(world, npc)
        let_go(world, npc)
    _unsay(world, npc)
    world.do(NpcSet(npc.id, "slept", night))
    return True


def burden(world: World, npc: Npc) -> int:
    """As how many other due items the night counts that an NPC has to sleep over now."""
    if npc.slept >= world.dates.night(world.now):
        return 0
    return len(npc.memories) // LIGHT


def all_slept(world: World) -> bool:
    """Whether nobody who sleeps at all has a night to sleep over yet."""
    night = world.dates.night(world.now)
    return all(n.slept >= night or n.due < 0 or n.state in SLEEPLESS for n in world.npcs.values())


# --- the budget -----------------------------------------------------------------------------------


def budget_of(world: World, npc: Npc) -> int:
    """How many memories an NPC may hold."""
    return npc.profile.memory_budget or world.pack.memory_budget


def let_go(world: World, npc: Npc) -> None:
    """Drop what an NPC holds over its budget: what is worth least, evidence last."""
    over = len(npc.memories) - budget_of(world, npc)
    if over > 0:
        needed = evidence(npc)
        gone = least_worthy(npc.memories, world.happenings, world.now, over, needed)
        _drop(world, npc, gone)


def hold_budgets(world: World) -> None:
    """Let go at once where this step made a memory grow far over its budget.

    The night does it otherwise; the share to spare makes it one sorting for many memories.
    """
    grown = dict.fromkeys(c.npc for c in world.recent if type(c) is Held)
    for who in grown:
        npc = world.npcs.get(who)
        if npc is not None and len(npc.memories) > _ceiling(budget_of(world, npc)):
            let_go(world, npc)


def _ceiling(budget: int) -> int:
    return budget + max(1, budget // SPARE)


def evidence(npc: Npc) -> frozenset[int]:
    """Happenings on which a statement rests that is no summary."""
    return frozenset(h for t in npc.graph if not t.relation.startswith(OFTEN) for h in t.evidence)


def _drop(world: World, npc: Npc, gone: Sequence[int]) -> None:
    """Drop memories; a summary takes its statement along."""
    world.do(Dropped(npc.id, tuple(gone)))
    lost = set(gone)
    numbers = [
        n for n, t in npc.graph.numbered()
        if t.relation.startswith(OFTEN) and t.evidence[0] in lost
    ]  # fmt: skip
    if numbers:
        world.do(Retracted(npc.id, tuple(numbers)))


def _unsay(world: World, npc: Npc) -> None:
    """Retract what its graph holds over the budget: the most faded statements, ties never."""
    held = list(npc.graph.numbered())
    over = len(held) - budget_of(world, npc)
    if over > 0:
        free = [(t.weight(world.now), n) for n, t in held if not t.relation.startswith(PREFIX)]
        gone = tuple([n for _, n in sorted(free)[:over]])
        if gone:
            world.do(Retracted(npc.id, gone))


# --- the world's own store ------------------------------------------------------------------------


def clear_out(world: World) -> None:
    """Let the world go of every happening that nobody holds and no statement rests on."""
    npcs = world.npcs.values()
    held = (npc.memories.happening for npc in npcs)
    proof = [h for npc in npcs for t in npc.graph if t.evidence for h in t.evidence]
    gone = world.happenings.unheld((*held, proof))[:CLEARED]
    if gone:
        world.do(Dropped("", tuple(gone)))


# --- consolidation --------------------------------------------------------------------------------


def _consolidate(world: World, npc: Npc) -> None:
    """Bring together what goes together, each group as one summary."""
    known = {
        (t.subject, t.object, t.relation, t.hops > 0): (n, t)
        for n, t in npc.graph.numbered()
        if t.relation.startswith(OFTEN)
    }
    counted = frozenset(h for _, t in known.values() for h in t.evidence)
    found = groups(
        npc.memories, world.happenings, _classes(world), world.now, evidence(npc), counted
    )
    for group in found:
        key = (group.actor, group.target, OFTEN + group.name, group.hearsay)
        number, before = known.get(key, (npc.graph.next, None))
        _sum_up(world, npc, group, number, before)


def _sum_up(world: World, npc: Npc, group: Group, number: int, before: Triple | None) -> None:
    happenings, summary = world.happenings, len(world.happenings)
    times, first, names = group.times, group.first, group.names
    old: tuple[int, ...] = ()
    if before is not None and before.evidence[0] in npc.memories:
        old = before.evidence[:1]
        times += npc.memories[old[0]].times
        first = min(first, before.since)
        names = tuple(dict.fromkeys((*names, *happenings[old[0]].names)))
    text = _text(world, npc, group, names, times, first)
    strongest = npc.memories[group.kept[0]]
    world.do(
        Happened(summary, text, SUMMARY, group.actor, group.target, group.place, group.last,
                 group.importance, "", names)
    )  # fmt: skip
    world.do(
        Held(npc.id, summary, "inferred", "", int(group.hearsay), 1.0, strongest.emotion,
             strongest.intensity, world.step, 0, times)
    )  # fmt: skip
    world.do(
        Asserted(
            npc.id, number, group.actor, OFTEN + group.name, group.target, times / (times + SURE),
            "inferred", "", int(group.hearsay), first, ALWAYS, group.importance, world.now, text,
            (summary, *group.kept),
        )
    )  # fmt: skip
    kept = set(group.kept)
    world.do(Dropped(npc.id, (*old, *(h for h in group.members if h not in kept))))


def _classes(world: World) -> dict[str, Class]:
    """How each kind of happening goes together; private ones and summaries never do."""
    talk = Class(TALK, TALK_DAYS, SAYINGS, SAYINGS_KEPT, talks=True)
    deeds = world.minds.deeds
    plain = [k for k in deeds if k not in PRIVATE and "{claim}" not in deeds[k]["text"]]
    found = {k: Class(k, DEED_DAYS, DEEDS, DEEDS_KEPT) for k in (*world.pack.events, *plain)}
    return found | dict.fromkeys(sorted(STATED - PRIVATE), talk)


def _text(
    world: World, npc: Npc, group: Group, names: Sequence[str], times: int, first: float
) -> str:
    """How a summary is told: {actor}, {target} and {span:FIRST:LAST} are filled in each time."""
    habits = world.minds.habits
    if group.name == TALK:
        about = [world.display[n] for n in names if n in world.display][:TOPICS]
        ways = habits["talk"]["about" if about else "idle"]
        slots = {"about": list_in_words([without_slots(a) for a in about])}
    else:
        ways = _often(world, group.name) or (habits["plain"],)
        slots = {"deed": _deed(world, group, habits["something"])}
    dice = world.dice(npc.id, f"night.{world.branch}.{world.step}.{len(world.recent)}")
    text = str(ways[int(dice.roll("way") * len(ways))])
    if group.place in world.display:
        slots["place"] = world.display[group.place]
    else:
        text = _AT_PLACE.sub("", text)
    slots["times"] = _how_often(habits["times"], times)
    slots["span"] = f"{{span:{int(first)}:{int(group.last)}}}"
    for slot, value in slots.items():
        text = text.replace(f"{{{slot}}}", value)
    return text


def _often(world: World, kind: str) -> Sequence[str]:
    """The pack's own ways to say that a deed was done often, or those of a line."""
    event = world.pack.events.get(kind)
    if event is not None:
        return event.often
    ways: Sequence[str] = world.minds.deeds[kind].get("often", ())
    return ways


def _deed(world: World, group: Group, something: str) -> str:
    """The deed as one sentence without its stop, what differed left open."""
    texts = {world.happenings[h].text for h in group.members}
    if len(texts) == 1:
        text = texts.pop()
    else:
        event = world.pack.events.get(group.name)
        text = event.text if event is not None else world.minds.deeds[group.name]["text"]
        if group.place:
            text = text.replace("{place}", world.display.get(group.place, "here"))
        text = _SLOT.sub(something, _AT_PLACE.sub("", text))
    return tidy(text).rstrip(".!")


def _how_often(steps: Sequence[Sequence[Any]], times: int) -> str:
    way = next(str(way) for most, way in steps if times <= most)
    return way.replace("{number}", number_in_words(times))
