"""Saves for designers: shown, compared, exported, changed, merged, stripped, by the commands."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import pytest
import yaml

from personagen_npc.authoring.dossiers.document import Export, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"
PLAYED = """\
/go ida
Hello, I am Zebulon.
You are a wonderful person, thank you.
/reward 1
/save morning
You are a stupid old fool!
/reward -1
/event theft
The quacksalver Fnordwick poisoned the well, I saw it with my own eyes.
I promise to help you.
/tick 2d
Do you remember me?
/save evening
"""
TYPED = ("zebulon", "fnordwick", "quacksalver", "xanthippe")


class Played(NamedTuple):
    morning: Path
    evening: Path


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Two saves of a world that was played, the second two days on."""
    from click.testing import CliRunner

    from personagen_npc.cli.app import app

    store = tmp_path_factory.mktemp("store")
    words = ["chat", str(HAMLET), "--seed", "5", "--player", "xanthippe", "--store", str(store)]
    result = CliRunner().invoke(app, words, input=PLAYED, prog_name="personagen-npc")
    assert result.exit_code == 0, result.output
    saves = {f.stem: f for f in store.rglob("*.npcsave")}
    return Played(saves["morning"], saves["evening"])


@pytest.fixture
def export(run: Callable[..., Result], played: Played, tmp_path: Path) -> dict[str, Any]:
    """The evening as a document."""
    out = tmp_path / "evening.json"
    assert (
        run("save", "export", str(played.evening), "--to", "json", "--out", str(out)).exit_code == 0
    )
    return dict(orjson.loads(out.read_bytes()))


@pytest.fixture
def bring_in(run: Callable[..., Result], played: Played, tmp_path: Path) -> Callable[..., Result]:
    """``bring_in(document, save)``: an edited document into a save; out is ``new.npcsave``."""

    def made(document: Any, into: Path = played.evening) -> Result:
        edited = tmp_path / "edited.json"
        edited.write_bytes(orjson.dumps(document))
        out = tmp_path / "new.npcsave"
        return run("save", "import", str(edited), "--into", str(into), "--out", str(out))

    return made


def texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


# --- show and diff ------------------------------------------------------------------------------


def test_a_dossier_tells_who_and_what_moved(run: Callable[..., Result], played: Played) -> None:
    page = run("save", "show", str(played.evening), "ida").output
    assert "Ida" in page.splitlines()[1]
    for part in ("traits", "relations", "remembers", "believes", "learned"):
        assert re.search(rf"^  {part} ", page, re.MULTILINE), part
    assert "insulted Ida" in page
    assert re.search(r"face to\s+face, two days\s+ago", page)
    assert "turns rewarded" in page


def test_everybody_is_shown_below_the_header(run: Callable[..., Result], played: Played) -> None:
    page = run("save", "show", str(played.evening)).output
    assert "world  hamlet" in page
    row = orjson.loads(run("save", "show", "--json", str(played.evening)).output)
    assert list(row["npcs"]) == [d for d in row["npcs"] if f"  {d} " in page]
    assert row["npcs"]["ida"]["relations"][0]["other"] == "xanthippe"


def test_nobody_of_that_name_is_told(run: Callable[..., Result], played: Played) -> None:
    result = run("save", "show", str(played.evening), "nobody")
    assert result.exit_code == 1
    assert "there are" in result.output


def test_a_day_apart_is_told_by_mind(run: Callable[..., Result], played: Played) -> None:
    result = run("save", "diff", str(played.morning), str(played.evening), "ida")
    assert result.exit_code == 1
    assert "ida learned: xanthippe insulted Ida" in result.output
    assert "ida stands to: xanthippe: affinity" in result.output
    back = run("save", "diff", str(played.evening), str(played.morning), "ida").output
    assert "ida forgot: xanthippe insulted Ida" in back
    rows = run("save", "diff", "--json", str(played.morning), str(played.evening)).output
    kinds = {orjson.loads(row)["kind"] for row in rows.splitlines()}
    assert {"time", "learned", "stands to", "policy"} <= kinds


