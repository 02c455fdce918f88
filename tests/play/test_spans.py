from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField
from personagen_npc.play.spans import seconds


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", 90),
        ("30m", 1800),
        ("3h", 10800),
        ("1 day", 86400),
        ("1d 6h", 108000),
        ("2.5 h", 9000),
    ],
)
def test_spans_read_as_people_write_them(text: str, span: float) -> None:
    assert seconds(text) == span


@settings(deadline=None)
@given(st.text(max_size=12))
def test_anything_else_is_refused_by_name(text: str) -> None:
    field = "time"
    try:
        span = seconds(text)
    except BadField as fault:
        span, field = 0.0, fault.field
    assert span >= 0.0
    assert field == "time"


@pytest.mark.parametrize("text", ["", "soon", "3", "3h tomorrow", "-1h", "h"])
def test_a_span_without_a_unit_or_with_more_is_none(text: str) -> None:
    with pytest.raises(BadField, match="no span of time"):
        seconds(text)
