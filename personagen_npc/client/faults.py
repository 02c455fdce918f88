"""What the server refused, as the error class of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc import errors
from personagen_npc.errors import ClientFault, Denied, Lost, PersonagenError, WrongProtocol
from personagen_npc.wire.session import CLOSES

if TYPE_CHECKING:
    from personagen_npc.wire.messages import Error

KINDS: Final[dict[str, type[PersonagenError]]] = {
    cls.code: cls
    for cls in vars(errors).values()
    if isinstance(cls, type) and issubclass(cls, PersonagenError)
}

FINAL: Final = frozenset(
    CLOSES[name].code
    for name in (
        "bye",
        "bad_frame",
        "frame_too_big",
        "wrong_protocol",
        "denied",
        "bad_hello",
        "hello_late",
        "replaced",
        "rate_limited",
    )
)
"""Closes after which connecting again would fail again, or take the session from its new holder."""


def fault_of(error: Error) -> PersonagenError:
    """An ``error`` as an exception; a code that this version does not know is a client's fault."""
    kind = KINDS.get(error.code, ClientFault)
    fault = kind(error.message, field=error.field, got=error.got, allowed=error.allowed)
    if kind.code != error.code:
        vars(fault)["code"] = error.code
    vars(fault)["re"] = error.re
    return fault


def fault_of_close(code: int, reason: str) -> PersonagenError:
    """A close of the server as an exception."""
    kinds: dict[int, type[PersonagenError]] = {
        CLOSES["wrong_protocol"].code: WrongProtocol,
        CLOSES["denied"].code: Denied,
    }
    text = f"the server closed the connection: {code} {reason}".rstrip()
    return kinds.get(code, Lost)(text, got=code)
