"""Seconds of a night on a large collection: the first, one without change, one with a page changed.

    python benchmarks/night.py --home HOME [--pages 10000] [--embedder e5|none]

HOME is filled (unless it is already) with books of 100 pages each, PDF with a text layer: real
sentences of the bundled sample in a new order, each page with words of its own. Nights are those of
``ragphoto night``: the seven stages, the gate, clean-up, backup, alerts and report. The first night
reads and embeds everything (10,000 pages: about a quarter of an hour with the model, two minutes
without); the figures that matter are the ones after it. Memory is that of this process.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mlops.night import run_night  # noqa: E402
from rag.french.sentences import sentences  # noqa: E402
from rag.settings import Home, Settings  # noqa: E402

PER_BOOK = 100  # pages
LINES = 18  # of a page
CHARS = 80  # of a line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--embedder", default="e5")
    asked = parser.parse_args()
    home = Home(asked.home.resolve())
    settings = Settings.load(home, embedder=asked.embedder)
    fill(home, asked.pages)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    print(f"commit {commit}, {platform.processor() or platform.machine()}, {asked.pages} pages")
    night = date(2026, 1, 1)
    for words in ("first", "without change", "without change", "one page changed", "unchanged"):
        if words == "one page changed":
            book(home.data / "livre-000.pdf", 0, changed=True)
        began = time.perf_counter()
        report = run_night(home, settings, source="manual", night=night)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{words:<18} {seconds:8.2f} s  peak {peak:6.0f} MB  {report}"[:400], flush=True)
        night += timedelta(days=1)


def fill(home: Home, pages: int) -> None:
    """Write the books that are not there."""
    home.data.mkdir(parents=True, exist_ok=True)
    for number in range(pages // PER_BOOK):
        path = home.data / f"livre-{number:03d}.pdf"
        if not path.is_file():
            book(path, number)


def book(path: Path, number: int, *, changed: bool = False) -> None:
    """Write one book; changed, its first page says something else."""
    texts = [
        page(number * PER_BOOK + n + (10**6 if changed and not n else 0)) for n in range(PER_BOOK)
    ]
    path.write_bytes(pdf(texts))


def page(number: int) -> list[str]:
    """The lines of one page."""
    random = np.random.default_rng(number)
    known = known_words()
    own = " ".join(known[n] for n in random.integers(0, len(known), 12))
    pool = known_sentences()
    words = " ".join(
        [f"Page {number}.", *(pool[n] for n in random.integers(0, len(pool), 12)), own]
    )
    lines, line = [], ""
    for word in words.split():
        if len(line) + len(word) > CHARS:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line][:LINES]


_POOL: list[str] = []


def known_sentences() -> list[str]:
    """Sentences of the texts of the bundled sample."""
    if not _POOL:
        for path in sorted((ROOT / "sample" / "data").rglob("*.md")):
            text = path.read_text("utf-8")
            found = (" ".join(text[a:b].split()) for a, b in sentences(text))
            _POOL.extend(s for s in found if 30 <= len(s) <= 300 and french(s))
    return _POOL


def french(sentence: str) -> bool:
    """Whether nearly all its words are of the lexicon."""
    from rag.french.lexicon import load_lexicon

    words = [word for word in sentence.replace("'", " ").split() if word.strip(".,:;").isalpha()]
    known = sum(load_lexicon().knows(word.strip(".,:;")) for word in words)
    return len(words) >= 5 and known >= 0.9 * len(words)


@lru_cache(maxsize=1)
def known_words() -> list[str]:
    """Words of the French lexicon, so that the text layer is trusted as print."""
    from rag.french.lexicon import load_lexicon

    lexicon = load_lexicon()
    return [w for w in sorted(lexicon.words) if w.isalpha() and 4 <= len(w) <= 10]


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF of text in Helvetica (WinAnsi), one object a page and one a stream."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    kids = []
    for lines in pages:
        shown = b" T* ".join(b"(" + escaped(line) + b") Tj" for line in lines)
        stream = b"BT /F1 10 Tf 14 TL 60 780 Td " + shown + b" ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids), b" ".join(b"%d 0 R" % kid for kid in kids),
    )  # fmt: skip
    out, places = bytearray(b"%PDF-1.4\n"), []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def escaped(line: str) -> bytes:
    raw = line.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


if __name__ == "__main__":
    main()
