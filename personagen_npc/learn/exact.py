"""A logarithm that gives the same bits on every processor.

libm and numpy pick another kernel for another processor, which may differ in the last bit. What a
save must reproduce is made of additions and multiplications, rounded one by one; elsewhere a
logarithm only ever decides between two ways, where the last bit does not tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2 = 0.6931471805599453
_SQRT_HALF = 0.7071067811865476
_LAST = 15  # last odd power of the series: leaves 0.172 ** 17 / 17, below 1e-14


def log(x: Floats) -> Floats:
    """Natural logarithm of positive numbers, within 1e-13 of the true one (atanh series)."""
    m, e = np.frexp(x)
    low = m < _SQRT_HALF
    m = np.where(low, m * 2.0, m)
    t = (m - 1.0) / (m + 1.0)
    square = t * t
    series = np.full_like(t, 1.0 / _LAST)
    for odd in range(_LAST - 2, 0, -2):
        series = series * square + 1.0 / odd
    return 2.0 * t * series + (e - low) * _LN2
