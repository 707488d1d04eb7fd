"""How long one question takes among 100,000 or 1,000,000 passages, on one core, and in what memory.

    python benchmarks/scale.py --home HOME --work FOLDER [--chunks 100000 1000000]
        [--questions FILE.jsonl …] [--against] [--json FILE]

Around the release in service of HOME, a release of that many passages is made in FOLDER (4 GB for a
million, and 11 more where word pieces are kept; it serves the next time): each passage is real
sentences of the collection in a new order with made-up words of Zipf's frequencies; each vector is
a real one moved along the difference of two others, so that the spread stays that of the model.
Real questions then go through ``Engine.search`` in a process of its own held to one core:
everything but a language model, the embedding of the question included. ``--against`` times
rank_bm25 and bm25s (where installed) on the same passages.

Rare words are as rare in a million as in a thousand here, so lists of passages are longer than in
a real collection: what is measured is rather too slow than too quick.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, overload

import numpy as np

from mlops.releases import champion
from rag.embed.embedder import load_embedder
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.french.sentences import sentences
from rag.index import dense
from rag.index.release import Release, ReleaseContent, build_release
from rag.records import Chunk, Piece, Source
from rag.settings import Home

QUESTIONS = (
    "sample/golden.jsonl",
    "benchmarks/questions/answerable-dev.jsonl",
    "benchmarks/questions/rewordings-dev.jsonl",
    "benchmarks/questions/english-dev.jsonl",
    "benchmarks/questions/unanswerable-dev.jsonl",
)
SENTENCES = 5  # real ones in a passage
MADE_UP = 12  # words in a passage that no document holds
VOCABULARY = 300_000  # of those, drawn by Zipf's law with this exponent
ZIPF = 1.1
PER_PAGE, PER_DOCUMENT = 2, 400  # passages
MOVED = 0.35  # times the difference of two vectors
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Passages(Sequence[Chunk]):
    """A real collection, then as many made-up passages as wanted, each drawn when asked."""

    def __init__(self, real: Sequence[Chunk], count: int) -> None:
        self.real, self.count = tuple(real), count
        texts = (chunk.text for chunk in self.real if chunk.ranks)
        found = {" ".join(t[a:b].split()) for t in texts for a, b in sentences(t)}
        self.sentences = sorted(s for s in found if 30 <= len(s) <= 400)
        self.documents = -(-max(0, count - len(self.real)) // PER_DOCUMENT)

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, row: int) -> Chunk: ...
    @overload
    def __getitem__(self, row: slice) -> list[Chunk]: ...
    def __getitem__(self, row: int | slice) -> Chunk | list[Chunk]:
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(len(self)))]
        return self.real[row] if row < len(self.real) else self._made(row)

    def __iter__(self) -> Iterator[Chunk]:
        return (self[row] for row in range(self.count))

    def _made(self, row: int) -> Chunk:
        random = np.random.default_rng(row)
        chosen = [self.sentences[n] for n in random.integers(0, len(self.sentences), SENTENCES)]
        words = [made_up(n % VOCABULARY) for n in random.zipf(ZIPF, MADE_UP).tolist()]
        text = "\n".join([*chosen, *words])
        number, place = divmod(row - len(self.real), PER_DOCUMENT)
        piece = Piece(0, len(text), place // PER_PAGE, 0, len(text))
        return Chunk(
            f"{row:020x}", document_id(number), "paragraph", (), text, (piece,), False, 0.95, True
        )


def made_up(number: int) -> str:
    """A word of four to six letters, vowels and consonants in turn, that no language has."""
    word = ""
    while number or len(word) < 4:
        number, vowel = divmod(number, 5)
        number, consonant = divmod(number, 15)
        word += "bcdfghjklmnprtv"[consonant] + "aeiou"[vowel]
    return f"{word}q"


def document_id(number: int) -> str:
    return sha256(f"made {number}".encode()).hexdigest()


def line_by_line(text: str) -> list[str]:
    """What ``analyse`` gives for a made-up passage, each sentence analysed once for all."""
    return [term for line in text.split("\n") for term in _analysed(line)]


@lru_cache(maxsize=1_000_000)
def _analysed(line: str) -> tuple[str, ...]:
    return tuple(analyse(line))


def moved(vectors: np.ndarray, count: int, path: Path) -> np.ndarray:
    """Write ``count`` unit rows to ``path``: the real ones, then the moved ones; return them."""
    out = np.lib.format.open_memmap(path, "w+", np.float32, (count, vectors.shape[1]))
    out[: len(vectors)] = vectors
    random = np.random.default_rng(0)
    for start in range(len(vectors), count, 10_000):
        size = min(10_000, count - start)
        a, b, c = (vectors[random.integers(0, len(vectors), size)] for _ in range(3))
        rows = a + MOVED * (b - c)
        out[start : start + size] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return out


def tiled(real: Release, count: int, work: Path) -> dict[str, np.ndarray]:
    """The arrays that other rooms hand in, repeated to ``count`` passages.

    ``X-starts`` says where the rows of each passage begin in the array whose name begins by X;
    other arrays with one row a passage are repeated row by row, and the rest is kept.
    """
    own = len(real.chunks)
    names = (Path(n).stem for n in real.manifest["files"] if n.startswith("arrays/"))
    found = {name: np.asarray(real.array(name)) for name in names}
    rows = np.arange(count) % own
    arrays = {name: a[rows] if len(a) == own else a for name, a in found.items()}
    for name in (n for n in found if n.endswith("-starts")):
        starts, head = found[name], name.removesuffix("-starts")
        ends = np.cumsum(np.diff(starts)[rows])
        arrays[name] = np.concatenate(([0], ends)).astype(starts.dtype)
        for other, data in found.items():
            if other.startswith(head) and other != name and len(data) == starts[-1]:
                arrays[other] = repeated(data, int(ends[-1]), work / f"{other}.tmp.npy")
    return arrays


def repeated(rows: np.ndarray, count: int, path: Path) -> np.ndarray:
    """Write ``rows`` over and over to ``path`` until there are ``count``; return them, mapped."""
    out = np.lib.format.open_memmap(path, "w+", rows.dtype, (count, *rows.shape[1:]))
    for start in range(0, count, max(1, len(rows))):
        out[start : start + len(rows)] = rows[: count - start]
    return out


def make(real: Release, count: int, work: Path) -> Path:
    """Build the release of ``count`` passages under ``work``, unless it is there."""
    note = work / f"{real.id}-{count}.txt"
    if note.is_file() and (work / note.read_text()).is_dir():
        return work / note.read_text()
    work.mkdir(parents=True, exist_ok=True)
    passages = Passages(real.chunks, count)
    made = (
        Source(document_id(n), f"livre {n}.pdf", f"{n}.pdf", (), "pdf", 1, PER_DOCUMENT // PER_PAGE)
        for n in range(passages.documents)
    )
    vectors = moved(np.asarray(real.vectors), count, work / "vectors.tmp.npy")
    content = ReleaseContent(
        sources=(*real.sources, *made),
        results=(),
        pages=tuple(real.pages),
        sections=tuple(real.sections),
        chunks=passages,
        vectors=vectors,
        embedder=real.embedder,
        costs=real.costs,
        thresholds=real.thresholds,
        settings=real.manifest["settings"],
        extras={
            Path(name).stem: real.extra(Path(name).stem)
            for name in real.manifest["files"]
            if name.startswith("extras/")
        },
        arrays=tiled(real, count, work),
    )
    began = time.perf_counter()
    path = build_release(work, content, analyse=line_by_line)
    print(f"built in {time.perf_counter() - began:.0f} s, peak {peak_mb():.0f} MB", flush=True)
    for left in work.glob("*.tmp.npy"):
        left.unlink()
    note.write_text(path.name)
    return path


# --- in a process of its own ----------------------------------------------------------------------


def memory_mb() -> float:
    """Memory resident now, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def spread(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1e3
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def measure(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """Load the release, put every question to it, then look at what was lost by rounding."""
    embedder = load_embedder("e5")
    assert embedder is not None
    embedder.query("chauffe")
    bare = memory_mb()
    began = time.perf_counter()
    release = Release.open(folder)
    engine = Engine(release, embedder)
    loaded = time.perf_counter() - began
    engine.search(questions[0])
    first = time.perf_counter() - began
    took, worked, inside = [], [], []
    for question in questions:
        began, before = time.perf_counter(), time.process_time()
        engine.search(question)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - before)
        began = time.perf_counter()
        embedder.query(question)
        inside.append(time.perf_counter() - began)
    return {
        "passages": len(release.chunks),
        "questions": len(questions),
        **spread(took),
        "processor": spread(worked),  # the same without waiting for a core that others hold
        "embedding_p50_ms": spread(inside)["p50_ms"],
        "load_s": round(loaded, 3),
        "load_and_first_question_s": round(first, 3),
        "resident_mb": round(memory_mb()),
        "of_which_model_mb": round(bare),
        **rounding(release, [embedder.query(q) for q in questions]),
    }


def rounding(release: Release, queries: Sequence[np.ndarray]) -> dict[str, Any]:
    """The share of the exact hundred best that the search by meaning gives, and both times."""
    assert release.vectors is not None and release.dense is not None
    kept, ours, exact = [], [], []
    for query in queries[:50]:
        began = time.perf_counter()
        rows, _ = release.dense.best(query, None, 100)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        wanted = dense.top(dense.cosines(release.vectors, query), 100)
        exact.append(time.perf_counter() - began)
        kept.append(len(set(rows.tolist()) & set(wanted.tolist())) / len(wanted))
    return {
        "dense_recall_at_100": round(float(np.mean(kept)), 4),
        "dense_p50_ms": spread(ours)["p50_ms"],
        "exact_numpy_p50_ms": spread(exact)["p50_ms"],
    }


def rivals(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """The words' side alone, as rank_bm25 and bm25s do it on the same terms, and as we do."""
    release = Release.open(folder)
    asked = [analyse(question) for question in questions[:30]]
    terms = [line_by_line(chunk.text) for chunk in release.chunks]
    out: dict[str, Any] = {"ours_bm25": timed(release.bm25.scores, asked)}
    try:
        import bm25s
    except ImportError:
        print("bm25s is not installed: left out")
    else:
        quick = bm25s.BM25(k1=1.5, b=0.75)
        quick.index(terms, show_progress=False)
        out["bm25s"] = timed(quick.get_scores, asked)
    try:
        from rank_bm25 import BM25Okapi
    except ImportError:
        print("rank_bm25 is not installed: left out")
    else:
        out["rank_bm25"] = timed(BM25Okapi(terms).get_scores, asked)
    return out


def timed(score: Any, asked: Sequence[Sequence[str]]) -> dict[str, float]:
    took = []
    for terms in asked:
        began = time.perf_counter()
        score(terms)
        took.append(time.perf_counter() - began)
    return spread(took)


# --- the command ----------------------------------------------------------------------------------


def read(paths: Sequence[str]) -> list[str]:
    lines = (line for path in paths for line in Path(path).read_text("utf-8").splitlines())
    return list(dict.fromkeys(json.loads(line)["question"] for line in lines))


def alone(what: str, folder: Path, paths: Sequence[str]) -> dict[str, Any]:
    """Run one measure in a process held to one core."""
    command = [sys.executable, __file__, "--only", what, "--work", str(folder), "--questions"]
    core = max(os.sched_getaffinity(0))
    done = subprocess.run(
        [*command, *paths],
        env={**os.environ, **ONE_CORE},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    *said, last = done.stdout.strip().splitlines()
    print(*said, sep="\n", end="\n" if said else "")
    found: dict[str, Any] = json.loads(last)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--chunks", type=int, nargs="+", default=[100_000])
    parser.add_argument("--questions", nargs="+", default=QUESTIONS)
    parser.add_argument("--against", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("measure", "rivals"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        work = {"measure": measure, "rivals": rivals}[args.only]
        print(json.dumps(work(args.work, read(args.questions))))
        return
    folder = champion(Home(args.home))
    if folder is None:
        parser.error(f"{args.home} has no release in service")
    found = []
    for count in args.chunks:
        path = make(Release.open(folder), count, args.work)
        row = alone("measure", path, args.questions)
        if args.against:
            row |= alone("rivals", path, args.questions)
        found.append(row)
        print(json.dumps(row, indent=1), flush=True)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
