"""A sentence about somebody as that one says it: "She keeps her herbs" -> "I keep my herbs".

Word by word; a sentence in which it is not plain who is meant is not turned at all.
"""

from __future__ import annotations

import re
from typing import Final

from personagen_npc.words.tidy import tidy

_TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*|[^A-Za-z]+")
_BE: Final = {"is": "am", "was": "was", "has": "have", "does": "do", "goes": "go",
              "isn't": "am not",
              "doesn't": "don't", "hasn't": "haven't", "wasn't": "wasn't"}  # fmt: skip
_KEPT: Final = frozenset({"always", "perhaps", "sometimes", "towards", "across",
                          "less"})  # fmt: skip
_ADVERBS: Final = frozenset({"always", "never", "often", "rarely", "sometimes", "still", "also",
                             "usually", "secretly", "once", "now", "only", "seldom"})  # fmt: skip
_NOT_NOUNS: Final = frozenset({"and", "or", "but", "to", "in", "on", "at", "with", "for", "from",
                               "by", "as", "when", "while", "if", "into", "of",
                               "that"})  # fmt: skip
_FORMS: Final = {
    "she": ("she", "her", "herself", "hers"), "he": ("he", "him", "himself", "his"),
    "they": ("they", "them", "themselves", "theirs"), "it": ("it", "it", "itself", "its"),
}  # fmt: skip
LATER: Final = 2  # words between a subject and its verb
_AND = re.compile(r"\b(and|but|or) (\w+s) (?=(?:an?|the|her|his|their|it|them|him|my|to|no) )")


def _second_verb(match: re.Match[str]) -> str:
    """A further verb of the same subject: "... and wears a coat"."""
    return f"{match[1]} {_plain(match[2])} "


def about_oneself(sentence: str, names: tuple[str, ...], pronouns: str) -> str:
    """As ``as_oneself`` for a sentence that names the person anywhere; "" where it does not."""
    whole = as_oneself(sentence, names, pronouns)
    if whole or not any(re.search(rf"\b{re.escape(n)}\b", sentence) for n in names):
        return whole
    found = as_oneself(f"{names[0]} is, {sentence}", names, pronouns)
    return found.removeprefix("I am, ") and tidy(found.removeprefix("I am, "))


def as_oneself(sentence: str, names: tuple[str, ...], pronouns: str) -> str:
    """The sentence in the first person, "" where it cannot be turned safely.

    Args:
        sentence: about the person, whose name or pronoun is its first word.
        names: what the person is called.
        pronouns: he, she, they or it.
    """
    subject, target, reflexive, _ = _FORMS[pronouns]
    for name in sorted(names, key=len, reverse=True):
        sentence = re.sub(rf"\b{re.escape(name)}(['\u2019]s)\b", "\ue001", sentence)
        sentence = re.sub(rf"\b{re.escape(name)}\b", subject, sentence)
    possessive = {"she": "her", "he": "his", "they": "their", "it": "its"}[pronouns]
    sentence = sentence.replace("\ue001", possessive)
    words = _TOKEN.findall(_AND.sub(_second_verb, sentence))
    if not words or words[0].lower() not in (subject, possessive) or pronouns == "it":
        return ""
    others = {w for k, forms in _FORMS.items() if k in ("she", "he") for w in forms}
    if pronouns == "they" and others & {w.lower() for w in words}:
        return ""
    turned = _turned(words, subject, (target, possessive, reflexive))
    return tidy("".join(turned))


def _turned(words: list[str], subject: str, forms: tuple[str, str, str]) -> list[str]:
    target, possessive, reflexive = forms
    out: list[str] = []
    verb = 0
    for i, word in enumerate(words):
        low = word.lower().replace("\u2019", "'")
        if low == subject:
            out.append("I")
            verb = LATER
        elif low in (f"{subject}'s", f"{subject}'d", f"{subject}'ll"):
            out.append({"s": "I'm", "d": "I'd", "l": "I'll"}[low[len(subject) + 1]])
        elif low == reflexive:
            out.append("myself")
        elif low in (target, possessive):
            out.append(_mine(low, words, i, possessive))
        elif verb and word[0].isalpha():
            out.append(_plain(low) if subject != "they" or low in ("are", "were") else word)
            verb = LATER if low in _ADVERBS else 0
        else:
            out.append(word)
    return out


def _mine(low: str, words: list[str], i: int, possessive: str) -> str:
    """The word "my" before a noun, "me" otherwise."""
    after = words[i + 2].lower() if i + 2 < len(words) and words[i + 1] == " " else ""
    if low == possessive and after and after not in _NOT_NOUNS:
        return "my"
    return "me" if low != "his" and low != "its" else "mine"


def _plain(verb: str) -> str:
    """A verb after "I"."""
    if verb in ("are", "were"):
        return {"are": "am", "were": "was"}[verb]
    if verb in _BE:
        return _BE[verb]
    if verb in _KEPT or verb in _ADVERBS or not verb.endswith("s") or verb.endswith("ss"):
        return verb
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1]
