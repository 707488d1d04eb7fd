"""Break one stage on purpose, ask, complain as a reader would, and see whether the cause is found.

    python -m benchmarks.diagnosis --home HOME [--golden FILE] [--half dev|report]
        [--lexical] [--text-only]

Golden questions that are answered rightly are broken in each way of ``benchmarks/faults``; only
faults that made the answer wrong count. The reader's remark has the corrected answer with the
printed words that prove it and, for one in two, the page. What is broken is the index: the images
are whole, and the diagnosis reads them otherwise than the collection did (at another scale, with
the other engine where it is installed), or not at all with ``--text-only``. Prints the confusion
matrix; ``--half``
splits the questions by the hash of their id: rules were written on ``dev``, figures are those of
``report``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.faults.breaking import FAULTS, Bench, Broken, Case, cases_of
from mlops.diagnosis.again import Rereader
from mlops.diagnosis.replay import Truth, says
from mlops.diagnosis.running import diagnose_with
from mlops.golden_proof import ids_by_name
from mlops.serving import open_engine
from mlops.store import Store
from rag.cache import StageCache
from rag.engine import Engine
from rag.french.analysis import analyse
from rag.records import Answer, Outcome
from rag.settings import Home, Settings


def right(answer: Answer, case: Case) -> bool:
    """Whether the golden page is cited, and the answer says what it should."""
    cited = {
        (a.document_id, a.index) for s in answer.sentences for c in s.citations for a in c.anchors
    }
    said = says(answer.text, Truth(said=case.answer), case.question)
    return answer.outcome is Outcome.ANSWER and case.page in cited and said


def told(answer: Answer, case: Case) -> bool:
    """Whether the answer says what it should, from wherever."""
    said = says(answer.text, Truth(said=case.answer), case.question)
    return answer.outcome is Outcome.ANSWER and said


def vague(engine: Engine, case: Case) -> str:
    """One word of the question that many passages hold; "" when there is none."""
    words = case.question.replace("'", " ").replace("’", " ").strip(" ?").split()
    counted = [
        (len(engine.release.bm25.rows_of(terms[0])), word)
        for word in words
        if len(terms := analyse(word)) == 1 and len(word) > 3
    ]
    most, word = max(counted, default=(0, ""))
    return word if most >= 8 else ""


def half_of(name: str) -> str:
    return "dev" if hashlib.sha256(name.encode()).digest()[0] % 2 == 0 else "report"


@contextmanager
def broken(how: Broken, bench: Bench, engine: Engine, case: Case) -> Iterator[Engine | None]:
    """The engine that fails; None when this question cannot be broken so."""
    made = how(bench, engine, case)
    try:
        yield next(made, None)
    finally:
        for _ in made:
            pass


def complain(store: Store, case: Case, answer: Answer, number: int, fault: str) -> dict[str, Any]:
    """What a reader says of a wrong answer; one in two also points at the page."""
    store.record_query(answer)
    marks = [{"document_id": case.document_id, "index": case.index, "right": True}]
    return {
        "feedback_id": f"{case.id}-{fault}", "answer_id": answer.answer_id, "rating": 1,
        "question": answer.question, "answer": answer.text,
        "corrected_answer": f"{case.answer} : {case.quote}",
        "marks": marks if number % 2 and fault != "absent" else [], "wanted": None,
    }  # fmt: skip


def measure(
    engine: Engine,
    cases: Sequence[Case],
    store: Store,
    bench: Bench,
    *,
    show: bool,
    faults: Sequence[str],
    again: Rereader | None,
) -> list[tuple[str, str, str, str]]:
    """(fault, wanted cause, cause found, detail found) of every fault that did harm."""
    found = []
    for name, (cause, detail, how) in FAULTS.items():
        if name not in faults:
            continue
        for number, case in enumerate(cases):
            question = vague(engine, case) if name == "ambiguous" else case.question
            if not question or (name == "no meaning" and engine.embedder is None):
                continue
            with broken(how, bench, engine, case) as other:
                if other is None:
                    continue
                answer = other.ask(question)
                if name == "reader" and not right(answer, case):
                    continue
                if name != "reader" and told(answer, case):
                    continue  # another page says it too: nobody would complain
                if name == "written" and not answer.writing.model:
                    continue  # nothing of the model was shown
                row = complain(store, case, answer, number, name)
                one = diagnose_with(other, store, row, again)
            found.append((name, cause, one.cause.value, one.detail))
            if show and one.cause.value != cause:
                print(
                    name,
                    case.id,
                    one.cause.value,
                    one.detail,
                    json.dumps(one.evidence, ensure_ascii=False)[:420],
                )
        done = [row for row in found if row[0] == name]
        good = sum(row[1] == row[2] for row in done)
        exact = sum(row[1] == row[2] and detail in ("", row[3]) for row in done)
        print(f"  {name:11} {good}/{len(done)} cause, {exact} with its detail", flush=True)
    return found


def matrix(found: Sequence[tuple[str, str, str, str]]) -> str:
    """The confusion matrix in Markdown: a row a true cause, a column a cause found."""
    causes = list(dict.fromkeys(one[1] for one in found))
    columns = [*causes, *sorted({one[2] for one in found} - set(causes))]
    counts = Counter((one[1], one[2]) for one in found)
    lines = [
        "| broken \\ found | " + " | ".join(columns) + " | right |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for cause in causes:
        row = [counts[cause, other] for other in columns]
        share = counts[cause, cause] / max(1, sum(row))
        lines.append(f"| {cause} | " + " | ".join(str(n or "") for n in row) + f" | {share:.0%} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--home", type=Path, required=True, nargs="+")
    parser.add_argument("--golden", type=Path, nargs="+", default=[Path("sample/golden.jsonl")])
    parser.add_argument("--half", choices=("dev", "report"), default="dev")
    parser.add_argument("--lexical", action="store_true")
    parser.add_argument("--most", type=int, default=1000, help="questions of each home")
    parser.add_argument("--text-only", action="store_true", help="images are not read again")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--faults", nargs="+", choices=tuple(FAULTS), default=tuple(FAULTS))
    chosen = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    print(f"commit {commit.stdout.strip()}, half {chosen.half}")
    everything = []
    for place, golden in zip(chosen.home, chosen.golden, strict=True):
        home = Home(place)
        engine = open_engine(home, Settings.load(home))
        if chosen.lexical:
            engine = Engine(engine.release, None)
        rows = [json.loads(line) for line in golden.read_text("utf-8").splitlines()]
        cases = cases_of(engine, rows, ids_by_name(engine.release))
        cases = [
            c for c in cases if half_of(c.id) == chosen.half and right(engine.ask(c.question), c)
        ]
        cases = cases[: chosen.most]
        print(f"{golden.name}: {len(cases)} questions answered rightly")
        with (
            tempfile.TemporaryDirectory() as folder,
            Store(Home(Path(folder) / "record")) as store,
            Rereader(home, Settings.load(home)) as again,
        ):
            bench = Bench(Path(folder) / "releases", StageCache(home.cache))
            everything += measure(
                engine, cases, store, bench, show=chosen.show, faults=chosen.faults,
                again=None if chosen.text_only else again,
            )  # fmt: skip
    good = sum(one[1] == one[2] for one in everything)
    print(matrix(everything))
    print(f"{good} of {len(everything)} right: {good / max(1, len(everything)):.1%}")


if __name__ == "__main__":
    main()
