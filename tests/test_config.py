from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.config import Settings, default_store, help_of, variable
from personagen_npc.errors import BadField

if TYPE_CHECKING:
    from pathlib import Path


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1\nrate = 1\nqueue = 70000\npacks = ["mine"]\n', encoding="utf-8")
    environ = {"PERSONAGEN_PORT": "2", "PERSONAGEN_RATE": "2", "HOME": "/h"}
    made = Settings.load({"port": 3, "rate": None}, environ, file)
    assert (made.port, made.rate, made.queue) == (3, 2, 70000)
    assert made.packs == (tmp_path / "mine",)


def test_lists_in_the_environment_are_divided_by_commas() -> None:
    made = Settings.load(environ={"PERSONAGEN_HOSTS": "a.example,b.example:99", "HOME": "/h"})
    assert made.hosts == ("a.example", "b.example:99")


def test_a_wrong_value_says_where_it_was_given() -> None:
    with pytest.raises(BadField, match=r"environment: port") as told:
        Settings.load(environ={"PERSONAGEN_PORT": "many"})
    assert (told.value.field, told.value.got) == ("port", "many")


def test_an_unknown_setting_in_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(BadField) as told:
        Settings.load(file=file)
    assert told.value.field == "prot"
    assert "packs" in told.value.allowed


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("port: 1\n", encoding="utf-8")
    with pytest.raises(BadField, match=r"settings\.toml"):
        Settings.load(file=file)


def test_listening_to_a_network_needs_tls() -> None:
    with pytest.raises(BadField, match="tls_cert"):
        Settings.load({"listen": "0.0.0.0"})


def test_secrets_do_not_show_in_errors_or_text() -> None:
    made = Settings.load({"token": "very-secret"})
    assert "very-secret" not in repr(made)
    with pytest.raises(BadField) as told:
        Settings.load({"token": 5})
    assert told.value.got == ""


def test_every_setting_has_a_help_text_and_a_variable() -> None:
    for name in Settings.model_fields:
        assert help_of(name).endswith(".")
        assert variable(name) == "PERSONAGEN_" + name.upper()


@pytest.mark.parametrize(
    ("platform", "end"),
    [("linux", ".local/share"), ("darwin", "Library/Application Support"), ("win32", "AppData")],
)
def test_the_store_lies_where_the_system_keeps_data(platform: str, end: str) -> None:
    assert end in default_store({"HOME": "/home/me"}, platform).as_posix()
