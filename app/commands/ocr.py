"""``ragphoto ocr``: the text of pages, printed line by printed line, everything in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import HomeOption, JsonOption, LangOption
from app.console import Usage, result, result_json, say, told_in_words, tr

if TYPE_CHECKING:
    from rag.records import PageResult, Source
    from rag.settings import Settings

STAGES = ("raw", "corrected")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ocr", help=tr("help.ocr"))(ocr)


def ocr(
    file: Annotated[Path, typer.Argument(help=tr("opt.file"), show_default=False)],
    pages: Annotated[str | None, typer.Option("--pages", help=tr("opt.pages"))] = None,
    stage: Annotated[str, typer.Option("--stage", help=tr("opt.stage"))] = "corrected",
    engine: Annotated[str | None, typer.Option("--engine", help=tr("opt.engine"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=tr("opt.out"))] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read pages of one file."""
    with told_in_words(home):
        from rag.settings import Settings, find_home

        if stage not in STAGES:
            raise Usage(tr("ocr.stage", value=stage))
        settings = Settings.load(find_home(home), ocr_engine=engine)
        source = look_at(file, settings)
        results = read(source, file, wanted_pages(pages, source.pages), settings)
        texts = page_texts(results, stage)
        for found in results:
            if found.page is None and found.section is None:
                status = tr(f"status.{found.status.value}")
                say(tr("ocr.page_status", page=found.index + 1, status=f"{status} {found.reason}"))
        deliver(source, results, texts, out=out, as_json=as_json)


def wanted_pages(value: str | None, count: int) -> list[int]:
    """Indexes asked for: "17,34,57-60" → [16, 33, 56, 57, 58, 59]; all of them for None.

    Raises:
        Usage: it is not that, or the file has no such page.
    """
    if value is None:
        return list(range(count))
    if not re.fullmatch(r"\s*\d+(\s*-\s*\d+)?(\s*,\s*\d+(\s*-\s*\d+)?)*\s*", value):
        raise Usage(tr("ocr.bad_pages", value=value))
    asked: dict[int, None] = {}
    for part in value.split(","):
        first, _, last = (end.strip() for end in part.partition("-"))
        numbers = (int(first), int(last or first))
        if numbers[0] > numbers[1]:
            raise Usage(tr("ocr.bad_pages", value=value))
        for page in numbers:
            if not 1 <= page <= count:
                raise Usage(tr("ocr.no_such_page", pages=count, page=page))
        asked |= dict.fromkeys(range(numbers[0] - 1, numbers[1]))
    return sorted(asked)


def look_at(file: Path, settings: Settings) -> Source:
    """The file as a document, opened in a child since it may be hostile.

    Raises:
        Usage: there is no such file.
        DocumentRefused: it cannot be read; says why.
    """
    if not file.is_file():
        raise Usage(tr("error.no_file", path=file))
    from rag.collect import hash_file
    from rag.errors import DocumentRefused
    from rag.records import Source
    from rag.workers import Pool

    size = file.stat().st_size
    if size > settings.max_file_mb * 2**20:
        raise DocumentRefused(f"{file}: {size} bytes", code="too_large", path=file)
    job = {
        "path": str(file.resolve()),
        "max_pages": settings.max_pages,
        "max_page_megapixels": settings.max_page_megapixels,
    }
    with Pool(1, timeout_s=settings.page_timeout_s, memory_mb=settings.worker_memory_mb) as pool:
        found = pool.call("rag.sniff:inspect", job)
    if "code" in found:
        raise DocumentRefused(found["detail"], code=found["code"], path=file)
    return Source(
        hash_file(file), file.name, file.name, (), found["kind"], size, int(found["pages"])
    )


def read(
    source: Source, file: Path, indexes: Sequence[int], settings: Settings
) -> tuple[PageResult, ...]:
    """Read those pages in the worker pool, with progress. Nothing is written, nothing is cached:
    the command measures reading as it is.
    """  # noqa: D205
    from app.progress import watch
    from rag.reading import HowToRead, read_source

    return read_source(
        source,
        file.resolve().parent,
        how=HowToRead.of(settings),
        indexes=indexes,
        progress=watch(),
    )


def page_texts(results: Sequence[PageResult], stage: str) -> dict[int, str]:
    """Text of each page by index; "" for a blank or failed one.

    Reading order and roles of lines are judged over all pages given, as the pipeline does.
    """
    texts = {r.index: r.section.text if r.section else "" for r in results}
    seen = [r.page for r in results if r.page is not None]
    from rag import layout

    pages = [layout.arrange(page) for page in seen]
    if stage == "raw" or not pages:
        return texts | {page.index: page.text for page in pages}
    from rag import correct
    from rag.correct.confusions import load_costs
    from rag.french.lexicon import load_lexicon

    lexicon, costs = load_lexicon(), load_costs()
    lines = layout.classify(pages)
    for page, of_page in zip(pages, lines, strict=True):
        texts[page.index] = correct.correct(page, of_page, lexicon, costs).printed
    return texts


def deliver(
    source: Source,
    results: Sequence[PageResult],
    texts: dict[int, str],
    *,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the files, or print: ``<stem>-p<NNN>.txt`` as a heading where there are several."""
    stem = Path(source.name).stem
    names = {index: f"{stem}-p{index + 1:03d}.txt" for index in texts}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for index, text in texts.items():
            (out / names[index]).write_text(text + "\n" if text else "", "utf-8")
        say(tr("ocr.written", count=len(texts), folder=out))
    if as_json:
        result_json([as_object(found, texts[found.index], names) for found in results])
    elif out is None:
        for index in sorted(texts):
            if len(texts) > 1:
                result(f"\f--- {names[index]}" if index != min(texts) else f"--- {names[index]}")
            result(texts[index])


def as_object(found: PageResult, text: str, names: dict[int, str]) -> dict[str, Any]:
    """One page as JSON."""
    return {
        "page": found.index + 1,
        "file": names[found.index],
        "status": found.status.value,
        "reason": found.reason,
        "engine": found.page.engine if found.page else None,
        "confidence": round(found.page.confidence, 4) if found.page else None,
        "seconds": round(found.seconds, 3),
        "text": text,
    }
