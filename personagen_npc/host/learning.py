"""How the worlds of a host learn, beyond what their packs say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from personagen_npc.host.profile import Profile


class Learning(NamedTuple):
    """What a server was told of learning.

    Attributes:
        learner: of new worlds; "" as their packs say.
        refit_every: rewards after which all is fitted anew; 0 for never.
        profile: what outlives loads; None to keep all that was learned in the save.
    """

    learner: str = ""
    refit_every: int = 0
    profile: Profile | None = None


AS_PACKS_SAY: Final = Learning()
