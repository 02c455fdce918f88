"""Newcomer: a generated person who comes into a pack or a world, with a place and acquaintances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.authoring.fitting import fitted, setting_of
from personagen_npc.dice import Dice
from personagen_npc.persona.acquaintance import Acquainted, acquaint, settled_in
from personagen_npc.persona.generate import USUAL, generate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack

GROWN: Final = 14  # who is younger knows nobody by trade, [D]


def newcomer(
    pack: Pack, there: Sequence[PersonaProfile], theme: str, complexity: int | None, seed: int,
) -> tuple[PersonaProfile, list[Acquainted]]:  # fmt: skip
    """A person for a world, and whom he knows there.

    Args:
        pack: names, cultures, places, forbidden words.
        there: who is in the world already, in an order that is always the same.
        theme: a few words.
        complexity: 1 to 10.
        seed: same seed and same world, same person.
    """
    taken = {w for p in there for w in (p.id, p.name, *p.name.split()[:1], *p.aliases)}
    setting = setting_of(pack)
    setting = setting._replace(taken=taken.union(_names(pack)))
    made = fitted(generate(theme, complexity or USUAL, seed, setting), pack, theme)
    if made.age < GROWN:
        return made.model_copy(update={"home": made.home or made.place}), []
    things = {t.id: t.name for t in pack.things.values()}
    ties = acquaint(made, there, things, Dice(seed, made.id, "acquaintance"))
    return settled_in(made, ties), ties


def _names(pack: Pack) -> set[str]:
    return {w for p in pack.npcs.values() for w in (p.id, p.name, *p.name.split()[:1], *p.aliases)}
