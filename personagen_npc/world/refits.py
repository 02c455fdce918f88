"""Re-fits: what another process made of all that a world learned enters as a numbered input.

A fit knows the branch and the step that it saw. It enters if that moment lies on the way to now,
and what was learned since is learned again on top, in its order: the state is then exactly that of
a world which had been fitted there and had lived on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import PolicySet
from personagen_npc.errors import Expired

if TYPE_CHECKING:
    from personagen_npc.world.world import World


class Seen(NamedTuple):
    """What a fit was made from.

    Attributes:
        branch: with ``step``, the moment.
        step: see there.
        number: credits that had taught something by then.
        heard: rewards that the policy had heard by then.
    """

    branch: int
    step: int
    number: int
    heard: int


def seen(world: World) -> Seen:
    """This moment, for a fit that begins now."""
    return Seen(world.branch, world.step, world.ledger.number, world.policy.scales.count)


def holds(world: World, branch: int, step: int) -> bool:
    """Whether a moment lies on the way to now."""
    if branch == world.branch:
        return step <= world.step
    return any(b == branch and step <= last for b, last in world.ancestry)


def refitted(world: World, moment: Seen, fit: dict[str, Any]) -> PolicySet:
    """The change that takes a fit up.

    Args:
        world: as it is now.
        moment: what the fit saw.
        fit: ``levels`` and ``network``, as ``train.work`` gives them.

    Raises:
        Expired: it is of a future that was left, or what was learned since cannot be learned again.
    """
    if not holds(world, moment.branch, moment.step):
        raise Expired(
            f"a fit of branch {moment.branch}, step {moment.step}: that future was left",
            field="branch", got=moment.branch, allowed="a branch that led here",
        )  # fmt: skip
    world.ledger.later(moment.number)
    value = {**moment._asdict(), "levels": fit["levels"], "network": fit["network"]}
    return PolicySet("refit", "", "", value)
