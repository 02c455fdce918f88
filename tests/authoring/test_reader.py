"""A folder becomes a pack, or every mistake in it is named with file, line and what is allowed."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen_npc.authoring.reader import builtin_voice, merge_packs, read_folder, read_pack
from personagen_npc.errors import BadPack

PACKS = Path(__file__).parent.parent / "packs"

DESIGN = {
    "id": "npc_001",
    "name": "Old Wren",
    "background": "Kept the ferry for thirty years.",
    "personality_traits": [
        {"name": "extraversion", "value": 0.2, "description": "keeps to herself"},
        {"name": "curiosity", "value": 1, "description": "asks about every boat"},
    ],
    "behavioral_patterns": [
        {
            "trigger": "greeting",
            "response_template": "Mind the plank, {player}.",
            "frequency": 0.8,
            "last_used": None,
        },
        {
            "trigger": "river",
            "response_template": "She's high today.",
            "frequency": 0.4,
            "last_used": "2024-05-01T10:00:00",
        },
    ],
    "knowledge_graph": {
        "k1": {
            "id": "k1",
            "content": "The river floods in spring.",
            "connections": ["k2"],
            "importance": 0.9,
            "last_accessed": None,
        }
    },
    "creation_date": "2024-05-01T09:00:00",
    "interaction_count": 12,
    "adaptation_score": 0.25,
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "good", tmp_path / "good"))


def put(pack: Path, name: str, text: str) -> None:
    file = pack / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def mistakes(pack: Path) -> tuple[str, ...]:
    with pytest.raises(BadPack) as caught:
        read_pack(pack)
    return caught.value.problems


def test_a_good_pack_holds_what_its_files_say(pack: Path) -> None:
    read = read_pack(pack)
    assert (read.id, read.version) == ("good", "1.0")
    assert list(read.npcs) == ["mara", "tomas"]
    assert read.npcs["mara"].aliases == ("Mara",)
    assert [t.name for t in read.npcs["mara"].personality_traits] == ["extraversion", "neuroticism"]
    assert read.npcs["mara"].knowledge_graph["handle"].content.startswith("My father")
    assert read.places["forge"].near == ("yard",)
    assert read.factions["crown"].name == "the Crown"
    assert read.variables["weather"].values == ("clear", "rain", "no")
    assert read.facts["forge_place"].who.all
    assert read.facts["forge_place"].importance == 0.4
    assert not read.facts["mara_debt"].who.all
    assert read.facts["mara_debt"].when == {
        "stage.hammer": ("offered", "done"),
        "var.gate_open": False,
    }
    assert [rule.id for rule in read.voice] == ["good:mara:1", "mara_trouble"]
    assert read.sources[0][0] == "good"


def test_the_same_files_give_the_same_hash_and_a_change_another(pack: Path) -> None:
    before = read_pack(pack).sources
    assert read_pack(pack).sources == before
    put(pack, "lore/more.yaml", "- {id: x, text: A new thing., who: all}")
    assert read_pack(pack).sources != before


def test_a_persona_of_the_design_loads_unchanged(pack: Path) -> None:
    (pack / "npcs/wren.json").write_bytes(orjson.dumps(DESIGN))
    wren = read_pack(pack).npcs["npc_001"]
    again = wren.model_dump(mode="json", exclude_unset=True)
    assert again == DESIGN


def test_people_come_one_a_file_in_lists_in_mappings_and_sub_folders(pack: Path) -> None:
    put(pack, "npcs/a.yaml", "- {id: ann, name: Ann}\n- {id: bob, name: Bob}\n")
    put(pack, "npcs/b.yaml", "cid: {name: Cid}\ndot: {name: Dot}\n")
    put(pack, "npcs/far/eve.yml", "name: Eve\n")
    put(pack, "npcs/.hidden.yaml", "nonsense: [")
    put(pack, "npcs/notes.txt", "nonsense: [")
    people = read_pack(pack).npcs
    assert {"ann", "bob", "cid", "dot", "eve"} <= set(people)


def test_slips_that_leave_no_doubt_are_mended(pack: Path) -> None:
    put(pack, "npcs/a.yaml", "name: 7\nrole: 1.50\naliases: 12\nappearance:\ntopics: [3, tin]\n")
    read = read_pack(pack).npcs["a"]
    assert (read.name, read.role, read.aliases) == ("7", "1.50", ("12",))
    assert read.topics == ("3", "tin")


NPC = "name: Ann\n"
CASES = [
    (NPC + "age: -1", "npcs/a.yaml:2: age: -1 is not allowed (a whole number, 0 to 100000)"),
    (NPC + "age: 1.5", "npcs/a.yaml:2: age: 1.5 is not allowed (a whole number, 0 to 100000)"),
    (NPC + 'age: "5"', 'npcs/a.yaml:2: age: "5" is not allowed (a whole number, 0 to 100000)'),
    (
        NPC + "personality_traits:\n- {name: a, value: 0.1}\n- name: b\n  value: 1.4",
        "npcs/a.yaml:5: personality_traits.2.value: 1.4 is not allowed (0 to 1)",
    ),
    (
        NPC + "pronouns: shee",
        'npcs/a.yaml:2: pronouns: "shee" is not allowed (one of he, she, they, it; did you mean'
        " she?)",
    ),
    (NPC + "plase: yard", "npcs/a.yaml:2: plase: is no field here (did you mean place?)"),
    (NPC + "wares: {pot: {price: 4}}", "npcs/a.yaml:2: wares.pot.reserve: is missing"),
    (NPC + "goals:\n- {id: Big Goal, utility: 0.5}", 'npcs/a.yaml:3: goals.1.id: "Big Goal" is'),
    ("age: 5", "npcs/a.yaml:1: name: is missing (text, 1 to 200 characters)"),
    ("age: 4\nname: # Ann", "npcs/a.yaml:2: name: nothing is written here"),
    (NPC + "role: {player} x", "npcs/a.yaml:2: not YAML"),
    (NPC + "role: {player}", "npcs/a.yaml:2: role: a mapping (player) is not allowed (text"),
    (NPC + "id: mara", "mara stands twice (first in npcs/a.yaml:1)"),
    (NPC + "name: Bob", "npcs/a.yaml:2: name stands twice (first in line 1)"),
    (NPC + "voice: loud", 'npcs/a.yaml:2: voice: "loud" is not allowed (the fields address,'),
    ("hello", "npcs/a.yaml:1: a persona is needed here"),
    ("", "npcs/a.yaml:1: a persona is needed here"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_mistake_in_a_persona_has_file_line_and_allowed(
    pack: Path, text: str, expected: str
) -> None:
    put(pack, "npcs/a.yaml", text)
    found = mistakes(pack)
    assert any(expected in row for row in found), found


WORLD = "id: w\nname: W\n"
WORLD_CASES = [
    (WORLD + "time_scale: 0", "world.yaml:3: time_scale: 0 is not allowed (above 0 to 100000)"),
    (WORLD + "places: {a: {id: b, name: A}}", 'places.a.id: "b" is not its key'),
    (WORLD + "places:\n- {name: A}", "world.yaml:4: places.1.id: is missing"),
    (
        WORLD + "places:\n- {id: a, name: A}\n- {id: a, name: B}",
        "world.yaml:5: places.2.id: a stand",
    ),
    (WORLD + "places: [3]", "places.1.id: is missing"),
    (WORLD + "places: 3", "world.yaml:3: places: 3 is not allowed (names, each with the fields id"),
    (WORLD + "places:\n  a:", "world.yaml:4: places.a.name: is missing"),
    (WORLD + "places: {B!g: {name: A}}", 'places.B!g.id: "B!g" is not allowed (an id: letters'),
    (WORLD + "variables: {a: }", "variables.a: nothing is written here (the fields default"),
    (
        WORLD + "quests: {q: {title: Q, giver: a, stages: [x]}}",
        "quests.q.stages: a list of 1 is not",
    ),
    (
        WORLD + "quests: {q: {title: Q, giver: a, stages: [x, y], when: {a: {b: 1}}}}",
        "when.a: a map",
    ),
    (WORLD + "events: {e: {text: x, reach: loudly}}", "did you mean loud?"),
    (WORLD + "npcs: {}", "npcs: is no field here (people have files of their own"),
    (WORLD + "sources: []", "sources: is no field here"),
    (WORLD + "format: 2", "world.yaml:3: format: 2 is not allowed (1 to 1)"),
    (WORLD + "extends: {a: 1}", "extends: a list of pack ids is needed here"),
    (WORLD + "extends: [../other]", "world.yaml:3: extends: a list of pack ids is needed here"),
    (WORLD + "- x", "world.yaml:3: not YAML"),
    ("name: W", "world.yaml:1: id: is missing (an id: letters"),
    ("- a", "world.yaml:1: a mapping is needed here"),
]


@pytest.mark.parametrize(("text", "expected"), WORLD_CASES)
def test_a_mistake_in_the_world_has_file_line_and_allowed(
    tmp_path: Path, text: str, expected: str
) -> None:
    put(tmp_path, "world.yaml", text)
    found = mistakes(tmp_path)
    assert any(expected in row for row in found), found


ROOM_CASES = [
    (
        "lore/a.yaml",
        "- id: x\n  text: T\n  trust: 3",
        "lore/a.yaml:3: x.trust: 3 is not allowed (-1",
    ),
    ("lore/a.yaml", "- {id: x, text: T, triple: [a, b]}", "lore/a.yaml:1: x.triple"),
    ("lore/a.yaml", "facts: [{id: x, text: T}]\nmore: 1", "lore/a.yaml:2: more: is no field here"),
    ("lore/a.yaml", "hello", "lore/a.yaml:1: a list of facts is needed here"),
    (
        "lore/a.yaml",
        "- {id: forge_place, text: T}",
        "forge_place stands twice (first in lore/a.yam",
    ),
    ("lore/a.yaml", "defaults: 3\nfacts: []", "lore/a.yaml:1: defaults: a mapping of fields"),
    ("voice/a.yaml", "- act: greet", "voice/a.yaml:1: 1.lines: is missing (a list of at least 1"),
    ("voice/a.yaml", "- act: greet\n  lines: []", "voice/a.yaml:2: 1.lines: an empty list is not"),
    ("voice/a.yaml", "rules:\n- {act: greet, lines: [{x}]}", "1.lines.1: a mapping (x) is not"),
    (
        "voice/a.yaml",
        "- {act: greet, lines: [a], weight: 0}",
        "1.weight: 0 is not allowed (above 0",
    ),
    ("voice/a.yaml", "- greet", 'voice/a.yaml:1: 1: "greet" is not allowed (the fields id, act'),
    ("voice/a.yaml", "- act: #x\n  lines: [a]", "voice/a.yaml:1: 1.act: nothing is written here"),
    ("voice/a.yaml", "act: greet", "voice/a.yaml:1: a list of rules is needed here"),
    ("voice/a.json", '[{"act": "greet",}]', "voice/a.json:1: not JSON"),
    (
        "voice/a.yaml",
        "- {id: r, act: greet, lines: [a]}\n- {id: r, act: greet, lines: [a]}",
        "voice/a.yaml:2: 2.id: r stands twice (first in voice/a.yaml:1)",
    ),
]


@pytest.mark.parametrize(("name", "text", "expected"), ROOM_CASES)
def test_a_mistake_in_lore_or_voice_has_file_line_and_allowed(
    pack: Path, name: str, text: str, expected: str
) -> None:
    put(pack, name, text)
    found = mistakes(pack)
    assert any(expected in row for row in found), found


def test_all_mistakes_of_all_files_are_found_at_once(pack: Path) -> None:
    put(pack, "npcs/a.yaml", "name: A\nage: old\n")
    put(pack, "npcs/b.yaml", "name: [\n")
    put(pack, "lore/c.yaml", "- {id: x, text: T, trust: 9, importance: 7}\n")
    files = [row.split(":")[0] for row in mistakes(pack)]
    assert sorted(files) == ["lore/c.yaml", "lore/c.yaml", "npcs/a.yaml", "npcs/b.yaml"]


def test_a_flood_of_mistakes_is_cut(pack: Path) -> None:
    put(pack, "lore/c.yaml", "\n".join(f"- {{id: x{i}, text: T, trust: 9}}" for i in range(900)))
    found = mistakes(pack)
    assert len(found) == 201
    assert "700 more" in found[-1]


def test_what_is_no_pack_is_said_so(tmp_path: Path) -> None:
    assert "has no world.yaml" in mistakes(tmp_path)[0]
    assert "is no folder" in mistakes(tmp_path / "nowhere")[0]
    put(tmp_path, "world.yaml", WORLD)
    put(tmp_path, "world.json", "{}")
    assert "there is world.yaml already" in mistakes(tmp_path)[0]


def test_links_out_of_the_folder_are_not_followed(pack: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("name: Secret\n", encoding="utf-8")
    try:
        (pack / "npcs/link.yaml").symlink_to(secret)
    except OSError:
        pytest.skip("this system lets nobody make links, so there is nothing to follow")
    assert "link" not in read_pack(pack).npcs


def test_a_later_pack_adds_and_overrides_and_leaves_the_rest() -> None:
    merged = merge_packs([read_pack(PACKS / "good"), read_pack(PACKS / "mod")])
    assert (merged.id, merged.name) == ("good", "The Good Pack")
    assert merged.places["yard"].name == "the muddy yard"
    assert merged.places["mod:well"].near == ("yard",)
    assert list(merged.npcs) == ["mara", "tomas", "mod:ilse"]
    assert merged.npcs["tomas"].name == "Tomas the Elder"
    assert merged.coin.name == "groat"
    assert merged.time_scale == 60
    assert merged.calendar.start_year == 412
    assert merged.forbidden_words == ("telephone", "radio")
    assert merged.lexicon.synonyms == {"hammer": ("mallet", "maul")}
    rules = {rule.id: rule.lines for rule in merged.voice}
    assert rules["mara_trouble"] == ("the well is dry",)
    assert len(rules) == 3
    assert [source[0] for source in merged.sources] == ["good", "mod"]


def test_no_pack_or_the_same_one_twice_is_refused() -> None:
    good = read_pack(PACKS / "good")
    with pytest.raises(BadPack, match="no pack"):
        merge_packs([])
    with pytest.raises(BadPack, match="twice"):
        merge_packs([good, good])


def test_built_in_lines_have_ids_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, "lines/greet.yaml", "- {act: greet, lines: [Hello.]}\n")
    rules = builtin_voice(tmp_path / "lines")
    assert [rule.id for rule in rules] == ["base:greet:1"]
    put(tmp_path, "lines/greet.yaml", "- {act: greet, lines: [Hello.], when: {x: {}}}\n")
    with pytest.raises(BadPack, match=r"lines/greet.yaml:1: 1.when.x"):
        builtin_voice(tmp_path / "lines")


keys = st.sampled_from(
    ["id", "name", "places", "npcs", "facts", "voice", "when", "lines", "act", "defaults", "rules",
     "text", "who", "quests", "knowledge_graph", "personality_traits", "x", "extends", "format"]
)  # fmt: skip
leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "all", "A b"])
trees = st.recursive(
    leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(keys, t, max_size=4), max_leaves=12
)


@given(world=trees, npc=trees, lore=trees, voice=trees)
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
def test_any_trees_give_a_pack_or_mistakes(
    tmp_path: Path, world: object, npc: object, lore: object, voice: object
) -> None:
    base = {"id": "w", "name": "W", **world} if isinstance(world, dict) else world
    for name, value in (
        ("world.json", base), ("npcs/a.json", npc), ("lore/a.json", lore), ("voice/a.json", voice),
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(orjson.dumps(value))
    folder = read_folder(tmp_path)
    assert (folder.pack is None) == any(p.level == "error" for p in folder.problems)


@given(st.text(alphabet=st.sampled_from(list("idnametxw: -\n[]{},'\"#01.~")), max_size=80))
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
def test_any_text_gives_a_pack_or_mistakes(tmp_path: Path, text: str) -> None:
    for name in ("world.yaml", "npcs/a.yaml", "lore/a.yaml", "voice/a.yaml"):
        put(tmp_path, name, text)
    folder = read_folder(tmp_path)
    assert (folder.pack is None) == bool(folder.problems)
