"""A model that reads question and passage together: the slot for one, where one can be had.

None comes with the product. ``CrossEncoder`` runs one through sentence-transformers,
``EndpointReranker`` asks a server that speaks the ``POST /rerank`` of Cohere, Jina and vLLM. When
it fails, the order without it is kept and the reason is told.
"""

from __future__ import annotations

import json
import logging
import math
import urllib.request
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from rag.errors import NotInstalled, RagError, SettingsError
from rag.records import Chunk
from rag.retrieve.fuse import Ranked, rescore

log = logging.getLogger(__name__)

DEPTH = 20  # passages judged
WEIGHT = 0.7  # against the order that was there, in standard deviations
WAIT_S = 10.0


class Reranker(Protocol):
    """Judges passages against a question; greater is better, on any scale."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return one score a passage.

        Raises:
            RagError: it could not be asked.
        """


class CrossEncoder:
    """A model of sentence-transformers, loaded at the first question.

    Args:
        model: a name that sentence-transformers finds, or a folder.

    Raises:
        NotInstalled: sentence-transformers is not here.
    """

    def __init__(self, model: str) -> None:
        if find_spec("sentence_transformers") is None:
            raise NotInstalled("A reranker of sentence-transformers", extra="hub")
        self._name = model
        self._model: Any = None

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        if self._model is None:
            hub = import_module("sentence_transformers")
            self._model = hub.CrossEncoder(self._name, trust_remote_code=False)
        try:
            found = self._model.predict([(question, passage) for passage in passages])
        except (RuntimeError, ValueError) as error:
            raise RagError(f"{self._name} failed: {error}", code="reranker_failed") from error
        return [float(score) for score in found]


class EndpointReranker:
    """A server that speaks ``POST /rerank``.

    Args:
        url: its address, with or without ``/rerank`` at the end.
        model: its name there.
        key: its API key, if it wants one.
        wait_s: seconds after which the answer goes on without it.

    Raises:
        SettingsError: no address, no model, or an address that is not http(s).
    """

    def __init__(
        self, url: str | None, model: str | None, key: str | None = None, *, wait_s: float = WAIT_S
    ) -> None:
        if not url or not model or not url.startswith(("http://", "https://")):
            raise SettingsError(
                f"reranker 'remote' wants an address and a model (found {url!r}, {model!r}). "
                "Set RAG_RERANKER_URL (such as http://127.0.0.1:8080/v1) and RAG_RERANKER_MODEL."
            )
        self._address = url.rstrip("/").removesuffix("/rerank") + "/rerank"
        self._model, self._key, self._wait_s = model, key, wait_s

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        body = {
            "model": self._model,
            "query": question,
            "documents": list(passages),
            "top_n": len(passages),
        }
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(
            self._address, json.dumps(body).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=self._wait_s) as reply:
                return _read(json.load(reply), len(passages))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise RagError(
                f"{self._address} gave no ranking ({error}). Start that server, or set "
                "RAG_RERANKER=none.",
                code="reranker_unreachable",
            ) from error


def _read(reply: Any, wanted: int) -> list[float]:
    scores = [math.nan] * wanted
    for result in reply["results"]:
        index = int(result["index"])
        if not 0 <= index < wanted:
            raise ValueError(f"passage {index} of {wanted}")
        scores[index] = float(result["relevance_score"])
    if not all(map(math.isfinite, scores)):
        raise ValueError(f"{sum(map(math.isfinite, scores))} scores for {wanted} passages")
    return scores


def load_reranker(
    name: str, *, url: str | None = None, model: str | None = None, key: str | None = None
) -> Reranker | None:
    """Load a reranker by name: "none", "hub" or "remote".

    Raises:
        SettingsError: the name is not known, or what it needs is not set.
        NotInstalled: "hub" without sentence-transformers.
    """
    if name == "none":
        return None
    if name == "remote":
        return EndpointReranker(url, model, key)
    if name != "hub":
        raise SettingsError(f"reranker {name!r} is not known. Choose one of: none, hub, remote.")
    if not model:
        raise SettingsError("reranker 'hub' wants a model. Set RAG_RERANKER_MODEL.")
    return CrossEncoder(model)


def reranked(
    reranker: Reranker | None, question: str, ranked: Ranked, chunk: Callable[[int], Chunk]
) -> tuple[Ranked, tuple[tuple[str, str], ...]]:
    """Let a reranker judge the first passages; without it, or when it fails, nothing changes.

    Returns:
        The ranking, and ("reranker", code) when it could not be asked.
    """
    if reranker is None or len(ranked) < 2:
        return ranked, ()
    passages = [_passage(chunk(row)) for row in ranked.rows[:DEPTH].tolist()]
    try:
        scores = np.array(reranker.scores(question, passages), np.float32)
        if scores.shape != (len(passages),) or not np.isfinite(scores).all():
            raise RagError(f"{scores.size} scores for {len(passages)}", code="reranker_failed")
    except RagError as error:
        log.warning("%s", error)
        return ranked, (("reranker", error.code),)
    return rescore(ranked, scores, weight=WEIGHT), ()


def _passage(chunk: Chunk) -> str:
    where = " > ".join(heading for heading in chunk.headings[-2:] if heading)
    return f"{where}. {chunk.text}" if where else chunk.text
