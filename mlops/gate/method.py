"""What a release was made by, apart from its documents: when that changed, the method changed."""

from __future__ import annotations

from typing import Any

from rag.cache import fingerprint
from rag.correct.confusions import untaught
from rag.index.release import Release
from rag.program import program
from rag.settings import Settings

SETTINGS = (  # those that change what is answered from the same release
    "reranker",
    "reranker_model",
    "reranker_url",
    "writer_url",
    "writer_model",
    "writer_prompt",
)


def parts(release: Release, settings: Settings) -> dict[str, Any]:
    """Each part of the method by name, as small values that compare."""
    embedder = release.embedder
    return {
        "program": program(),
        "embedder": embedder.model_hash if embedder else "",
        "abstention": fingerprint(release.extra("learned-abstention", {})),
        "corrector": fingerprint(untaught(release.costs)),  # what words taught it is content
        "prompts": fingerprint(release.extra("prompt-texts", {})),
        "release settings": fingerprint(release.manifest["settings"]),
        "service settings": fingerprint([getattr(settings, name) for name in SETTINGS]),
    }


def method(release: Release, settings: Settings) -> str:
    """Fingerprint of the method, 64 hexadecimal digits at most."""
    return fingerprint(sorted(parts(release, settings).items()))[:64]
