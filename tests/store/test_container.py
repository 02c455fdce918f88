from __future__ import annotations

import struct
import zlib

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadSave
from personagen_npc.store import container, pack_save, read_save
from personagen_npc.store.container import BLOCK, CRC, HEAD, MAGIC, ZLIB, ZSTD

HEADER = {"world": "emberfall", "seed": 7, "branch": 0, "seq": 12, "packs": {"emberfall": "ab12"}}
SMALL = pack_save(HEADER, [("NPCS", b'{"mara": 1}' * 20), ("VECS", bytes(range(40)))])

names = st.text("ABCXYZ019", min_size=4, max_size=4).filter(
    lambda name: name not in ("HEAD", "LAST")
)


def forged(
    kind: bytes, packing: int, stored: bytes, plain: int, *, length: int | None = None
) -> bytes:
    """A save of one block whose checksums are right, whatever it says."""
    start = HEAD.pack(MAGIC, 1, 1, 1)
    head = BLOCK.pack(kind, packing, len(stored) if length is None else length, plain)
    crc = CRC.pack(zlib.crc32(stored, zlib.crc32(head)))
    return start + CRC.pack(zlib.crc32(start)) + head + crc + stored


def _endless(plain: bytes) -> bytes:
    """A frame that does not say how long it becomes."""
    packer = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    return packer.compress(plain) + packer.flush()


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**53) | st.text("ab")
    ),
    st.dictionaries(
        names, st.binary(max_size=2000) | st.binary(min_size=1, max_size=3).map(lambda b: b * 9999)
    ),
)
@settings(deadline=None, max_examples=50)
def test_what_is_packed_comes_back(header: dict[str, int | str], blocks: dict[str, bytes]) -> None:
    data = pack_save(header, list(blocks.items()))
    assert read_save(data)[1:] == (header, tuple(blocks.items()))
    assert container.read_header(data) == header


def test_the_same_state_is_the_same_bytes() -> None:
    backwards = dict(reversed(list(HEADER.items())))
    assert pack_save(HEADER, [("NPCS", b"x")]) == pack_save(backwards, [("NPCS", b"x")])


def test_text_is_packed_small_and_noise_is_left_alone() -> None:
    text = b'{"npc": "mara", "said": "the mill burned"}' * 5000
    assert len(pack_save({}, [("TEXT", text)])) < len(text) / 10
    noise = b"".join(struct.pack("<d", 1 / n) for n in range(1, 20000))
    assert len(pack_save({}, [("VECS", noise)])) < len(noise) + 200


def test_every_flipped_bit_is_refused() -> None:
    for at in range(len(SMALL)):
        for bit in range(8):
            bad = bytearray(SMALL)
            bad[at] ^= 1 << bit
            with pytest.raises(BadSave):
                read_save(bytes(bad))


def test_every_truncation_and_every_tail_is_refused() -> None:
    for length in range(len(SMALL)):
        with pytest.raises(BadSave):
            read_save(SMALL[:length])
    for tail in (b"\0", SMALL, b"x" * 100):
        with pytest.raises(BadSave, match="too many"):
            read_save(SMALL + tail)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda b: SMALL[:22] + b))
