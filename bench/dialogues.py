"""Invented people who talk with each other over many evenings, and questions about what they said.

The material is ``data/matters.yaml``: written for this project, drawn by a seed. What comes out has
the shape of a LoCoMo sample, so that bench/talks.py reads both. It is what the ranking's weights
are fitted on (bench/fit.py); the product never loads it.

``python -m bench.dialogues --seed 3`` prints one.
"""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench.talks import focus_of
from personagen_npc.tables import table

DATA = Path(__file__).with_name("data") / "matters.yaml"
SESSIONS = 22  # evenings of a conversation
MATTERS, AGAIN = 36, 9  # told in one conversation, and how many of them come twice
FIRST = datetime(2024, 1, 7, 18, 0, tzinfo=UTC)
APART = (4, 12)  # days between two evenings
REACTS, REMARKS, BACK, ECHOES, IDLE = 0.55, 0.35, 0.25, 0.5, 0.4  # how often, [D]
_SLOT = re.compile(r"\{(\w+)\}")
_START = re.compile(r"(^|[.!?]\s+|^\")([a-z])")


class Told(NamedTuple):
    """One matter that somebody tells, its slots filled, and where its lines went."""

    matter: dict[str, Any]
    teller: str
    words: dict[str, str]
    at: dict[str, str]  # tag -> dia_id


