"""``questions.tsv`` → ``golden.jsonl``: gold pages found by the quotation that proves the answer.

Nothing here retrieves: a page is gold when the quotation stands on it (a table of contents never
is), and ``also`` names further proofs in other documents as ``document|quotation``.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from tools.sample.collection import Made

QUESTIONS = Path(__file__).with_name("questions.tsv")


def fold(text: str) -> str:
    """Text without what a line end or a font changes: blanks, hyphens, shape of apostrophes."""
    text = text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(re.sub(r"-\s*\n\s*|-", "", text).split())


def page_texts(made: Made, data: Path) -> dict[int, str]:
    """What each page or section says, numbered from 1: truth, text layer, sections or EXIF."""
    if made.truth or made.text:
        return {**made.truth, **made.text}
    from rag.formats import photo_metadata, read_sections

    path = data / made.path
    if path.suffix == ".jpg":
        return {1: photo_metadata(path)}
    kind = {".md": "markdown", ".txt": "text"}.get(path.suffix, path.suffix[1:])
    return {s.index + 1: f"{s.title}\n{s.text}" for s in read_sections(path, kind)}


def find_pages(quote: str, pages: dict[int, str]) -> list[int]:
    """Pages that hold the quotation, or the two over which it runs."""
    wanted = fold(quote)
    kept = {n: t for n, t in sorted(pages.items()) if "TABLE DES MATIÈRES" not in t}
    found = [n for n, text in kept.items() if wanted in fold(text)]
    if found:
        return found
    for n, text in kept.items():
        if n + 1 in kept and wanted in fold(_body(text, last=True) + _body(kept[n + 1])):
            return [n, n + 1]
    return []


def _body(page: str, *, last: bool = False) -> str:
    """A page without its head, or without its folio and footnotes when it is the first of two."""
    lines = page.rstrip("\n").split("\n")
    if not last:
        return "\n".join(lines[1:])
    if lines[-1].isdigit():
        lines.pop()
    notes = [i for i, line in enumerate(lines) if re.match(r"\([¹²³]\)", line)]
    return "\n".join(lines[: notes[0]] if notes else lines) + "\n"


def golden_lines(files: list[Made], data: Path) -> list[str]:
    """One JSON line a question.

    Raises:
        ValueError: a quotation stands nowhere in its document.
    """
    texts = {Path(m.path).name: page_texts(m, data) for m in files if "abimes" not in m.path}
    with QUESTIONS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [json.dumps(_entry(row, texts), ensure_ascii=False) for row in rows]


def _entry(row: dict[str, str], texts: dict[str, dict[int, str]]) -> dict[str, object]:
    proofs = [(row["document"], row["quote"])] if row["document"] else []
    proofs += [tuple(p.split("|")) for p in (row.get("also") or "").split("||") if p]  # type: ignore[misc]
    gold: list[dict[str, object]] = []
    for document, quote in proofs:
        pages = find_pages(quote, texts[document])
        if not pages:
            raise ValueError(f"{row['id']}: {quote!r} is not in {document}; mend questions.tsv")
        gold += [{"document": document, "page": n, "quote": quote} for n in pages]
    entry: dict[str, object] = {
        "id": row["id"],
        "question": row["question"],
        "kind": row["kind"],
        "gold": [{k: g[k] for k in ("document", "page")} for g in gold],
        "answer": row["answer"] or "",
        "quote": row["quote"] or "",
    }
    if row["of"]:
        entry["of"] = row["of"]
    if len(proofs) > 1:
        entry["quotes"] = {document: quote for document, quote in proofs}
    return entry