@settings(deadline=None)
def test_any_bytes_are_a_save_or_refused(data: bytes) -> None:
    with pytest.raises(BadSave):
        read_save(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (forged(b"HEAD", ZLIB, zlib.compress(bytes(50 << 20)), 2), "longer or shorter"),
        (forged(b"HEAD", ZLIB, zlib.compress(b"{}"), 1 << 40), "too big"),
        (forged(b"HEAD", ZLIB, zlib.compress(b"{}"), 3), "longer or shorter"),
        (forged(b"HEAD", ZLIB, zlib.compress(b"{}") + b"more", 2), "longer or shorter"),
        (forged(b"HEAD", ZLIB, zlib.compress(b"{}")[:-2], 2), "longer or shorter"),
        (forged(b"HEAD", ZLIB, b"no zlib at all", 2), "cannot be unpacked"),
        (forged(b"HEAD", 0, b"{}", 3), "wrong length"),
        (forged(b"HEAD", 9, b"{}", 2), "unknown packing"),
        (forged(b"HEAD", ZSTD, zstandard.compress(bytes(50 << 20)), 2), "longer or shorter"),
        (forged(b"HEAD", ZSTD, zstandard.compress(bytes(50 << 20)), 1 << 40), "too big"),
        (forged(b"HEAD", ZSTD, zstandard.compress(b"{}") + b"more", 2), "cannot be unpacked"),
        (forged(b"HEAD", ZSTD, zstandard.compress(b"{}")[:-2], 2), "cannot be unpacked"),
        (forged(b"HEAD", ZSTD, _endless(bytes(50 << 20)), 2), "longer or shorter"),
        (forged(b"HEAD", ZSTD, b"no zstd at all", 2), "cannot be unpacked"),
        (forged(b"HEAD", 0, b"{}", 2, length=2**63), "cut off"),
        (forged(b"he\0d", 0, b"{}", 2), "no block type"),
        (forged(b"\xff\xfe\xfd\xfc", 0, b"{}", 2), "no block type"),
        (forged(b"NPCS", 0, b"{}", 2), "missing or no JSON"),
        (forged(b"HEAD", 0, b"[]", 2), "no header"),
        (forged(b"HEAD", 0, b"[" * 9000, 9000), "no JSON"),
        (forged(b"HEAD", 0, b'{"a": NaN}', 10), "no JSON"),
    ],
)
def test_lies_under_right_checksums_are_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(BadSave, match=why):
        read_save(data)


def test_a_refusal_names_the_block() -> None:
    bad = bytearray(SMALL)
    bad[-1] ^= 1
    with pytest.raises(BadSave) as refused:
        read_save(bytes(bad))
    assert refused.value.field == "block 3"


@pytest.mark.parametrize(
    ("written", "readable_from", "good"), [(9, 2, True), (9, 3, False), (0, 0, False)]
)
def test_two_version_numbers_decide_what_is_read(
    written: int, readable_from: int, good: bool
) -> None:
    start = HEAD.pack(MAGIC, written, readable_from, 4)
    data = start + CRC.pack(zlib.crc32(start)) + SMALL[HEAD.size + CRC.size :]
    if good:
        assert read_save(data).header == HEADER
    else:
        with pytest.raises(BadSave, match=f"version {written}"):
            read_save(data)


def test_the_whole_is_bounded_not_only_each_block() -> None:
    data = pack_save({}, [("AAAA", bytes(6000)), ("BBBB", bytes(6000))])
    whole = 12002 + len('{"blocks":4,"digest":""}') + 32
    assert len(read_save(data, max_plain=whole).blocks) == 2
    with pytest.raises(BadSave, match="block 3: is too big"):
        read_save(data, max_plain=whole - 1)


@pytest.mark.parametrize(
    "blocks",
    [
        [("npcs", b"")],
        [("LONGER", b"")],
        [("HEAD", b"")],
        [("LAST", b"")],
        [("ÄÄÄÄ", b"")],
    ],
)
def test_what_could_not_be_read_is_not_written(blocks: list[tuple[str, bytes]]) -> None:
    with pytest.raises(BadSave):
        pack_save({}, blocks)


def test_vectors_are_kept_as_they_are() -> None:
    """Packing them would make a save a fifth smaller and ten times as slow."""
    block = bytes(4096)
    stored = len(pack_save(HEADER, [("VECS", block)])) - len(pack_save(HEADER, [("VECS", b"")]))
    packed = len(pack_save(HEADER, [("NPCS", block)])) - len(pack_save(HEADER, [("NPCS", b"")]))
    assert packed < stored == len(block)
