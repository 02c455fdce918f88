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
    rf"|(?P<is>it|that|there|what|here|he|she|who|mine|name)['’]s{_HAS}"
    r"|(?P<would>I|you|he|she|we|they|it)['’]d"
    r"(?= (?:rather|sooner|like|be|have|want|need|gladly)\b)"
    r"|(?P<shall>sha)n['’]t"
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
    "would": " would",
    "shall": "ll not",
}
# "Haven't seen him.": who leaves out "I" does not write the rest out
_BARE: Final = frozenset({"have", "has", "could", "would", "did", "was", "ca", "wo", "had"})
_OPENS: Final = re.compile(
    r"(?:(?<=^)|(?<=[.!] ))(?:It['’]s|That['’]s|There['’]s|I['’]m|I['’]ve"
    r"|I(?= (?:(?:didn|can|couldn|haven|wouldn)['’]t|don['’]t (?:know|mind|remember|think)\b)))"
    r" (?!(?:what|why|how|who|where|when|because|if|that|it|enough|to|of|for|so|me|all)\b)"
    r"(?=[^ .!?…,]+ [^ .!?…]+)(?P<rest>[^.!?…]+[.!…])"
)  # fmt: skip
# a comma with at least two words before it and behind it, not before a tag ("would you?") nor in
# a condition ("if it comes, I'll hear"), where nobody pauses
_PAUSE: Final = re.compile(
    r"^(?!(?:If|When|Once|Since|While|As|You'd|Ask|Try)\b)([^.!?,…]+ [^.!?,…]+),"
    r"(?= [^.!?,…]+ [^.!?,…]+)(?! (?:\w+n't|would|will|is|are|was|were|do|does|did|can|could)"
    r" (?:you|it|he|she|they|we|I)\b)"
)
_CALL: Final = re.compile(r"^((?:[^ .!?…]+ ){0,4}[^ .!?…]+)\.(?= [A-Z])")
# nobody calls out that he is in doubt, nor what he regrets, mourns or merely mentions
_MEEK: Final = re.compile(
    r"[^.]*\b(?:afraid|fear|hope|hm|perhaps|sorry|suppose|think|thought|worr(?:y|ied)|regret|wish"
    r"|sent|lost|gone|left|late|once|died|dead|buried|alone|miss(?:ed)?|used to|forg[eo]t|passes"
    r"|should(?:n't)?|poor thing|oh dear|oh no|know|somebody|something)\b",
    re.IGNORECASE,
)

# what a sentence of its own may begin with: a subject, so that a verb is sure to follow
_SUBJECT: Final = (
    r"(?:(?:he|she|it|they|you|we|there|nobody|everybody|somebody)\b(?:['’]\w+)?"
    r"|(?:the|your|his|her|its|their)(?: [^ .!?…;]+){3}) "
)
_JOIN: Final = re.compile(
    rf"^((?!If |When |As |Since |Though )(?:[^ .!?…;]+ ){{2,11}}[^ .!?…;]+)\. "
    rf"({_SUBJECT}[^.!?…;]+\.)",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    rf"^((?!If |When |As |Since |Though )(?:[^ .!?…;]+ ){{2,}}[^ .!?…;,]+), (?:and|(but)) "
    rf"({_SUBJECT}[^.!?…;]+\.)",
    re.IGNORECASE,
)
_STATED: Final = re.compile(
    r"^((?P<first>[^ .!?…,;]+) (?:[^ .!?…,;]+ )*?"
    r"(?:is|are|was|were|has|had|keeps|comes|came|goes|went"
    r"|lies|lay|stands|stood|runs|ran|belongs|burned|died)(?: [^ .!?…,;]+){1,8})\.(?= |$)"
)
_OURS: Final = re.compile(r"\b(?:I|me|my|mine|we|our|us)\b")
_FIRST: Final = re.compile(r"^((?:[^ .!?…]+ ){4,}[^ .!?…]+\.) [A-Z]")
_FALTERS: Final = re.compile(
    r"^(I|It['’]s|The|That['’]s|You|He|She|They|We|There['’]s|My|Not)(?= [a-z])"
)
_UNSURE: Final = re.compile(
    r"^(It|That|There|He|She)"
    r"(['’]s (?!(?:not|no|nothing|never|why|how|what|all|enough|that)\b)[^.!?…]{9,60}\.)(?= |$)"
)
_CANNOT: Final = re.compile(
    r"^I (?=(?:can['’]t|cannot|don['’]t know|haven['’]t|couldn['’]t|didn['’]t)\b)"
)
# an order at the head of a sentence, to do what can be advised
_ORDER: Final = re.compile(
    r"(?:(?<=^)|(?<=[.!] ))((?:Ask|Try|Look|Go|Take|Follow|Knock|Talk|Speak|Watch|Start)"
    r" (?!(?:it or leave|care|on|ahead|away|out|heart|me)\b)[^.!?…]+\.)"
)
_TO: Final = re.compile(r"(?<=[a-z]) them\b(?=[ .,])")


