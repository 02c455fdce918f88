"""Feelings: what a deed does to one who saw it, overheard it, or was told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import Related
from personagen_npc.errors import BadField
from personagen_npc.mind.feel import feel, liked
from personagen_npc.mind.feeling.appraise import Worth, event_deed
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

LIKELIHOOD = "likelihood"  # the fact of an event that says how sure it is
NO_GOALS: Mapping[str, float] = {}


class Done(NamedTuple):
    """A deed as others learn of it. ``likelihood`` None: what its kind says."""

    kind: str
    actor: str
    target: str
    likelihood: float | None = None


class Line(NamedTuple):
    """A kind of line as far as it is appraised by those it was not said to."""

    id: str
    benefit: float
    praise: float
    goals: Mapping[str, float] = NO_GOALS


def feel_deed(
    world: World, npc: Npc, done: Done, strength: float = 1.0, *, goals: bool = True
) -> tuple[str, float]:
    """Appraise a deed, feel it, and think better or worse of the doer by as much.

    Args:
        world: the world.
        npc: who learns of it.
        done: what was done.
        strength: how far it counts in [0, 1]: 1 with one's own eyes, less by hearsay.
        goals: whether it moves goals; a second telling of the same does not.

    Returns:
        The emotion that rose most and its intensity.
    """
    kind, likelihood = _worth(world, done)
    if kind is None:
        return "", 0.0
    towards = (
        standing_of(world, npc, done.target).affinity if done.target not in ("", npc.id) else 0.0
    )
    doer = standing_of(world, npc, done.actor)
    deed = event_deed(
        npc, kind, done.actor, done.target, towards, doer.affinity, likelihood, strength
    )
    feeling = feel(
        npc, deed if goals else deed._replace(goals=NO_GOALS), world.now, world.pack.time_scale
    )
    world.do_all(feeling.changes)
    if done.actor not in ("", npc.id):
        world.do(
            Related(
                npc.id, done.actor, liked(doer.affinity, feeling.affinity),
                liked(doer.trust, feeling.trust), max(0.0, min(1.0, doer.fear + feeling.fear)),
                doer.familiarity, doer.name, doer.meetings, doer.at,
            )
        )  # fmt: skip
    return max(feeling.emotions, key=lambda e: e[1], default=("", 0.0))


def _worth(world: World, done: Done) -> tuple[Worth | None, float]:
    """The kind of deed and how sure it is; None if nobody has told what it is worth."""
    event = world.pack.events.get(done.kind)
    if event is not None:
        return event, event.likelihood if done.likelihood is None else done.likelihood
    row = world.minds.appraisal.get(done.kind)
    if row is None:
        return None, 0.0
    return Line(done.kind, row.get("benefit", 0.0), row.get("praise", 0.0)), 1.0


def admit_likelihood(facts: Mapping[str, Any], path: str) -> float | None:
    """How sure the game is of an event, if it says so; raises BadField."""
    sure = facts.get(LIKELIHOOD)
    if sure is None:
        return None
    number = isinstance(sure, int | float) and not isinstance(sure, bool)
    if not number or not 0.0 <= sure <= 1.0:
        raise BadField(
            "a likelihood is a share", field=f"{path}.facts.{LIKELIHOOD}", got=sure,
            allowed="0 to 1",
        )  # fmt: skip
    return float(sure)
