"""Old states made new: one short function for each version that was ever written.

Each takes the plain tree of its version, as it was read, and gives that of the next. What comes out
is checked like any other state, so a migration need not be careful with a broken one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.errors import BadSave
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

Tree = dict[str, Any]


# variances in version 1: noise, world and archetype as authored and as they are, NPC, player; then
# count, what each feature weighs, what authored weights tell
_SCALES: tuple[Any, ...] = (
    0.55**2, *([0.02, 0.0005], [0.04, 0.0005]) * 2, 0.025, 0.04, 0, [[], []], 0.56, 0.31,
)  # fmt: skip


def migrated(tree: Tree) -> Tree:
    """A state of any older version as one of this. Raises BadSave if it cannot be."""
    try:
        while (step := STEPS.get(tree["version"])) is not None:
            tree = step(tree)
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise BadSave(
            "state does not hold what its version holds", field="state",
            got=f"{type(e).__name__}: {e}",
        ) from None  # fmt: skip
    return tree


def _from_1(tree: Tree) -> Tree:
    """Version 2: graphs of one's own, memories that count how often, tellings with a parent.

    Standings say since when they are so, NPCs over which night they slept last.
    """
    count = len(tree["happenings"]["text"])
    tree["happenings"] |= {"v": 2, "parent": [-1] * count, "twist": [0] * count}
    at = tree["happenings"]["at"]
    for npc in tree["npcs"].values():
        held = npc["memories"]["happening"]
        npc["memories"] |= {"v": 2, "touched": [at[h] for h in held], "times": [1] * len(held)}
        npc["graph"] = {"v": 2, "triples": []}
        npc["slept"] = 0
        npc["notes"] = {}
        npc["outcomes"] = []
        npc["grown"] = []
    for _, _, talk in tree["talks"]:
        talk |= {"last_told": [], "last_mentioned": [], "plea": None, "raised": [], "asked": []}
    for standings in tree["relations"].values():
        for other, row in standings.items():  # a tie stands in the profile; nothing wore off so far
            standings[other] = [*row[:7], tree["now"]]
    rows = [[*row, [], -1] for row in tree["ledger"]["rows"]]
    tree["ledger"] |= {"v": 2, "rows": rows, "paid": [], "number": 0, "barred": 0}
    tree["learns_by"], tree["network"] = "", Network(WIDTH).to_tree()
    tree["policy"] |= {"formula": 103, "scales": list(_SCALES), "noises": []}
    tree["vectors"] = {"source": "", "dim": 0}
    return tree | {"version": 2, "oldest": 1}


STEPS: dict[int, Callable[[Tree], Tree]] = {1: _from_1}
