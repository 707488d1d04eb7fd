"""Are the answers of this program those of another, to the last bit?

    python -m benchmarks.same_answers --home HOME --keep FILE      # with the one before
    python -m benchmarks.same_answers --home HOME --against FILE   # with the one after

Asks every golden question of the sample and every question of ``benchmarks/questions``: outcome,
scores, signals, hits, pages, sentences, citations with their boxes; ids and times left out. Also
prints the processor time of an answer, which a busy machine does not stretch much.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlops.serving import open_engine
from rag.codec import to_json
from rag.engine import Engine
from rag.settings import Home, Settings

ROOT = Path(__file__).resolve().parents[1]
APART = ("answer_id", "seconds", "stages")


def questions() -> list[str]:
    """Each once, in the order of the files."""
    files = [ROOT / "sample" / "golden.jsonl"]
    files += sorted((ROOT / "benchmarks" / "questions").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").split("\n") if line]
    return list(dict.fromkeys(q for line in lines if (q := json.loads(line).get("question"))))


def line(engine: Engine, question: str) -> str:
    """An answer as one line of JSON."""
    told = to_json(engine.ask(question))
    kept = {name: value for name, value in told.items() if name not in APART}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--threads", type=int, default=1, help="questions asked at once")
    chosen = parser.parse_args()
    home = Home(chosen.home)
    engine, asked = open_engine(home, Settings.load(home)), questions()
    begun = time.process_time()
    with ThreadPoolExecutor(chosen.threads) as pool:
        lines = list(pool.map(lambda question: line(engine, question), asked))
    spent = 1000 * (time.process_time() - begun) / len(asked)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    print(f"{len(asked)} questions, {spent:.1f} ms of processor each with writing it, {digest}")
    if chosen.keep:
        chosen.keep.write_text("\n".join(lines), "utf-8")
    if chosen.against:
        before = chosen.against.read_text("utf-8").split("\n")
        pairs = zip(asked, before, lines, strict=True)
        changed = [question for question, old, new in pairs if old != new]
        print(f"{len(changed)} answers differ", *changed[:10], sep="\n  ")
        raise SystemExit(bool(changed))


if __name__ == "__main__":
    main()
