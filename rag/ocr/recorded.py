"""An engine for tests: replays what another engine read, from a JSON file beside each image."""

from __future__ import annotations

import json
from pathlib import Path

from rag.errors import BlankPage, PageFailed
from rag.records import Box, Page, Word


class Recorded:
    """Replays ``page.json`` for ``page.png``; the file is what ``record`` wrote."""

    @property
    def name(self) -> str:
        """Engine and format version."""
        return "recorded 1"

    def read(self, image: Path, *, document_id: str, index: int) -> Page:
        """Return the recorded page under the identity asked for.

        Raises:
            BlankPage: the recording has no word.
            PageFailed: there is no recording, or it cannot be read.
        """
        try:
            data = json.loads(image.with_suffix(".json").read_text("utf-8"))
            words = tuple(
                Word(text, Box(left, top, right, bottom), confidence)
                for text, left, top, right, bottom, confidence in data["words"]
            )
            starts = tuple(data["line_starts"])
            size = (data["width_px"], data["height_px"], data["dpi"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PageFailed(
                f"{image.name} has no usable recording beside it ({error}).", code="render_failed"
            ) from error
        if not words:
            raise BlankPage
        return Page(document_id, index, *size, words, starts, self.name)


def record(page: Page, image: Path) -> Path:
    """Write a page beside its image, for ``Recorded`` to replay; return the file."""
    words = [
        [w.text, w.box.left, w.box.top, w.box.right, w.box.bottom, round(w.confidence, 4)]
        for w in page.words
    ]
    data = {
        "document_id": page.document_id,
        "index": page.index,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "engine": page.engine,
        "line_starts": page.line_starts,
        "words": words,
    }
    path = image.with_suffix(".json")
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return path
