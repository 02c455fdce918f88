"""Player lines by template (``bench/data/paraphrases.yaml``), with the slips that players make."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Final

import yaml

if TYPE_CHECKING:
    from pathlib import Path

DEPTH: Final = 12  # rounds of filling in; deeper templates do not occur
TRIES: Final = 6  # draws for one new line before an intent has no more to give
CHAT: Final = {
    "you": "u", "your": "ur", "are": "r", "please": "pls", "thanks": "thx", "going to": "gonna",
    "want to": "wanna", "you're": "youre", "i'm": "im", "don't": "dont", "what's": "whats",
    "i'll": "ill",
}  # fmt: skip
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_LIST: Final = re.compile(r"<(\w+)>")


def generate(path: Path, each: int, seed: int = 5) -> list[tuple[str, str]]:
    """(intent, line), at most ``each`` different ones of an intent; the same for the same seed."""
    tree = yaml.safe_load(path.read_text("utf-8"))
    lists: dict[str, list[str]] = tree.pop("lists")
    out = []
    for intent, templates in tree.items():
        rng = Random(f"{seed}{intent}")
        seen: set[str] = set()
        for _ in range(each * TRIES):
            line = slipped(filled(rng.choice(templates), lists, rng), rng)
            if line and line.lower() not in seen and len(seen) < each:
                seen.add(line.lower())
                out.append((intent, line))
    return out


def filled(template: str, lists: dict[str, list[str]], rng: Random) -> str:
    """A template with every choice made."""

    def member(m: re.Match[str]) -> str:
        return rng.choice(lists[m.group(1)]) if m.group(1) in lists else m.group(0)

    text = template
    for _ in range(DEPTH):
        before = text
        text = _LIST.sub(member, _CHOICE.sub(lambda m: rng.choice(m.group(1).split("|")), text))
        if text == before:
            break
    return re.sub(r"\s+([,.!?])", r"\1", " ".join(text.split()))


def slipped(text: str, rng: Random) -> str:
    """A line as players type it: with a capital, without marks, in chat-speak, with a slip."""
    draw = rng.random()
    if draw < 0.35:
        return text[:1].upper() + text[1:]
    if draw < 0.6:
        return text.rstrip(".!?").replace(",", "")
    if draw < 0.7:
        for full, short in CHAT.items():
            if rng.random() < 0.6:
                text = re.sub(rf"\b{re.escape(full)}\b", short, text)
        return text
    return _misspelt(text, rng) if draw < 0.77 and text else text


def _misspelt(text: str, rng: Random) -> str:
    words = text.split()
    k = rng.randrange(len(words))
    word = words[k]
    if len(word) >= 5:
        i = rng.randrange(1, len(word) - 1)
        turned = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        words[k] = rng.choice((word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:], turned))
    return " ".join(words)
