"""Read transcribed pages with an engine, and print errors and seconds per page.

    python benchmarks/ocr_pages.py [--engine rapidocr] [--books DIR] [--truth DIR] [--out DIR]

DIR defaults to the development data beside the checkout (``../shared/data``), which a user does not
have. ``<book>-p<NNN>.txt`` in the truth is page NNN, from 1, of ``<book>.pdf`` in the books. Pages
are rendered at 144 dpi. Seconds are of CPU in this process, after one page to warm up.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared" / "data"


def render(book: Path, page: int, path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(book)
    document[page - 1].render(scale=2).to_pil().convert("RGB").save(path)
    document.close()


def main() -> None:
    from rag.measure.ocr import score_page, total
    from rag.ocr.engine import load_engine

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="rapidocr")
    parser.add_argument("--books", type=Path, default=DATA / "books")
    parser.add_argument("--truth", type=Path, default=DATA / "ocr-truth")
    parser.add_argument("--out", type=Path, help="keep the texts here")
    options = parser.parse_args()
    truths = sorted(options.truth.glob("*-p[0-9]*.txt"))
    if not truths:
        raise SystemExit(f"no transcription in {options.truth}: give --truth and --books.")
    engine = load_engine(options.engine)
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        seconds, scores = [], {}
        for path in [truths[0], *truths]:
            book, page = re.fullmatch(r"(.+)-p(\d+)", path.stem).groups()
            image = Path(folder) / f"{path.stem}.png"
            render(options.books / f"{book}.pdf", int(page), image)
            start = time.process_time()
            read = engine.read(image, document_id="0" * 64, index=int(page) - 1)
            seconds.append(time.process_time() - start)
            (out / path.name).write_text(read.text + "\n", "utf-8")
            scores[path.stem] = score_page(path.read_text("utf-8"), read.text)
    for name, score in scores.items():
        print(f"{name:45} CER {score.cer:7.2%}  word F1 {score.word_f1:.3f}")
    pooled = total(scores.values())
    print(
        f"{pooled.pages} pages: CER {pooled.cer:.2%}, word F1 {pooled.word_f1:.3f}, "
        f"numbers kept {pooled.numbers_kept:.1%}"
    )
    spent = seconds[1:]
    print(f"{engine.name}: {sum(spent) / len(spent):.2f} s of CPU a page (max {max(spent):.2f})")


if __name__ == "__main__":
    main()
