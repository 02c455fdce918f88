"""All that one NPC holds, as one graph; nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

from personagen_npc.changes import ClockMoved
from personagen_npc.world.knowledge.knowing import look, nodes, pieces
from personagen_npc.world.scenes import query_for
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World


def test_it_holds_what_is_within_reach_and_nothing_else(village: World) -> None:
    for npc in village.npcs.values():
        query = query_for(village, npc, "")
        facts = [p.fact for p in pieces(village, npc) if p.fact]
        assert facts == village.lore.granted(npc, query)


def test_a_secret_is_marked_with_the_trust_it_takes(village: World) -> None:
    held = {p.fact: p.secret for p in pieces(village, village.npcs["joss"])}
    assert held["mill_fire_cause"] == 0.6
    assert held["mill_burned"] is None
    assert "mill_fire_cause" not in {p.fact for p in pieces(village, village.npcs["edda"])}


def test_two_names_are_connected_by_what_the_npc_knows(village: World) -> None:
    found = look(village, {"npc": "sabeth", "of": "hanno", "to": "mill"})["items"]
    assert found
    assert "hanno" in (found[0]["subject"], found[0]["object"])
    assert "mill" in (found[-1]["subject"], found[-1]["object"])
    assert all(row["text"] for row in found)
    assert look(village, {"npc": "sabeth", "of": "hanno", "to": "nowhere"})["items"] == []


def test_around_a_name_groups_and_graphml(village: World) -> None:
    found = look(village, {"npc": "berta", "of": "orle", "groups": True, "graphml": True})
    assert all("orle" in (r["subject"], r["object"]) for r in found["items"])
    assert any("berta" in group for group in found["groups"])
    assert len(ET.fromstring(found["graphml"]).findall(".//{*}edge")) > 20
    assert found == look(village, {"npc": "berta", "of": "orle", "groups": True, "graphml": True})


def test_authored_nodes_keep_their_shape_and_when_they_were_told(
    village: World, step: Callable[..., Any]
) -> None:
    before = nodes(village, village.npcs["edda"])
    assert set(before[0]) == {"id", "content", "connections", "importance", "last_accessed"}
    assert all(n["last_accessed"] is None for n in before)
    reply = step(village, talk.say, ["edda"], "ash", "What about your father's hammer?").replies[0]
    assert reply.told == ("edda.father_hammer",)
    told = next(n for n in nodes(village, village.npcs["edda"]) if n["id"] == "father_hammer")
    assert told["last_accessed"] == village.now
    village.begin()
    village.do(ClockMoved(village.now + 30 * 86_400.0))
    village.end()
    faded = next(n for n in nodes(village, village.npcs["edda"]) if n["id"] == "father_hammer")
    assert faded["importance"] < told["importance"]
