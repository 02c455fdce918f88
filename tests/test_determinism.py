"""The same inputs give the same bytes, in another process and whatever its hashes are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SCRIPT = """
import sys
from hashlib import sha256
from pathlib import Path

import msgpack

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.changes import to_plain
from personagen_npc.errors import ClientFault
from personagen_npc.host.commands import COMMANDS
from personagen_npc.world import roster
from personagen_npc.world.state import snapshot
from personagen_npc.world.world import World

pack = load_packs([Path(sys.argv[1])])
pack = pack.model_copy(update={"voice": (*load_builtin_voice(), *pack.voice)})
world = World("w", pack, 11)
world.begin(); roster.populate(world); world.end()
said = ("Hello.", "Who are you?", "What happened at the mill?", "What do you sell?", "Twenty.",
        "You stupid old goat!", "I'm sorry.", "My name is Ash.", "Any news?", "Who told you that?",
        "I saw the bridge go down last night.", "Do you remember me?", "Can you help me?", "Bye.")
events = sorted(pack.events)
seen = sha256()

def take(kind, **fields):
    world.begin()
    try:
        outcome = COMMANDS[kind](world, {"type": kind, "id": 1, **fields})
    except ClientFault as fault:
        assert not world.recent
        world.step -= 1
        print(world.step, kind, fault)
        return
    seen.update(msgpack.packb(to_plain(world.end())))
    for reply in outcome.replies:
        print(reply.turn, reply.npc, reply.act, reply.mood, reply.text)
    for line in outcome.said:
        print(line.turn, line.npc, line.to, line.text, line.heard_by)

npcs = list(world.npcs)
for hour in range(1, 40):
    take("tick", time=hour * 1800.0)
    for k in range(4):
        npc = npcs[(hour * 4 + k) % len(npcs)]
        take("say", npc=npc, player=f"p{k % 3}", text=said[(hour * 5 + k) % len(said)])
        take("reward", npc=npc, player=f"p{k % 3}", value=0.5 - k / 4)
    happening = {"type": events[hour % len(events)], "actor": "p0", "target": npcs[hour % 9],
                 "facts": {"item": "a ring", "what": "a ring", "amount": 3}}
    take("event", event=happening)
    take("npc.set", npc=npcs[hour % 7], place=world.npcs[npcs[hour % 5]].place)
    take("converse", npc=npcs[hour % 7], with_npc=npcs[hour % 5])
    take("say", to=tuple(npcs[:4]), player="p1", text=said[hour % len(said)])
take("npc.spawn", theme="a grumpy fowler")
take("player.forget", player="p2")
data = snapshot.dump(world)
again = snapshot.load(data, pack)
assert snapshot.dump(again) == data
print("changes", seen.hexdigest())
print("state", sha256(data).hexdigest(), len(data))
"""


def _run(seed: str) -> str:
    out = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "examples" / "emberfall")],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert out.returncode == 0, out.stderr
    return out.stdout


@pytest.fixture(scope="module")
def first() -> str:
    return _run("1")


def test_the_script_is_worth_comparing(first: str) -> None:
    lines = first.splitlines()
    assert lines[-1].startswith("state")
    assert len(lines) > 300
    assert len({line.partition(" ")[2] for line in lines}) > 200


@pytest.mark.parametrize("seed", ["2", "4242", "random"])
def test_the_hashes_of_a_process_change_nothing(first: str, seed: str) -> None:
    for ours, theirs in zip(first.splitlines(), _run(seed).splitlines(), strict=True):
        assert ours == theirs
