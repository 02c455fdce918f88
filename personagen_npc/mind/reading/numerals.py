"""Numbers in a sentence, in digits or words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.reading.lexicon import Lexicon
    from personagen_npc.mind.reading.wordbook import Word


def numbers(words: Sequence[Word], lexicon: Lexicon) -> list[tuple[int, int, int]]:
    """Numbers in words or digits as (start, end, value): "two hundred and five" is one."""
    if not [w for w in words if w.number is not None]:
        return []
    out: list[tuple[int, int, int]] = []
    i = 0
    while i < len(words):
        end, value = _number_at(words, i)
        if end == i:
            i += 1
            continue
        after = words[end].text if end < len(words) else ""
        if end - i > 1 or words[i].text != "one" or lexicon.has("coin", after):
            out.append((i, end, value))
        i = end
    return out


def _number_at(words: Sequence[Word], start: int) -> tuple[int, int]:
    """(end, value) of the number that begins at a word; end is start if none does."""
    total = part = 0
    i = start
    while i < len(words):
        number, text = words[i].number, words[i].text
        if number is None:
            joins = text == "and" and total + part >= 100 and i + 1 < len(words)
            if not (joins and (words[i + 1].number or 1000) < 100):
                break
        elif text == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif text in {"hundred", "dozen"}:
            part = (part or 1) * number
        elif part and not (part % 100 == 0 or (part % 10 == 0 and number < 10)):
            break
        else:
            part += number
        i += 1
    return i, total + part
