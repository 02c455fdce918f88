"""A pack's own times: facts that say how long ago they were, feasts of the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.authoring.check import check_pack

if TYPE_CHECKING:
    from pathlib import Path

WORLD = """
id: hill
name: Hill
calendar:
  weekdays: [One, Two]
  months: [{name: Long, days: 30}]
  feasts: {market day: %s, fair: %s}
"""
FACT = """
facts:
  - {id: flood, text: The river rose., topics: [flood], ago: %s}
"""


def _report(folder: Path, ago: str, market: str, fair: str) -> str:
    (folder / "lore").mkdir(exist_ok=True)
    (folder / "world.yaml").write_text(WORLD % (market, fair), encoding="utf-8")
    (folder / "lore" / "facts.yaml").write_text(FACT % ago, encoding="utf-8")
    return check_pack(folder).text()


def test_a_span_of_time_and_a_day_are_read(tmp_path: Path) -> None:
    for ago in ("9 years", "3 weeks", "2 years 1 month", "1.5 days", "1 hour"):
        assert "0 errors" in _report(tmp_path, ago, "Two", "30 Long"), ago


def test_what_is_none_is_told_with_what_is_allowed(tmp_path: Path) -> None:
    assert '"9 years"' in _report(tmp_path, "long ago", "Two", "30 Long")
    for wrong in ("Three", "31 Long", "0 Long", "3 Short"):
        assert "calendar.feasts.fair" in _report(tmp_path, "9 years", "Two", wrong), wrong


def test_a_fact_cannot_hang_on_what_is_only_heard(tmp_path: Path) -> None:
    text = _report(tmp_path, "9 years, when: {topic: flood}", "Two", "30 Long")
    assert "topic is not known before a line is heard" in text
    assert "0 errors" in _report(tmp_path, "9 years, when: {rel.band: friend}", "Two", "1 Long")
