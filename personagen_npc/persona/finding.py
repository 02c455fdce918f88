"""Finding: one doubt of an audit, and what the audit may know besides the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from personagen_npc.persona.profile import PersonaProfile

Step = str | int


class Finding(NamedTuple):
    """One doubt: ``at`` leads to it inside the profile, ``severity`` is "warning" or "note"."""

    at: tuple[Step, ...]
    severity: str
    what: str
    hint: str = ""

    @property
    def text(self) -> str:
        """What and hint in one line."""
        return f"{self.what} ({self.hint})" if self.hint else self.what


class Around(NamedTuple):
    """What an audit may know besides the profile.

    Attributes:
        reads: traits that rules of the voice or facts ask for.
        lines: what the rules let this person say.
        people: the others, for ties.
        forbidden: words that nobody here may say.
        unsafe: whether a text may not be said at all.
    """

    reads: Collection[str] = ()
    lines: Sequence[str] = ()
    people: Mapping[str, PersonaProfile] = {}
    forbidden: Collection[str] = ()
    unsafe: Callable[[str], bool] | None = None
