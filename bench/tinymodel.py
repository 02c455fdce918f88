"""A language model of a few hundred kilobytes that says noise: real weights for a real server.

``write`` makes a GGUF file of the Llama architecture with weights by dice. Its text is noise, but
streaming, schemas, cancelling, queues, caches and timing of the server that runs it are real.
Needs the package ``gguf``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH: Final = 64
LAYERS: Final = 2
HEADS: Final = 4
FORWARD: Final = 128
CONTEXT: Final = 8192  # tokens; positions are rotary, so nothing is learned of them
SPECIAL: Final = ("<unk>", "<s>", "</s>")
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # kinds of tokens, gguf.TokenType
# what noise is mostly made of: so that words have lengths and sentences end
PIECES: Final = (
    "▁the", "▁a", "▁of", "▁and", "▁to", "▁you", "▁it", "▁no", "▁we", "▁stone", "▁river", "▁old",
    "▁never", "▁winter", "▁bread", ".", ",",
)  # fmt: skip
LEAD: Final = 8.0  # of every token in the first place of its vector, which thus carries a bias
RARE: Final = -3.0  # how a single byte is disfavoured, times LEAD, in logits
LIKELY: Final = 3.0  # and a piece favoured, in logits


def write(path: Path, seed: int = 0) -> Path:
    """Write the model; the same seed gives the same weights."""
    import gguf

    rng = np.random.default_rng(seed)
    out = gguf.GGUFWriter(str(path), "llama")
    _shape(out)
    tokens = _words(out)
    _weights(out, rng, tokens)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path


def _shape(out: Any) -> None:
    out.add_name("noise")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(FORWARD)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_file_type(0)


def _words(out: Any) -> int:
    """Byte pieces and a few words, as SentencePiece models have them; how many there are."""
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    letters = [c for c in (*map(chr, range(33, 127)), "▁") if c not in PIECES]
    tokens = [*SPECIAL, *bytes_, *letters, *PIECES]
    kinds = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * (len(tokens) - 259)
    out.add_tokenizer_model("llama")
    out.add_token_list(tokens)
    out.add_token_scores([0.0] * 259 + [-float(k) for k in range(len(tokens) - 259)])
    out.add_token_types(kinds)
    out.add_unk_token_id(0)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_add_bos_token(True)
    return len(tokens)


def _weights(out: Any, rng: np.random.Generator, tokens: int) -> None:
    def values(*shape: int) -> NDArray[np.float32]:
        return rng.normal(0.0, shape[-1] ** -0.5, shape).astype(np.float32)

    def dice(name: str, *shape: int) -> None:
        out.add_tensor(name, values(*shape))

    ones = np.ones(WIDTH, np.float32)
    taken, given = values(tokens, WIDTH), values(tokens, WIDTH)
    taken[:, 0], given[:, 0] = LEAD, 0.0
    given[: 3 + 256, 0], given[-len(PIECES) :, 0] = RARE, LIKELY / LEAD
    out.add_tensor("token_embd.weight", taken)
    out.add_tensor("output_norm.weight", ones)
    out.add_tensor("output.weight", given)
    for k in range(LAYERS):
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            dice(f"blk.{k}.{part}.weight", WIDTH, WIDTH)
        dice(f"blk.{k}.ffn_gate.weight", FORWARD, WIDTH)
        dice(f"blk.{k}.ffn_up.weight", FORWARD, WIDTH)
        dice(f"blk.{k}.ffn_down.weight", WIDTH, FORWARD)
        for norm in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"blk.{k}.{norm}.weight", ones)


if __name__ == "__main__":
    from pathlib import Path as _Path

    print(write(_Path(sys.argv[1])))
