"""Groups: who of several answers first, and whether a second voice has something of its own to say.

First the one named, then whom the line concerns most, then who did not speak last, then the most
extraverted. A second voice knows more, holds otherwise, or can vouch for what was said; it never
says the same again. More than two would be a choir.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import Happened, Held
from personagen_npc.events import QUESTIONS
from personagen_npc.mind.choose import just
from personagen_npc.mind.reading.form import wanted
from personagen_npc.mind.turn import close_turn, hear, open_turn, own_line, think
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.scenes import query_for, scene_for, standing_of, talk_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.turn import Closed, Opened
    from personagen_npc.world.world import World

LOOKED_AT = 3  # facts looked at to see whom of a group a line concerns most, [D]
CONCERNED = 0.3  # share of a question that one must know to be concerned at all, [D]
OWN = 0.3  # how much more something of one's own life concerns one, [D]
SELLS, GIVES = 0.6, 0.3  # concern of who sells it or judges it, of who has work to give, [D]
SECONDS = 2  # others asked in their minds for a second voice: bounds a group's work, [D]
AGREE = "#vouching"  # lines of somebody who says that it is so
_BARGAIN = frozenset({"trade", "haggle", "offer", "agree", "disagree"})
_QUEST = frozenset({"quest_ask", "quest_accept", "quest_refuse", "quest_report", "ask_help"})
_ELLIPTIC = QUESTIONS | {"agree", "disagree"}
_ABOUT_THAT = frozenset({"ask_source", "repeat"})  # what was said last, whatever it was


class Line(NamedTuple):
    """What a player says to a group, and how."""

    player: str
    text: str
    max_chars: int = 400
    facts: Mapping[str, Any] | None = None


class Answered(NamedTuple):
    """One NPC's whole turn."""

    npc: Npc
    opened: Opened
    closed: Closed


def first_voice(world: World, group: Sequence[Npc], line: Line) -> Npc:
    """Who of a group answers."""
    heard = hear(world.minds, line.text)
    ids = {n.id: n for n in group}
    if heard.addressed in ids:
        return ids[heard.addressed]
    last = _spoke_last(world, group, line.player)
    if last and _goes_on(world, ids[last[0]], heard, line.player):
        return ids[last[0]]
    return min(group, key=lambda n: _rank(world, n, heard, line.player, last))


def answer(world: World, npc: Npc, line: Line) -> Answered:
    """One NPC hears the line and answers; what that changes is done."""
    scene = scene_for(
        world, npc, line.player, world.turn_id(), max_chars=line.max_chars, extra=line.facts
    )
    opened = open_turn(world.minds, npc, scene, line.text)
    world.do_all(opened.changes)
    closed = close_turn(npc, scene, opened.plan)  # the same step: the scene is still this moment
    world.do_all(closed.changes)
    return Answered(npc, opened, closed)


def second_voice(
    world: World, group: Sequence[Npc], first: Answered, line: Line
) -> Answered | None:  # fmt: skip
    """Another of the group, if it has something of its own to add; else nothing has changed."""
    heard = first.opened.plan.heard
    bare = not heard.entities and not heard.stems
    if heard.addressed or heard.intent not in QUESTIONS - _ABOUT_THAT or bare:
        return None
    ranked = [(_rank(world, n, heard, line.player, ()), n) for n in group if n is not first.npc]
    concerned = sorted((r for r in ranked if r[0][0] < 0.0), key=lambda r: r[0])
    for _, npc in concerned[:SECONDS]:
        added = _add(world, npc, first, line)
        if added is not None:
            return added
    return None


