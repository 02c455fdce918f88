"""A column as numpy sees it, without a copy: a save writes it four times as fast as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from array import array

    from numpy.typing import NDArray


def viewed(column: array[Any]) -> NDArray[Any]:
    """The numbers of a column. It cannot grow or shrink as long as this is held."""
    return np.frombuffer(column, np.dtype(column.typecode))
