"""OCR engines behind one contract, and the only place that knows every one of them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from rag.errors import NotInstalled, SettingsError
from rag.records import Page


class OcrEngine(Protocol):
    """Reads one page image at a time; each process loads its own."""

    @property
    def name(self) -> str:
        """Engine, version and models: enough to read the page again the same way."""
        ...

    def read(self, image: Path, *, document_id: str, index: int) -> Page:
        """Return the page, words in reading order, boxes in pixels of the image.

        Args:
            image: a PNG (or anything Pillow opens) at the page's size.
            document_id: SHA-256 of the file that the page comes from.
            index: of the page, from 0.

        Raises:
            BlankPage: nothing was read; the caller records it and goes on.
            PageFailed: the image cannot be opened.
        """
        ...


ENGINES = {  # name -> (module, class, pip extra)
    "rapidocr": ("rag.ocr.paddle", "Paddle", ""),
    "tesseract": ("rag.ocr.tesseract", "Tesseract", "tesseract"),
    "both": ("rag.ocr.merge", "Both", "tesseract"),
    "recorded": ("rag.ocr.recorded", "Recorded", ""),
}


def load_engine(name: str) -> OcrEngine:
    """Load an engine and its models (a second or so), for this process only.

    Raises:
        SettingsError: no engine has this name.
        NotInstalled: the engine needs something that is not there.
    """
    if name not in ENGINES:
        raise SettingsError(
            f"OCR engine {name!r} does not exist; there are {', '.join(sorted(ENGINES))}. "
            "Change ocr_engine in ragphoto.toml or RAG_OCR_ENGINE.",
            code="setting",
            name="ocr_engine",
        )
    module, cls, extra = ENGINES[name]
    try:
        return cast("OcrEngine", getattr(import_module(module), cls)())
    except ImportError as error:
        raise NotInstalled(
            f"OCR engine {name!r} ({error})", extra=extra, instead="choose another: rapidocr"
        ) from error
