from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField, BadSave, Conflict, ServerFault, Unknown
from personagen_npc.store import Saves, pack_save
from personagen_npc.store import saves as saves_module

if TYPE_CHECKING:
    from pathlib import Path

ONE = pack_save({"world": "w", "seq": 1}, [("NPCS", b"one" * 50)])
TWO = pack_save({"world": "w", "seq": 2}, [("NPCS", b"two" * 50)])


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_a_slot_holds_the_last_write_and_the_one_before(tmp_path: Path) -> None:
    saves = Saves(tmp_path / "saves")
    assert saves.list() == ()
    info = saves.write("night-1", ONE)
    assert (info.name, info.size, info.header, info.problem) == (
        "night-1",
        len(ONE),
        {"world": "w", "seq": 1},
        "",
    )
    with pytest.raises(Unknown):
        saves.read("night-1", previous=True)
    saves.write("night-1", TWO)
    assert saves.read("night-1") == TWO
    assert saves.read("night-1", previous=True) == ONE
    assert [(each.name, each.header["seq"]) for each in saves.list()] == [("night-1", 2)]
    assert files(tmp_path / "saves") == ["night-1.npcsave", "night-1.npcsave.bak"]
    with pytest.raises(Unknown, match="no save named other"):
        saves.read("other")


@pytest.mark.parametrize("failing", ["first rename", "second rename", "fsync", "write"])
def test_a_failed_write_leaves_a_readable_slot_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    saves = Saves(tmp_path)
    saves.write("a", ONE)
    real, calls = saves_module._rename, []

    def rename(source: Path, target: Path) -> None:
        calls.append(target)
        if failing == ("first rename", "second rename")[len(calls) - 1]:
            raise OSError(28, "No space left on device")
        real(source, target)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    if "rename" in failing:
        monkeypatch.setattr(saves_module, "_rename", rename)
    elif failing == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    else:
        monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(ServerFault, match="save a could not be written"):
        saves.write("a", TWO)
    assert saves.read("a") == ONE
    assert [each.header["seq"] for each in Saves(tmp_path).list()] == [1]
    assert len(files(tmp_path)) == 1


HOSTILE = [
    "", ".", "..", "../a", "a/b", "a\\b", "/etc/passwd", "c:a", "c:\\a", "a:stream", "A", "a b",
    "a\0b", "a\n", "\u202ea", "é", "-a", "_a", ".a", "a.", "a/../b", "~", "con", "nul", "nul.txt",
    "com1", "lpt9.a", "aux.", "x" * 65, "a*", "a?", "%2e%2e", "*",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_a_path_or_a_device(tmp_path: Path, name: str) -> None:
    saves = Saves(tmp_path / "saves")
    before = files(tmp_path)
    for refused in (saves.read, saves.begin, lambda name: saves.write(name, ONE)):
        with pytest.raises(BadField) as fault:
            refused(name)
        assert fault.value.field == "name"
    assert files(tmp_path) == before
    assert files(tmp_path / "saves") == []


@given(st.text(max_size=70))
@settings(deadline=None)
def test_any_name_stays_in_the_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.mktemp("saves")
    saves = Saves(root)
    try:
        saves.write(name, ONE)
    except BadField:
        assert files(root) == []
    else:
        assert files(root) == [f"{name}.npcsave"]
        assert saves.list()[0].name == name


def test_names_like_our_own_suffixes_do_not_meet(tmp_path: Path) -> None:
    saves = Saves(tmp_path)
    names = ["a", "a.npcsave", "a.npcsave.bak", "a.unfinished", "console", "a.b.c"]
    for index, name in enumerate(names):
        for seq in (index, index + 100):
            saves.write(name, pack_save({"seq": seq}, []))
    assert {each.name: each.header["seq"] for each in Saves(tmp_path).list()} == {
        name: index + 100 for index, name in enumerate(names)
    }


def test_a_damaged_save_is_listed_with_its_problem(tmp_path: Path) -> None:
    saves = Saves(tmp_path)
    saves.write("good", ONE)
    saves.write("bad", b"NPCSAVE1 and then rubbish")
    (tmp_path / "Not A Save.npcsave").write_bytes(ONE)
    (tmp_path / "notes.txt").write_bytes(b"")
    assert [(each.name, bool(each.problem)) for each in saves.list()] == [
        ("bad", True),
        ("good", False),
    ]


def test_an_import_becomes_a_save_only_when_whole(tmp_path: Path) -> None:
    saves = Saves(tmp_path)
    token = saves.begin("gift")
    for at in range(0, len(TWO), 7):
        assert saves.append(token, TWO[at : at + 7]) == min(at + 7, len(TWO))
    assert saves.list() == ()
    assert saves.finish(token).header == {"world": "w", "seq": 2}
    assert saves.read("gift") == TWO
    with pytest.raises(Unknown):
        saves.append(token, b"x")
    with pytest.raises(Unknown):
        saves.finish(token)


def test_a_bad_import_changes_nothing(tmp_path: Path) -> None:
    saves = Saves(tmp_path)
    saves.write("slot", ONE)
    token = saves.begin("slot")
    saves.append(token, TWO[:-1])
    with pytest.raises(BadSave):
        saves.finish(token)
    token = saves.begin("slot")
    saves.abort(token)
    saves.abort("import-99")
    assert saves.read("slot") == ONE
    assert files(tmp_path) == ["slot.npcsave"]


def test_imports_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saves_module, "MAX_IMPORT", 100)
    saves = Saves(tmp_path)
    token = saves.begin("big")
    saves.append(token, bytes(100))
    with pytest.raises(BadSave, match="too big"):
        saves.append(token, b"x")
    tokens = [saves.begin(f"n{n}") for n in range(saves_module.MAX_IMPORTS)]
    with pytest.raises(Conflict):
        saves.begin("more")
    saves.abort(tokens[0])
    saves.abort(saves.begin("more"))
    for each in tokens:
        saves.abort(each)
    assert files(tmp_path) == []


def test_what_a_kill_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    saves = Saves(tmp_path)
    saves.write("a", ONE)
    (tmp_path / "tmpabc.unfinished").write_bytes(b"half")
    (tmp_path / "a.npcsave").rename(tmp_path / "a.npcsave.bak")  # killed between the two renames
    again = Saves(tmp_path)
    assert again.read("a") == ONE
    assert [each.name for each in again.list()] == ["a"]
    again.write("a", TWO)
    assert (again.read("a"), again.read("a", previous=True)) == (TWO, ONE)
    assert files(tmp_path) == ["a.npcsave", "a.npcsave.bak"]
