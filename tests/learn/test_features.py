"""Features: a fixed list, bounded whatever the query holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.events import INTENTS
from personagen_npc.learn.features import NAMES, WIDTH, features

VALUES = st.one_of(
    st.floats(allow_nan=False), st.integers(), st.booleans(), st.none(), st.sampled_from(INTENTS)
)
KEYS = st.sampled_from(
    ["intent", "turns", "since", "rel.trust", "time", "crowd", "has.topic", *NAMES]
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES))
def test_every_feature_is_within_one(query: dict[str, object]) -> None:
    x = features(query)
    assert len(x) == WIDTH == len(NAMES)
    assert x[0] == 1.0
    assert all(-1.0 <= v <= 1.0 for v in x)


def test_each_is_where_its_name_is() -> None:
    x = dict(
        zip(NAMES, features({"intent": "haggle", "trait.openness": 1.0, "turns": 6}), strict=True)
    )
    assert x["intent.trade"] == 1.0
    assert x["intent.hostile"] == 0.0
    assert x["trait.openness"] == 1.0
    assert x["trait.neuroticism"] == 0.0
    assert x["turns"] == 0.5
    assert x["since"] == 1.0


def test_a_question_is_a_question() -> None:
    assert dict(zip(NAMES, features({"intent": "ask_who"}), strict=True))["asks"] == 1.0
