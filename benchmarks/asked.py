"""Fit what turns question vectors to what is asked; print how well rewordings find their like.

    python -m benchmarks.asked [--write] [--vectors FILE] [--books-golden FILE]

``benchmarks/paraphrases/*.jsonl``: groups of five wordings of one question and two look-alikes that
want another answer, about photography at large, written without any collection. One linear map of
the encoder's vectors is fitted on five groups of six (InfoNCE, look-alikes as further negatives,
from the identity, seed fixed); the sixth says when to stop. Printed besides: the golden questions
found from their rewordings of ``benchmarks/questions/*-dev.jsonl``, the right one first among all
that are stored, and how far the cosine of the right one tells from that of questions stored for
others and of questions that nobody stored (AUROC). ``--write`` fits on all groups and replaces
``rag/embed/e5_asked.npz``. ``--vectors`` keeps the vectors between two runs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed.e5 import E5
from rag.embed.embedder import unit

HERE = Path(__file__).parent
KEPT = HERE.parent / "rag" / "embed" / "e5_asked.npz"
BLOCK, EVERY = 20, 6  # one block of so many groups says when to stop; neighbours share subjects
EPOCHS, BATCH, RATE, TEMPERATURE = 40, 128, 3e-3, 0.05
Floats = NDArray[np.float32]
Row = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Numbers of texts: wordings that want one answer, look-alikes that want another."""

    wordings: tuple[int, ...]
    different: tuple[int, ...]


@dataclass(frozen=True)
class Questions:
    """Texts with their vectors, as they come from the encoder."""

    number: dict[str, int]
    vectors: Floats


def rows_of(path: Path, collection: str = "") -> list[Row]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [r for r in rows if not collection or r.get("collection", collection) == collection]


def embedded(texts: Iterable[str], kept: Path | None) -> Questions:
    """Vectors of questions, those in a file not computed again."""
    known: dict[str, Floats] = {}
    if kept is not None and kept.is_file():
        with np.load(kept, allow_pickle=False) as data:
            known = dict(zip(data["texts"].tolist(), data["vectors"], strict=True))
    wanted = list(dict.fromkeys(texts))
    missing = [text for text in wanted if text not in known]
    if missing:
        encoder = E5(threads=2)
        for start in range(0, len(missing), 256):
            group = missing[start : start + 256]
            rows = encoder._embed([f"query: {text}" for text in group], None)
            known |= zip(group, rows, strict=True)
        if kept is not None:
            np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    numbers = {text: n for n, text in enumerate(wanted)}
    return Questions(numbers, np.stack([known[text] for text in wanted]))


