"""Bytes to a card's tree and back: PNG, JSON, or a zip with ``card.json`` (charx).

Which it is says the file's beginning, not its name. Nothing is kept of a file that breaks a rule.
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
import zlib
from typing import Any, Final

import orjson

from personagen_npc.authoring.cards import png
from personagen_npc.errors import BadCard

MAX_JSON: Final = 4 * 1024 * 1024  # bytes of a card's JSON, [D]: the largest lorebooks have 1 MiB
MAX_DEPTH: Final = 32  # [D] the specifications need 6; extensions of front ends a dozen
MAX_VALUES: Final = 200_000  # [D] bounds memory to some 40 MiB
MAX_FILES: Final = 4096  # of a charx, [D]
KEYWORDS: Final = ("ccv3", "chara")  # the newer one is the one to believe (V3, "PNG/APNG")
CARD_JSON: Final = "card.json"
PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP: Final = b"PK\x03\x04"


def tree_of(data: bytes) -> dict[str, Any]:
    """The JSON object of a card's file. Raises BadCard with field, what came, what is allowed."""
    if len(data) > png.MAX_BYTES:
        raise bad("file", f"{len(data)} bytes", f"at most {png.MAX_BYTES} bytes")
    if data.startswith(png.SIGNATURE):
        return _json(*_from_png(data))
    if data.startswith(_ZIP):
        return _json(CARD_JSON, _from_zip(data))
    return _json("file", data.removeprefix(b"\xef\xbb\xbf"))


def _from_png(data: bytes) -> tuple[str, bytes]:
    found: dict[str, bytes] = {}
    for chunk in png.chunks_of(data):
        keyword, text = png.text_of(chunk)
        if keyword in KEYWORDS and found.setdefault(keyword, text) != text:
            raise bad(keyword, "two chunks that differ", "one card in a picture")
    for keyword in KEYWORDS:
        if keyword in found:
            return keyword, _unbased(keyword, found[keyword])
    raise bad("file", "a picture without a card", "a PNG with a text chunk ccv3 or chara")


def _unbased(field: str, text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad(field, "text that is no base64", "JSON in UTF-8 in base64") from None


def _from_zip(data: bytes) -> bytes:
    """``card.json`` of a charx, read no further than the limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            rows = folder.infolist()
            inner = [r for r in rows if r.filename == CARD_JSON]
            if len(rows) > MAX_FILES or len(inner) != 1:
                raise bad("file", f"{len(inner)} card.json in {len(rows)} files",
                          f"one card.json, at most {MAX_FILES} files")  # fmt: skip
            if inner[0].flag_bits & 1 or inner[0].compress_type not in PACKINGS:
                raise bad(CARD_JSON, "an encrypted or oddly packed file", "stored or deflated")
            with folder.open(inner[0]) as file:
                return file.read(MAX_JSON + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
            ValueError, OverflowError, KeyError) as error:  # fmt: skip
        raise bad("file", f"a zip that cannot be read ({error})", "a charx: a zip") from None


def _json(field: str, data: bytes) -> dict[str, Any]:
    if len(data) > MAX_JSON:
        raise bad(field, f"over {MAX_JSON} bytes of JSON", f"at most {MAX_JSON} bytes")
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise bad(field, f"no JSON ({error})", "a character card as JSON in UTF-8") from None
    if not isinstance(tree, dict):
        raise bad(field, f"a {type(tree).__name__}", "an object with spec, spec_version, data")
    _bounded(field, tree)
    return tree


def _bounded(field: str, tree: Any) -> None:
    """Refuses what is nested too deep or holds too much, and text that no file may hold."""
    todo, count = [(tree, 1)], 0
    while todo:
        node, depth = todo.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise bad(field, f"more than {MAX_DEPTH} levels", f"at most {MAX_DEPTH} levels")
        if count > MAX_VALUES:
            raise bad(field, f"more than {MAX_VALUES} values", f"at most {MAX_VALUES} values")
        if isinstance(node, dict):
            todo += [(below, depth + 1) for below in node.values()]
            todo += [(key, depth) for key in node]
        elif isinstance(node, list):
            todo += [(below, depth + 1) for below in node]
        elif isinstance(node, str) and "\0" in node:
            raise bad(field, "the character NUL", "text without it")


def json_of(tree: dict[str, Any]) -> bytes:
    """A card's tree as a JSON file."""
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def png_of(tree: dict[str, Any], keyword: str, picture: bytes | None = None) -> bytes:
    """A picture with the card in it; a grey square when there is none. Raises BadCard."""
    text = base64.b64encode(orjson.dumps(tree))
    return png.with_text(picture or png.plain_picture(), keyword, text, KEYWORDS)


def bad(field: str, got: object, allowed: str) -> BadCard:
    """The refusal of a whole card for one field."""
    return BadCard(
        f"{field}: {got} is not allowed ({allowed})", field=field, got=got, allowed=allowed
    )
