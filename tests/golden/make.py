"""Writes the golden frames: ``python tests/golden/make.py``. Checked in, so that a change is seen.

Each file: ``# client|server: what it is``, then ``# `` and the message as JSON, then the frame in
hex. Readers in other languages must read the hex as that JSON, and write the JSON as that hex.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from personagen_npc.wire import messages as m
from personagen_npc.wire.frame import encode, encode_request

HERE: Final = Path(__file__).parent
WIDTH: Final = 64  # hex digits a line

CLIENT: Final[dict[str, tuple[str, m.Request]]] = {
    "hello": (
        "a game comes back after a lost connection",
        m.Hello(
            id=1,
            client="emberfall-godot",
            version="0.3.1",
            token="s3cret",
            world="emberfall",
            resume=m.Resume(session="s-7f3a", seq=4711),
        ),
    ),
    "hello.player": (
        "a player's own client",
        m.Hello(id=1, role="player", token="s3cret", player="P1", world="emberfall"),
    ),
    "ping": ("is anyone there", m.Ping(id=2)),
    "bye": ("the client is done", m.Bye(id=2**53 - 1)),
    "shutdown": ("the game ends and takes its server with it", m.Shutdown(id=300)),
    "world.open": (
        "a world from two packs",
        m.WorldOpen(id=2, name="emberfall", packs=("emberfall", "winter-mod"), seed=-42),
    ),
    "world.close": ("leave the world", m.WorldClose(id=3)),
    "world.list": ("what is there", m.WorldList(id=3)),
    "world.set": (
        "a quest moves on, it rains",
        m.WorldSet(
            id=4,
            variables={"gate_open": True, "wolves": 3, "tax": 0.25},
            quests={"mill_fire": "asked"},
            weather="rain",
        ),
    ),
    "pack.reload": ("a designer has changed a file", m.PackReload(id=5)),
    "npc.spawn": (
        "a new NPC, profile in full",
        m.NpcSpawn(
            id=6,
            profile={
                "id": "odo",
                "name": "Odo",
                "personality_traits": (
                    {"name": "extraversion", "value": 0.8, "description": "loud"},
                ),
                "interaction_count": 0,
                "creation_date": "1203-04-01",
            },
            place="three-kettles",
        ),
    ),
    "npc.spawn.entry": (
        "an NPC of the pack under another id",
        m.NpcSpawn(id=7, npc="guard.2", entry="guard"),
    ),
    "npc.spawn.theme": (
        "a persona made from a few words",
        m.NpcSpawn(id=7, theme="a bitter locksmith who lost a son", complexity=8, seed=42),
    ),
    "npc.remove": ("gone for good", m.NpcRemove(id=8, npc="odo")),
    "npc.list": ("who is at the inn", m.NpcList(id=9, place="three-kettles", after="mara")),
    "npc.get": ("what is she like now", m.NpcGet(id=10, npc="mara")),
    "npc.set": (
        "she moves, and a script takes her",
        m.NpcSet(
            id=11,
            npc="mara",
            place="mill",
            goals=(m.GoalSet(id="keep-inn", utility=0.9, description="keep the inn"),),
            traits={"neuroticism": 0.75},
            locked=True,
            state="busy",
        ),
    ),
    "player.set": (
        "a player and what anyone can see of him",
        m.PlayerSet(
            id=12,
            player="P1",
            name="Aldric",
            pronouns="he",
            place="three-kettles",
            faction="wardens",
            locale="en-GB",
            facts={"armed": True},
        ),
    ),
    "player.remove": ("a player has left", m.PlayerRemove(id=13, player="P1")),
    "player.forget": ("a player wants to be forgotten", m.PlayerForget(id=14, player="P1")),
    "say": (
        "a player asks an NPC",
        m.Say(id=15, npc="mara", player="P1", text="What happened at the mill?"),
    ),
    "say.full": (
        "every field, and text beyond ASCII",
        m.Say(
            id=16,
            to=("mara", "odo"),
            player="Åsa 🗡",
            text="Grüß Gott! 水車小屋で何が? \u0410 \n\t\"'\\",
            place="three-kettles",
            whisper=True,
            deadline_ms=1500,
            stream=True,
            max_chars=200,
            locale="de",
            facts={"drunk": False, "gold": 12, "light": 0.5, "weapon": "axe"},
            why=True,
        ),
    ),
    "perform": (
        "a cutscene's line",
        m.Perform(id=17, npc="mara", text="The mill is no place for you.", player="P1"),
    ),
    "bark": (
        "she sees the player come in",
        m.Bark(id=18, npc="mara", situation="sees_player", player="P1"),
    ),
    "converse": (
        "two NPCs talk about the fire",
        m.Converse(id=19, npc="mara", with_npc="odo", topic="the mill fire"),
    ),
    "cancel": ("the player walked away", m.Cancel(id=20, target=15)),
    "shown": (
        "the player heard only the beginning",
        m.Shown(id=21, turn="1-40", text="I was asleep"),
    ),
    "action.result": (
        "the deal came about",
        m.ActionResult(
            id=22, action="1-40.0", result="done", text="He paid.", facts={"price": 40}
        ),
    ),
    "event": (
        "a theft that two saw",
        m.PostEvent(
            id=23,
            event=m.Happening(
                type="theft",
                actor="P1",
                target="mara",
                place="three-kettles",
                facts={"item": "kettle"},
                importance=0.75,
                witnesses=("mara", "odo"),
            ),
        ),
    ),
    "events": (
        "two events of one game tick",
        m.PostEvents(
            id=24,
            events=(
                m.Happening(type="gate_opened", place="north-gate", reach="loud"),
                m.Happening(type="greeting", actor="P1", target="odo"),
            ),
        ),
    ),
    "reward": (
        "the line was good for trade",
        m.Reward(id=25, turn="1-40", value=0.5, kind="trade", key="deal-9"),
    ),
    "reward.latest": (
        "their latest conversation went badly",
        m.Reward(id=26, npc="mara", player="P1", value=-1.0),
    ),
    "tick": ("half past nine on the third day", m.Tick(id=27, time=264600.5)),
    "pause": ("the game is paused", m.Pause(id=28, on=True)),
    "fact.tell": (
        "a letter was read to her",
        m.FactTell(
            id=29,
            npc="mara",
            text="The king is dead.",
            teller="P1",
            source="the letter you read me",
        ),
    ),
    "tie": (
        "he took her money and has a month to pay it back",
        m.Tie(
            id=36, npc="mara", other="P1", kind="creditor", days=30.0,
            note="I lent him eight silver, and he knows the day.",
        ),
    ),
    "tie.end": (
        "they part",
        m.Tie(id=37, npc="mara", other="odo", kind="wife", end=True, both=True),
    ),
    "save": ("quicksave", m.Save(id=30, name="quick-1", note="before the mill")),
    "load": ("back to it", m.Load(id=31, name="quick-1")),
    "load.at": ("back to a turn", m.LoadAt(id=41, at="b2.s812")),
    "save.at": ("a turn as a save", m.SaveAt(id=42, at="812", name="before-the-theft")),
    "save.log": ("what there is to go back to", m.SaveLog(id=43)),
    "load.undo": ("no, forward again", m.LoadUndo(id=32)),
    "save.list": ("which saves are there", m.SaveList(id=33)),
    "save.export": (
        "the second piece of a save",
        m.SaveExport(id=34, name="quick-1", offset=32768),
    ),
    "save.import": (
        "a whole small save, bytes of every kind",
        m.SaveImport(
            id=35, name="copy", offset=0, total=8, data=bytes([0, 1, 127, 128, 159, 192, 254, 255]),
            last=True,
        ),
    ),
    "ask": (
        "what does she remember of the fire",
        m.Ask(id=36, what="memories", npc="mara", player="P1", query="fire", limit=5),
    ),
    "ask.graph": (
        "how she connects two of them",
        m.Ask(id=40, what="graph", npc="mara", of="odo", to="mill", groups=True),
    ),
    "ask.rumour": (
        "how did that get round",
        m.Ask(id=41, what="rumour", happening=0, graphml=True, limit=200),
    ),
    "ask.why": ("why did she say that", m.Ask(id=37, what="why", turn="1-40")),
    "policy": ("she shall always greet", m.Policy(id=38, op="pin", npc="mara", act="greet")),
    "policy.copy": (
        "the new smith starts as the old one became",
        m.Policy(id=42, op="copy", npc="odo", source="mara"),
    ),
    "refit": ("learn anew from all that was ever rewarded", m.Refit(id=43)),
    "subscribe": (
        "one place and one NPC",
        m.Subscribe(id=39, places=("three-kettles",), npcs=("odo",)),
    ),
}  # fmt: skip

_PART: Final = m.Part(
    text="I was asleep when the mill burned.", key="mara.mill.1", args={"topic": "the mill fire"},
    ms=2100,
)  # fmt: skip
_FEELING: Final = m.Feeling(
    label="distress", intensity=0.5, pleasure=-0.25, arousal=0.125, dominance=-0.0625
)

SERVER: Final[dict[str, tuple[str, m.Event]]] = {
    "welcome": (
        "the session goes on",
        m.Welcome(
            re=1,
            seq=4720,
            protocol=1,
            session="s-7f3a",
            version="0.1.0",
            role="game",
            world="emberfall",
            resumed=True,
            limits=m.LimitsStated(
                frame=65536, text=2000, batch=500, depth=16, rate=2000, queue=1_000_000
            ),
        ),
    ),
    "ok": ("a tick was taken", m.Ok(re=27, seq=4721, data={"time": 264600.5, "done": 3, "due": 0})),
    "ok.bytes": (
        "a piece of a save",
        m.Ok(re=34, data={"data": b"\x00\x80\xff", "offset": 32768, "total": 32771, "last": True}),
    ),
    "error": (
        "a batch refused whole",
        m.Error(
            re=24,
            code="bad_field",
            message="events: events.3.importance: expected less than or equal to 1",
            field="events.3.importance",
            got="2.0",
            allowed="less than or equal to 1",
        ),
    ),
    "delta": (
        "the first piece of an answer",
        m.Delta(re=16, turn="1-41", npc="mara", index=0, text="I was asleep "),
    ),
    "reply": (
        "an answer with everything",
        m.Reply(
            re=15,
            seq=4722,
            turn="1-40",
            conversation="c-12",
            npc="mara",
            player="P1",
            text=_PART.text,
            parts=(_PART,),
            act="answer",
            pattern=2,
            emotion=_FEELING,
            mood="uneasy",
            actions=(m.Deed(id="1-40.0", name="offer_item", args={"item": "kettle", "price": 40}),),
            delivery=m.Delivery(pace=-0.5, pause_ms=300, gesture="shrug", gaze="away"),
            source="embedded",
            why={"act": "answer", "memories": ({"text": "The mill burned.", "score": 1.5},)},
        ),
    ),
    "reply.plain": (
        "the shortest answer",
        m.Reply(
            re=15, seq=4723, turn="1-42", conversation="c-12", npc="odo", player="P1", text="Aye.",
            act="accept",
        ),
    ),
    "spoke": (
        "a line that others overhear",
        m.Spoke(
            seq=4724,
            turn="1-43",
            npc="odo",
            to="mara",
            place="three-kettles",
            text="They say the king is dead.",
            act="gossip",
            emotion=_FEELING,
            heard_by=("mara", "P1"),
        ),
    ),
    "changed": (
        "an NPC went somewhere",
        m.Changed(seq=4725, what="npc", id="odo", fields={"place": "mill", "state": "alive"}),
    ),
    "resync": ("a save was loaded", m.Resync(seq=4726, reason="loaded")),
}  # fmt: skip


def files() -> dict[str, str]:
    """Name and whole text of every golden file."""
    made = {}
    for kind, (meaning, request) in CLIENT.items():
        frame, text = encode_request(request), encode_request(request, text=True)
        made[f"{kind}.hex"] = _file(f"client: {meaning}", text, frame)
    for kind, (meaning, event) in SERVER.items():
        made[f"{kind}.hex"] = _file(f"server: {meaning}", encode(event, text=True), encode(event))
    return made


def _file(meaning: str, text: str, frame: bytes) -> str:
    digits = frame.hex()
    lines = [digits[i : i + WIDTH] for i in range(0, len(digits), WIDTH)]
    return "\n".join([f"# {meaning}", f"# {text}", *lines, ""])


if __name__ == "__main__":
    for old in HERE.glob("*.hex"):
        old.unlink()
    for name, content in files().items():
        (HERE / name).write_text(content, "utf-8", newline="\n")
