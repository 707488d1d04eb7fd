"""A small real collection, ready to answer: a two-page book drawn word by word, and a text.

The words of the book stand exactly where ``corrected`` says, so that what the viewer marks can be
checked. Search is lexical: no model is loaded.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from mlops import releases
from mlops.store import Store
from rag.chunking import chunk_pages, chunk_sections
from rag.index.content import ReleaseContent
from rag.index.release import build_release
from rag.records import (
    Collection,
    CorrectedPage,
    PageResult,
    PageStatus,
    Role,
    Section,
    Source,
)
from rag.settings import Home, Settings
from tests.rag.pages_by_hand import corrected

ADDRESS = "http://127.0.0.1"  # as the browser of this machine asks
QUESTION = "Comment préparer le bain de fixage à l'hyposulfite ?"
PAGES = (
    [
        ("LE DÉVELOPPEMENT DES PLAQUES", Role.HEADING, 0),
        ("Le révélateur noircit les sels d'argent que la lumière", Role.BODY, 1),
        ("a touchés, et laisse les autres intacts. On agite la", Role.BODY, 1),
        ("cuvette pendant toute la durée du développement.", Role.BODY, 1),
    ],
    [
        ("LE FIXAGE DES ÉPREUVES", Role.HEADING, 0),
        ("Le bain de fixage se prépare en faisant dissoudre deux", Role.BODY, 1),
        ("cents grammes d'hyposulfite de soude dans un litre", Role.BODY, 1),
        ("d'eau tiède. On y laisse l'épreuve dix minutes.", Role.BODY, 1),
    ],
)
NOTE = (
    "La profondeur de champ est la zone nette devant et derrière le sujet. "
    "Elle augmente quand on ferme le diaphragme, par exemple de f/2,8 à f/16."
)
SETTINGS = Settings(embedder="none", workers=1)


def draw(page: CorrectedPage) -> Image.Image:
    """The page as an image: each word fills its box."""
    image = Image.new("RGB", (page.page.width_px, page.page.height_px), "#f6efdd")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(15)
    for word in page.page.words:
        pen.text((word.box.left, word.box.top), word.text, fill="#2b2118", font=font)
    return image


def build(root: Path) -> Home:
    """Write the documents, build their release and put it in service."""
    home = Home(root)
    home.data.mkdir(parents=True)
    book = home.data / "livre.pdf"
    shapes = [corrected(n, lines) for n, lines in enumerate(PAGES)]
    images = [draw(page) for page in shapes]
    images[0].save(book, "PDF", save_all=True, append_images=images[1:], resolution=72)
    note = home.data / "notes.md"
    note.write_text(NOTE, "utf-8")
    sources = [_source(book, "pdf", 2), _source(note, "markdown", 1)]
    folder = _release(home, sources, NOTE)
    with Store(home) as store:
        store.record_collection(Collection(tuple(sources), ()), root=str(home.data))
        releases.register(store, folder.name, run_id=None)
        releases.promote(store, folder.name, by="test")
    return home


def another(home: Home, more: str = "Elle diminue quand on approche du sujet.") -> Path:
    """A second release of that home, not in service: the note says one sentence more."""
    sources = [_source(home.data / "livre.pdf", "pdf", 2)]
    sources.append(_source(home.data / "notes.md", "markdown", 1))
    return _release(home, sources, f"{NOTE} {more}")


def _release(home: Home, sources: list[Source], note: str) -> Path:
    pages = [corrected(n, p, document_id=sources[0].document_id) for n, p in enumerate(PAGES)]
    section = Section(sources[1].document_id, 0, "Notes", note)
    chunks = [*chunk_pages(sources[0], pages), *chunk_sections(sources[1], [section])]
    results = [
        *(PageResult(p.page.document_id, p.page.index, PageStatus.OK, "", p.page, None, 0.0)
          for p in pages),
        PageResult(section.document_id, 0, PageStatus.OK, "", None, section, 0.0),
    ]  # fmt: skip
    return build_release(
        home.releases,
        ReleaseContent(
            sources=tuple(sources),
            results=tuple(results),
            pages=tuple(pages),
            sections=(section,),
            chunks=tuple(chunks),
            vectors=None,
            embedder=None,
        ),
    )


def _source(path: Path, kind: str, pages: int) -> Source:
    data = path.read_bytes()
    name = path.name
    return Source(hashlib.sha256(data).hexdigest(), name, name, (), kind, len(data), pages)
