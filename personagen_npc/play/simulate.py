"""Synthetic players with hidden tastes, on a real host: what will players make of these NPCs?

Each player likes some of what NPCs do and hates some; nobody is told which. A turn is a line to an
NPC of the pack, and a reward by the reply's turn id that comes up to ``LATEST`` turns late, or
never. The same is played a second time with all NPCs frozen, so that what learning brings is the
difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.dice import Dice
from personagen_npc.errors import PersonagenError
from personagen_npc.events import ACTS
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.client.client import Client

LATEST: Final = 4  # turns that a reward may come late
LOST: Final = 0.05
NOISE: Final = 0.3  # of a reward, to either side
TURN_S: Final = 90.0  # game seconds from one line to the next
_KINDS: Mapping[str, Sequence[str]] = table("play/data/players.yaml")["kinds"]


class Paid(NamedTuple):
    """A turn of the simulation: whom, what the NPC did, and how it pleased."""

    npc: str
    player: str
    act: str
    worth: float


class Player:
    """One synthetic player: what it says, and what it likes to get for it."""

    def __init__(self, seed: int, number: int) -> None:
        self.id = f"player{number + 1}"
        dice = Dice(seed, self.id, "tastes")
        self._dice = dice
        self.tastes = {act: 2.0 * dice.roll(f"taste.{act}") - 1.0 for act in ACTS}
        self._leans = [dice.roll(f"kind.{kind}") ** 2 for kind in _KINDS]

    def line(self, turn: int, name: str, wares: Sequence[str]) -> str:
        """What it says next."""
        kind = list(_KINDS)[self._dice.index(f"kind#{turn}", self._leans)]
        lines = [s for s in _KINDS[kind] if wares or "{ware}" not in s]
        said = lines[int(self._dice.roll(f"line#{turn}") * len(lines))]
        ware = wares[int(self._dice.roll(f"ware#{turn}") * len(wares))] if wares else ""
        return said.format(npc=name, ware=ware)

    def taste(self, act: str) -> float:
        """How it likes an act on the average, -1 to 1."""
        return self.tastes.get(act, 0.0)

    def pleased(self, act: str, turn: int) -> float:
        """How it likes an act this time, -1 to 1."""
        wobble = (2.0 * self._dice.roll(f"noise#{turn}") - 1.0) * NOISE
        return min(1.0, max(-1.0, self.taste(act) + wobble))


def cast_of(seed: int, players: int) -> list[Player]:
    """The players of a simulation."""
    return [Player(seed, number) for number in range(players)]


async def lived(
    game: Client, seed: int, players: int, turns: int, *, learning: bool,
    progress: Callable[[], None] = lambda: None,
) -> list[Paid]:  # fmt: skip
    """``turns`` turns of each of ``players``, in an open world; what each turn was worth.

    Raises:
        BadField: there is nobody to talk to.
    """
    people = [row for row in await game.npcs() if row["state"] == "alive"]
    cast = cast_of(seed, players)
    wares = {row["id"]: tuple((await game.npc(row["id"])).get("wares", ())) for row in people}
    if not learning:
        await game.policy("freeze")
    found: list[Paid] = []
    due: dict[int, list[tuple[str, float]]] = {}
    for turn in range(turns * players):
        await _pay(game, due.pop(turn, []))
        await game.tick((turn + 1) * TURN_S)
        player = cast[turn % players]
        row = people[int(Dice(seed, player.id, "visits").roll(f"{turn}") * len(people))]
        paid, id_ = await _turn(game, player, row, turn, wares[row["id"]])
        found.append(paid)
        fate = Dice(seed, player.id, "rewards")
        if id_ and fate.roll(f"lost#{turn}") >= LOST:
            late = turn + 1 + int(fate.roll(f"late#{turn}") * LATEST * players)
            due.setdefault(late, []).append((id_, paid.worth))
        progress()
    return found


async def _turn(
    game: Client, player: Player, row: Mapping[str, str], turn: int, wares: Sequence[str]
) -> tuple[Paid, str]:
    text = player.line(turn, row["name"].split(" ")[0], wares)
    try:
        reply = await game.say(row["id"], text, player=player.id, place=row["place"])
    except PersonagenError:  # nobody answers: asleep, busy, gone
        return Paid(row["id"], player.id, "", 0.0), ""
    return Paid(row["id"], player.id, reply.act, player.pleased(reply.act, turn)), reply.turn


async def _pay(game: Client, due: Sequence[tuple[str, float]]) -> None:
    for turn, worth in due:
        await game.reward(worth, turn=turn, kind="liked")


def curve(paid: Sequence[Paid], points: int) -> list[float]:
    """Mean worth of each of ``points`` equal parts of what was played, in order."""
    size = max(1, len(paid) // points)
    parts = [paid[i : i + size] for i in range(0, size * points, size)]
    return [sum(p.worth for p in part) / len(part) for part in parts if part]
