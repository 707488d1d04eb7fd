"""A small real collection of photos and of one badly read page, ready to answer."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from mlops import releases
from mlops.store import Store
from rag.chunking import chunk_pages, chunk_sections
from rag.exif import photo_metadata
from rag.facts import gather
from rag.index.content import ReleaseContent
from rag.index.release import build_release
from rag.records import Collection, PageResult, PageStatus, Section
from rag.settings import Home
from tests.app.small_home import PAGES, _source, draw
from tests.rag.pages_by_hand import corrected

SIZE = (600, 400)
PHOTOS = {  # name: colour, aperture, seconds, ISO, date
    "lac.jpg": ("#336699", 11.0, 1 / 15, 100, "2021:10:09 07:42:00"),
    "concert.jpg": ("#993311", 1.8, 1 / 125, 6400, "2023:12:02 21:15:00"),
}


def write_photo(path: Path) -> Path:
    """A JPEG of one colour, with what its camera noted."""
    colour, aperture, seconds, iso, date = PHOTOS[path.name]
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Valfleur", "VF-2"
    exif.get_ifd(0x8769).update({0x829D: aperture, 0x829A: seconds, 0x8827: iso, 0x9003: date})
    Image.new("RGB", SIZE, colour).save(path, exif=exif)
    return path


def build(root: Path) -> Home:
    """Write the documents, build their release and put it in service."""
    home = Home(root)
    home.data.mkdir(parents=True)
    photos = [_source(write_photo(home.data / name), "photo", 1) for name in PHOTOS]
    sections = [
        Section(s.document_id, 0, s.name, photo_metadata(home.data / s.path)) for s in photos
    ]
    draw(corrected(0, PAGES[1])).save(home.data / "carnet-1874.png")
    book = _source(home.data / "carnet-1874.png", "image", 1)
    page = corrected(0, PAGES[1], confidence=0.55, document_id=book.document_id)
    sources = (*photos, book)
    chunks = [c for s, n in zip(photos, sections, strict=True) for c in chunk_sections(s, [n])]
    results = [PageResult(s.document_id, 0, PageStatus.OK, "", None, s, 0.0) for s in sections]
    results.append(PageResult(book.document_id, 0, PageStatus.OK, "", page.page, None, 0.0))
    content = ReleaseContent(
        sources=sources,
        results=tuple(results),
        pages=(page,),
        sections=tuple(sections),
        chunks=(*chunks, *chunk_pages(book, [page])),
        extras={"facts": gather(sources, [page], sections)},
    )
    folder = build_release(home.releases, content)
    with Store(home) as store:
        store.record_collection(Collection(sources, ()), root=str(home.data))
        releases.register(store, folder.name, run_id=None)
        releases.promote(store, folder.name, by="test")
    return home
