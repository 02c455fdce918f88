"""Style: the speaker's manner, by trait and mood, after PERSONAGE (Mairesse and Walker).

Three ways: of lines that fit equally, those with the features of the speaker's traits are
preferred; the line that was chosen may be recast (short forms written out, first words left out);
and a marker is put into it now and then, where it can do no harm. The tables stand in
``data/style.yaml``. ``p = sigmoid(logit(base) + slope * sum(weight * trait))``.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.errors import BadField
from personagen_npc.events import ACTS
from personagen_npc.tables import table
from personagen_npc.voice.grammar import Program, Telling, compile_line, expand
from personagen_npc.voice.recast import turns
from personagen_npc.voice.shape import PUTS, Manners, Shape, stands_free
from personagen_npc.voice.share import TRAITS, Big5, Share, sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.voice.chance import Chance

_GAP: Final = 4  # the NPC's last lines that may not hold the same marker, where no other is given
_ROOMY: Final = 8  # words of a line that may carry a second marker
_LEAN: Final = (0.01, 100.0)  # how far traits shift a line's chance against another's; tuned
_KEPT: Final = 4096  # personas whose numbers are remembered; then it starts anew
_GROWN: Final = 15  # years; the lines' own bound
_UNSAYABLE: Final = "\x00"
_UNHEARD: Final = frozenset({"exclaim", "emphasise", "address"})  # nobody minds these again so soon


class Occasion(NamedTuple):
    """Who speaks, when, and what was just said: all that a marker depends on."""

    act: str
    big5: Big5
    query: Mapping[str, object]
    slots: Mapping[str, object]
    recent: Sequence[str]
    openers: frozenset[str]
    room: int
    closed: bool = False  # whether something stands beside its content already


class _Phrase:
    """One way to word a marker."""

    __slots__ = ("acts", "criteria", "program")

    def __init__(self, tree: Mapping[str, Any], where: str) -> None:
        self.program = compile_line(tree["text"], where)
        self.acts = frozenset(tree.get("acts", ()))
        self.criteria = Criteria.parse(tree.get("when", {}), where)

    def fits(self, occasion: Occasion) -> bool:
        """Whether it may be used here."""
        if self.acts and occasion.act not in self.acts:
            return False
        return self.criteria.score(occasion.query) is not None

    def words(self, occasion: Occasion, chance: Chance) -> str | None:
        """Its text with slots filled."""
        return expand(self.program, Telling(occasion.slots, chance, no_symbol))


def no_symbol(name: str, depth: int, telling: Telling) -> None:
    """A symbol where there are no rules: nothing to say."""


class _Marker:
    """One marker: how often, when, where, in which words."""

    __slots__ = (
        "acts", "affinity", "gap", "high", "intents", "low", "mood", "name", "phrases", "place",
        "put", "share", "signs", "sway",
    )  # fmt: skip

    def __init__(self, name: str, tree: Mapping[str, Any], slope: float) -> None:
        where = f"style marker {name}"
        if tree["place"] not in PUTS:
            raise BadField(
                f"{where}: unknown place", field="place", got=tree["place"], allowed=PUTS
            )
        self.name = name
        self.share = Share(tree, slope)
        self.mood: tuple[float, float, float] = tuple(tree["mood"])
        self.sway = sum(abs(weight) for weight in self.mood)  # moods lie in [-1, 1]
        self.low, self.high = tree["between"]
        self.affinity = float(tree.get("affinity", -1.0))
        self.gap = int(tree.get("gap", _GAP))
        self.acts = frozenset(ACTS if tree["acts"] == "any" else tree["acts"])
        self.intents = frozenset(tree.get("intents", ()))
        self.place: str = tree["place"]
        self.put = PUTS[self.place]
        self.phrases = tuple(_Phrase(p, where) for p in tree["say"])
        # how each phrase reads in a line that holds it, or the slot that it begins with
        self.signs = tuple(_sign_of(p.program, self.place == "lead") for p in self.phrases)

    def allowed(self, query: Mapping[str, object], pleasure: float) -> bool:
        """Whether mood, liking and what was said leave it a place at all."""
        if not self.low <= pleasure <= self.high:
            return False
        if self.intents and query.get("intent") not in self.intents:
            return False
        return self.affinity <= -1.0 or _number(query, "rel.affinity") >= self.affinity


class Persona:
    """What follows from one Big Five: logits of the markers, weights of the features."""

    __slots__ = (
        "big5", "brief", "fits", "follow", "leans", "logits", "middle", "odds",
        "power", "pull", "recasts", "rows",
    )  # fmt: skip

    def __init__(self, style: Style, big5: Big5) -> None:
        # of each marker the logit, and the highest chance that a mood can give it
        rows = [(m.name, m.share.at(big5), m.sway) for m in style.markers]
        self.logits = {n: (at, style.rate * sigmoid(at + sway)) for n, at, sway in rows}
        # of each feature, how much more likely a line without it is, and one with it
        shares = [(share.base, share.chance(big5)) for _, share, _, _ in style.features]
        self.odds = [((1.0 - share) / (1.0 - base), share / base) for base, share in shares]
        self.follow = style.follow.chance(big5)
        self.brief = style.brief.chance(big5)
        self.recasts = [
            (n, share.chance(big5), turn, only) for n, share, turn, only in style.recasts
        ]
        self.power = style.lean
        self.leans: dict[int, float] = {}
        self.big5, self.pull, self.middle = big5, style.pull, style.middle
        self.fits: dict[tuple[int, ...], float] = {}
        self.rows: dict[str, list[tuple[float, float, _Marker]]] = {}  # by act

    def fit(self, tempers: tuple[int, ...]) -> float:
        """How much more likely a line for such tempers is: 1 at the middle, more the stronger."""
        weight = self.fits.get(tempers)
        if weight is None:
            far = zip(tempers, self.pull, self.big5, self.middle, strict=True)
            total = sum(want * pull * (trait - middle) for want, pull, trait, middle in far)
            weight = self.fits[tempers] = math.exp(total)
        return weight

    def lean(self, mask: int) -> float:
        """How much more likely this persona says a line of such features than anyone does."""
        weight = self.leans.get(mask)
        if weight is None:
            weight = 1.0
            left = mask
            for pair in self.odds:
                weight *= pair[left & 1]
                left >>= 1
            weight = min(max(weight**self.power, _LEAN[0]), _LEAN[1])
            self.leans[mask] = weight
        return weight


class Style:
    """The whole table, compiled. ``Style.load()`` reads the one that comes with the package."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        slope = float(tree["slope"])
        self.markers = tuple(_Marker(name, m, slope) for name, m in tree["markers"].items())
        self.features = tuple(
            (
                name,
                Share(f, slope),
                re.compile(_lowered(f.get("pattern", r"(?!)"))),
                int(f.get("words", 0)),
            )
            for name, f in tree["features"].items()
        )
        self.follow = Share(tree["follow"], slope)
        self.brief = Share(tree["brief"], slope)
        self.follows: dict[str, str] = dict(tree["follows"])
        ways = turns(tree)
        self.recasts = tuple(
            (name, Share(r, slope), ways[name], bool(r.get("plain")))
            for name, r in tree["recasts"].items()
        )
        self.verbatim = frozenset(tree["verbatim"])
        self.light, self.grave = tuple(tree["light"]), float(tree["grave"])
        self.young, self.rough = tuple(tree["young"]), tuple(tree["rough"])
        self.never = {kind: tuple(names) for kind, names in tree["never"].items()}
        self.lean = float(tree["lean"])
        self.pull = tuple(float(tree["pull"][t]) for t in TRAITS)
        self.middle = tuple(float(tree["middle"][t]) for t in TRAITS)
        self.rate = float(tree["rate"])
        self.second = float(tree["second"])
        self.short = int(tree["short"])
        self.short_share = float(tree["short_share"])
        self.manners = Manners(tree)
        acts = sorted({act for m in self.markers for act in m.acts})
        self._by_act = {act: tuple(m for m in self.markers if act in m.acts) for act in acts}
        self._personas: dict[Big5, Persona] = {}

    @classmethod
    def load(cls) -> Style:
        """The package's own style."""
        return _packaged()

    def persona(self, big5: Big5) -> Persona:
        """Numbers of a Big Five, remembered."""
        found = self._personas.get(big5)
        if found is None:
            if len(self._personas) >= _KEPT:
                self._personas.clear()
            found = self._personas[big5] = Persona(self, big5)
        return found

    def mask(self, template: str) -> int:
        """Which features a written line has, one bit each."""
        bits = 0
        low, words = template.lower(), template.count(" ") + 1
        for i, (_, _, pattern, most) in enumerate(self.features):
            if pattern.search(low) or words <= most:
                bits |= 1 << i
        return bits

    def recast(
        self, text: str, big5: Big5, chance: Chance, *, plain: bool = False,
        barred: Sequence[str] = (),
    ) -> tuple[str, tuple[str, ...]]:  # fmt: skip
        """The line as this persona would put it, nothing added; and which recasts changed it.

        Args:
            text: the line.
            big5: O, C, E, A, N of the speaker.
            chance: the dice.
            plain: whether it is a fact and nothing around it, which may be parted and joined.
            barred: recasts that would not do here.
        """
        done: list[str] = []
        rows = self.persona(big5).recasts
        for (name, share, turn, only), u in zip(rows, chance.some(len(rows)), strict=True):
            if u < share and (plain or not only) and name not in barred:
                made = turn(text)
                if made != text:
                    text = made
                    done.append(name)
        return text, tuple(done)

    def alone(self, query: Mapping[str, object]) -> bool:
        """Whether nothing is put beside what is told: grave, or long, and no word of his own."""
        if query.get("own.words"):
            return _number(query, "gravity") >= self.grave
        return query.get("bare") is True

    def barred(self, query: Mapping[str, object]) -> tuple[str, ...]:
        """Recasts that would not do for this speaker and matter."""
        names = self.never.get(str(query.get("archetype")), ())
        if _number(query, "gravity") >= self.grave:
            names += self.light
        if query.get("short_forms"):
            names += self.rough
        return names + self.young if _number(query, "age", _GROWN) < _GROWN else names

    def dress(self, text: str, occasion: Occasion, chance: Chance) -> tuple[str, tuple[str, ...]]:
        """The line in the speaker's manner, and the names of the markers put in: at most two.

        Leaves the line as it is rather than risk its grammar. ``occasion.room`` bounds its length.
        """
        hits = self._hits(occasion, chance)
        shape = Shape(text)
        if not hits or (shape.words < self.short and chance.next() >= self.short_share):
            return text, ()
        most = 2 if shape.words >= _ROOMY and chance.next() < self.second else 1
        done: list[str] = []
        for marker in hits:
            made = self._put(marker, shape, occasion, chance)
            if made is None:
                continue
            done.append(marker.name)
            if len(done) >= most:
                return made, tuple(done)
            shape = Shape(made)
        return shape.text, tuple(done)

    def _hits(self, occasion: Occasion, chance: Chance) -> list[_Marker]:
        """Markers whose chance came up, in an order by chance."""
        query = occasion.query
        pleasure = _number(query, "mood.pleasure")
        arousal = _number(query, "mood.arousal")
        dominance = _number(query, "mood.dominance")
        persona = self.persona(occasion.big5)
        rows = persona.rows.get(occasion.act)
        if rows is None:
            rows = persona.rows[occasion.act] = [
                (*persona.logits[m.name], m) for m in self._by_act.get(occasion.act, ())
            ]
        hits = []
        for (logit, most, marker), u in zip(rows, chance.some(len(rows)), strict=True):
            if u >= most:
                continue  # whatever the mood
            p, a, d = marker.mood
            logit += p * pleasure + a * arousal + d * dominance
            if u < sigmoid(logit) * self.rate and marker.allowed(query, pleasure):
                hits.append(marker)
        if len(hits) > 1:
            ranks = {m.name: chance.next() for m in hits}
            hits.sort(key=lambda m: ranks[m.name])
        return hits

    def _put(self, marker: _Marker, shape: Shape, occasion: Occasion, chance: Chance) -> str | None:
        """The line with one marker, None where no phrase fits or it was heard just now."""
        if self._heard(marker, occasion):
            return None
        phrases = [p for p in marker.phrases if p.fits(occasion)]
        start = chance.below(len(phrases)) if phrases else 0
        content = occasion.slots.get(self.manners.contents.get(occasion.act, ""))
        if content and not stands_free(shape, str(content), marker.place, closed=occasion.closed):
            return None
        for i in range(len(phrases)):
            words = phrases[(start + i) % len(phrases)].words(occasion, chance)
            if not words or _said(words, marker, occasion):
                continue
            made = marker.put(shape, words, self.manners)
            if (
                made is not None
                and len(made) <= occasion.room
                and _opener_fits(made, shape, occasion)
            ):
                return made
        return None

    def _heard(self, marker: _Marker, occasion: Occasion) -> bool:
        """Whether one of the last few lines held this marker in any of its wordings."""
        heard = "\n".join(occasion.recent[-marker.gap :]).lower()
        for sign, slot in marker.signs if heard else ():
            told = str(occasion.slots.get(slot, _UNSAYABLE)).lower() if slot else sign
            if told in heard:
                return True
        return False


