"""A merchant over sixty deals: one customer pays for flattery, another where he is threatened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.build import connect
from personagen_npc.cli.talk import example
from personagen_npc.host.saving import Kept
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.client.client import Client

HOUR_S = 3600.0
DEALS = 60
FLATTERS, THREATENS = "flirt_back", "warn"
PAYS = {"vain": FLATTERS, "timid": THREATENS}  # what makes each of them open the purse
MERCHANT: dict[str, Any] = {
    "id": "silas", "name": "Silas Crome", "age": 50, "archetype": "merchant",
    "role": "the pedlar", "place": "market", "elasticity": 0.8, "cares": {"trade": 1.0},
    "personality_traits": [{"name": "agreeableness", "value": 0.5}],
    "wares": {"salt_block": {"price": 30, "reserve": 20, "stock": 500}},
    "behavioral_patterns": [
        {"trigger": "trade", "act": FLATTERS, "frequency": 0.3},
        {"trigger": "trade", "act": THREATENS, "frequency": 0.3},
    ],
}  # fmt: skip


async def bargained(game: Client, deals: int = DEALS) -> None:
    """The customers come in turn; an hour later it shows what each paid."""
    place = (await game.npc("berta"))["place"]
    await game.spawn(profile={**MERCHANT, "place": place})
    for deal in range(deals):
        await game.tick((deal + 1) * HOUR_S)
        player = list(PAYS)[deal % 2]
        reply = await game.say("silas", "How much is a block of salt?", player=player)
        worth = 1.0 if reply.act == PAYS[player] else -0.2 if reply.act in PAYS.values() else 0.1
        await game.reward(worth, turn=reply.turn, kind="trade", key=f"deal-{deal}")


async def odds(game: Client, player: str) -> dict[str, float]:
    """How likely each way to sell is the day after, with this customer."""
    await game.tick(24 * HOUR_S * (5 + list(PAYS).index(player)))
    reply = await game.say("silas", "How much is a block of salt?", player=player)
    why = await game.ask("why", turn=reply.turn)
    found = dict.fromkeys(PAYS.values(), 0.0)
    for act, _, _, p in why["chosen"]["candidates"]:
        if act in found:
            found[act] += p
    return found


async def test_a_merchant_learns_whom_to_flatter_and_whom_to_threaten(tmp_path: Path) -> None:
    target = f"local:{example()}"
    async with await connect(target, seed=3, embeddings="off", store=tmp_path) as game:
        await bargained(game)
        await game.save("evening")
        vain, timid = await odds(game, "vain"), await odds(game, "timid")
        assert vain[FLATTERS] > 2.0 * vain[THREATENS]
        assert timid[THREATENS] > 2.0 * timid[FLATTERS]
        await game.policy("reset")  # whatever comes between
        await game.load("evening")
        assert (await odds(game, "vain"), await odds(game, "timid")) == (vain, timid)


async def test_the_same_deals_leave_the_same_bytes(tmp_path: Path) -> None:
    states = []
    for run in ("one", "two"):
        target = f"local:{example()}"
        async with await connect(target, seed=3, embeddings="off", store=tmp_path / run) as game:
            await bargained(game, 20)
            await game.save("s")
            kept = Kept(await game.export_save("s"))
            states.append(snapshot.dump(kept.world(kept.pack())))
    assert states[0] == states[1]