def fit(asked: Questions, groups: Sequence[Group], epochs: int = EPOCHS) -> tuple[Floats, Floats]:
    """Return the mean of the vectors and the map, shapes (width,) and (width, width)."""
    rng = np.random.default_rng(0)
    used = sorted({n for g in groups for n in (*g.wordings, *g.different)})
    mean = asked.vectors[used].mean(axis=0)
    x = asked.vectors - mean
    weights = np.eye(x.shape[1], dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    steps = epochs * (len(groups) // BATCH)
    for step in range(1, steps + 1):
        at = (step - 1) % (len(groups) // BATCH)
        if at == 0:
            order = rng.permutation(len(groups))
        chosen = [groups[n] for n in order[at * BATCH : (at + 1) * BATCH]]
        slope = descent(x, weights, chosen, rng)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        size = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        weights = weights - RATE * (1 - step / (steps + 1)) * first / (1 - 0.9**step) / size
    return mean, weights


def descent(
    x: Floats, weights: Floats, chosen: Sequence[Group], rng: np.random.Generator
) -> Floats:
    """The slope of the loss by the map, for one pair of wordings of each group."""
    pairs = [rng.choice(g.wordings, 2, replace=False) for g in chosen]
    count = len(chosen)
    numbers = [a for a, _ in pairs] + [b for _, b in pairs]
    numbers += [n for g in chosen for n in g.different]
    z = x[numbers] @ weights
    lengths = np.linalg.norm(z, axis=1, keepdims=True)
    e = z / lengths
    slope = np.zeros_like(e)
    for mine, other in ((0, count), (count, 0)):
        q, o, others = e[mine : mine + count], e[other : other + count], e[2 * count :]
        near = np.concatenate((q @ o.T, q @ others.T), axis=1) / TEMPERATURE
        p = np.exp(near - near.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(count), np.arange(count)] -= 1
        p /= 2 * count * TEMPERATURE
        slope[mine : mine + count] += p[:, :count] @ o + p[:, count:] @ others
        slope[other : other + count] += p[:, :count].T @ q
        slope[2 * count :] += p[:, count:].T @ q
    back = (slope - (slope * e).sum(axis=1, keepdims=True) * e) / lengths
    return np.asarray(x[numbers].T @ back, np.float32)


def turned(asked: Questions, fitted: tuple[Floats, Floats] | None) -> Floats:
    """Unit rows: as they come, or mapped."""
    if fitted is None:
        return asked.vectors
    return unit((asked.vectors - fitted[0]) @ fitted[1])


def auroc(right: Floats, wrong: Floats) -> float:
    return float((right[:, None] > wrong).mean() + 0.5 * (right[:, None] == wrong).mean())


def kept_apart(rows: Floats, groups: Sequence[Group]) -> str:
    """The other wordings of each group look for its first among all firsts and look-alikes."""
    bank = rows[[g.wordings[0] for g in groups] + [n for g in groups for n in g.different]]
    ranks: list[int] = []
    for n, group in enumerate(groups):
        near = rows[list(group.wordings[1:])] @ bank.T
        ranks += (1 + (near > near[:, [n]]).sum(axis=1)).tolist()
    found = np.array(ranks)
    return f"groups apart: first {np.mean(found == 1):.3f}, MRR {np.mean(1 / found):.3f}"


def collections(asked: Questions, rows: Floats, sets: Sequence[tuple[str, list[Row]]]) -> str:
    """Rewordings look for the golden question that they reword."""
    told = []
    for name, golden in sets:
        stored = [r for r in golden if r["gold"]]
        place = {r["id"]: n for n, r in enumerate(stored)}
        bank = rows[[asked.number[r["question"]] for r in stored]]
        pairs = [
            (asked.number[r["question"]], place[r["of"]])
            for kind in ("rewordings", "english")
            for r in rows_of(HERE / "questions" / f"{kind}-dev.jsonl", name)
            if r["of"] in place
        ]
        strange = [
            asked.number[r["question"]]
            for kind in ("unanswerable", "answerable")
            for r in rows_of(HERE / "questions" / f"{kind}-dev.jsonl", name)
        ]
        near = rows[[a for a, _ in pairs]] @ bank.T
        right = np.array([b for _, b in pairs])
        own = near[np.arange(len(pairs)), right]
        ranks = 1 + (near > own[:, None]).sum(axis=1)
        near[np.arange(len(pairs)), right] = -1
        told.append(
            f"{name} ({len(pairs)} of {len(stored)}): first {np.mean(ranks == 1):.3f}, "
            f"told from others {auroc(own, near.max(axis=1)):.3f}, "
            f"from strangers {auroc(own, (rows[strange] @ bank.T).max(axis=1)):.3f}"
        )
    return " | ".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--books-golden", type=Path, help="questions about the books")
    chosen = parser.parse_args()
    groups = [r for p in sorted((HERE / "paraphrases").glob("*.jsonl")) for r in rows_of(p)]
    sets = [("sample", rows_of(HERE.parent / "sample" / "golden.jsonl"))]
    if chosen.books_golden:
        sets.append(("books", rows_of(chosen.books_golden)))
    texts = [t for g in groups for t in (*g["wordings"], *g["different"])]
    texts += [r["question"] for _, rows in sets for r in rows]
    for kind in ("rewordings", "english", "unanswerable", "answerable"):
        texts += [r["question"] for r in rows_of(HERE / "questions" / f"{kind}-dev.jsonl")]
    asked = embedded(texts, chosen.vectors)
    known = [
        Group(*(tuple(asked.number[t] for t in g[k]) for k in ("wordings", "different")))
        for g in groups
    ]
    apart = [g for n, g in enumerate(known) if n // BLOCK % EVERY == 0]
    used = [g for n, g in enumerate(known) if n // BLOCK % EVERY]
    print(f"{len(known)} groups, {len(apart)} kept apart")
    for label, fitted in (("as they come", None), ("turned", fit(asked, used))):
        rows = turned(asked, fitted)
        print(f"{label}: {kept_apart(rows, apart)} | {collections(asked, rows, sets)}", flush=True)
    if chosen.write:
        mean, weights = fit(asked, known)
        np.savez_compressed(KEPT, mean=mean.astype("<f2"), weights=weights.astype("<f2"))
        print(f"{KEPT.name}: {KEPT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
