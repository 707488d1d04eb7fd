#!/usr/bin/env python3
"""Where a quotation stands in the sample: python tools/sample/locate.py "un trou d'aiguille".

Prints one line a page (document, page or section from 1, how the text is known); searches the
truth of scanned pages, the text of born-digital pages, the sections of other documents and the
notes of photos. Blanks, hyphens at line ends and the shape of apostrophes do not matter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

if __package__ in (None, ""):  # run as a file: the root, not tools/sample/
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tools.sample.golden import find_pages

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
BROKEN = "fichiers-abimes"
KINDS = {
    ".md": "markdown",
    ".txt": "text",
    ".html": "html",
    ".csv": "csv",
    ".docx": "docx",
    ".epub": "epub",
}


def documents(sample: Path = SAMPLE) -> list[Path]:
    """The documents that can be read, by path."""
    files = [p for p in (sample / "data").rglob("*") if p.is_file()]
    return sorted(p for p in files if p.parent.name != BROKEN)


def truth(path: Path, sample: Path = SAMPLE) -> dict[int, str]:
    """Printed lines of the scanned pages of a document, numbered from 1."""
    found = sorted((sample / "truth").glob(f"{path.stem}-p[0-9][0-9][0-9].txt"))
    return {int(p.stem[-3:]): p.read_text("utf-8") for p in found}


@lru_cache(maxsize=64)
def page_texts(path: Path, sample: Path = SAMPLE) -> dict[int, str]:
    """What each page or section of a document says, numbered from 1."""
    pages = truth(path, sample)
    if path.suffix == ".pdf":
        layers = _text_layers(path)
        return {n: pages.get(n, layers[n]) for n in sorted(layers)}
    if pages:
        return pages
    from rag.formats import photo_metadata, read_sections

    if path.suffix == ".jpg":
        return {1: photo_metadata(path)}
    sections = read_sections(path, KINDS[path.suffix])
    return {s.index + 1: f"{s.title}\n{s.text}" for s in sections}


def _text_layers(path: Path) -> dict[int, str]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        texts = [pdf[n].get_textpage().get_text_bounded() for n in range(len(pdf))]
    return {n: text.replace("\r\n", "\n") for n, text in enumerate(texts, 1)}


def locate(quote: str, sample: Path = SAMPLE) -> Iterator[tuple[str, int]]:
    """Document (file name) and page of each place where a quotation stands."""
    for path in documents(sample):
        for page in find_pages(quote, page_texts(path, sample)):
            yield path.name, page


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit((__doc__ or "").split("\n", 1)[0])
    places = list(locate(sys.argv[1]))
    for document, page in places:
        print(f"{document}\t{page}")
    raise SystemExit(0 if places else 1)
