"""Recast: the same sentence in another manner, with nothing put in.

Who is careful of his words says "it is" for "it's", who has few leaves out what can be left out:
"It's by the gate." is "By the gate." then. What an author wrote for one speaker is left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.words.inflect import capitalised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHORT: Final = re.compile(r"\b[A-Za-z]+['’](?:m|re|ve|ll|s|t)\b")
_ASKED: Final = r"(?! (?:i|you|he|she|it|we|they|that|there)\b)"
# "it's been", "it's fallen": has, not is; what cannot be told apart stays as it is
_HAS: Final = (
    r"(?! (?:been|got|gone|had|come|grown|done|made|lost|always|never|just|only|\w+e[dn])\b)"
)
_FULL: Final = re.compile(
    rf"\b(?:(?P<am>I)['’]m|(?P<are>you|we|they)['’]re|(?P<have>I|you|we|they)['’]ve"
    rf"|(?P<will>I|you|he|she|it|we|they|that)['’]ll"
    rf"|(?P<is>it|that|there|what|here)['’]s{_HAS}"
    rf"|(?P<cannot>ca)n['’]t{_ASKED}|(?P<wont>wo)n['’]t{_ASKED}"
    rf"|(?P<not>do|does|did|is|are|was|were|has|have|had|would|could|should)n['’]t{_ASKED})\b",
    re.IGNORECASE,
)
_ENDS: Final = {
    "am": " am",
    "are": " are",
    "have": " have",
    "will": " will",
    "is": " is",
    "not": " not",
}
_OPENS: Final = re.compile(
    r"(?:(?<=^)|(?<=[.!] ))(?:It['’]s|That['’]s|There['’]s|I['’]m|I['’]ve"
    r"|I(?= (?:don|didn|can|couldn|haven|wouldn|won)['’]t))"
    r" (?!(?:what|why|how|who|where|when|because|if|that|it|enough|to|of|for|so|me|all)\b)"
    r"(?=[^ .!?…,]+ [^ .!?…]+)(?P<rest>[^.!?…]+[.!…])"
)  # fmt: skip
# a comma with at least two words before it and behind it
_PAUSE: Final = re.compile(r"^([^.!?,…]+ [^.!?,…]+),(?= [^.!?,…]+ [^.!?,…]+)")
_CALL: Final = re.compile(r"^((?:[^ .!?…]+ ){0,4}[^ .!?…]+)\.(?= [A-Z])")


def in_full(text: str) -> str:
    """The line without its short forms, where one can be sure what they stand for."""
    return _FULL.sub(_full, text) if _SHORT.search(text) else text


def _full(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    word = match[kind]
    if kind == "cannot":
        return f"{word}nnot"
    if kind == "wont":
        return "Will not" if word[0] == "W" else "will not"
    return word + _ENDS[kind]


def clipped(text: str) -> str:
    """The line without first words that can be left out: "I've seen it" loses "I've"."""
    return _OPENS.sub(lambda match: capitalised(match["rest"]), text)


def halting(text: str) -> str:
    """A comma in the first sentence that becomes a pause: "Below the weir... past the stage."."""
    return _PAUSE.sub(r"\1...", text, count=1) if "..." not in text else text


def calling(text: str) -> str:
    """A short first sentence called out, where another follows: "Good! That's one thing clear."."""
    return _CALL.sub(r"\1!", text) if "!" not in text else text


def worded(pairs: Mapping[str, str]) -> Callable[[str], str]:
    """What puts rarer words for plain ones; a pair is of whole words, in small letters."""
    plain = "|".join(re.escape(word) for word in sorted(pairs, key=lambda w: (-len(w), w)))
    pattern = re.compile(rf"\b(?:{plain})\b", re.IGNORECASE)

    def rarer(match: re.Match[str]) -> str:
        word = pairs[match[0].lower()]
        return capitalised(word) if match[0][0].isupper() else word

    return lambda text: pattern.sub(rarer, text)


def turns(tree: Mapping[str, Any]) -> dict[str, Callable[[str], str]]:
    """The ways to recast a line, by name; ``tree`` is ``data/style.yaml``."""
    return {
        "halting": halting, "calling": calling, "clipped": clipped, "formal": in_full,
        "bookish": worded(tree["bookish"]),
    }  # fmt: skip
