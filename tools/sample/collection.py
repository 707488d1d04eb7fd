"""The whole collection: each document's bytes and the truth of each of its scanned pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from tools.sample import old_book, other_pages, pdf_files
from tools.sample.degrade import Age, age_page, generator, jpeg, photographed
from tools.sample.office_files import docx, epub
from tools.sample.photos import SHOTS, draw_photo
from tools.sample.raster import draw_page
from tools.sample.source import TEXTS
from tools.sample.typeset import PageLayout

BROKEN = "fichiers-abimes"


@dataclass(frozen=True, slots=True)
class Making:
    """How hard and how differently pages are aged; variant 0 and strength 1 are the sample."""

    variant: int = 0
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the collection."""

    path: str  # under data/
    data: bytes
    truth: dict[int, str] = field(default_factory=dict)  # scanned pages, from 1
    text: dict[int, str] = field(default_factory=dict)  # pages with a text layer, from 1


def make_all(making: Making) -> Iterator[Made]:
    """Every file, one after the other."""
    cv2.setNumThreads(1)  # the same sums in the same order
    for maker in MAKERS:
        yield from maker(making)


def _aged(
    name: str, pages: list[PageLayout], making: Making, age: Age, *, zoom: float = 1.0
) -> list[Image.Image]:
    """All pages of a bound document; odd ones have the binding on their left."""
    clean = [draw_page(page) for page in pages]
    scans = []
    for i, page in enumerate(pages):
        back = i + 1 if i % 2 == 0 else i - 1
        scans.append(
            age_page(
                clean[i],
                round(page.width * zoom),
                round(page.height * zoom),
                generator(name, i, making.variant),
                age=age,
                strength=making.strength,
                gutter_left=i % 2 == 0,
                behind=clean[back] if back < len(pages) else None,
            )
        )
    return scans


def _jpegs(scans: list[Image.Image], quality: int = 62) -> list[tuple[bytes, int, int]]:
    return [(jpeg(scan, quality=quality), scan.width, scan.height) for scan in scans]


def _truth(pages: list[PageLayout]) -> dict[int, str]:
    return {n: page.text for n, page in enumerate(pages, 1) if page.text}


def _old_book(making: Making) -> Iterator[Made]:
    pages = old_book.set_book()
    scans = _aged("lecons", pages, making, Age())
    data = pdf_files.scan_pdf(_jpegs(scans), title="Huit leçons de photographie pratique (1893)")
    yield Made("lecons-de-photographie-1893.pdf", data, _truth(pages))


def _course(making: Making) -> Iterator[Made]:
    pages = other_pages.set_course()
    data = pdf_files.digital_pdf(pages, title="L’exposition en photographie numérique")
    yield Made("cours-exposition.pdf", data, text=_truth(pages))


def _printing(making: Making) -> Iterator[Made]:
    pages, scanned = other_pages.set_printing()
    paper = [p for p, scan in zip(pages, scanned, strict=True) if scan]
    typed = [p for p, scan in zip(pages, scanned, strict=True) if not scan]
    age = Age(wear=1.4, paper=232, stain=0.6, skew=0.9, show_through=0.0, gutter=0.15)
    title = "Du négatif au tirage argentique"
    scans = pdf_files.scan_pdf(_jpegs(_aged("dossier", paper, making, age)), title=title)
    digital = pdf_files.digital_pdf(typed, title=title)
    data = pdf_files.mixed_pdf(digital, scans, scanned, title=title)
    numbered = _truth(pages)
    yield Made(
        "dossier-tirage.pdf",
        data,
        {n: t for n, t in numbered.items() if scanned[n - 1]},
        {n: t for n, t in numbered.items() if not scanned[n - 1]},
    )


def _bulletin(making: Making) -> Iterator[Made]:
    pages = other_pages.set_bulletin()
    age = Age(spread=0.6, wear=1.2, paper=214, stain=1.3, skew=0.7)
    layers = [
        pdf_files.bad_layer(page, generator("bulletin layer", i)) for i, page in enumerate(pages)
    ]
    data = pdf_files.scan_pdf(
        _jpegs(_aged("bulletin", pages, making, age)),
        layers=layers,
        title="Bulletin du Photo-Club des Trois-Rivières, n° 27",
    )
    yield Made("bulletin-club-1936.pdf", data, _truth(pages))


