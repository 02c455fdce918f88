"""A culture's file is refused by field where it says what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from personagen_npc.persona.culture import Culture


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"regards": {"insult": {"times": -1.0}}}, ("regards", "insult", "times")),
        ({"regards": {"insult": {"times": 9.0}}}, ("regards", "insult", "times")),
        ({"regards": {"insult": {"praise": 2.0}}}, ("regards", "insult", "praise")),
        ({"taboos": {"dead": {"words": ["dead"]}}}, ("taboos", "dead", "lines")),
        ({"says": {"greet": []}}, ("says", "greet")),
        ({"greets": ["Hello."]}, ("greets",)),
    ],
)
def test_what_cannot_be_is_refused_by_field(fields: dict[str, Any], where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        Culture.model_validate({"id": "hill", "name": "the hill folk", **fields}, strict=False)
    assert refused.value.errors()[0]["loc"] == where
