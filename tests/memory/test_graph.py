"""The knowledge graph and who holds which fact."""

from __future__ import annotations

import json
import tracemalloc
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField, BadSave
from personagen_npc.memory.graph import DAY_S, Belief, Beliefs, Graph, Triple

NAMES = st.sampled_from(["mara", "tam", "mill", "ford"])
TRIPLES = st.lists(
    st.builds(
        Triple, NAMES, st.sampled_from(["owns", "fears"]), NAMES, st.floats(0, 1), st.just("seen"),
        since=st.floats(0, 9), until=st.floats(0, 9), importance=st.floats(0, 1),
        touched=st.floats(0, 9),
    ),
    max_size=12,
)  # fmt: skip


def village() -> Graph:
    graph = Graph()
    graph.add(Triple("tam", "owns", "mill"))
    graph.add(Triple("mara", "sister_of", "tam", 0.9, "told", "odo", 1, 10.0))
    graph.add(Triple("mill", "stands_at", "ford", until=50.0))
    return graph


@settings(deadline=None)
@given(TRIPLES, st.sets(st.integers(0, 11)), NAMES, st.one_of(st.none(), NAMES), st.floats(0, 9))
def test_the_indexes_find_what_a_search_through_all_finds(
    triples: list[Triple], gone: set[int], subject: str, object: str | None, at: float
) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    for number in gone & set(range(len(triples))):
        graph.remove(number)
    left = [t for i, t in enumerate(triples) if i not in gone]
    assert list(graph) == left
    assert graph.match(subject, object=object, at=at) == [
        t for t in left if t.subject == subject and object in (None, t.object) and t.holds(at)
    ]
    assert graph.around(subject) == [t for t in left if subject in (t.subject, t.object)]
    loaded = Graph.from_tree(json.loads(json.dumps(graph.to_tree())))
    assert list(loaded) == left
    assert loaded.to_tree() == graph.to_tree()


def test_a_chain_of_statements_links_two_names() -> None:
    graph = village()
    assert [t.relation for t in graph.path("mara", "ford")] == ["sister_of", "owns", "stands_at"]
    assert graph.path("mara", "ford", at=60.0) == []
    assert graph.path("mara", "nowhere") == []


def test_graphml_is_xml_whatever_a_player_said() -> None:
    graph = Graph()
    graph.add(Triple("ta\x01m", "owns", "mill", text="A \x02 \x7f \ufffe <line> & more\n{x}"))
    root = ET.fromstring(graph.graphml())
    assert any("<line> & more" in (node.text or "") for node in root.iter())


def test_graphml_holds_every_statement() -> None:
    root = ET.fromstring(village().graphml())
    assert len(root.findall(".//{*}edge")) == 3


def test_conflicting_statements_stand_side_by_side() -> None:
    graph = village()
    graph.add(Triple("odo", "owns", "mill", 0.3, "lie", "odo", 1))
    assert [t.subject for t in graph.match(relation="owns", object="mill")] == ["tam", "odo"]


def test_use_strengthens_and_days_of_silence_fade() -> None:
    fresh = Triple("mill", "stands_at", "ford", importance=0.5, touched=0.0)
    assert fresh.weight(0.0) == 0.5
    assert fresh.weight(10 * DAY_S) < fresh.weight(DAY_S) < 0.5
    used = fresh.used(DAY_S)
    assert used.touched == DAY_S
    assert used.weight(DAY_S) > 0.5 > fresh.weight(DAY_S)
    assert used.used(DAY_S).importance <= 1.0


def test_those_who_are_linked_belong_together() -> None:
    graph = village()
    graph.add(Triple("odo", "keeps", "chapel"))
    graph.add(Triple("odo", "is", "odo"))  # a word about oneself links nobody
    assert graph.communities() == [["chapel", "odo"], ["ford", "mill"], ["mara", "tam"]]
    assert Graph().communities() == []


def test_a_taken_number_is_replaced_and_found_by_its_new_subject() -> None:
    graph = village()
    graph.put(1, Triple("odo", "fears", "tam"))
    graph.put(3, Triple("odo", "fears", "mill"))
    assert [n for n, _ in graph.about("odo")] == [1, 3]
    assert graph.about("mara") == []
    with pytest.raises(BadField):
        graph.put(1, Triple("a", "b", "c", source="dreamt"))
    assert graph[1] == Triple("odo", "fears", "tam")  # what was refused replaced nothing


def test_a_mind_of_150_statements_stays_small() -> None:
    names = [f"name_{i}" for i in range(120)]

    def filled() -> Graph:
        graph = Graph()
        for i in range(150):
            now = float(i * 3600)
            ends = names[i * 7 % 120], names[i * 13 % 120]
            graph.add(
                Triple(ends[0], "owns", ends[1], 0.5, "told", names[i % 9], 1, now, touched=now)
            )
        return graph

    filled()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    graph = filled()
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(graph) == 150
    assert size < 40 * 1024


def test_unheard_of_evidence_is_refused() -> None:
    with pytest.raises(BadField):
        Graph().add(Triple("a", "b", "c", source="dreamt"))
    with pytest.raises(BadField):
        Graph().add(Triple("a", "b", "c", confidence=1.5))
    with pytest.raises(BadSave):
        Graph.from_tree({"v": 0})


def test_a_fact_is_held_by_its_best_evidence() -> None:
    beliefs = Beliefs()
    beliefs.hold("mill_fire", "told", "mara", 2, 0.4, 10.0)
    assert beliefs.hold("mill_fire", "overheard", "odo", 1, 0.3, 20.0).teller == "mara"
    seen = beliefs.hold("mill_fire", "seen", "", 0, 1.0, 30.0)
    assert beliefs.get("mill_fire") == seen == Belief("mill_fire", "seen", "", 0, 1.0, 30.0)
    assert len(beliefs) == 1


def test_beliefs_are_forgotten_and_saved() -> None:
    beliefs = Beliefs()
    beliefs.hold("a", at=1.0)
    beliefs.hold("b", "told", "tam", 1, 0.5, 2.0)
    loaded = Beliefs.from_tree(json.loads(json.dumps(beliefs.to_tree())))
    assert list(loaded) == list(beliefs)
    assert loaded.forget("a")
    assert not loaded.forget("a")
    assert "a" not in loaded
    assert loaded.get("a") is None
