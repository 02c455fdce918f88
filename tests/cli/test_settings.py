from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from personagen_npc.cli.settings import flag, given, settings_flags
from personagen_npc.config import Settings, help_of, variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_a_flag_with_its_help(run: Callable[..., Result], name: str) -> None:
    text = " ".join(run("serve", "--help").output.split())
    assert flag(name) in text
    assert variable(name) in text
    assert help_of(name).split()[0] in text


def test_flags_arrive_as_the_settings_want_them() -> None:
    got: dict[str, object] = {}

    @click.command()
    @settings_flags
    def command(**flags: object) -> None:
        got.update(given(flags))

    args = [
        "--packs",
        "a",
        "--packs",
        "b",
        "--port",
        "0",
        "--hello-s",
        "2.5",
        "--durability",
        "full",
    ]
    command.main(args, standalone_mode=False)
    made = Settings.load(got)
    assert [p.name for p in made.packs] == ["a", "b"]
    assert (made.port, made.hello_s, made.durability) == (0, 2.5, "full")
    assert set(got) == {"packs", "port", "hello_s", "durability"}, "what was not given is not there"
