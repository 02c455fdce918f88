"""``learn proposals``, ``accept``, ``reject`` on a save, as a designer types them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from personagen_npc.changes import NpcSet
from personagen_npc.cli.hand import opened, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from personagen_npc.world.world import World

    Run = Callable[..., Result]

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"
WAYS = [
    {"trigger": "thank", "response_template": "Any time at all.", "frequency": 0.3},
    {"trigger": "thank", "response_template": "Hm, yes.", "frequency": 0.3},
]
PAID = [["p", "#0", 15_000_000, 15], ["p", "#1", -9_000_000, 15], ["p", "all", 9_000_000, 60]]


def weeks(world: World) -> None:
    """In which Ida's first way to take thanks was liked and her second was not."""
    world.begin()
    world.do(NpcSet("ida", "outcomes", PAID))


@pytest.fixture
def save(run: Run, tmp_path: Path) -> Path:
    pack = Path(shutil.copytree(HAMLET, tmp_path / "hamlet"))
    file = pack / "npcs" / "ida.yaml"
    profile = yaml.safe_load(file.read_text("utf-8")) | {"behavioral_patterns": WAYS}
    file.write_text(yaml.safe_dump(profile), encoding="utf-8")
    store = tmp_path / "store"
    result = run("chat", str(pack), "--seed", "5", "--store", str(store), typed="/save evening\n")
    assert result.exit_code == 0, result.output
    found = next(store.rglob("*.npcsave"))
    rewritten(found, weeks)
    return found


def done(run: Run, *args: object) -> str:
    result = run("learn", *map(str, args))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_proposal_is_read_accepted_seen_and_taken_back(run: Run, save: Path) -> None:
    said = done(run, "proposals", save)
    assert 'grows: "Any time at all." (thank)' in said
    assert 'proposal 0:comfort: on comfort, "Any time at all."' in said
    assert done(run, "proposals", save, "--npc", "per") == "nothing so far\n"
    done(run, "accept", save, "--npc", "ida", "--proposal", "0:comfort")
    assert opened(save)[1].npcs["ida"].patterns[-1].frequency > 0.0
    assert "taken up: 0:comfort" in done(run, "proposals", save)
    done(run, "reject", save, "--npc", "ida", "--proposal", "0:comfort")
    assert opened(save)[1].npcs["ida"].patterns[-1].frequency == 0.0
    assert "turned down: 0:comfort" in done(run, "proposals", save)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--npc", "ida", "--proposal", "9:greet"), "no pattern '9:greet' is proposed for ida"),
        (("--npc", "nobody", "--proposal", "0:comfort"), "nobody"),
        (("--npc", "ida"), "--proposal"),
    ],
)
def test_what_is_not_proposed_is_refused_and_the_save_left(
    run: Run, save: Path, args: tuple[str, ...], said: str
) -> None:
    before = save.read_bytes()
    result = run("learn", "accept", str(save), *args)
    assert result.exit_code == 2
    assert said in result.output
    assert save.read_bytes() == before


def test_no_such_save_is_said(run: Run, tmp_path: Path) -> None:
    for name in ("proposals", "report"):
        result = run("learn", name, str(tmp_path / "nowhere.npcsave"))
        assert result.exit_code == 2
        assert "no such save" in result.output