def in_full(text: str) -> str:
    """The line without its short forms, where one can be sure what they stand for."""
    return _FULL.sub(_full, text) if _SHORT.search(text) else text


def _full(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    word = match[kind]
    if word.istitle() and word.lower() in _BARE:
        return match[0]
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
    return text if "!" in text or _MEEK.match(text) else _CALL.sub(r"\1!", text)


def joined(text: str) -> str:
    """The first two sentences as one: "Dame Ysolt is the reeve; she counts what is owed."."""
    return _JOIN.sub(lambda m: f"{m[1]}; {_small(m[2])}", text, count=1)


def running_on(text: str) -> str:
    """The same in one breath: "Dame Ysolt is the reeve, and she counts what is owed."."""
    if ", and " in text:
        return text
    return _JOIN.sub(lambda m: f"{m[1]}, and {_small(m[2])}", text, count=1)


def parted(text: str) -> str:
    """Two short sentences for a long one: ", and he'll tell you" becomes ". He'll tell you"."""
    return _PART.sub(
        lambda m: f"{m[1]}. " + (f"But {_small(m[3])}" if m[2] else capitalised(m[3])),
        text,
        count=1,
    )


def terse(text: str) -> str:
    """The first sentence alone, where it is one that says something."""
    found = _FIRST.match(text)
    return found[1] if found else text


def faltering(text: str) -> str:
    """The first word twice: "It's, it's by the gate."."""
    return _FALTERS.sub(lambda m: f"{m[1]}, {m[1] if m[1] == 'I' else _small(m[1])}", text)


def fearing(text: str) -> str:
    """What cannot be done or said, as one says it who is sorry, or afraid."""
    return text if "afraid" in text else _CANNOT.sub("I'm afraid I ", text)


def slurring(pairs: Mapping[str, str]) -> Callable[[str], str]:
    """What the careless do to small words: "dunno", "'em" for "them"."""
    lazy = worded(pairs)
    return lambda text: _TO.sub(" 'em", lazy(text))


def gentler(text: str) -> str:
    """An order that becomes advice: "Try the mill." is "You might try the mill." then."""
    return _ORDER.sub(lambda m: f"You might {_small(m[1])}", text, count=1)


def hedging(tree: Mapping[str, Any]) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """What makes the first statement a guess, behind it and before it.

    One about the speaker, or an order, is none.
    """
    barred = frozenset(tree["no_tail_after"])
    hedge = re.compile("|".join(rf"\b{re.escape(w)}\b" for w in tree["hedges"]), re.IGNORECASE)
    words: list[str] = tree["guesses"]

    def unsure(text: str) -> str:
        if hedge.search(text):
            return text
        return _UNSURE.sub(lambda m: f"I think {_small(m[1])}{m[2]}", text)

    def guessed(text: str) -> str:
        found = _STATED.match(text)
        if found is None or found["first"].lower() in barred or hedge.search(text):
            return text
        if _OURS.search(found[1]):
            return text
        return f"{found[1]}, {words[len(text) % len(words)]}.{text[found.end() :]}"

    return guessed, unsure


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def worded(pairs: Mapping[str, str]) -> Callable[[str], str]:
    """What puts rarer words for plain ones; a pair is of whole words, in small letters."""
    plain = "|".join(re.escape(word) for word in sorted(pairs, key=lambda w: (-len(w), w)))
    pattern = re.compile(rf"\b(?:(?P<article>an?) )?(?P<word>{plain})\b", re.IGNORECASE)

    def rarer(match: re.Match[str]) -> str:
        word, article = pairs[match["word"].lower()], match["article"]
        if article:
            return f"{article[0]}{'n' if word[0] in 'aeiou' else ''} {word}"
        return capitalised(word) if match[0][0].isupper() else word

    return lambda text: pattern.sub(rarer, text)


def turns(tree: Mapping[str, Any]) -> dict[str, Callable[[str], str]]:
    """The ways to recast a line, by name; ``tree`` is ``data/style.yaml``."""
    hedged, unsure = hedging(tree)
    return {
        "unsure": unsure, "fearing": fearing, "halting": halting, "calling": calling,
        "clipped": clipped, "formal": in_full,
        "bookish": worded(tree["bookish"]), "plainer": worded(tree["plainer"]),
        "gentler": gentler, "joined": joined, "running_on": running_on,
        "parted": parted, "terse": terse, "faltering": faltering,
        "slack": slurring(tree["slack"]), "hedging": hedged,
    }  # fmt: skip
