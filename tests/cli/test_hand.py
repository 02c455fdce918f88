"""A designer's hand on a save: fit, policy commands, and a prior that ships with a pack."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from personagen_npc.host.saving import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from personagen_npc.world.world import World

    Run = Callable[..., Result]

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A save in which greeting one NPC was rewarded twelve times."""
    from click.testing import CliRunner

    from personagen_npc.cli.app import app

    folder = tmp_path_factory.mktemp("taught")
    talk = "Hello!\n/reward 0.5\n" * 12 + "/save evening\n"
    args = ["chat", str(HAMLET), "--seed", "5", "--store", str(folder)]
    result = CliRunner().invoke(app, args, input=talk)
    assert result.exit_code == 0, result.output
    return next(folder.rglob("*.npcsave"))


@pytest.fixture
def save(taught: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(taught, tmp_path / "evening.npcsave"))


def lived(save: Path) -> World:
    kept = Kept(save.read_bytes())
    return kept.world(kept.pack())


def done(run: Run, *args: object) -> str:
    result = run(*map(str, args))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_save_is_fitted_and_the_one_before_kept(run: Run, save: Path) -> None:
    pytest.importorskip("torch", reason="the extra `train` is not installed")
    before = save.read_bytes()
    assert "fitted to 12 rewards on" in done(run, "learn", "refit", save)
    assert save.with_suffix(".npcsave.bak").read_bytes() == before
    world = lived(save)
    was = Kept(before)
    assert world.policy.to_tree() != was.world(was.pack()).policy.to_tree()
    done(run, "learn", "report", save)
    done(run, "learn", "policy", "learner", save, "--learner", "network")
    assert "and the network" in done(run, "learn", "refit", save)
    assert lived(save).network.to_tree()["acts"]


def test_a_designer_s_hand_on_a_save(run: Run, save: Path) -> None:
    done(run, "learn", "policy", "freeze", save, "--npc", "ida")
    assert lived(save).policy.frozen("ida")
    done(run, "learn", "policy", "unfreeze", save)
    assert not lived(save).policy.frozen("ida")
    done(run, "learn", "policy", "copy", save, "--npc", "per", "--from", "ida")
    owners = dict(lived(save).policy.to_tree()["npcs"])
    assert owners["per"] == owners["ida"]
    done(run, "learn", "policy", "reset", save, "--npc", "ida")
    assert list(dict(lived(save).policy.to_tree()["npcs"])) == ["per"]
    done(run, "learn", "policy", "pin", save, "--npc", "ida", "--act", "greet")
    assert lived(save).policy.pinned("ida") == ("greet",)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("pin",), "act"),
        (("copy", "--npc", "per"), "source"),
        (("copy", "--npc", "per", "--from", "nobody"), "nobody"),
        (("pin", "--npc", "ida", "--pattern", "99"), "pattern"),
        (("freeze", "--npc", "nobody"), "nobody"),
        (("learner",), "learner"),
    ],
)
def test_what_cannot_be_is_refused_and_the_save_left(
    run: Run, save: Path, args: tuple[str, ...], said: str
) -> None:
    before = save.read_bytes()
    result = run("learn", "policy", args[0], str(save), *args[1:])
    assert result.exit_code == 2
    assert said in result.output
    assert save.read_bytes() == before


def test_no_such_save_is_said(run: Run, tmp_path: Path) -> None:
    result = run("learn", "refit", str(tmp_path / "nowhere.npcsave"))
    assert result.exit_code == 2
    assert "no such save" in result.output


def test_a_prior_ships_with_a_pack(run: Run, save: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(HAMLET, tmp_path / "hamlet"))
    said = done(run, "learn", "export", save, "--out", pack / "learned.json")
    assert "from 12 rewards" in said
    assert "0 errors" in done(run, "check", "--plain", pack)
    talk = "Hello!\n/save fresh\n"
    store = tmp_path / "store"
    run("chat", str(pack), "--seed", "5", "--store", str(store), typed=talk)
    fresh = lived(next(store.rglob("*.npcsave")))
    x = (1.0, *[0.0] * 26)
    was = lived(save).policy.expected("nobody", "innkeeper", "", "greet", x)
    now = fresh.policy.expected("nobody", "innkeeper", "", "greet", x)
    assert now == pytest.approx(was, rel=0.02)
    assert now > 0.02


def test_a_broken_prior_is_found_by_its_field(run: Run, save: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(HAMLET, tmp_path / "hamlet"))
    file = pack / "learned.json"
    done(run, "learn", "export", save, "--out", file)
    file.write_bytes(orjson.dumps(orjson.loads(file.read_bytes()) | {"formula": 7}))
    result = run("check", "--plain", str(pack))
    assert result.exit_code == 1
    assert "learned.formula: 7 is not allowed" in result.output
