"""Measure what post-processing is worth.

python -m benchmarks.correction TRUTH_DIR PAGES_DIR [--show]

TRUTH_DIR holds one transcription per page, ``<stem>-p<NNN>.txt``; PAGES_DIR what an OCR engine
read, ``<stem>-p<NNN>.json`` in the form of ``rag.codec`` (all pages there are laid out together, so
that running heads are known by their return; only those with a transcription are scored). Prints
the normalised CER before and after (the scorer of ``../shared/tools``), edits by rule, the words
known to the lexicon that were changed (must be 0), and milliseconds a page.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.correct import apply, correct, load_costs, undo
from rag.french.lexicon import Lexicon, load_lexicon
from rag.layout import arrange, classify
from rag.records import Box, CorrectedPage, Page, Word

SCORER = Path(__file__).resolve().parents[2] / "shared" / "tools" / "score_ocr.py"


def load_page(path: Path) -> Page:
    """Read a page of the codec, or of the flat dump of ``benchmarks``' OCR script."""
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if data["words"] and isinstance(data["words"][0], list) and len(data["words"][0]) == 6:
        words = tuple(Word(w[0], Box(*w[1:5]), w[5]) for w in data["words"])
        starts = tuple(data["line_starts"])
        size = (data["width_px"], data["height_px"], data["dpi"])
        return Page(data["document_id"], data["index"], *size, words, starts, data["engine"])
    from rag.codec import from_json

    return from_json(Page, data)


def correct_books(folder: Path, lexicon: Lexicon) -> Iterator[tuple[str, CorrectedPage, float]]:
    costs = load_costs()
    books: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*-p[0-9][0-9][0-9].json")):
        books.setdefault(path.stem[:-5], []).append(path)
    for paths in books.values():
        pages = [arrange(load_page(path)) for path in paths]
        for path, page, lines in zip(paths, pages, classify(pages), strict=True):
            start = time.perf_counter()
            done = correct(page, lines, lexicon, costs)
            yield path.stem, done, time.perf_counter() - start


def changed_known_words(page: CorrectedPage, lexicon: Lexicon) -> list[str]:
    """Known words in which something was changed; halves of words cut at a line end left out."""
    text, found = page.page.text, []
    for match in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
        half = text[match.end() : match.end() + 1] == "-" or text[: match.start()].endswith("-\n")
        touched = any(
            e.start < match.end() and match.start() < e.end
            for e in page.edits
            if e.rule != "hyphen"
        )
        if touched and not half and lexicon.knows(match[0]):
            found.append(match[0])
    return found


def score(truth: Path, texts: dict[str, str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for stem, text in texts.items():
            (Path(folder) / f"{stem}.txt").write_text(text, "utf-8")
        command = [sys.executable, str(SCORER), str(truth), folder]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("truth", type=Path)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--show", action="store_true", help="print every edit")
    options = parser.parse_args()
    lexicon = load_lexicon()
    wanted = {path.stem for path in options.truth.glob("*.txt")}
    raw, mended, rules, damaged, seconds = {}, {}, Counter[str](), list[str](), list[float]()
    for stem, page, spent in correct_books(options.pages, lexicon):
        text = page.page.text
        assert undo(apply(text, page.edits), page.edits) == text
        seconds.append(spent)
        damaged += changed_known_words(page, lexicon)
        rules.update(edit.rule for edit in page.edits)
        if stem in wanted:
            raw[stem], mended[stem] = text, page.printed
        if options.show:
            for e in page.edits:
                near = (text[max(0, e.start - 15) : e.start], text[e.end : e.end + 12])
                print(f"{stem} {e.rule:10} {near[0]!r} [{e.before!r} → {e.after!r}] {near[1]!r}")
    print(f"raw\n{score(options.truth, raw)}corrected\n{score(options.truth, mended)}", end="")
    print(f"{len(seconds)} pages, edits by rule: {dict(rules.most_common())}")
    print(f"known words changed: {len(damaged)} {damaged[:20]}")
    seconds.sort()
    middle, worst = seconds[len(seconds) // 2], seconds[-1]
    print(f"ms a page: median {1000 * middle:.0f}, worst {1000 * worst:.0f}")


if __name__ == "__main__":
    main()
