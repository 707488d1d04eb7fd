"""``ragphoto explain``: from an answer back to its question, scores, thresholds and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import language, open_home, result, result_json, told_in_words, tr

if TYPE_CHECKING:
    from mlops.explaining import Explanation
    from rag.records import Citation, Trace

HITS = 10  # passages shown


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", help=tr("help.explain"))(explain)


def explain(
    answer_id: Annotated[str, typer.Argument(help=tr("opt.answer_id"), show_default=False)],
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain an answer."""
    with told_in_words(home):
        from mlops import explaining

        place, settings = open_home(home)
        found = explaining.explain(place, settings, answer_id)
        if as_json:
            result_json(found)
        else:
            tell(found)
        if found.again.possible and not found.again.same:
            raise typer.Exit(1)


def tell(found: Explanation) -> None:
    """The same in words, in the order in which it happened."""
    result(tr("explain.question", at=found.at))
    result(f"  {found.question}")
    if found.trace is not None:
        _tell_question(found.trace)
        _tell_found(found, found.trace)
        _tell_verdict(found, found.trace)
    result(f"\n{tr('explain.answered')}")
    for sentence in found.sentences:
        result(f"  {sentence.text}")
        for citation in sentence.citations:
            for line in places(citation):
                result(f"      {line}")
    if not found.sentences:
        result(f"  {tr('explain.nothing')}")
    if found.trace is not None:
        _tell_writing(found.trace)
    _tell_release(found)
    _tell_again(found)


def _tell_question(trace: Trace) -> None:
    for question in trace.history:
        result(f"  {tr('explain.after', question=question)}")
    query = trace.query
    if query is None:
        return
    result(f"\n{tr('explain.understood')}")
    result(f"  {tr('explain.standalone', text=query.standalone)}")
    result(f"  {tr('explain.language', language=query.language)}")
    for concept in query.concepts:
        ways = ", ".join(
            f"{' '.join(v.terms)} ×{v.weight:g} ({tr(f'explain.term.{v.origin.value}')})"
            for v in concept.variants
        )
        result(f"  {concept.asked} → {ways}")
    if not query.filters.empty:
        result(f"  {tr('explain.filters', filters=query.filters)}")


def _tell_found(found: Explanation, trace: Trace) -> None:
    result(f"\n{tr('explain.found')}")
    for rank, hit in enumerate(trace.hits[:HITS], 1):
        pages = ", ".join(str(index + 1) for index in hit.indexes)
        name = found.names.get(hit.document_id, hit.document_id[:12])
        scores = f"{hit.score:6.3f} {hit.lexical:7.3f} {hit.dense:6.3f}"
        result(f"  {rank:2} {scores}  {name}, p. {pages}  [{hit.chunk_id[:12]}]")


def _tell_verdict(found: Explanation, trace: Trace) -> None:
    verdict = trace.verdict
    result(f"\n{tr('explain.judged', score=f'{verdict.score:.3f}')}")
    outcome = tr(f"outcome.{verdict.outcome.value}")
    words = messages.reason(verdict.reason, language(), verdict.detail)
    result(f"  {tr('explain.outcome', outcome=outcome, reason=words).rstrip()}")
    result(f"  {tr('explain.signals', signals=_pairs(dict(verdict.signals)))}")
    result(f"  {tr('explain.thresholds', thresholds=_pairs(dict(found.thresholds)))}")


def _tell_writing(trace: Trace) -> None:
    writing = trace.writing
    result("")
    if writing.model:
        result(
            tr(
                "explain.written",
                model=writing.model,
                prompt=writing.prompt,
                tokens=writing.tokens,
            )
        )
    else:
        result(tr("explain.quoted"))
    if writing.fallback:
        key = f"writing.fallback.{writing.fallback}"
        words = messages.text_or(key, "writing.fallback.other", language(), code=writing.fallback)
        result(f"  {tr('explain.fallback', reason=words)}")


def _tell_release(found: Explanation) -> None:
    result(f"\n{tr('explain.release', release=found.release)}")
    embedder = found.manifest.get("embedder")
    if embedder:
        words = tr("explain.embedder", name=embedder["name"], hash=embedder["model_hash"])
        result(f"  {words}")
    for name, digest in found.manifest.get("files", {}).items():
        result(f"  {tr('explain.file', name=name, hash=digest)}")


def _tell_again(found: Explanation) -> None:
    result("")
    if found.hidden:
        result(tr("explain.hidden", count=found.hidden))
    if found.again.same:
        result(tr("explain.same"))
    elif found.again.possible:
        result(tr("explain.differs", parts=", ".join(found.again.differences)))
        if found.again.other_program:
            result(tr("explain.other_program"))
    else:
        result(tr("explain.not_again", why=tr(f"explain.why.{found.again.differences[0]}")))


def places(citation: Citation) -> list[str]:
    """Each place of a citation, down to the hash of the file."""
    from rag.records import PageBoxes

    lines = []
    for anchor in citation.anchors:
        boxed = isinstance(anchor, PageBoxes)
        first, last = (
            (anchor.first, anchor.last)
            if isinstance(anchor, PageBoxes)
            else (anchor.start, anchor.end)
        )
        lines.append(
            tr(
                "explain.words" if boxed else "explain.span",
                document=citation.document,
                page=anchor.index + 1,
                first=first,
                last=last,
                sha=anchor.document_id,
            )
        )
    return lines


def _pairs(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
