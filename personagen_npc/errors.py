"""Every error of the project, on one page, split by whose fault it is.

``ClientFault``: the sender can mend it; the server answers with ``error`` and changes nothing.
``ServerFault``: the sender did nothing wrong. Each names a field, what was given, what is allowed.
"""

from __future__ import annotations

from typing import Any, ClassVar

SHOWN = 120  # characters of a bad value that an error repeats


def shown(value: object) -> str:
    """Text of a bad value, cut to ``SHOWN`` characters so that an error cannot be made huge."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


class PersonagenError(Exception):
    """Root of the tree. ``code`` is stable and is what a client may switch on."""

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, field: str = "", got: object = "", allowed: object = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.got = shown(got)
        self.allowed = shown(allowed)

    def as_fields(self) -> dict[str, Any]:
        """The error as the fields of a wire ``error`` message."""
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "got": self.got,
            "allowed": self.allowed,
        }


class ClientFault(PersonagenError):
    """What came in cannot be done; sending it again unchanged will fail again."""

    code = "client_fault"


class BadFrame(ClientFault):
    """Bytes that are no message: not msgpack, not JSON, trailing data."""

    code = "bad_frame"


class FrameTooBig(BadFrame):
    """A frame over the limit that ``welcome`` states."""

    code = "frame_too_big"


class TooDeep(BadFrame):
    """Nesting over the limit that ``welcome`` states."""

    code = "too_deep"


class BadField(ClientFault):
    """One field of a message is missing, unknown, of the wrong type or out of range."""

    code = "bad_field"


class OutOfOrder(ClientFault):
    """A message that is lawful, but not in this state of the session."""

    code = "out_of_order"


class WrongProtocol(ClientFault):
    """No protocol version that both sides speak."""

    code = "wrong_protocol"


class Denied(ClientFault):
    """Wrong token, or a role that may not do this."""

    code = "denied"


class Unknown(ClientFault):
    """An id that names nothing here: NPC, place, world, turn, save, action, player."""

    code = "unknown"


class Conflict(ClientFault):
    """Lawful, but not in the state the world is in: exists already, dead, locked, back in time."""

    code = "conflict"


class Expired(ClientFault):
    """It existed, but no longer: an old turn, a turn on an abandoned branch."""

    code = "expired"


class RateLimited(ClientFault):
    """More messages a second than ``welcome`` allows."""

    code = "rate_limited"


class BadPack(ClientFault):
    """A world pack with mistakes; ``problems`` lists each with file and line."""

    code = "bad_pack"

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), **kw: Any) -> None:
        super().__init__(message, **kw)
        self.problems = problems


class BadCard(BadPack):
    """A character card that is refused whole; ``problems`` lists each field."""

    code = "bad_card"


class BadSave(ClientFault):
    """A save that is refused whole."""

    code = "bad_save"


class ServerFault(PersonagenError):
    """Ours to mend; nothing of the request was kept unless it was acknowledged."""

    code = "server_fault"


class JournalFailed(ServerFault):
    """The journal could not be written or read; the world stops rather than forget."""

    code = "journal_failed"


class StoreLocked(ServerFault):
    """Another process holds this store."""

    code = "store_locked"


class Closing(ServerFault):
    """The server is draining; connect again later."""

    code = "closing"


class NoVectors(ServerFault):
    """A source of vectors that is missing or damaged, or vectors that are not what they should."""

    code = "no_vectors"

    def __init__(self, message: str, *, passing: bool = False, **kw: Any) -> None:
        super().__init__(message, **kw)
        self.passing = passing  # a server that does not answer now may answer later


class Lost(PersonagenError):
    """Client side: the connection went and did not come back in time."""

    code = "lost"
