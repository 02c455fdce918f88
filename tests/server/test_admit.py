from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField, Denied
from personagen_npc.server.admit import BURST_S, Door, Pace, Tokens, split_host, token_in

if TYPE_CHECKING:
    from pathlib import Path


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_host_but_ours_is_let_in(host: str) -> None:
    ours = {"127.0.0.1:9", "localhost:9", "[::1]:9", "127.0.0.1", "localhost", "[::1]", "::1"}
    assert (not Door(9).refuse([host], [])) <= (host.lower() in ours)


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("a:1", ("a", 1)),
        ("a", ("a", 0)),
        ("[::1]:5", ("::1", 5)),
        ("[::1]", ("::1", 0)),
        ("::1", ("::1", 0)),
        ("a:x", ("", 0)),
        ("a:\u0661", ("", 0)),
        ("[::1]5", ("", 0)),
    ],
)
def test_a_host_is_a_name_and_a_port(host: str, parts: tuple[str, int]) -> None:
    assert split_host(host) == parts


def test_an_empty_secret_lets_nobody_in() -> None:
    with pytest.raises(Denied):
        Tokens({"game": ""}).check("", "game")


def test_a_token_file_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "token"
    made = token_in(file)
    assert len(made) >= 32
    assert token_in(file) == made
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)
        token_in(file)
        assert file.stat().st_mode & 0o777 == 0o600


def test_an_empty_token_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").touch()
    with pytest.raises(BadField):
        token_in(tmp_path / "token")


@settings(deadline=None)
@given(st.lists(st.floats(0, 0.5), max_size=200), st.integers(1, 50))
def test_over_any_time_no_more_than_the_rate_and_one_burst_are_taken(
    gaps: list[float], rate: int
) -> None:
    now, taken = 0.0, 0
    pace = Pace(rate, now)
    for gap in gaps:
        now += gap
        taken += pace.take(now)
    assert taken <= rate * (BURST_S + now) + 1e-6
