"""Lays out every document but the old book: course, file on printing, bulletin, review, notes."""

from __future__ import annotations

from dataclasses import replace

from tools.sample.source import Block, french, read_blocks
from tools.sample.typeset import (
    Drawing,
    PageLayout,
    Paginator,
    Run,
    Slug,
    Style,
    centred,
    centred_lines,
    paragraph,
    set_blocks,
)

COURSE = Style(
    "sans",
    840,
    1190,
    left=110,
    right=110,
    top=170,
    bottom=150,
    size=22,
    leading=34,
    indent=0,
    heading_size=29,
    head="Club photo du Val-Fleuri",
    gap=12,
)
SCANNED_FILE = Style(
    "libertine",
    840,
    1190,
    left=120,
    right=120,
    top=170,
    bottom=150,
    size=28,
    leading=35,
    indent=28,
    heading_size=29,
    head="Du négatif au tirage",
)
BULLETIN = Style(
    "didot",
    780,
    1080,
    left=110,
    right=110,
    top=150,
    bottom=130,
    size=21.5,
    leading=27,
    indent=26,
    heading_size=25,
    head="Bulletin du Photo-Club",
)
NOTICE = Style(
    "libertine",
    720,
    900,
    left=90,
    right=90,
    top=130,
    bottom=100,
    size=25,
    leading=29,
    indent=26,
    heading_size=29,
    folios="centre",
)
LOOSE = Style(
    "libertine",
    740,
    1060,
    left=95,
    right=95,
    top=100,
    bottom=80,
    size=25,
    leading=29.5,
    indent=26,
    heading_size=31,
    folios="none",
)
COLUMN = Style(
    "didot",
    345,
    4000,
    left=0,
    right=0,
    top=0,
    bottom=0,
    size=21,
    leading=26,
    indent=20,
    folios="none",
)
NOTEBOOK = Style(
    "courier",
    560,
    800,
    left=66,
    right=56,
    top=70,
    bottom=60,
    size=19,
    leading=29,
    indent=0,
    heading_size=23,
    folios="none",
    gap=14,
    ragged=True,
)


def _sections(name: str) -> list[list[Block]]:
    """A text cut at its ``---`` rules."""
    parts: list[list[Block]] = [[]]
    for block in read_blocks(name):
        if block.kind == "break":
            parts.append([])
        else:
            parts[-1].append(block)
    return parts


def _set(name: str, style: Style, title_size: float = 34) -> list[PageLayout]:
    """A text, each part on a new page, its title on the first one."""
    pages = Paginator(style)
    for number, blocks in enumerate(_sections(name)):
        if (number and style.folios != "none") or not number:
            pages.new_page(opening=number == 0 and style.folios != "none")
        for at, block in enumerate(blocks):
            if block.kind == "title":
                pages.add(
                    [
                        *centred_lines(
                            block.text, style, f"{style.family}-bold", title_size, title_size * 1.25
                        ),
                        Slug(style.leading * 0.8, [], "", keep=True),
                    ]
                )
                set_blocks(blocks[at + 1 :], style, pages)
                break
        else:
            set_blocks(blocks, style, pages)
    return pages.finish()


def set_course() -> list[PageLayout]:
    """The born-digital course, a coloured rule under each head being its only ornament."""
    pages = _set("cours_exposition.md", COURSE, 36)
    for page in pages:
        page.drawings.append(Drawing("rule", COURSE.left, COURSE.top - 8, COURSE.measure, 2))
    return pages


def set_printing() -> tuple[list[PageLayout], list[bool]]:
    """The file on printing: each part typed anew or photocopied from an older handbook.

    Returns:
        The pages, and for each whether it is a scan.
    """
    parts = _sections("dossier_tirage.md")
    pages: list[PageLayout] = []
    scanned: list[bool] = []
    for number, blocks in enumerate(parts):
        scan = number in (1, 3, 5)
        style = replace(
            SCANNED_FILE if scan else COURSE,
            first_folio=len(pages) + 1,
            head="Du négatif au tirage",
        )
        paginator = Paginator(style)
        paginator.new_page(opening=number == 0)
        for block in blocks:
            if block.kind == "title":
                paginator.add(
                    [
                        *centred_lines(block.text, style, f"{style.family}-bold", 36, 46),
                        Slug(20, [], "", keep=True),
                    ]
                )
        set_blocks([b for b in blocks if b.kind != "title"], style, paginator)
        made = paginator.finish()
        pages += made
        scanned += [scan] * len(made)
    return pages, scanned


def set_bulletin() -> list[PageLayout]:
    return _set("bulletin.md", BULLETIN, 33)


def set_notice() -> list[PageLayout]:
    return _set("notice.md", NOTICE, 36)


def set_loose_page() -> list[PageLayout]:
    return _set("photo_de_page.md", LOOSE, 33)


def set_notebook() -> list[PageLayout]:
    """Two pages, to be shown side by side; the title of a page is its place."""
    pages = []
    for blocks in _sections("carnet.md"):
        paginator = Paginator(NOTEBOOK)
        paginator.new_page()
        for block in blocks:
            if block.kind == "heading":
                place = block.text.partition(". ")[2]
                paginator.add(
                    [
                        centred(place + ", été 1952", NOTEBOOK, "courier-bold", 23, 34),
                        Slug(12, [], "", keep=True),
                    ]
                )
        set_blocks([b for b in blocks if b.kind == "paragraph"], NOTEBOOK, paginator)
        pages += paginator.finish()
    return [page for page in pages if page.truth]


def set_review() -> PageLayout:
    """One page of a review in two columns under a head that spans both."""
    blocks = read_blocks("revue.md")
    slugs = [s for b in blocks if b.kind == "paragraph" for s in paragraph(b.text, COLUMN)]
    half = (len(slugs) + 1) // 2
    while slugs[half - 1].keep or (half > 1 and slugs[half - 2].keep and not slugs[half - 1].runs):
        half += 1
    wide = replace(COLUMN, page_width=980, left=126, right=126)
    page = PageLayout(980, 1140)
    head = [
        centred(french("REVUE DU VAL-FLEURI"), wide, "didot", 17, 0, tracking=2),
        *centred_lines(blocks[0].text, wide, "didot-bold", 32, 46, measure=620),
    ]
    y = 150.0
    for slug in head:
        y += slug.height
        page.runs += [Run(126 + r.x, y, r.text, r.font, r.size, r.tracking) for r in slug.runs]
        page.truth.append(slug.truth)
        y += 22 if slug is head[0] else 0
    top = y + 34
    for column, lines in enumerate((slugs[:half], slugs[half:])):
        x, y = 126 + column * (COLUMN.page_width + 38), top
        for slug in lines:
            y += slug.height
            page.runs += [Run(x + r.x, y, r.text, r.font, r.size) for r in slug.runs]
            page.truth.append(slug.truth)
    high = half * COLUMN.leading
    page.drawings.append(Drawing("rule", 126 + COLUMN.page_width + 18, top + 8, 1.4, high))
    return page
