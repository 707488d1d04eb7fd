"""How well scans are read: the sample's truth and, where they are at hand, two real old books."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.correct import correct, load_costs
from rag.french.lexicon import load_lexicon
from rag.layout import arrange, classify
from rag.measure.ocr import score_page, total
from rag.reading import HowToRead, read_source
from rag.records import Source
from rag.settings import PROJECT_ROOT

SHARED = PROJECT_ROOT.parent / "shared" / "data"
BOOK = "lecons-de-photographie-1893"

pytestmark = pytest.mark.slow


def read_both(path: Path, pages: list[int]) -> dict[int, tuple[str, str]]:
    """Raw and corrected text of some pages (from 1) of a scanned PDF."""
    source = Source("0" * 64, path.name, path.name, (), "pdf", path.stat().st_size, max(pages))
    results = read_source(
        source,
        path.parent,
        how=HowToRead(workers=2),
        indexes=[page - 1 for page in pages],
    )
    lexicon, costs = load_lexicon(), load_costs()
    seen = [arrange(result.page) for result in results if result.page is not None]
    texts = {}
    for page, lines in zip(seen, classify(seen), strict=True):
        corrected = correct(page, lines, lexicon, costs)
        texts[page.index + 1] = (page.text, corrected.printed)
    return texts


def cer(truth: Path, stem: str, texts: dict[int, tuple[str, str]], which: int) -> float:
    """Character error rate in percent, over all the pages."""
    scores = [
        score_page((truth / f"{stem}-p{page:03}.txt").read_text("utf-8"), both[which])
        for page, both in texts.items()
    ]
    return 100 * total(scores).cer


def test_the_sample_is_read_and_mending_never_hurts() -> None:
    texts = read_both(PROJECT_ROOT / "sample" / "data" / f"{BOOK}.pdf", [4, 9, 13, 24])
    truth = PROJECT_ROOT / "sample" / "truth"
    raw, mended = (cer(truth, BOOK, texts, which) for which in (0, 1))
    assert raw <= 4.0
    assert mended <= raw


def test_two_real_books_are_read_as_well_as_we_claim() -> None:
    if not SHARED.is_dir():
        assert not os.environ.get("CI"), f"CI needs the development data in {SHARED}"
        pytest.skip(f"development data not at hand ({SHARED})")
    scores: dict[int, list[tuple[float, int]]] = {0: [], 1: []}
    for stem in ("perrot-1874", "trutat-1899"):
        paths = sorted((SHARED / "ocr-truth").glob(f"{stem}-p*.txt"))
        pages = [int(path.stem[-3:]) for path in paths]
        texts = read_both(SHARED / "books" / f"{stem}.pdf", pages)
        assert sorted(texts) == pages
        for which, found in scores.items():
            for path, page in zip(paths, pages, strict=True):
                score = score_page(path.read_text("utf-8"), texts[page][which])
                found.append((score.edits, score.characters))
    raw, mended = (100 * sum(e for e, _ in s) / sum(c for _, c in s) for s in scores.values())
    assert raw <= 1.9
    assert mended <= 1.7
    assert raw - mended >= 0.2
