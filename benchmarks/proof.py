"""Sentences of a home as a model might say them: are true ones proved, planted numbers caught?

    python benchmarks/proof.py --home HOME [--sentences 300] [--seed 11] [--show]

Sentences with a number are drawn from the passages with a fixed seed. Each is given to the
alignment with its own passage among nine others of the home: as it stands; with its first words
left out; and with one number made wrong in four ways (another digit, decimals moved, another unit,
the number of another sentence of the same passage). A wrong number is caught when the sentence is
not proved.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

UNITS = ["grammes", "minutes", "centimètres", "secondes", "litres", "heures"]


def digit(number: str, draw: random.Random) -> str:
    """One digit changed for another."""
    places = [n for n, c in enumerate(number) if c.isdigit()]
    n = draw.choice(places)
    low = 1 if n == places[0] else 0
    other = draw.choice([d for d in range(low, 10) if str(d) != number[n]])
    return f"{number[:n]}{other}{number[n + 1 :]}"


def decimals(number: str) -> str:
    """« 2,8 » → « 28 », « 30 » → « 3,0 » → said as 300."""
    if "," in number or "." in number:
        return re.sub(r"[.,]", "", number)
    return number + "0"


def planted(text: str, others: list[str], draw: random.Random) -> list[tuple[str, str]]:
    """(way, sentence with a wrong number); fewer ways when a sentence does not lend itself."""
    from rag.answer.amounts import amounts

    digits = [a for a in amounts(text) if re.search(r"\d", text[a.start : a.end])]
    if not digits:
        return []
    amount = draw.choice(digits)
    said = text[amount.start : amount.end]
    match = re.search(r"\d+(?:[.,]\d+)?", said)
    assert match
    head, number = text[: amount.start + match.start()], match.group()
    tail = text[amount.start + match.end() :]
    out = [("digit", head + digit(number, draw) + tail)]
    out.append(("decimals", head + decimals(number) + tail))
    if amount.kind in ("g", "s", "mm", "ml") and re.fullmatch(r"[\d,.]+\s*[a-zèé]{3,}", said):
        unit = draw.choice(UNITS)
        out.append(("unit", f"{text[: amount.start]}{number} {unit}{text[amount.end :]}"))
    elsewhere = [n for o in others for n in re.findall(r"\d+(?:[.,]\d+)?", o)]
    if elsewhere := [n for n in elsewhere if n not in re.findall(r"\d+(?:[.,]\d+)?", text)]:
        out.append(("swapped", head + draw.choice(elsewhere) + tail))
    return [(way, new) for way, new in out if _differs(text, new)]


def _differs(text: str, new: str) -> bool:
    """A planted sentence says something else: « 60 secondes » is « 1 minute »."""
    from rag.answer.amounts import amounts

    old, now = amounts(text), amounts(new)
    if len(old) != len(now):
        return True
    return any(not (a.same(b) and a.kind == b.kind) for a, b in zip(old, now, strict=True))


def main() -> None:
    from mlops.serving import open_engine
    from rag.answer.align import align
    from rag.answer.amounts import amounts
    from rag.answer.units import units_of
    from rag.french.analysis import analyse
    from rag.records import Hit, Support
    from rag.settings import Home, Settings

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    asked = parser.parse_args()
    home = Home(asked.home)
    engine = open_engine(home, Settings.load(home))
    draw = random.Random(asked.seed)
    rows = [n for n in range(engine.release.bm25.size) if engine.release.ranks[n]]
    chunks = {n: engine.release.chunk(n) for n in rows}
    pool = [
        (n, unit)
        for n, chunk in chunks.items()
        for unit in units_of(chunk)
        if not unit.row and not unit.formula and unit.whole and amounts(unit.text)
        if len(set(analyse(unit.text))) >= 5  # « 8 fr. » says nothing by itself
    ]
    draw.shuffle(pool)
    counts: Counter[tuple[str, str]] = Counter()
    for row, unit in pool[: asked.sentences]:
        near = [row, *draw.sample([n for n in rows if n != row], 9)]
        draw.shuffle(near)
        hits = [Hit(n, chunks[n], 1.0, 1.0, 1.0) for n in near]
        others = [u.text for u in units_of(chunks[row]) if u != unit]
        trials = [("as it stands", unit.text), ("shortened", unit.text.split(" ", 2)[-1])]
        trials += planted(unit.text, others, draw)
        got = align([t for _, t in trials], hits, analyse=analyse, cite=engine.cite)
        for (way, text), sentence in zip(trials, got, strict=True):
            counts[way, sentence.support.value] += 1
            true = way in ("as it stands", "shortened")
            if asked.show and true == (sentence.support is not Support.ALIGNED):
                shown = sentence.citations[0].quotation if sentence.citations else ""
                print(f"{way} {sentence.support.value}\n  {unit.text}\n  {text}\n  → {shown}")
    print(
        f"release {engine.release.id}, {min(asked.sentences, len(pool))} of {len(pool)} sentences"
    )
    print("way            n   aligned  contradicted  unsupported")
    for way in dict.fromkeys(way for way, _ in counts):
        got_ = [counts[way, s.value] for s in Support if s is not Support.QUOTED]
        print(f"{way:12} {sum(got_):4} {got_[0]:9} {got_[1]:13} {got_[2]:12}")


if __name__ == "__main__":
    main()
