"""Knowledge by construction: what nobody granted an NPC it cannot reach, by any road."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.changes import Believed
from personagen_npc.world import roster
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.talking import chatter, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact
    from personagen_npc.world.world import World

    Hamlet = Callable[..., World]

PLACES: dict[str, dict[str, Any]] = {"inn": {}, "mill": {"near": ["inn"]}}
FACTIONS: dict[str, dict[str, Any]] = {"guard": {}, "thieves": {}}


def _ask(world: World, npc: str, *words: str, names: tuple[str, ...] = (), focus: str = "",
         k: int = 5) -> list[str]:  # fmt: skip
    found = world.lore.search(
        world.npcs[npc], world.query(), Question(list(words), names, focus), k
    )
    return [f.id for f in found]


def _reached(world: World, npc: str, fact: str) -> bool:
    return world.lore.reaches(world.npcs[npc], fact, world.query())


@pytest.mark.parametrize(
    ("who", "knows"),
    [
        ({}, set()),
        ({"all": True}, {"ada", "bel", "cade"}),
        ({"npcs": ["ada"]}, {"ada"}),
        ({"archetypes": ["smith"]}, {"bel"}),
        ({"factions": ["guard"]}, {"ada", "cade"}),
        ({"places": ["mill"]}, {"cade"}),
        ({"factions": ["guard"], "not_npcs": ["cade"]}, {"ada"}),
        ({"all": True, "not_npcs": ["ada", "bel", "cade"]}, set()),
    ],
)
def test_a_fact_is_known_to_whom_it_is_granted(
    hamlet: Hamlet, who: dict[str, Any], knows: set[str]
) -> None:
    world = hamlet(
        places=PLACES, factions=FACTIONS,
        npcs={"ada": {"faction": "guard", "place": "inn"},
              "bel": {"archetype": "smith", "place": "inn"},
              "cade": {"faction": "guard", "place": "mill"}},
        facts={"dam": {"text": "The dam leaks.", "who": who}},
    )  # fmt: skip
    assert {n for n in world.npcs if _reached(world, n, "dam")} == knows
    assert {n for n in world.npcs if "dam" in _ask(world, n, "dam")} == knows


def test_a_home_counts_like_a_place_but_a_visit_does_not(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    world = hamlet(
        places=PLACES, npcs={"ada": {"place": "inn", "home": "mill"}, "bel": {"place": "inn"}},
        facts={"dam": {"text": "The dam leaks.", "who": {"places": ["mill"]}}},
    )  # fmt: skip
    assert _reached(world, "ada", "dam")
    step(world, roster.set_npc, "bel", {"place": "mill"})
    assert not _reached(world, "bel", "dam")


def test_a_grant_holds_only_while_its_condition_does(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    world = hamlet(
        npcs={"ada": {}},
        quests={"flood": {"title": "Flood", "giver": "ada", "stages": ["dry", "wet"]}},
        variables={"toll": {"default": 2}},
        facts={"a": {"text": "The cellar is wet.", "who": {"all": True},
                     "when": {"stage.flood": "wet"}},
               "b": {"text": "The toll is dear.", "who": {"all": True},
                     "when": {"var.toll": ">=5"}}},
    )  # fmt: skip
    assert _ask(world, "ada", "cellar", "toll") == []
    step(world, roster.set_world, {"toll": 7}, {"flood": "wet"}, None)
    assert set(_ask(world, "ada", "cellar", "toll")) == {"a", "b"}
    step(world, roster.set_world, {"toll": 1}, {}, None)
    assert _ask(world, "ada", "cellar", "toll") == ["a"]


def test_what_was_told_is_known_whatever_was_authored(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    world = hamlet(
        npcs={"ada": {}, "bel": {}},
        facts={"dam": {"text": "The dam leaks.", "who": {"not_npcs": ["ada"]},
                       "when": {"var.none": True}}},
    )  # fmt: skip
    step(world, roster.tell_fact, "ada", "dam", "", "bel", "")
    assert _ask(world, "ada", "dam") == ["dam"]
    known = world.lore.known(world.npcs["ada"], "dam")
    assert (known.source, known.teller, known.hops) == ("told", "bel", 1)
    assert _ask(world, "bel", "dam") == []


def test_ones_own_nodes_are_ones_own(hamlet: Hamlet) -> None:
    node = {"id": "scar", "content": "I got this scar at the ford.", "connections": []}
    world = hamlet(npcs={"ada": {"knowledge_graph": {"scar": node}}, "bel": {}})
    assert _ask(world, "ada", "scar") == ["ada.scar"]
    assert _ask(world, "bel", "scar") == []


def test_ones_own_node_answers_the_questions_that_it_lists(hamlet: Hamlet) -> None:
    node = {"id": "scar", "content": "I got this at the ford.",
            "asked": ["who cut your cheek open"]}  # fmt: skip
    world = hamlet(npcs={"ada": {"knowledge_graph": {"scar": node}}, "bel": {}})
    assert _ask(world, "ada", "cheek") == ["ada.scar"]
    assert _ask(world, "bel", "cheek") == []


def test_a_secret_named_in_the_profile_is_held(hamlet: Hamlet) -> None:
    world = hamlet(
        npcs={"ada": {"secrets": ["arson"]}, "bel": {}},
        facts={"arson": {"text": "Bel burned the mill.", "trust": 0.6}},
    )
    (found,) = world.lore.search(world.npcs["ada"], world.query(), Question(["mill"]), 3)
    assert (found.id, found.trust) == ("arson", 0.6)
    assert _ask(world, "bel", "mill") == []


def test_a_wrong_belief_is_told_as_it_is_believed(hamlet: Hamlet) -> None:
    world = hamlet(
        npcs={"ada": {}, "bel": {}},
        facts={"right": {"text": "The mill was burned.", "who": {"npcs": ["bel"]}},
               "wrong": {"text": "Lightning took the mill.", "true": False,
                         "who": {"npcs": ["ada"]}}},
    )  # fmt: skip
    assert _ask(world, "ada", "mill") == ["wrong"]
    assert _ask(world, "bel", "mill") == ["right"]


def test_who_has_his_own_words_uses_them(hamlet: Hamlet) -> None:
    world = hamlet(
        npcs={"ada": {}, "bel": {}},
        facts={"dam": {"text": "The dam leaks", "who": {"all": True},
                       "says": ["The dam's leaking."], "said_by": {"ada": ["My dam drips."]}}},
    )  # fmt: skip
    assert world.lore.known(world.npcs["ada"], "dam").ways == ("My dam drips.",)
    assert world.lore.known(world.npcs["bel"], "dam").ways == ("The dam's leaking.",)


def test_the_better_fit_comes_first(hamlet: Hamlet) -> None:
    everyone = {"all": True}
    world = hamlet(
        npcs={"ada": {}},
        facts={"a": {"text": "The mill was built by monks.", "who": everyone},
               "b": {"text": "The mill burned in spring.", "who": everyone, "topics": ["fire"]},
               "c": {"text": "Geese are loud.", "who": everyone}},
    )  # fmt: skip
    assert _ask(world, "ada", "mill", "fire")[0] == "b"
    assert "c" not in _ask(world, "ada", "mill", "fire")
    assert len(_ask(world, "ada", "mill", k=1)) == 1


def test_news_are_weighty_open_and_untold(hamlet: Hamlet) -> None:
    everyone = {"all": True}
    world = hamlet(
        npcs={"ada": {}},
        facts={"a": {"text": "Geese are loud.", "who": everyone, "importance": 0.2},
               "b": {"text": "The mill burned.", "who": everyone, "importance": 0.9},
               "c": {"text": "Bel did it.", "who": everyone, "importance": 1.0, "trust": 0.5},
               "d": {"text": "War is coming.", "who": {}, "importance": 1.0}},
    )  # fmt: skip

    def news(*skip: str) -> list[str]:
        ada = world.npcs["ada"]
        return [k.id for k in world.lore.news(ada, world.query(), "", frozenset(skip))]

    assert news()[:2] == ["b", "a"]
    assert not {"c", "d"} & set(news())
    assert news("b")[0] == "a"


NODE_IDS = st.text(min_size=1, max_size=200).filter(lambda t: t.strip() != "")


@given(st.lists(NODE_IDS, min_size=1, max_size=5, unique=True))
def test_any_node_a_design_tool_wrote_can_be_known_and_asked_for(
    persona: Callable[..., PersonaProfile], hamlet: Hamlet, step: Callable[..., Any],
    ids: list[str],
) -> None:  # fmt: skip
    """Ids of knowledge nodes are free text in the design; no two may swallow each other."""
    graph = {
        i: {"id": i, "content": f"It is told with number{k}x.", "connections": ids}
        for k, i in enumerate(ids)
    }
    world = hamlet()
    step(world, roster.spawn, persona("a" * 64, name="Ada", knowledge_graph=graph), "")
    for k in range(len(ids)):
        found = world.lore.search(world.npcs["a" * 64], world.query(), Question([f"number{k}x"]), 3)
        assert [f"number{k}x" in f.ways[0] for f in found[:1]] == [True]


def test_who_left_the_world_took_his_own_nodes_along(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    node = {"id": "scar", "content": "I got this scar at the ford."}
    world = hamlet(npcs={"ada": {"knowledge_graph": {"scar": node}}, "bel": {}})
    profile = world.npcs["ada"].profile
    step(world, roster.remove, "ada")
    assert "ada.scar" not in world.lore
    step(world, roster.spawn, profile, "")
    assert _ask(world, "ada", "scar") == ["ada.scar"]


# --- worlds at random ---------------------------------------------------------------------------

TOPICS = ("mill", "bridge", "wolf", "bell", "fever", "toll", "crown", "river")
VOICE = [
    {"id": act, "act": act, "lines": lines}
    for act, lines in {
        "answer": ["{fact}"], "gossip": ["{fact}", "They say this: {fact}"],
        "remember": ["{memory}"], "give_opinion": ["{opinion}"], "tell_source": ["{source}."],
        "admit_ignorance": ["I could not say."], "keep_secret": ["That is not mine to tell."],
        "deflect": ["Hm.", "Well now."], "bark": ["Hey."],
    }.items()
]  # fmt: skip
ASKED = (
    "What do you know about the {}?", "Tell me about the {}.", "Where is the {}?",
    "Who is at the {}?", "Why is there a {}?", "Is the {} safe?", "Any news about the {}?",
    "What do people say?", "Who told you that?", "Do you remember the {}?", "The {} is a lie.",
)  # fmt: skip


def _mark(fact: str) -> str:
    """A word that stands in one fact and nowhere else."""
    return f"zz{fact}zz"


def _who(chance: Random, npcs: list[str]) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [
        {}, {"all": True}, {"npcs": chance.sample(npcs, chance.randint(1, len(npcs)))},
        {"factions": [chance.choice(sorted(FACTIONS))]},
        {"places": [chance.choice(sorted(PLACES))]},
        {"archetypes": ["smith"]},
    ]  # fmt: skip
    who = chance.choice(kinds)
    if chance.random() < 0.3:
        who = {**who, "not_npcs": [chance.choice(npcs)]}
    return who


def _rooms(chance: Random) -> dict[str, Any]:
    npcs = [f"n{k}" for k in range(chance.randint(2, 4))]
    people: dict[str, Any] = {
        n: {
            "place": chance.choice(sorted(PLACES)), "faction": chance.choice(["", *FACTIONS]),
            "archetype": chance.choice(["villager", "smith"]),
            "knowledge_graph": {"own": {"id": "own", "content": f"I met a wolf {_mark(n)}."}},
        }
        for n in npcs
    }  # fmt: skip
    facts: dict[str, Any] = {}
    for k in range(chance.randint(3, 8)):
        fact, topic = f"f{k}", chance.choice(TOPICS)
        facts[fact] = {
            "text": f"The {topic} has {_mark(fact)} in it.", "topics": [topic],
            "who": _who(chance, npcs), "importance": round(chance.random(), 2),
        }  # fmt: skip
        if chance.random() < 0.4:
            facts[fact]["when"] = {"stage.flood": chance.choice(["dry", "wet"])}
        if chance.random() < 0.3:
            facts[fact]["trust"] = chance.choice([-0.5, 0.2, 0.9])
    return {
        "places": PLACES, "factions": FACTIONS, "npcs": people, "facts": facts, "voice": VOICE,
        "quests": {"flood": {"title": "Flood", "giver": npcs[0], "stages": ["dry", "wet"]}},
    }  # fmt: skip


def _may_know(world: World, npc: str, fact: Fact) -> bool:
    """The rule, written a second time from the document, without the code's indexes."""
    who, mind = fact.who, world.npcs[npc]
    p = mind.profile
    if any(b.fact == fact.id for b in mind.beliefs):
        return True
    if npc in who.not_npcs:
        return False
    granted = (
        who.all or npc in who.npcs or p.archetype in who.archetypes
        or (p.faction != "" and p.faction in who.factions) or p.place in who.places
        or p.home in who.places or fact.id in p.secrets
    )  # fmt: skip
    wanted = fact.when.get("stage.flood")
    return granted and (wanted is None or world.variables["stage.flood"] == wanted)