def _lowered(pattern: str) -> str:
    """A pattern for texts in small letters: twice as fast as one that does not mind the case."""
    return re.sub(r"\\.|[A-Z]", lambda m: m[0] if m[0][0] == "\\" else m[0].lower(), pattern)


def _said(words: str, marker: _Marker, occasion: Occasion) -> bool:
    """Whether these very words are in a line that may still be in one's ears."""
    if marker.place in _UNHEARD:
        return False
    sign = _sign(words.lower(), marker.place == "lead")
    return sign in "\n".join(occasion.recent).lower()


def _sign(phrase: str, leads: bool) -> str:
    """How a marker's phrase reads in a line that holds it."""
    if phrase == "!" or phrase[-1] in ".?!":
        return phrase
    return f"{phrase}," if leads else f" {phrase}"


def _sign_of(program: Program, leads: bool) -> tuple[str, str]:
    head = program[0] if program else ""
    if isinstance(head, str):
        return _sign(head.lower(), leads), ""
    return "", str(getattr(head, "name", _UNSAYABLE))


def _opener_fits(made: str, shape: Shape, occasion: Occasion) -> bool:
    """A marker may not make the line begin as one of the last few did."""
    if made[:3] == shape.text[:3]:
        return True
    return made.split(" ", 1)[0].strip(",.!?").lower() not in occasion.openers


def _number(query: Mapping[str, object], name: str, missing: float = 0.0) -> float:
    value = query.get(name, missing)
    return float(value) if isinstance(value, (int, float)) else missing


@cache
def _packaged() -> Style:
    return Style(table("voice/data/style.yaml"))
