"""The logarithm that is the same everywhere is a logarithm."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.learn import exact


@settings(deadline=None)
@given(st.lists(st.floats(1e-300, 1e300), min_size=1, max_size=20))
def test_it_is_the_natural_logarithm(values: list[float]) -> None:
    assert np.allclose(exact.log(np.array(values)), [math.log(v) for v in values], 1e-13, 1e-13)


def test_one_has_none() -> None:
    assert exact.log(np.array([1.0, 2.0])).tolist()[0] == 0.0
