from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.criteria import Criteria, Scalar, When
from personagen_npc.errors import BadField


def holds(form: Scalar | list[Scalar], value: object) -> bool:
    return Criteria.parse({"x": form}, "here").score({"x": value}) is not None


@pytest.mark.parametrize(
    ("form", "yes", "no"),
    [
        (">=0.2", 0.2, 0.19),
        (">0", 0.001, 0),
        ("<=3", 3, 3.01),
        ("<3", 2, 3),
        (">5", 6, 5),
        ("0.2..0.6", 0.2, 0.61),
        ("0.2..0.6", 0.6, 0.1),
        ("-0.5..-0.1", -0.3, 0),
        ("inn", "inn", "Inn"),
        (True, True, False),
        (3, 3, 4),
        ("!inn", "forge", "inn"),
        ("!5", 4, 5),
        ("!true", False, True),
        (["a", "b"], "b", "c"),
        (["<3", ">10"], 11, 5),
        (["inn", ">=4"], "inn", "forge"),
        (["!inn", "inn"], "inn", None),
    ],
)
def test_each_form_holds_and_fails_where_it_should(
    form: Scalar | list[Scalar], yes: object, no: object
) -> None:
    assert holds(form, yes)
    if no is not None:
        assert not holds(form, no)


def test_a_missing_name_fails_every_form_but_not_equal() -> None:
    for form in (">=0.2", "0..1", "inn", 3, True):
        assert Criteria.parse({"x": form}, "here").score({}) is None
    assert Criteria.parse({"x": ["a", "b"]}, "here").score({}) is None
    assert Criteria.parse({"x": "!inn"}, "here").score({}) == 1.0


def test_score_is_the_number_of_criteria_and_nothing_holds_vacuously_more() -> None:
    when: When = {"a": 1, "b": ">0", "c": "!x"}
    assert Criteria.parse(when, "here").score({"a": 1, "b": 2}) == 3.0
    assert Criteria.parse({}, "here").score({}) == 0.0


def test_a_text_where_a_number_was_asked_for_fails_without_an_error() -> None:
    assert not holds(">=0.2", "much")
    assert not holds("0..1", "much")
    assert not holds(["<3", "7..9"], "much")
    assert not holds(["a", "b"], ["a"])


@pytest.mark.parametrize("form", [">=much", "> ", "0.6..0.2", "!", "!>3", [], [[1]], None, 1e400])
def test_what_cannot_be_read_is_refused_with_rule_and_key(form: object) -> None:
    with pytest.raises(BadField) as caught:
        Criteria.parse({"mood.pleasure": form}, "rule r1")  # type: ignore[dict-item]
    assert "rule r1" in caught.value.message
    assert "mood.pleasure" in caught.value.field


@settings(deadline=None)
@given(
    low=st.floats(-1, 1),
    high=st.floats(-1, 1),
    value=st.one_of(st.floats(-1, 1), st.integers(-2, 2)),
)
def test_an_interval_is_the_same_as_its_two_bounds(low: float, high: float, value: float) -> None:
    low, high = round(min(low, high), 3), round(max(low, high), 3)
    one = Criteria.parse({"x": f"{low:.3f}..{high:.3f}"}, "here").score({"x": value})
    above = Criteria.parse({"x": f">={low:.3f}"}, "here").score({"x": value})
    below = Criteria.parse({"x": f"<={high:.3f}"}, "here").score({"x": value})
    assert (one is not None) == (above is not None and below is not None)
    assert (one is not None) == (low <= value <= high)
