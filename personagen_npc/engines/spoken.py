"""A model's answer while it comes: what it says, sentence by sentence, and the whole at its end.

The answer is a JSON object whose first key is ``say``; its text can be told before the object is
complete. Pieces may be cut anywhere, within an escape too.
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from personagen_npc.engines.engine import EngineFailed

MOST: Final = 8192  # characters of an answer; more is a model that does not end, [D]
_START: Final = re.compile(r'\A\s*(?:```(?:json)?\s*)?\{\s*"say"\s*:\s*"')
_BEGUN: Final = re.compile(r'\A\s*(?:`{0,3}(?:json)?\s*)?(?:\{\s*(?:"s?a?y?"?)?\s*:?\s*)?\Z')
_PLAIN: Final = re.compile(r'[^"\\]*')
_FENCE: Final = re.compile(r"\A\s*```(?:json)?\s*|\s*```\s*\Z")
_ESCAPES: Final = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/",
}  # fmt: skip
# a sentence ends with its mark, closing quotes included, before a blank; titles and initials do not
_END: Final = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\b[A-Z])[.!?…]+[\"'”’)]*(?=\s+\S)"
)


class Answer:
    """An answer under way: ``take`` pieces, then ``whole``.

    Attributes:
        text: all that came, raw.
        said: the text of ``say`` so far, unescaped.
    """

    def __init__(self) -> None:
        self.text = ""
        self.said = ""
        self._at = -1  # in the text, where `say` is read on; -1 before it starts
        self._over = False  # `say` has ended
        self._told = 0  # characters of `said` that were given as sentences

    def take(self, piece: str) -> list[str]:
        """The sentences that this piece completes. Raises EngineFailed on what is no answer."""
        self.text += piece
        if len(self.text) > MOST:
            raise EngineFailed(f"the answer does not end after {MOST} characters", got=self.text)
        if self._at < 0 and not self._begin():
            return []
        self._read()
        return self._sentences()

    def whole(self) -> dict[str, Any]:
        """The complete object. Raises EngineFailed when it is none."""
        try:
            given = orjson.loads(_FENCE.sub("", self.text))
        except orjson.JSONDecodeError as fault:
            raise EngineFailed(f"no JSON: {fault}", got=self.text) from None
        if not isinstance(given, dict) or not isinstance(given.get("say"), str):
            raise EngineFailed("no object with `say`", field="say", got=self.text)
        return given

    def _begin(self) -> bool:
        start = _START.match(self.text)
        if start is None:
            if not _BEGUN.match(self.text):
                raise EngineFailed("does not start with `say`", field="say", got=self.text)
            return False
        self._at = start.end()
        return True

    def _read(self) -> None:
        """Read on in ``say`` as far as what came allows."""
        while not self._over and self._at < len(self.text):
            plain = _PLAIN.match(self.text, self._at)
            if plain is not None and plain.end() > self._at:
                self.said += plain.group()
                self._at = plain.end()
            elif self.text[self._at] == '"':
                self._over, self._at = True, self._at + 1
            elif not self._escape():
                return

    def _escape(self) -> bool:
        """One escape; False while it is not complete."""
        rest = self.text[self._at + 1 : self._at + 12]
        if not rest or (rest[0] == "u" and len(rest) < 5):
            return False
        if rest[0] in _ESCAPES:
            self.said += _ESCAPES[rest[0]]
            self._at += 2
            return True
        if rest[0] != "u":
            raise EngineFailed("a broken escape in `say`", field="say", got=rest)
        return self._unicode(_hex(rest[1:5]), rest)

    def _unicode(self, code: int, rest: str) -> bool:
        if not 0xD800 <= code < 0xDC00:
            self.said += chr(code) if not 0xDC00 <= code < 0xE000 else "\ufffd"
            self._at += 6
            return True
        if len(rest) < 11:
            return False  # the pair's second half is still to come
        low = _hex(rest[7:11]) if rest[5:7] == "\\u" else None
        if low is None or not 0xDC00 <= low < 0xE000:
            raise EngineFailed("half a character in `say`", field="say", got=rest)
        self.said += chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        self._at += 12
        return True

    def _sentences(self) -> list[str]:
        found: list[str] = []
        while (end := _END.search(self.said, self._told)) is not None:
            found.append(self.said[self._told : end.end()])
            self._told = end.end()
        if self._over and self.said[self._told :].strip():
            found.append(self.said[self._told :])
            self._told = len(self.said)
        return found


def _hex(digits: str) -> int:
    try:
        return int(digits, 16)
    except ValueError:
        raise EngineFailed("a broken escape in `say`", field="say", got=digits) from None
