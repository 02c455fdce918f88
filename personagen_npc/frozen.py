"""The one model base for what comes in at a door: frozen, strict, nothing extra."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Validated once at the door, trusted inside, never changed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)
