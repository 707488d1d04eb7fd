"""What corrected words are worth: CER on pages kept apart, before and after.

    python benchmarks/learning_words.py --work DIR [--words 200]

Degraded pages of the sample's maker, read by the product's engine; texts are split in three (by
page of each document, whatever the aging): what a person would correct is taken from the first
third, choices were made on the second, the last is scored. DIR keeps pages and readings (the first
run reads 280 pages: 10 minutes on two cores). A word counts as corrected when it is still wrong
after the corrector, in page order; wrong corrections put another word of the lexicon, seed fixed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from benchmarks.aged_pages import AgedPage, load  # noqa: E402
from benchmarks.pipeline import machine  # noqa: E402
from rag.correct import Costs, correct, load_costs  # noqa: E402
from rag.correct.edits import Trail  # noqa: E402
from rag.correct.learned import Lesson, core, learn, own_words, summary  # noqa: E402
from rag.french.lexicon import Lexicon, load_lexicon  # noqa: E402
from rag.measure.intervals import paired  # noqa: E402
from rag.measure.ocr import PageScore, normalise, score_page, total  # noqa: E402
from rag.records import CorrectedPage  # noqa: E402

AGINGS = ((1, 2.0), (2, 2.0), (3, 2.0), (4, 2.0), (1, 1.5), (2, 1.5), (3, 1.5))
SEED = 2026
PARTS = {"learn": 0, "choose": 1, "apart": 2}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Words of a page that are not what is printed."""

    first: int
    last: int
    before: str  # as read
    after: str  # as printed; "" for a speck


@dataclass(frozen=True, slots=True)
class Read:
    """Pages corrected with some costs: the score of each, and what is still wrong on it."""

    scores: tuple[PageScore, ...]
    wrong: tuple[tuple[Wrong, ...], ...]
    ms: float  # a page


def still_wrong(page: AgedPage, done: CorrectedPage) -> tuple[Wrong, ...]:
    """What a person would correct on a page, word by word; lost words cannot be pointed at."""
    from rapidfuzz.distance import Levenshtein

    shown, spans = _shown(done)
    truth = page.truth.split()
    plain = [[normalise(word) or word for word in words] for words in (shown, truth)]
    blocks: list[list[int]] = []
    for op in Levenshtein.opcodes(*plain):
        if op.tag == "equal":
            continue
        if blocks and blocks[-1][1] == op.src_start and blocks[-1][3] == op.dest_start:
            blocks[-1][1], blocks[-1][3] = op.src_end, op.dest_end
        else:
            blocks.append([op.src_start, op.src_end, op.dest_start, op.dest_end])
    found: list[tuple[int, int, str]] = []
    for a, b, c, d in blocks:
        if b - a == d - c:
            found += [(*spans[a + n], truth[c + n]) for n in range(b - a)]
        elif (a < b and c < d and max(b - a, d - c) <= 3) or (
            b - a == 1 and c == d and len(shown[a]) <= 3
        ):
            found.append((spans[a][0], spans[b - 1][1], " ".join(truth[c:d])))
    words = done.page.words
    return tuple(
        Wrong(first, last, " ".join(w.text for w in words[first:last]), after)
        for first, last, after in found
    )