def _marks_within(world: World, npc: str) -> set[str]:
    own = {_mark(n) for n in world.npcs if n == npc or world.npcs[npc].beliefs.get(f"{n}.own")}
    return own | {_mark(f.id) for f in world.pack.facts.values() if _may_know(world, npc, f)}


def _marks_in(text: str) -> set[str]:
    return {w.strip(".,!?…\"'").lower() for w in text.split() if w.lower().startswith("zz")}


def _check_mind(world: World, npc: str) -> None:
    within = _marks_within(world, npc)
    scene = scene_for(world, world.npcs[npc], "ash", "probe")
    for topic in (*TOPICS, "wolf"):
        for names in ((), (npc,), tuple(world.npcs)):
            found = scene.knowledge.search([topic], names, "", True, 20)
            assert {m for k in found for w in k.ways for m in _marks_in(w)} <= within
    news = [*scene.knowledge.news("", frozenset()), *scene.knowledge.own(frozenset())]
    for other in world.npcs:
        news += scene.knowledge.news(other, frozenset())
    assert {m for k in news for w in k.ways for m in _marks_in(w)} <= within
    for fact in world.pack.facts.values():
        reached = world.lore.reaches(world.npcs[npc], fact.id, world.query())
        assert reached == _may_know(world, npc, fact), (npc, fact)


