"""Every answer holds what the protocol's documentation promises of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from personagen_npc.wire.frame import decode_event, encode_plain
from personagen_npc.wire.messages import REQUESTS

if TYPE_CHECKING:
    from personagen_npc.wire.messages import Request

_PROMISE = re.compile(r"Answer: `ok`(?: with|,)([^.;]*)")


def _promised(kind: type[Request]) -> set[str]:
    """Names of the fields of ``data`` that a message's documentation names."""
    found = _PROMISE.search(" ".join((kind.__doc__ or "").split()))
    if found is None:
        return set()
    said = re.sub(r"\([^)]*\)", "", found[1].split("or `error`")[0])
    return set(re.findall(r"`(\w+)`", said))


THEFT = {"type": "theft", "actor": "ash", "target": "mara"}
SEQUENCE: list[tuple[str, dict[str, Any]]] = [
    ("ping", {}), ("world.list", {}), ("world.set", {"variables": {"gate_open": True}}),
    ("player.set", {"player": "ash", "name": "Ash", "place": "forge"}),
    ("say", {"npc": "mara", "player": "ash", "text": "Hello."}),
    ("shown", {"turn": "@turn", "text": "Hel"}), ("reward", {"turn": "@turn", "value": 1.0}),
    ("event", {"event": THEFT}), ("events", {"events": (THEFT, THEFT)}),
    ("perform", {"npc": "mara", "text": "Out!"}), ("bark", {"npc": "mara", "situation": "idle"}),
    ("npc.set", {"npc": "tomas", "place": "forge"}),
    ("tie", {"npc": "mara", "other": "tomas", "kind": "creditor", "days": 3.0, "both": True}),
    ("converse", {"npc": "mara", "with_npc": "tomas"}), ("cancel", {"target": 3}),
    ("fact.tell", {"npc": "mara", "text": "The ford is deep."}), ("tick", {"time": 5000.0}),
    ("pause", {"on": True}), ("pause", {"on": False}),
    ("policy", {"op": "freeze", "npc": "mara"}), ("npc.spawn", {"theme": "a grumpy fowler"}),
    ("npc.list", {}), ("npc.get", {"npc": "mara"}), ("ask", {"what": "memories", "npc": "mara"}),
    ("ask", {"what": "stats"}), ("ask", {"what": "learning"}), ("subscribe", {}),
    ("save", {"name": "one"}), ("save.list", {}), ("save.export", {"name": "one"}),
    ("load", {"name": "one"}), ("load.undo", {}), ("pack.reload", {}), ("save.log", {}),
    ("save.at", {"at": "1", "name": "past"}),
    ("save.import", {"name": "two", "offset": 0, "total": 9, "data": b"not"}),
    ("npc.remove", {"npc": "tomas"}), ("player.remove", {"player": "ash"}),
    ("player.set", {"player": "ash"}), ("player.forget", {"player": "ash"}),
    ("load.at", {"at": "1"}),
    ("world.open", {"name": "w"}), ("bye", {}), ("world.close", {}), ("shutdown", {}),
]  # fmt: skip
# answered by the listener; shown with the rewards; fitted in a process of its own (test_refit)
ELSEWHERE = {"hello", "action.result", "refit"}


def test_every_message_is_in_the_sequence() -> None:
    assert {kind for kind, _ in SEQUENCE} == set(REQUESTS) - ELSEWHERE


async def test_every_answer_holds_what_is_promised_and_is_lawful_on_the_wire(game: Any) -> None:
    turn = ""
    for kind, fields in SEQUENCE:
        filled = {k: turn if v == "@turn" else v for k, v in fields.items()}
        found = await game.ask(REQUESTS[kind], **filled)
        turn = found.get("turn", turn)
        if found["type"] == "ok":
            missing = _promised(REQUESTS[kind]) - {"items"} - set(found["data"])
            assert not missing, (kind, missing, found["data"])
    for sent in game.got:
        read = decode_event(encode_plain(sent))
        assert read is not None
        assert read.type == sent["type"]


async def test_lists_tell_of_each_entry_what_is_promised(game: Any) -> None:
    await game.ask(REQUESTS["save"], name="one", note="n")
    for kind, inside in (("npc.list", "npcs"), ("save.list", "saves")):
        doc = " ".join((REQUESTS[kind].__doc__ or "").split())
        found = re.search(rf"`{inside}` \(([^)]*)\)", doc)
        assert found is not None
        rows = (await game.ask(REQUESTS[kind]))["data"][inside]
        assert set(found[1].split(", ")) <= set(rows[0])