def _add(world: World, npc: Npc, first: Answered, line: Line) -> Answered | None:
    scene = scene_for(
        world, npc, line.player, world.turn_id(), max_chars=line.max_chars, extra=line.facts
    )
    found = think(world.minds, npc, scene, line.text).found
    kind = _adds(world, found.fact.id if found.kind == "fact" and found.fact else "", first)
    if not kind or found.fact is None or (kind == "agree" and npc.id not in found.fact.about):
        return None  # only whom it is about can vouch for it
    scene = scene._replace(query={**scene.query, "second": kind})
    opened = open_turn(world.minds, npc, scene, line.text)
    plan = opened.plan
    if kind == "agree":
        said = own_line(world.minds, npc, scene, AGREE, {**scene.query, **npc.base})
        plan = plan._replace(line=said._replace(act="accept"), chosen=just("accept"), mention=None)
    elif plan.line.act != "answer":
        return None
    if plan.line.key == "silence" or plan.line.text == first.closed.reply.text:
        return None
    world.do_all(_of_the_same_line(opened.changes, first.opened.changes))
    closed = close_turn(npc, scene, plan)
    world.do_all(closed.changes)
    return Answered(npc, opened._replace(plan=plan), closed)


def _adds(world: World, fact: str, first: Answered) -> str:
    """What somebody's best fact is to what was just told, "" if there is none.

    agree, against, more; instead, where the first had nothing to tell.
    """
    told = first.closed.reply.told
    if not fact:
        return ""
    if not told:
        return "instead"
    if fact in told:
        return "agree"
    return "against" if any(t in world.rivals.of(fact) for t in told) else "more"


def _of_the_same_line(changes: Sequence[Change], first: Sequence[Change]) -> Iterator[Change]:
    """What hearing did to the second voice; the line itself happened once, for both."""
    heard = next((c.id for c in first if isinstance(c, Happened)), None)
    for change in changes:
        if isinstance(change, Held):
            if heard is not None:
                yield change._replace(happening=heard)
        elif not isinstance(change, Happened):
            yield change


def _rank(
    world: World, npc: Npc, heard: Heard, player: str, last: Sequence[str]
) -> tuple[float, bool, float, str]:
    """The lower the sooner: concern, having spoken last, extraversion."""
    warmth = npc.big5[2] + 0.2 * standing_of(world, npc, player).affinity
    return (-_concern(world, npc, heard, player), npc.id in last, -warmth, npc.id)


def _concern(world: World, npc: Npc, heard: Heard, player: str) -> float:
    names = tuple(i for i, _ in heard.entities)
    asked = Question(heard.stems, names, wanted(heard))
    found = world.lore.search(npc, query_for(world, npc, player), asked, LOOKED_AT)
    best = max((f.score + OWN * f.own for f in found), default=0.0)
    if heard.intent == "trade" and world.offers.wares(npc.id):
        best += SELLS if {w.id for w in world.offers.wares(npc.id)} & set(names) else OWN
    if heard.intent in _QUEST and npc.profile.quests:
        best += GIVES
    if heard.intent == "ask_opinion" and not npc.profile.opinions.keys().isdisjoint(names):
        best += SELLS
    return round(best, 1) if best >= CONCERNED else 0.0


def _spoke_last(world: World, group: Sequence[Npc], player: str) -> list[str]:
    """Who of a group answered this player in the latest step in which any did, in that order."""
    turns = {n.id: _turn(talk_of(world, n, player).last_turn) for n in group}
    latest = max(step for step, _ in turns.values())
    spoke = [(k, i) for i, (step, k) in turns.items() if step == latest >= 0]
    return [i for _, i in sorted(spoke)]


def _turn(turn: str) -> tuple[int, int]:
    """Step of a turn, and which of the step's turns it was; (-1, 0) for none."""
    step, _, number = turn.partition(".s")[2].partition("-")
    if not step.isdigit() or not (number or "0").isdigit():
        return (-1, 0)
    return (int(step), int(number or 0))


def _goes_on(world: World, npc: Npc, heard: Heard, player: str) -> bool:
    """Whether a line only makes sense to the one who spoke last: "Why?", a bid, a yes."""
    talk = talk_of(world, npc, player)
    if heard.intent in _BARGAIN and talk.deal is not None:
        return True
    if heard.intent in (*_QUEST, "agree", "disagree") and talk.quest:
        return True
    if heard.intent in _ABOUT_THAT:
        return True
    return heard.intent in _ELLIPTIC and not heard.entities and not heard.stems