class Evenings:
    """A conversation being made."""

    def __init__(self, seed: int) -> None:
        self.data, self.dice = table(DATA), Random(seed)
        self.people: list[str] = self.dice.sample(self.data["names"], 2)
        self.conversation: dict[str, Any] = {
            "speaker_a": self.people[0],
            "speaker_b": self.people[1],
        }
        self.told: list[Told] = []
        self.later: list[Told] = []
        self.turns: list[dict[str, str]] = []
        self.session = 0

    def sample(self) -> dict[str, Any]:
        """All of it, in the shape of a LoCoMo sample."""
        plan = self._plan()
        day = FIRST
        for self.session in range(1, SESSIONS + 1):
            day += timedelta(days=self.dice.randint(*APART), minutes=self.dice.randint(0, 59))
            self.turns = []
            share = len(plan) // (SESSIONS - self.session + 1)
            fresh, plan = plan[:share], plan[share:]
            self._evening(fresh)
            self.conversation[f"session_{self.session}"] = self.turns
            date = day.strftime("%I:%M %p on %d %B, %Y")
            self.conversation[f"session_{self.session}_date_time"] = date
        return {"sample_id": "", "conversation": self.conversation, "qa": self._questions()}

    def _plan(self) -> list[Told]:
        """Who tells which matter: most of them once, some again, of something else."""
        pairs = [(matter, who) for matter in self.data["matters"] for who in self.people]
        chosen = self.dice.sample(pairs, MATTERS) + self.dice.choices(pairs, k=AGAIN)
        self.dice.shuffle(chosen)
        return [self._matter(matter, teller) for matter, teller in chosen]

    def _matter(self, matter: dict[str, Any], teller: str) -> Told:
        words = {name: self.dice.choice(values) for name, values in matter["slots"].items()}
        words |= {f"{name}_": value.removeprefix("my ") for name, value in words.items()}
        words |= {"T": teller, "L": self._other(teller)}
        words["topic"] = _SLOT.sub(lambda m: words[m[1]], matter["topic"])
        return Told(matter, teller, words, {})

    def _other(self, person: str) -> str:
        return self.people[1 - self.people.index(person)]

    def _evening(self, fresh: list[Told]) -> None:
        first, second = self.dice.sample(self.people, 2)
        self._say(first, self._pick(self.data["hellos"]), self._both(first))
        self._say(second, self._pick(self.data["hellos_back"]), self._both(second))
        again = [self.later.pop(0) for _ in range(min(len(self.later), 2))]
        lines = [(told, "later") for told in again] + [(told, "talk") for told in fresh]
        self.dice.shuffle(lines)
        for told, part in lines:
            if self.dice.random() < IDLE:
                self._idle()
            self._lines(told, told.matter[part])
        self.told.extend(fresh)
        self.later.extend(told for told in fresh if told.matter["later"])
        if self.dice.random() < ECHOES and self.told:
            self._echo(self.dice.choice(self.told))
        for speaker, lines_ in zip((second, first), self.data["byes"], strict=True):
            self._say(speaker, self._wording(lines_), self._both(speaker))

    def _lines(self, told: Told, lines: list[str]) -> None:
        for line in lines:
            head, text = line.split(": ", 1)
            who, tag = head.split()
            speaker = told.words[who]
            both = told.words | self._both(speaker)
            text = self._dressed(self._wording(text), who == "T")
            told.at[tag] = self._say(speaker, text, both)

    def _dressed(self, text: str, tells: bool) -> str:
        dice, data = self.dice, self.data
        if self.turns and dice.random() < REACTS:
            text = f"{dice.choice(data['reacts'])} {text}"
        if tells and dice.random() < REMARKS:
            text += f" {dice.choice(data['remarks'])}"
        if tells and dice.random() < BACK:
            text += f" {dice.choice(data['back'])}"
        return text

    def _echo(self, told: Told) -> None:
        speaker = self._other(told.teller)
        words = {"topic": told.words["topic"]} | self._both(speaker)
        self._say(speaker, self._pick(self.data["echoes"]), words)

    def _idle(self) -> None:
        speaker = self.dice.choice(self.people)
        for lines in self.dice.sample(self.data["idle"], 2):
            self._say(speaker, self._wording(lines), self._both(speaker))
            speaker = self._other(speaker)

    def _both(self, speaker: str) -> dict[str, str]:
        """Whom a line of general talk speaks to."""
        return {"L": self._other(speaker)}

    def _pick(self, lines: list[str]) -> str:
        return self.dice.choice(lines)

    def _wording(self, text: str) -> str:
        return self.dice.choice(text.split(" | "))

    def _say(self, speaker: str, text: str, words: dict[str, str]) -> str:
        words = words | {
            "ago": self.dice.choice(self.data["past"]),
            "soon": self.dice.choice(self.data["future"]),
        }
        text = _SLOT.sub(lambda m: words[m[1]], text)
        text = _START.sub(lambda m: m[1] + m[2].upper(), text)
        dia_id = f"D{self.session}:{len(self.turns) + 1}"
        self.turns.append({"speaker": speaker, "dia_id": dia_id, "text": text})
        return dia_id

    def _questions(self) -> list[dict[str, Any]]:
        asked = [
            q for told in self.told for line in told.matter["asks"] for q in self._ask(told, line)
        ]
        groups: dict[tuple[str, str], list[str]] = {}
        for told in self.told:
            if "open" in told.at:
                groups.setdefault((told.matter["group"], told.teller), []).append(told.at["open"])
        for (group, teller), evidence in groups.items():
            if group in self.data["lists"]:
                text = self._wording(self.data["lists"][group]).replace("{T}", teller)
                asked.append({"question": text, "category": 1, "evidence": evidence})
        return list({q["question"]: q for q in asked}.values())

    def _ask(self, told: Told, line: str) -> list[dict[str, Any]]:
        tags, text = line.split(": ", 1)
        text = self._wording(text)
        own = set(_SLOT.findall(text)) - {"T", "L"}
        meant = [
            other for other in self.told
            if other.matter is told.matter and other.teller == told.teller
            and all(other.words[name] == told.words[name] for name in own)
        ]  # fmt: skip
        evidence = [t.at[tag] for t in meant for tag in tags.split(", ") if tag in t.at]
        if not evidence:
            return []
        question = _SLOT.sub(lambda m: told.words[m[1]], text)
        several, when = len(evidence) > 1, focus_of(question.lower()) == "time"
        category = 1 if several else 2 if when else 4
        return [{"question": question, "category": category, "evidence": evidence}]


def sample(seed: int) -> dict[str, Any]:
    """One conversation and its questions; the same for the same seed."""
    return Evenings(seed).sample()


def main() -> None:
    parser = argparse.ArgumentParser(description="An invented conversation of many evenings.")
    parser.add_argument("--seed", type=int, default=1)
    made = sample(parser.parse_args().seed)
    for session in range(1, SESSIONS + 1):
        print(f"\n{made['conversation'][f'session_{session}_date_time']}")
        for turn in made["conversation"][f"session_{session}"]:
            print(f"  {turn['dia_id']:7} {turn['speaker']}: {turn['text']}")
    for row in made["qa"]:
        print(row["category"], row["question"], row["evidence"])


if __name__ == "__main__":
    main()
