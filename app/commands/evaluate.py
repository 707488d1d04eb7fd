"""``ragphoto eval``: the measures of ``rag.measure`` on any files of the same format."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, open_home, result, result_json, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command, its three measures of files, and the one that asks."""
    from app.commands.evaluate_run import run

    group = typer.Typer(help=tr("help.eval"), no_args_is_help=True, rich_markup_mode=None)
    group.command("run", help=tr("help.eval.run"))(run)
    group.command("ocr", help=tr("help.eval.ocr"))(ocr)
    group.command("retrieval", help=tr("help.eval.retrieval"))(retrieval)
    group.command("answers", help=tr("help.eval.answers"))(answers)
    app.add_typer(group, name="eval")


def ocr(
    truth: Annotated[Path, typer.Argument(help=tr("opt.truth"), show_default=False)],
    output: Annotated[Path, typer.Argument(help=tr("opt.output"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score pages read against transcriptions; a missing page counts as empty."""
    with told_in_words(home):
        from rag.measure import ocr as measure

        paths = sorted(truth.glob("*.txt"))
        if not paths:
            raise Usage(tr("eval.no_truth", path=truth))
        rows = {}
        for path in paths:
            found = output / path.name
            text = found.read_text("utf-8") if found.is_file() else ""
            rows[path.stem] = measure.score_page(path.read_text("utf-8"), text)
        whole = measure.total(rows.values())
        if as_json:
            pages = {
                name: {"cer": r.cer, "word_f1": r.word_f1, "edits": r.edits}
                for name, r in rows.items()
            }
            result_json({"pages": pages, "all": whole})
            return
        for name, row in rows.items():
            result(f"{name:28} CER {100 * row.cer:6.2f}  wordF1 {100 * row.word_f1:6.2f}")
        result(
            f"ALL {whole.pages} pages: CER {100 * whole.cer:.2f}  "
            f"wordF1 {100 * whole.word_f1:.2f}  numbers {100 * whole.numbers_kept:.1f}"
        )


def retrieval(
    questions: Annotated[Path, typer.Argument(help=tr("opt.questions"), show_default=False)],
    hits: Annotated[Path, typer.Argument(help=tr("opt.hits"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score ranked pages, and abstention."""
    with told_in_words(home):
        from rag.measure import retrieval as measure

        try:
            asked = measure.read_questions(questions)
            scores = measure.score(asked, measure.read_rankings(hits))
        except (OSError, ValueError) as error:
            path = getattr(error, "filename", None) or questions
            raise Usage(tr("eval.bad_file", path=path, detail=error)) from error
        estimates = {name: scores.estimate(name) for name in measure.NAMES}
        if as_json:
            result_json(
                {
                    "measures": estimates,
                    "kinds": {k: {"mrr@10": m, "n": n} for k, (m, n) in scores.kinds.items()},
                    "kept": scores.kept,
                    "refused": scores.refused,
                    "auroc": scores.auroc,
                }
            )
            return
        for name, estimate in estimates.items():
            result(f"{name:8} {estimate}")
        for kind, (mean, count) in sorted(scores.kinds.items()):
            result(f"  MRR@10 {kind:12} {mean:.3f}  (n={count})")
        kept, refused = scores.kept, scores.refused
        result(
            f"kept {kept[0]}/{kept[1]} answerable; refused {refused[0]}/{refused[1]} "
            f"unanswerable; AUROC {scores.auroc:.3f}"
        )


def answers(
    questions: Annotated[Path, typer.Argument(help=tr("opt.questions"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every answerable question, and score the answers and their citations."""
    with told_in_words(home):
        from mlops.serving import open_engine
        from rag.french.analysis import analyse
        from rag.measure import answers as measure

        asked = [row for row in read_rows(questions) if row.get("gold")]
        place, settings = open_home(home)
        engine = open_engine(place, settings)
        rows = []
        for question in asked:
            answer = engine.ask(str(question["question"]))
            gold = {(g["document"], int(g["page"])) for g in question["gold"]}
            cited = [(c.document, c.page) for s in answer.sentences for c in s.citations]
            wanted = str(question.get("answer") or "")
            rows.append(
                {
                    "id": question.get("id"),
                    "answered": float(bool(answer.sentences)),
                    "numbers_kept": measure.numbers_kept(wanted, answer.text),
                    "words_kept": measure.words_kept(wanted, answer.text, analyse),
                    "token_f1": measure.token_f1(wanted, answer.text, analyse),
                    "citation_precision": measure.citation_precision(cited, gold),
                    "first_cited": measure.first_cited(cited, gold),
                }
            )
        means = mean_rows(rows)
        if as_json:
            result_json({"questions": rows, "means": means})
            return
        for name, (value, count) in means.items():
            result(f"{name:20} {value:.3f}  (n={count})")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file.

    Raises:
        Usage: there is no such file, or a line is not JSON.
    """
    try:
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise Usage(tr("eval.bad_file", path=path, detail=error)) from error


def mean_rows(rows: list[dict[str, Any]]) -> dict[str, tuple[float, int]]:
    """Mean of each measure over the questions where it could be measured, and their number."""
    means = {}
    for name in [key for key in (rows[0] if rows else {}) if key != "id"]:
        values = [row[name] for row in rows if not math.isnan(row[name])]
        means[name] = (fmean(values) if values else math.nan, len(values))
    return means
