from __future__ import annotations

import logging
from io import StringIO
from typing import TYPE_CHECKING

import orjson
import pytest

from personagen_npc.cli.logs import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def _logged(form: str, level: str = "info") -> str:
    out = StringIO()
    set_up(level, form, out)
    log = logging.getLogger("personagen_npc.host.host")
    log.debug("not told")
    log.info("world %s opened", "first", extra={"npcs": 12})
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("a step failed")
    return out.getvalue()


def test_a_line_for_people_has_time_level_place_and_extras() -> None:
    lines = _logged("text").splitlines()
    assert "INFO host.host: world first opened  npcs=12" in lines[0]
    assert "ERROR host.host: a step failed" in lines[1]
    assert lines[-1] == "ValueError: broken"


def test_a_line_for_programs_is_one_json_object() -> None:
    first, second = map(orjson.loads, _logged("json").splitlines())
    assert first["message"] == "world first opened"
    assert (first["level"], first["logger"], first["npcs"]) == (
        "info", "personagen_npc.host.host", 12,
    )  # fmt: skip
    assert first["at"].endswith("Z")
    assert "ValueError: broken" in second["traceback"]


def test_the_level_is_kept() -> None:
    assert "opened" not in _logged("text", "error")