def test_the_same_twice_has_no_difference(run: Callable[..., Result], played: Played) -> None:
    result = run("save", "diff", str(played.evening), str(played.evening))
    assert (result.exit_code, result.output) == (0, "")


def test_what_cannot_be_read_ends_with_two(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.npcsave"
    broken.write_bytes(played.evening.read_bytes()[:-9])
    assert run("save", "diff", str(played.evening), str(broken)).exit_code == 2


# --- export -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_an_export_that_nobody_edited_comes_back_equal(
    run: Callable[..., Result], played: Played, tmp_path: Path, kind: str
) -> None:
    file, out = tmp_path / f"evening.{kind}", tmp_path / "again.npcsave"
    run("save", "export", str(played.evening), "--to", kind, "--out", str(file))
    result = run("save", "import", str(file), "--into", str(played.evening), "--out", str(out))
    assert (result.exit_code, "0 changes" in result.output) == (0, True), result.output
    assert out.read_bytes() == played.evening.read_bytes()


def test_yaml_and_json_say_the_same(
    run: Callable[..., Result], played: Played, export: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "e.yaml"
    run("save", "export", str(played.evening), "--to", "yaml", "--out", str(out))
    assert yaml.safe_load(out.read_text("utf-8")) == export


def test_an_export_is_as_its_schema_says(export: dict[str, Any]) -> None:
    assert Export.model_validate_json(orjson.dumps(export))
    published = orjson.loads((HAMLET.parents[3] / "docs" / "save-export.schema.json").read_bytes())
    assert published == orjson.loads(orjson.dumps(schema())), (
        "run: python -m personagen_npc.authoring.dossiers.document docs/save-export.schema.json"
    )
    assert set(published["properties"]) == set(export)
    assert published["additionalProperties"] is False


def test_one_person_can_be_exported_alone_and_the_rest_stays(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    file, out = tmp_path / "ida.yaml", tmp_path / "new.npcsave"
    run("save", "export", str(played.evening), "--to", "yaml", "--npc", "ida", "--out", str(file))
    tree = yaml.safe_load(file.read_text("utf-8"))
    assert list(tree["npcs"]) == ["ida"]
    assert run("save", "import", str(file), "--into", str(played.evening),
               "--out", str(out)).exit_code == 0  # fmt: skip
    assert out.read_bytes() == played.evening.read_bytes()


def test_tables_hold_rows_that_a_spreadsheet_takes_for_text(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    run("save", "export", str(played.evening), "--to", "csv", "--out", str(folder))
    with (folder / "memories.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any("insulted Ida" in row["text"] for row in rows)
    assert {f.name for f in folder.iterdir()} >= {"people.csv", "relations.csv", "beliefs.csv"}


def test_a_graph_holds_who_stands_how_to_whom(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    import networkx as nx

    out = tmp_path / "e.graphml"
    run("save", "export", str(played.evening), "--to", "graphml", "--out", str(out))
    graph = nx.read_graphml(out)
    assert graph.nodes["xanthippe"]["kind"] == "player"
    rows = [row for a, b, row in graph.edges(data=True) if (a, b) == ("ida", "xanthippe")]
    assert [row["affinity"] for row in rows] == [rows[0]["affinity"]]


def test_a_page_stands_alone(run: Callable[..., Result], played: Played, tmp_path: Path) -> None:
    out = tmp_path / "e.html"
    run("save", "export", str(played.evening), "--to", "html", "--out", str(out))
    page = out.read_text("utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|\bsrc=|url\(|@import|<link", page)
    assert "<svg" in page
    assert "@media print" in page
    assert "insulted Ida" in page


# --- import -------------------------------------------------------------------------------------


def test_what_a_designer_changes_is_in_the_save(
    run: Callable[..., Result], export: dict[str, Any], bring_in: Callable[..., Result],
    tmp_path: Path,
) -> None:  # fmt: skip
    ida = export["npcs"]["ida"]
    mark = next(m for m in ida["memories"] if "insulted" in export["happenings"][m]["text"])
    export["happenings"][mark] |= {"text": "{actor} bowed to {target}.", "importance": 0.9}
    gone = next(m for m in ida["memories"] if m != mark)
    del ida["memories"][gone]
    ida["relations"]["xanthippe"]["trust"] = 0.75
    ida["mood"]["pleasure"] = -0.5
    ida["notes"]["xanthippe"] = {"warned": {"value": True}}
    export["variables"]["gate_open"] = False
    result = bring_in(export)
    assert result.exit_code == 0, result.output
    for line in (f"npcs.ida.memories.{gone}", "variables.gate_open: true -> false", "7 changes"):
        assert line in result.output
    page = run("save", "show", "--json", str(tmp_path / "new.npcsave"), "ida").output
    new = orjson.loads(page)["npcs"]["ida"]
    assert new["relations"][0]["trust"] == 0.75
    assert new["axes"][0] == -0.5
    assert "xanthippe bowed to Ida Brook." in [m["text"] for m in new["memories"]]
    assert gone not in [m["mark"] for m in new["memories"]]
    assert new["notes"] == ["on xanthippe: warned = True"]
    assert run("save", "check", str(tmp_path / "new.npcsave")).exit_code == 0


SHAPE: tuple[tuple[str, Any, str], ...] = (
    ("npcs.ida.relations.xanthippe.trust", 3.0, "less than or equal to 1"),
    ("npcs.ida.relations.xanthippe.fear", "much", "valid number"),
    ("npcs.ida.memories.zwölf", {}, "match pattern"),
    ("npcs.ida.mood.colour", 0.5, "not permitted"),
    ("version", 2, "Input should be 1"),
)
MATTER: tuple[tuple[str, Any, str], ...] = (
    ("npcs.ida.relations.wotan", {"trust": 0.1}, "an NPC or player"),
    ("npcs.ida.relations.xanthippe.meetings", 99, ""),
    ("npcs.ida.beliefs.no_such_fact", {}, "a fact of the pack"),
    ("npcs.ida.memories.h999", {}, "something that happened"),
    ("npcs.ida.memories.h0.source", "dreamt", "one of authored, seen"),
    ("npcs.ida.memories.h0.teller", "wotan", "an NPC or player"),
    ("npcs.ida.place", "moon", "may not be changed"),
    ("npcs.ida.goals.no_such_goal", 0.5, "nothing new here"),
    ("variables.gate_open", "ajar", "a value like true"),
    ("variables.weather", "frogs", "one of clear, rain"),
    ("variables.stage.bucket", "stolen", "one of lost, found"),
    ("variables.fresh", 1, "nothing new here"),
    ("happenings.h0.text", "{listener} sang.", "words, {actor} and {target}"),
    ("happenings.h0.at", 5.0, "may not be changed"),
    ("save.seed", 9, "may not be changed"),
)


@pytest.mark.parametrize("wrong", [SHAPE, MATTER], ids=["shape", "matter"])
def test_all_that_may_not_be_is_refused_by_its_path(
    export: dict[str, Any], bring_in: Callable[..., Result], tmp_path: Path,
    wrong: tuple[tuple[str, Any, str], ...],
) -> None:  # fmt: skip
    for path, value, _ in wrong:
        _put(export, path, value)
    result = bring_in(export)
    told = {line.split(": ")[1]: line for line in result.output.splitlines()}
    assert result.exit_code == 1
    for path, _, allowed in wrong:
        if allowed:
            assert allowed in next(line for place, line in told.items() if place.startswith(path))
        else:
            assert path not in told
    assert not (tmp_path / "new.npcsave").exists()


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    if path.startswith("variables."):
        tree["variables"][path.removeprefix("variables.")] = value
        return
    *steps, last = path.split(".")
    for step in steps:
        tree = tree[step]
    tree[last] = value


@pytest.mark.parametrize("text", [
    '{"a": 1, "a": 2}', "a: 1\na: 2\n", "a: &x [1]\nb: *x\n", "[1, 2", "{'a': .nan}", "- 1",
    "a: 2020-01-01",
])  # fmt: skip
def test_a_file_that_is_no_export_is_refused(
    run: Callable[..., Result], played: Played, tmp_path: Path, text: str
) -> None:
    file = tmp_path / ("e.json" if text[0] == "{" and '"' in text else "e.yaml")
    file.write_text(text, "utf-8")
    result = run("save", "import", str(file), "--into", str(played.evening),
                 "--out", str(tmp_path / "new.npcsave"))  # fmt: skip
    assert result.exit_code == 1
    assert str(file) in result.output
    assert not (tmp_path / "new.npcsave").exists()


# --- merge --------------------------------------------------------------------------------------


@pytest.fixture
def mended(
    run: Callable[..., Result], bring_in: Callable[..., Result], played: Played, tmp_path: Path
) -> Path:
    """The morning as a designer mended it."""
    file = tmp_path / "m.json"
    run("save", "export", str(played.morning), "--to", "json", "--out", str(file))
    tree = orjson.loads(file.read_bytes())
    tree["variables"]["weather"] = "rain"
    tree["npcs"]["ida"]["relations"]["xanthippe"]["trust"] = 0.9
    assert bring_in(tree, played.morning).exit_code == 0
    return (tmp_path / "new.npcsave").rename(tmp_path / "mended.npcsave")


def test_a_conflict_is_told_and_nothing_written(
    run: Callable[..., Result], played: Played, mended: Path, tmp_path: Path
) -> None:
    out = tmp_path / "merged.npcsave"
    words = ("save", "merge", str(mended), str(played.evening), "--base", str(played.morning),
             "--out", str(out))  # fmt: skip
    result = run(*words)
    assert result.exit_code == 1
    assert "conflict, undecided: npcs.ida.relations.xanthippe.trust" in result.output
    assert not out.exists()
    for prefer, trust in (("designer", True), ("player", False)):
        result = run(*words, "--prefer", prefer)
        assert result.exit_code == 0, result.output
        row = orjson.loads(run("save", "show", "--json", str(out)).output)["npcs"]["ida"]
        assert (row["relations"][0]["trust"] == 0.9) is trust
        assert "variables.weather" in result.output
        assert "insulted" in str(row["memories"])


def test_what_is_not_the_designers_is_left_and_told(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    result = run("save", "merge", str(played.evening), str(played.morning), "--base",
                 str(played.morning), "--out", str(tmp_path / "m.npcsave"))  # fmt: skip
    assert "left out: happenings.h" in result.output
    assert "left out: npcs.ida.memories.h" in result.output


def test_saves_of_two_worlds_are_not_merged(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    store = tmp_path / "other"
    run("chat", str(HAMLET), "--seed", "6", "--store", str(store), typed="/save evening\n")
    other = next(store.rglob("*.npcsave"))
    result = run("save", "merge", str(other), str(played.evening), "--base",
                 str(played.morning), "--out", str(tmp_path / "m.npcsave"))  # fmt: skip
    assert result.exit_code == 1
    assert "of another world" in result.output
    assert not (tmp_path / "m.npcsave").exists()


# --- strip --------------------------------------------------------------------------------------


def test_no_word_that_a_player_typed_is_left(
    run: Callable[..., Result], played: Played, tmp_path: Path
) -> None:
    from personagen_npc.store.container import read_save

    def words_in(file: Path) -> str:
        _, header, blocks = read_save(file.read_bytes())
        rest = [d.decode("utf-8", "replace") for n, d in blocks if n not in {"PACK", "VECS"}]
        return " ".join((orjson.dumps(header).decode(), *rest)).lower()

    out = tmp_path / "shared.npcsave"
    result = run("save", "strip", str(played.evening), "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "removed: " in result.output
    before, after = words_in(played.evening), words_in(out)
    assert all(word in before for word in TYPED)
    assert [word for word in TYPED if word in after] == []
    assert "stupid" not in after
    assert run("save", "check", str(out)).exit_code == 0
    row = orjson.loads(run("save", "show", "--json", str(out), "ida").output)["npcs"]["ida"]
    assert row["relations"][0]["other"] == "player1"
    assert "player1 insulted Ida Brook." in [m["text"] for m in row["memories"]]
