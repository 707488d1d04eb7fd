"""An embedder elsewhere: any endpoint that speaks OpenAI's ``POST /v1/embeddings``.

Nothing is contacted unless the user's settings name an address (invariant 7).
"""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from rag.embed.embedder import Advance, Floats, unit
from rag.errors import RagError, SettingsError

BATCH = 32  # texts a request
WAIT_S = 60.0


class Remote:
    """Asks a server for vectors. Models of the e5 family get their two prefixes.

    Raises:
        SettingsError: no address, no model, or an address that is not http(s).
    """

    def __init__(self, *, url: str | None, model: str | None, key: str | None = None) -> None:
        if not url or not model:
            raise SettingsError(
                "embedder 'remote' wants an address and a model. Set RAG_EMBEDDER_URL (such as "
                "http://127.0.0.1:11434/v1) and RAG_EMBEDDER_MODEL."
            )
        if not url.startswith(("http://", "https://")):
            raise SettingsError(f"RAG_EMBEDDER_URL is {url!r}: it should begin with http(s)://.")
        self._address = url.rstrip("/") + "/embeddings"
        self._model = model
        self._key = key
        self.name = f"remote {model}"
        prefixed = "e5" in model.lower()
        self._prefixes = ("query: ", "passage: ") if prefixed else ("", "")

    @cached_property
    def _probe(self) -> Floats:
        """The vector of a fixed text: its length is the width, its values tell models apart."""
        return self._ask(["empreinte du modèle"])

    @property
    def width(self) -> int:
        return int(self._probe.shape[1])

    @property
    def model_hash(self) -> str:
        """Hash of the name and of a fixed text's vector, rounded so that noise does not show."""
        values = np.round(self._probe[0], 2).tobytes()
        return hashlib.sha256(self._model.encode() + values).hexdigest()

    def passages(self, texts: Sequence[str], progress: Advance | None = None) -> Floats:
        rows = []
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            rows.append(self._ask([self._prefixes[1] + text for text in batch]))
            if progress is not None:
                progress(len(batch))
        return np.concatenate(rows) if rows else np.zeros((0, self.width), np.float32)

    def query(self, text: str) -> Floats:
        first: Floats = self._ask([self._prefixes[0] + text])[0]
        return first

    def _ask(self, texts: list[str]) -> Floats:
        body = json.dumps({"model": self._model, "input": texts}).encode()
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self._address, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as reply:
                return self._rows(json.load(reply), len(texts))
        except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
            raise RagError(
                f"{self._address} gave no vectors ({error}). "
                "Start that server, or choose another with RAG_EMBEDDER.",
                code="embedder_unreachable",
            ) from error

    @staticmethod
    def _rows(reply: dict[str, Any], wanted: int) -> Floats:
        data = sorted(reply["data"], key=lambda item: item["index"])
        rows = np.array([item["embedding"] for item in data], np.float32)
        if rows.ndim != 2 or len(rows) != wanted or not np.isfinite(rows).all():
            raise ValueError(f"{rows.shape} values for {wanted} texts, or some not finite")
        return unit(rows)
