"""An actor and a critic, trained on logged turns: the policy network of ``learn.network``.

Off-policy actor-critic: the critic expects a reward of the occasion (context, archetype, NPC and
player); what came beyond it is the advantage. The actor climbs ``min(pi / p, cut) * advantage *
log pi`` (truncated importance weights, after Degris, White and Sutton 2012 and Espeholt et al.
2018) plus an entropy bonus, with clipped gradients. ``pi`` is over the acts that were on the menu,
starting from their authored shares, so a network that has learned nothing is what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from personagen_npc.learn.network import VERSION

if TYPE_CHECKING:
    from personagen_npc.learn.lessons import Lessons

Tensor = torch.Tensor

HIDDEN = 32
EPOCHS = 30
BATCH = 256
STEP = 5e-3
CUT = 2.0  # of importance weights
ENTROPY = 0.01
OWN_DECAY = 2e-3  # pulls the biases of NPCs and players to 0: few lessons each
GRADIENT = 1.0  # longest gradient
_OFF_MENU = -1e9


class ActorCritic(nn.Module):
    """The network while it is trained; float64, so that numpy reads what torch wrote."""

    def __init__(self, lessons: Lessons, hidden: int = HIDDEN) -> None:
        super().__init__()
        width, acts = lessons.x.shape[1], len(lessons.acts)
        self.inward = nn.Linear(width, hidden, bias=False)
        self.kinds = nn.Embedding(len(lessons.archetypes), hidden)
        self.outward = nn.Linear(hidden, acts)
        self.npcs = nn.Embedding(len(lessons.npcs), acts)
        self.players = nn.Embedding(len(lessons.players), acts)
        self.worth = nn.Linear(hidden, 1)
        self.npc_worth = nn.Embedding(len(lessons.npcs), 1)
        self.player_worth = nn.Embedding(len(lessons.players), 1)
        for flat in (self.kinds, self.npcs, self.players, self.npc_worth, self.player_worth,
                     self.outward, self.worth):  # fmt: skip
            nn.init.zeros_(flat.weight)
        nn.init.zeros_(self.outward.bias)
        nn.init.zeros_(self.worth.bias)

    def forward(
        self, x: Tensor, kind: Tensor, npc: Tensor, player: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(logits, expected reward), shapes (n, acts) and (n,)."""
        hidden = nn.functional.softsign(self.inward(x) + self.kinds(kind))
        logits = self.outward(hidden) + self.npcs(npc) + self.players(player)
        worth = self.worth(hidden) + self.npc_worth(npc) + self.player_worth(player)
        return logits, worth[:, 0]


def train(
    lessons: Lessons, seed: int = 0, *, epochs: int = EPOCHS, device: str = "cpu"
) -> dict[str, Any]:
    """A network from logged turns, as ``learn.network.Network.from_tree`` reads it.

    Raises:
        ValueError: there are no lessons.
    """
    if len(lessons.reward) == 0:
        raise ValueError("there is nothing to train on: no lessons")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = ActorCritic(lessons).double().to(device)
        columns = _columns(lessons, device)
        optimiser = torch.optim.Adam(_groups(model), lr=STEP)
        for _ in range(epochs):
            for rows in torch.split(torch.randperm(len(lessons.reward)), BATCH):
                loss = _loss(model, [c[rows.to(device)] for c in columns])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(model.parameters(), GRADIENT)
                optimiser.step()
    return _tree(model, lessons)


def _groups(model: ActorCritic) -> list[dict[str, Any]]:
    """Parameters with their decay: what belongs to one NPC or player only is held close to 0."""
    own = {"npcs", "players", "npc_worth", "player_worth"}
    owned = [p for name, p in model.named_parameters() if name.split(".")[0] in own]
    shared = [p for name, p in model.named_parameters() if name.split(".")[0] not in own]
    return [{"params": shared, "weight_decay": 1e-4}, {"params": owned, "weight_decay": OWN_DECAY}]


def _columns(lessons: Lessons, device: str) -> list[Tensor]:
    floats = (lessons.x, lessons.menu, lessons.p, lessons.reward, lessons.weight)
    wholes = (lessons.archetype, lessons.npc, lessons.player, lessons.act)
    return [
        *(torch.tensor(c, dtype=torch.float64, device=device) for c in floats),
        *(torch.tensor(c, dtype=torch.int64, device=device) for c in wholes),
    ]


def _loss(model: ActorCritic, columns: list[Tensor]) -> Tensor:
    x, menu, p, reward, weight, kind, npc, player, act = columns
    logits, worth = model(x, kind, npc, player)
    open_ = menu > 0.0
    start = torch.where(open_, menu, 1.0).log()
    logs = torch.log_softmax(torch.where(open_, logits + start, _OFF_MENU), -1)
    done = logs.gather(1, act[:, None])[:, 0]
    ratio = (done.detach().exp() / p).clamp(max=CUT)
    advantage = reward - worth.detach()
    entropy = -(logs.exp() * torch.where(open_, logs, 0.0)).sum(-1)
    actor = -(weight * ratio * advantage * done).mean() - ENTROPY * entropy.mean()
    critic = (weight * (reward - worth) ** 2).mean()
    total: Tensor = actor + 0.5 * critic
    return total


def _tree(model: ActorCritic, lessons: Lessons) -> dict[str, Any]:
    outward = torch.cat((model.outward.weight.T, model.outward.bias[None]))

    def named(table: nn.Embedding, names: tuple[str, ...]) -> list[list[Any]]:
        return [[n, row] for n, row in zip(names, table.weight.tolist(), strict=True) if n]

    return {
        "v": VERSION, "width": lessons.x.shape[1], "acts": list(lessons.acts),
        "inward": model.inward.weight.T.tolist(), "outward": outward.tolist(),
        "archetypes": named(model.kinds, lessons.archetypes),
        "npcs": named(model.npcs, lessons.npcs),
        "players": named(model.players, lessons.players),
    }  # fmt: skip