def _shown(done: CorrectedPage) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of the printed text, and the words of the page that each was made of."""
    starts, at = [], 0
    for word in done.page.words:
        starts.append(at)
        at += len(word.text) + 1
    trail = Trail([edit for edit in done.edits if edit.rule != "hyphen"])
    shown, spans = [], []
    for match in re.finditer(r"\S+", done.printed):
        start, end = trail.back(match.start(), match.end())
        first = max(0, bisect_right(starts, start) - 1)
        spans.append((first, max(first, bisect_right(starts, max(start, end - 1)) - 1) + 1))
        shown.append(match[0])
    return shown, spans


def read(pages: Sequence[AgedPage], lexicon: Lexicon, costs: Costs) -> Read:
    """Correct pages and score them."""
    begun = time.perf_counter()
    done = [correct(page.page, page.lines, lexicon, costs) for page in pages]
    ms = 1000 * (time.perf_counter() - begun) / max(1, len(pages))
    both = list(zip(pages, done, strict=True))
    scores = tuple(score_page(page.truth, one.printed) for page, one in both)
    return Read(scores, tuple(still_wrong(page, one) for page, one in both), ms)


def damaged(before: Read, after: Read) -> list[Wrong]:
    """Words that were right and became wrong."""
    found = []
    for old, new in zip(before.wrong, after.wrong, strict=True):
        known = {n for wrong in old for n in range(wrong.first, wrong.last)}
        found += [w for w in new if known.isdisjoint(range(w.first, w.last))]
    return found


def lessons(pages: Sequence[AgedPage], wrong: Iterable[Sequence[Wrong]], n: int) -> list[Lesson]:
    """The first ``n`` corrections, in page order."""
    taught = [
        Lesson(w.before, w.after, f"{page.aging}/{page.stem}")
        for page, words in zip(pages, wrong, strict=True)
        for w in words
    ]
    return taught[:n]


def spoiled(taught: Sequence[Lesson], share: float, lexicon: Lexicon) -> list[Lesson]:
    """The same with a share of wrong corrections: another word of about that length."""
    rng = random.Random(SEED)
    words = sorted(lexicon.words)
    wrong = set(rng.sample(range(len(taught)), round(share * len(taught))))
    near: dict[int, list[str]] = {}
    for word in words:
        near.setdefault(len(word), []).append(word)
    return [
        replace(one, after=rng.choice(near.get(len(one.after), words))) if n in wrong else one
        for n, one in enumerate(taught)
    ]


def letters_only(taught: Iterable[Lesson]) -> list[Lesson]:
    """Corrections of somebody who does not care about commas."""
    return [
        replace(one, after=core(one.after)) for one in taught if core(one.before) != core(one.after)
    ]


def by_text(stems: Sequence[str], scores: Sequence[PageScore]) -> list[float]:
    """CER of each text over its agings: pages of one text are not independent."""
    pages: dict[str, list[PageScore]] = {}
    for stem, score in zip(stems, scores, strict=True):
        pages.setdefault(stem, []).append(score)
    return [total(of_text).cer for of_text in pages.values()]


def row(name: str, stems: Sequence[str], before: Read, after: Read, costs: Costs) -> None:
    """Print one line of the table."""
    old, new = total(before.scores), total(after.scores)
    gain = paired(by_text(stems, before.scores), by_text(stems, after.scores)).gain
    bad = damaged(before, after)
    letters = sum(core(w.before) != core(w.after) for w in bad)
    what = ", ".join(f"{n} {part}" for part, n in summary(costs).items() if n)
    print(
        f"| {name} | {old.cer:.2%} | {new.cer:.2%} | {new.cer / old.cer - 1:+.1%} "
        f"| {100 * gain.mean:+.2f} [{100 * gain.low:+.2f}, {100 * gain.high:+.2f}] "
        f"| {old.word_f1:.3f} → {new.word_f1:.3f} | {len(bad)} ({letters}) "
        f"| {after.ms:.0f} | {what or '—'} |"
    )


def main() -> None:
    """Print the machine and the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--score", choices=sorted(PARTS), default="apart")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    print(machine())
    pages = [p for v, s in AGINGS for p in load(asked.work, v, s, workers=asked.workers)]
    stems = {stem: n % len(PARTS) for n, stem in enumerate(sorted({p.stem for p in pages}))}
    part = {name: [p for p in pages if stems[p.stem] == n] for name, n in PARTS.items()}
    lexicon, base = load_lexicon(), load_costs()
    wrong = read(part["learn"], lexicon, base).wrong
    taught = lessons(part["learn"], wrong, asked.words)
    scored = part[asked.score]
    raw = total(score_page(p.truth, p.page.text) for p in scored)
    print(
        f"\n{len(taught)} corrected words on {len({t.page for t in taught})} pages; scored on "
        f"{len(scored)} others ({len({p.stem for p in scored})} texts), raw CER {raw.cer:.2%}\n"
    )
    head = "Learned from|CER|after||paired by text, points|word F1|spoiled (letters)|ms|what"
    print("| " + head.replace("|", " | ") + " |\n| --- " + "| ---: " * 8 + "|")
    before = read(scored, lexicon, base)

    def show(name: str, costs: Costs) -> None:
        row(name, [p.stem for p in scored], before, read(scored, lexicon, costs), costs)

    seen = own_words((p.page for p in pages), lexicon.knows)

    def from_(given: Sequence[Lesson]) -> Costs:
        return learn(given, base, lexicon.knows, seen.__contains__)

    full = from_(taught)
    show(f"{len(taught)} words", full)
    show("… confusions only", replace(base, learned=full.learned))
    show("… forms only", replace(base, forms=full.forms))
    show("… words only", replace(base, words=full.words))
    show("… marks only", replace(base, marks=full.marks))
    for n in (25, 50, 100, 400):
        show(f"{n} words", from_(lessons(part["learn"], wrong, n)))
    show("letters only", from_(letters_only(taught)))
    for share in (0.2, 0.5, 1.0):
        show(f"{share:.0%} of them wrong", from_(spoiled(taught, share, lexicon)))


if __name__ == "__main__":
    main()
