"""Where an NPC has a thing from, whether it saw it, and how sure it is: as far as it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.mind.scene import Memory, Mouth
from personagen_npc.mind.telling.provenance import answer, whence
from personagen_npc.mind.turn import hear
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.turn import Faculties
    from personagen_npc.world.world import World

TOLD = Memory(
    7, "{actor} fell.", "fall", "odo", "", "", 0.0, 0.5, (), "told", "mara", 1, 0.7, 1.0
)  # fmt: skip
SAW = TOLD._replace(source="seen", teller="", hops=0, strength=1.0)
MARA = Mouth("mara", "mara", 0.7, 1, 0.0, 7)
FROM_TOBIAS = Mouth("mara", "tobias", 0.4, 2, 0.0, 7)
NAMES = {"mara": "Mara", "tobias": "Tobias", "berta": "Berta", "odo": "Odo"}


@dataclass
class Told:
    """A past of nothing but who told what."""

    all: Sequence[Mouth] = ()

    def mouths(self, happening: int, fact: str = "") -> Sequence[Mouth]:
        return self.all


@pytest.fixture
def told(scene: Callable[..., Scene]) -> Callable[..., Scene]:
    """A scene in which these told of the matter."""

    def make(*mouths: Mouth) -> Scene:
        origins = table("mind/data/origins.yaml")
        past: Any = Told(mouths)
        return scene()._replace(past=past, origins=origins, names=lambda w: NAMES.get(w, ""))

    return make


@pytest.fixture
def minds(hamlet: Callable[..., World]) -> Faculties:
    """What a mind hears with."""
    return hamlet(npcs={"ada": {}}).minds


def test_the_trail_is_told_as_far_as_it_is_known(told: Callable[..., Scene]) -> None:
    far = TOLD._replace(hops=2)
    second = Mouth("berta", "", 0.3, 2, 5.0, 7)
    assert whence(told(MARA), TOLD) == "Mara told me, and was there"
    assert whence(told(FROM_TOBIAS), far) == "Mara told me, and had it from Tobias"
    assert whence(told(FROM_TOBIAS._replace(origin="")), far).endswith("from somebody else")
    assert whence(told(), far) == "Mara told me, who had it from somebody else"
    assert whence(told(MARA, second), TOLD).endswith("and Berta said the same")
    assert whence(told(), SAW) == "I was there"
    assert whence(told(), TOLD._replace(teller="~I read it")) == "I read it"
    assert whence(told(), TOLD._replace(source="overheard")) == "I overheard Mara"


@pytest.mark.parametrize("asked", ["Did you see it yourself?", "Were you there?"])
def test_asked_whether_it_saw_it_it_says_so(
    told: Callable[..., Scene], minds: Faculties, asked: str
) -> None:
    heard = hear(minds, asked)
    origins = table("mind/data/origins.yaml")
    assert answer(told(MARA), heard, SAW) in origins["eyes"]
    assert "Mara" in answer(told(MARA), heard, TOLD)


@pytest.mark.parametrize("asked", ["Are you sure?", "Is that true?"])
def test_how_sure_it_is_goes_by_mouths_and_strength(
    told: Callable[..., Scene], minds: Faculties, asked: str
) -> None:
    heard = hear(minds, asked)
    ways = table("mind/data/origins.yaml")

    def kind(scene: Scene, memory: Memory) -> str:
        said = answer(scene, heard, memory)
        filled = {k: [w.replace("{teller}", "Mara").replace("{other}", "Berta") for w in ws]
                  for k, ws in ways.items()}  # fmt: skip
        return str(next(k for k, ws in filled.items() if said in ws))

    berta = Mouth("berta", "", 0.3, 2, 5.0, 7)
    assert heard.intent == "ask_source"
    assert kind(told(), SAW) == "certain"
    assert kind(told(MARA), TOLD) == "trusted"
    assert kind(told(MARA), TOLD._replace(strength=0.4)) == "unsure"
    assert kind(told(MARA), TOLD._replace(strength=0.2)) == "doubted"
    assert kind(told(MARA, berta), TOLD) == "several"
    assert kind(told(MARA, berta._replace(happening=8)), TOLD) == "torn"