def _review(making: Making) -> Iterator[Made]:
    page = other_pages.set_review()
    age = Age(spread=0.5, paper=234, stain=0.5, noise=1.0, gutter=0.12)
    scan = _aged("revue", [page], making, age, zoom=1.15)[0]
    out = io.BytesIO()
    Image.fromarray(np.asarray(scan) // 12 * 12 + 6).save(out, "PNG", optimize=True, dpi=(166, 166))
    yield Made("revue-deux-colonnes.png", out.getvalue(), {1: page.text})


def _notebook(making: Making) -> Iterator[Made]:
    pages = other_pages.set_notebook()
    age = Age(spread=0.6, wear=1.5, paper=220, skew=0.4, gutter=0.45, show_through=0.03)
    right = age_page(
        draw_page(pages[1]),
        616,
        880,
        generator("carnet", 1, making.variant),
        age=age,
        strength=making.strength,
        gutter_left=True,
    )
    left = age_page(
        draw_page(pages[0]),
        616,
        880,
        generator("carnet", 0, making.variant),
        age=age,
        strength=making.strength,
        gutter_left=False,
    )
    both = Image.new("L", (1232, 880))
    both.paste(left, (0, 0))
    both.paste(right, (616, 0))
    yield Made(
        "carnet-pages-en-regard.jpg",
        jpeg(both, quality=70, dpi=158),
        {1: pages[0].text + pages[1].text},
    )


def _notice(making: Making) -> Iterator[Made]:
    pages = other_pages.set_notice()
    age = Age(spread=0.5, wear=1.3, paper=238, stain=0.4, noise=5, gutter=0.1, show_through=0.0)
    frames = [
        scan.point(lambda v: 255 * (v > 128)).convert("1")
        for scan in _aged("notice", pages, making, age, zoom=1.4)
    ]
    out = io.BytesIO()
    frames[0].save(
        out, "TIFF", save_all=True, append_images=frames[1:], compression="group4", dpi=(200, 200)
    )
    yield Made("notice-agrandisseur.tif", out.getvalue(), _truth(pages))


def _photo_of_page(making: Making) -> Iterator[Made]:
    page = other_pages.set_loose_page()[0]
    age = Age(spread=0.5, wear=0.8, paper=238, stain=0.5, skew=0.0, gutter=0.1)
    sheet = age_page(
        draw_page(page),
        page.width * 2,
        page.height * 2,
        generator("feuille", 0, making.variant),
        age=age,
        strength=making.strength,
    )
    photo = photographed(sheet, 1200, 1640, generator("photo", 0, making.variant), making.strength)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=74, optimize=True)
    yield Made("photo-de-page.jpg", out.getvalue(), {1: page.text})


def _photos(making: Making) -> Iterator[Made]:
    for name in SHOTS:
        yield Made(f"photos/{name}", draw_photo(name, generator(name)))


def _texts(making: Making) -> Iterator[Made]:
    for name in ("aide-memoire.md", "glossaire.txt", "histoire.html", "reglages.csv"):
        yield Made(name, (TEXTS / name).read_bytes())
    yield Made("entretien.docx", docx("entretien.md"))
    yield Made("lumiere.epub", epub("lumiere.md"))


def _broken(making: Making) -> Iterator[Made]:
    """A cut copy, a text that says it is a PDF, and a file under a password (« sesame »)."""
    page = other_pages.set_course()[:1]
    whole = pdf_files.digital_pdf(page, title="Copie interrompue")
    yield Made(f"{BROKEN}/copie-interrompue.pdf", whole[: int(len(whole) * 0.55)])
    note = "Ceci est une note prise au bloc-notes, enregistrée par erreur sous le nom d’un PDF.\n"
    yield Made(f"{BROKEN}/mauvaise-extension.pdf", note.encode("utf-8"))
    locked = pdf_files.digital_pdf(page, title="Protégé", password="sesame")
    yield Made(f"{BROKEN}/protege-par-mot-de-passe.pdf", locked)


MAKERS: tuple[Callable[[Making], Iterator[Made]], ...] = (
    _old_book,
    _course,
    _printing,
    _bulletin,
    _review,
    _notebook,
    _notice,
    _photo_of_page,
    _photos,
    _texts,
    _broken,
)
