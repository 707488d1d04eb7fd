"""``ragphoto eval run``: golden questions asked of a release, measured, compared with another."""

from __future__ import annotations

import json
import statistics
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, home_flag, open_home, result, result_json, say, told_in_words, tr
from app.plain_json import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops.evaluation import Evaluation, Judge
    from mlops.golden_file import Golden
    from rag.engine import Engine
    from rag.measure.intervals import Difference
    from rag.settings import Home, Settings

FIELDS = ("kind", "lang", "collection")  # that --where may ask for


def run(
    files: Annotated[
        list[Path] | None, typer.Argument(help=tr("opt.eval.files"), show_default=False)
    ] = None,
    release: Annotated[str, typer.Option(help=tr("opt.eval.release"), show_default=False)] = "",
    against: Annotated[str, typer.Option(help=tr("opt.eval.against"), show_default=False)] = "",
    where: Annotated[list[str] | None, typer.Option(help=tr("opt.eval.where"))] = None,
    out: Annotated[Path | None, typer.Option(help=tr("opt.eval.out"))] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help=tr("opt.eval.markdown"))] = False,
    judge: Annotated[bool, typer.Option("--judge", help=tr("opt.eval.judge"))] = False,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a release; what is printed depends on release, program and questions only."""
    with told_in_words(home):
        place, settings = open_home(home)
        asked = questions(place, files or [], dict(map(field_of, where or ())))
        opinion = judge_of(settings) if judge else None
        engine = engine_of(place, settings, release)
        other = engine_of(place, settings, against) if against else None
        chosen = [q for q in asked if all(here(e, q) for e in (engine, other) if e)]
        if not chosen:
            raise Usage(tr("eval.no_question", left_out=len(asked)))
        if len(chosen) < len(asked):
            say(tr("eval.left_out", left_out=len(asked) - len(chosen)))
        found = measured(engine, chosen, opinion)
        before = measured(other, chosen, None) if other else None
        tell(found, before, out=out, markdown=markdown, as_json=as_json)


def questions(home: Home, files: Sequence[Path], wanted: Mapping[str, str]) -> list[Golden]:
    """The questions of the files, or of the collection; those that ``--where`` asks for.

    Raises:
        Usage: there are none, or two have the same id.
        SettingsError: a file cannot be read, or one of its lines.
    """
    from mlops.golden_file import load

    paths = list(files) or ([home.golden] if home.golden else [])
    if not paths:
        command = f'ragphoto golden add{home_flag(home)} "…" --page "livre.pdf:12"'
        raise Usage(tr("eval.no_golden", command=command))
    read = [question for path in paths for question in load(path)]
    seen: set[str] = set()
    for question in read:
        if question.id in seen:
            raise Usage(tr("eval.twice", id=question.id))
        seen.add(question.id)
    return [q for q in read if all(getattr(q, name) == value for name, value in wanted.items())]


def field_of(text: str) -> tuple[str, str]:
    """The field and the value of "field=value".

    Raises:
        Usage: it is not that, or not a field to choose by.
    """
    name, equals, value = text.partition("=")
    if not equals or name not in FIELDS:
        raise Usage(tr("eval.bad_where", given=text))
    return name, value


def engine_of(home: Home, settings: Settings, release_id: str) -> Engine:
    """The engine of a release named by its id or the beginning of it; of the one in service for "".

    Raises:
        Usage: there is no such release, or several.
        NoRelease: nothing was ingested yet.
    """
    from mlops.deletion import removed
    from mlops.serving import embedder_of, open_engine
    from rag.engine import Engine
    from rag.index.release import Release

    if not release_id:
        return open_engine(home, settings)
    folders = home.releases.iterdir() if home.releases.is_dir() else ()
    found = [folder for folder in folders if folder.name.startswith(release_id)]
    found = [folder for folder in found if folder.name == release_id] or found
    if len(found) != 1 or not (found[0] / "manifest.json").is_file():
        raise Usage(tr("eval.no_release", given=release_id))
    release = Release.open(found[0])
    return Engine(release, embedder_of(release, settings), removed=lambda: removed(home))


def here(engine: Engine, question: Golden) -> bool:
    """Whether a release has one of the question's documents, or the question names none."""
    from mlops.golden_proof import ids_by_name

    ids = ids_by_name(engine.release)
    return not question.gold or any(document in ids for document, _ in question.gold)


def judge_of(settings: Settings) -> Judge:
    """The opinion of the configured model.

    Raises:
        SettingsError: none is configured.
    """
    from mlops.judge import judge_from

    return judge_from(settings)


def measured(engine: Engine, asked: Sequence[Golden], judge: Judge | None) -> Evaluation:
    """Ask, with progress; how long it took is said aside, never in the result."""
    from app.progress import watch
    from mlops.evaluation import evaluate

    engine.search(asked[0].question)  # loading is not answering
    times: list[float] = []
    found = evaluate(engine, asked, progress=watch(), judge=judge, times=times)
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else times * 19
    p50, p95 = (round(1000 * value) for value in (statistics.median(times), cuts[18]))
    say(tr("eval.took", count=len(times), p50=p50, p95=p95))
    return found


def tell(
    found: Evaluation,
    before: Evaluation | None,
    *,
    out: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Print the result, and write it where asked."""
    from app.evaluation_tables import compared, tables, title
    from app.tables import WIDTH, as_markdown, as_text
    from mlops.evaluation import compare

    gains = compare(before, found) if before else {}
    shown = tables(found) + ([compared(before, found, gains)] if before else [])
    notes = [tr("eval.legend"), *([tr("eval.detectable")] if before else [])]
    report = "\n\n".join((f"## {title(found)}", as_markdown(shown), *notes))
    if out is not None:
        write(out, found, before, gains, report)
        say(tr("eval.written", path=out))
    if as_json:
        result_json(as_object(found, before, gains))
    elif markdown:
        result(report)
    else:
        wrapped = (textwrap.fill(note, WIDTH) for note in notes)
        result("\n\n".join((title(found), as_text(shown), "\n".join(wrapped))))


def as_object(
    found: Evaluation, before: Evaluation | None, gains: Mapping[str, Difference]
) -> dict[str, Any]:
    """Everything measured, for scripts; the questions one by one are in questions.jsonl."""
    from rag.program import program

    numbers = {
        name: getattr(found, name)
        for name in ("release", "estimates", "areas", "refused", "curve", "slices")
    }
    against = {"release": before.release, "differences": gains} if before else None
    return {**numbers, "program": program(), "questions": len(found.asked), "against": against}


def write(
    out: Path,
    found: Evaluation,
    before: Evaluation | None,
    gains: Mapping[str, Difference],
    report: str,
) -> None:
    """The report, the numbers, and every question with what it got."""
    from mlops.evaluation import to_rows

    out.mkdir(parents=True, exist_ok=True)
    (out / "report.md").write_text(report + "\n", "utf-8")
    numbers = json.dumps(plain(as_object(found, before, gains)), ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(numbers + "\n", "utf-8")
    for name, one in (("questions.jsonl", found), ("against.jsonl", before)):
        if one is not None:
            lines = (json.dumps(plain(row), ensure_ascii=False) for row in to_rows(one))
            (out / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
