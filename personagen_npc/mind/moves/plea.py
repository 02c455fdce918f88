"""Plea: what an NPC refused and may yet be begged for, as the talk keeps it.

Only one thing at a time: the last that was refused. It is forgotten a few turns after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from personagen_npc.mind.scene import Scene, Talk
    from personagen_npc.mind.turn import Plan

LEAN: Final = 0.15  # trust and liking that words can make up for, and no more, [D]
LASTS: Final = 4  # turns after which nobody comes back to a refusal, [D]

# what an act refuses, where it is no service, secret or quest that says so itself
_REFUSING: Final = {"refuse": "other", "keep_secret": "secret", "grudge": "pardon",
                    "refuse_deal": "price", "counter_offer": "price"}  # fmt: skip


def pending(talk: Talk) -> dict[str, Any] | None:
    """The plea that the talk keeps, if it is fresh enough to be meant."""
    plea = talk.plea
    return plea if plea is not None and talk.turns - plea["turn"] <= LASTS else None


def fresh(about: str, matter: str, turn: int, args: dict[str, Any] | None = None) -> dict[str, Any]:
    """A plea for something just refused."""
    return {"about": about, "matter": matter, "args": args or {}, "tries": 0, "want": "", "sum": 0,
            "turn": turn, "cold": False}  # fmt: skip


def after(scene: Scene, plan: Plan, act: str, near: tuple[str, str, dict[str, Any]] | None
          ) -> dict[str, Any] | None:  # fmt: skip
    """The plea as this turn leaves it; ``near``: (about, matter, args) of what was asked for."""
    if "plea" in plan.move.talk:
        kept: dict[str, Any] | None = plan.move.talk["plea"]
        return kept
    before, turn = pending(scene.talk), scene.talk.turns
    if act not in _REFUSING:
        return before
    about, matter, args = near or (_REFUSING[act], "", {})
    if about == "secret" and plan.found.fact is not None:
        matter = plan.found.fact.id
    elif about == "price":
        matter = plan.deal.item
    if before is not None and (before["about"], before["matter"]) == (about, matter):
        return {**before, "tries": before["tries"] + 1, "turn": turn}
    return fresh(about, matter, turn, args)
