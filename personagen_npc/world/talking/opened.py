"""A line to one NPC in two steps: heard now, answered when an engine has made its words, or not.

Between the two the world goes on. What is said is decided by the state as it is at the second step:
somebody gone says nothing, and what may no longer be told is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.brief import brief
from personagen_npc.mind.telling.fitting import tellable
from personagen_npc.mind.turn import Opened, close_turn, open_turn
from personagen_npc.world.outcome import Outcome
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.talking.groups import Answered
from personagen_npc.world.talking.talk import admit, keep_why, meet_player, noted, others_hear

if TYPE_CHECKING:
    from personagen_npc.mind.brief import Brief
    from personagen_npc.mind.draft import Draft
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.turn import Plan
    from personagen_npc.world.talking.groups import Line
    from personagen_npc.world.world import World

# heard so, an engine is not asked: an attack on the character goes to nobody else
_NOT_FOR_ENGINES = frozenset({"attack", "out_of_world"})


class Opening(NamedTuple):
    """A turn that is open.

    Attributes:
        npc: who was spoken to.
        line: what was said, by whom.
        whisper: whether nobody else hears it.
        opened: the first half of the turn.
        brief: for whoever writes the line.
    """

    npc: str
    line: Line
    whisper: bool
    opened: Opened
    brief: Brief

    @property
    def turn(self) -> str:
        """Its id."""
        return self.opened.plan.turn

    @property
    def wants_words(self) -> bool:
        """Whether an engine may write it: there is something to say, and nobody attacks."""
        plan = self.opened.plan
        return plan.heard.intent not in _NOT_FOR_ENGINES and plan.line.key != "silence"


def open_say(
    world: World, npc_id: str, line: Line, *, place: str = "", whisper: bool = False
) -> Opening:
    """An NPC hears a line. Raises what ``talk.say`` raises; nothing has changed then."""
    (npc,) = admit(world, [npc_id], line.player, place)
    world.awake(npc_id, "npc")
    meet_player(world, line.player, npc.place)
    scene = _scene(world, npc, line, world.turn_id())
    opened = open_turn(world.minds, npc, scene, line.text)
    world.do_all(opened.changes)
    return Opening(npc_id, line, whisper, opened, brief(npc, scene, opened.plan))


def open_again(world: World, npc_id: str, line: Line, turn: str, *, whisper: bool) -> Opening:
    """A turn that was open when the server ended: heard already, so nothing changes by it."""
    npc = world.living(npc_id, "npc")
    scene = _scene(world, npc, line, turn)
    opened = open_turn(world.minds, npc, scene, line.text)._replace(changes=())
    plan = opened.plan._replace(kept=())
    return Opening(npc_id, line, whisper, Opened(plan, ()), brief(npc, scene, plan))


def close_say(
    world: World, opening: Opening, draft: Draft | None = None, made: dict[str, Any] | None = None
) -> Outcome:
    """The NPC answers, with the draft's words or its own. Raises Unknown or Conflict if it cannot.

    What it planned to tell and may not tell any more makes the draft void: it answers afresh.
    ``made`` is how the draft came about, for ``ask why``.
    """
    npc, line = world.living(opening.npc, "npc"), opening.line
    scene = _scene(world, npc, line, opening.turn)
    plan = opening.opened.plan
    if not _still(scene, plan):
        plan = open_turn(world.minds, npc, scene, line.text).plan._replace(kept=plan.kept)
        draft = None
    closed = close_turn(npc, scene, plan, draft.text if draft is not None else None)
    world.do_all(closed.changes)
    reply = closed.reply._replace(
        truncated=draft is not None and draft.truncated,
        why=closed.reply.why | {"draft": made or {}},
    )
    turn = Answered(npc, opening.opened._replace(plan=plan), closed._replace(reply=reply))
    keep_why(world, reply)
    said = others_hear(world, [npc], [turn], whisper=opening.whisper)
    return Outcome(replies=(reply,), said=said, noted=(noted(reply),))


def _scene(world: World, npc: Npc, line: Line, turn: str) -> Scene:
    return scene_for(world, npc, line.player, turn, max_chars=line.max_chars, extra=line.facts)


def _still(scene: Scene, plan: Plan) -> bool:
    """Whether what the plan tells may still be told."""
    fact, memory = plan.found.fact, plan.found.memory
    if fact is not None and plan.found.kind == "fact":
        known = scene.knowledge.fact(fact.id)
        if known is None or not tellable(scene, known):
            return False
    return memory is None or scene.past.memory(memory.happening) is not None
