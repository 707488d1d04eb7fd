"""DOCX and EPUB written by hand, so that their bytes are the same at each making."""

from __future__ import annotations

import io
import zipfile
from html import escape

from tools.sample.source import Block, read_blocks

_DATE = (2026, 1, 1, 0, 0, 0)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def archive(files: dict[str, str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip with fixed dates, entries in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, text.encode("utf-8"), compresslevel=9)
    return out.getvalue()


def docx(name: str) -> bytes:
    """A Word document of a text of ``tools/sample/texts``."""
    body = "".join(_word_paragraph(block) for block in read_blocks(name))
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{label}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for key, label, level, size in (
            ("Heading1", "heading 1", 0, 36),
            ("Heading2", "heading 2", 1, 28),
        )
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return archive(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="{_REL}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{_REL}"><Relationship '
            f'Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
            "word/styles.xml": f'{head}<w:styles xmlns:w="{_W}">{styles}</w:styles>',
            "word/document.xml": f'{head}<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/>'
            "</w:body></w:document>",
        }
    )


def _word_paragraph(block: Block) -> str:
    style = {"title": "Heading1", "heading": "Heading2"}.get(block.kind)
    mark = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    text = escape(block.text, quote=False)
    return f'<w:p>{mark}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def epub(name: str) -> bytes:
    """An EPUB 3 book of a text, one chapter a heading."""
    blocks = read_blocks(name)
    title = next(b.text for b in blocks if b.kind == "title")
    chapters: list[tuple[str, list[str]]] = [(title, [])]
    for block in blocks:
        if block.kind == "heading":
            chapters.append((block.text, []))
        elif block.kind == "paragraph":
            chapters[-1][1].append(block.text)
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="livre.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>",
        "livre.opf": _package(title, len(chapters)),
        "nav.xhtml": _navigation(title, [t for t, _ in chapters]),
    }
    for number, (heading, paragraphs) in enumerate(chapters):
        level = "h1" if number == 0 else "h2"
        inner = f"<{level}>{escape(heading)}</{level}>" + "".join(
            f"<p>{escape(p, quote=False)}</p>" for p in paragraphs
        )
        files[f"c{number:02}.xhtml"] = _xhtml(heading, inner)
    return archive(files, stored=("mimetype",))


def _package(title: str, count: int) -> str:
    items = "".join(
        f'<item id="c{n:02}" href="c{n:02}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(count)
    )
    spine = "".join(f'<itemref idref="c{n:02}"/>' for n in range(count))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0" unique-identifier="id"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:identifier id="id">rag-photographie-sample-lumiere</dc:identifier>'
        f"<dc:title>{escape(title)}</dc:title><dc:language>fr</dc:language>"
        '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        f"{items}</manifest><spine>{spine}</spine></package>"
    )


def _navigation(title: str, headings: list[str]) -> str:
    entries = "".join(
        f'<li><a href="c{n:02}.xhtml">{escape(h)}</a></li>' for n, h in enumerate(headings)
    )
    return _xhtml(
        title,
        f'<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol>{entries}</ol></nav>',
    )


def _xhtml(title: str, inner: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="fr"><head>'
        f"<title>{escape(title)}</title></head><body>{inner}</body></html>"
    )
