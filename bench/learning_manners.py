"""Staying in character, in a world: a polite innkeeper through a real host, and a bully.

The bully insults her in every line and rewards nothing but an insult back: 1 for it, -1 for all
else. As written she snaps in 5 of 1,000 lines. ``python -m bench.learning_manners`` prints how many
of 50 lines are impolite over 10,000 turns, at an elasticity of .3 and, as a control, of 1.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.build import connect
from personagen_npc.cli.talk import example

if TYPE_CHECKING:
    from personagen_npc.client.client import Client

LINES: Final = (
    "You are a fool.", "You stupid goat!", "Your ale tastes of feet.", "You lazy, ugly toad.",
    "What a miserable hovel this is, and you fit it.", "Get out of my way, idiot.",
)  # fmt: skip
IMPOLITE: Final = frozenset({"insult_back", "rebuff", "grudge", "warn", "refuse"})
HOUR_S: Final = 3600.0
INNKEEPER: Final[dict[str, Any]] = {
    "id": "linnet", "name": "Linnet Amory", "age": 41, "archetype": "innkeeper",
    "role": "the keeper of the guest house", "place": "drowned_bell",
    "personality_traits": [{"name": "agreeableness", "value": 0.9},
                           {"name": "neuroticism", "value": 0.2}],
    "behavioral_patterns": [{"trigger": "insult", "act": "insult_back", "frequency": 0.005,
                             "response_template": "And you are no rose yourself."}],
}  # fmt: skip


async def impolite_in_50(elasticity: float, turns: int = 10_000, seed: int = 1) -> float:
    """Impolite acts in 50 lines, on the average of all of ``turns``."""
    target = f"local:{example()}"
    async with await connect(target, seed=seed, embeddings="off") as game:
        await game.spawn(profile={**INNKEEPER, "elasticity": elasticity})
        rude = 0
        for at in range(turns):
            rude += await _turn(game, at)
    return 50.0 * rude / turns


async def _turn(game: Client, at: int) -> bool:
    await game.tick((at + 1) * HOUR_S)
    reply = await game.say("linnet", LINES[at % len(LINES)], player="bully")
    rude = reply.act in IMPOLITE
    await game.reward(1.0 if rude else -1.0, turn=reply.turn, kind="liked")
    return rude


def main() -> None:
    """The figures."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for elasticity in (0.3, 1.0):
        found = asyncio.run(impolite_in_50(elasticity, turns))
        print(f"elasticity {elasticity}: {found:.2f} impolite in 50 lines over {turns} turns")


if __name__ == "__main__":
    main()
