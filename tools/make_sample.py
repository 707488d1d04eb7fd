#!/usr/bin/env python3
"""Make the sample collection again.

    python tools/make_sample.py [--out DIR] [--variant N] [--strength S]

Writes DIR/data (documents), DIR/truth (what is printed on each scanned page) and
DIR/golden.jsonl. The bytes are the same at each run with the same libraries.
With another variant the same pages are aged otherwise; with another strength, more or less
(0 clean, 1 as the sample, 2 a bad day): to train and to test on pages kept apart.

Needs the dependency group ``sample`` (pikepdf, pyphen, reportlab) and, on Debian: apt-get install
fonts-oldstandard fonts-gfs-didot fonts-linuxlibertine fonts-courier-prime fonts-dejavu-extra
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # run as a file: the root, not tools/

SAMPLE = Path(__file__).resolve().parents[1] / "sample"


def main() -> None:
    """Read the arguments, then make."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=SAMPLE)
    parser.add_argument("--variant", type=int, default=0)
    parser.add_argument("--strength", type=float, default=1.0)
    chosen = parser.parse_args()
    if chosen.out.resolve() == SAMPLE and (chosen.variant or chosen.strength != 1.0):
        parser.error("another variant or strength goes to another folder: add --out DIR")
    make(chosen.out, chosen.variant, chosen.strength)


def make(out: Path, variant: int, strength: float) -> None:
    """Write the collection under ``out``."""
    from tools.sample.collection import Making, make_all
    from tools.sample.golden import golden_lines

    files = []
    for made in make_all(Making(variant, strength)):
        path = out / "data" / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
        for number, text in made.truth.items():
            truth = out / "truth" / f"{path.stem}-p{number:03}.txt"
            truth.parent.mkdir(parents=True, exist_ok=True)
            truth.write_text(text, encoding="utf-8")
        files.append(made)
        print(f"{made.path}: {len(made.data) / 1e3:.0f} kB", file=sys.stderr)
    lines = golden_lines(files, out / "data")
    (out / "golden.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
