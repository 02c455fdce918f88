"""Where a language model is, as one line of text: a setting, a flag, a pack's wish.

``ollama://HOST[:PORT]/MODEL``, ``openai+http://HOST[:PORT]/[BASE/]MODEL`` (or ``?model=A/B`` for a
name with strokes), ``gguf:FILE``; ``off`` for none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from personagen_npc.errors import BadField

if TYPE_CHECKING:
    from urllib.parse import SplitResult

ALLOWED: Final = (
    "ollama://HOST[:PORT]/MODEL, openai+http://HOST[:PORT]/MODEL, openai+https://..., "
    "gguf:FILE or off"
)
OLLAMA_PORT: Final = 11434
BASE: Final = "/v1"  # where OpenAI-compatible servers have it unless the address says otherwise
Kind = Literal["ollama", "openai", "gguf"]
_MODEL: Final = re.compile(r"[\w.:/@+-]{1,200}")


class Address(NamedTuple):
    """A model's place.

    Attributes:
        kind: by which protocol it is asked.
        url: of the server; of a ``gguf`` the file.
        model: its name there; "" takes what the server has.
    """

    kind: Kind
    url: str
    model: str = ""

    def __str__(self) -> str:
        """Short, for logs: never a password or key."""
        return f"{self.kind}:{self.model or self.url}"


def parse(text: str) -> Address | None:
    """What an address says; None for ``off``. Raises BadField."""
    if text in ("", "off"):
        return None
    if text.startswith("gguf:"):
        return _file(text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _bad(text, "no address") from None
    if not parts.hostname:
        raise _bad(text, "no host")
    if parts.username is not None or parts.password is not None:
        raise _bad("...", "a key does not belong into an address; set PERSONAGEN_LLM_KEY")
    if parts.scheme == "ollama":
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        model = _model(text, unquote(parts.path).strip("/"))
        return Address("ollama", f"http://{host}:{port or OLLAMA_PORT}", model)
    if parts.scheme in ("openai+http", "openai+https"):
        return _compatible(text, parts)
    raise _bad(text, f"no kind of server {parts.scheme!r}")


def _file(text: str) -> Address:
    path = text.removeprefix("gguf:")
    if not path:
        raise _bad(text, "no file")
    return Address("gguf", path)


def _compatible(text: str, parts: SplitResult) -> Address:
    base, _, last = unquote(parts.path).rpartition("/")
    asked = parse_qs(parts.query).get("model")
    if asked:
        base, last = unquote(parts.path).rstrip("/"), asked[0]
    scheme = parts.scheme.removeprefix("openai+")
    model = _model(text, last) if last else ""
    return Address("openai", f"{scheme}://{parts.netloc}{base or BASE}", model)


def _model(text: str, name: str) -> str:
    if not _MODEL.fullmatch(name):
        raise _bad(text, "no model named" if not name else "no name of a model")
    return name


def _bad(text: str, why: str) -> BadField:
    return BadField(f"llm: {why}", field="llm", got=text, allowed=ALLOWED)