def _live(world: World, chance: Random, step: Callable[..., Any]) -> None:
    """One thing happens; whatever is said then was within the speaker's reach before it."""
    npc = chance.choice(sorted(world.npcs))
    topic = chance.choice(TOPICS)
    within = {n: _marks_within(world, n) for n in world.npcs}
    roll = chance.random()
    if roll < 0.6:
        text = chance.choice(ASKED).format(topic)
        reply = step(world, talk.say, [npc], "ash", text).replies[0]
        said = [(npc, reply.text)]
        if reply.told:
            secret = world.lore.fact(reply.told[0]).trust
            trust = world.relations.get(world.npcs[npc].profile, "ash").trust
            assert secret is None or trust >= secret - 0.15  # as it was when it was asked
    elif roll < 0.7:
        fact = chance.choice(sorted(world.pack.facts))
        step(world, roster.tell_fact, npc, fact, "", "", "")
        said = []
    elif roll < 0.8:
        stage = chance.choice(["dry", "wet"])
        step(world, roster.set_world, {}, {"flood": stage}, None)
        said = []
    else:
        other = chance.choice(sorted(set(world.npcs) - {npc}))
        step(world, roster.set_npc, npc, {"place": world.npcs[other].place})
        outcome = step(world, chatter.converse, npc, other, "")
        said = [(s.npc, s.text) for s in outcome.said]
    for speaker, text in said:
        # in a talk of several lines one may pass on what it was told a line before
        reach = within[speaker] if roll < 0.6 else within[speaker] | _marks_within(world, speaker)
        assert _marks_in(text) <= reach, (speaker, text)


