"""``ragphoto ask``: the answer, each sentence with its page, its certainty and its words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated

import typer

from app import messages
from app.commands.options import (
    ConfidenceOption,
    DocumentsOption,
    HomeOption,
    JsonOption,
    KindsOption,
    LangOption,
    LanguagesOption,
    YearOption,
    filters_of,
)
from app.console import (
    Usage,
    home_flag,
    language,
    open_home,
    result,
    result_json,
    say,
    told_in_words,
    tr,
)

if TYPE_CHECKING:
    from app.schemas import AnswerOut, CitationOut
    from rag.settings import Home

log = logging.getLogger(__name__)

EXCERPT = 160  # characters shown of a nearest page
NEAREST = 5  # pages shown when there is no answer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask", help=tr("help.ask"))(ask)


def ask(
    question: Annotated[str, typer.Argument(help=tr("opt.question"), show_default=False)],
    after: Annotated[str | None, typer.Option(help=tr("opt.after"), show_default=False)] = None,
    document: DocumentsOption = None,
    kind: KindsOption = None,
    year: YearOption = "",
    in_language: LanguagesOption = None,
    min_confidence: ConfidenceOption = 0.0,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question."""
    with told_in_words(home):
        if not question.strip():
            raise Usage(tr("ask.empty"))
        filters = filters_of(document, kind, year, in_language, min_confidence)
        from app.schemas import answer_out
        from mlops.explaining import history_after
        from mlops.serving import open_engine
        from mlops.store import Store

        place, settings = open_home(home)
        engine = open_engine(place, settings)
        history: tuple[str, ...] = ()
        if after is not None:
            with Store(place) as store:
                history = history_after(store, after)
        answer = engine.ask(question, history=history, filters=filters)
        try:
            with Store(place) as store:
                store.record_query(answer)
        except Exception:
            log.warning("the metrics of this question were not recorded", exc_info=True)

        def size(document_id: str, index: int) -> tuple[int, int] | None:
            page = engine.release.page(document_id, index)
            return (page.page.width_px, page.page.height_px) if page else None

        kinds = {source.document_id: source.kind for source in engine.release.sources}
        shown = answer_out(
            answer,
            size,
            language=language(),
            sample=place.uses_sample,
            kind_of=lambda name: kinds.get(name, ""),
        )
        if as_json:
            result_json(shown.model_dump())
        else:
            tell(shown)
            say(how_to_go_on(shown, place, settings.port))


def tell(answer: AnswerOut) -> None:
    """The answer in words; or why there is none, and the nearest pages."""
    for note in answer.notes:
        result(note)
    if answer.sentences and answer.message:
        result(answer.message)
    if answer.sentences and answer.writing.message:
        result(f"({answer.writing.message})")
    for sentence in answer.sentences:
        result(sentence.text)
        if sentence.support == "unsupported":
            result(f"    [{tr('writing.unsupported')}]")
        for citation in sentence.citations:
            result(f"    {proof(citation)}")
            if citation.quotation.strip() != sentence.text.strip() and citation.kind != "photo":
                result(f"    {tr('ask.quote', text=citation.quotation)}")
    if answer.sentences:
        return
    result(answer.message)
    if answer.pages:
        result(tr("ask.nearest"))
    for page in answer.pages[:NEAREST]:
        result(f"    {tr('ask.place', document=page.document, page=page.page)}")
        if page.excerpt:
            result(f"      {tr('ask.quote', text=shorten(page.excerpt))}")


def proof(citation: CitationOut) -> str:
    """Document, page, and how surely the words were read."""
    place = tr("ask.place", document=citation.document, page=citation.page)
    if not citation.boxes:
        return f"[{place} · {tr('ask.text_file')}]"
    return f"[{place} · {tr('ask.read_at', percent=messages.percent(citation.confidence))}]"


def shorten(text: str) -> str:
    """The beginning, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + "…"


def how_to_go_on(answer: AnswerOut, home: Home, port: int) -> str:
    """How to see the words on the page, and how to say whether the answer was good."""
    flag = home_flag(home)
    citations = [c for s in answer.sentences for c in s.citations]
    address = citations[0].view_url if citations else next((p.view_url for p in answer.pages), "/")
    url = f"http://127.0.0.1:{port}{address}"
    see = tr("ask.how_to_see", command=f"ragphoto serve{flag}", url=url)
    rate = f"ragphoto feedback{flag} --answer {answer.answer_id} --rating 4"
    go_on = f'ragphoto ask{flag} --after {answer.answer_id} "…"'
    why = f"ragphoto explain{flag} {answer.answer_id}"
    return "\n".join(
        (
            f"\n{see}",
            tr("ask.how_to_rate", command=rate),
            tr("ask.how_to_follow", command=go_on),
            tr("ask.how_to_explain", command=why),
        )
    )
