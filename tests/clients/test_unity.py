"""The Unity package: whole as Unity wants it, and its codec byte for byte the protocol's."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgpack
import pytest

from personagen_npc.client.faults import FINAL
from personagen_npc.wire.messages import READS
from tests.clients.unity import metas

GOLDEN: Final = Path(__file__).parents[1] / "golden"
# a folder with msgpack-test-suite.json, github.com/kawanet/msgpack-test-suite
DATA: Final = os.environ.get("PERSONAGEN_DATA", "")


def decoded(runner: tuple[str, ...], frames: list[bytes]) -> list[tuple[bytes, Any] | str]:
    """For each frame what was written again and the value, or why it was refused."""
    lines = "\n".join(frame.hex() for frame in frames) + "\n"
    command = [*runner, "decode"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    out: list[tuple[bytes, Any] | str] = []
    for line in done.stdout.splitlines():
        verdict, rest = line.split(" ", 1)
        if verdict == "ok":
            written, value = rest.split(" ", 1)
            out.append((bytes.fromhex(written), json.loads(value)))
        else:
            out.append(rest)
    assert len(out) == len(frames), done.stderr
    return out


def shown(value: Any) -> Any:
    """A value as the runner shows it in JSON."""
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, msgpack.ExtType):
        return {"$ext": [value.code, value.data.hex()]}
    if isinstance(value, msgpack.Timestamp):
        return {"$ext": [-1, value.to_bytes().hex()]}
    if isinstance(value, dict):
        return {k: shown(v) for k, v in value.items()}
    return [shown(v) for v in value] if isinstance(value, list) else value


def golden() -> dict[str, bytes]:
    found = {}
    for path in sorted(GOLDEN.glob("*.hex")):
        lines = path.read_text().splitlines()
        found[path.stem] = bytes.fromhex("".join(x for x in lines if not x.startswith("#")))
    return found


# --- the package ----------------------------------------------------------------------------------


def test_everything_that_unity_imports_has_a_meta_file_and_nothing_else() -> None:
    due = {metas.meta_of(path) for path in metas.seen()}
    assert due == {*metas.PACKAGE.rglob("*.meta")}, "python -m tests.clients.unity.metas"
    guids = Counter(re.findall(r"^guid: (.*)$", m.read_text(), re.M)[0] for m in sorted(due))
    assert all(re.fullmatch("[0-9a-f]{32}", guid) for guid in guids)
    assert set(guids.values()) == {1}


def test_the_manifest_says_what_the_package_manager_needs() -> None:
    manifest = json.loads((metas.PACKAGE / "package.json").read_text())
    assert manifest["name"] == metas.PACKAGE.name
    assert manifest["unity"] == "2022.3"
    assert manifest["dependencies"] == {}
    changes = (metas.PACKAGE / "CHANGELOG.md").read_text()
    assert f"## [{manifest['version']}]" in changes


# the last are exception filters, which IL2CPP does not promise to keep
_UNSAFE: Final = re.compile(r"Unity(Engine|Editor)|System\.Reflection|\bdynamic\b|\bwhen \(")


def test_the_core_knows_no_engine_and_nothing_that_il2cpp_may_break() -> None:
    core = metas.PACKAGE / "Runtime/Core"
    assert json.loads((core / "Personagen.Npc.Core.asmdef").read_text())["noEngineReferences"]
    for path in core.rglob("*.cs"):
        assert not _UNSAFE.search(path.read_text()), path


def test_its_license_is_that_of_the_whole() -> None:
    ours = (metas.PACKAGE / "LICENSE.md").read_text()
    assert ours == (metas.PACKAGE.parents[2] / "LICENSE").read_text()


def test_the_connection_knows_the_protocols_reads_and_final_closes() -> None:
    text = (metas.PACKAGE / "Runtime/Core/Protocol.cs").read_text()
    tables = re.findall(r"new HashSet<\w+>.*?\{(.*?)\};", text, re.S)
    final, reads = ({*re.findall(r"[\w.]+", table)} for table in tables)
    assert reads == READS
    assert final == {str(code) for code in FINAL} | {"CloseTooBig"}


# --- the codec ------------------------------------------------------------------------------------


def test_every_golden_frame_is_read_and_written_byte_for_byte(
    unity_runner: tuple[str, ...],
) -> None:
    frames = golden()
    results = decoded(unity_runner, [*frames.values()])
    for (name, frame), result in zip(frames.items(), results, strict=True):
        assert result == (frame, shown(msgpack.unpackb(frame))), name


def suite() -> list[tuple[bytes, list[bytes]]]:
    """Each encoding, with all encodings of the same value."""
    path = Path(DATA) / "msgpack-test-suite.json"
    if not path.exists():
        pytest.skip("PERSONAGEN_DATA names no folder with msgpack-test-suite.json")
    values = [v for group in json.loads(path.read_text()).values() for v in group]
    found = []
    for value in values:
        ways = [bytes.fromhex(way.replace("-", "")) for way in value["msgpack"]]
        found += [(way, ways) for way in ways]
    return found


def test_every_lawful_encoding_is_understood(unity_runner: tuple[str, ...]) -> None:
    ways = suite()
    results = decoded(unity_runner, [way for way, _ in ways])
    for (way, same), result in zip(ways, results, strict=True):
        assert not isinstance(result, str), (way.hex(), result)
        written, value = result
        assert value == shown(msgpack.unpackb(way)), way.hex()
        assert written in same, way.hex()
    assert len(ways) == 233


def test_every_frame_cut_short_or_with_a_tail_is_refused(unity_runner: tuple[str, ...]) -> None:
    whole = [*golden().values(), *([way for way, _ in suite()] if DATA else [])]
    cut = [way[:n] for way in whole for n in range(len(way))]
    assert all(isinstance(r, str) for r in decoded(unity_runner, cut))
    assert all(isinstance(r, str) for r in decoded(unity_runner, [w + b"\xc0" for w in whole]))


@pytest.mark.parametrize(
    "frame",
    [
        b"\xc1",
        b"\xa1\xff",
        b"\x81\xa1\xff\xc0",
        b"\xdb\xff\xff\xff\xff",
        b"\xdd\x7f\xff\xff\xff",
        b"\xdf\x7f\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x01",
        b"\x91" * 33 + b"\xc0",
        b"\x91" * 100_000 + b"\xc0",
    ],
)
def test_hostile_frames_are_refused(unity_runner: tuple[str, ...], frame: bytes) -> None:
    (result,) = decoded(unity_runner, [frame])
    assert isinstance(result, str)


def test_nesting_up_to_the_limit_and_any_text_come_back_whole(
    unity_runner: tuple[str, ...],
) -> None:
    texts = ["", "a" * 31, "a" * 32, "é" * 15, "é" * 16, "\U0001f409" * 70, "x" * 70_000]
    maps: list[Any] = [{t: t} for t in texts]
    many: list[Any] = [[0] * n for n in (15, 16, 65_535, 65_536)]
    frames = [b"\x91" * 32 + b"\xc0", *map(msgpack.packb, [*texts, *maps, *many])]
    for frame, result in zip(frames, decoded(unity_runner, frames), strict=True):
        assert not isinstance(result, str), result
        assert result[0] == frame