def test_no_mind_ever_reaches_what_nobody_granted_it(
    hamlet: Hamlet, step: Callable[..., Any], scale: Callable[[int, int], int]
) -> None:
    told = 0
    for seed in range(scale(500, 10_000)):
        chance = Random(seed)
        world = hamlet(seed=seed, **_rooms(chance))
        for _ in range(12):
            _live(world, chance, step)
        for npc in world.npcs:
            _check_mind(world, npc)
        told += sum(len(t.told) for t in world.talks.values())
    assert told > seed  # the check is worth nothing if nobody ever tells anything


def test_the_check_above_would_see_a_leak(
    hamlet: Hamlet, step: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from personagen_npc.world.knowledge.lore import Lore

    world = hamlet(
        npcs={"ada": {}, "bel": {}}, voice=VOICE,
        quests={"flood": {"title": "Flood", "giver": "ada", "stages": ["dry", "wet"]}},
        facts={"f0": {"text": "The mill has zzf0zz in it.", "who": {"npcs": ["bel"]}}},
    )  # fmt: skip
    everything = frozenset(world.pack.facts)
    monkeypatch.setattr(Lore, "reaches", lambda *_: True)
    monkeypatch.setattr(Lore, "_reach", lambda *_: (everything, []))
    with pytest.raises(AssertionError):
        _check_mind(world, "ada")
    reply = step(world, talk.say, ["ada"], "ash", "What do you know about the mill?").replies[0]
    assert _marks_in(reply.text) == {"zzf0zz"}


def test_what_was_overheard_is_known_and_what_was_whispered_is_not(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    def listener(whisper: bool) -> World:
        world = hamlet(
            places=PLACES, npcs={"ada": {"place": "inn"}, "bel": {"place": "inn"},
                                 "cade": {"place": "mill"}}, voice=VOICE,
            facts={"dam": {"text": "The dam leaks.", "who": {"npcs": ["ada"]}}},
        )  # fmt: skip
        reply = step(
            world, talk.say, ["ada"], "ash", "What do you know about the dam?", whisper=whisper
        ).replies[0]
        assert reply.told == ("dam",)
        return world

    aloud, whispered = listener(False), listener(True)
    assert _reached(aloud, "bel", "dam")
    assert aloud.npcs["bel"].beliefs.get("dam") is not None
    assert not _reached(aloud, "cade", "dam")
    assert not _reached(whispered, "bel", "dam")


def test_a_belief_in_a_fact_that_a_new_pack_no_longer_has_does_no_harm(
    hamlet: Hamlet, step: Callable[..., Any]
) -> None:
    world = hamlet(npcs={"ada": {}}, facts={"dam": {"text": "The dam leaks."}})
    step(world, lambda w: w.do(Believed("ada", "gone", "told", "", 0, 1.0, 0.0)))
    assert world.lore.granted(world.npcs["ada"], world.query()) == sorted(
        f for f in world.lore.granted(world.npcs["ada"], world.query()) if f in world.lore
    )
    assert _ask(world, "ada", "dam") == []
